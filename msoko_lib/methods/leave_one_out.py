"""Each school against a model fitted to all the others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods._numbers import normal_quantile
from msoko_lib.methods.group_sums import group_sums
from msoko_lib.methods.profile_likelihood import ProfileLikelihood


def leave_one_out_residuals(
    y: Any, x: Any, group: Any, reml: bool = True, level: float = 0.95
) -> pd.DataFrame:
    """Mean residual of every group from a random-intercept fit that leaves that group out.

    With β, σu², σe² from the other groups: ``r̄_j = ȳ_j − x̄_j'β`` and its prediction variance
    ``σu² + σe²/n_j + x̄_j'Var(β)x̄_j``.

    Parameters
    ----------
    y, x, group, reml, level
        As in `fit_random_intercept`.

    Returns
    -------
    DataFrame
        One row per group: ``group, n, mean_outcome, expected, mean_residual, prediction_se, z,
        interval_low, interval_high, group_variance, residual_variance``; the interval is around
        0, in the unit of y. A group without which the model cannot be fitted (a column of x varies
        only there) has NaN.

    Raises
    ------
    ValueError
        As in `fit_random_intercept`, and with fewer than three groups.

    Notes
    -----
    The sums by group are collected once, so each of the fits costs a few milliseconds.

    Examples
    --------
    >>> table = leave_one_out_residuals([1, 2, 3, 3, 4, 5, 6, 7, 8.0], None, list("aaabbbccc"))
    >>> table.mean_residual.round(3).tolist()
    [-3.5, -0.5, 4.0]
    """
    z = normal_quantile(level)
    sums = group_sums(y, x, group)
    if sums.n.size < 3:
        raise ValueError(f"at least three groups are needed, found {sums.n.size}")
    means = sums.group_means()
    try:
        common = ProfileLikelihood(sums, reml).best_ratio()
    except ValueError:
        common = 0.0
    rows = []
    for j in range(sums.n.size):
        label, n, outcome = sums.labels[j], int(sums.n[j]), means[j, -1]
        try:
            profile = ProfileLikelihood(sums.without(j), reml)
        except ValueError:
            # Without this group the model cannot be fitted, so the group has no expectation.
            rows.append((label, n, outcome, *[np.nan] * 5))
            continue
        theta = profile.best_ratio(near=common)
        beta, covariance, residual_variance = profile.solution(theta)
        design = means[j, :-1]
        expected = float(design @ beta)
        variance = (theta + 1 / sums.n[j]) * residual_variance + design @ covariance @ design
        rows.append(
            (
                label,
                n,
                outcome,
                expected,
                outcome - expected,
                float(np.sqrt(variance)),
                float(theta * residual_variance),
                residual_variance,
            )
        )
    table = pd.DataFrame(
        rows,
        columns=[
            "group",
            "n",
            "mean_outcome",
            "expected",
            "mean_residual",
            "prediction_se",
            "group_variance",
            "residual_variance",
        ],
    )
    table.insert(6, "z", table["mean_residual"] / table["prediction_se"])
    table.insert(7, "interval_low", -z * table["prediction_se"])
    table.insert(8, "interval_high", z * table["prediction_se"])
    return table
