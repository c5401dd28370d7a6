"""Rung C: what was seen against what was to be expected of these schools anyway."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from msoko_lib.methods.effect_estimate import (
    EffectEstimate,
    minimum_detectable_effect,
    t_estimate,
)
from msoko_lib.methods.effect_inputs import (
    Array,
    require_both_sides,
    sampling_variances,
    table_of_years,
    treatment_labels,
)
from msoko_lib.methods.effect_least_squares import mean_difference
from msoko_lib.methods.panel_posterior import posterior_effect, posterior_expected


def empirical_bayes_effect(
    baseline: ArrayLike,
    after: ArrayLike,
    treated: ArrayLike,
    *,
    reliability: float | None = None,
    baseline_variance: ArrayLike | None = None,
    after_variance: ArrayLike | None = None,
    per_school: bool = True,
    confidence: float = 0.95,
) -> EffectEstimate:
    """Rung C: what was seen against what was to be expected of these schools anyway.

    Expected of school j: the comparison schools' change plus the part k of its baseline gap that
    lasts (empirical Bayes). The selection year may be among the baseline years: k takes the
    regression to the mean out.

    With `reliability` given (from the region), k is that number and the interval a pooled t on
    J - 2 degrees of freedom. Otherwise the random-intercept panel of all years is fitted with
    both variances integrated out, so that not knowing k with few schools is in the interval.

    Parameters
    ----------
    baseline : array_like, shape (J,) or (J, m)
        School means before the measure, the selection year included.
    after : array_like, shape (J,) or (J, k)
        School means after its start.
    treated : array_like of bool, shape (J,)
        Who received the measure.
    reliability : float, optional
        Of the baseline (of its mean, when several years are given), 0…1.
    baseline_variance, after_variance : array_like, optional
        Known sampling variances (s²/n) of the means, shaped as they are; useful where school
        sizes differ much.
    per_school : bool
        Also give each treated school's expected value and prediction interval.
    confidence : float
        Level of the interval.

    Returns
    -------
    EffectEstimate
        Rung "C"; `schools` has one row per treated school: ``row`` (its position), ``observed``,
        ``expected``, ``expected_low``, ``expected_high`` (prediction interval), ``outside``.

    Raises
    ------
    ValueError
        If there is one baseline year and no reliability, or too few schools.

    Notes
    -----
    A plug-in variance would be too sure with few schools; a posterior mixture over a grid of
    both standard deviations covers 93-97 % with 8 to 30 schools (calibration page).

    References
    ----------
    Gelman & Hill (2007), chapters 12-13; Raudenbush & Bryk (2002), chapter 3.

    Examples
    --------
    >>> baseline = [40.0, 44.0, 60.0, 62.0, 58.0, 64.0]
    >>> after = [47.0, 49.0, 60.0, 61.0, 60.0, 63.0]
    >>> labels = [1, 1, 0, 0, 0, 0]
    >>> result = empirical_bayes_effect(baseline, after, labels, reliability=0.7)
    >>> round(result.estimate, 2), result.may_be_called_effect
    (0.3, True)
    """
    before, later = table_of_years(baseline), table_of_years(after)
    labels = treatment_labels(treated, before.shape[0])
    if later.shape[0] != before.shape[0]:
        raise ValueError(
            f"baseline and after must have one row per school, got {before.shape[0]} and "
            f"{later.shape[0]}"
        )
    keep = ~np.isnan(before).all(axis=1) & ~np.isnan(later).all(axis=1)
    if reliability is not None:
        keep = ~np.isnan(before).any(axis=1) & ~np.isnan(later).any(axis=1)
    dropped = int((~keep).sum())
    require_both_sides(labels[keep])
    if reliability is not None:
        result = _known_reliability(
            before[keep], later[keep], labels[keep], reliability, confidence
        )
    else:
        noise = np.column_stack(
            [
                sampling_variances(baseline_variance, before, "baseline_variance"),
                sampling_variances(after_variance, later, "after_variance"),
            ]
        )
        values = before[keep], later[keep]
        result = _panel_estimate(*values, noise[keep], labels[keep], per_school, confidence)
    if result.schools is not None:
        rows = np.flatnonzero(keep)[result.schools["row"].to_numpy()]
        result = replace(result, schools=result.schools.assign(row=rows))
    return replace(result, n_dropped=dropped)


def _known_reliability(
    before: Array, after: Array, labels: NDArray[np.bool_], reliability: float, confidence: float
) -> EffectEstimate:
    if not 0 <= reliability <= 1:
        raise ValueError(f"reliability must lie in [0, 1], got {reliability}")
    start, end = before.mean(axis=1), after.mean(axis=1)
    surprise = end - reliability * start
    estimate, error, freedom = mean_difference(surprise, labels, "pooled")
    result = t_estimate(
        "C", "empirical_bayes_known_reliability", estimate, error, freedom, labels, confidence
    )
    others = surprise[~labels]
    expected = others.mean() + reliability * start[labels]
    reach = float("inf")
    if others.size > 1:
        spread = others.std(ddof=1) * np.sqrt(1 + 1 / others.size)
        reach = float(stats.t.ppf((1 + confidence) / 2, others.size - 1) * spread)
    return replace(
        result,
        schools=_school_rows(labels, end, expected, expected - reach, expected + reach),
    )


def _panel_estimate(
    before: Array,
    after: Array,
    noise: Array,
    labels: NDArray[np.bool_],
    per_school: bool,
    confidence: float,
) -> EffectEstimate:
    if before.shape[1] < 2:
        raise ValueError(
            "one baseline year does not show how much of it lasts: give at least two baseline "
            "years or the reliability"
        )
    values = np.column_stack([before, after])
    exposed = np.zeros(values.shape, dtype=bool)
    exposed[labels, before.shape[1] :] = True
    effect = posterior_effect(values, noise, exposed)
    tail = (1 - confidence) / 2
    error = float(effect.sd[0])
    positive = 1 - float(effect.cdf(np.zeros(1))[0])
    schools = None
    if per_school:
        expected = posterior_expected(values, noise, exposed)
        schools = _school_rows(
            labels,
            np.nanmean(after, axis=1),
            expected.mean,
            expected.quantile(tail),
            expected.quantile(1 - tail),
        )
    return EffectEstimate(
        rung="C",
        design="empirical_bayes_panel",
        estimate=float(effect.mean[0]),
        standard_error=error,
        ci_low=float(effect.quantile(tail)[0]),
        ci_high=float(effect.quantile(1 - tail)[0]),
        p_value=2 * min(positive, 1 - positive),
        n_treated=int(labels.sum()),
        n_comparison=int((~labels).sum()),
        confidence=confidence,
        minimum_detectable=minimum_detectable_effect(error),
        schools=schools,
    )


def _school_rows(
    labels: NDArray[np.bool_], end: Array, expected: Array, low: Array, high: Array
) -> pd.DataFrame:
    observed = end[labels]
    return pd.DataFrame(
        {
            "row": np.flatnonzero(labels),
            "observed": observed,
            "expected": expected,
            "expected_low": low,
            "expected_high": high,
            "outside": (observed < low) | (observed > high),
        }
    )
