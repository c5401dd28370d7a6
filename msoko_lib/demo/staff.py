"""Teachers of a school, person by person, so that their counts are the school's true answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from msoko_lib.demo.names import NAME_STRIDE, NAMES_TOTAL, full_name
from msoko_lib.demo.source_year import SourceUnit, SourceYear, shares_of

# Subject → weight among the teachers of a school; posts without a subject at the end.
_POSTS: tuple[tuple[str, str, float], ...] = (
    ("учитель начальных классов", "начальные классы", 24),
    ("учитель", "русский язык и литература", 14),
    ("учитель", "математика", 12),
    ("учитель", "английский язык", 9),
    ("учитель", "физическая культура", 6),
    ("учитель", "история, обществознание", 7),
    ("учитель", "биология, химия", 6),
    ("учитель", "технология", 4),
    ("педагог-психолог", "", 3),
    ("учитель", "физика", 4),
    ("учитель", "география", 3),
    ("учитель", "информатика", 3),
    ("социальный педагог", "", 2),
    ("учитель", "музыка", 1.5),
    ("учитель", "ОБЗР", 1.5),
)
# Who is diagnosed finds a deficit here more often than elsewhere, where that is planted.
DEFICIT_SUBJECT = "математика"
_DEFICIT_WEIGHT = 12.0
# Subjects that are hard to find a teacher for, the hardest first.
HARD_TO_FIND = ("физика", "английский язык", "математика")
YOUNG, OLD, OLD_MAN = 35, 60, 65
_NEW_YEARS = 3


@dataclass(frozen=True)
class Teacher:
    """A teacher of the demo: everything that a list may say."""

    name: str
    female: bool
    age: int
    experience: int
    position: str
    subject: str
    category: str = "без категории"
    courses: bool = False
    registry: bool = False
    contest: bool = False
    other_subject: bool = False
    mentored: bool = False
    diagnosed: bool = False
    deficit: bool = False
    route: bool = False
    repeated: bool = False
    closed: bool = False


def staff_of(year: SourceYear, unit: SourceUnit) -> list[Teacher]:
    """Teachers of a school: as many, and with as many of each kind, as its answers say.

    Ages rise along the list and new teachers stand first, for they are the youngest.
    """
    number = unit.whole("teachers_n")
    rng = year.stream("staff", unit)
    ages, females = _ages(unit, number, rng)
    new_n = unit.whole("teachers_new_n")
    posts = shares_of(number, [weight for *_, weight in _POSTS])
    held = [place for place, many in enumerate(posts) for _ in range(many)]
    held = [held[at] for at in rng.permutation(number)]
    code = int(rng.integers(NAMES_TOTAL))
    people = []
    for place in range(number):
        position, subject, _ = _POSTS[held[place]]
        surname, first, patronymic = full_name(
            (code + place * NAME_STRIDE) % NAMES_TOTAL, females[place]
        )
        if place < new_n:
            experience = int(rng.integers(0, _NEW_YEARS + 1))
        else:
            longest = max(_NEW_YEARS + 1, ages[place] - 22)
            experience = int(rng.integers(max(_NEW_YEARS + 1, longest - 8), longest + 1))
        people.append(
            Teacher(f"{surname} {first} {patronymic}", females[place], ages[place], experience,
                    position, subject)
        )  # fmt: skip
    return _marked(people, unit, rng, year.town.planted)


def _ages(unit: SourceUnit, number: int, rng: np.random.Generator) -> tuple[list[int], list[bool]]:
    """Ages in order and who is a woman: of pension age are as many as the answers say."""
    young, old = unit.whole("teachers_under_35_n"), unit.whole("teachers_pension_n")
    middle = number - young - old
    ages = [
        *np.sort(rng.integers(22, YOUNG, young)),
        *np.sort(rng.integers(YOUNG, OLD, middle)),
        *np.sort(rng.integers(OLD, 73, old)),
    ]
    # Men go on pension later: who is between the two ages and counts as one is a woman.
    females = [bool(each) for each in rng.random(number) < 0.87]
    females = [female or OLD <= age < OLD_MAN for female, age in zip(females, ages, strict=True)]
    return [int(age) for age in ages], females


def _marked(
    people: Sequence[Teacher], unit: SourceUnit, rng: np.random.Generator, planted: bool
) -> list[Teacher]:
    """The same people with categories, courses and diagnoses, as many as the answers say."""
    number, new_n = len(people), unit.whole("teachers_new_n")
    marked = list(people)

    def choose(
        count: int, among: Sequence[int], flag: str, weights: Sequence[float] = ()
    ) -> list[int]:
        if not count:
            return []
        share = np.array(weights) / sum(weights) if weights else None
        chosen = sorted(rng.choice(among, size=count, replace=False, p=share).tolist())
        for place in chosen:
            marked[place] = replace(marked[place], **{flag: True})
        return chosen

    # Categories come with the years; the newest have none if others suffice.
    by_years = list(range(number))[::-1]
    high, first = unit.whole("teachers_high_n"), unit.whole("teachers_first_n")
    for rank, place in enumerate(by_years):
        category = "высшая" if rank < high else "первая" if rank < high + first else ""
        if not category:
            category = "соответствие" if place >= new_n else "без категории"
        marked[place] = replace(marked[place], category=category)
    everybody = range(number)
    trained = choose(unit.whole("teachers_courses_n"), everybody, "courses")
    choose(unit.whole("teachers_registry_courses_n"), trained, "registry")
    choose(unit.whole("teachers_contest_n"), everybody, "contest")
    choose(unit.whole("teachers_other_subject_n"), everybody, "other_subject")
    choose(unit.whole("teachers_mentored_n"), range(new_n), "mentored")
    diagnosed = choose(unit.whole("teachers_diagnosed_n"), everybody, "diagnosed")
    weights = [
        _DEFICIT_WEIGHT if planted and marked[place].subject == DEFICIT_SUBJECT else 1.0
        for place in diagnosed
    ]
    found = choose(unit.whole("teachers_deficit_n"), diagnosed, "deficit", weights)
    choose(unit.whole("teachers_route_n"), found, "route")
    repeated = choose(unit.whole("teachers_repeated_n"), found, "repeated")
    choose(unit.whole("teachers_closed_n"), repeated, "closed")
    return marked


def vacancies_of(unit: SourceUnit) -> list[str]:
    """Subjects of the vacant posts: as many as whole posts are not filled."""
    vacant = int(unit.number("posts_n") - unit.number("posts_filled_n"))
    return [HARD_TO_FIND[place % len(HARD_TO_FIND)] for place in range(vacant)]
