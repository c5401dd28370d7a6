"""Random-intercept panel of school means, with both variances integrated out.

y_jt = mu_t + delta * d_jt + u_j + e_jt,  u_j ~ N(0, sb^2),  e_jt ~ N(0, sw^2 + v_jt).

The lasting level u_j is learnt from the years before the measure, so a school chosen for a bad
year is compared with what is expected of it, not with that year. With 8 to 30 schools the two
variances are poorly known; a plug-in value would give intervals that are too short. They are
therefore integrated over a grid, and what is returned is a mixture of normals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]


@dataclass(frozen=True)
class NormalMixture:
    """Mixtures of normals with common weights: one column per quantity."""

    weights: Array
    means: Array
    sds: Array

    @property
    def mean(self) -> Array:
        """Mean of each mixture."""
        return self.weights @ self.means

    @property
    def sd(self) -> Array:
        """Standard deviation of each mixture."""
        second = self.weights @ (self.sds**2 + self.means**2)
        return np.sqrt(np.maximum(second - self.mean**2, 0))

    def cdf(self, x: Array) -> Array:
        """Probability of a value not above x, for each quantity."""
        return self.weights @ stats.norm.cdf((x - self.means) / self.sds)

    def quantile(self, probability: float) -> Array:
        """Quantile of each mixture, by bisection."""
        # Chebyshev: a mixture cannot put more than 1/k^2 beyond k of its SDs.
        reach = self.sd * np.sqrt(1 / min(probability, 1 - probability)) * 1.01 + 1e-12
        low, high = self.mean - reach, self.mean + reach
        for _ in range(60):
            middle = (low + high) / 2
            below = self.cdf(middle) < probability
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2


@dataclass(frozen=True)
class _GridFit:
    weights: Array  # G
    coefficients: Array  # G x p
    covariances: Array  # G x p x p
    precisions: Array  # G x J x T, 1 / (sw^2 + v), zero where missing
    shrinkage: Array  # G x J, sb^2 / (1 + sb^2 * sum of precisions)
    between: Array  # G, sb^2
    within: Array  # G, sw^2


def posterior_effect(
    values: Array, variances: Array, exposed: NDArray[np.bool_], *, grid: int = 24
) -> NormalMixture:
    """Posterior of the common effect delta.

    Parameters
    ----------
    values : ndarray, shape (J, T)
        School means by period; NaN where missing.
    variances : ndarray, shape (J, T)
        Known sampling variances of the means (zeros if unknown: then they are part of sw^2).
    exposed : ndarray of bool, shape (J, T)
        School-periods under the measure.
    grid : int
        Points for each of the two standard deviations.

    Returns
    -------
    NormalMixture
        One quantity.
    """
    design = _period_design(values.shape)
    full = np.concatenate([design, exposed.astype(float)[:, :, None]], axis=2)
    fit = _fit_on_grid(values, variances, full, grid)
    last = full.shape[2] - 1
    return NormalMixture(
        fit.weights,
        fit.coefficients[:, [last]],
        np.sqrt(fit.covariances[:, last, last])[:, None],
    )


def posterior_expected(
    values: Array, variances: Array, exposed: NDArray[np.bool_], *, grid: int = 24
) -> NormalMixture:
    """Predictive distribution of each exposed school's mean over its exposed periods.

    What would be seen in the exposed periods without the measure, given that school's other
    periods and all schools' unexposed periods.

    Returns
    -------
    NormalMixture
        One quantity per school with an exposed observed period, in row order.
    """
    design = _period_design(values.shape)
    seen = exposed & ~np.isnan(values)
    fit = _fit_on_grid(np.where(exposed, np.nan, values), variances, design, grid)
    residual = np.where(np.isnan(values) | exposed, 0.0, values)[None] - np.einsum(
        "jtp,gp->gjt", design, fit.coefficients
    )
    pull = fit.shrinkage * np.einsum("gjt,gjt->gj", fit.precisions, residual)
    means, sds = [], []
    for j in np.flatnonzero(seen.any(axis=1)):
        periods = seen[j]
        target = design[j, periods].mean(axis=0)
        borrowed = np.einsum("gt,tp->gp", fit.precisions[:, j], design[j])
        leverage = target[None] - fit.shrinkage[:, [j]] * borrowed
        noise = (fit.within[:, None] + variances[j, periods][None]).sum(axis=1)
        noise /= periods.sum() ** 2
        uncertainty = np.einsum("gp,gpq,gq->g", leverage, fit.covariances, leverage)
        means.append(fit.coefficients @ target + pull[:, j])
        sds.append(np.sqrt(noise + fit.shrinkage[:, j] + uncertainty))
    return NormalMixture(fit.weights, np.column_stack(means), np.column_stack(sds))


def _period_design(shape: tuple[int, ...]) -> Array:
    schools, periods = shape
    return np.broadcast_to(np.eye(periods), (schools, periods, periods))


def _fit_on_grid(values: Array, variances: Array, design: Array, grid: int) -> _GridFit:
    observed = ~np.isnan(values)
    y = np.where(observed, values, 0.0)
    between_sd, within_sd = _grid_of_sds(values, grid)
    within = within_sd**2
    precision = observed[None] / (within[:, None, None] + variances[None])
    total = precision.sum(axis=2)
    shrinkage = (between_sd**2)[:, None] / (1 + (between_sd**2)[:, None] * total)

    # Sherman-Morrison: V_j^-1 = W_j - c_j w_j w_j', so no matrix larger than p x p is inverted.
    weighted_x = np.einsum("gjt,jtp->gjp", precision, design)
    weighted_y = np.einsum("gjt,jt->gj", precision, y)
    information = np.einsum("gjt,jtp,jtq->gpq", precision, design, design, optimize=True)
    information -= np.einsum("gj,gjp,gjq->gpq", shrinkage, weighted_x, weighted_x, optimize=True)
    score = np.einsum("gjt,jtp,jt->gp", precision, design, y, optimize=True)
    score -= np.einsum("gj,gjp,gj->gp", shrinkage, weighted_x, weighted_y, optimize=True)
    sign, log_det = np.linalg.slogdet(information)
    if (sign <= 0).any():
        raise ValueError(
            "the panel does not identify the period means and the effect: every period needs "
            "schools without the measure"
        )
    covariance = np.linalg.inv(information)
    coefficient = np.einsum("gpq,gq->gp", covariance, score)
    residual_square = np.einsum("gjt,jt->g", precision, y**2)
    residual_square -= (shrinkage * weighted_y**2).sum(axis=1)
    residual_square -= (score * coefficient).sum(axis=1)
    log_likelihood = -0.5 * (
        residual_square
        + log_det
        + np.log1p((between_sd**2)[:, None] * total).sum(axis=1)
        - np.log(np.where(precision > 0, precision, 1.0)).sum(axis=(1, 2))
    )
    log_posterior = log_likelihood + _log_prior(between_sd, within, variances, observed)
    weights = np.exp(log_posterior - log_posterior.max())
    # Points that carry nothing only cost time afterwards.
    keep = weights > 1e-9
    return _GridFit(
        weights[keep] / weights[keep].sum(),
        coefficient[keep],
        covariance[keep],
        precision[keep],
        shrinkage[keep],
        between_sd[keep] ** 2,
        within[keep],
    )


def _grid_of_sds(values: Array, grid: int) -> tuple[Array, Array]:
    # Both SDs lie below three times the spread of the period-centred values.
    spread = float(np.nanstd(values - np.nanmean(values, axis=0)))
    if spread == 0:
        raise ValueError("all schools have the same values in every period: nothing varies")
    points = 3 * spread * (np.arange(grid) + 0.5) / grid
    between, within = np.meshgrid(points, points, indexing="ij")
    return between.ravel(), within.ravel()


def _log_prior(
    between_sd: Array, within: Array, variances: Array, observed: NDArray[np.bool_]
) -> Array:
    """Scale-invariant in the noise; sqrt(sb) keeps the posterior off "no lasting differences".

    Chosen by its frequency properties: with 8, 14 and 30 schools the intervals cover 93-97 %
    and the estimate of a zero effect is unbiased to .02 SD (calibration page).
    """
    noise = within + float(variances[observed].mean())
    return 0.5 * np.log(between_sd) - 0.5 * np.log(noise)
