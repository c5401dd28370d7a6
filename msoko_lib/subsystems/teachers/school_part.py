"""Teachers of one school: half a page for its report."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.teachers.groups import TEACHER, smallest_group
from msoko_lib.subsystems.teachers.leavers import by_school
from msoko_lib.subsystems.teachers.leaving_rates import first_age

SHOWN = ("ПП-03", "ПП-04", "ПП-09", "ПП-07")


def school_part(school: SchoolYear) -> Block:
    """Routes, closed deficits, mentors, vacancies beside similar schools; who may leave by age."""
    return own_numbers(
        school.year,
        school.school_id,
        SHOWN,
        "Педагоги школы",
        name="Школа – педагоги",
        reading=_leaving(school),
        anchor="pedagogi",
    )


def _leaving(school: SchoolYear) -> str:
    own = school.own_of(by_school, column="school_id")
    least = smallest_group(school.year)
    if own.empty or own["mark"].iloc[0] == "few" or 0 < own["old_n"].iloc[0] < least:
        return ""
    row = own.iloc[0]
    text = (
        f"Педагогов {first_age(school.year)} лет и старше {ru.number(row['old_n'])} из "
        f"{ru.number(row['n'])}"
    )
    if row["high"] == 0:
        return f"{text}."
    low = f"от {ru.number(row['low'])} " if row["low"] else ""
    return (
        f"{text}; за пять лет по возрасту могут уйти {low}до {ru.number(row['high'])} "
        f"{ru.plural(row['high'], _TEACHER_UP_TO)}. Это расчёт по принятым долям, а не сведения о "
        "чьих-то планах."
    )


# After «до» the genitive stands: «до 1 педагога», «до 5 педагогов».
_TEACHER_UP_TO = ru.Noun(TEACHER.few, TEACHER.many, TEACHER.many)
