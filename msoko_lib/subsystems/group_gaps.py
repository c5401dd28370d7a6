"""Town and village, large and small schools: is access to something equal?"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.methods.cluster_shares import cluster_share_gap
from msoko_lib.methods.multiplicity import benjamini_hochberg
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.reporting.tables import MAX_SHEET_NAME
from msoko_lib.subsystems.labels import points, sentence_case
from msoko_lib.subsystems.year import Year

SMALL = "small_school_pupils"
FALSE_DISCOVERY_RATE = 0.05
# Fewer schools on a side and their spread is not known.
FEWEST_SCHOOLS = 3
# What is compared: first group, second group, name of the cut.
TERRITORY, SIZE = "город и село", "большие и малые школы"
_GROUPS = {TERRITORY: ("город", "село"), SIZE: ("большая", "малая")}
_IN_GROUP = {"город": "в городе", "село": "на селе", "большая": "в больших школах",
             "малая": "в малых школах"}  # fmt: skip
_HEADS = {"город": "В городе", "село": "На селе", "большая": "В больших", "малая": "В малых"}
# Title and counts by school (unit_id, numerator, denominator).
Measure = tuple[str, pd.DataFrame]
_WORDS = {"attention": "▼ есть", "same": "● не видно", "few": "○ мало"}


def group_gaps(year: Year, indicator_ids: Sequence[str]) -> pd.DataFrame:
    """Shares of pupils in both groups of schools and the gap, one row a cut × indicator.

    Columns: cut, title, first, second (names of the groups), first_n, second_n
    (people), first_schools, second_schools, first_value, second_value, gap, low, high, p_value,
    q, ``mark`` (attention: the gap is not chance; same; few: too few schools).
    """
    return gaps_of(
        year,
        [
            (year.catalogue[name].title, year.values(name, "school", status=None))
            for name in indicator_ids
        ],
    )


def gaps_of(year: Year, measures: Sequence[Measure]) -> pd.DataFrame:
    """The same for any shares of pupils.

    Parameters
    ----------
    measures : sequence of (str, DataFrame)
        Title, and counts by school: unit_id, numerator, denominator.
    """
    rows = [
        row
        for cut in (TERRITORY, SIZE)
        for title, values in measures
        if (row := _row(year, cut, title, values)) is not None
    ]
    table = pd.DataFrame(rows)
    if table.empty:
        return table
    few = table[["first_schools", "second_schools"]].min(axis=1) < FEWEST_SCHOOLS
    p = table["p_value"].mask(few)
    q = benjamini_hochberg(p.to_numpy(dtype=float)).q
    mark = pd.Series("same", index=table.index).mask(q <= FALSE_DISCOVERY_RATE, "attention")
    return table.assign(q=q, mark=mark.mask(p.isna(), "few"))


def _row(year: Year, cut: str, title: str, values: pd.DataFrame) -> dict[str, object] | None:
    values = values[values["denominator"].notna() & (values["denominator"] > 0)]
    side = values["unit_id"].map(_sides(year, cut))
    first, second = _GROUPS[cut]
    parts = [values[side == name] for name in (first, second)]
    if any(part.empty for part in parts):
        return None
    counts = [part[name].to_numpy(dtype=float) for part in parts
              for name in ("numerator", "denominator")]  # fmt: skip
    found = cluster_share_gap(*counts)
    return {
        "cut": cut,
        "title": title,
        "first": first,
        "second": second,
        "first_n": counts[1].sum(),
        "second_n": counts[3].sum(),
        "first_schools": len(parts[0]),
        "second_schools": len(parts[1]),
        "first_value": found.first,
        "second_value": found.second,
        "gap": found.gap,
        "low": found.low,
        "high": found.high,
        "p_value": found.p_value,
    }


def _sides(year: Year, cut: str) -> pd.Series:
    """Group of each school."""
    schools = year.schools.set_index("school_id")
    if cut == TERRITORY:
        return schools["territory"]
    pupils = year.inputs.table("enrolment").groupby("school_id")["pupils_n"].sum()
    small = pupils < year.points(SMALL)
    return small.map({True: "малая", False: "большая"})


def gap_words(row: pd.Series) -> str:
    """«охват школьным этапом олимпиады в городе 67 %, на селе 58 %»."""
    return (
        f"{sentence_case(str(row['title']))} {_IN_GROUP[row['first']]} "
        f"{ru.share(row['first_value'], 0)}, {_IN_GROUP[row['second']]} "
        f"{ru.share(row['second_value'], 0)}"
    )


def gaps_section(year: Year, subsystem: str, indicator_ids: Sequence[str], anchor: str) -> Block:
    """Gaps between groups of schools in indicators, as a section of a report."""
    return section_of(year, subsystem, group_gaps(year, indicator_ids), anchor)


def section_of(year: Year, subsystem: str, rows: pd.DataFrame, anchor: str) -> Block:
    """Gaps between groups of schools (rows of :func:`gaps_of`) as a section of a report."""
    if rows.empty:
        return Nothing(
            "Сравнить группы школ не по чему: нет данных или в справочнике нет города и села."
        )
    wide = rows[rows["mark"] == "attention"]
    known = rows[rows["mark"] != "few"]
    if len(wide):
        finding = "Разрыв заметен: " + "; ".join(gap_words(row) for _, row in wide.iterrows())
    elif len(known):
        widest = known.loc[known["gap"].abs().idxmax()]
        finding = (
            "Разница между группами школ не больше, чем бывает по случаю; самая большая – "
            f"{gap_words(widest)}"
        )
    else:
        finding = "Школ в группах слишком мало, чтобы судить о разрыве"
    limit = year.settings.threshold(SMALL)
    return Section(
        finding,
        items=[_table(part, subsystem) for _, part in rows.groupby("cut", sort=False)],
        reading="Ученики одной школы похожи друг на друга, поэтому разброс считается по школам, а "
        "не по ученикам. Разрыв смешивает состав учеников, расстояния и кадры и сам по себе не "
        f"оценка сельских или малых школ. Малая – меньше {ru.number(limit.value)} учеников "
        f"(порог {limit.status}).",
        anchor=anchor,
    )


def _table(rows: pd.DataFrame, subsystem: str) -> ReportTable:
    cut, first, second = (str(rows[name].iloc[0]) for name in ("cut", "first", "second"))
    few = rows["mark"] == "few"
    return ReportTable(
        rows.assign(
            gap_pp=points(rows["gap"]),
            low_pp=points(rows["low"]).mask(few),
            high_pp=points(rows["high"]).mask(few),
            verdict=rows["mark"].map(_WORDS),
        ),
        title=f"{cut[:1].upper()}{cut[1:]}",
        name=f"{subsystem} {cut}"[:MAX_SHEET_NAME],
        columns=[
            Column("title", "Показатель"),
            Column("first_n", f"Всего: {_HEADS[first].lower()}", "int"),
            Column("first_value", _HEADS[first], "share", decimals=0),
            Column("second_n", f"Всего: {_HEADS[second].lower()}", "int"),
            Column("second_value", _HEADS[second], "share", decimals=0),
            Column("gap_pp", "Разница", "pp"),
            Column(("low_pp", "high_pp"), "Интервал", "interval_pp", missing=ru.FEW),
            Column("verdict", "Разрыв"),
        ],
    )
