"""Do the ВПР reports of a year agree? Pupils' rows of Ф1 against every aggregated export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from msoko_lib.intake import rules_vpr_groups as _rules  # noqa: F401  (registers the rules)
from msoko_lib.intake.compact import with_texts
from msoko_lib.intake.fisoko_text import decimal
from msoko_lib.intake.rules import Finding, Place, finding
from msoko_lib.intake.schemas import TABLES

# Exports print two decimals of a per cent; older ones one.
SHARE_TOLERANCE = 0.002
UNIT = ["work_id", "unit_id"]
_EPSILON = 1e-9
SHOWN = 3
_FACTS = ("participants_n", "source_file")


def cross_check_vpr(tables: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Compare what different ВПР files say of the same school, municipality or country.

    Parameters
    ----------
    tables : mapping
        Bank frames of one year by table name; missing tables are taken as empty.

    Returns
    -------
    list of Finding
        Questions, each naming both files: a different number of participants, or (where the
        number is the same) shares that differ by more than 0.2 percentage points.

    Notes
    -----
    Pupils of Ф1 are counted anew: marks give the shares of «Статистика по отметкам», pairs of
    marks those of «Сравнение отметок», primary scores the distribution, task scores the rates
    (a task not attempted counts as zero; one not taught or without data leaves the rate out of
    the comparison). Aggregated exports are compared with each other by participants.
    """
    given = {name: tables.get(name, TABLES[name].empty()) for name in _NAMES}
    pupils = given["vpr_pupils"]
    found = _between_exports(given)
    if pupils.empty:
        return found
    counted = _from_pupils(pupils)
    schools = {
        name: given[name][given[name]["level"] == "school"] for name in _NAMES if name in _GROUPED
    }
    found += _compare(counted, _wide_marks(schools["vpr_marks"]), _MARK_TITLES)
    found += _compare(counted, _wide_journal(schools["vpr_journal"]), _JOURNAL_TITLES)
    found += _compare(_score_shares(pupils), _wide_scores(schools["vpr_scores"]), {})
    rates = schools["vpr_task_rates"]
    rates = rates[rates["mark_group"].isna()]
    of_pupils = _task_rates(given["vpr_tasks"], counted)
    for report in ("task_rates", "skills", "mark_groups"):
        of_report = _wide_rates(rates[rates["report"] == report])
        found += _compare(of_pupils, of_report, {})
    return found


_GROUPED = ("vpr_marks", "vpr_journal", "vpr_scores", "vpr_task_rates")
_NAMES = ("vpr_pupils", "vpr_tasks", *_GROUPED)
_MARK_TITLES = {f"share_{mark}": f"доля «{mark}»" for mark in (2, 3, 4, 5)}
_JOURNAL_TITLES = {
    "lowered_share": "доля понизивших", "confirmed_share": "доля подтвердивших",
    "raised_share": "доля повысивших",
}  # fmt: skip


def _from_pupils(pupils: pd.DataFrame) -> pd.DataFrame:
    """Participants and shares by work and school, NaN where a mark is missing for anyone."""
    frame = pupils.rename(columns={"school_id": "unit_id"})
    mark = frame["mark"].astype("float64")
    gap = mark - frame["journal_mark"].astype("float64")
    columns = {f"share_{value}": mark == value for value in (2, 3, 4, 5)}
    columns |= {"lowered_share": gap < 0, "confirmed_share": gap == 0, "raised_share": gap > 0}
    for name, holds in columns.items():
        known = gap.notna() if name.endswith(("ed_share",)) else mark.notna()
        frame[name] = holds.astype("float64").where(known)
    names = list(columns)
    grouped = frame.groupby(UNIT, sort=True)
    counted = grouped[names].mean()
    # A share over part of the pupils is no share of the participants.
    counted = counted.where(grouped[names].count().eq(grouped.size(), axis=0))
    counted["participants_n"] = grouped.size()
    counted["source_file"] = grouped["source_file"].first()
    return counted


def _score_shares(pupils: pd.DataFrame) -> pd.DataFrame:
    frame = pupils.rename(columns={"school_id": "unit_id"})
    sizes = frame.groupby(UNIT).agg(
        participants_n=("pupil_id", "size"), scored_n=("score", "count"),
        source_file=("source_file", "first"),
    )  # fmt: skip
    whole = frame[frame["score"].notna() & (frame["score"] % 1 == 0)]
    names = "балл " + whole["score"].astype("int64").astype("str")
    counts = whole.groupby([*UNIT, names.rename("name")]).size().unstack(fill_value=0)
    shares = counts.div(sizes["participants_n"], axis=0)
    complete = sizes["participants_n"] == sizes["scored_n"]
    return shares.where(complete, axis=0).join(sizes[list(_FACTS)], how="right")


def _task_rates(tasks: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    base = counted[["participants_n", "source_file"]]
    if tasks.empty:
        return base
    score = tasks["score"].where(tasks["state"] != "not_attempted", 0.0)
    rate = score / tasks["max_score"].replace(0, np.nan)
    key = tasks[["work_id", "school_id", "task"]].assign(rate=rate)
    grouped = key.groupby(["work_id", "school_id", "task"], sort=True)["rate"]
    known = with_texts(grouped.agg(["mean", "count", "size"]).reset_index())
    rates = known.assign(
        rate=known["mean"].where(known["count"] == known["size"]), name="задание " + known["task"]
    ).rename(columns={"school_id": "unit_id"})
    return base.join(rates.set_index([*UNIT, "name"])["rate"].unstack())


def _wide_marks(frame: pd.DataFrame) -> pd.DataFrame:
    return _by_unit(frame, list(_MARK_TITLES))


def _wide_journal(frame: pd.DataFrame) -> pd.DataFrame:
    return _by_unit(frame, list(_JOURNAL_TITLES))


def _by_unit(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return frame.drop_duplicates(UNIT).set_index(UNIT)[[*names, "participants_n", "source_file"]]


def _wide_scores(frame: pd.DataFrame) -> pd.DataFrame:
    return _pivot(frame.assign(name="балл " + frame["score"].astype("str")), "share")


def _wide_rates(frame: pd.DataFrame) -> pd.DataFrame:
    single = frame.drop_duplicates([*UNIT, "task"])
    told = with_texts(single, [*UNIT, "task", "rate", *_FACTS])
    return _pivot(told.assign(name="задание " + told["task"]), "rate")


def _pivot(frame: pd.DataFrame, value: str) -> pd.DataFrame:
    single = frame.drop_duplicates([*UNIT, "name"])
    wide = single.set_index([*UNIT, "name"])[value].unstack()
    first = frame.drop_duplicates(UNIT).set_index(UNIT)[["participants_n", "source_file"]]
    return wide.join(first, how="right")


def _compare(left: pd.DataFrame, right: pd.DataFrame, titles: Mapping[str, str]) -> list[Finding]:
    """Questions about units that both frames have; shares only where participants agree."""
    common = left.index.intersection(right.index)
    a, b = left.loc[common], right.loc[common]
    names = [name for name in right.columns if name in left.columns and name not in _FACTS]
    known = b["participants_n"].notna().to_numpy()
    counts_a = a["participants_n"].to_numpy(np.float64, na_value=np.nan)
    counts_b = b["participants_n"].to_numpy(np.float64, na_value=np.nan)
    other_n = known & (counts_a != counts_b)
    shares_a = a[names].to_numpy(np.float64)
    shares_b = b[names].to_numpy(np.float64)
    differs = np.abs(shares_a - shares_b) > SHARE_TOLERANCE + _EPSILON
    differs &= ~other_n[:, None]
    found: list[Finding] = []
    for row in np.flatnonzero(other_n | differs.any(axis=1)).tolist():
        work, unit = common[row]
        file, other = str(a["source_file"].iloc[row]), str(b["source_file"].iloc[row])
        facts = {"work": work, "unit": _unit_words(unit), "file": file, "other": other}
        if other_n[row]:
            counts = {"left": int(counts_a[row]), "right": int(counts_b[row])}
            found.append(finding("vpr_cross_participants", Place(file), **facts, **counts))
            continue
        said = [
            f"{titles.get(names[i], names[i])} – {_percent(shares_a[row, i])} и "
            f"{_percent(shares_b[row, i])} %"
            for i in np.flatnonzero(differs[row]).tolist()
        ]
        rest = f" и ещё {len(said) - SHOWN}" if len(said) > SHOWN else ""
        what = "; ".join(said[:SHOWN]) + rest
        found.append(finding("vpr_cross_shares", Place(file), what=what, **facts))
    return found


def _percent(share: float) -> str:
    return decimal(round(100 * share, 2))


def _unit_words(unit_id: str) -> str:
    return {"country": "вся выборка", "region": "регион"}.get(unit_id, unit_id)


def _between_exports(given: Mapping[str, pd.DataFrame]) -> list[Finding]:
    """Participants of «Статистика по отметкам» against the other aggregated exports."""
    marks = _participants_of(given["vpr_marks"])
    found: list[Finding] = []
    for name in ("vpr_journal", "vpr_scores", "vpr_task_rates"):
        frame = given[name]
        if name == "vpr_task_rates":
            frame = frame[frame["mark_group"].isna()]
        other = _participants_of(frame)
        found += _compare(marks, other, {})
    return found


def _participants_of(frame: pd.DataFrame) -> pd.DataFrame:
    known = frame[frame["participants_n"].notna()]
    return _first_by_unit(known, ["participants_n", "source_file"])


def _first_by_unit(frame: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    return with_texts(frame.drop_duplicates(UNIT), [*UNIT, *names]).set_index(UNIT)
