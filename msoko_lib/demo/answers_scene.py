"""What all themes of the answers share: sizes of the organisations and draws that last.

An organisation keeps its ways: what sets it apart is drawn once, a year adds little to it. Counts
are parts of wholes, so that no part exceeds its whole and nothing leaps in a small school.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from msoko_lib.demo.collected_parts import CollectedParts
from msoko_lib.demo.municipality import Additional, Preschool, School
from msoko_lib.demo.school_tables import pupils_by_grade
from msoko_lib.demo.vpr_year import Town

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
# Streams of the answers, apart from those of the exam files.
_LASTING, _OF_YEAR = 977, 978
# The year that trends are counted from.
_MIDDLE_YEAR = 2024
_TREND_YEARS = 6


@dataclass
class Scene:
    """Organisations of a year, schools first, then preschools, then additional education.

    ``answers`` grows: field → one number an organisation, nan where it answers nothing;
    ``words`` holds what is no number.
    """

    town: Town
    preschools: Sequence[Preschool]
    additional: Sequence[Additional]
    parts: CollectedParts
    end_year: int
    answers: dict[str, Floats] = field(default_factory=dict)
    yes_no: set[str] = field(default_factory=set)
    whole: set[str] = field(default_factory=set)
    words: dict[str, list[object]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        schools = self.town.schools
        units: list[School | Preschool | Additional] = [
            *schools,
            *self.preschools,
            *self.additional,
        ]
        self.unit_ids = [unit.unit_id for unit in units]
        self.size = len(units)
        place = np.arange(self.size)
        self.is_school = place < len(schools)
        self.is_additional = place >= len(schools) + len(self.preschools)
        self.is_preschool = ~self.is_school & ~self.is_additional
        self.is_town = np.array([unit.territory == "город" for unit in units])
        self.grades = np.zeros((self.size, 11), dtype=np.int64)
        self.grades[self.is_school] = pupils_by_grade(self.town, self.end_year)
        self.has_11 = self._of_schools([school.top_grade > 9 for school in schools]) == 1
        self.context = np.nan_to_num(self._of_schools([school.context for school in schools]))
        self.effect = np.nan_to_num(self._of_schools([school.effect for school in schools]))

    def _of_schools(self, values: Sequence[float]) -> Floats:
        every = np.full(self.size, np.nan)
        every[: len(values)] = values
        return every

    @cached_property
    def years_on(self) -> float:
        """Years since the middle of the demo, for trends; far years change nothing more."""
        return float(np.clip(self.end_year - _MIDDLE_YEAR, -_TREND_YEARS, _TREND_YEARS))

    def pupils(self, first: int, last: int) -> Floats:
        """Pupils of some grades."""
        return self.grades[:, first - 1 : last].sum(axis=1).astype(float)

    def here(self, part: str) -> Bools:
        """Mask of the organisation that plays a part."""
        return np.array([self.parts.plays(unit_id, part) for unit_id in self.unit_ids])

    def own(self, name: str) -> Floats:
        """What sets each organisation apart in something: normal, the same every year."""
        return self._rng(name, _LASTING, 0).standard_normal(self.size)

    def own_uniform(self, name: str) -> Floats:
        """The same, uniform on 0…1."""
        return self._rng(name, _LASTING, 1).random(self.size)

    def year(self, name: str) -> Floats:
        """What the year adds."""
        return self._rng(name, _OF_YEAR, self.end_year).standard_normal(self.size)

    def _rng(self, name: str, *more: int) -> np.random.Generator:
        return np.random.default_rng([self.town.seed, *more, zlib.crc32(name.encode())])

    def share(
        self,
        name: str,
        mean: float,
        apart: float = 0.3,
        context: float = 0.0,
        effect: float = 0.0,
        trend: float = 0.0,
    ) -> Floats:
        """A share of its own for each organisation (logits: mean, spread, slopes, yearly trend)."""
        latent = float(logit(mean)) + apart * self.own(name) + 0.15 * apart * self.year(name)
        latent = latent + context * self.context + effect * self.effect + trend * self.years_on
        return np.asarray(expit(latent))

    def part(self, name: str, whole: Floats, share: Floats | float) -> Floats:
        """A whole number of people, not more than the whole."""
        wanted = np.floor(whole * share + self._rounding(name))
        return np.asarray(np.clip(wanted, 0, whole))

    def count(self, name: str, mean: Floats | float) -> Floats:
        """A whole number about a mean."""
        return np.asarray(np.floor(mean + self._rounding(name)))

    def _rounding(self, name: str) -> Floats:
        """Rounding up or down is lasting too, but for a little: small numbers change by one."""
        drawn = self.own_uniform(f"{name} rounding") + 0.12 * self.year(f"{name} rounding")
        return np.asarray(np.clip(drawn, 0, 0.999))

    def put(self, name: str, values: Floats | float, where: Bools | None = None) -> Floats:
        """Answer with a whole number; organisations outside ``where`` (schools) answer nothing."""
        self.whole.add(name)
        return self.put_number(name, values, where)

    def put_number(self, name: str, values: Floats | float, where: Bools | None = None) -> Floats:
        """Answer with a number that may have a fraction."""
        asked = self.is_school if where is None else where
        self.answers[name] = np.where(asked, values, np.nan)
        return self.answers[name]

    def put_yes(self, name: str, values: Bools, where: Bools | None = None) -> Floats:
        """Answer yes or no."""
        self.yes_no.add(name)
        return self.put_number(name, values.astype(float), where)

    def yes(self, name: str, share: float, trend: float = 0.0) -> Bools:
        """Who says yes: always the same ones, and with a trend ever more of them."""
        return np.asarray(self.own_uniform(name) < share + trend * self.years_on)

    def put_words(self, name: str, values: Sequence[object]) -> None:
        """Answer in words or with a date; None: no answer."""
        self.words[name] = list(values)

    def answers_of(self) -> dict[str, dict[str, object]]:
        """Organisation → field → its answer as a person would give it."""
        found: dict[str, dict[str, object]] = {unit_id: {} for unit_id in self.unit_ids}
        for name, column in self.answers.items():
            kind = bool if name in self.yes_no else int if name in self.whole else float
            for unit_id, value in zip(self.unit_ids, column.tolist(), strict=True):
                if value == value:  # nan: no answer
                    found[unit_id][name] = kind(value)
        for name, words in self.words.items():
            for unit_id, value in zip(self.unit_ids, words, strict=True):
                if value is not None:
                    found[unit_id][name] = value
        return found
