"""Permutation inference when a handful of schools received a measure.

With five treated schools no large-sample argument holds. If, without an effect, any J1 of the J
schools could have shown these values, the rank of the observed difference among all C(J, J1)
relabellings is an exact probability, and inverting it gives an exact interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb, inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Above this number of relabellings a random sample of them is drawn.
LARGEST_ENUMERATION = 200_000


@dataclass(frozen=True)
class PermutationTest:
    """Difference of means, its permutation probability and the interval from inverting it.

    Attributes
    ----------
    difference : float
        Mean of the treated minus mean of the others.
    p_value : float
        Two-sided.
    smallest_p : float
        The smallest probability this number of schools can give at all: with 1 of 8 treated it
        is 1/8, so no result can be significant at 5 %.
    ci_low, ci_high : float
        Interval by inversion; infinite where `smallest_p` exceeds 1 - confidence.
    relabellings : int
        How many were used.
    exact : bool
        True if all were enumerated.
    """

    difference: float
    p_value: float
    smallest_p: float
    ci_low: float
    ci_high: float
    relabellings: int
    exact: bool


def permutation_test(
    values: ArrayLike,
    treated: ArrayLike,
    *,
    confidence: float = 0.95,
    draws: int = 9_999,
    seed: int = 0,
) -> PermutationTest:
    """Randomisation test of a difference of two means, with the interval it implies.

    All C(J, J1) relabellings are enumerated up to 200 000 of them; beyond, `draws` random ones
    are taken and p = (1 + #as extreme) / (1 + draws).

    Parameters
    ----------
    values : array_like, shape (J,)
        One value per school (usually a change), any units; not missing.
    treated : array_like of bool, shape (J,)
        Which schools received the measure.
    confidence : float
        Level of the interval.
    draws : int
        Random relabellings when enumeration is too long.
    seed : int
        Of the random relabellings.

    Returns
    -------
    PermutationTest

    Raises
    ------
    ValueError
        If values are missing, or there is nobody on one of the sides.

    Notes
    -----
    For a constant shift d the relabelled difference is A_S - d*B_S, where A_S is the difference
    of the raw values and B_S in [-1, 1] that of the treatment indicator. Relabelling S is "as
    extreme" for d between (A_T - A_S)/(1 - B_S) and (A_T + A_S)/(1 + B_S): an interval around
    the observed difference A_T. The confidence limits are therefore order statistics of these
    ends, exact and without a search.

    References
    ----------
    Fisher (1935), The Design of Experiments; Lehmann & Romano (2005), chapter 5.

    Examples
    --------
    >>> result = permutation_test([5.0, 6.0, 1.0, 2.0, 3.0], [True, True, False, False, False])
    >>> result.difference, result.p_value, result.relabellings
    (3.5, 0.1, 10)
    """
    y = np.asarray(values, dtype=float)
    labels = np.asarray(treated, dtype=bool)
    _check_sides(y, labels)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}")
    n, n_treated = y.size, int(labels.sum())
    exact = comb(n, n_treated) <= LARGEST_ENUMERATION
    chosen = _all_subsets(n, n_treated) if exact else _random_subsets(labels, draws, seed)
    n_other = n - n_treated
    total = y.sum()
    sums = y[chosen].sum(axis=1)
    raw = sums / n_treated - (total - sums) / n_other
    overlap = labels[chosen].sum(axis=1)
    indicator = overlap / n_treated - (n_treated - overlap) / n_other
    observed = float(y[labels].mean() - y[~labels].mean())
    # Equal differences summed in another order differ in the last bits.
    tolerance = 1e-10 * max(1.0, float(np.abs(y).max()))
    as_extreme = int((np.abs(raw) >= abs(observed) - tolerance).sum())
    always_extreme = int((np.abs(indicator) >= 1 - 1e-12).sum())
    low, high = _invert(observed, raw, indicator, 1 - confidence)
    return PermutationTest(
        difference=observed,
        p_value=as_extreme / raw.size,
        smallest_p=always_extreme / raw.size,
        ci_low=low,
        ci_high=high,
        relabellings=int(raw.size),
        exact=exact,
    )


def _check_sides(y: NDArray[np.float64], labels: NDArray[np.bool_]) -> None:
    if y.ndim != 1 or y.shape != labels.shape:
        raise ValueError(
            f"values and treated must be one-dimensional and of one length, "
            f"got shapes {y.shape} and {labels.shape}"
        )
    if np.isnan(y).any():
        raise ValueError(f"values must not be missing, found {int(np.isnan(y).sum())} missing")
    if labels.all() or not labels.any():
        raise ValueError(
            f"both treated and untreated schools are needed, found {int(labels.sum())} treated "
            f"of {labels.size}"
        )


@lru_cache(maxsize=8)
def _all_subsets(n: int, size: int) -> NDArray[np.intp]:
    flat = np.fromiter(
        (index for subset in combinations(range(n), size) for index in subset),
        dtype=np.intp,
        count=comb(n, size) * size,
    )
    return flat.reshape(-1, size)


def _random_subsets(labels: NDArray[np.bool_], draws: int, seed: int) -> NDArray[np.intp]:
    """Draw subsets of the treated size; the observed one is always counted (the 1 + of p)."""
    rng = np.random.default_rng(seed)
    size = int(labels.sum())
    order = rng.random((draws, labels.size)).argsort(axis=1)[:, :size]
    return np.vstack([np.flatnonzero(labels)[None, :], order])


def _invert(
    observed: float, raw: NDArray[np.float64], indicator: NDArray[np.float64], alpha: float
) -> tuple[float, float]:
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (observed - raw) / (1 - indicator)
        second = (observed + raw) / (1 + indicator)
    # B = 1 is the observed labelling, B = -1 its mirror image: extreme whatever the shift.
    never_rejects = np.abs(indicator) >= 1 - 1e-12
    low = np.where(never_rejects, -inf, np.minimum(first, second))
    high = np.where(never_rejects, inf, np.maximum(first, second))
    # A shift stays in the interval while more than alpha of the relabellings are as extreme.
    rank = int(np.floor(alpha * raw.size + 1e-9))
    return float(np.sort(low)[rank]), float(np.sort(high)[-1 - rank])
