"""Pupils of the municipality: the same simulated people from grade to grade and year to year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from msoko_lib.demo.municipality import School
from msoko_lib.demo.names import full_name, name_codes

Ints = NDArray[np.integer]
Floats = NDArray[np.float64]
GRADES = range(1, 12)
LAST_BASIC_GRADE = 9
CLASS_SIZE = 27
# One tiny school keeps exactly three pupils in every grade: the smallest report must be right.
STEADY_TINY = 3
# Ability in a subject = general ability and a gift for its field; variances add to one.
GENERAL_WEIGHT, FIELD_WEIGHT = 0.85, 0.527
FIELDS = ("language", "mathematics", "science", "society")
FIELD_OF_SUBJECT = {
    "Русский язык": 0, "Английский язык": 0, "Литература": 0, "Математика": 1,
    "Математика базовая": 1, "Информатика": 1, "Физика": 2, "Химия": 2, "Биология": 2,
    "Окружающий мир": 2, "География": 2, "История": 3, "Обществознание": 3,
}  # fmt: skip
# A pupil of one year is nearly, not wholly, the pupil of the year before.
STABLE_WEIGHT, YEAR_WEIGHT = 0.96, 0.28


@dataclass(frozen=True)
class Pupils:
    """All pupils of the years that the demo covers, sorted by cohort, school and class.

    ``cohort`` is the calendar year in which the pupil ended grade 0: in the school year that
    ends in ``y`` the pupil is in grade ``y - cohort``.
    """

    school: Ints
    cohort: Ints
    general: Floats
    gifts: Floats
    stays: NDArray[np.bool_]
    female: NDArray[np.bool_]
    name: Ints
    class_number: Ints
    number: Ints

    def in_grade(self, end_year: int, grade: int) -> Ints:
        """Indices of the pupils of a grade in the school year that ends in ``end_year``."""
        low, high = np.searchsorted(self.cohort, [end_year - grade, end_year - grade + 1])
        found = np.arange(low, high)
        return found if grade <= LAST_BASIC_GRADE else found[self.stays[low:high]]

    def ability(self, who: Ints, subject: str, rng: np.random.Generator) -> Floats:
        """Ability of pupils in a subject at one sitting (standard deviations of the country)."""
        gift = self.gifts[who, FIELD_OF_SUBJECT[subject]]
        stable = GENERAL_WEIGHT * self.general[who] + FIELD_WEIGHT * gift
        return STABLE_WEIGHT * stable + YEAR_WEIGHT * rng.standard_normal(len(who))

    def full_name(self, pupil: int) -> tuple[str, str, str]:
        """Surname, first name, patronymic."""
        return full_name(int(self.name[pupil]), bool(self.female[pupil]))


def make_pupils(
    schools: Sequence[School], end_years: Sequence[int], rng: np.random.Generator
) -> Pupils:
    """Pupils of every grade in every school year.

    Parameters
    ----------
    schools : sequence of School
        ``effect`` shifts the ability of all their pupils.
    end_years : sequence of int
        Calendar years in which the school years end.
    rng : Generator
    """
    # The autumn session tests the programme of the year before, so one more cohort ends there.
    cohorts = range(min(end_years) - max(GRADES), max(end_years) - min(GRADES) + 1)
    means = np.array([school.pupils_per_grade for school in schools], dtype=float)
    tiny = np.array([school.is_tiny for school in schools])
    shape = len(cohorts), len(schools)
    drawn = np.maximum(np.rint(means * np.exp(rng.normal(0, 0.09, shape))), 3)
    spread = np.where(means == STEADY_TINY, 0, np.maximum(1, means // 3))
    few = np.maximum(1, means + np.rint(spread * rng.uniform(-1.49, 1.49, shape) / 1.5))
    sizes = np.where(tiny, few, drawn).astype(np.int64)
    group_sizes = sizes.ravel()
    total = int(group_sizes.sum())
    school = np.repeat(np.tile(np.arange(len(schools)), len(cohorts)), group_sizes)
    ends = np.cumsum(group_sizes)
    number = np.arange(total) - np.repeat(ends - group_sizes, group_sizes)
    classes = np.maximum(1, np.rint(group_sizes / CLASS_SIZE)).astype(np.int64)
    effects = np.array([item.effect for item in schools])
    general = 0.93 * rng.standard_normal(total) + effects[school] / GENERAL_WEIGHT
    goes_on = np.array([item.top_grade > LAST_BASIC_GRADE for item in schools])
    wish = 1 / (1 + np.exp(-(0.1 + 1.3 * general))) > rng.random(total)
    return Pupils(
        school=school,
        cohort=np.repeat(np.repeat(np.array(cohorts), len(schools)), group_sizes),
        general=general,
        gifts=rng.standard_normal((total, len(FIELDS))),
        stays=goes_on[school] & wish,
        female=rng.random(total) < 0.5,
        name=name_codes(group_sizes, rng),
        class_number=1 + number % np.repeat(classes, group_sizes),
        number=number + 1,
    )
