"""How many school-level predictors a number of schools can carry."""

from __future__ import annotations

from dataclasses import dataclass

SCHOOLS_PER_PREDICTOR = 10


@dataclass(frozen=True)
class PredictorBudget:
    """What was asked and what is allowed.

    Attributes
    ----------
    groups : int
        Schools J.
    asked : int
        School-level predictors asked for.
    allowed : int
        ⌊J/10⌋.
    is_within : bool
        asked ≤ allowed.
    explanation : str
        One English sentence.
    """

    groups: int
    asked: int
    allowed: int
    is_within: bool
    explanation: str


def predictor_budget(groups: int, asked: int) -> PredictorBudget:
    """At most J/10 school-level predictors for J schools.

    With fewer schools per predictor the estimates follow the schools' accidents: R² rises by
    1/(J − 1) for every predictor of pure noise.

    Parameters
    ----------
    groups : int
        Number J of schools (not pupils: a school-level predictor has one value per school).
    asked : int
        Number of predictors.

    Returns
    -------
    PredictorBudget

    Raises
    ------
    ValueError
        If a number is negative.

    References
    ----------
    Harrell (2015), Regression Modeling Strategies, §4.4 (10–20 units per predictor).

    Examples
    --------
    >>> predictor_budget(20, 3).explanation
    '20 schools allow 2 school-level predictors (one per 10 schools), 3 were asked for: combine \
them into one pre-specified index per block'
    """
    if groups < 0 or asked < 0:
        raise ValueError(f"numbers must not be negative, found {groups} schools, {asked} asked")
    allowed = groups // SCHOOLS_PER_PREDICTOR
    is_within = asked <= allowed
    sentence = (
        f"{groups} schools allow {allowed} school-level predictors "
        f"(one per {SCHOOLS_PER_PREDICTOR} schools), {asked} were asked for"
    )
    if not is_within:
        sentence += (
            ": combine them into one pre-specified index per block"
            if allowed
            else ": describe schools one by one or borrow the coefficients of a region"
        )
    return PredictorBudget(groups, asked, allowed, is_within, sentence)


def enforce_budget(groups: int, asked: int) -> PredictorBudget:
    """`predictor_budget` that refuses instead of reporting.

    Parameters
    ----------
    groups, asked : int
        As in `predictor_budget`.

    Returns
    -------
    PredictorBudget

    Raises
    ------
    ValueError
        If more predictors are asked for than allowed; the message says what to do.

    Examples
    --------
    >>> enforce_budget(20, 2).is_within
    True
    """
    budget = predictor_budget(groups, asked)
    if not budget.is_within:
        raise ValueError(budget.explanation)
    return budget
