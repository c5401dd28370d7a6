"""Value added: a random-intercept model fitted by exact profile likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import FloatArray, normal_quantile
from msoko_lib.methods.group_sums import GroupSums, group_sums
from msoko_lib.methods.profile_likelihood import ProfileLikelihood


@dataclass(frozen=True)
class RandomInterceptFit:
    """Random-intercept model ``y = x'β + u_group + e`` with its group effects.

    Attributes
    ----------
    fixed_effects, fixed_se : Series
        β and its standard errors by name; the first is ``intercept``.
    fixed_covariance : DataFrame
        Covariance matrix of β.
    group_variance, residual_variance : float
        σu² and σe², in squared units of y.
    icc, icc_low, icc_high : float
        Intraclass correlation σu²/(σu² + σe²) and its profile-likelihood interval; when
        ``icc_low`` is 0 the groups cannot be told from chance.
    group_variance_p : float
        Likelihood-ratio p-value of σu² = 0 (half of χ²₁, the value lies on the boundary).
    minus_2_log_likelihood : float
        −2 log-likelihood, or −2 restricted log-likelihood when ``reml``.
    reml : bool
        Which of the two criteria was used.
    n_obs, n_groups, dropped_n : int
        Rows used, groups, rows left out for a missing value.
    dropped_columns : tuple of str
        Columns of x left out because they were constant.
    identified : bool
        False with a single group, or when every group has one row: σu² and σe² cannot then be
        told apart, ``group_variance`` is 0 by convention and the effects are NaN.
    effects : DataFrame
        One row per group: ``group, n, raw_mean_residual, shrinkage, effect, comparative_se,
        diagnostic_se, ci_low, ci_high, full_se``. The interval is effect ± z·comparative_se, which
        takes β, σu², σe² as known; ``full_se`` adds their uncertainty and is never 0 — with fewer
        than about 30 groups use effect ± z·full_se.
    """

    fixed_effects: pd.Series
    fixed_se: pd.Series
    fixed_covariance: pd.DataFrame
    group_variance: float
    residual_variance: float
    icc: float
    icc_low: float
    icc_high: float
    group_variance_p: float
    minus_2_log_likelihood: float
    reml: bool
    n_obs: int
    n_groups: int
    dropped_n: int
    dropped_columns: tuple[str, ...]
    identified: bool
    effects: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row per group; see ``effects``."""
        return self.effects.copy()


def fit_random_intercept(
    y: Any, x: Any, group: Any, reml: bool = False, level: float = 0.95
) -> RandomInterceptFit:
    """Fit ``y_ij = x_ij'β + u_j + e_ij`` exactly and return the group effects.

    With the variance ratio θ = σu²/σe² everything else has a closed form, so the likelihood is a
    function of θ alone: with ``c_j = θ/(1 + n_jθ)``, group sums s_j and
    ``A = Z'Z − Σ c_j s_j s_j'`` for Z = (x, y), generalised least squares gives β and the weighted
    residual sum of squares q, and
    ``−2 log L = N log(2πq/N) + Σ log(1 + n_jθ) + N`` (ML). REML replaces N by N − p and adds
    ``log|A_xx|``. The minimum is found on a grid of log θ, refined, and compared with θ = 0.

    Effects: mean raw residual r̄_j, shrinkage ``k_j = n_jσu²/(n_jσu² + σe²)``, effect
    ``û_j = k_j r̄_j``; comparative SE ``√(σu²σe²/(n_jσu² + σe²))`` (for comparing groups),
    diagnostic SE ``√(σu² − comparative²)`` (for checking the model).

    Parameters
    ----------
    y : array-like, shape (rows,)
        Outcome of each pupil, usually standardised within subject and year.
    x : array-like, shape (rows,) or (rows, columns), Series, DataFrame or None
        Explanatory columns (prior score, its school mean, …), matched by position; column names
        are kept, otherwise x1, x2, … None is the null model. The intercept is added; a constant
        column is left out and named in ``dropped_columns``.
    group : array-like, shape (rows,)
        School labels, text or numbers, in any order.
    reml : bool
        Restricted instead of full maximum likelihood.
    level : float
        Confidence level of the intervals of effects and of the intraclass correlation.

    Returns
    -------
    RandomInterceptFit

    Raises
    ------
    ValueError
        If columns are collinear or not numeric, y is constant, is fitted exactly, or does not
        vary within groups (then use `fit_school_means`), or rows are too few.

    Notes
    -----
    Rows with a missing value are left out and counted. Effects are comparisons after shrinkage:
    a small school is drawn to 0, so "no difference" is not "good"; do not use them as input of a
    second regression. When σu² = 0 all effects and comparative SEs are 0: that says "schools cannot
    be told apart", not "all are exactly equal" — read ``icc_high`` and ``full_se``.

    Goldstein, H. (2011). *Multilevel Statistical Models*, 4th ed., ch. 2; Goldstein et al. (1993).
    *Oxford Review of Education* 19, 425–433 (the London data). statsmodels' MixedLM (issue 10239)
    can return σu² = 0 with ``converged=True`` on these data.

    Examples
    --------
    >>> fit = fit_random_intercept([1, 2, 3, 3, 4, 5, 6, 7, 8.0], None, list("aaabbbccc"))
    >>> round(fit.group_variance, 3), round(fit.residual_variance, 3)
    (3.889, 1.0)
    >>> fit.effects[["group", "effect"]].round(3).to_dict("list")
    {'group': ['a', 'b', 'c'], 'effect': [-2.149, -0.307, 2.456]}
    """
    normal_quantile(level)
    return fit_from_sums(group_sums(y, x, group), reml, level)


def fit_from_sums(sums: GroupSums, reml: bool = False, level: float = 0.95) -> RandomInterceptFit:
    """Fit the model of `fit_random_intercept` from sufficient statistics collected before.

    Parameters
    ----------
    sums : GroupSums
        From `group_sums`, possibly ``.without(j)`` one group.
    reml, level
        As in `fit_random_intercept`.

    Returns
    -------
    RandomInterceptFit

    Examples
    --------
    >>> sums = group_sums([1, 2, 3, 3, 4, 5, 6, 7, 8.0], None, list("aaabbbccc"))
    >>> round(float(fit_from_sums(sums.without(2)).fixed_effects["intercept"]), 3)
    3.0
    """
    profile = ProfileLikelihood(sums, reml)
    identified = sums.n.size > 1 and sums.n.max() > 1
    theta = profile.best_ratio() if identified else 0.0
    low, high = profile.ratio_interval(theta, level) if identified else (np.nan, np.nan)
    beta, covariance, residual_variance = profile.solution(theta)
    lr = profile.criterion(0.0) - profile.criterion(theta)
    effects = _effects(sums, beta, theta, residual_variance, level)
    if identified:
        effects["full_se"] = _full_se(sums, effects["effect"].to_numpy())
    else:
        effects["full_se"] = np.nan
    if not identified:
        effects[effects.columns[3:]] = np.nan
    names = list(sums.names)
    return RandomInterceptFit(
        fixed_effects=pd.Series(beta, index=names, name="estimate"),
        fixed_se=pd.Series(np.sqrt(np.diag(covariance)), index=names, name="se"),
        fixed_covariance=pd.DataFrame(covariance, index=names, columns=names),
        group_variance=float(theta * residual_variance),
        residual_variance=residual_variance,
        icc=theta / (1 + theta) if identified else np.nan,
        icc_low=low,
        icc_high=high,
        group_variance_p=_boundary_p(lr) if identified else np.nan,
        minus_2_log_likelihood=profile.criterion(theta),
        reml=reml,
        n_obs=sums.n_obs,
        n_groups=sums.n.size,
        dropped_n=sums.dropped_n,
        dropped_columns=sums.dropped_columns,
        identified=identified,
        effects=effects,
    )


def _boundary_p(likelihood_ratio: float) -> float:
    return float(stats.chi2.sf(likelihood_ratio, 1) / 2) if likelihood_ratio > 0 else 1.0


def _effects(
    sums: GroupSums, beta: FloatArray, theta: float, residual_variance: float, level: float
) -> pd.DataFrame:
    means = sums.group_means()
    raw = means[:, -1] - means[:, :-1] @ beta
    shrinkage = sums.n * theta / (1 + sums.n * theta)
    group_variance = theta * residual_variance
    comparative = np.sqrt(group_variance * (1 - shrinkage))
    half = normal_quantile(level) * comparative
    effect = shrinkage * raw
    return pd.DataFrame(
        {
            "group": sums.labels,
            "n": sums.n.astype(int),
            "raw_mean_residual": raw,
            "shrinkage": shrinkage,
            "effect": effect,
            "comparative_se": comparative,
            "diagnostic_se": np.sqrt(group_variance * shrinkage),
            "ci_low": effect - half,
            "ci_high": effect + half,
        }
    )


def _full_se(sums: GroupSums, effect: FloatArray) -> FloatArray:
    """Root mean squared error of the effects over what the data say about θ and β.

    Mean over the restricted likelihood of √θ (flat prior) of
    ``σu²(1 − k) + k²·x̄'Var(β)x̄ + (û_θ − û)²``.
    """
    profile = ProfileLikelihood(sums, reml=True)
    means = sums.group_means()
    total = np.zeros(sums.n.size)
    for ratio, weight in zip(*profile.ratio_weights(), strict=True):
        beta, covariance, residual_variance = profile.solution(ratio)
        k = sums.n * ratio / (1 + sums.n * ratio)
        there = k * (means[:, -1] - means[:, :-1] @ beta)
        fixed = np.einsum("gi,ij,gj->g", means[:, :-1], covariance, means[:, :-1])
        own = ratio * residual_variance * (1 - k)
        total += weight * (own + k**2 * fixed + (there - effect) ** 2)
    return np.sqrt(total)
