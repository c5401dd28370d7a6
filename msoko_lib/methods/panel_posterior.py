"""Random-intercept panel of school means, with both variances integrated out.

y_jt = mu_t + delta * d_jt + u_j + e_jt,  u_j ~ N(0, sb^2),  e_jt ~ N(0, sw^2 + v_jt).

The lasting level u_j is learnt from the years before the measure, so a school chosen for a bad
year is compared with what is expected of it, not with that year. With 8 to 30 schools the two
variances are poorly known; a plug-in value would give intervals that are too short. They are
therefore integrated over a grid, and what is returned is a mixture of normals.

Both standard deviations have a uniform prior (Gelman 2006, Bayesian Analysis 1: 515-533). It was
chosen by its frequency properties: with 8, 14 and 30 schools of 5 to 100 pupils the estimate of a
measure without effect is unbiased to .02 SD and its 95 % interval covers 94-97 %; priors that
favour lasting differences (sqrt(sb)) were biased by up to .06 SD in the smallest schools.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]

#: Log posterior below the greatest one that still counts as the bulk (e^-9 is a ten-thousandth).
_BULK = 9.0
_COARSE_GRID = 12
#: Enough to go from "anything possible" to the posterior of a thousand schools.
_LARGEST_ZOOM = 5


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
        return self.weights @ special.ndtr((x - self.means) / self.sds)

    def quantile(self, probability: float) -> Array:
        """Quantile of each mixture, by bisection."""
        # Chebyshev: a mixture cannot put more than 1/k^2 beyond k of its SDs.
        reach = self.sd * np.sqrt(1 / min(probability, 1 - probability)) * 1.01 + 1e-12
        low, high = self.mean - reach, self.mean + reach
        for _ in range(45):
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
    values: Array, variances: Array, exposed: NDArray[np.bool_], *, grid: int = 20
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
        Points for each of the two standard deviations within the bulk of the posterior.

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
    values: Array, variances: Array, exposed: NDArray[np.bool_], *, grid: int = 20
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
    pull = fit.shrinkage * (fit.precisions * residual).sum(axis=2)
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
    """Fit on a grid drawn around the bulk of the posterior.

    With 30 schools the bulk is a small part of what is possible at all: a fixed grid would
    catch it with a handful of points and misplace the interval by a third of its length.
    """
    # Both SDs lie below three times the spread of the period-centred values.
    limit = 3 * float(np.nanstd(values - np.nanmean(values, axis=0)))
    if limit == 0:
        raise ValueError("all schools have the same values in every period: nothing varies")
    box = np.array([[0.0, limit], [0.0, limit]])
    for _ in range(_LARGEST_ZOOM):
        points, step = _midpoints(box, _COARSE_GRID)
        log_posterior = _solve_at(values, variances, design, *points)[0]
        bulk = log_posterior > log_posterior.max() - _BULK
        low = np.array([axis[bulk].min() for axis in points]) - step
        high = np.array([axis[bulk].max() for axis in points]) + step
        closer = np.column_stack([np.maximum(low, 0.0), np.minimum(high, limit)])
        shrunk = np.diff(closer)[:, 0] / np.diff(box)[:, 0]
        box = closer
        if (shrunk > 0.6).all():
            break
    points, _ = _midpoints(box, grid)
    log_posterior, fit = _solve_at(values, variances, design, *points)
    weights = np.exp(log_posterior - log_posterior.max())
    # Points that carry nothing only cost time afterwards.
    keep = weights > 1e-9
    return _GridFit(
        weights[keep] / weights[keep].sum(),
        fit.coefficients[keep],
        fit.covariances[keep],
        fit.precisions[keep],
        fit.shrinkage[keep],
        fit.between[keep],
        fit.within[keep],
    )


def _midpoints(box: Array, size: int) -> tuple[list[Array], Array]:
    step = np.diff(box)[:, 0] / size
    axes = [
        low + width * (np.arange(size) + 0.5) for low, width in zip(box[:, 0], step, strict=True)
    ]
    return [axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], step


def _solve_at(
    values: Array, variances: Array, design: Array, between_sd: Array, within_sd: Array
) -> tuple[Array, _GridFit]:
    """Log posterior and generalised least squares at given standard deviations."""
    observed = ~np.isnan(values)
    y = np.where(observed, values, 0.0)
    within = within_sd**2
    precision = observed[None] / (within[:, None, None] + variances[None])
    total = precision.sum(axis=2)
    shrinkage = (between_sd**2)[:, None] / (1 + (between_sd**2)[:, None] * total)

    # Sherman-Morrison: V_j^-1 = W_j - c_j w_j w_j', so no matrix larger than p x p is inverted.
    grid_size, n_columns = precision.shape[0], design.shape[2]
    flat = precision.reshape(grid_size, -1)
    rows = np.ascontiguousarray(design.reshape(-1, n_columns))
    weighted_x = np.einsum("gjt,jtp->gjp", precision, design)
    weighted_y = (precision * y).sum(axis=2)
    shrunk_x = shrinkage[:, :, None] * weighted_x
    products = (rows[:, :, None] * rows[:, None, :]).reshape(rows.shape[0], -1)
    information = (flat @ products).reshape(grid_size, n_columns, n_columns)
    information = information - shrunk_x.transpose(0, 2, 1) @ weighted_x
    score = flat @ (rows * y.reshape(-1, 1))
    score = score - (shrunk_x * weighted_y[:, :, None]).sum(axis=1)
    sign, log_det = np.linalg.slogdet(information)
    if (sign <= 0).any():
        raise ValueError(
            "the panel does not identify the period means and the effect: every period needs "
            "schools without the measure"
        )
    covariance = np.linalg.inv(information)
    coefficient = np.einsum("gpq,gq->gp", covariance, score)
    residual_square = flat @ (y**2).ravel()
    residual_square -= (shrinkage * weighted_y**2).sum(axis=1)
    residual_square -= (score * coefficient).sum(axis=1)
    # Both standard deviations have a uniform prior, so this is the log posterior too.
    log_posterior = -0.5 * (
        residual_square
        + log_det
        + np.log1p((between_sd**2)[:, None] * total).sum(axis=1)
        - np.log(np.where(precision > 0, precision, 1.0)).sum(axis=(1, 2))
    )
    fit = _GridFit(
        log_posterior, coefficient, covariance, precision, shrinkage, between_sd**2, within
    )
    return log_posterior, fit
