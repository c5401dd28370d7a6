"""Tasks and skills of ВПР: what is hard, and whether the same is hard in several grades."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from msoko_lib.explore.names import found
from msoko_lib.explore.view import View
from msoko_lib.explore.works import of_what, only
from msoko_lib.indicators.vpr import task_rates
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.subsystems.labels import points, sentence_case
from msoko_lib.subsystems.quality.few import few_note, told_in_whole
from msoko_lib.subsystems.quality.skills import (
    FEWEST_GRADES,
    MOST_SHOWN,
    SYSTEMIC_SHARE,
    skill_deficits,
    skill_in_words,
    skills_by_grade,
    skills_table,
)
from msoko_lib.subsystems.quality.task_gaps import SHOWN, task_labels, weak_table, weak_tasks
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NOT_THE_TEACHER = (
    "Задание, трудное и в регионе, говорит о задании или программе; отставание от региона – о том, "
    "чему здесь учат иначе. Об отдельном учителе не говорит ни то, ни другое."
)


def tasks_view(year: Year, subject: str | None, grade: int | None) -> View:
    """Tasks below the sufficient level, the widest gap to the region first."""
    rows = only(weak_tasks(year), subject, grade)
    what = of_what(subject, grade)
    if rows.empty:
        return View(f"{what}: заданий ниже достаточного уровня нет", rows)
    behind = int(rows["behind"].sum())
    finding = (
        f"{what}: ниже достаточного уровня {ru.counted(len(rows), ru.TASK)}, из них заметно хуже "
        f"региона – {ru.number(behind) if behind else 'ни одного'}"
    )
    return View(
        finding, rows, partial(_weak, rows.head(SHOWN)), weak_table(rows, few_note(year)),
        NOT_THE_TEACHER,
    )  # fmt: skip


def _weak(rows: pd.DataFrame) -> Figure:
    chart = rows.assign(
        label=task_labels(rows), value=rows["rate"], reference=rows["region"],
        threshold=rows["limit"], attention=rows["behind"],
    )  # fmt: skip
    return figures.dumbbell(
        chart, ours_name="муниципалитет", reference_name="регион",
        threshold_name="граница недостаточного уровня",
        subtitle="Средняя доля от максимального балла за задание",
    )  # fmt: skip


def skills_view(year: Year, subject: str | None, skill: str | None) -> View:
    """Skills with weak tasks over the grades; with a skill named, its tasks grade by grade."""
    cells = only(skills_by_grade(year), subject, None)
    if cells.empty:
        return View(f"{of_what(subject, None)}: умения в выгрузках не названы", cells)
    if skill is not None:
        known = {str(name): str(name) for name in cells["skill"].unique()}
        return skill_view(year, subject, found(skill, known, "умения"))
    rows = only(skill_deficits(year), subject, None)
    if rows.empty:
        return View(f"{of_what(subject, None)}: умений с трудными заданиями нет", rows)
    shown = rows[rows["grades_n"] >= FEWEST_GRADES].head(MOST_SHOWN)
    return View(
        f"{of_what(subject, None)}: {_skills_finding(rows)}", rows,
        partial(_map, cells, shown) if len(shown) else None,
        skills_table(rows, few_note(year)),
        "Дефицит накапливается, если не меньше чем в двух классах больше половины заданий на "
        f"умение ниже достаточного уровня: одной параллелью его не исправить. {NOT_THE_TEACHER}",
    )  # fmt: skip


def _skills_finding(rows: pd.DataFrame) -> str:
    systemic = rows[rows["systemic"]]
    if systemic.empty:
        return "умений, которых не хватает сразу в нескольких классах, нет"
    first = skill_in_words(systemic.iloc[0], "grades_low").partition(", ")[2]
    rest = len(systemic) - 1
    return f"сразу в нескольких классах не хватает умения {first}" + (
        f" и ещё {ru.counted(rest, ru.SKILL)}" if rest else ""
    )


def _map(cells: pd.DataFrame, shown: pd.DataFrame) -> Figure:
    part = shown[["subject", "skill"]].merge(cells, on=["subject", "skill"])
    one = part["subject"].nunique() == 1
    grades = sorted(part["grade"].unique())
    frame = pd.DataFrame(
        {
            "unit": part["skill"] if one
            else part["subject"] + ": " + part["skill"].map(sentence_case),
            "work": [f"{grade}{ru.NBSP}класс" for grade in part["grade"]],
            "text": [ru.share(rate, 0) for rate in part["rate"]],
            "mark": (part["low"] > SYSTEMIC_SHARE * part["tasks"]).map(
                {True: "attention", False: "same"}
            ),
        }
    )  # fmt: skip
    return figures.heat_map(
        frame, works=[f"{grade}{ru.NBSP}класс" for grade in grades],
        subtitle="Выполнение заданий на умение, по классам",
        meanings={"attention": "больше половины заданий ниже достаточного уровня"},
        width=figures.TEXT_WIDTH,
    )  # fmt: skip


def skill_view(year: Year, subject: str | None, skill: str) -> View:
    """One skill: every task on it, by grade, beside the region."""
    rates = task_rates(year.inputs)
    rates = only(rates[rates["skill"] == skill], subject, None)
    key = ["subject", "grade", "task"]
    own = told_in_whole(year, rates[rates["level"] == "municipality"])
    region = rates[rates["level"] == "region"][[*key, "rate"]].rename(columns={"rate": "region"})
    rows = own.merge(region, on=key, how="left").sort_values(
        ["subject", "grade", "task_order"], ignore_index=True
    )
    if rows.empty:
        return View(f"«{skill}»: заданий с достаточным числом участников нет", rows)
    rows = rows.assign(gap=rows["rate"] - rows["region"])
    known = rows[rows["gap"].notna()]
    lower = int((known["gap"] < 0).sum())
    finding = f"«{skill}»: {ru.counted(len(rows), ru.TASK)} в {_grades(rows)}" + (
        f", ниже региона – {ru.number(lower)} из {ru.number(len(known))}" if len(known) else ""
    )
    table = ReportTable(
        rows.assign(gap_pp=points(rows["gap"]), where=task_labels(rows)),
        title=f"Задания на умение «{skill}»",
        name="Умение",
        columns=[
            Column("where", "Задание"), Column("task_level", "Уровень"),
            Column("n", "Участников", "int"), Column("rate", "Выполнение", "share"),
            Column("region", "Регион", "share"), Column("gap_pp", "К региону", "pp"),
        ],
        note=few_note(year),
    )  # fmt: skip
    return View(finding, rows, partial(_skill, rows), table, NOT_THE_TEACHER)


def _grades(rows: pd.DataFrame) -> str:
    names = [str(grade) for grade in sorted(rows["grade"].unique())]
    return f"{ru.joined(names)}{ru.NBSP}{'классе' if len(names) == 1 else 'классах'}"


def _skill(rows: pd.DataFrame) -> Figure:
    chart = rows.assign(label=task_labels(rows), value=rows["rate"], reference=rows["region"])
    return figures.dumbbell(
        chart, ours_name="муниципалитет", reference_name="регион",
        subtitle="Средняя доля от максимального балла за задание",
    )  # fmt: skip
