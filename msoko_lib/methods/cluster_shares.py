"""Difference of two shares when pupils come in schools: the interval counts schools, not pupils."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from msoko_lib.methods._numbers import FloatArray, counts_and_totals, one_dimensional

FEWEST_GROUPS = 2


class ShareGap(NamedTuple):
    """Two pooled shares, their difference and its interval (shares −1…1)."""

    first: float
    second: float
    gap: float
    low: float
    high: float
    p_value: float


def cluster_share_gap(x1: Any, n1: Any, x2: Any, n2: Any, level: float = 0.95) -> ShareGap:
    """Difference of two pooled shares; schools, not pupils, are the observations.

    Each share is a ratio of sums, ``p = Σx/Σn``. Its variance is that of a ratio estimator with
    the leverage ``h_j = n_j/Σn`` of each school put right:
    ``Σ(x_j − p·n_j)²/(1 − h_j)/(Σn)²``; the interval is Student's with Satterthwaite's degrees
    of freedom. Pupils of one school resemble each other, so the interval of a share of pupils
    (Wilson, Newcombe) would be too narrow here.

    Parameters
    ----------
    x1, n1, x2, n2 : array-like
        Events and totals of the schools of the first and the second group.
    level : float
        Confidence level, 0…1.

    Returns
    -------
    ShareGap
        Interval and p-value are NaN if a group has fewer than two schools.

    Notes
    -----
    Cochran, W. G. (1977). *Sampling Techniques*, 3rd ed. (ratio of sums of clusters of unequal
    size); Bell, R. M., & McCaffrey, D. F. (2002). *Survey Methodology* 28, 169–181 (leverage);
    Satterthwaite, F. E. (1946). *Biometrics Bulletin* 2, 110–114.

    Examples
    --------
    >>> gap = cluster_share_gap([60, 45, 52], [80, 60, 70], [20, 30, 8], [40, 50, 20])
    >>> round(gap.first, 3), round(gap.second, 3), round(gap.low, 3), round(gap.high, 3)
    (0.748, 0.527, -0.007, 0.448)
    """
    first, first_variance, first_n = _pooled(x1, n1)
    second, second_variance, second_n = _pooled(x2, n2)
    gap, variance = first - second, first_variance + second_variance
    if np.isnan(variance):
        return ShareGap(first, second, gap, np.nan, np.nan, np.nan)
    if variance == 0:
        # All schools of a group alike: the spread between schools is not known to be zero.
        return ShareGap(first, second, gap, np.nan, np.nan, np.nan)
    freedom = variance**2 / (
        first_variance**2 / (first_n - 1) + second_variance**2 / (second_n - 1)
    )
    error = float(np.sqrt(variance))
    half = float(stats.t.ppf(0.5 + level / 2, freedom)) * error
    p_value = float(2 * stats.t.sf(abs(gap) / error, freedom))
    return ShareGap(first, second, gap, gap - half, gap + half, p_value)


def _pooled(x: Any, n: Any) -> tuple[float, float, int]:
    """Pooled share, its variance between schools, the number of schools with data."""
    count, total = counts_and_totals(one_dimensional(x, "x"), one_dimensional(n, "n"))
    known = (total > 0) & ~np.isnan(count)
    count, total = count[known], total[known]
    if not count.size:
        return np.nan, np.nan, 0
    share = float(count.sum() / total.sum())
    return share, _variance(count, total, share), int(count.size)


def _variance(count: FloatArray, total: FloatArray, share: float) -> float:
    if count.size < FEWEST_GROUPS:
        return float(np.nan)
    residuals = count - share * total
    leverage = total / total.sum()
    return float((residuals**2 / (1 - leverage)).sum() / total.sum() ** 2)
