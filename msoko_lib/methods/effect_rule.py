"""Rung A: schools chosen by a rule on a score.

The score carries all of the regression to the mean; with it in the regression, what is left is
the measure (or chance, which the interval shows).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from msoko_lib.methods.effect_estimate import EffectEstimate, t_estimate
from msoko_lib.methods.effect_inputs import (
    column,
    covariate_matrix,
    require_both_sides,
    treatment_labels,
)
from msoko_lib.methods.effect_least_squares import first_coefficient


def ancova_on_score(
    outcome: ArrayLike,
    score: ArrayLike,
    treated: ArrayLike,
    *,
    covariates: ArrayLike | None = None,
    separate_slopes: bool = False,
    cutoff: float | None = None,
    variance: str = "classical",
    confidence: float = 0.95,
) -> EffectEstimate:
    """Rung A: regress the outcome on the treatment and on the score that decided it.

    y = b0 + b1 * score + delta * treated (+ covariates). Where schools were chosen by the score
    alone, the score carries all of the regression to the mean, and delta is free of it. With
    normal errors the t interval on J - p degrees of freedom is exact, however few the schools.

    Parameters
    ----------
    outcome : array_like, shape (J,)
        School means after the measure, outcome units.
    score : array_like, shape (J,)
        The score on which schools were chosen.
    treated : array_like of bool, shape (J,)
        Who received the measure.
    covariates : array_like, shape (J,) or (J, k), optional
        Earlier years' means; they shorten the interval.
    separate_slopes : bool
        Let the slope differ on the two sides of `cutoff` (regression discontinuity).
    cutoff : float, optional
        The rule's cut; needed for separate slopes. delta is then the jump at the cut.
    variance : {"classical", "hc2"}
        "hc2" for school means of very unequal reliability, with Bell-McCaffrey degrees of freedom.
    confidence : float
        Level of the interval.

    Returns
    -------
    EffectEstimate
        Rung "A". Schools with a missing value are left out and counted in `n_dropped`.

    Raises
    ------
    ValueError
        If too few schools are left, or score and treatment cannot be told apart.

    References
    ----------
    Trochim (1984), Research Design for Program Evaluation; Lee & Lemieux (2010), JEL 48: 281-355.

    Examples
    --------
    >>> score = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    >>> outcome = [3.1, 3.9, 3.0, 4.1, 4.9, 6.0]  # the two lowest stand above the line
    >>> result = ancova_on_score(outcome, score, [True, True, False, False, False, False])
    >>> round(result.estimate, 2), result.degrees_of_freedom
    (1.89, 3.0)
    """
    y = column(outcome, "outcome")
    x = column(score, "score")
    labels = treatment_labels(treated, y.size)
    extra = np.empty((y.size, 0)) if covariates is None else covariate_matrix(covariates, y.size)
    keep = ~(np.isnan(y) | np.isnan(x) | np.isnan(extra).any(axis=1))
    y, x, kept, extra = y[keep], x[keep], labels[keep], extra[keep]
    require_both_sides(kept)
    if separate_slopes and cutoff is None:
        raise ValueError("separate slopes need the cutoff of the rule")
    centre = float(x.mean()) if cutoff is None else cutoff
    columns = [kept.astype(float), np.ones(y.size), x - centre, *extra.T]
    if separate_slopes:
        columns.append(kept * (x - centre))
    estimate, error, freedom = first_coefficient(y, np.column_stack(columns), variance)
    name = "regression_discontinuity" if separate_slopes else "ancova_on_score"
    result = t_estimate("A", name, estimate, error, freedom, kept, confidence)
    return replace(result, n_dropped=int((~keep).sum()))


def regression_discontinuity(
    outcome: ArrayLike,
    score: ArrayLike,
    cutoff: float,
    *,
    bandwidth: float | None = None,
    treated_side: str = "below",
    confidence: float = 0.95,
) -> EffectEstimate:
    """Rung A with many schools: jump of two local lines at the cut.

    Schools within `bandwidth` of the cut, a line on each side, HC2 variance with
    Bell-McCaffrey degrees of freedom. For a region; a municipality rarely has enough schools.

    Parameters
    ----------
    outcome, score : array_like, shape (J,)
        As in `ancova_on_score`.
    cutoff : float
        Schools at or below it (``treated_side="below"``), or at or above it, were treated.
    bandwidth : float, optional
        Largest distance from the cut, units of the score; all schools when omitted.
    treated_side : {"below", "above"}
        Which side received the measure.
    confidence : float
        Level of the interval.

    Returns
    -------
    EffectEstimate
        Rung "A".

    References
    ----------
    Imbens & Lemieux (2008), Journal of Econometrics 142: 615-635.

    Examples
    --------
    >>> score = np.arange(-10, 10) + 0.5
    >>> outcome = 0.5 * score + 2.0 * (score <= 0)
    >>> round(regression_discontinuity(outcome, score, 0.0).estimate, 6)
    2.0
    """
    if treated_side not in ("below", "above"):
        raise ValueError(f"treated_side must be 'below' or 'above', got {treated_side!r}")
    y, x = column(outcome, "outcome"), column(score, "score")
    labels = x <= cutoff if treated_side == "below" else x >= cutoff
    near = np.ones(x.size, bool) if bandwidth is None else np.abs(x - cutoff) <= bandwidth
    return ancova_on_score(
        y[near],
        x[near],
        labels[near],
        separate_slopes=True,
        cutoff=cutoff,
        variance="hc2",
        confidence=confidence,
    )
