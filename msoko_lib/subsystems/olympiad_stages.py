"""From the school stage of the olympiad to the municipal one: do the same pupils hold?

Report 03 asks how participants are prepared, report 05 whether the school stage can be trusted;
both read the same table.
"""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.talents import stage_pairs
from msoko_lib.methods.intervals import mean_interval
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import DROP_WORDS, points
from msoko_lib.subsystems.year import Year, per_year

LIMIT = "olympiad_drop_pp"
_ROLES = {"attention": "attention"}


@per_year
def olympiad_gaps(year: Year) -> pd.DataFrame:
    """Change from the school to the municipal stage for the same pupils, one row a school.

    Columns: unit_id, school, n, gap, ci_low, ci_high (shares), mark.
    """
    pairs = stage_pairs(year.inputs)
    limit = year.points(LIMIT) / 100
    minimum = year.points("report_minimum_n")
    rows = []
    for school_id, group in pairs.groupby("school_id", sort=True):
        gap = (group["municipal"] - group["school"]).to_numpy()
        interval = mean_interval(gap)
        mark = "attention" if interval.high < limit else "same"
        rows.append(
            (school_id, len(gap), gap.mean(), interval.low, interval.high,
             "few" if len(gap) < minimum else mark)
        )  # fmt: skip
    columns = ["unit_id", "n", "gap", "ci_low", "ci_high", "mark"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.assign(school=frame["unit_id"].map(year.school_names)).sort_values("school")


def stages_section(year: Year, subsystem: str, anchor: str) -> Block:
    """Does the school stage hold at the municipal stage? By school, with intervals."""
    gaps = olympiad_gaps(year)
    if gaps.empty:
        return Nothing("Протоколов школьного и муниципального этапов ВсОШ за год нет.")
    strange = gaps[gaps["mark"] == "attention"]
    limit = year.settings.threshold(LIMIT)
    finding = (
        "Результаты школьного этапа не подтверждаются на муниципальном: "
        + ru.joined([stage_drop(row) for _, row in strange.iterrows()])
        if len(strange)
        else "Падение от школьного этапа к муниципальному в пределах обычного"
    )
    known = gaps[gaps["mark"] != "few"]
    return Section(
        finding,
        figure=_chart(known, limit.value) if len(known) else None,
        table=_table(gaps, subsystem),
        reading="Задания муниципального этапа труднее, поэтому падение есть у всех. Отмечено, если "
        f"среднее падение заведомо больше {ru.number(abs(limit.value))} п.п. "
        f"(порог {limit.status}).",
        anchor=anchor,
    )


def _chart(known: pd.DataFrame, limit: float) -> Figure:
    chart = pd.DataFrame(
        {
            "label": known["school"],
            "value": points(known["gap"]),
            "ci_low": points(known["ci_low"]),
            "ci_high": points(known["ci_high"]),
            "n": known["n"],
            "role": known["mark"].map(_ROLES).fillna("similar"),
        }
    )
    return Figure(
        figures.dot_with_interval(
            chart,
            kind="pp",
            references={"порог": limit},
            subtitle="Среднее изменение процента выполнения у одних и тех же участников, п.п.",
            n_header="участий",
            value_header="изменение",
        ),
        alt="Изменение процента выполнения от школьного этапа к муниципальному по школам, с "
        "интервалами и порогом.",
        caption="Отрезок – разброс, который даёт случай; ▼ – падение заведомо больше порога.",
    )


def _table(gaps: pd.DataFrame, subsystem: str) -> ReportTable:
    few = gaps["mark"] == "few"
    return ReportTable(
        gaps.assign(
            gap_pp=points(gaps["gap"]).astype(object).mask(few, ru.FEW),
            low_pp=points(gaps["ci_low"]).mask(few),
            high_pp=points(gaps["ci_high"]).mask(few),
            verdict=gaps["mark"].map(DROP_WORDS),
        ),
        title="От школьного этапа олимпиады к муниципальному: одни и те же участники",
        name=f"{subsystem} Олимпиада",
        columns=[
            Column("school", "Школа"),
            Column("n", "Участий в обоих этапах", "int"),
            Column("gap_pp", "Изменение", "pp"),
            Column(("low_pp", "high_pp"), "Интервал", "interval_pp", missing=ru.FEW),
            Column("verdict", "Падение"),
        ],
    )


def stage_drop(row: pd.Series) -> str:
    """«Лесная СОШ (в среднем −45,8 п.п., участий 551)»."""
    return f"{row['school']} (в среднем {ru.pp(100 * row['gap'])}, участий {ru.number(row['n'])})"
