"""Rates of rare events: exact Poisson intervals, and the change of a count from year to year."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

from msoko_lib.methods._numbers import check_share, scalar_or_array, to_floats
from msoko_lib.methods.proportion_intervals import Interval


def poisson_interval(
    events: Any, exposure: Any = 1.0, times: float = 1.0, level: float = 0.95
) -> Interval:
    """Exact (Garwood) interval of a rate ``times · events / exposure``.

    ``low = χ²(α/2; 2x)/2`` and ``high = χ²(1 − α/2; 2x + 2)/2`` events, over the exposure.

    Parameters
    ----------
    events, exposure : float or array-like
        Counts and what they are counted over (pupils). An exposure of 0 or a missing value gives
        NaN.
    times : float
        1000 for a rate per thousand.
    level : float
        Confidence level, 0…1.

    Returns
    -------
    Interval

    Raises
    ------
    ValueError
        If a count is negative.

    Notes
    -----
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. *Biometrika* 28, 437–442.

    Examples
    --------
    >>> low, high = poisson_interval(10)
    >>> round(low, 3), round(high, 3)
    (4.795, 18.39)
    >>> round(poisson_interval(0, 250, 1000).high, 2)
    14.76
    """
    check_share(level, "level")
    count, base = np.broadcast_arrays(to_floats(events, "events"), to_floats(exposure, "exposure"))
    if np.any(count < 0):
        raise ValueError("counts must not be negative")
    tail = (1 - level) / 2
    scale = times / np.where(base > 0, base, np.nan)
    low = np.where(count == 0, 0.0, stats.chi2.ppf(tail, 2 * count) / 2)
    high = stats.chi2.ppf(1 - tail, 2 * count + 2) / 2
    known = np.where(np.isnan(count), np.nan, 1.0)
    return Interval(
        scalar_or_array(np.asarray(low * scale * known)),
        scalar_or_array(np.asarray(high * scale * known)),
    )


def rate_change_p(before: Any, base_before: Any, now: Any, base_now: Any) -> Any:
    """Two-sided exact p-value that two rates are the same.

    Given their sum, the later of two Poisson counts is binomial with the share
    ``base_now / (base_before + base_now)``; twice the smaller tail, at most 1.

    Parameters
    ----------
    before, now : float or array-like
        Counts of two periods.
    base_before, base_now : float or array-like
        Pupils of the two periods; 0 or missing gives NaN.

    Returns
    -------
    float or numpy.ndarray
        1 where both counts are 0.

    Notes
    -----
    Przyborowski, J., & Wilenski, H. (1940). Homogeneity of results in testing samples from
    Poisson series. *Biometrika* 31, 313–323.

    Examples
    --------
    >>> round(rate_change_p(5, 100, 15, 100), 4)
    0.0414
    """
    first, second, base1, base2 = np.broadcast_arrays(
        *(
            to_floats(values, name)
            for values, name in (
                (before, "before"), (now, "now"), (base_before, "base_before"),
                (base_now, "base_now"),
            )
        )
    )  # fmt: skip
    if np.any(first < 0) or np.any(second < 0):
        raise ValueError("counts must not be negative")
    known = (base1 > 0) & (base2 > 0) & ~np.isnan(first) & ~np.isnan(second)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(known, base2 / (base1 + base2), np.nan)
    total = first + second
    at_least = stats.binom.sf(second - 1, total, share)
    at_most = stats.binom.cdf(second, total, share)
    p = np.minimum(1.0, 2 * np.minimum(at_least, at_most))
    return scalar_or_array(np.asarray(np.where(known, p, np.nan)))
