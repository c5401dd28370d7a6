"""Part of the director's report on career guidance: a few numbers of one school."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.career.hours import BELOW, HOUR, hours_levels
from msoko_lib.subsystems.career.paths import unplaced_counts
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.school_year import SchoolYear

ANCHOR = "proforientaciya"
SHOWN = ("ПР-02", "ПР-03", "ПР-04", "ПР-05", "ПР-06", "ПР-09")


def school_part(school: SchoolYear) -> Block:
    """Hours, course, trials, diagnosis, profile and paths of one school."""
    return own_numbers(
        school.year,
        school.school_id,
        SHOWN,
        "Самоопределение и профориентация",
        name="Школа – профориентация",
        reading=" ".join(part for part in (_hours_words(school), _unplaced_words(school)) if part),
        anchor=ANCHOR,
    )


def _hours_words(school: SchoolYear) -> str:
    rows = school.own(hours_levels(school.year), "school_id")
    if rows.empty:
        return "Часы профориентационной работы школа не сообщила."
    row = rows.iloc[0]
    told = f"По плану {ru.counted(row['hours'], HOUR)} на класс в год: "
    level = "ниже базового уровня" if row["level"] == BELOW else f"{row['level']} уровень"
    if not row["next_level"]:
        return f"{told}{level}."
    return (
        f"{told}{level}; до следующего ({row['next_level']}) не хватает "
        f"{ru.in_words(int(row['missing']), HOUR, genitive=True)}."
    )


def _unplaced_words(school: SchoolYear) -> str:
    rows = school.own(unplaced_counts(school.year), "school_id")
    if rows.empty:
        return ""
    shown = rows.iloc[0]["shown"]
    if isinstance(shown, str):
        return "Не определившихся выпускников меньше пяти или нет: число не печатается."
    return f"Не определились с дальнейшим путём {ru.counted(shown, ru.GRADUATE)}."
