"""Skills in deficit across grades: one weakness seen in several works."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.vpr import task_limits, task_rates
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import points, sentence_case, subject_rank
from msoko_lib.subsystems.quality.few import few_note, told_in_whole
from msoko_lib.subsystems.year import Year

ANCHOR = "umeniya"
# A weakness of one work is told by its tasks; here it must be seen in several grades.
FEWEST_GRADES = 2
SYSTEMIC_SHARE = 0.5
MOST_SHOWN = 8


def skills_by_grade(year: Year) -> pd.DataFrame:
    """Each skill in each grade of the municipality, one row a subject × skill × grade.

    Columns: subject, skill, grade, tasks, low (tasks below the sufficient level), n, rate, region.
    """
    rates = task_rates(year.inputs)
    rates = rates[rates["skill"].notna() & rates["task_level"].notna()]
    limit = rates["task_level"].map(task_limits(year.inputs, "insufficient")).astype("float64")
    rates = rates.assign(low=(rates["rate"] < limit).astype(int))
    key = ["subject", "skill", "grade"]
    own = rates[rates["level"] == "municipality"].groupby(key, sort=True).agg(
        tasks=("rate", "size"), low=("low", "sum"), n=("n", "max"), rate=("rate", "mean")
    )  # fmt: skip
    region = rates[rates["level"] == "region"].groupby(key)["rate"].mean().rename("region")
    return told_in_whole(year, own).join(region).reset_index()


def skill_deficits(year: Year) -> pd.DataFrame:
    """Skills with tasks below sufficient, the widest spread over grades first.

    Columns: subject, skill, grades (list), grades_n, grades_low (grades where most tasks of the
    skill are below sufficient), grades_met (grades with any such task), tasks, low, rate, region,
    gap, ``systemic`` (most tasks, in several grades).
    """
    cells = skills_by_grade(year)
    if cells.empty:
        return pd.DataFrame(columns=["subject", "skill", "grades_low", "gap", "systemic"])
    cells = cells.assign(
        red=(cells["low"] > SYSTEMIC_SHARE * cells["tasks"]).astype(int),
        met=(cells["low"] > 0).astype(int),
        whole=cells["rate"] * cells["tasks"],
        whole_region=cells["region"] * cells["tasks"],
    )
    rows = cells.groupby(["subject", "skill"], sort=True).agg(
        grades=("grade", list), grades_n=("grade", "size"), grades_low=("red", "sum"),
        grades_met=("met", "sum"), tasks=("tasks", "sum"), low=("low", "sum"),
        whole=("whole", "sum"), n=("n", "sum"),
        whole_region=("whole_region", lambda part: part.sum(min_count=len(part))),
    ).reset_index()  # fmt: skip
    rows = rows.assign(
        rate=rows["whole"] / rows["tasks"],
        region=rows["whole_region"] / rows["tasks"],
        systemic=rows["grades_low"] >= FEWEST_GRADES,
    )
    rows = rows.assign(gap=rows["rate"] - rows["region"], _subject=subject_rank(rows))
    found = rows[rows["low"] > 0].sort_values(
        ["grades_low", "grades_met", "gap", "_subject"],
        ascending=[False, False, True, True],
        kind="stable",
    )
    return found.drop(columns=["_subject", "whole", "whole_region"]).reset_index(drop=True)


def skills_over_grades(year: Year) -> Block:
    """Skills in deficit over the grades, as a map and a table."""
    cells = skills_by_grade(year)
    if cells.empty:
        return Nothing("Умения в выгрузках не названы: по классам их не сравнить.")
    found = skill_deficits(year)
    if found.empty:
        return Nothing("Умений с заданиями ниже достаточного уровня нет.")
    shown = found[found["grades_n"] >= FEWEST_GRADES].head(MOST_SHOWN)
    return Section(
        _finding(found),
        figure=_map(cells, shown) if len(shown) > 1 else None,
        table=skills_table(found, few_note(year)),
        reading="Дефицит накапливается, если не меньше чем в двух классах больше половины заданий "
        "на умение ниже достаточного уровня: одной параллелью его не исправить. Отставание от "
        "региона показывает, общая это трудность или своя.",
        anchor=ANCHOR,
    )


def _finding(found: pd.DataFrame) -> str:
    systemic = found[found["systemic"]]
    if systemic.empty:
        text = "Умений, которых не хватает сразу в нескольких классах, нет"
        wide = found[found["grades_met"] >= FEWEST_GRADES]
        if wide.empty:
            return f"{text}: трудные задания – в отдельных классах"
        return (
            f"{text}; чаще других задания ниже достаточного уровня у умения: "
            f"{skill_in_words(wide.iloc[0], 'grades_met')}"
        )
    named = [skill_in_words(row, "grades_low") for _, row in systemic.head(3).iterrows()]
    rest = len(systemic) - 3
    more = f" и ещё {ru.counted(rest, ru.SKILL)}" if rest > 0 else ""
    return f"Ниже достаточного уровня сразу в нескольких классах: {'; '.join(named)}{more}"


def skill_in_words(row: pd.Series, counted: str) -> str:
    """«математика, «Решение текстовых задач» (в 4 классах из 6)»."""
    return (
        f"{sentence_case(str(row['subject']))}, «{row['skill']}» "
        f"(в {ru.counted(int(row[counted]), _IN_GRADE)} из {ru.number(row['grades_n'])})"
    )


_IN_GRADE = ru.Noun("классе", "классах", "классах")


def _map(cells: pd.DataFrame, shown: pd.DataFrame) -> Figure:
    part = shown[["subject", "skill"]].merge(cells, on=["subject", "skill"])
    grades = sorted(part["grade"].unique())
    frame = pd.DataFrame(
        {
            "unit": part["subject"] + ": " + part["skill"].map(sentence_case),
            "work": [f"{grade}{ru.NBSP}класс" for grade in part["grade"]],
            "text": [ru.share(rate, 0) for rate in part["rate"]],
            "mark": (part["low"] > SYSTEMIC_SHARE * part["tasks"]).map(
                {True: "attention", False: "same"}
            ),
        }
    )
    return Figure(
        figures.heat_map(
            frame,
            works=[f"{grade}{ru.NBSP}класс" for grade in grades],
            subtitle="Выполнение заданий на умение, по классам",
            width=figures.TEXT_WIDTH,
        ),
        alt="Умения по строкам, классы по столбцам: среднее выполнение заданий и знак там, где "
        "больше половины заданий ниже достаточного уровня.",
        caption="▼ – больше половины заданий на это умение ниже достаточного уровня; пустая клетка "
        "– в этом классе умение не проверяли.",
    )


def skills_table(found: pd.DataFrame, few: str) -> ReportTable:
    table = found.assign(
        grades_text=[ru.joined([str(grade) for grade in grades]) for grades in found["grades"]],
        low_text=[
            f"{ru.number(low)} из {ru.number(tasks)}"
            for low, tasks in zip(found["low"], found["tasks"], strict=True)
        ],
        gap_pp=points(found["gap"]),
        shown=[place < MOST_SHOWN for place in range(len(found))],
    )
    return ReportTable(
        table,
        title="Умения с заданиями ниже достаточного уровня",
        name="01 Умения по классам",
        columns=[
            Column("subject", "Предмет"),
            Column("skill", "Умение"),
            Column("grades_text", "Проверяли в классах"),
            Column("n", "Писали", "int"),
            Column("low_text", "Заданий ниже достаточного"),
            Column("rate", "Выполнение", "share", decimals=0),
            Column("region", "Регион", "share", decimals=0),
            Column("gap_pp", "К региону", "pp"),
        ],
        shown="shown",
        note=few,
    )
