"""Part of the director's report on upbringing: a few numbers of one school."""

from __future__ import annotations

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.upbringing.help import psychologist_rows
from msoko_lib.subsystems.upbringing.places import school_places
from msoko_lib.subsystems.upbringing.registered import registered_rates, told

ANCHOR = "vospitanie"
SHOWN = ("ВС-03", "ВС-11", "ВС-07", "ВС-08", "ВС-10")


def school_part(school: SchoolYear) -> Block:
    """Associations, volunteers, help to registered pupils, psychologist of one school."""
    words = (_registered_words(school), _psychologist_words(school), _places_words(school))
    return own_numbers(
        school.year,
        school.school_id,
        SHOWN,
        "Воспитание и социализация",
        name="Школа – воспитание",
        reading=" ".join(part for part in words if part),
        anchor=ANCHOR,
    )


def _registered_words(school: SchoolYear) -> str:
    rows = school.own(registered_rates(school.year), "school_id")
    if rows.empty:
        return ""
    row = rows.iloc[0]
    if not told(rows).iloc[0]:
        return "На учёте меньше пяти учеников или никого: число не печатается."
    verdict = {
        "attention": "заметно больше, чем в остальных школах",
        "up": "заметно меньше, чем в остальных школах",
    }.get(str(row["mark"]), "от остальных школ не отличается")
    return (
        f"На учёте {ru.counted(int(row['n']), ru.PUPIL)}, {ru.number(row['rate'])} на тысячу "
        f"({ru.interval(row['low'], row['high'], decimals=0)}): {verdict}."
    )


def _psychologist_words(school: SchoolYear) -> str:
    rows = school.own(psychologist_rows(school.year), "school_id")
    return "Занятой ставки психолога нет." if len(rows) and rows.iloc[0]["posts"] == 0 else ""


def _places_words(school: SchoolYear) -> str:
    rows = school.own(school_places(school.year), "school_id")
    none = rows[rows["has"] == 0]["place"].tolist()
    return f"В школе нет: {ru.joined(none)}." if none else ""
