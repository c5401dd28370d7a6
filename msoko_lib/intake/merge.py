"""Put the year's readings together: newer editions win, repeats go, unknown schools step aside."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from msoko_lib.intake import rules_year as _rules_year  # noqa: F401  (registers the rules)
from msoko_lib.intake.compact import among
from msoko_lib.intake.directory import Directory
from msoko_lib.intake.rules import Finding, Place, finding
from msoko_lib.intake.schemas import TABLES, TRACE, Table

# Every export repeats the rows of country, region and municipality: equal ones are no news.
SHARED_LEVELS = ("country", "region", "municipality")
_WHAT = {
    "vpr_pupils": "участника и работу",
    "vpr_tasks": "участника, работу и задание",
    "gia_results": "ученика и экзамен",
    "gia_tasks": "ученика, экзамен и задание",
    "olympiad_results": "ученика и олимпиаду",
    "medal_candidates": "претендента",
    "plan_targets": "показатель плана",
}
# Repeats of these follow from repeats of their parent table, which has already told of them.
_CHILDREN = frozenset({"vpr_tasks", "gia_tasks"})
# Said of every file that a map reads, though it is the map that wants checking.
_OF_A_MAP = frozenset({"source_map_unverified"})


def newest_rows(
    frame: pd.DataFrame,
    table: Table,
    editions: Mapping[str, str],
    kinds: Mapping[str, str] | None = None,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Keep one row for each key of a table: that of the file saved last.

    Two files of one kind are editions of each other, and the older one is told of. Two kinds
    (a form and a list of teachers) are two witnesses: agreement is no news, a difference is.

    Parameters
    ----------
    frame : DataFrame
        Rows of one bank table from all files.
    table : Table
        Its schema; ``table.key`` says which rows are about the same thing.
    editions : mapping
        File name → when it was saved (ISO).
    kinds : mapping, optional
        File name → what kind of file it is; without it all are of one kind.
    """
    order = _from_oldest(frame["source_file"], editions)
    replaced = np.zeros(len(frame), dtype=bool)
    # Only the key is put in order: the long tables are many times wider.
    replaced[order] = frame[list(table.key)].take(order).duplicated(keep="last")
    if not replaced.any():
        return frame.reset_index(drop=True), []
    kept = frame[~replaced].reset_index(drop=True)
    if table.name in _CHILDREN:
        return kept, []
    older = frame.take(order[replaced[order]])
    pairs = older.merge(kept, on=list(table.key), suffixes=("", "_new"), how="left", validate="m:1")
    return kept, _tell_of_repeats(pairs, table, frame, kinds or {})


def _from_oldest(files: pd.Series, editions: Mapping[str, str]) -> npt.NDArray[np.intp]:
    """Places of the rows from the file saved first to the one saved last, each as it stands."""
    ranked = sorted((editions.get(str(file), ""), str(file)) for file in files.unique())
    rank = {file: place for place, (_, file) in enumerate(ranked)}
    places = files.map(rank).to_numpy(dtype=np.int64)
    return np.argsort(places, kind="stable")


def _tell_of_repeats(
    pairs: pd.DataFrame, table: Table, frame: pd.DataFrame, kinds: Mapping[str, str]
) -> list[Finding]:
    values = [name for name in table.columns if name not in (*table.key, *TRACE)]
    differs = pd.Series(False, index=pairs.index)
    for name in values:
        old, new = pairs[name], pairs[f"{name}_new"]
        differs |= ~((old == new) | (old.isna() & new.isna())).fillna(False).astype(bool)
    pairs = pairs.assign(_differs=differs)
    gone = pairs["source_file"].value_counts()
    if "level" in pairs:
        pairs = pairs[pairs["_differs"] | ~pairs["level"].isin(SHARED_LEVELS)]
    found = []
    rows_of_file = frame["source_file"].value_counts()
    replaced: dict[str, list[tuple[str, int]]] = {}
    for (old, new), group in pairs.groupby(["source_file", "source_file_new"], sort=True):
        wrong = group[group["_differs"]]
        first = (wrong if len(wrong) else group).iloc[0]
        place = Place(old, _text(first["source_sheet"]), f"A{first['source_row']}")
        what = _WHAT.get(table.name, "запись")
        is_same_kind = kinds.get(str(old)) == kinds.get(str(new))
        if not is_same_kind and wrong.empty:
            continue
        if old == new:
            found.append(finding("repeated_rows", place, what=what, rows=len(group)))
        elif is_same_kind and (gone[old] == rows_of_file[old] or wrong.empty):
            replaced.setdefault(str(old), []).append((str(new), len(group)))
        else:
            row = first["source_row"]
            found.append(finding("conflict", place, other=new, rows=len(wrong), row=row))
    for old, others in replaced.items():
        more = f" (и ещё файлов: {len(others) - 1})" if len(others) > 1 else ""
        rows = sum(count for _, count in others)
        found.append(finding("older_edition", Place(old), other=others[0][0], more=more, rows=rows))
    return found


def drop_orphan_tasks(
    tasks: pd.DataFrame, parents: pd.DataFrame, key: Sequence[str]
) -> pd.DataFrame:
    """Task rows whose parent row was replaced by another file's go with it."""
    stays = among(tasks, parents, [*key, "source_file"])
    return tasks if stays.all() else tasks[stays].reset_index(drop=True)


def invalid_rows(frame: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, list[Finding]]:
    """Take out rows that break the table's bounds, with a line for each column and file."""
    bad = pd.Series(False, index=frame.index)
    found = []
    for item in table.fields:
        column = frame[item.name]
        wrong = pd.Series(False, index=frame.index)
        if item.required:
            wrong |= column.isna()
        if item.low is not None:
            wrong |= (column < item.low).fillna(False)
        if item.high is not None:
            wrong |= (column > item.high).fillna(False)
        if item.allowed:
            wrong |= column.notna() & ~column.isin(item.allowed)
        wrong = wrong.astype(bool) & ~bad
        if not wrong.any():
            continue
        for file, rows in frame[wrong].groupby("source_file", sort=True):
            first = rows.iloc[0]
            expected = _bounds(item.low, item.high, item.allowed)
            found.append(
                finding(
                    "invalid_rows",
                    Place(str(file), _text(first["source_sheet"]), f"A{first['source_row']}"),
                    column=item.meaning,
                    value="пусто" if pd.isna(first[item.name]) else f"«{first[item.name]}»",
                    rows=len(rows),
                    expected=expected,
                )
            )
        bad |= wrong
    return (frame[~bad] if bad.any() else frame).reset_index(drop=True), found


def _bounds(low: float | None, high: float | None, allowed: tuple[str, ...]) -> str:
    if allowed:
        return "одно из значений: " + ", ".join(allowed)
    if low is not None and high is not None:
        return f"от {low:g} до {high:g}"
    return f"не меньше {low:g}" if low is not None else "заполненное значение"


def said_once(findings: Sequence[Finding]) -> list[Finding]:
    """Findings with what concerns a map and not a file said at the first file alone."""
    seen: set[tuple[str, str]] = set()
    kept: list[Finding] = []
    for item in findings:
        if item.rule in _OF_A_MAP:
            if (item.rule, item.action) in seen:
                continue
            seen.add((item.rule, item.action))
        kept.append(item)
    return kept


def set_aside_unknown(tables: Mapping[str, pd.DataFrame], directory: Directory) -> list[Finding]:
    """A line for each file and school code that the directory does not know.

    The rows stay in the bank under the code that the file has; schools outside the directory
    enter no report.
    """
    known = set(directory.school_ids)
    seen: dict[tuple[str, str], tuple[int, Place]] = {}
    for name, frame in tables.items():
        if name == "schools" or name in _CHILDREN or name not in TABLES:
            continue
        column = "school_id" if "school_id" in frame else "unit_id"
        if column not in frame:
            continue
        strange = frame[~frame[column].isin(known)]
        if column == "unit_id":
            strange = strange[strange["level"] == "school"]
        for (file, code), rows in strange.groupby(["source_file", column], sort=True):
            first = rows.iloc[0]
            place = Place(str(file), _text(first["source_sheet"]), f"A{first['source_row']}")
            before, place = seen.get((str(file), str(code)), (0, place))
            seen[(str(file), str(code))] = (before + len(rows), place)
    return [
        finding("unknown_school", place, code=shown(code), rows=rows, hint=_hint(code, known))
        for (_, code), (rows, place) in sorted(seen.items())
    ]


def shown(code: str) -> str:
    """A raw school code as its file has it."""
    return code.removeprefix("name:").removeprefix("ris").removeprefix("ogrn")


def _hint(code: str, known: set[str]) -> str:
    close = difflib.get_close_matches(code, known, n=1, cutoff=0.85)
    return f" Похоже на «{shown(close[0])}» – нет ли опечатки?" if close else ""


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)
