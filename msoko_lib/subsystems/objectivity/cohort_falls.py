"""The same cohort later: 4→5 and the other grades of ВПР, ВПР 8→ОГЭ 9."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.screening import cohort_pairs
from msoko_lib.methods.consistency import cohort_residuals
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import points
from msoko_lib.subsystems.objectivity.signs import flagged_signs
from msoko_lib.subsystems.year import Year

ANCHOR = "kogorty"
OGE = "ОГЭ"
MOST_ROWS = 20


def residuals(year: Year) -> pd.DataFrame:
    """Cohorts with what was to be expected of them: columns of ``cohort_residuals``."""
    pairs = cohort_pairs(year.inputs)
    if pairs.empty:
        return pairs.assign(residual=0.0, cautious_probability=1.0, status="")
    return cohort_residuals(pairs)


def cohorts(year: Year) -> Block:
    """Which cohorts fell further than the others did."""
    found = residuals(year)
    found = found[(found["status"] == "ok") & found["cautious_probability"].notna()]
    if found.empty:
        return Nothing("Сравнить когорты нельзя: нет данных прошлого года или школ слишком мало.")
    return Section(
        _finding(year),
        items=[_chart_4_5(year), _table(year, found)],
        reading="Для каждого предмета и класса строится обычная для муниципалитета связь раннего и "
        "позднего результата; отклонение – насколько школа ниже или выше этой линии. Малые классы "
        "судятся мягче. Когорта меняется не только из-за оценивания: приходят и уходят ученики, "
        "меняется учитель, часть класса могла не писать.",
        anchor=ANCHOR,
    )


def _finding(year: Year) -> str:
    signs = flagged_signs(year)
    names = signs[(signs["domain"] == "consistency") & signs["flagged"].astype(bool)]["school"]
    listed = sorted(year.school_names[name] for name in names if name in year.school_names)
    if not listed:
        return "Когорт, чей ранний результат не подтвердился заметно сильнее обычного, нет"
    return f"Ранний результат не подтвердился позже: {ru.joined(listed)}"


def _chart_4_5(year: Year) -> Block:
    values = year.values("ОБ-06", "school")
    if values.empty:
        return Nothing("Данных четвёртого класса прошлого года нет: переход 4→5 не показан.")
    whole = year.values("ОБ-06", "municipality").set_index("subject")["value"]
    signs = flagged_signs(year)
    flagged = signs[(signs["domain"] == "consistency") & signs["flagged"].astype(bool)]
    rows = values.assign(
        label=values["unit_id"].map(year.school_names) + " – " + values["subject"],
        value=points(values["value"]),
        ci_low=points(values["ci_low"]),
        ci_high=points(values["ci_high"]),
        role=values["unit_id"].isin(flagged["school"]).map({True: "attention", False: "other"}),
    ).sort_values("label")
    references = {
        f"муниципалитет, {subject.lower()}": points(value) for subject, value in whole.items()
    }
    return Figure(
        figures.dot_with_interval(
            rows,
            kind="pp",
            references=references,
            subtitle="Изменение среднего процента выполнения той же когорты, 4 → 5 класс",
        ),
        alt="Изменение среднего процента выполнения при переходе из четвёртого класса в пятый по "
        "школам с интервалами.",
        caption="Отрезок – 95-процентный интервал. Отмечены школы с признаком «та же когорта "
        "позже».",
    )


def _table(year: Year, found: pd.DataFrame) -> ReportTable:
    lowest = found[found["residual"] < 0].sort_values("cautious_probability").head(MOST_ROWS)
    later = lowest["grade"].astype(str)
    rows = lowest.assign(
        school_name=lowest["school"].map(year.school_names),
        path=[
            "8 класс → ОГЭ" if grade == OGE else f"{int(grade) - 1} → {grade} класс"
            for grade in later
        ],
        early=lowest["mean1"] / 100,
        late=[row.mean2 if row.grade == OGE else None for row in lowest.itertuples()],
        gap=lowest["residual"],
    )
    rows["late_text"] = [
        ru.number(row.mean2, 2) if row.grade == OGE else ru.share(row.mean2 / 100)
        for row in lowest.itertuples()
    ]
    rows["gap_text"] = [
        f"{ru.number(row.residual, 2, signed=True)} отметки" if row.grade == OGE
        else ru.pp(row.residual)
        for row in lowest.itertuples()
    ]  # fmt: skip
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
            Column("cautious_probability", "Вероятность случайности", "mean", decimals=3),
        ],
        note="«Позже» для ОГЭ – средняя отметка, иначе – средний процент выполнения. Вероятность – "
        "для одной когорты, без поправки на их число.",
    )
