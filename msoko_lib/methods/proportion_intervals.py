"""Intervals for shares and for differences of shares that stay honest at small n."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import (
    check_share,
    counts_and_totals,
    normal_quantile,
    scalar_or_array,
    to_floats,
)


class Interval(NamedTuple):
    """Lower and upper bound: floats for one unit, arrays for many. Unpacks as ``low, high``."""

    low: Any
    high: Any

    @property
    def width(self) -> Any:
        """Upper bound minus lower bound, in the unit of the bounds."""
        return self.high - self.low

    def to_frame(self) -> pd.DataFrame:
        """One row per unit with the columns ``low`` and ``high``."""
        return pd.DataFrame({"low": np.atleast_1d(self.low), "high": np.atleast_1d(self.high)})


def _interval(low: Any, high: Any) -> Interval:
    return Interval(scalar_or_array(np.asarray(low)), scalar_or_array(np.asarray(high)))


def wilson(x: Any, n: Any, level: float = 0.95) -> Interval:
    """Wilson score interval of a share: the interval to display.

    ``(p + z²/2n ± z·√(pq/n + z²/4n²)) / (1 + z²/n)`` with ``p = x/n``, ``q = 1 − p``.

    Parameters
    ----------
    x, n : float or array-like
        Events and totals, broadcast against each other. ``n = 0`` or a missing value gives NaN.
    level : float
        Confidence level, 0…1.

    Returns
    -------
    Interval
        ``low`` and ``high`` as shares 0…1.

    Raises
    ------
    ValueError
        If a count is negative or larger than its total.

    Notes
    -----
    Unlike Wald's interval it never has width zero (0 of 20 is not "exactly 0 %").
    Newcombe, R. G. (1998). Two-sided confidence intervals for the single proportion. *Statistics
    in Medicine* 17, 857–872, table I.

    Examples
    --------
    >>> low, high = wilson(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)
    >>> wilson([0, 1], [20, 29]).high.round(4)
    array([0.1611, 0.1718])
    """
    count, total = counts_and_totals(x, n)
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = count / total
        centre = (p + z**2 / (2 * total)) / (1 + z**2 / total)
        half = z * np.sqrt(p * (1 - p) / total + z**2 / (4 * total**2)) / (1 + z**2 / total)
    # The bounds at 0 and n are exactly 0 and 1; floating point would leave 1e-17.
    low = np.where(count == 0, np.where(total > 0, 0.0, np.nan), np.maximum(centre - half, 0))
    high = np.where(count == total, np.where(total > 0, 1.0, np.nan), np.minimum(centre + half, 1))
    return _interval(low, high)


def jeffreys(x: Any, n: Any, level: float = 0.95) -> Interval:
    """Jeffreys interval of a share: central quantiles of Beta(x + ½, n − x + ½).

    Parameters
    ----------
    x, n : float or array-like
        Events and totals. ``n = 0`` or a missing value gives NaN.
    level : float
        Posterior probability, 0…1.

    Returns
    -------
    Interval
        ``low`` and ``high`` as shares 0…1.

    Notes
    -----
    Brown, L. D., Cai, T. T., & DasGupta, A. (2001). Interval estimation for a binomial
    proportion. *Statistical Science* 16, 101–133. Same as statsmodels
    ``proportion_confint(method='jeffreys')``: at x = 0 the lower bound is slightly above 0.

    Examples
    --------
    >>> low, high = jeffreys(15, 148)
    >>> round(low, 4), round(high, 4)
    (0.0604, 0.1576)
    """
    count, total = counts_and_totals(x, n)
    check_share(level, "level")
    tail = (1 - level) / 2
    known = np.where(total > 0, 1.0, np.nan)
    posterior = stats.beta(count + 0.5, total - count + 0.5)
    return _interval(posterior.ppf(tail) * known, posterior.ppf(1 - tail) * known)


def clopper_pearson(x: Any, n: Any, level: float = 0.95) -> Interval:
    """Exact (Clopper–Pearson) interval of a share, from inverting the binomial test.

    ``low`` is the (1 − level)/2 quantile of Beta(x, n − x + 1), ``high`` the upper one of
    Beta(x + 1, n − x).

    Parameters
    ----------
    x, n : float or array-like
        Events and totals. ``n = 0`` or a missing value gives NaN.
    level : float
        Confidence level, 0…1; coverage is never below it.

    Returns
    -------
    Interval
        ``low`` and ``high`` as shares 0…1.

    Notes
    -----
    Clopper, C. J., & Pearson, E. S. (1934). *Biometrika* 26, 404–413.

    Examples
    --------
    >>> low, high = clopper_pearson(0, 10)
    >>> low, round(high, 4)
    (0.0, 0.3085)
    """
    count, total = counts_and_totals(x, n)
    check_share(level, "level")
    tail = (1 - level) / 2
    known = np.where(total > 0, 1.0, np.nan)
    low = np.where(count == 0, 0.0, stats.beta.ppf(tail, count, total - count + 1))
    high = np.where(count == total, 1.0, stats.beta.ppf(1 - tail, count + 1, total - count))
    return _interval(low * known, high * known)


def zero_event_upper(n: Any, level: float = 0.95) -> Any:
    """One-sided upper bound of a share when none of n pupils showed the event.

    ``1 − (1 − level)^(1/n)``: the largest share with which "none of n" is still plausible.

    Parameters
    ----------
    n : float or array-like
        Number of pupils; 0 or missing gives NaN.
    level : float
        One-sided confidence level, 0…1.

    Returns
    -------
    float or numpy.ndarray
        Upper bound as a share 0…1.

    Notes
    -----
    Exact form of the "rule of three": Hanley, J. A., & Lippman-Hand, A. (1983). If nothing goes
    wrong, is everything all right? *JAMA* 249, 1743–1745.

    Examples
    --------
    >>> zero_event_upper([5, 10, 25, 50]).round(3)
    array([0.451, 0.259, 0.113, 0.058])
    """
    check_share(level, "level")
    total = to_floats(n, "n")
    if np.any(total < 0):
        raise ValueError("n must not be negative")
    with np.errstate(divide="ignore"):
        bound = 1 - (1 - level) ** (1 / np.where(total > 0, total, np.nan))
    return scalar_or_array(np.asarray(bound))


def newcombe_difference(x1: Any, n1: Any, x2: Any, n2: Any, level: float = 0.95) -> Interval:
    """Newcombe's hybrid score interval for the difference of two independent shares.

    With the Wilson bounds ``l, u`` of each share and ``d = p1 − p2``:
    ``d − √((p1−l1)² + (u2−p2)²)`` … ``d + √((u1−p1)² + (p2−l2)²)``.

    Parameters
    ----------
    x1, n1, x2, n2 : float or array-like
        Events and totals of the first and of the second group. An empty group gives NaN.
    level : float
        Confidence level, 0…1.

    Returns
    -------
    Interval
        Bounds of ``p1 − p2`` as shares −1…1 (times 100: percentage points).

    Notes
    -----
    Method 10 of Newcombe, R. G. (1998). Interval estimation for the difference between
    independent proportions. *Statistics in Medicine* 17, 873–890.

    Examples
    --------
    >>> low, high = newcombe_difference(56, 70, 48, 80)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    count1, total1 = counts_and_totals(x1, n1, ("x1", "n1"))
    count2, total2 = counts_and_totals(x2, n2, ("x2", "n2"))
    low1, high1 = wilson(count1, total1, level)
    low2, high2 = wilson(count2, total2, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p1, p2 = count1 / total1, count2 / total2
    difference = p1 - p2
    low = difference - np.sqrt((p1 - low1) ** 2 + (high2 - p2) ** 2)
    high = difference + np.sqrt((high1 - p1) ** 2 + (p2 - low2) ** 2)
    return _interval(low, high)
