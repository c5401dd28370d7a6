"""How unequal results are: quarters of pupils, town and village, large and small schools."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import comparable
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.group_gaps import gaps_of, section_of
from msoko_lib.subsystems.labels import (
    CORE_SUBJECTS,
    by_work,
    points,
    sentence_case,
    work_label,
    work_labels,
)
from msoko_lib.subsystems.year import Year

ANCHOR = "neravenstvo"
GROUPS_ANCHOR = "gorod-i-selo"
EXAM_SHARES = ("КП-08", "КП-14")
SHOWN = 6


def quarters(year: Year) -> pd.DataFrame:
    """Mean share of the maximum in the best and the weakest quarter of pupils, work by work."""
    pupils = comparable(year.inputs.table("vpr_pupils"))
    pupils = pupils[pupils["score"].notna()]
    pupils = pupils.assign(rate=pupils["score"] / pupils["max_score"])
    rows = []
    for (subject, grade), work in pupils.groupby(["subject", "grade"], sort=True):
        ordered = np.sort(work["rate"].to_numpy())
        size = len(ordered) // 4
        if size < year.points("report_minimum_n"):
            continue
        rows.append((subject, grade, len(ordered), ordered[:size].mean(), ordered[-size:].mean()))
    frame = pd.DataFrame(rows, columns=["subject", "grade", "n", "weakest", "best"])
    return by_work(frame.assign(gap=frame["best"] - frame["weakest"]))


def school_group_gaps(year: Year) -> pd.DataFrame:
    """Town and village, large and small schools: rows of ``group_gaps.gaps_of``.

    Works of a subject are pooled over grades: one comparison says more than twenty.
    """
    values = year.values("КП-02", "school", status=None)
    values = values[values["denominator"].notna()]
    rest = ~values["subject"].isin(CORE_SUBJECTS)
    pools = {
        "«4» и «5» за ВПР по русскому языку": values["subject"] == CORE_SUBJECTS[0],
        "«4» и «5» за ВПР по математике": values["subject"] == CORE_SUBJECTS[1],
        "«4» и «5» за ВПР по остальным предметам": rest,
    }
    counts = ["numerator", "denominator"]
    measures = [
        (title, values[mask].groupby("unit_id")[counts].sum().reset_index())
        for title, mask in pools.items()
    ]
    for indicator_id in EXAM_SHARES:
        shares = year.values(indicator_id, "school", status=None)
        measures.append((year.catalogue[indicator_id].title, shares))
    return gaps_of(year, measures)


def inequality(year: Year) -> Block:
    """Best and weakest quarter of pupils."""
    quarter = quarters(year)
    if quarter.empty:
        return Nothing("Индивидуальных результатов ВПР (Ф1) за год нет.")
    widest = quarter.loc[quarter["gap"].idxmax()]
    return Section(
        "Самый большой разрыв между лучшей и слабейшей четвертью учеников – "
        f"{sentence_case(work_label(widest['subject'], widest['grade']))}: "
        f"{ru.number(points(widest['gap']))} п.п.",
        table=_quarter_table(quarter),
        anchor=ANCHOR,
    )


def groups_of_schools(year: Year) -> Block:
    """Town against village, large schools against small ones."""
    return section_of(year, "01", school_group_gaps(year), GROUPS_ANCHOR)


def _quarter_table(rows: pd.DataFrame) -> ReportTable:
    widest = rows["gap"].rank(ascending=False, method="first") <= SHOWN
    table = rows.assign(work=work_labels(rows), gap_pp=points(rows["gap"]), shown=widest)
    return ReportTable(
        table,
        title="Средний процент выполнения лучшей и слабейшей четверти учеников",
        name="01 Четверти",
        columns=[
            Column("work", "Работа"),
            Column("n", "Участников", "int"),
            Column("weakest", "Слабейшая четверть", "share"),
            Column("best", "Лучшая четверть", "share"),
            Column("gap_pp", "Разрыв", "pp"),
        ],
        note="Показаны самые большие разрывы; четверти – по первичным баллам всех участников.",
        shown="shown",
    )
