"""Value added from school averages whose sampling variance is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats

from msoko_lib.methods._numbers import (
    FloatArray,
    normal_quantile,
    one_dimensional,
    to_labels,
)
from msoko_lib.methods.group_sums import INTERCEPT, _columns_of


@dataclass(frozen=True)
class SchoolMeansFit:
    """Random-effects model of school averages with known sampling variances.

    Attributes
    ----------
    fixed_effects, fixed_se : Series
        Coefficients β by name (first ``intercept``) and their standard errors given τ².
    tau2, tau2_low, tau2_high : float
        Between-school variance (squared units of the estimates) and its Q-profile interval; when
        ``tau2_low`` is 0 the schools cannot be told from chance.
    method : str
        Estimator of τ²: "REML", "DL" or "PM".
    q, q_df, q_p : float
        Cochran's Q of the fixed-effect model, its degrees of freedom and p-value.
    common_estimate, common_se : float
        Inverse-variance mean of all estimates as if τ² were 0, and its standard error.
    n_schools, dropped_n : int
        Schools used and left out for a missing value.
    level : float
        Confidence level of the intervals.
    effects : DataFrame
        One row per school used: ``school, estimate, variance, expected, residual, shrinkage,
        effect, se, full_se, ci_low, ci_high, predicted``; ``predicted`` = expected + effect.
    """

    fixed_effects: pd.Series
    fixed_se: pd.Series
    tau2: float
    tau2_low: float
    tau2_high: float
    method: str
    q: float
    q_df: int
    q_p: float
    common_estimate: float
    common_se: float
    n_schools: int
    dropped_n: int
    level: float
    effects: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row per school; see ``effects``."""
        return self.effects.copy()


def fit_school_means(
    estimates: Any,
    variances: Any,
    x: Any = None,
    school: Any = None,
    method: str = "REML",
    level: float = 0.95,
) -> SchoolMeansFit:
    """Fit ``ȳ_j = z_j'β + u_j + ε_j`` with known ``Var ε_j = v_j`` and shrink the residuals.

    τ² = Var u_j is estimated by restricted likelihood, by the moments of DerSimonian and Laird or
    by Paule and Mandel, always truncated at 0. Then ``B_j = τ²/(τ² + v_j)``, effect
    ``û_j = B_j(ȳ_j − z_j'β̂)`` with posterior variance ``B_j v_j`` (``se``). The intervals use
    ``full_se``, which averages ``B·v + B²·z'Var(β)z`` and the change of û over what the restricted
    likelihood says about τ (flat prior): τ² is never known well from a dozen schools, and an
    estimate of 0 would otherwise give intervals of width 0.

    Parameters
    ----------
    estimates : array-like, shape (schools,)
        School averages, any unit.
    variances : array-like, shape (schools,)
        Their sampling variances, all positive; see `sampling_variance`.
    x : array-like, shape (schools,) or (schools, columns), Series, DataFrame, optional
        Context of the schools; the intercept is added, constant columns are left out.
    school : array-like, optional
        Labels; default 0, 1, …
    method : {"REML", "DL", "PM"}
        Estimator of τ².
    level : float
        Confidence level.

    Returns
    -------
    SchoolMeansFit

    Raises
    ------
    ValueError
        If a variance is not positive, an unknown method is asked for, columns are collinear, or
        there are not more schools than coefficients.

    Notes
    -----
    DerSimonian, R., & Laird, N. (1986). *Controlled Clinical Trials* 7, 177–188; Paule, R. C., &
    Mandel, J. (1982); Viechtbauer, W. (2007). *Statistics in Medicine* 26, 37–52 (Q-profile
    interval). statsmodels' ``combine_effects`` does not truncate τ² and then reports a
    random-effects SE below the fixed-effect one.

    Examples
    --------
    >>> fit = fit_school_means([28, 8, -3, 7, -1, 1, 18, 12],
    ...                        [15**2, 10**2, 16**2, 11**2, 9**2, 11**2, 10**2, 18**2], method="DL")
    >>> round(fit.common_estimate, 3), round(fit.common_se, 3), fit.tau2
    (7.686, 4.072, 0.0)
    """
    if method not in _ESTIMATORS:
        raise ValueError(f"method must be one of {sorted(_ESTIMATORS)}, found {method!r}")
    z = normal_quantile(level)
    y, v = one_dimensional(estimates, "estimates"), one_dimensional(variances, "variances")
    if y.size != v.size:
        raise ValueError(f"found {y.size} estimates and {v.size} variances")
    columns, names = _columns_of(x, y.size)
    labels = np.arange(y.size) if school is None else to_labels(school)
    if labels.size != y.size:
        raise ValueError(f"school has {labels.size} labels for {y.size} estimates")
    kept = ~(np.isnan(y) | np.isnan(v) | np.isnan(columns).any(axis=1))
    y, v, columns, labels = y[kept], v[kept], columns[kept], labels[kept]
    if np.any(v <= 0) or not np.all(np.isfinite(v)):
        raise ValueError("variances must be positive and finite; see sampling_variance")
    varies = np.ptp(columns, axis=0) > 0 if y.size else np.zeros(len(names), bool)
    design = np.column_stack([np.ones(y.size), columns[:, varies]])
    names = [INTERCEPT, *(name for name, v_ in zip(names, varies, strict=True) if v_)]
    if y.size <= design.shape[1]:
        raise ValueError(f"{y.size} schools are too few for {design.shape[1]} coefficients")
    if np.linalg.matrix_rank(design / np.abs(design).max(axis=0)) < design.shape[1]:
        raise ValueError("the columns of x are collinear")
    tau2 = _ESTIMATORS[method](y, v, design)
    low, high = _q_profile(y, v, design, level)
    beta, covariance = _weighted_fit(y, v + tau2, design)
    q, df = _q(0.0, y, v, design), y.size - design.shape[1]
    expected = design @ beta
    shrinkage = tau2 / (tau2 + v)
    effect, se = shrinkage * (y - expected), np.sqrt(shrinkage * v)
    full_se = _full_se(y, v, design, effect)
    effects = pd.DataFrame(
        {
            "school": labels,
            "estimate": y,
            "variance": v,
            "expected": expected,
            "residual": y - expected,
            "shrinkage": shrinkage,
            "effect": effect,
            "se": se,
            "full_se": full_se,
            "ci_low": effect - z * full_se,
            "ci_high": effect + z * full_se,
            "predicted": expected + effect,
        }
    )
    return SchoolMeansFit(
        pd.Series(beta, index=names, name="estimate"),
        pd.Series(np.sqrt(np.diag(covariance)), index=names, name="se"),
        tau2,
        low,
        high,
        method,
        q,
        df,
        float(stats.chi2.sf(q, df)),
        float((y / v).sum() / (1 / v).sum()),
        float((1 / v).sum() ** -0.5),
        y.size,
        int((~kept).sum()),
        level,
        effects,
    )


def _weighted_fit(
    y: FloatArray, variance: FloatArray, design: FloatArray
) -> tuple[FloatArray, FloatArray]:
    weighted = design / variance[:, None]
    covariance = np.asarray(np.linalg.inv(weighted.T @ design), dtype=float)
    return covariance @ (weighted.T @ y), covariance


def _q(tau2: float, y: FloatArray, v: FloatArray, design: FloatArray) -> float:
    beta, _ = _weighted_fit(y, v + tau2, design)
    return float((((y - design @ beta) ** 2) / (v + tau2)).sum())


def _search_end(y: FloatArray, v: FloatArray, design: FloatArray) -> float:
    """Return a τ² that is surely too large: Q there is far below any target in use."""
    end = float(np.var(y) + v.max())
    while _q(end, y, v, design) > 1e-4 * (y.size - design.shape[1]):
        end *= 10
    return end


def _tau2_where_q_is(goal: float, y: FloatArray, v: FloatArray, design: FloatArray) -> float:
    if _q(0.0, y, v, design) <= goal:
        return 0.0
    end = _search_end(y, v, design)
    if _q(end, y, v, design) >= goal:
        return float("inf")
    return float(optimize.brentq(lambda t: _q(t, y, v, design) - goal, 0.0, end, xtol=1e-14 * end))


def _paule_mandel(y: FloatArray, v: FloatArray, design: FloatArray) -> float:
    return _tau2_where_q_is(y.size - design.shape[1], y, v, design)


def _dersimonian_laird(y: FloatArray, v: FloatArray, design: FloatArray) -> float:
    _, covariance = _weighted_fit(y, v, design)
    weighted_twice = design / v[:, None] ** 2
    trace = (1 / v).sum() - np.trace(covariance @ (weighted_twice.T @ design))
    df = y.size - design.shape[1]
    return max(0.0, float((_q(0.0, y, v, design) - df) / trace))


def _restricted_criterion(tau: float, y: FloatArray, v: FloatArray, design: FloatArray) -> float:
    total = v + tau**2
    information = (design / total[:, None]).T @ design
    return float(np.log(total).sum() + np.linalg.slogdet(information)[1] + _q(tau**2, y, v, design))


def _restricted_likelihood(y: FloatArray, v: FloatArray, design: FloatArray) -> float:
    def criterion(tau: float) -> float:
        return _restricted_criterion(tau, y, v, design)

    grid = np.concatenate([[0.0], np.geomspace(1e-4, 10, 60) * np.sqrt(np.var(y) + v.mean())])
    values = [criterion(tau) for tau in grid]
    best = int(np.argmin(values))
    found = optimize.minimize_scalar(
        criterion,
        bounds=(grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]),
        method="bounded",
        options={"xatol": 1e-10 * grid[-1]},
    )
    return float(found.x**2) if found.fun < values[0] - 1e-10 else 0.0


def _full_se(y: FloatArray, v: FloatArray, design: FloatArray, effect: FloatArray) -> FloatArray:
    """Root mean squared error of the effects over the restricted likelihood of τ and over β."""
    scale = np.sqrt(np.var(y) + v.max())
    taus = np.linspace(0, 5 * scale, 201)
    values = np.array([_restricted_criterion(tau, y, v, design) for tau in taus])
    weights = np.exp(-(values - values.min()) / 2)
    total = np.zeros(y.size)
    for tau, weight in zip(taus, weights / weights.sum(), strict=True):
        beta, covariance = _weighted_fit(y, v + tau**2, design)
        shrinkage = tau**2 / (tau**2 + v)
        fixed = np.einsum("gi,ij,gj->g", design, covariance, design)
        there = shrinkage * (y - design @ beta)
        total += weight * (shrinkage * v + shrinkage**2 * fixed + (there - effect) ** 2)
    return np.sqrt(total)


def _q_profile(
    y: FloatArray, v: FloatArray, design: FloatArray, level: float
) -> tuple[float, float]:
    df = y.size - design.shape[1]
    upper_q, lower_q = stats.chi2.ppf([0.5 + level / 2, 0.5 - level / 2], df)
    return (_tau2_where_q_is(upper_q, y, v, design), _tau2_where_q_is(lower_q, y, v, design))


_ESTIMATORS = {"REML": _restricted_likelihood, "DL": _dersimonian_laird, "PM": _paule_mandel}
