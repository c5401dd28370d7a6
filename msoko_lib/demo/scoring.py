"""From ability to task scores: a graded response model and the calibration of a work.

A task of maximum m is passed step by step: with latent y = a(θ − b) + e, e logistic, the score
is the number of steps δ₁ < … < δ_m that y exceeds (Samejima's graded response model).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtr, ndtri

from msoko_lib.demo.forms import Form

Floats = NDArray[np.float64]
Ints = NDArray[np.integer]
STEP = 1.1
_NODES = ndtri((np.arange(40) + 0.5) / 40)
_SLOPES = np.linspace(0.5, 2.6, 8).tolist()
_SHIFTS = np.linspace(-2.2, 2.2, 12).tolist()


@dataclass(frozen=True)
class Calibration:
    """Slope and shift of a work at which the country's marks have their usual shares."""

    slope: float
    shift: float


def steps_of(maxima: Ints) -> Floats:
    """Thresholds of the steps, shape (max steps, tasks); infinite beyond a task's maximum."""
    numbers = np.arange(1, int(maxima.max()) + 1)[:, None]
    centred = STEP * (numbers - (maxima[None, :] + 1) / 2)
    return np.where(numbers <= maxima[None, :], centred, np.inf)


def expected_and_variance(
    ability: Floats, difficulty: Floats, maxima: Ints, slope: float, shift: float
) -> tuple[Floats, Floats]:
    """Mean and variance of the total score at each ability."""
    latent = slope * (ability[:, None] - difficulty[None, :] - shift)
    passed = expit(latent[None] - steps_of(maxima)[:, None, :])
    weights = 2 * np.arange(1, passed.shape[0] + 1)[:, None, None] - 1
    mean = passed.sum(axis=0)
    square = (weights * passed).sum(axis=0)
    return mean.sum(axis=1), (square - mean**2).sum(axis=1)


@cache
def calibrate(form: Form) -> Calibration:
    """Find slope and shift at which the shares of marks come nearest to the usual ones.

    The score at a given ability is taken as normal; the country is θ ~ N(0, 1). A coarse grid,
    then a fine one around its best point.
    """
    best = min(
        (Calibration(slope, shift) for slope in _SLOPES for shift in _SHIFTS),
        key=lambda point: _distance(form, point),
    )
    fine = (
        Calibration(best.slope + 0.06 * left, best.shift + 0.08 * right)
        for left in range(-2, 3)
        for right in range(-2, 3)
    )
    return min(fine, key=lambda point: _distance(form, point))


def _distance(form: Form, point: Calibration) -> float:
    """Squared distance between expected and usual cumulative shares of marks."""
    mean, variance = expected_and_variance(
        _NODES, form.difficulty, form.maxima, point.slope, point.shift
    )
    cuts = np.array(form.cuts)[:, None] - 0.5
    below = ndtr((cuts - mean) / np.sqrt(variance)).mean(axis=1)
    return float(((below - np.cumsum(form.usual_shares)[:3] / 100) ** 2).sum())


def draw_scores(
    ability: Floats,
    difficulty: Floats,
    maxima: Ints,
    calibration: Calibration,
    rng: np.random.Generator,
    task_shift: Floats | None = None,
) -> Ints:
    """Draw task scores, shape (pupils, tasks).

    Parameters
    ----------
    ability : array of shape (pupils,)
    difficulty, maxima : arrays of shape (tasks,)
    calibration : Calibration
    rng : Generator
    task_shift : array of shape (pupils, tasks), optional
        Added to the latent answer (logits): a deficit of a school in a skill.
    """
    shape = len(ability), len(maxima)
    uniform = rng.random(shape)
    latent = calibration.slope * (ability[:, None] - difficulty[None, :] - calibration.shift)
    latent += np.log(uniform / (1 - uniform))
    if task_shift is not None:
        latent += task_shift
    scores = np.zeros(shape, dtype=np.int8)
    for step in steps_of(maxima):
        scores += latent > step
    return scores


def marks_of(totals: Ints, cuts: tuple[int, int, int]) -> Ints:
    """Marks 2…5 from total scores."""
    return 2 + np.searchsorted(np.array(cuts), totals, side="right")
