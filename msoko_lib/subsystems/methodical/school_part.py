"""Part of the director's report on methodical work."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.methodical import skill_states
from msoko_lib.reads import derived
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.methodical.own_deficits import NONE, own_deficits
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

ANCHOR = "metodrabota"
SHOWN = ("МР-01", "МР-03", "МР-06", "МР-09")
SKILLS_LEFT = "МР-07"


def school_part(school: SchoolYear) -> Block:
    """Unions, events aimed at deficits, recommendations carried out, skills that recovered.

    Where fewer pupils write a work than the parameters ask for, whether a skill has left the
    deficits is a matter of one pupil: that indicator is not shown.
    """
    wrote, least = usual_writers(school), school.year.points("skill_minimum_n")
    enough = wrote >= least
    reading = ""
    if wrote > 0 and not enough:
        reading = (
            f"Работу здесь пишут меньше {ru.number(least)} учеников, поэтому доля умений, вышедших "
            "из дефицитов, не названа: её меняет один ученик."
        )
    return own_numbers(
        school.year,
        school.school_id,
        (*SHOWN, SKILLS_LEFT) if enough else SHOWN,
        "Методическая работа",
        name="Школа – методическая работа",
        reading=" ".join(part for part in (_own_deficits(school), reading) if part),
        anchor=ANCHOR,
    )


def usual_writers(school: SchoolYear) -> float:
    """How many pupils usually write a work here: the median over the works of the year; 0: none."""
    return _usual_writers(school.year, school.school_id)


@derived("сколько учеников пишут работы")
def _usual_writers(year: Year, school_id: str) -> float:
    states = skill_states(year.inputs)
    own = states[(states["level"] == "school") & (states["unit_id"] == school_id)]
    works = own.groupby(["subject", "grade"])["n"].max()
    middle = works.median()
    return 0.0 if pd.isna(middle) else float(middle)


def _own_deficits(school: SchoolYear) -> str:
    """Last year's own deficits beside the events of this year, in a sentence."""
    rows = school.own_of(own_deficits, column="school_id")
    if rows.empty or rows["state"].iloc[0] == NONE:
        return ""
    row = rows.iloc[0]
    events = (
        f"мероприятий по дефицитам за год – {ru.number(row['aimed_n'])}"
        if not ru.is_missing(row["aimed_n"])
        else "о мероприятиях не сообщено"
    )
    return f"Год назад заметно хуже остальных школ: {row['works']}; {events}."
