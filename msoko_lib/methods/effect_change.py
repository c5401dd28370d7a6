"""Rungs B and D: change against other schools from before the selection, and change alone.

Differences in differences measured from the year in which the schools were chosen doubles the
error of before-after; measured from earlier years it is free of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from msoko_lib.methods.effect_estimate import EffectEstimate, t_estimate
from msoko_lib.methods.effect_inputs import mean_over_years, require_both_sides, treatment_labels
from msoko_lib.methods.effect_least_squares import mean_difference
from msoko_lib.methods.permutation import permutation_test


def difference_in_differences(
    before: ArrayLike,
    after: ArrayLike,
    treated: ArrayLike,
    *,
    variance: str = "pooled",
    interval: str = "t",
    permutations: bool = True,
    confidence: float = 0.95,
    draws: int = 9_999,
    seed: int = 0,
) -> EffectEstimate:
    """Rung B: the treated schools' change minus the others', from years before the selection.

    The years in `before` must not include the year that decided who was treated: measured from
    that year the estimate is worse than plain before-after (+.20 SD for a measure that does
    nothing, against +.17).

    Parameters
    ----------
    before, after : array_like, shape (J,) or (J, T)
        School means in the years before the selection and after the start; several years are
        averaged.
    treated : array_like of bool, shape (J,)
        Who received the measure.
    variance : {"pooled", "unequal"}
        "pooled": t with J - 2 degrees of freedom, also for one treated school.
        "unequal": Welch, where the treated schools are much smaller or larger than the others.
    interval : {"t", "permutation"}
        How the interval is made.
    permutations : bool
        Report the permutation probability beside a t interval (False saves time in simulations).
    confidence, draws, seed
        See `permutation_test`.

    Returns
    -------
    EffectEstimate
        Rung "B". Schools with a missing year are left out and counted in `n_dropped`.

    References
    ----------
    Chay, McEwan & Urquiola (2005), American Economic Review 95(4): 1237-1258.

    Examples
    --------
    >>> before = [10.0, 12.0, 11.0, 15.0, 16.0]
    >>> after = [13.0, 16.0, 12.0, 15.0, 17.0]
    >>> result = difference_in_differences(before, after, [1, 1, 0, 0, 0])
    >>> round(result.estimate, 3), result.permutation_p
    (2.833, 0.1)
    """
    change = mean_over_years(after, "after") - mean_over_years(before, "before")
    labels = treatment_labels(treated, change.size)
    keep = ~np.isnan(change)
    change, kept = change[keep], labels[keep]
    require_both_sides(kept)
    if interval not in ("t", "permutation"):
        raise ValueError(f"interval must be 't' or 'permutation', got {interval!r}")
    estimate, error, freedom = mean_difference(change, kept, variance)
    result = t_estimate(
        "B", "difference_in_differences", estimate, error, freedom, kept, confidence
    )
    result = replace(result, n_dropped=int((~keep).sum()))
    if not permutations and interval == "t":
        return result
    test = permutation_test(change, kept, confidence=confidence, draws=draws, seed=seed)
    result = replace(result, permutation_p=test.p_value)
    if interval == "permutation":
        return replace(result, ci_low=test.ci_low, ci_high=test.ci_high)
    return result


def difference_in_differences_of_means(
    treated_before: float, treated_after: float, comparison_before: float, comparison_after: float
) -> float:
    """Difference in differences from four published means.

    References
    ----------
    Card & Krueger (1994), American Economic Review 84(4): 772-793, table 3 (2.76 from unrounded
    means).

    Examples
    --------
    >>> round(difference_in_differences_of_means(20.44, 21.03, 23.33, 21.17), 2)
    2.75
    """
    return (treated_after - treated_before) - (comparison_after - comparison_before)


def before_after(
    before: ArrayLike,
    after: ArrayLike,
    *,
    expected_regression: float = float("nan"),
    confidence: float = 0.95,
) -> EffectEstimate:
    """Rung D: the change of the treated schools. A dynamic; it may not be called an effect.

    Parameters
    ----------
    before, after : array_like, shape (J1,) or (J1, T)
        The treated schools' means; several years are averaged.
    expected_regression : float
        Change to be expected with no measure (`regression_to_mean`), reported beside it.
    confidence : float
        Level of the paired t interval.

    Returns
    -------
    EffectEstimate
        Rung "D", ``may_be_called_effect`` False.

    Examples
    --------
    >>> result = before_after([40.0, 44.0, 42.0], [45.0, 46.0, 47.0])
    >>> result.estimate, result.may_be_called_effect
    (4.0, False)
    """
    change = mean_over_years(after, "after") - mean_over_years(before, "before")
    keep = ~np.isnan(change)
    change = change[keep]
    if change.size == 0:
        raise ValueError("no school has both a value before and a value after")
    error = float(change.std(ddof=1) / np.sqrt(change.size)) if change.size > 1 else float("nan")
    result = t_estimate(
        "D",
        "before_after",
        float(change.mean()),
        error,
        change.size - 1,
        np.ones(change.size, bool),
        confidence,
    )
    return replace(
        result,
        n_dropped=int((~keep).sum()),
        expected_regression_to_mean=float(expected_regression),
    )
