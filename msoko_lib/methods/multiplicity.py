"""False discovery rate inside a declared family of tests."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from msoko_lib.methods._numbers import FloatArray, check_share, one_dimensional, to_labels


class FdrResult(NamedTuple):
    """Adjusted p-values (``q``) and whether each test is rejected at the chosen rate."""

    q: FloatArray
    rejected: npt.NDArray[np.bool_]


def benjamini_hochberg(
    p: Any, family: Any = None, alpha: float = 0.05, dependent: bool = False
) -> FdrResult:
    """Benjamini–Hochberg adjustment of p-values inside each declared family.

    In a family of m tests sorted ``p(1) ≤ … ≤ p(m)``: ``q(i) = min_{k ≥ i} min(1, m·p(k)/k)``;
    a test is rejected when ``q ≤ alpha``.

    Parameters
    ----------
    p : array-like, shape (tests,)
        p-values; missing ones (a school without data) are not counted in their family and get
        q = NaN, not rejected.
    family : array-like, shape (tests,), optional
        Label of the family of each test, for example "one indicator × all schools × one year".
        Without it all tests are one family; tests without a label are not adjusted (NaN).
    alpha : float
        False discovery rate, 0…1.
    dependent : bool
        Use the Benjamini–Yekutieli factor Σ 1/i for arbitrarily dependent tests.

    Returns
    -------
    FdrResult
        ``q`` and ``rejected``, in the order of ``p``.

    Notes
    -----
    Benjamini, Y., & Hochberg, Y. (1995). *JRSS-B* 57, 289–300 (example of section 3.3: 4 of 15);
    Benjamini, Y., & Yekutieli, D. (2001). *Annals of Statistics* 29, 1165–1188.

    Examples
    --------
    >>> result = benjamini_hochberg([0.01, 0.02, 0.03, 0.6])
    >>> result.q.round(3), int(result.rejected.sum())
    (array([0.04, 0.04, 0.04, 0.6 ]), 3)
    """
    check_share(alpha, "alpha")
    values = one_dimensional(p, "p")
    if np.any((values < 0) | (values > 1)):
        raise ValueError("p-values must lie between 0 and 1")
    labels = np.zeros(values.size) if family is None else to_labels(family)
    if len(labels) != values.size:
        raise ValueError(f"family has {len(labels)} labels for {values.size} p-values")
    codes, _ = pd.factorize(labels)
    q = np.full(values.size, np.nan)
    counted = np.flatnonzero((codes >= 0) & ~np.isnan(values))
    # Stable, so that a family's tests stay in the order in which they were given.
    counted = counted[np.argsort(codes[counted], kind="stable")]
    for rows in np.split(counted, np.flatnonzero(np.diff(codes[counted])) + 1):
        q[rows] = _adjust(values[rows], dependent)
    # The tolerance keeps m·p/k = alpha exactly on the rejecting side.
    return FdrResult(q, np.nan_to_num(q, nan=1.0) <= alpha * (1 + 1e-12))


def _adjust(p: FloatArray, dependent: bool) -> FloatArray:
    m = p.size
    order = np.argsort(p)
    place = np.arange(1, m + 1)
    factor = np.sum(1 / place) if dependent else 1.0
    stepped = np.minimum.accumulate((p[order] * m * factor / place)[::-1])[::-1]
    q = np.empty(m)
    q[order] = np.minimum(stepped, 1)
    return q
