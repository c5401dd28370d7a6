"""Counts of a school's teachers: pure computation over rows that name nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

from msoko_lib.intake.source_params import SourceParams

SUBSYSTEM = "07"
CATEGORIES = ("none", "conformity", "first", "high")
_CATEGORY_NAMES = ("no_category", "conformity", "first", "high")
# Column of a list → its count; a pair of columns → the count of those who have both.
_PLAIN = {
    "courses": "teachers_courses_n", "diagnosed": "teachers_diagnosed_n",
    "deficits": "teachers_deficit_n", "competitions": "teachers_contest_n",
    "other_subject": "teachers_other_subject_n",
}  # fmt: skip
_PARTS = {
    ("courses", "register"): "teachers_registry_courses_n",
    ("deficits", "iom"): "teachers_route_n",
    ("deficits", "repeated"): "teachers_repeated_n",
    ("deficits", "closed"): "teachers_closed_n",
}


@dataclass(frozen=True)
class Teacher:
    """What a row says of a teacher; None where it says nothing."""

    category: str | None = None
    age: float | None = None
    sex: str | None = None
    experience: float | None = None
    courses: bool | None = None
    register: bool | None = None
    diagnosed: bool | None = None
    deficits: bool | None = None
    repeated: bool | None = None
    closed: bool | None = None
    other_subject: bool | None = None
    iom: bool | None = None
    mentored: bool | None = None
    competitions: bool | None = None
    pension: bool | None = None
    subjects: tuple[str, ...] = ()


def together(first: Teacher, second: Teacher) -> Teacher:
    """Two rows of one person: the higher category, «да» before «нет», the longer experience."""
    merged: dict[str, object] = {}
    for name in Teacher.__dataclass_fields__:
        values = [getattr(row, name) for row in (first, second)]
        given = [value for value in values if value is not None]
        if name == "subjects":
            merged[name] = tuple(dict.fromkeys((*first.subjects, *second.subjects)))
        elif not given:
            merged[name] = None
        elif name == "category":
            merged[name] = max(given, key=CATEGORIES.index)
        elif name == "sex":
            merged[name] = given[0]
        else:
            merged[name] = max(given)
    return Teacher(**merged)  # type: ignore[arg-type]


def is_pensioner(given: SourceParams, teacher: Teacher) -> bool | None:
    """Of pension age by the row's own word, else by sex and age; None where it cannot be told."""
    if teacher.pension is not None:
        return teacher.pension
    if teacher.age is None or teacher.sex is None:
        return None
    return teacher.age >= given.value(f"teachers_pension_age_{teacher.sex}")


def is_whole_staff(known: frozenset[str]) -> bool:
    """True if a list with these columns is one of the whole staff."""
    return bool({"category", "position"} & known)


def counts_of_school(
    teachers: Sequence[Teacher], known: frozenset[str], given: SourceParams
) -> dict[str, float]:
    """Counts of a school, each only if the list has the column it needs.

    Parameters
    ----------
    teachers : sequence of Teacher
        Each person once.
    known : frozenset of str
        Columns that the list has.
    given : SourceParams
        Thresholds of age, experience and courses.

    Returns
    -------
    dict of str to float
        ``teachers_n`` (a list with categories or positions is a list of the whole staff),
        ``teachers_high_n``, ``teachers_first_n``, ``teachers_conformity_n``,
        ``teachers_no_category_n``, ``teachers_under_35_n``, ``teachers_pension_n``,
        ``teachers_new_n``, ``teachers_mentored_n`` (of the new ones),
        ``teachers_courses_n``, ``teachers_registry_courses_n`` (of those with courses),
        ``teachers_diagnosed_n``, ``teachers_deficit_n``, ``teachers_route_n``,
        ``teachers_repeated_n``, ``teachers_closed_n`` (of those with deficits),
        ``teachers_other_subject_n``, ``teachers_contest_n``.
    """
    counts: dict[str, float] = {}

    def put(name: str, holds: Callable[[Teacher], object]) -> None:
        counts[name] = float(sum(bool(holds(teacher)) for teacher in teachers))

    if is_whole_staff(known):
        counts["teachers_n"] = float(len(teachers))
    if "category" in known:
        for category, name in zip(CATEGORIES, _CATEGORY_NAMES, strict=True):
            put(f"teachers_{name}_n", partial(_has_category, category))
    if {"age", "birth"} & known:
        # Full years below the bound: 35 means the youngest who do not count are 35.
        put("teachers_under_35_n", partial(_is_aged, 0, given.value("teachers_young_age") - 1))
    if "pension" in known or ({"age", "birth"} & known and "sex" in known):
        put("teachers_pension_n", partial(is_pensioner, given))
    if "experience" in known:
        is_new = partial(_is_new, given.value("teachers_young_experience"))
        put("teachers_new_n", is_new)
        if "mentored" in known:
            put("teachers_mentored_n", lambda row: row.mentored and is_new(row))
    for column, name in _PLAIN.items():
        if column in known:
            put(name, attrgetter(column))
    for (whole, part), name in _PARTS.items():
        if {whole, part} <= known:
            put(name, partial(_both, whole, part))
    return counts


def groups_below(counts: Iterable[float], least: float) -> int:
    """How many counts lie from 1 to below ``least``: groups in which a person can be told."""
    return sum(0 < value < least for value in counts)


def _has_category(category: str, teacher: Teacher) -> bool:
    return teacher.category == category


def _is_aged(low: float, high: float, teacher: Teacher) -> bool:
    return teacher.age is not None and low <= teacher.age <= high


def _is_new(longest: float, teacher: Teacher) -> bool:
    return teacher.experience is not None and teacher.experience <= longest


def _both(whole: str, part: str, teacher: Teacher) -> bool:
    return bool(getattr(teacher, whole)) and bool(getattr(teacher, part))
