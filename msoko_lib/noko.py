"""НОКО: five criteria from their sub-indicators, the total and its band; pure computation.

Coefficients, bands and points are settings (``params/noko.yml``) with source and status.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from msoko_lib.intake.source_params import NOKO, read_yaml, wrong_fields
from msoko_lib.project import Project
from msoko_lib.settings import Status

FULL = 100.0
_EPSILON = 1e-9


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NokoPart(_Strict):
    """A sub-indicator: its weight in the criterion; ``mean_of`` names those it replaces."""

    id: str = Field(pattern=r"^p[1-5]\d$")
    title: str
    weight: float = Field(gt=0, le=1)
    mean_of: tuple[str, ...] = ()


class NokoCriterion(_Strict):
    """A criterion and the sub-indicators that it is made of."""

    id: str = Field(pattern=r"^k[1-5]$")
    title: str
    parts: tuple[NokoPart, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> NokoCriterion:
        if abs(sum(part.weight for part in self.parts) - 1) > _EPSILON:
            raise ValueError(f"коэффициенты критерия {self.id} в сумме не дают 1")
        own = {part.id for part in self.parts if not part.mean_of}
        strange = {name for part in self.parts for name in part.mean_of} - own
        if strange:
            raise ValueError(f"в mean_of критерия {self.id} нет таких показателей: {strange}")
        return self


class NokoBand(_Strict):
    """A band of scores from ``low`` up to the next one."""

    low: float = Field(ge=0, le=100)
    title: str


class NokoPoints(_Strict):
    """Points for each thing found; from ``full_from`` things on, 100."""

    each: float = Field(gt=0)
    full_from: int = Field(gt=0)


class NokoSample(_Strict):
    """How many clients are asked: a share of all, but no more than ``most``."""

    share: float = Field(gt=0, le=1)
    most: int = Field(gt=0)


class NokoRules(_Strict):
    """``params/noko.yml``: everything that the scores depend on."""

    source: str
    status: Status
    criteria: tuple[NokoCriterion, ...]
    bands: tuple[NokoBand, ...]
    points: dict[str, NokoPoints]
    sample: NokoSample
    tolerance: float = Field(ge=0)

    @model_validator(mode="after")
    def _has_five_criteria_and_falling_bands(self) -> NokoRules:
        if [item.id for item in self.criteria] != [f"k{number}" for number in range(1, 6)]:
            raise ValueError("ожидались критерии k1, k2, k3, k4, k5 по порядку")
        lows = [band.low for band in self.bands]
        if lows != sorted(set(lows), reverse=True) or lows[-1:] != [0]:
            raise ValueError("полосы bands идут от высокой к низкой, последняя – от 0")
        return self

    @property
    def parts(self) -> dict[str, NokoPart]:
        """Sub-indicators by id, in order."""
        return {part.id: part for item in self.criteria for part in item.parts}


def load_noko(project: Project) -> NokoRules:
    """Read ``params/noko.yml``.

    Raises
    ------
    SettingsProblem
        If the file is missing, is not YAML or is filled wrongly.
    """
    try:
        return NokoRules.model_validate(read_yaml(project, NOKO))
    except ValidationError as problem:
        raise wrong_fields(project, NOKO, problem) from None


def information_score(
    stand_found: float, stand_norm: float, site_found: float, site_norm: float
) -> float:
    """П1.1: information found of that required, the mean of stands and site, ×100.

    >>> information_score(5, 10, 50, 50)
    75.0
    """
    if stand_norm <= 0 or site_norm <= 0:
        raise ValueError("нормативное количество материалов должно быть больше 0")
    return FULL * (stand_found / stand_norm + site_found / site_norm) / 2


def points_score(found_n: int, points: NokoPoints) -> float:
    """П1.2, П2.1, П3.1, П3.2: points for each thing found, 100 from ``full_from`` on.

    >>> points_score(3, NokoPoints(each=30, full_from=4))
    90.0
    >>> points_score(4, NokoPoints(each=30, full_from=4))
    100.0
    """
    if found_n < 0:
        raise ValueError("количество не может быть отрицательным")
    return FULL if found_n >= points.full_from else min(FULL, points.each * found_n)


def satisfied_score(respondents_n: float, *satisfied_n: float) -> float:
    """П1.3 and the shares of the satisfied: mean share over the questions asked, ×100.

    >>> satisfied_score(200, 150, 150)
    75.0
    """
    if respondents_n <= 0 or not satisfied_n:
        raise ValueError("нужны число опрошенных больше 0 и ответы")
    return FULL * sum(satisfied_n) / len(satisfied_n) / respondents_n


def criterion_score(criterion: NokoCriterion, scores: Mapping[str, float]) -> float | None:
    """A criterion as the weighted sum of its sub-indicators; None where one of them is missing.

    A part with ``mean_of`` that was not given is the mean of the parts it names. In education
    П2.2 = (П2.1 + П2.3)/2, so К2 = ½(П2.1 + П2.3).

    Parameters
    ----------
    criterion : NokoCriterion
    scores : mapping
        Sub-indicator (``p11``) → 0…100.

    References
    ----------
    Единый порядок расчёта показателей, приказ Минтруда 31.05.2018 № 344н.
    """
    total = 0.0
    for part in criterion.parts:
        score = scores.get(part.id)
        if score is None and part.mean_of and all(name in scores for name in part.mean_of):
            score = sum(scores[name] for name in part.mean_of) / len(part.mean_of)
        if score is None:
            return None
        total += part.weight * score
    return total


def criteria_scores(rules: NokoRules, scores: Mapping[str, float]) -> dict[str, float]:
    """Criteria (``k1`` … ``k5``) that the sub-indicators given suffice for."""
    found = {item.id: criterion_score(item, scores) for item in rules.criteria}
    return {name: value for name, value in found.items() if value is not None}


def total_score(criteria: Mapping[str, float]) -> float | None:
    """Total S = (К1 + … + К5)/5; None where a criterion is missing.

    >>> total_score({"k1": 90, "k2": 80, "k3": 50, "k4": 100, "k5": 95})
    83.0
    """
    names = [f"k{number}" for number in range(1, 6)]
    if any(name not in criteria for name in names):
        return None
    return sum(criteria[name] for name in names) / len(names)


def band_of(rules: NokoRules, score: float) -> str:
    """Band of a score, told by the score rounded to a whole number as bus.gov.ru prints it.

    Raises
    ------
    ValueError
        If the score is not within 0…100.
    """
    if not 0 <= score <= FULL:
        raise ValueError(f"балл НОКО от 0 до 100, получено {score}")
    rounded = int(score + 0.5)
    return next(band.title for band in rules.bands if rounded >= band.low)


def sample_needed(rules: NokoRules, clients_n: float) -> int:
    """How many clients must be asked: 40 % of them, at most 600.

    Rounded up; the count is a whole number of people.
    """
    wanted = rules.sample.share * clients_n
    whole = int(wanted) + (wanted - int(wanted) > _EPSILON)
    return min(whole, rules.sample.most)
