"""Difference of two groups of schools, each known by a mean with its sampling variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from msoko_lib.methods.school_means import fit_school_means


@dataclass(frozen=True)
class GroupGap:
    """Mean of the schools of a group minus the mean of the others.

    Attributes
    ----------
    gap, se, low, high : float
        In the unit of the estimates.
    n_in, n_out : int
        Schools of the group and others.
    """

    gap: float
    se: float
    low: float
    high: float
    n_in: int
    n_out: int


def group_gap(
    estimates: Any, variances: Any, in_group: Any, level: float = 0.95
) -> GroupGap | None:
    r"""Difference of the group and the others by a random-effects regression on membership.

    Schools differ for other reasons than the group (τ², restricted likelihood) and are known with
    error, so each has the weight 1/(τ² + v). The standard error follows Knapp and Hartung, never
    below the usual one, with Student's quantile at J - 2 degrees of freedom: with a dozen schools
    the normal quantile is too narrow.

    Parameters
    ----------
    estimates, variances : array-like
        Mean of each school and its sampling variance.
    in_group : array-like of bool
    level : float

    Returns
    -------
    GroupGap or None
        None where a group has no school with a known mean or fewer than four are known in all.

    References
    ----------
    Knapp & Hartung (2003), Statistics in Medicine 22: 2693-2710.

    Examples
    --------
    >>> found = group_gap([0.1, 0.2, 0.0, -0.5, -0.4], [0.01] * 5, [False] * 3 + [True] * 2)
    >>> round(found.gap, 2), found.low < -0.55 < found.high
    (-0.55, True)
    """
    y, v = np.asarray(estimates, dtype=float), np.asarray(variances, dtype=float)
    inside = np.asarray(in_group, dtype=bool)
    known = ~(np.isnan(y) | np.isnan(v))
    y, v, inside = y[known], v[known], inside[known]
    n_in, n_out = int(inside.sum()), int((~inside).sum())
    if min(n_in, n_out) < 1 or len(y) < 4:
        return None
    fit = fit_school_means(y, v, inside.astype(float))
    residual = fit.effects["residual"].to_numpy(dtype=float)
    degrees = len(y) - 2
    inflation = max(1.0, float((residual**2 / (v + fit.tau2)).sum()) / degrees)
    gap = float(fit.fixed_effects.iloc[1])
    se = float(fit.fixed_se.iloc[1]) * inflation**0.5
    half = float(stats.t.ppf((1 + level) / 2, degrees)) * se
    return GroupGap(gap, se, gap - half, gap + half, n_in, n_out)
