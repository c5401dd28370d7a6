"""Steps of the counts at a cut-off, their scatter elsewhere, and the test that compares the two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from msoko_lib.methods.bunching_design import SHORT_SCALE_DF, Design, credible_windows
from msoko_lib.methods.score_counts import FloatArray

FEWEST_PLACEBOS = 6
FEWEST_ALIKE = 3
MANY_PLACEBOS = 25
FEWEST_IN_PLACEBO = 5
# Steps by chance alone have a root mean square of 1; combs and habits have heavier tails.
HEAVY_TAILS = 1.5


@dataclass(frozen=True)
class Placebos:
    """Steps at windows that touch no cut-off, in Poisson units, and the positions of their tops."""

    steps: FloatArray
    tops: NDArray[np.int64]


def window_steps(
    counts: FloatArray, design: Design, windows: NDArray[np.int64] | None = None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Moved pupils, their share, the rescaled windows and the smooth curve (last axis: scores)."""
    at = design.windows if windows is None else windows
    smooth = design.counterfactual(counts)
    inside, observed = smooth[..., at], counts[..., at]
    total = inside.sum(axis=-1, keepdims=True)
    expected = inside * observed.sum(axis=-1, keepdims=True) / total
    moved = observed[..., -1] - expected[..., -1]
    below = expected[..., :-1].sum(axis=-1)
    share = np.divide(moved, below, out=np.zeros_like(moved), where=below > 0)
    return moved, share, expected, smooth


def poisson_sd(expected: FloatArray) -> FloatArray:
    """Standard deviation of a step when the counts of the window are independent Poisson."""
    weight = expected[..., -1] / np.maximum(expected.sum(axis=-1), 1e-12)
    variance = expected[..., -1] * (1 - weight) ** 2 + weight**2 * expected[..., :-1].sum(axis=-1)
    return np.asarray(np.sqrt(np.maximum(variance, 1e-12)))


def placebo_steps(counts: FloatArray, design: Design) -> Placebos:
    """Standardised steps of all windows that touch no cut-off window and no end score.

    Windows without pupils, or where the curve loses touch with the counts (a polynomial going to
    zero in a tail), say nothing and are left out: their steps of 0 would pass for a quiet scale.
    Where enough are left, so are those right beside a cut-off window:
    pupils moved from farther below or lifted beyond the line sit there.
    """
    width = design.windows.shape[1]
    positions = np.arange(counts.size - width + 1)[:, None] + np.arange(width)[None, :]
    usable = np.all(design.free[positions], axis=1) & credible_windows(counts, design, positions)
    usable &= counts[positions].sum(axis=1) >= FEWEST_IN_PLACEBO
    placebo = positions[usable]
    gap = np.abs(placebo[:, None, -1] - design.windows[None, :, -1])
    apart = placebo[np.all(gap >= 2 * width, axis=1)]
    if apart.shape[0] >= MANY_PLACEBOS:
        placebo = apart
    moved, _, expected, _ = window_steps(counts, design, placebo)
    return Placebos(np.asarray(moved / poisson_sd(expected)), placebo[:, -1])


def overall_misfit(counts: FloatArray, design: Design, placebos: Placebos) -> float:
    """Scatter of the placebo steps in Poisson units, at least 1.

    The median of squares is used, so that pupils moved from farther below than the window do not
    hide the effect; with few placebos the residuals of the fit take over.
    """
    if placebos.steps.size >= FEWEST_PLACEBOS:
        squares = placebos.steps**2
    else:
        smooth = design.counterfactual(counts)[design.free]
        squares = (counts[design.free] - smooth) ** 2 / smooth
    squares = squares * squares.size / max(squares.size - design.parameters / 2, 1)
    return float(np.sqrt(max(1.0, float(np.median(squares)) / stats.chi2.median(1))))


def step_misfits(
    scores: NDArray[np.int64], design: Design, placebos: Placebos, overall: float
) -> tuple[FloatArray, FloatArray]:
    """Misfit and degrees of freedom of each cut-off.

    With heaping a cut-off is also compared with the placebos of its own kind (even with even,
    round with round): one heap is not as high as the next, and that scatter is theirs alone.
    A misfit of 1 is chance and known (less surely on a short scale); a larger one was estimated
    from overlapping windows.
    """
    width = design.windows.shape[1]
    estimated = float(max(3, min(design.free_df, placebos.steps.size // width * 2)))
    misfits = np.full(design.windows.shape[0], overall)
    known = np.inf if design.free_df >= SHORT_SCALE_DF else 2.0 * design.free_df
    df = np.full(misfits.shape, known if overall == 1.0 else estimated)
    for t, top in enumerate(design.windows[:, -1] if design.period else ()):
        alike = scores[placebos.tops] % design.period == scores[top] % design.period
        squares = placebos.steps[alike] ** 2
        if squares.size < FEWEST_ALIKE:
            continue
        few = squares.size < 2 * FEWEST_PLACEBOS
        typical = squares.mean() if few else np.median(squares) / stats.chi2.median(1)
        if np.sqrt(typical) > misfits[t]:
            misfits[t], df[t] = np.sqrt(typical), squares.size
    return misfits, df


def step_test(
    moved: FloatArray,
    sd: FloatArray,
    misfit: FloatArray,
    df: FloatArray,
    placebos: Placebos,
    alpha: float,
) -> tuple[FloatArray, FloatArray]:
    """Student's t in units of sd × misfit; never below the rank among the placebo steps.

    The rank protects against combs without a period, whose steps have heavy tails. It is used only
    where there are placebos enough for it to reach ``alpha`` after adjustment for the cut-offs.
    """
    z = moved / (sd * misfit)
    p = np.asarray(stats.t.sf(z, df))
    number = placebos.steps.size
    if z.size <= alpha * (number + 1):
        above = (placebos.steps[None, :] >= (moved / sd)[:, None]).sum(axis=1)
        rough = (misfit > 1.0) | (np.mean(placebos.steps**2) > HEAVY_TAILS**2)
        p = np.where(rough, np.maximum(p, (1 + above) / (1 + number)), p)
    return z, p


def step_sd(counts: FloatArray, expected: FloatArray, design: Design) -> FloatArray:
    """Standard deviation of the steps: counts in the window, and the curve's own uncertainty."""
    smooth = design.counterfactual(counts)
    slope = design.response * (smooth[:, None] if design.logarithmic else 1.0)
    inside = smooth[design.windows]
    total = inside.sum(axis=1)
    weight = inside[:, -1] / total
    change = slope[design.windows[:, -1]] - weight[:, None] * slope[design.windows].sum(axis=1)
    pupils = counts[design.windows].sum(axis=1)
    curve = (change * (pupils / total)[:, None]) ** 2 @ smooth[design.free]
    return np.asarray(np.sqrt(poisson_sd(expected) ** 2 + curve))


def missing_below(counts: FloatArray, design: Design) -> tuple[FloatArray, FloatArray]:
    """Pupils missing below each cut-off against the curve, less those missing above; Poisson sd.

    Lifting over a line empties the scores below it only. A liking for one score takes from both
    sides alike, or from nowhere near.
    """
    smooth = design.counterfactual(counts)
    gap = smooth - counts
    missing, variance = np.empty(len(design.windows)), np.empty(len(design.windows))
    for t, window in enumerate(design.windows):
        below, top = window[:-1], window[-1]
        above = np.flatnonzero(design.free[top + 1 : top + 1 + below.size]) + top + 1
        weight = below.size / max(above.size, 1)
        missing[t] = gap[below].sum() - max(0.0, weight * gap[above].sum())
        variance[t] = smooth[below].sum() + weight**2 * smooth[above].sum()
    return missing, np.sqrt(variance)


def plain_step(counts: FloatArray, plain: Design) -> tuple[FloatArray, FloatArray]:
    """Shares moved and their normal p, as if the curve were known and no score heaped."""
    moved, share, expected, _ = window_steps(counts, plain)
    return share, np.asarray(stats.norm.sf(moved / poisson_sd(expected)))


def widened_interval(
    share: FloatArray, sample: FloatArray, misfit: FloatArray, level: float
) -> tuple[FloatArray, FloatArray]:
    tails = np.quantile(sample, [(1 - level) / 2, (1 + level) / 2], axis=0)
    low, high = share + (tails - share) * misfit
    return np.minimum(low, share), np.maximum(high, share)
