"""Distributions of the number of pupils on the cut-offs, and the power that follows from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from msoko_lib.methods.score_counts import FloatArray


def window_count_pmf(n: int, against: FloatArray, reference_error: bool) -> FloatArray:
    """Distribution of K_t: binomial, or beta-binomial when the reference is finite."""
    if not reference_error:
        return binomial_pmf(n, float(against[-1] / against.sum()))
    k = np.arange(n + 1)
    one, other = against[-1] + 0.5, against[:-1].sum() + 0.5
    log = special.betaln(k + one, n - k + other) - special.betaln(one, other)
    return np.asarray(np.exp(_log_choose(n) + log))


def binomial_pmf(n: int, share: float) -> FloatArray:
    """Probabilities of 0…n, written out: scipy's checks cost more than the numbers themselves."""
    k = np.arange(n + 1)
    return np.asarray(
        np.exp(_log_choose(n) + special.xlogy(k, share) + special.xlog1py(n - k, -share))
    )


def _log_choose(n: int) -> FloatArray:
    k = np.arange(n + 1)
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def convolve(pmfs: list[FloatArray]) -> FloatArray:
    """Distribution of the sum of independent counts: Poisson-binomial, exact."""
    total = np.ones(1)
    for pmf in pmfs:
        total = np.convolve(total, pmf)
    return total


def bunching_power(
    n_window: Any, reference_share: float = 1 / 3, share: float = 0.40, alpha: float = 0.05
) -> FloatArray:
    """Chance that the exact test of ``school_bunching`` finds a given share moved.

    Formula: k* = smallest k with P(Bin(n, π) ≥ k) ≤ α; power = P(Bin(n, π + m(1 − π)) ≥ k*).

    Parameters
    ----------
    n_window : int or array-like of int
        Pupil results inside the windows.
    reference_share : float
        π, share of those expected exactly on the cut-off (about ⅓ with a window of two points).
    share : float
        m, share of the pupils below who are moved.
    alpha : float
        One-sided level.

    Returns
    -------
    array of float
        Power, 0…1, one value per ``n_window``.

    Examples
    --------
    >>> bunching_power([15, 50]).round(2).tolist()
    [0.61, 0.98]
    """
    n = np.atleast_1d(np.asarray(n_window, dtype=int))
    critical = stats.binom.isf(alpha, n, reference_share) + 1
    lifted = reference_share + share * (1 - reference_share)
    return np.asarray(np.where(critical > n, 0.0, stats.binom.sf(critical - 1, n, lifted)))
