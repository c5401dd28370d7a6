"""Who is near a boundary of marks: a point more or less would have changed the mark."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.inputs import comparable
from msoko_lib.indicators.objectivity import mark_boundaries
from msoko_lib.reads import derived
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import CORE_SUBJECTS, by_work, work_labels
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "granica"
PASS_MARK = 3
MARKS = (3, 4, 5)
IN_RESULT = ru.Noun("результате", "результатах", "результатах")


@derived("границы отметок")
@per_year
def boundaries(year: Year) -> pd.DataFrame:
    """Lowest score of every mark by work, read off the year's results."""
    return mark_boundaries(comparable(year.inputs.table("vpr_pupils")))


def near_boundary(pupils: pd.DataFrame, boundaries: pd.DataFrame, reach: float) -> pd.DataFrame:
    """Pupils just below and just at a boundary, one row a work × mark.

    Parameters
    ----------
    pupils : DataFrame
        Rows of ``vpr_pupils``.
    boundaries : DataFrame
        work_id, mark, boundary.
    reach : float
        How many points below or above count as near.

    Returns
    -------
    DataFrame
        subject, grade, mark, boundary, n, below_n, above_n, below_share.
    """
    scored = pupils[pupils["score"].notna()].merge(boundaries, on="work_id", suffixes=("", "_of"))
    distance = scored["score"] - scored["boundary"]
    scored = scored.assign(
        below=(distance < 0) & (distance >= -reach), above=(distance >= 0) & (distance < reach)
    )
    rows = scored.groupby(["subject", "grade", "mark_of", "boundary"], sort=True).agg(
        n=("score", "size"), below_n=("below", "sum"), above_n=("above", "sum")
    )
    rows = rows.reset_index().rename(columns={"mark_of": "mark"})
    return by_work(rows.assign(below_share=rows["below_n"] / rows["n"]))


def boundary(year: Year) -> Block:
    """Pupils of the municipality within a point of each boundary, work by work."""
    pupils = comparable(year.inputs.table("vpr_pupils"))
    if pupils.empty:
        return Nothing("Индивидуальных результатов ВПР (Ф1) за год нет.")
    reach = year.points("near_boundary_points")
    rows = near_boundary(pupils, boundaries(year), reach)
    if rows[rows["mark"] == PASS_MARK].empty:
        return Nothing("Границу отметки «3» по данным определить нельзя.")
    return Section(
        f"До «3» {lacking(reach)} в {in_results(rows, PASS_MARK)}, до «4» – в "
        f"{in_results(rows, 4)}, до «5» – в {in_results(rows, 5)}",
        table=boundary_table(rows, "01 Границы отметок"),
        reading="Тем, кому до «3» не хватило балла, короткая адресная помощь даёт больше всего. "
        "Если на границе намного больше учеников, чем на балл ниже, сверьтесь с отчётом об "
        "объективности.",
        anchor=ANCHOR,
    )


def in_results(rows: pd.DataFrame, mark: int) -> str:
    """«36 результатах (3,0 %)»: results just below the boundary of a mark."""
    part = rows[rows["mark"] == mark]
    below, total = int(part["below_n"].sum()), int(part["n"].sum())
    share = f" ({ru.share(below / total)})" if total else ""
    return f"{ru.counted(below, IN_RESULT)}{share}"


def lacking(reach: float) -> str:
    """«не хватило одного балла»."""
    return f"не хватило {ru.in_words(int(reach), ru.POINT, genitive=True)}"


def boundary_table(rows: pd.DataFrame, name: str) -> ReportTable:
    """Results below and at each of the three boundaries, one row a work."""
    wide = rows.pivot_table(
        index=["subject", "grade"], columns="mark", values=["below_n", "above_n"], aggfunc="sum"
    )
    wide.columns = [f"{column}_{mark}" for column, mark in wide.columns]
    counts = [f"{column}_{mark}" for mark in MARKS for column in ("below_n", "above_n")]
    n = rows.groupby(["subject", "grade"])["n"].max()
    table = by_work(wide.reindex(columns=counts).join(n).reset_index())
    core = table["subject"].isin(CORE_SUBJECTS)
    return ReportTable(
        table.assign(work=work_labels(table), shown=core if core.any() else True),
        title="Результаты у границ отметок",
        shown="shown",
        name=name,
        columns=[
            Column("work", "Работа"),
            Column("n", "Писали", "int"),
            *(
                Column(f"{column}_{mark}", f"{words} «{mark}»", "int", missing=ru.NOT_APPLICABLE)
                for mark in MARKS
                for column, words in (("below_n", "Чуть ниже"), ("above_n", "Ровно"))
            ),
        ],
        note="«Чуть ниже» – до отметки не хватило одного балла; «ровно» – первый балл, с которого "
        "её ставят. Один ученик может встретиться в нескольких работах.",
    )
