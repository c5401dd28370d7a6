"""Who is near a boundary of marks: a point more or less would have changed the mark."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.inputs import comparable
from msoko_lib.indicators.objectivity import mark_boundaries
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import by_work, work_labels
from msoko_lib.subsystems.year import Year

ANCHOR = "granica"
PASS_MARK = 3


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
    """Pupils of the municipality within a point of the boundary of «3», work by work."""
    pupils = comparable(year.inputs.table("vpr_pupils"))
    if pupils.empty:
        return Nothing("Индивидуальных результатов ВПР (Ф1) за год нет.")
    reach = year.points("near_boundary_points")
    rows = near_boundary(pupils, mark_boundaries(pupils), reach)
    rows = rows[rows["mark"] == PASS_MARK]
    if rows.empty:
        return Nothing("Границу отметки «3» по данным определить нельзя.")
    below = int(rows["below_n"].sum())
    table = rows.assign(work=work_labels(rows))
    return Section(
        f"До «3» не хватило {ru.counted(int(reach), ru.POINT)}: "
        f"{ru.counted(below, ru.Noun('результат', 'результата', 'результатов'))} по всем работам",
        table=ReportTable(
            table,
            title="Результаты у границы «2» и «3»",
            name="01 Граница 3",
            columns=[
                Column("work", "Работа"),
                Column("n", "Участников", "int"),
                Column("boundary", "«3» с балла", "int"),
                Column("below_n", "Не хватило балла", "int"),
                Column("below_share", "Доля", "share"),
                Column("above_n", "Ровно на границе", "int"),
            ],
            note="Один ученик может встретиться в нескольких работах.",
        ),
        reading="Этим ученикам короткая адресная помощь даёт больше всего. Столбец «ровно на "
        "границе» намного больше соседнего – повод посмотреть отчёт об объективности.",
        anchor=ANCHOR,
    )
