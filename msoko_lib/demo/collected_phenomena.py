"""What is planted in forms and registers, for the truth: who, when, by which indicators."""

from __future__ import annotations

from typing import Literal

from msoko_lib.demo import plants as sizes
from msoko_lib.demo.calendar_rows import (
    LATE_TITLE,
    OPEN_ITEM,
    OVERLOADED_GRADE,
    UNPUBLISHED_TITLE,
)
from msoko_lib.demo.collected_parts import CollectedParts
from msoko_lib.demo.form_faults import half_filled_part, silent_school
from msoko_lib.demo.measure_rows import MeasureSchools
from msoko_lib.demo.truth import Phenomenon
from msoko_lib.demo.vpr_year import Town
from msoko_lib.project import school_year_of

When = Literal["every", "newest", "last two"]
# Part → indicators in which its organisation stands out, and the years.
_SHOWN: dict[str, tuple[tuple[str, ...], When]] = {
    "helped_and_left": (("ШН-08", "ШН-09"), "every"),
    "listed_without_help": (("ШН-08", "ШН-09", "МР-04"), "last two"),
    "extra_education_low": (("ТЛ-07",), "every"),
    "gifted_without_plans": (("ТЛ-11",), "every"),
    "pupils_leave": (("ТЛ-13",), "every"),
    "career_hours_low": (("ПР-01",), "last two"),
    "graduates_unplaced": (("ПР-08",), "every"),
    "recheck_not_confirmed": (("ОБ-14",), "every"),
    "vsoko_missing": (("ОБ-11", "ОБ-15"), "every"),
    "open_orders": (("РК-07", "РК-13", "РК-15"), "every"),
    "no_reserve": (("РК-11",), "every"),
    "strong_head": (("РК-06", "РК-13", "РК-15"), "every"),
    "retirement_wave": (("ПП-06", "ПП-07", "ПП-15"), "every"),
    "no_routes": (("ПП-03",), "every"),
    "events_not_on_deficits": (("МР-03", "МР-09"), "every"),
    "recommendations_not_done": (("МР-06",), "every"),
    "done_without_document": (("МР-06",), "last two"),
    "registered_jump": (("ВС-05", "ВС-06", "ВС-07"), "newest"),
    "no_psychologist": (("ВС-10",), "every"),
    "self_rating_high": (("ДО-05",), "every"),
    "sick_days_many": (("ДО-09",), "every"),
    "noko_access_weak": (("УС-03", "УС-07"), "every"),
    "site_incomplete": (("УС-14",), "every"),
    "bad_building": (("УС-11",), "every"),
}


def collected_phenomena(
    town: Town, parts: CollectedParts, measures: MeasureSchools
) -> list[Phenomenon]:
    """Every phenomenon of the forms and registers; none where nothing is planted."""
    if not town.planted:
        return []
    every = tuple(school_year_of(year) for year in town.end_years)
    years = {"every": every, "newest": every[-1:], "last two": every[-2:]}
    found = [
        Phenomenon(part, years[when], parts.units[part], indicators)
        for part, (indicators, when) in _SHOWN.items()
        if part in parts.units
    ]
    newest = every[-1:]
    if measures.worked:
        details: dict[str, object] = {"effect_sd": sizes.MEASURE_EFFECT}
        found.append(Phenomenon("measure_worked", newest, measures.worked, ("КП-04",), details))
    if measures.chosen_low:
        details = {"schools": measures.chosen_low}
        found.append(Phenomenon("measure_without_effect", newest, "", ("КП-04",), details))
    found += [
        Phenomenon("published_late", newest, "", ("КП-34",), {"title": LATE_TITLE}),
        Phenomenon("not_published", newest, "", ("КП-34",), {"title": UNPUBLISHED_TITLE}),
        Phenomenon("grade_overloaded", newest, "", ("КП-21",), {"grade": OVERLOADED_GRADE}),
        Phenomenon("item_not_begun", newest, "", ("МР-11",), {"title": OPEN_ITEM}),
    ]
    for code, index in (
        ("form_missing", silent_school(town)),
        ("form_half_filled", town.plants.school(half_filled_part())),
    ):
        if index >= 0:
            found.append(Phenomenon(code, newest, town.schools[index].login))
    return found
