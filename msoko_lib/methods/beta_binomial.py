"""Empirical-Bayes shares: small schools are drawn towards the common share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import check_share, counts_and_totals


@dataclass(frozen=True)
class BetaBinomialFit:
    """Beta prior of the shares of many units and the shrunken share of each.

    Attributes
    ----------
    pooled : float
        Common share P = Σx/Σn.
    msb, msw, n0 : float
        Mean squares between and within units and the effective unit size of the moments.
    between_variance : float
        Variance of the true shares, truncated at 0.
    prior_strength : float
        M: the prior weighs as much as M pupils; infinite when the shares do not differ.
    units : DataFrame
        One row per unit as given: ``x, n, share, shrinkage, share_eb, ci_low, ci_high``;
        ``shrinkage`` n/(n + M) is the weight of the unit's own share.
    """

    pooled: float
    msb: float
    msw: float
    n0: float
    between_variance: float
    prior_strength: float
    units: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row per unit with its raw and shrunken share and the posterior interval."""
        return self.units.copy()


def beta_binomial(x: Any, n: Any, level: float = 0.95) -> BetaBinomialFit:
    """Shrink shares of many units towards the common share (beta-binomial, ANOVA moments).

    ``MSB = Σn(p−P)²/(J−1)``, ``MSW = Σn·p·q/(N−J)``, ``n0 = (N − Σn²/N)/(J−1)``,
    ``σ² = max(0, (MSB − MSW)/n0)``, ``M = P(1−P)/σ² − 1``, ``p_EB = (x + P·M)/(n + M)``.

    Parameters
    ----------
    x, n : array-like, shape (units,)
        Events and totals; units with n = 0 or missing take no part in the estimate (with n = 0
        they get the common share).
    level : float
        Posterior probability of the intervals, from Beta(x + PM, n − x + (1 − P)M).

    Returns
    -------
    BetaBinomialFit

    Raises
    ------
    ValueError
        If fewer than two units have data, or if no unit has more than one pupil.

    Notes
    -----
    Kleinman, J. C. (1973). Proportions with extraneous variance. *JASA* 68, 46–54. The interval
    takes P and M as known: for fewer than about ten units it is too narrow. Do not use shrunken
    shares as input of another regression.

    Examples
    --------
    >>> fit = beta_binomial([12, 30, 5, 44, 18, 25, 9, 60, 7, 33],
    ...                     [40, 75, 30, 90, 60, 50, 45, 110, 12, 100])
    >>> round(fit.prior_strength, 3), round(float(fit.units.share_eb[8]), 3)
    (17.861, 0.472)
    """
    check_share(level, "level")
    count, total = (np.atleast_1d(values) for values in counts_and_totals(x, n))
    usable = (total > 0) & ~np.isnan(count)
    c, t = count[usable], total[usable]
    if c.size < 2 or t.sum() <= c.size:
        raise ValueError(
            f"at least two units with data and one with several pupils are needed, found "
            f"{c.size} units with {t.sum():.0f} pupils"
        )
    share, j, big_n = c / t, c.size, t.sum()
    pooled = float(c.sum() / big_n)
    msb = float((t * (share - pooled) ** 2).sum() / (j - 1))
    msw = float((t * share * (1 - share)).sum() / (big_n - j))
    n0 = float((big_n - (t**2).sum() / big_n) / (j - 1))
    between = max(0.0, (msb - msw) / n0)
    # Shares that are all 0 or 1 give σ² ≥ P(1−P): the prior then weighs nothing, never less.
    strength = max(pooled * (1 - pooled) / between - 1, 0.0) if between > 0 else np.inf
    return BetaBinomialFit(
        pooled, msb, msw, n0, between, strength, _shrink(count, total, pooled, strength, level)
    )


def _shrink(
    count: np.ndarray, total: np.ndarray, pooled: float, strength: float, level: float
) -> pd.DataFrame:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = count / np.where(total > 0, total, np.nan)
        if np.isinf(strength):
            weight = np.zeros_like(total)
            low = high = shrunken = np.full_like(total, pooled)
        else:
            weight = total / (total + strength)
            a, b = pooled * strength, (1 - pooled) * strength
            shrunken = (count + a) / (total + strength)
            tail = (1 - level) / 2
            low = np.where(count + a > 0, stats.beta.ppf(tail, count + a, total - count + b), 0)
            high = np.where(
                total - count + b > 0, stats.beta.ppf(1 - tail, count + a, total - count + b), 1
            )
    known = np.where(np.isnan(count) | np.isnan(total), np.nan, 1.0)
    return pd.DataFrame(
        {
            "x": count,
            "n": total,
            "share": share,
            "shrinkage": weight * known,
            "share_eb": shrunken * known,
            "ci_low": low * known,
            "ci_high": high * known,
        }
    )
