"""Exact likelihood of a random-intercept model, reduced to one parameter."""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from msoko_lib.methods._numbers import FloatArray
from msoko_lib.methods.group_sums import GroupSums

_LOG_RATIO_GRID = np.linspace(np.log(1e-7), np.log(1e7), 65)
_EXACT_FIT = 1e-12
_COLLINEAR = 1e-10
# A point whose criterion is worse by 20 has a relative likelihood of e^-10.
_NEGLIGIBLE = 20.0
_LARGEST_ROOT = 1e3
# Half-width, in log θ, of the range searched around the θ of almost the same data.
_NEAR = 1.5


class ProfileLikelihood:
    """−2 log-likelihood as a function of the variance ratio θ = σu²/σe² alone.

    Parameters
    ----------
    sums : GroupSums
        Sufficient statistics of the data.
    reml : bool
        Restricted instead of full likelihood.

    Raises
    ------
    ValueError
        If columns are collinear, y is fitted exactly, or y does not vary within groups.
    """

    def __init__(self, sums: GroupSums, reml: bool) -> None:
        self._sums = sums
        self._total = sums.cross.sum(axis=0)
        self._p = len(sums.names)
        self._degrees = sums.n_obs - self._p if reml else sums.n_obs
        self._reml = reml
        self._y_scale = sums.scale[-1]
        # Leaving out one group can make a column constant that varied before.
        root = np.sqrt(np.diag(self._total)[:-1])
        if (
            not root.all()
            or np.linalg.eigvalsh(self._total[:-1, :-1] / np.outer(root, root))[0] < _COLLINEAR
        ):
            raise ValueError("the columns of x are collinear in these groups")
        if self._weighted(0.0)[1] < _EXACT_FIT * sums.n_obs:
            raise ValueError("y is fitted exactly by x: there is no residual variance")
        several = sums.n.size > 1 and sums.n.max() > 1
        if several and self._within_squares() < _EXACT_FIT * sums.n_obs:
            raise ValueError(
                "y does not vary within groups once x is known: the residual variance is zero; "
                "for one mean per school use fit_school_means"
            )

    def _within_squares(self) -> float:
        """Residual sum of squares within groups, the limit of q for θ → ∞ (standardised)."""
        w = self._total - (self._sums.sums / self._sums.n[:, None]).T @ self._sums.sums
        # Columns that are constant within groups leave zero rows, hence the generalised inverse.
        slopes = np.linalg.pinv(w[:-1, :-1], rcond=1e-10, hermitian=True) @ w[:-1, -1]
        return float(w[-1, -1] - w[:-1, -1] @ slopes)

    def _weighted(self, theta: float) -> tuple[FloatArray, float, FloatArray]:
        """Weighted cross-products of x, residual sum of squares and β (standardised units)."""
        s = self._sums
        c = theta / (1 + s.n * theta)
        a = self._total - (s.sums * c[:, None]).T @ s.sums
        beta = np.linalg.solve(a[:-1, :-1], a[:-1, -1])
        return a[:-1, :-1], float(a[-1, -1] - a[:-1, -1] @ beta), beta

    def criterion(self, theta: float) -> float:
        """−2 log-likelihood at the variance ratio θ, maximised over β and σe²."""
        a_xx, q, _ = self._weighted(theta)
        # Rounding can leave a sum of squares that should be 0 slightly below it.
        q = max(q, np.finfo(float).tiny) * self._y_scale**2
        value = (
            self._degrees * (np.log(2 * np.pi * q / self._degrees) + 1)
            + np.log1p(self._sums.n * theta).sum()
        )
        if self._reml:
            value += np.linalg.slogdet(a_xx)[1] + 2 * np.log(self._sums.scale[:-1]).sum()
        return float(value)

    def best_ratio(self, near: float = 0.0) -> float:
        """Return the θ that minimises the criterion; exactly 0 at the boundary.

        ``near`` is the θ of almost the same data: it spares the grid unless the search from it
        ends at the border of its range.
        """
        at_zero = self.criterion(0.0)
        if near > 0:
            low, high = np.log(near) - _NEAR, np.log(near) + _NEAR
            place, value = self._lowest(low, high)
            if low + _NEAR / 10 < place < high - _NEAR / 10 and value < at_zero - 1e-9:
                return float(np.exp(place))
        values = np.array([self.criterion(np.exp(t)) for t in _LOG_RATIO_GRID])
        best = int(values.argmin())
        place, value = self._lowest(
            _LOG_RATIO_GRID[max(best - 1, 0)], _LOG_RATIO_GRID[min(best + 1, values.size - 1)]
        )
        return float(np.exp(place)) if value < at_zero - 1e-9 else 0.0

    def _lowest(self, low: float, high: float) -> tuple[float, float]:
        """Place and value of the minimum of the criterion over log θ in [low, high]."""
        found = optimize.minimize_scalar(
            lambda t: self.criterion(np.exp(t)),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-9},
        )
        return float(found.x), float(found.fun)

    def ratio_interval(self, theta: float, level: float) -> tuple[float, float]:
        """Profile-likelihood interval of the intraclass correlation."""
        limit = self.criterion(theta) + stats.chi2.ppf(level, 1)

        def above(t: float) -> float:
            return self.criterion(np.exp(t)) - limit

        first, last = _LOG_RATIO_GRID[0], _LOG_RATIO_GRID[-1]
        start = np.clip(np.log(theta), first, last) if theta > 0 else first
        low = high = theta
        if self.criterion(0.0) <= limit:
            low = 0.0
        elif above(first) > 0:
            low = float(np.exp(optimize.brentq(above, first, start)))
        high = float(np.exp(optimize.brentq(above, start, last))) if above(last) > 0 else np.inf
        return low / (1 + low), 1.0 if np.isinf(high) else high / (1 + high)

    def solution(self, theta: float) -> tuple[FloatArray, FloatArray, float]:
        """β, its covariance and σe², all in the original units."""
        s = self._sums
        a_xx, q, beta = self._weighted(theta)
        residual_variance = float(q / self._degrees * self._y_scale**2)
        # back = d(β original)/d(β standardised), apart from the shift of the intercept by mean y
        back = np.diag(1 / s.scale[:-1])
        back[0, 1:] = -s.centre[1:-1] / s.scale[1:-1]
        original = back @ beta * self._y_scale
        original[0] += s.centre[-1]
        covariance = back @ np.linalg.inv(a_xx) @ back.T * residual_variance
        return original, covariance, residual_variance

    def ratio_weights(self, points: int = 41) -> tuple[FloatArray, FloatArray]:
        """Grid of θ, even in √θ, with the likelihood of each point as weight (adding up to 1)."""
        best = np.sqrt(self.best_ratio())
        limit = self.criterion(best**2) + _NEGLIGIBLE

        def above(root: float) -> float:
            return self.criterion(root**2) - limit

        upper = best + 0.1
        while above(upper) < 0 and upper < _LARGEST_ROOT:
            upper = 2 * upper
        if above(upper) > 0:
            upper = float(optimize.brentq(above, best, upper, xtol=1e-6))
        lower = float(optimize.brentq(above, 0.0, best, xtol=1e-6)) if above(0.0) > 0 else 0.0
        grid = np.linspace(lower, upper, points) ** 2
        values = np.array([self.criterion(ratio) for ratio in grid])
        weights = np.exp(-(values - values.min()) / 2)
        return grid, weights / weights.sum()
