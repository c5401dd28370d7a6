"""Effect of measures: one entry to the evidence ladder, with all its parts re-exported.

The core trap: the five lowest of thirty schools get a measure that does nothing, and
before-after shows +.17 pupil SD, differences in differences from the selection year +.20,
matching on that year -.14. `estimate_effect` picks the highest rung that the recorded design
allows (`choose_rung`), and below rung C nothing may be called an effect.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from msoko_lib.methods.effect_change import (
    before_after,
    difference_in_differences,
    difference_in_differences_of_means,
)
from msoko_lib.methods.effect_estimate import (
    EffectEstimate,
    effect_power,
    minimum_detectable_effect,
)
from msoko_lib.methods.effect_expected import empirical_bayes_effect
from msoko_lib.methods.effect_rule import ancova_on_score, regression_discontinuity
from msoko_lib.methods.ladder import MeasureDesign, RungChoice, choose_rung, measure_design
from msoko_lib.methods.permutation import PermutationTest, permutation_test
from msoko_lib.methods.regression_to_mean import (
    VarianceOverYears,
    expected_change,
    regression_to_mean,
    variance_over_years,
)

__all__ = [
    "EffectEstimate",
    "MeasureDesign",
    "PermutationTest",
    "RungChoice",
    "VarianceOverYears",
    "ancova_on_score",
    "before_after",
    "choose_rung",
    "difference_in_differences",
    "difference_in_differences_of_means",
    "effect_power",
    "empirical_bayes_effect",
    "estimate_effect",
    "expected_change",
    "measure_design",
    "minimum_detectable_effect",
    "permutation_test",
    "planned_standard_error",
    "regression_discontinuity",
    "regression_to_mean",
    "variance_over_years",
]

#: Schools needed on each side of the cut before the two sides get slopes of their own.
SCHOOLS_FOR_TWO_SLOPES = 15
#: Schools needed on each side before their spreads are told apart.
SCHOOLS_FOR_WELCH = 4


def estimate_effect(
    design: MeasureDesign,
    *,
    rung: str | None = None,
    confidence: float = 0.95,
    draws: int = 9_999,
    seed: int = 0,
) -> EffectEstimate:
    """Estimate at the highest rung the design allows, and say why not higher.

    Parameters
    ----------
    design : MeasureDesign
        From `measure_design`.
    rung : {"A", "B", "C", "D"}, optional
        A lower rung than the highest, for a comparison of designs. A rung that the data do not
        allow is refused.
    confidence, draws, seed
        See `permutation_test`.

    Returns
    -------
    EffectEstimate
        With ``checks`` filled; rung "none" and NaN where not even a dynamic can be shown.

    Raises
    ------
    ValueError
        If the rung asked for is not allowed by the data.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> level = rng.normal(0, 0.3, 20)
    >>> rows = [{"school_id": j, "year": t, "value": level[j] + rng.normal(0, 0.2)}
    ...         for j in range(20) for t in (2022, 2023, 2024, 2025)]
    >>> design = measure_design(pd.DataFrame(rows), [3, 7, 11], selection_periods=2024,
    ...                         after_periods=2025)
    >>> result = estimate_effect(design)
    >>> result.rung, result.may_be_called_effect
    ('C', True)
    """
    choice = choose_rung(design)
    wanted = choice.rung if rung is None else rung
    if rung is not None and (rung not in "ABCD" or choice.missing(rung)):
        raise ValueError(f"rung {rung!r} is not allowed, it lacks {choice.missing(rung)}")
    estimators = {"A": _by_rule, "B": _by_change, "C": _by_expectation, "D": _by_dynamic}
    if wanted == "none":
        return _nothing(design, choice)
    result = estimators[wanted](design, confidence, draws, seed)
    return replace(
        result,
        checks=choice.checks,
        expected_regression_to_mean=_expected_regression(design),
        schools=_named(result, design),
    )


def planned_standard_error(
    within_variance: float,
    n_treated: int,
    n_comparison: int,
    *,
    periods_before: int = 2,
    periods_after: int = 1,
) -> float:
    """Standard error that differences in differences will have, known before the measure starts.

    SE² = vw (1/m_before + 1/m_after)(1/J1 + 1/J0), vw the variance of one year's school mean
    around the school's lasting level (`variance_over_years`).

    Parameters
    ----------
    within_variance : float
        Squared outcome units.
    n_treated, n_comparison : int
        Schools on each side.
    periods_before, periods_after : int
        Years averaged before the selection and after the start.

    Returns
    -------
    float
        Outcome units; pass it to `minimum_detectable_effect` when the measure is registered.

    Examples
    --------
    >>> error = planned_standard_error(0.81 / 25 + 0.01, 5, 25)
    >>> round(error, 3), round(minimum_detectable_effect(error), 2)
    (0.124, 0.35)
    """
    if min(n_treated, n_comparison, periods_before, periods_after) < 1 or within_variance < 0:
        raise ValueError("counts must be at least 1 and the variance not negative")
    periods = 1 / periods_before + 1 / periods_after
    return float(np.sqrt(within_variance * periods * (1 / n_treated + 1 / n_comparison)))


def _by_rule(design: MeasureDesign, confidence: float, draws: int, seed: int) -> EffectEstimate:
    if design.score is None:
        raise ValueError("rung A needs the score of the rule")
    outcome = design.block(design.after).mean(axis=1, skipna=False).to_numpy()
    score, labels = design.score.to_numpy(), design.treated
    known = ~(np.isnan(outcome) | np.isnan(score))
    sides = (int((labels & known).sum()), int((~labels & known).sum()))
    if min(sides) < SCHOOLS_FOR_TWO_SLOPES:
        return ancova_on_score(outcome, score, labels, confidence=confidence)
    inside, outside = score[labels & known], score[~labels & known]
    if inside.max() < outside.min():
        cutoff = (inside.max() + outside.min()) / 2
    else:
        cutoff = (inside.min() + outside.max()) / 2
    return ancova_on_score(
        outcome,
        score,
        labels,
        separate_slopes=True,
        cutoff=float(cutoff),
        variance="hc2",
        confidence=confidence,
    )


def _by_change(design: MeasureDesign, confidence: float, draws: int, seed: int) -> EffectEstimate:
    return difference_in_differences(
        design.block(design.before),
        design.block(design.after),
        design.treated,
        variance="unequal" if _sizes_differ(design) else "pooled",
        confidence=confidence,
        draws=draws,
        seed=seed,
    )


def _sizes_differ(design: MeasureDesign) -> bool:
    """Treated and comparison schools' known sampling variances differ twofold or more.

    A fact of the design, so the choice of variance does not depend on the estimate. Welch needs
    a few schools on each side to know their spread; below that the pooled t is the safer error.
    """
    labels = design.treated
    if design.variances is None or min(labels.sum(), (~labels).sum()) < SCHOOLS_FOR_WELCH:
        return False
    noise = np.nanmean(design.variances.to_numpy(dtype=float), axis=1)
    one, other = np.nanmean(noise[labels]), np.nanmean(noise[~labels])
    return bool(max(one, other) >= 2 * min(one, other))


def _by_expectation(
    design: MeasureDesign, confidence: float, draws: int, seed: int
) -> EffectEstimate:
    baseline = [*design.before, *design.selection]
    noise = design.variances
    return empirical_bayes_effect(
        design.block(baseline),
        design.block(design.after),
        design.treated,
        reliability=design.reliability,
        baseline_variance=None if noise is None else noise[baseline],
        after_variance=None if noise is None else noise[list(design.after)],
        confidence=confidence,
    )


def _by_dynamic(design: MeasureDesign, confidence: float, draws: int, seed: int) -> EffectEstimate:
    rows = design.treated
    return before_after(
        design.block(design.selection)[rows],
        design.block(design.after)[rows],
        confidence=confidence,
    )


def _nothing(design: MeasureDesign, choice: RungChoice) -> EffectEstimate:
    nan = float("nan")
    return EffectEstimate(
        rung="none",
        design="none",
        estimate=nan,
        standard_error=nan,
        ci_low=nan,
        ci_high=nan,
        p_value=nan,
        n_treated=int(design.treated.sum()),
        n_comparison=int((~design.treated).sum()),
        checks=choice.checks,
    )


def _expected_regression(design: MeasureDesign) -> float:
    """Change expected of the treated schools from the selection year with no measure."""
    baseline = design.block([*design.before, *design.selection])
    level = design.block(design.selection).mean(axis=1, skipna=False)
    reliability = design.reliability
    if reliability is None:
        try:
            parts = variance_over_years(baseline)
        except ValueError:  # too few years or schools to know
            return float("nan")
        reliability = parts.reliability_of_mean(len(design.selection))
    change = expected_change(level[design.treated], float(level.mean()), reliability)
    return float(np.nanmean(change)) if np.isfinite(change).any() else float("nan")


def _named(result: EffectEstimate, design: MeasureDesign) -> pd.DataFrame | None:
    if result.schools is None:
        return None
    names = design.values.index[result.schools["row"]]
    return result.schools.drop(columns="row").assign(unit=names).set_index("unit").reset_index()
