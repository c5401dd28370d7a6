"""How sure is a rule «so many shares reach a limit» when each share is of few people?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from msoko_lib.methods.bunching_chance import convolve

FloatArray = NDArray[np.float64]


def probability_of_reaching(count: ArrayLike, total: ArrayLike, limit: float) -> FloatArray:
    """Probability that a true share is at least ``limit``, given a count out of a total.

    Posterior of the share with Jeffreys' prior: Beta(count + ½, total - count + ½).

    Parameters
    ----------
    count, total : array-like of int
        Cases and people; ``0 <= count <= total``.
    limit : float
        0…1.

    Returns
    -------
    array of float

    Raises
    ------
    ValueError
        If a count is outside its total or the limit outside 0…1.

    References
    ----------
    Brown, Cai & DasGupta (2001), Statistical Science 16: 101-133 (the prior).

    Examples
    --------
    >>> probability_of_reaching([3, 9], [9, 17], 0.3).round(2).tolist()
    [0.6, 0.98]
    """
    x, n = np.asarray(count, dtype=float), np.asarray(total, dtype=float)
    if (x < 0).any() or (x > n).any():
        raise ValueError("a count must lie between 0 and its total")
    if not 0 <= limit <= 1:
        raise ValueError(f"a limit of a share lies in 0…1, found {limit}")
    return np.asarray(stats.beta.sf(limit, x + 0.5, n - x + 0.5))


def at_least(probabilities: ArrayLike, needed: int) -> float:
    """Probability that at least ``needed`` of independent events happen (Poisson-binomial, exact).

    Examples
    --------
    >>> round(at_least([0.9, 0.8, 0.1], 2), 3)
    0.746
    >>> at_least([0.9], 2), at_least([], 0)
    (0.0, 1.0)
    """
    chances = np.asarray(probabilities, dtype=float)
    total = convolve([np.array([1 - p, p]) for p in chances])
    return float(total[needed:].sum())
