"""Journal marks beside the marks for a work."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]
LOWERED_SHARE, RAISED_SHARE = 0.27, 0.06
TWO_MARKS_SHARE = 0.04
HIGHEST, LOWEST = 5, 2
# A «2» for a work seldom stands in the journal too.
_LOWERING_WEIGHT = np.array([0.0, 0.0, 2.0, 1.0, 0.9, 0.0])
_CEILING = 0.97


def draw_journal(
    marks: Ints, school: Ints, lowered: NDArray[np.float64], rng: np.random.Generator
) -> Ints:
    """Draw journal marks.

    Teachers mark against their own class, so the expected share of pupils whose journal mark
    is higher is the same in a strong and in a weak school; it differs only where ``lowered``
    says so.

    Parameters
    ----------
    marks : array of shape (pupils,)
        Marks for the work.
    school : array of shape (pupils,)
        Index of each pupil's school.
    lowered : array of shape (schools,)
        Expected share of pupils whose mark for the work is below the journal.
    rng : Generator
    """
    schools = len(lowered)
    weight = _LOWERING_WEIGHT[marks]
    people = np.bincount(school, minlength=schools)
    weights = np.bincount(school, weight, minlength=schools)
    can_rise = marks > LOWEST
    risers = np.bincount(school, can_rise, minlength=schools)
    with np.errstate(divide="ignore", invalid="ignore"):
        up = np.nan_to_num(lowered * people / weights)
        down = np.nan_to_num(RAISED_SHARE * people / risers)
    p_up = np.minimum(_CEILING, up[school] * weight)
    p_down = np.minimum(1 - p_up, down[school] * can_rise)
    draw = rng.random(len(marks))
    shift = np.where(draw < p_up, 1, np.where(draw < p_up + p_down, -1, 0))
    far = (shift == 1) & (rng.random(len(marks)) < TWO_MARKS_SHARE)
    return np.clip(marks + shift + far, LOWEST, HIGHEST)
