"""The same cohort later: 4→5 and the other grades of ВПР, ВПР 8→ОГЭ 9."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import one_in, points
from msoko_lib.subsystems.objectivity.cohort_words import (
    OGE,
    fall_in_words,
    path_in_words,
    residuals,
)
from msoko_lib.subsystems.objectivity.signs import flagged_signs
from msoko_lib.subsystems.year import Year

ANCHOR = "kogorty"
RARE = 0.05
MOST_ROWS = 20


def cohorts(year: Year) -> Block:
    """Which cohorts fell further than the others did."""
    found = residuals(year)
    found = found[(found["status"] == "ok") & found["cautious_probability"].notna()]
    if found.empty:
        return Nothing("Сравнить когорты нельзя: нет данных прошлого года или школ слишком мало.")
    return Section(
        _finding(year),
        items=[*_charts_4_5(year), _table(year, found)],
        reading="Для каждого предмета и класса строится обычная для муниципалитета связь раннего и "
        "позднего результата; отклонение – насколько школа ниже или выше линии, проведённой без "
        "неё. Малые классы судятся мягче. Когорта меняется не только из-за оценивания: приходят "
        "и уходят ученики, меняется учитель, часть класса могла не писать.",
        anchor=ANCHOR,
    )


def _finding(year: Year) -> str:
    signs = flagged_signs(year)
    names = signs[(signs["domain"] == "consistency") & signs["flagged"].astype(bool)]["school"]
    listed = sorted(year.school_names[name] for name in names if name in year.school_names)
    if not listed:
        return "Когорт, чей ранний результат не подтвердился заметно сильнее обычного, нет"
    return f"Ранний результат не подтвердился позже: {ru.joined(listed)}"


def _charts_4_5(year: Year) -> list[Block]:
    """One chart a subject on one scale: change of the cohort from grade 4 to grade 5."""
    values = year.values("ОБ-06", "school")
    if values.empty:
        return [Nothing("Данных четвёртого класса прошлого года нет: переход 4→5 не показан.")]
    whole = year.values("ОБ-06", "municipality").set_index("subject")["value"]
    signs = flagged_signs(year)
    flagged = signs[(signs["domain"] == "consistency") & signs["flagged"].astype(bool)]
    usual = values["subject"].map(whole)
    fell = values["unit_id"].isin(flagged["school"]) & (values["ci_high"] < usual)
    rows = values.assign(
        label=values["unit_id"].map(year.school_names),
        value=points(values["value"]),
        ci_low=points(values["ci_low"]),
        ci_high=points(values["ci_high"]),
        role=fell.map({True: "attention", False: "other"}),
    ).sort_values("label")
    ends = rows[["value", "ci_low", "ci_high"]]
    low, high = np.floor(ends.min().min() / 10), np.ceil(ends.max().max() / 10)
    limits = (10 * float(low), 10 * float(high))
    return [
        _chart_4_5(part, subject, points(whole.get(subject, float("nan"))), limits)
        for subject, part in rows.groupby("subject", sort=False)
    ]


def _chart_4_5(
    rows: pd.DataFrame, subject: object, usual: float, limits: tuple[float, float]
) -> Figure:
    return Figure(
        figures.dot_with_interval(
            rows,
            kind="pp",
            references={} if np.isnan(usual) else {"муниципалитет": usual},
            limits=limits,
            subtitle=f"{subject}: изменение среднего процента той же когорты, 4 → 5 класс",
        ),
        alt=f"{subject}: изменение среднего процента выполнения при переходе из четвёртого класса "
        "в пятый по школам с интервалами.",
        caption=f"{subject}. Отрезок – 95-процентный интервал; ▼ – когорта упала заметно больше, "
        "чем в муниципалитете, и у школы есть признак «та же когорта позже».",
    )


def _table(year: Year, found: pd.DataFrame) -> ReportTable:
    lowest = found[found["residual"] < 0].sort_values("cautious_probability").head(MOST_ROWS)
    rows = lowest.assign(
        school_name=lowest["school"].map(year.school_names),
        path=lowest["grade"].map(path_in_words),
        early=lowest["mean1"] / 100,
        late_text=[
            ru.number(row.mean2, 2) if row.grade == OGE else ru.share(row.mean2 / 100)
            for row in lowest.itertuples()
        ],
        gap_text=[fall_in_words(row.grade, row.residual) for row in lowest.itertuples()],
        chance=lowest["cautious_probability"].map(one_in),
        shown=lowest["cautious_probability"] < RARE,
    )
    return ReportTable(
        rows,
        title="Когорты с самым большим падением против ожидаемого",
        name="05 Когорты",
        columns=[
            Column("school_name", "Школа"),
            Column("subject", "Предмет"),
            Column("path", "Переход"),
            Column("n2", "Учеников позже", "int"),
            Column("early", "Раньше", "share"),
            Column("late_text", "Позже"),
            Column("gap_text", "К ожидаемому"),
            Column("chance", "Такое бывает случайно"),
        ],
        shown="shown",
        note="«Позже» для ОГЭ – средняя отметка, иначе – средний процент выполнения. Последний "
        "столбец – для одной когорты, без поправки на их число.",
    )
