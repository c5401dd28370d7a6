"""Intervals for means, and a bootstrap for statistics without a formula."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import (
    check_share,
    one_dimensional,
    scalar_or_array,
    to_floats,
    to_labels,
)
from msoko_lib.methods.proportion_intervals import Interval


def mean_interval(values: Any, level: float = 0.95) -> Interval:
    """Student t interval of a mean from the single values.

    ``m ± t(n−1)·s/√n``.

    Parameters
    ----------
    values : array-like
        One value per pupil, any unit; missing values are left out.
    level : float
        Confidence level, 0…1.

    Returns
    -------
    Interval
        Bounds in the unit of ``values``; NaN when fewer than two values are present.

    Notes
    -----
    Student (1908). The probable error of a mean. *Biometrika* 6, 1–25.

    Examples
    --------
    >>> low, high = mean_interval([4, 3, 5, 4, 4, None])
    >>> round(low, 3), round(high, 3)
    (3.122, 4.878)
    """
    array = one_dimensional(values, "values")
    array = array[~np.isnan(array)]
    if array.size < 2:
        check_share(level, "level")
        return Interval(np.nan, np.nan)
    return mean_interval_from_summary(array.mean(), array.std(ddof=1), array.size, level)


def mean_interval_from_summary(mean: Any, sd: Any, n: Any, level: float = 0.95) -> Interval:
    """Student t interval of a mean from mean, standard deviation (n − 1) and n; vectorised.

    Parameters
    ----------
    mean, sd, n : float or array-like
        One entry per group; ``sd`` is the sample standard deviation with divisor n − 1.
    level : float
        Confidence level, 0…1.

    Returns
    -------
    Interval
        Bounds in the unit of ``mean``; NaN where n < 2 or something is missing.

    Raises
    ------
    ValueError
        If a standard deviation is negative.

    Examples
    --------
    >>> low, high = mean_interval_from_summary([60.0, 60.0], [12.0, 12.0], [9, 1])
    >>> low.round(2), high.round(2)
    (array([50.78,   nan]), array([69.22,   nan]))
    """
    check_share(level, "level")
    centre, spread, size = to_floats(mean, "mean"), to_floats(sd, "sd"), to_floats(n, "n")
    if np.any(spread < 0):
        raise ValueError("sd must not be negative")
    size = np.where(size >= 2, size, np.nan)
    half = stats.t.ppf(0.5 + level / 2, size - 1) * spread / np.sqrt(size)
    return Interval(
        scalar_or_array(np.asarray(centre - half)), scalar_or_array(np.asarray(centre + half))
    )


def bootstrap_interval(
    values: Any,
    statistic: Callable[[Any], float],
    seed: int = 0,
    draws: int = 2000,
    level: float = 0.95,
    groups: Any = None,
) -> Interval:
    """Percentile bootstrap interval of any statistic, by rows or by whole groups.

    The rows (or the groups with all their rows) are drawn with replacement ``draws`` times; the
    interval runs between the (1 − level)/2 and (1 + level)/2 quantiles of the statistic.

    Parameters
    ----------
    values : array-like (rows first), Series or DataFrame
        What ``statistic`` takes; rows with a missing value are left out.
    statistic : callable
        Function of the resampled rows that returns one number; a draw for which it is not
        finite is ignored.
    seed : int
        The same seed gives the same interval.
    draws : int
        Number of bootstrap samples.
    level : float
        Confidence level, 0…1.
    groups : array-like, optional
        Label of each row's school or class. Pupils of one school resemble each other, so a
        statistic over several schools needs whole schools to be drawn.

    Returns
    -------
    Interval
        Bounds in the unit of the statistic; NaN with fewer than two rows (or groups).

    Notes
    -----
    Efron, B., & Tibshirani, R. J. (1993). *An Introduction to the Bootstrap*, ch. 13. The
    percentile interval is too narrow for very small n: below about 15 prefer an exact interval.

    Examples
    --------
    >>> low, high = bootstrap_interval([3, 4, 4, 5, 3, 2, 4, 5, 3, 4], np.mean, seed=1)
    >>> 3.0 <= low < 3.7 < high <= 4.4
    True
    """
    check_share(level, "level")
    if draws < 1:
        raise ValueError(f"draws must be at least 1, found {draws}")
    table = values if isinstance(values, pd.Series | pd.DataFrame) else np.asarray(values)
    present = ~np.atleast_1d(pd.isna(table)).reshape(len(table), -1).any(axis=1)
    if groups is None:
        blocks = [np.array([row]) for row in np.flatnonzero(present)]
    else:
        codes, _ = pd.factorize(to_labels(groups))
        if len(codes) != len(table):
            raise ValueError(f"groups has {len(codes)} labels for {len(table)} rows")
        kept = present & (codes >= 0)
        blocks = [np.flatnonzero((codes == code) & kept) for code in np.unique(codes[kept])]
    if len(blocks) < 2:
        return Interval(np.nan, np.nan)
    samples = _resampled_rows(blocks, draws, seed)
    results = np.array([statistic(_take(table, rows)) for rows in samples], dtype=float)
    results = results[np.isfinite(results)]
    if results.size == 0:
        return Interval(np.nan, np.nan)
    low, high = np.quantile(results, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def _resampled_rows(blocks: list[np.ndarray], draws: int, seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, len(blocks), size=(draws, len(blocks)))
    if all(block.size == 1 for block in blocks):
        return list(np.concatenate(blocks)[drawn])
    return [np.concatenate([blocks[block] for block in draw]) for draw in drawn]


def _take(table: Any, rows: np.ndarray) -> Any:
    return table.iloc[rows] if isinstance(table, pd.Series | pd.DataFrame) else table[rows]
