"""How much a school's number can be trusted: reliability, prediction widths, pooling of years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods._numbers import (
    FloatArray,
    check_share,
    normal_quantile,
    one_dimensional,
    scalar_or_array,
    to_floats,
)
from msoko_lib.methods.proportion_intervals import Interval


def reliability(n: Any, group_variance: float, residual_variance: float) -> Any:
    """Reliability of a school mean: ``λ = nσu²/(nσu² + σe²)``, the shrinkage factor.

    Parameters
    ----------
    n : float or array-like
        Pupils per school.
    group_variance, residual_variance : float
        σu² ≥ 0 and σe² > 0 in the same squared unit.

    Returns
    -------
    float or numpy.ndarray
        0…1: the share of the variance of school means that is due to the schools.

    Notes
    -----
    Raudenbush, S. W., & Bryk, A. S. (2002). *Hierarchical Linear Models*, ch. 3.

    Examples
    --------
    >>> reliability([2, 70], 0.0921, 0.5657).round(3)
    array([0.246, 0.919])
    """
    _check_variances(group_variance, residual_variance)
    signal = to_floats(n, "n") * group_variance
    return scalar_or_array(np.asarray(signal / (signal + residual_variance)))


def n_for_reliability(target: Any, group_variance: float, residual_variance: float) -> Any:
    """Pupils needed for a school mean to reach a reliability: ``n = ρ/(1 − ρ)·σe²/σu²``.

    Parameters
    ----------
    target : float or array-like
        Wanted reliability ρ, strictly between 0 and 1.
    group_variance, residual_variance : float
        σu² ≥ 0 and σe² > 0 in the same squared unit; σu² = 0 gives infinity.

    Returns
    -------
    float or numpy.ndarray
        Number of pupils, not rounded.

    Examples
    --------
    >>> n_for_reliability([0.5, 0.7, 0.8, 0.9], 0.0921, 0.5657).round(1)
    array([ 6.1, 14.3, 24.6, 55.3])
    """
    _check_variances(group_variance, residual_variance)
    rho = check_share(target, "target")
    with np.errstate(divide="ignore"):
        needed = rho / (1 - rho) * np.divide(residual_variance, group_variance)
    return scalar_or_array(np.asarray(needed))


def prediction_interval(
    expected: Any,
    n: Any,
    group_variance: float,
    residual_variance: float,
    level: float = 0.95,
    fixed_variance: Any = 0.0,
) -> Interval:
    """Interval in which the mean of n pupils of one more school is expected to lie.

    ``expected ± z·√(σu² + σe²/n + Var(x'β̂))``.

    Parameters
    ----------
    expected : float or array-like
        Fixed part x'β̂ for the school's mean x.
    n : float or array-like
        Pupils; 0 or missing gives NaN.
    group_variance, residual_variance : float
        σu² and σe² from a fit *without* the school.
    level : float
        Coverage, 0…1.
    fixed_variance : float or array-like
        Variance of x'β̂; 0 leaves the uncertainty of β out.

    Returns
    -------
    Interval
        Bounds in the unit of the outcome.

    Examples
    --------
    >>> prediction_interval(0, [5, 10, 20, 50], 0.0921, 0.5657).high.round(3)
    array([0.888, 0.756, 0.68 , 0.63 ])
    """
    _check_variances(group_variance, residual_variance)
    size = to_floats(n, "n")
    size = np.where(size > 0, size, np.nan)
    variance = group_variance + residual_variance / size + to_floats(fixed_variance, "variance")
    half = normal_quantile(level) * np.sqrt(variance)
    centre = to_floats(expected, "expected")
    return Interval(
        scalar_or_array(np.asarray(centre - half)), scalar_or_array(np.asarray(centre + half))
    )


def sampling_variance(sd: Any, n: Any, floor_n: int = 10) -> FloatArray:
    """Sampling variance of school means, with a floor for small schools: ``v = s²/n``.

    In schools with fewer than ``floor_n`` pupils (or without a standard deviation) s is at least
    the pooled ``√(Σ(n−1)s²/Σ(n−1))``: three equal marks are not a mean known exactly.

    Parameters
    ----------
    sd : array-like, shape (schools,)
        Standard deviation of pupils within each school (divisor n − 1); NaN where n = 1.
    n : array-like, shape (schools,)
        Pupils; 0 or missing gives NaN.
    floor_n : int
        Schools smaller than this get the floor.

    Returns
    -------
    numpy.ndarray
        Variances in the squared unit of ``sd``.

    Raises
    ------
    ValueError
        If no school has two pupils and a standard deviation.

    Examples
    --------
    >>> sampling_variance([2.0, 0.0, float("nan")], [25, 4, 1]).round(3)
    array([0.16 , 0.889, 3.556])
    """
    spread, size = one_dimensional(sd, "sd"), one_dimensional(n, "n")
    if spread.size != size.size:
        raise ValueError(f"found {spread.size} standard deviations and {size.size} sizes")
    if np.any(spread < 0):
        raise ValueError("sd must not be negative")
    known = (size >= 2) & ~np.isnan(spread)
    if not known.any():
        raise ValueError("no school has two pupils and a standard deviation")
    degrees = size[known] - 1
    pooled = np.sqrt((degrees * spread[known] ** 2).sum() / degrees.sum())
    used = np.where(known, spread, pooled)
    used = np.where(size < floor_n, np.maximum(used, pooled), used)
    return used**2 / np.where(size > 0, size, np.nan)


def pool_years(
    estimates: Any, variances: Any, weights: Any = None, min_years: int = 1
) -> pd.DataFrame:
    """Pool a school's estimates over years: ``Σw·y``, variance ``Σw²·v``, weights adding up to 1.

    Parameters
    ----------
    estimates, variances : array-like, shape (schools, years) or (years,)
        Yearly estimates and sampling variances, **oldest year first**; NaN where a year is missing.
    weights : array-like, shape (years,), optional
        Weight of each year in the same order, e.g. ``(1, 2, 3)`` for 3:2:1 on the latest year.
        None weighs by 1/variance: with equal spread within years that is the sum of the cohorts.
    min_years : int
        Schools with fewer years get NaN.

    Returns
    -------
    DataFrame
        One row per school (index kept from a DataFrame): ``estimate, variance, se, n_years``.
        Weights of missing years are shared out among the others.

    Raises
    ------
    ValueError
        If shapes differ, a variance is not positive, or a weight is negative.

    Notes
    -----
    The years' estimates are taken as independent: the variance is that of sampling, true changes
    of the school between the years are averaged over.

    Examples
    --------
    >>> pool_years([[0.2, 0.4, 0.1]], [[0.04, 0.04, 0.02]], weights=(1, 2, 3)).round(4)
       estimate  variance      se  n_years
    0    0.2167    0.0106  0.1027        3
    """
    index = estimates.index if isinstance(estimates, pd.DataFrame) else None
    y = np.atleast_2d(to_floats(estimates, "estimates"))
    v = np.atleast_2d(to_floats(variances, "variances"))
    if y.shape != v.shape or y.ndim != 2:
        raise ValueError(f"estimates {y.shape} and variances {v.shape} must have the same shape")
    present = ~(np.isnan(y) | np.isnan(v))
    if np.any(v[present] <= 0):
        raise ValueError("variances must be positive")
    if weights is None:
        raw = np.where(present, 1 / np.where(present, v, 1.0), 0.0)
    else:
        year_weights = one_dimensional(weights, "weights")
        if year_weights.size != y.shape[1] or np.any(year_weights < 0):
            raise ValueError(f"weights must be {y.shape[1]} non-negative numbers, oldest first")
        raw = np.where(present, year_weights, 0.0)
    total = raw.sum(axis=1, keepdims=True)
    n_years = present.sum(axis=1)
    enough = (n_years >= max(min_years, 1)) & (total[:, 0] > 0)
    w = np.divide(raw, total, out=np.zeros_like(raw), where=total > 0)
    estimate = np.where(enough, (w * np.where(present, y, 0)).sum(axis=1), np.nan)
    variance = np.where(enough, (w**2 * np.where(present, v, 0)).sum(axis=1), np.nan)
    return pd.DataFrame(
        {"estimate": estimate, "variance": variance, "se": np.sqrt(variance), "n_years": n_years},
        index=index,
    )


def _check_variances(group_variance: float, residual_variance: float) -> None:
    if not group_variance >= 0 or not residual_variance > 0:
        raise ValueError(
            "group_variance must not be negative and residual_variance must be positive, found "
            f"{group_variance} and {residual_variance}"
        )
