"""What every estimate of a measure reports, whichever rung of the evidence ladder it stands on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from math import inf, nan

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

#: Rungs whose design separates the measure from regression to the mean.
RUNGS_OF_AN_EFFECT = ("A", "B", "C")


@dataclass(frozen=True)
class EffectEstimate:
    """One estimate with everything a reader needs to judge it.

    Attributes
    ----------
    rung : str
        "A" rule on a score, "B" differences in differences from before the selection,
        "C" empirical-Bayes expectation, "D" before-after, "none" nothing can be estimated.
    design : str
        The estimator in words, e.g. ``"ancova_on_score"``.
    estimate, standard_error : float
        In the units of the outcome.
    ci_low, ci_high : float
        Interval at the level `confidence`; infinite when so few schools can give none.
    degrees_of_freedom : float
        Of the t distribution used; NaN where the interval comes from a posterior mixture.
    p_value : float
        Two-sided, of "no effect" (of "no change" at rung D).
    permutation_p : float
        Two-sided randomisation probability where labels are exchangeable, else NaN.
    n_treated, n_comparison, n_dropped : int
        Schools used on each side, and left out for missing values.
    minimum_detectable : float
        Effect found with 80 % power at this standard error.
    expected_regression_to_mean : float
        Change expected of the chosen schools with no measure at all, NaN where unknown.
    schools : pandas.DataFrame or None
        One row per treated school where the design gives one.
    checks : pandas.DataFrame or None
        Why this rung: one row per requirement, see ``ladder.choose_rung``.
    """

    rung: str
    design: str
    estimate: float
    standard_error: float
    ci_low: float
    ci_high: float
    p_value: float
    n_treated: int
    n_comparison: int
    confidence: float = 0.95
    degrees_of_freedom: float = nan
    permutation_p: float = nan
    minimum_detectable: float = nan
    n_dropped: int = 0
    expected_regression_to_mean: float = nan
    schools: pd.DataFrame | None = None
    checks: pd.DataFrame | None = None

    @property
    def may_be_called_effect(self) -> bool:
        """True only at rungs A to C: before-after is a dynamic, never an effect."""
        return self.rung in RUNGS_OF_AN_EFFECT and bool(np.isfinite(self.estimate))

    def to_frame(self) -> pd.DataFrame:
        """Return the scalar fields as one row, `may_be_called_effect` among them."""
        scalars = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in ("schools", "checks")
        }
        return pd.DataFrame([{**scalars, "may_be_called_effect": self.may_be_called_effect}])


def minimum_detectable_effect(
    standard_error: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    degrees_of_freedom: float = inf,
) -> float:
    """Smallest true effect that a two-sided test would find with the given power.

    MDE = (t[1-alpha/2] + t[power]) * SE; with many schools 2.80 * SE.

    Parameters
    ----------
    standard_error : float
        Standard error of the estimator, outcome units.
    power, alpha : float
        Wanted power and two-sided level.
    degrees_of_freedom : float
        Of the test; infinite for the normal.

    Returns
    -------
    float
        In outcome units.

    Raises
    ------
    ValueError
        If a level is outside (0, 1) or the standard error is negative.

    References
    ----------
    Bloom (1995), Evaluation Review 19(5): 547-556.

    Examples
    --------
    >>> round(minimum_detectable_effect(0.123), 3)
    0.345
    """
    if not (0 < power < 1 and 0 < alpha < 1):
        raise ValueError(f"power and alpha must lie in (0, 1), got {power} and {alpha}")
    if standard_error < 0:
        raise ValueError(f"standard_error must not be negative, got {standard_error}")
    if degrees_of_freedom <= 0:
        return nan
    t = stats.t(degrees_of_freedom)
    return float((t.ppf(1 - alpha / 2) + t.ppf(power)) * standard_error)


def effect_power(
    effect: float,
    standard_error: float,
    *,
    alpha: float = 0.05,
    degrees_of_freedom: float = inf,
) -> float:
    """Probability that a two-sided test finds a true effect: the inverse of the smallest visible.

    Parameters
    ----------
    effect, standard_error : float
        Outcome units; the sign of the effect does not matter.
    alpha : float
        Two-sided level.
    degrees_of_freedom : float
        Of the test; infinite for the normal.

    Returns
    -------
    float
        0…1; NaN where the standard error is unknown.

    Notes
    -----
    By the same shifted t as :func:`minimum_detectable_effect`, the far tail left out: with the
    effect that it gives for a power, this gives that power.

    Examples
    --------
    >>> round(effect_power(0.345, 0.123), 2), round(effect_power(0.1, 0.123), 2)
    (0.8, 0.13)
    """
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie in (0, 1), got {alpha}")
    if not standard_error > 0 or degrees_of_freedom <= 0:
        return nan
    t = stats.t(degrees_of_freedom)
    return float(t.cdf(abs(effect) / standard_error - t.ppf(1 - alpha / 2)))


def t_estimate(
    rung: str,
    design: str,
    estimate: float,
    standard_error: float,
    degrees_of_freedom: float,
    treated: NDArray[np.bool_],
    confidence: float,
) -> EffectEstimate:
    """Wrap an estimate with a t interval, its p-value and its minimum detectable effect."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}")
    half_width, p_value = inf, nan
    if degrees_of_freedom > 0 and np.isfinite(standard_error):
        half_width = float(stats.t.ppf((1 + confidence) / 2, degrees_of_freedom) * standard_error)
        if standard_error > 0:
            ratio = abs(estimate) / standard_error
            p_value = float(2 * stats.t.sf(ratio, degrees_of_freedom))
        else:
            p_value = 1.0 if estimate == 0 else 0.0
    return EffectEstimate(
        rung=rung,
        design=design,
        estimate=float(estimate),
        standard_error=float(standard_error),
        ci_low=float(estimate - half_width),
        ci_high=float(estimate + half_width),
        p_value=p_value,
        n_treated=int(treated.sum()),
        n_comparison=int((~treated).sum()),
        confidence=confidence,
        degrees_of_freedom=float(degrees_of_freedom),
        minimum_detectable=minimum_detectable_effect(
            standard_error, degrees_of_freedom=degrees_of_freedom
        ),
    )
