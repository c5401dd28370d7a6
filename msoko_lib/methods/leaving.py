"""How many people leave by age within some years: chances by age, exact distribution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import FloatArray


def chances_of_leaving(ages: Sequence[int], rates: Mapping[int, float], years: int) -> FloatArray:
    """Chance that a person of a group has left after one, two, … years.

    Parameters
    ----------
    ages : sequence of int
        Full years of age in the group, each as likely as the others.
    rates : mapping of int to float
        From which age on which share leaves each year; nobody leaves before the first age.
    years : int
        How far to look.

    Returns
    -------
    ndarray, shape (years,)

    Raises
    ------
    ValueError
        If a rate is no share, there are no ages or ``years`` is not positive.

    Examples
    --------
    >>> chances_of_leaving([60], {60: 0.5}, 2)
    array([0.5 , 0.75])
    >>> chances_of_leaving([59], {60: 0.5}, 2)
    array([0. , 0.5])
    """
    if not len(ages) or years < 1:
        raise ValueError("ages must not be empty and years must be positive")
    if any(not 0 <= rate <= 1 for rate in rates.values()):
        raise ValueError("a yearly rate of leaving is a share of 0…1")
    starts = sorted(rates)
    yearly = [0.0, *(rates[start] for start in starts)]
    # Age of each person in each of the coming years.
    reached = np.asarray(list(ages))[:, None] + np.arange(years)[None, :]
    leaving = np.asarray(yearly)[np.searchsorted(starts, reached, side="right")]
    gone = 1 - np.cumprod(1 - leaving, axis=1)
    return np.asarray(gone.mean(axis=0))


def expected_leavers(
    counts: Sequence[int], chances: Sequence[FloatArray] | FloatArray, level: float = 0.95
) -> pd.DataFrame:
    """Expected number who have left after each year, with the interval that chance leaves.

    People leave independently of one another, so the number is a sum of binomials; its
    distribution is computed exactly, by convolution.

    Parameters
    ----------
    counts : sequence of int, shape (groups,)
        People now, by group.
    chances : array-like, shape (groups, years)
        See :func:`chances_of_leaving`.
    level : float
        Probability of the central interval.

    Returns
    -------
    DataFrame
        ``after`` (1, 2, …), ``expected``, ``low``, ``high`` (whole people).

    Examples
    --------
    >>> expected_leavers([10, 4], [[0.2], [0.5]]).round(1).to_dict("records")
    [{'after': 1, 'expected': 4.0, 'low': 1, 'high': 7}]
    """
    shares = np.atleast_2d(np.asarray(chances, dtype=float))
    people = np.asarray(counts, dtype=int)
    if len(people) != len(shares) or (people < 0).any():
        raise ValueError("one row of chances for each group; counts are not negative")
    tail = (1 - level) / 2
    rows = []
    for place in range(shares.shape[1]):
        mass = np.ones(1)
        for n, share in zip(people, shares[:, place], strict=True):
            mass = np.convolve(mass, stats.binom.pmf(np.arange(n + 1), n, share))
        total = np.cumsum(mass)
        rows.append(
            {
                "after": place + 1,
                "expected": float(people @ shares[:, place]),
                "low": int(np.searchsorted(total, tail - 1e-12)),
                "high": min(int(np.searchsorted(total, 1 - tail - 1e-12)), len(total) - 1),
            }
        )
    return pd.DataFrame(rows, columns=["after", "expected", "low", "high"])
