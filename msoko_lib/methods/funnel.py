"""Funnel plots: control limits that widen as n shrinks, and spread beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import (
    FloatArray,
    check_share,
    counts_and_totals,
    normal_quantile,
    to_floats,
)
from msoko_lib.methods.proportion_intervals import Interval, _interval


def smallest_flagging_count(n: Any, p0: Any, alpha: float = 0.025) -> Any:
    """Smallest count out of n that is significantly above the share p0: can this n flag at all?

    ``min{r ≤ n: P(X ≥ r | n, p0) ≤ alpha}`` for X ~ Bin(n, p0), one-sided.

    Parameters
    ----------
    n : int or array-like of int
        Pupils.
    p0 : float or array-like
        Reference share, strictly between 0 and 1.
    alpha : float
        One-sided error; .025 corresponds to a two-sided 5 % test.

    Returns
    -------
    int or None; numpy.ndarray of float for arrays
        The count, or None (NaN in an array) when even n of n would not be significant. The
        smallest flagging count *below* p0 is ``n − smallest_flagging_count(n, 1 − p0)``.

    Raises
    ------
    ValueError
        If p0 is not strictly between 0 and 1 or n is negative or not whole.

    Examples
    --------
    >>> [smallest_flagging_count(n, 0.05) for n in (10, 25, 50)]
    [3, 5, 7]
    >>> print(smallest_flagging_count(5, 0.5))
    None
    """
    check_share(alpha, "alpha")
    share, total = check_share(p0, "p0"), to_floats(n, "n")
    if np.any(total < 0) or np.any(total != np.round(total), where=~np.isnan(total)):
        raise ValueError("n must be whole and not negative")
    with np.errstate(invalid="ignore"):
        count = stats.binom.isf(alpha, total, share) + 1
    count = np.where(count <= total, count, np.nan)
    if count.ndim == 0:
        return None if np.isnan(count) else int(count)
    return count


def funnel_limits(n: Any, target: Any, level: float = 0.95, method: str = "exact") -> Interval:
    """Control limits of a funnel plot for a share at a given number of pupils.

    Exact: for each tail probability α, ``r = min{r: F(r; n, θ) ≥ α}`` and the limit is
    ``(r − (F(r) − α)/f(r))/n``, cut at 0 and 1; the interpolation makes the curve smooth in n.
    Normal: ``θ ± z·√(θ(1−θ)/n)``, cut at 0 and 1.

    Parameters
    ----------
    n : int or array-like of int
        Pupils; 0 or missing gives NaN.
    target : float or array-like
        Reference share θ, 0…1.
    level : float
        Share of units inside the limits if only chance is at work; usually .95 and .998.
    method : {"exact", "normal"}
        The exact limits are the ones to use below n·θ ≈ 20.

    Returns
    -------
    Interval
        Limits as shares 0…1.

    Raises
    ------
    ValueError
        On an unknown method, a target outside 0…1 or an n that is not whole (exact limits).

    Notes
    -----
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance.
    *Statistics in Medicine* 24, 1185–1202, appendix A.1. The limits are for drawing: a count just
    outside the interpolated curve may still have a tail above (1 − level)/2. Flags come from
    `flag_outliers`.

    Examples
    --------
    >>> low, high = funnel_limits(25, 0.3)
    >>> round(low, 4), round(high, 4)
    (0.1064, 0.4688)
    """
    z = normal_quantile(level)
    total, share = np.broadcast_arrays(
        to_floats(n, "n"), check_share(target, "target", open_ends=False)
    )
    if np.any(total < 0):
        raise ValueError("n must not be negative")
    total = np.where(total > 0, total, np.nan)
    if method == "normal":
        half = z * np.sqrt(share * (1 - share) / total)
        low, high = share - half, share + half
    elif method == "exact":
        if np.any(total != np.round(total), where=~np.isnan(total)):
            raise ValueError("exact limits need whole n")
        tail = (1 - level) / 2
        low = _exact_limit(tail, total, share)
        high = _exact_limit(1 - tail, total, share)
    else:
        raise ValueError(f"method must be 'exact' or 'normal', found {method!r}")
    return _interval(np.clip(low, 0, 1), np.clip(high, 0, 1))


def _exact_limit(tail: float, total: FloatArray, share: FloatArray) -> FloatArray:
    r = stats.binom.ppf(tail, total, share)
    with np.errstate(divide="ignore", invalid="ignore"):
        surplus = (stats.binom.cdf(r, total, share) - tail) / stats.binom.pmf(r, total, share)
        limit = (r - surplus) / total
    # At θ = 0 or 1 every count but one is impossible: the limit is the target itself.
    return np.where((share == 0) | (share == 1), share + 0 * total, limit)


@dataclass(frozen=True)
class Overdispersion:
    """How far shares spread beyond binomial chance around a target, and the z that allows for it.

    Attributes
    ----------
    target : float
        Reference share θ, 0…1.
    n_units : int
        Units with data.
    phi, phi_raw : float
        Mean squared z with and without winsorising; 1 is pure chance.
    chi_square, p_value : float
        ``J·phi`` and its upper tail in χ² with J − 1 degrees of freedom.
    is_overdispersed : bool
        Whether ``J·phi`` exceeds the critical value; otherwise τ² is 0.
    tau2, tau : float
        Additive between-unit variance and its root, in shares (squared).
    units : DataFrame
        One row per unit as given: ``x, n, share, se, z, z_adjusted``.
    """

    target: float
    n_units: int
    phi: float
    phi_raw: float
    chi_square: float
    p_value: float
    is_overdispersed: bool
    tau2: float
    tau: float
    units: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row per unit: counts, standard error, z before and after adjustment."""
        return self.units.copy()


class ZSpread(NamedTuple):
    """Over-dispersion figures of a set of z values; see `overdispersion`."""

    phi: float
    phi_raw: float
    chi_square: float
    p_value: float
    tau2: float


def spread_of_z(
    z: FloatArray, se: FloatArray, winsor: float = 0.10, alpha: float = 0.05
) -> ZSpread:
    """Winsorised φ and additive τ² of z values with standard errors ``se`` (no missing values).

    Parameters
    ----------
    z, se : numpy.ndarray, shape (units,)
        Distances from the target in standard errors, and those standard errors.
    winsor, alpha : float
        As in `overdispersion`.

    Returns
    -------
    ZSpread
        NaN and ``tau2 = 0`` for fewer than two units.

    Examples
    --------
    >>> spread_of_z(np.array([-3.0, 0.0, 3.0]), np.ones(3), winsor=0).tau2
    8.0
    """
    j = z.size
    if j < 2:
        return ZSpread(np.nan, np.nan, np.nan, np.nan, 0.0)
    bounds = np.quantile(z, [winsor, 1 - winsor])
    phi = float(np.mean(np.clip(z, bounds[0], bounds[1]) ** 2))
    p_value = float(stats.chi2.sf(j * phi, j - 1))
    tau2 = 0.0
    if p_value < alpha:
        weight = 1 / se**2
        scale = weight.sum() - (weight**2).sum() / weight.sum()
        tau2 = max(0.0, float((j * phi - (j - 1)) / scale))
    return ZSpread(phi, float(np.mean(z**2)), j * phi, p_value, tau2)


def overdispersion(
    x: Any, n: Any, target: float | None = None, winsor: float = 0.10, alpha: float = 0.05
) -> Overdispersion:
    """Estimate over-dispersion of shares around a target (winsorised φ, additive τ²).

    ``z = (p − θ)/s`` with ``s² = θ(1−θ)/n``; z is winsorised at its 10 % and 90 % quantiles so
    that the outliers one looks for do not set the yardstick; ``φ = mean z_w²``. If
    ``Jφ > χ²(J−1; .95)``: ``τ² = max(0, (Jφ − (J−1))/(Σw − Σw²/Σw))`` with ``w = 1/s²``, and
    ``z_D = (p − θ)/√(s² + τ²)``.

    Parameters
    ----------
    x, n : array-like
        Events and totals, one entry per unit; units with n = 0 or missing are not counted and
        get NaN.
    target : float, optional
        Reference share; by default the pooled share Σx/Σn.
    winsor : float
        Share of units drawn in at each end, 0…0.5.
    alpha : float
        Level of the test for over-dispersion.

    Returns
    -------
    Overdispersion

    Notes
    -----
    Spiegelhalter, D. J. (2005). Handling over-dispersion of performance indicators. *Quality and
    Safety in Health Care* 14, 347–351. The additive model is preferred there to inflating the
    limits by √φ. With fewer than two units, or a target of 0 or 1, nothing can be estimated: φ is
    NaN and τ² is 0.

    Examples
    --------
    >>> result = overdispersion([12, 30, 5, 44, 18, 25, 9, 60, 7, 33],
    ...                         [40, 75, 30, 90, 60, 50, 45, 110, 12, 100])
    >>> round(result.phi, 4), round(result.tau2, 6)
    (2.9994, 0.009379)
    """
    count, total = (np.atleast_1d(values) for values in counts_and_totals(x, n))
    if count.ndim != 1 or count.size == 0:
        raise ValueError(f"x and n must be non-empty lists, found shape {count.shape}")
    if not 0 <= winsor < 0.5:
        raise ValueError(f"winsor must lie in [0, 0.5), found {winsor}")
    check_share(alpha, "alpha")
    usable = (total > 0) & ~np.isnan(count)
    if target is None:
        theta = float(count[usable].sum() / total[usable].sum()) if usable.any() else np.nan
    else:
        theta = float(check_share(target, "target", open_ends=False))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(usable, count / total, np.nan)
        se = np.where(usable, np.sqrt(theta * (1 - theta) / total), np.nan)
        z = np.where(se > 0, (share - theta) / se, np.nan)
    inside = ~np.isnan(z)
    spread = spread_of_z(z[inside], se[inside], winsor, alpha)
    with np.errstate(divide="ignore", invalid="ignore"):
        z_adjusted = (share - theta) / np.sqrt(se**2 + spread.tau2)
    units = pd.DataFrame(
        {
            "x": count,
            "n": total,
            "share": share,
            "se": se,
            "z": z,
            "z_adjusted": np.where(inside, z_adjusted, np.nan),
        }
    )
    return Overdispersion(
        theta,
        int(inside.sum()),
        spread.phi,
        spread.phi_raw,
        spread.chi_square,
        spread.p_value,
        bool(spread.p_value < alpha),
        spread.tau2,
        float(np.sqrt(spread.tau2)),
        units,
    )
