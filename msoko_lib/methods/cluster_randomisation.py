"""Randomisation test of a school-level predictor, for a handful of schools."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods._numbers import to_labels


def randomisation_test(
    y: Any, treated: Any, groups: Any, draws: int = 9999, seed: int = 0
) -> tuple[float, float]:
    r"""Randomisation test of a school-level 0/1 predictor, for fewer than five treated schools.

    Statistic: difference of the means of school means. All :math:`\binom{G}{G_1}` assignments are
    enumerated if there are at most `draws`, otherwise drawn (the observed one counted in). The
    p-value cannot be below :math:`1/\binom{G}{G_1}`.

    Parameters
    ----------
    y : array-like, length rows
        Outcome.
    treated : array-like of 0/1, constant within a school
        Predictor.
    groups : array-like of labels
        School of each row.
    draws : int
        Largest number of assignments.
    seed : int
        Seed.

    Returns
    -------
    (difference, p_value) : tuple of float
        Treated minus others, in units of y, and the two-sided p-value.

    Raises
    ------
    ValueError
        If the predictor varies within a school, or all schools have the same value.

    References
    ----------
    Fisher (1935), The Design of Experiments; MacKinnon & Webb (2020), J. Econometrics 218:435–450.

    Examples
    --------
    >>> randomisation_test([5, 6, 1, 2, 3, 2], [1, 1, 0, 0, 0, 0], list("abcdef"))
    (3.5, 0.06666666666666667)
    """
    outcome, value = np.asarray(y, float).ravel(), np.asarray(treated, float).ravel()
    labels = to_labels(groups)
    if not outcome.size == value.size == labels.size:
        raise ValueError(f"lengths differ: {outcome.size}, {value.size}, {labels.size}")
    known = ~np.isnan(outcome) & ~np.isnan(value) & ~pd.isna(labels)
    outcome, value, codes = outcome[known], value[known], pd.factorize(labels[known])[0]
    total = int(codes.max()) + 1 if codes.size else 0
    size = np.bincount(codes, minlength=total)
    means = np.bincount(codes, outcome, total) / size
    with_one = np.bincount(codes, value, total)
    if not np.isin(value, (0.0, 1.0)).all() or not ((with_one == 0) | (with_one == size)).all():
        raise ValueError("treated must be 0 or 1 and the same for all rows of a school")
    is_treated = with_one > 0
    count = int(is_treated.sum())
    if count in (0, total):
        raise ValueError("expected both treated and other schools")
    if comb(total, count) <= draws:
        chosen = np.zeros((comb(total, count), total))
        for row, members in enumerate(combinations(range(total), count)):
            chosen[row, list(members)] = 1
    else:
        rng = np.random.default_rng(seed)
        chosen = (rng.random((draws, total)).argsort(axis=1) < count).astype(float)
        chosen = np.vstack([is_treated, chosen])
    sums = chosen @ means
    differences = sums / count - (means.sum() - sums) / (total - count)
    observed = means[is_treated].mean() - means[~is_treated].mean()
    extreme = np.abs(differences) >= abs(observed) - 1e-10 * (1 + abs(observed))
    return float(observed), float(extreme.mean())
