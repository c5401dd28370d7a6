"""The list of what was planted, made from the cast and the simulated results."""

from __future__ import annotations

from collections.abc import Sequence

from msoko_lib.demo import plants as sizes
from msoko_lib.demo.forms_vpr import COMPULSORY, FORMS
from msoko_lib.demo.truth import Phenomenon
from msoko_lib.demo.vpr_work import lost_tasks
from msoko_lib.demo.vpr_year import AUTUMN_YEAR, Town, autumn_forms
from msoko_lib.project import school_year_of


def _keys(*grades: int) -> tuple[str, ...]:
    return tuple(form.key for form in FORMS if form.code in COMPULSORY and form.grade in grades)


def planted_phenomena(town: Town, medal_score: int | None) -> list[Phenomenon]:
    """Every phenomenon that found a school to stand in.

    Parameters
    ----------
    town : Town
    medal_score : int, optional
        Russian score of the candidate who did not confirm, None where there is none.
    """
    if not town.planted:
        return []
    every = tuple(school_year_of(year) for year in town.end_years)
    newest = every[-1:]
    last_two = every[-2:]
    skills = {form.key: [form.tasks[place].label for place in lost_tasks(form)] for form in FORMS}
    skills = {key: labels for key, labels in skills.items() if labels}
    rows: list[tuple[str, Sequence[str], tuple[str, ...], dict[str, object]]] = [
        ("drop_4_5", every, _keys(4), {"inflation_sd": sizes.GRADE_4_INFLATION}),
        ("boundary_peak", every, _keys(4, 5, 6, 7, 8), {"moved_share": sizes.MOVED_SHARE}),
        ("journal_gap", every, (), {"lowered_share": sizes.JOURNAL_LOWERED_SHARE}),
        ("resilient", every, (), {"context": sizes.RESILIENT_CONTEXT}),
        ("low_results", every, (), {"effect_sd": sizes.LOW_SCHOOL_EFFECT}),
        ("vpr_oge_gap", every, _keys(8), {"inflation_sd": sizes.GRADE_8_INFLATION}),
        ("skill_deficit", last_two, tuple(skills), {"tasks": skills}),
        ("olympiad_drop", every, (), {"inflation_share": sizes.OLYMPIAD_INFLATION}),
        ("annual_not_confirmed", every, (), {"share": sizes.ANNUAL_RAISED_SHARE}),
        ("no_observers", every, (), {}),
        ("renamed", newest, (), {}),
        ("two_logins", every[:-1], (), {}),
        ("tiny", every, (), {}),
    ]
    found = []
    for code, years, works, details in rows:
        index = town.plants.school(code)
        if index >= 0:
            login = town.schools[index].login
            found.append(Phenomenon(code, tuple(years), login, works, details))
    if AUTUMN_YEAR + 1 in town.end_years:
        works = tuple(form.key for form in autumn_forms())
        found.append(Phenomenon("autumn_2022", (school_year_of(AUTUMN_YEAR + 1),), "", works))
    if medal_score is not None:
        login = town.schools[town.plants.school("medal_not_confirmed")].login
        details = {"russian": medal_score, "degree": "I"}
        found.append(Phenomenon("medal_not_confirmed", newest, login, (), details))
    return found
