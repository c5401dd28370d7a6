"""The four designs of the evidence ladder, each over one row per school.

A `ancova_on_score`, `regression_discontinuity` · B `difference_in_differences` ·
C `empirical_bayes_effect` · D `before_after` (a dynamic, not an effect).

Why four: the lowest schools rise by themselves. Differences in differences measured from the
year in which the schools were chosen doubles that error, matching on the chosen year reverses
it; the designs here are free of it, in the order of how much they must assume.
"""

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
from msoko_lib.methods.panel_posterior import posterior_effect, posterior_expected
from msoko_lib.methods.permutation import permutation_test

Array = NDArray[np.float64]


def ancova_on_score(
    outcome: ArrayLike,
    score: ArrayLike,
    treated: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    separate_slopes: bool = False,
    cutoff: float | None = None,
    variance: str = "classical",
    confidence: float = 0.95,
) -> EffectEstimate:
    """Rung A: regress the outcome on the treatment and on the score that decided it.

    y = b0 + b1 * score + delta * treated (+ covariates). Where schools were chosen by the score
    alone, the score carries all of the regression to the mean, and delta is free of it. With
    normal errors the t interval on J - p degrees of freedom is exact, however few the schools.

    Parameters
    ----------
    outcome : array_like, shape (J,)
        School means after the measure, outcome units.
    score : array_like, shape (J,)
        The score on which schools were chosen.
    treated : array_like of bool, shape (J,)
        Who received the measure.
    covariates : array_like, shape (J,) or (J, k), optional
        Earlier years' means; they shorten the interval.
    separate_slopes : bool
        Let the slope differ on the two sides of `cutoff` (regression discontinuity).
    cutoff : float, optional
        The rule's cut; needed for separate slopes. delta is then the jump at the cut.
    variance : {"classical", "hc2"}
        "hc2" for school means of very unequal reliability, with Bell-McCaffrey degrees of freedom.
    confidence : float
        Level of the interval.

    Returns
    -------
    EffectEstimate
        Rung "A". Schools with a missing value are left out and counted in `n_dropped`.

    Raises
    ------
    ValueError
        If too few schools are left, or score and treatment cannot be told apart.

    References
    ----------
    Trochim (1984), Research Design for Program Evaluation; Lee & Lemieux (2010), JEL 48: 281-355.

    Examples
    --------
    >>> score = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    >>> outcome = [3.1, 3.9, 3.0, 4.1, 4.9, 6.0]  # two lowest: about two above the line
    >>> result = ancova_on_score(outcome, score, [True, True, False, False, False, False])
    >>> round(result.estimate, 2), result.degrees_of_freedom
    (1.95, 3.0)
    """
    y = _column(outcome, "outcome")
    x = _column(score, "score")
    labels = _labels(treated, y.size)
    extra = np.empty((y.size, 0)) if covariates is None else _matrix(covariates, y.size)
    keep = ~(np.isnan(y) | np.isnan(x) | np.isnan(extra).any(axis=1))
    y, x, kept, extra = y[keep], x[keep], labels[keep], extra[keep]
    _both_sides(kept)
    if separate_slopes and cutoff is None:
        raise ValueError("separate slopes need the cutoff of the rule")
    centre = float(x.mean()) if cutoff is None else cutoff
    columns = [kept.astype(float), np.ones(y.size), x - centre, *extra.T]
    if separate_slopes:
        columns.append(kept * (x - centre))
    estimate, error, freedom = _first_coefficient(y, np.column_stack(columns), variance)
    name = "regression_discontinuity" if separate_slopes else "ancova_on_score"
    result = t_estimate("A", name, estimate, error, freedom, kept, confidence)
    return replace(result, n_dropped=int((~keep).sum()))


def regression_discontinuity(
    outcome: ArrayLike,
    score: ArrayLike,
    cutoff: float,
    *,
    bandwidth: float | None = None,
    treated_side: str = "below",
    confidence: float = 0.95,
) -> EffectEstimate:
    """Rung A with many schools: jump of two local lines at the cut.

    Schools within `bandwidth` of the cut, a line on each side, HC2 variance with
    Bell-McCaffrey degrees of freedom. For a region; a municipality rarely has enough schools.

    Parameters
    ----------
    outcome, score : array_like, shape (J,)
        As in `ancova_on_score`.
    cutoff : float
        Schools at or below it (``treated_side="below"``), or at or above it, were treated.
    bandwidth : float, optional
        Largest distance from the cut, units of the score; all schools when omitted.
    treated_side : {"below", "above"}
        Which side received the measure.
    confidence : float
        Level of the interval.

    Returns
    -------
    EffectEstimate
        Rung "A".

    References
    ----------
    Imbens & Lemieux (2008), Journal of Econometrics 142: 615-635.

    Examples
    --------
    >>> score = np.arange(-10, 10) + 0.5
    >>> outcome = 0.5 * score + 2.0 * (score <= 0)
    >>> round(regression_discontinuity(outcome, score, 0.0).estimate, 6)
    2.0
    """
    if treated_side not in ("below", "above"):
        raise ValueError(f"treated_side must be 'below' or 'above', got {treated_side!r}")
    y, x = _column(outcome, "outcome"), _column(score, "score")
    labels = x <= cutoff if treated_side == "below" else x >= cutoff
    near = np.ones(x.size, bool) if bandwidth is None else np.abs(x - cutoff) <= bandwidth
    return ancova_on_score(
        y[near],
        x[near],
        labels[near],
        separate_slopes=True,
        cutoff=cutoff,
        variance="hc2",
        confidence=confidence,
    )


def difference_in_differences(
    before: ArrayLike,
    after: ArrayLike,
    treated: ArrayLike,
    *,
    variance: str = "pooled",
    interval: str = "t",
    confidence: float = 0.95,
    draws: int = 9_999,
    seed: int = 0,
) -> EffectEstimate:
    """Rung B: the treated schools' change minus the others', from years before the selection.

    The years in `before` must not include the year that decided who was treated: measured from
    that year the estimate is worse than plain before-after (+.20 SD for a measure that does
    nothing, against +.17).

    Parameters
    ----------
    before, after : array_like, shape (J,) or (J, T)
        School means in the years before the selection and after the start; several years are
        averaged.
    treated : array_like of bool, shape (J,)
        Who received the measure.
    variance : {"pooled", "unequal"}
        "pooled": t with J - 2 degrees of freedom, also for one treated school.
        "unequal": Welch, where the treated schools are much smaller or larger than the others.
    interval : {"t", "permutation"}
        How the interval is made; the permutation probability is reported either way.
    confidence, draws, seed
        See `permutation_test`.

    Returns
    -------
    EffectEstimate
        Rung "B". Schools with a missing year are left out and counted in `n_dropped`.

    References
    ----------
    Chay, McEwan & Urquiola (2005), American Economic Review 95(4): 1237-1258.

    Examples
    --------
    >>> before = [10.0, 12.0, 11.0, 15.0, 16.0]
    >>> after = [13.0, 16.0, 12.0, 15.0, 17.0]
    >>> result = difference_in_differences(before, after, [1, 1, 0, 0, 0])
    >>> round(result.estimate, 3), result.permutation_p
    (2.833, 0.1)
    """
    change = _row_means(after, "after") - _row_means(before, "before")
    labels = _labels(treated, change.size)
    keep = ~np.isnan(change)
    change, kept = change[keep], labels[keep]
    _both_sides(kept)
    if interval not in ("t", "permutation"):
        raise ValueError(f"interval must be 't' or 'permutation', got {interval!r}")
    estimate, error, freedom = _mean_difference(change, kept, variance)
    result = t_estimate(
        "B", "difference_in_differences", estimate, error, freedom, kept, confidence
    )
    test = permutation_test(change, kept, confidence=confidence, draws=draws, seed=seed)
    result = replace(result, permutation_p=test.p_value, n_dropped=int((~keep).sum()))
    if interval == "permutation":
        return replace(result, ci_low=test.ci_low, ci_high=test.ci_high)
    return result


def difference_in_differences_of_means(
    treated_before: float, treated_after: float, comparison_before: float, comparison_after: float
) -> float:
    """Difference in differences from four published means.

    References
    ----------
    Card & Krueger (1994), American Economic Review 84(4): 772-793, table 3 (2.76 from unrounded
    means).

    Examples
    --------
    >>> round(difference_in_differences_of_means(20.44, 21.03, 23.33, 21.17), 2)
    2.75
    """
    return (treated_after - treated_before) - (comparison_after - comparison_before)


def empirical_bayes_effect(
    baseline: ArrayLike,
    after: ArrayLike,
    treated: ArrayLike,
    *,
    reliability: float | None = None,
    baseline_variance: ArrayLike | None = None,
    after_variance: ArrayLike | None = None,
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
    before, later = _two_dimensional(baseline), _two_dimensional(after)
    labels = _labels(treated, before.shape[0])
    if later.shape[0] != before.shape[0]:
        raise ValueError(
            f"baseline and after must have one row per school, got {before.shape[0]} and "
            f"{later.shape[0]}"
        )
    keep = ~np.isnan(before).all(axis=1) & ~np.isnan(later).all(axis=1)
    if reliability is not None:
        keep = ~np.isnan(before).any(axis=1) & ~np.isnan(later).any(axis=1)
    dropped = int((~keep).sum())
    _both_sides(labels[keep])
    if reliability is not None:
        result = _known_reliability(
            before[keep], later[keep], labels[keep], reliability, confidence
        )
    else:
        noise = np.column_stack(
            [
                _variances(baseline_variance, before, "baseline_variance"),
                _variances(after_variance, later, "after_variance"),
            ]
        )
        result = _panel_estimate(before[keep], later[keep], noise[keep], labels[keep], confidence)
    if result.schools is not None:
        rows = np.flatnonzero(keep)[result.schools["row"].to_numpy()]
        result = replace(result, schools=result.schools.assign(row=rows))
    return replace(result, n_dropped=dropped)


def before_after(
    before: ArrayLike,
    after: ArrayLike,
    *,
    expected_regression: float = float("nan"),
    confidence: float = 0.95,
) -> EffectEstimate:
    """Rung D: the change of the treated schools. A dynamic; it may not be called an effect.

    Parameters
    ----------
    before, after : array_like, shape (J1,) or (J1, T)
        The treated schools' means; several years are averaged.
    expected_regression : float
        Change to be expected with no measure (`regression_to_mean`), reported beside it.
    confidence : float
        Level of the paired t interval.

    Returns
    -------
    EffectEstimate
        Rung "D", ``may_be_called_effect`` False.

    Examples
    --------
    >>> result = before_after([40.0, 44.0, 42.0], [45.0, 46.0, 47.0])
    >>> result.estimate, result.may_be_called_effect
    (4.0, False)
    """
    change = _row_means(after, "after") - _row_means(before, "before")
    keep = ~np.isnan(change)
    change = change[keep]
    if change.size == 0:
        raise ValueError("no school has both a value before and a value after")
    error = float(change.std(ddof=1) / np.sqrt(change.size)) if change.size > 1 else float("nan")
    result = t_estimate(
        "D",
        "before_after",
        float(change.mean()),
        error,
        change.size - 1,
        np.ones(change.size, bool),
        confidence,
    )
    return replace(
        result,
        n_dropped=int((~keep).sum()),
        expected_regression_to_mean=float(expected_regression),
    )


def _known_reliability(
    before: Array, after: Array, labels: NDArray[np.bool_], reliability: float, confidence: float
) -> EffectEstimate:
    if not 0 <= reliability <= 1:
        raise ValueError(f"reliability must lie in [0, 1], got {reliability}")
    start, end = before.mean(axis=1), after.mean(axis=1)
    surprise = end - reliability * start
    estimate, error, freedom = _mean_difference(surprise, labels, "pooled")
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
    before: Array, after: Array, noise: Array, labels: NDArray[np.bool_], confidence: float
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
    expected = posterior_expected(values, noise, exposed)
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
        schools=_school_rows(
            labels,
            np.nanmean(after, axis=1),
            expected.mean,
            expected.quantile(tail),
            expected.quantile(1 - tail),
        ),
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


def _mean_difference(
    values: Array, labels: NDArray[np.bool_], variance: str
) -> tuple[float, float, float]:
    one, other = values[labels], values[~labels]
    estimate = float(one.mean() - other.mean())
    if variance == "pooled":
        freedom = float(values.size - 2)
        if freedom < 1:
            return estimate, float("nan"), freedom
        squares = ((one - one.mean()) ** 2).sum() + ((other - other.mean()) ** 2).sum()
        return estimate, float(np.sqrt(squares / freedom * (1 / one.size + 1 / other.size))), freedom
    if variance != "unequal":
        raise ValueError(f"variance must be 'pooled' or 'unequal', got {variance!r}")
    if min(one.size, other.size) < 2:
        return estimate, float("nan"), 0.0
    parts = np.array([one.var(ddof=1) / one.size, other.var(ddof=1) / other.size])
    if parts.sum() == 0:
        return estimate, 0.0, float(values.size - 2)
    freedom = parts.sum() ** 2 / (parts**2 / (np.array([one.size, other.size]) - 1)).sum()
    return estimate, float(np.sqrt(parts.sum())), float(freedom)


def _first_coefficient(y: Array, x: Array, variance: str) -> tuple[float, float, float]:
    """Least squares; the first coefficient with its standard error and degrees of freedom."""
    n, p = x.shape
    if n <= p:
        raise ValueError(f"{n} schools cannot carry {p} coefficients: at least {p + 1} are needed")
    if np.linalg.matrix_rank(x) < p:
        raise ValueError(
            "score and treatment cannot be told apart: the score must vary among the schools on "
            "each side"
        )
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ x.T @ y
    residual = y - x @ coefficients
    weights = x @ inverse[0]  # the estimate is weights'y
    if variance == "classical":
        sigma2 = float(residual @ residual) / (n - p)
        return float(coefficients[0]), float(np.sqrt(sigma2 * inverse[0, 0])), float(n - p)
    if variance != "hc2":
        raise ValueError(f"variance must be 'classical' or 'hc2', got {variance!r}")
    hat = x @ inverse @ x.T
    free = 1 - np.diag(hat)
    if (free < 1e-9).any():
        raise ValueError("a school determines a coefficient alone: use variance='classical'")
    scaled = weights / np.sqrt(free)
    error = float(np.sqrt(((scaled * residual) ** 2).sum()))
    # Bell-McCaffrey: moments of the variance estimate if errors were equal.
    core = (np.eye(n) - hat) * scaled[None, :]
    gram = core.T @ core
    freedom = float(np.trace(gram) ** 2 / (gram**2).sum())
    return float(coefficients[0]), error, freedom


def _column(values: ArrayLike, name: str) -> Array:
    column = np.asarray(values, dtype=float)
    if column.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {column.shape}")
    return column


def _two_dimensional(values: ArrayLike) -> Array:
    table = np.asarray(values, dtype=float)
    return table[:, None] if table.ndim == 1 else table


def _matrix(values: ArrayLike, rows: int) -> Array:
    table = _two_dimensional(values)
    if table.shape[0] != rows:
        raise ValueError(f"covariates must have {rows} rows, got {table.shape[0]}")
    return table


def _row_means(values: ArrayLike, name: str) -> Array:
    table = _two_dimensional(values)
    if table.ndim != 2 or table.shape[1] == 0:
        raise ValueError(f"{name} must be schools by years, got shape {table.shape}")
    means: Array = table.mean(axis=1)
    return means


def _variances(given: ArrayLike | None, values: Array, name: str) -> Array:
    if given is None:
        return np.zeros(values.shape)
    table = _two_dimensional(given)
    if table.shape != values.shape:
        raise ValueError(f"{name} must have shape {values.shape}, got {table.shape}")
    known = ~np.isnan(values)
    if np.isnan(table[known]).any() or (table[known] < 0).any():
        raise ValueError(f"{name} must be known and not negative wherever there is a value")
    return np.where(known, table, 0.0)


def _labels(treated: ArrayLike, rows: int) -> NDArray[np.bool_]:
    labels = np.asarray(treated)
    if labels.shape != (rows,):
        raise ValueError(f"treated must have one entry per school ({rows}), got {labels.shape}")
    return labels.astype(bool)


def _both_sides(labels: NDArray[np.bool_]) -> None:
    if labels.all() or not labels.any():
        raise ValueError(
            f"both treated and comparison schools are needed, found {int(labels.sum())} treated "
            f"of {labels.size} with complete values"
        )
