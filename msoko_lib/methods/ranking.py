"""Comparing many schools honestly: rank intervals, overlap bars, evidence words, shrinkage."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import optimize, stats

from msoko_lib.methods._numbers import (
    FloatArray,
    check_share,
    normal_quantile,
    one_dimensional,
    to_floats,
)


def rank_intervals(
    effect: Any,
    se: Any,
    draws: int = 4000,
    level: float = 0.95,
    seed: int = 0,
    largest_is_first: bool = True,
) -> pd.DataFrame:
    """Interval of each school's place, from draws of all effects at once.

    Draw ``u^(m) ~ N(û, SE²)`` independently for all schools, rank each draw, and take quantiles of
    each school's ranks. Effects that are equal and without error (σu² = 0) take their places by
    lot in each draw: they cannot be told apart.

    Parameters
    ----------
    effect, se : array-like, shape (schools,)
        Effects and comparative standard errors; rows with a missing value are not ranked (NaN).
    draws : int
        Number of draws.
    level : float
        Probability of the interval.
    seed : int
        The same seed gives the same intervals.
    largest_is_first : bool
        Whether place 1 is the largest effect.

    Returns
    -------
    DataFrame
        One row per school in the order (and with the index) given: ``median_rank, rank_low,
        rank_high, rank_width`` (``rank_high − rank_low``). There is deliberately no single place.

    Notes
    -----
    Goldstein, H., & Spiegelhalter, D. J. (1996). League tables and their limitations.
    *JRSS-A* 159, 385–443.

    Examples
    --------
    >>> rank_intervals([3.0, 0.0, 0.1], [0.2, 0.2, 0.2], seed=1)
       median_rank  rank_low  rank_high  rank_width
    0          1.0       1.0        1.0         0.0
    1          3.0       2.0        3.0         1.0
    2          2.0       2.0        3.0         1.0
    """
    centre, spread = _effects_and_errors(effect, se)
    check_share(level, "level")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, found {draws}")
    ranked = ~(np.isnan(centre) | np.isnan(spread))
    j = int(ranked.sum())
    rng = np.random.default_rng(seed)
    ranks = np.empty((draws, j), dtype=np.int32)
    sign = -1.0 if largest_is_first else 1.0
    jitter = _tie_breaker(centre[ranked], spread[ranked], seed)
    # In batches: 4,000 draws of 5,000 schools would otherwise hold several hundred megabytes.
    for start in range(0, draws, 500):
        batch = slice(start, min(start + 500, draws))
        shape = (batch.stop - batch.start, j)
        drawn = sign * (centre[ranked] + spread[ranked] * rng.standard_normal(shape))
        order = np.argsort(drawn + jitter(shape), axis=1)
        np.put_along_axis(ranks[batch], order, np.arange(1, j + 1, dtype=np.int32)[None, :], axis=1)
    result = np.full((centre.size, 3), np.nan)
    if j:
        tail = (1 - level) / 2
        # Places are whole: the interval runs to the outer of the two neighbouring places.
        low = np.quantile(ranks, tail, axis=0, method="lower")
        high = np.quantile(ranks, 1 - tail, axis=0, method="higher")
        middle = np.quantile(ranks, 0.5, axis=0, method="inverted_cdf")
        result[ranked] = np.column_stack([middle, low, high])
    index = effect.index if isinstance(effect, pd.Series) else None
    table = pd.DataFrame(result, columns=["median_rank", "rank_low", "rank_high"], index=index)
    table["rank_width"] = table["rank_high"] - table["rank_low"]
    return table


def overlap_multiplier(se: Any, alpha: float = 0.05) -> float:
    """Goldstein–Healy multiplier: bars ``±z_g·SE`` whose non-overlap means p < α on average.

    Solves ``mean over pairs of 2[1 − Φ(z_g(s_i + s_k)/√(s_i² + s_k²))] = α``.

    Parameters
    ----------
    se : array-like, shape (schools,)
        Comparative standard errors, positive; missing ones are left out.
    alpha : float
        Wanted average two-sided error of a pairwise comparison.

    Returns
    -------
    float
        z_g: 1.386 for equal errors at 5 % (1.96 would be far too strict).

    Raises
    ------
    ValueError
        If fewer than two errors are present or one is not positive.

    Notes
    -----
    Goldstein, H., & Healy, M. J. R. (1995). The graphical presentation of a collection of means.
    *JRSS-A* 158, 175–177. It serves one comparison of two schools chosen beforehand.

    Examples
    --------
    >>> round(overlap_multiplier([1, 1, 1]), 4), round(overlap_multiplier([1, 1], 0.01), 4)
    (1.3859, 1.8214)
    """
    check_share(alpha, "alpha")
    errors = one_dimensional(se, "se")
    errors = errors[~np.isnan(errors)]
    if errors.size < 2 or np.any(errors <= 0):
        raise ValueError("at least two positive standard errors are needed")
    # Equal errors give equal ratios: work with the different values and how often they pair.
    values, count = np.unique(errors, return_counts=True)
    ratio = (values[:, None] + values) / np.sqrt(values[:, None] ** 2 + values**2)
    pairs = count[:, None] * count - np.diag(count)
    weight = pairs / pairs.sum()

    def excess(z: float) -> float:
        return float((2 * stats.norm.sf(z * ratio) * weight).sum() - alpha)

    return float(optimize.brentq(excess, 0.0, 40.0, xtol=1e-12))


def classify_effects(
    effect: Any, se: Any, n: Any, min_n: int = 10, min_effect: float = 0.2, level: float = 0.95
) -> pd.Series:
    """Evidence word of each school: different only if sure, large enough and not too small.

    ``above``/``below`` when ``|û| > z·SE`` and ``|û| ≥ min_effect`` and ``n ≥ min_n``.

    Parameters
    ----------
    effect, se, n : array-like, shape (schools,)
        Effect, its comparative standard error and the number of pupils.
    min_n : int
        Smaller schools are ``not_enough``.
    min_effect : float
        Smallest difference worth a word, in the unit of the effect (usually pupil SD).
    level : float
        Confidence level.

    Returns
    -------
    Series
        ``above``, ``below``, ``not_different``, ``not_enough`` or ``no_data``.

    Examples
    --------
    >>> classify_effects([0.7, 0.1, 0.9], [0.1, 0.01, 0.2], [70, 90, 4]).tolist()
    ['above', 'not_different', 'not_enough']
    """
    centre, spread = _effects_and_errors(effect, se)
    size = one_dimensional(n, "n")
    if size.size != centre.size:
        raise ValueError(f"found {centre.size} effects and {size.size} sizes")
    different = (np.abs(centre) > normal_quantile(level) * spread) & (np.abs(centre) >= min_effect)
    missing = np.isnan(centre) | np.isnan(spread) | np.isnan(size)
    words = np.select(
        [missing, size < min_n, different & (centre > 0), different],
        ["no_data", "not_enough", "above", "below"],
        "not_different",
    )
    return pd.Series(words, name="evidence")


class JamesStein(NamedTuple):
    """Grand mean, common shrinkage factor and shrunken estimates."""

    grand_mean: float
    shrinkage: float
    shrunken: FloatArray


def james_stein(estimates: Any, variance: float) -> JamesStein:
    """Efron–Morris shrinkage of k estimates with one common sampling variance.

    ``ȳ + c(y − ȳ)`` with ``c = max(0, 1 − (k − 3)·v/Σ(y − ȳ)²)``.

    Parameters
    ----------
    estimates : array-like, shape (k,)
        At least four estimates without missing values.
    variance : float
        Their sampling variance v > 0.

    Returns
    -------
    JamesStein

    Notes
    -----
    Efron, B., & Morris, C. (1975). Data analysis using Stein's estimator. *JASA* 70, 311–319.
    A teaching case of shrinkage with equal variances; for real schools use `fit_school_means`.

    Examples
    --------
    >>> james_stein([1.0, 2.0, 3.0, 4.0, 10.0], 2.0).shrunken.round(2)
    array([1.24, 2.16, 3.08, 4.  , 9.52])
    """
    y = one_dimensional(estimates, "estimates")
    if y.size < 4 or np.isnan(y).any():
        raise ValueError("at least four estimates without missing values are needed")
    if not variance > 0:
        raise ValueError(f"variance must be positive, found {variance}")
    mean = float(y.mean())
    scatter = float(((y - mean) ** 2).sum())
    factor = max(0.0, 1 - (y.size - 3) * variance / scatter) if scatter > 0 else 0.0
    return JamesStein(mean, factor, mean + factor * (y - mean))


def _tie_breaker(
    centre: FloatArray, spread: FloatArray, seed: int
) -> Callable[[tuple[int, int]], Any]:
    fixed = centre[spread == 0]
    if np.unique(fixed).size == fixed.size:
        return lambda shape: 0.0
    rng = np.random.default_rng([seed, 1])
    largest = max(float(np.abs(centre).max()), float(spread.max()))
    size = 1e-10 * largest if largest > 0 else 1.0
    return lambda shape: size * rng.random(shape)


def _effects_and_errors(effect: Any, se: Any) -> tuple[FloatArray, FloatArray]:
    centre = one_dimensional(effect, "effect")
    spread = np.broadcast_to(to_floats(se, "se"), centre.shape)
    if np.any(spread < 0):
        raise ValueError("se must not be negative")
    return centre, spread
