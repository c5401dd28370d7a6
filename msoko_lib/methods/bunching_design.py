"""Smooth curves through the counts outside the windows of the mark cut-offs.

A curve is a fixed matrix applied to the counts (a least-squares polynomial), or one Newton step of
a log-linear polynomial. Either way the bootstrap of ``bunching.share_moved`` is one matrix product
for all draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from msoko_lib.methods.score_counts import FloatArray, ScoreCounts

HEAPING_PERIODS = (2, 3, 5, 10)
HEAPING_LEVEL = 0.20
SMALLEST_FREE_DF = 3
SHORT_SCALE_DF = 6
CREDIBLE_SHARE = 0.2


@dataclass(frozen=True)
class Design:
    """A smoother fitted to the scores outside the windows.

    Attributes
    ----------
    windows : array of int, shape (cutoffs, window + 1)
        Positions of each window in the score vector, the cut-off last.
    free : array of bool
        Scores the smoother is fitted to (outside windows, not the two ends).
    centre : array, shape (scores,)
        Fitted curve (its logarithm for a log-linear design) of the original counts.
    response : array, shape (scores, free scores)
        Change of ``centre`` per pupil more on a free score.
    fitted : array, shape (free scores,)
        Counts that ``centre`` belongs to.
    parameters, degree, period : int
        Size of the design; period of its heaping terms, 0 for none.
    logarithmic : bool
    """

    windows: NDArray[np.int64]
    free: NDArray[np.bool_]
    centre: FloatArray
    response: FloatArray
    fitted: FloatArray
    parameters: int
    degree: int
    period: int
    logarithmic: bool

    @property
    def free_df(self) -> int:
        """Residual degrees of freedom on the free scores."""
        return int(self.free.sum()) - self.parameters

    def counterfactual(self, counts: FloatArray) -> FloatArray:
        """Smooth counts; the last axis runs over scores. Floored at half a pupil."""
        curve = self.centre + (counts[..., self.free] - self.fitted) @ self.response.T
        counts = np.exp(np.clip(curve, -20, 20)) if self.logarithmic else curve
        return np.asarray(np.maximum(counts, 0.5))


def window_positions(
    scores: NDArray[np.int64], cutoffs: NDArray[np.int64], window: int
) -> NDArray[np.int64]:
    """Positions of each cut-off and of the ``window`` attainable scores below it."""
    tops = np.searchsorted(scores, cutoffs)
    if np.any(tops >= scores.size) or np.any(scores[np.minimum(tops, scores.size - 1)] != cutoffs):
        raise ValueError(
            f"cut-offs {cutoffs.tolist()} must be scores between {scores[0]} and {scores[-1]}"
        )
    if window < 1:
        raise ValueError(f"window must be at least 1 point, found {window}")
    if tops.min() - window < 0:
        raise ValueError(
            f"cut-off {cutoffs[tops.argmin()]} has fewer than {window} attainable scores below it"
        )
    if np.any(np.diff(tops) <= window):
        raise ValueError(
            f"cut-offs {cutoffs.tolist()} are closer than window + 1 = {window + 1} "
            f"points: their windows overlap; take a smaller window"
        )
    return tops[:, None] + np.arange(-window, 1)[None, :]


def choose_design(
    data: ScoreCounts, windows: NDArray[np.int64], degree: int, heaping: bool
) -> Design:
    """The least-squares polynomial, or a log-linear one where that is not good enough.

    The log-linear curve is taken when the polynomial leaves the local level by a factor of five in
    some window (it goes negative where pupils are few), or when the free scores show heaping or a
    comb: these multiply the counts. Each period of 2, 3, 5 and 10 is tried by an F test on the free
    scores; its level is loose on purpose, since a heaping term that is not needed costs a little
    power, one that is missing costs a false accusation. On short scales the test can see next to
    nothing, so the likeliest habit is allowed for in any case.
    """
    plain = linear_design(data, windows, degree)
    curved = log_linear_design(data, windows, degree)
    best = curved
    best_p = 1.0 if plain.free_df < SHORT_SCALE_DF else HEAPING_LEVEL / len(HEAPING_PERIODS)
    for period in HEAPING_PERIODS if heaping else ():
        heap = heaping_columns(data.scores, period)
        if not _identified(heap, plain.free, plain.free_df):
            continue
        trial = log_linear_design(data, windows, degree, period)
        p = _f_test(data.counts, curved, trial)
        if p < best_p:
            best, best_p = trial, p
    if best.period:
        return best
    return plain if np.all(credible_windows(data.counts, plain, windows)) else curved


def linear_design(data: ScoreCounts, windows: NDArray[np.int64], degree: int) -> Design:
    """Least-squares polynomial on the scores outside windows and ends.

    A dummy for each score in a window and for the lowest and highest score, as in the usual
    bunching regression, is the same as leaving those scores out of the fit. The degree is lowered
    until three residual degrees of freedom are left.
    """
    free, columns, used = _polynomial(data, windows, degree, extra=0)
    response = columns @ np.linalg.pinv(columns[free])
    fitted = data.counts[free]
    return Design(
        windows, free, response @ fitted, response, fitted, columns.shape[1], used, 0, False
    )


def log_linear_design(
    data: ScoreCounts, windows: NDArray[np.int64], degree: int, period: int = 0
) -> Design:
    """Poisson log-linear polynomial on the same scores, with heaping terms if asked for."""
    heap = heaping_columns(data.scores, period) if period else np.empty((data.scores.size, 0))
    free, columns, used = _polynomial(data, windows, degree, extra=heap.shape[1])
    columns = np.hstack([columns, heap])
    x, y = columns[free], data.counts[free]
    # A trace of ridge keeps the fit finite where a tail holds no pupil at all.
    ridge = 1e-6 * max(float(y.mean()), 1e-3) * np.eye(x.shape[1])
    beta = np.linalg.lstsq(x, np.log(y + 0.5), rcond=None)[0]
    for _ in range(60):
        mean = np.exp(np.clip(x @ beta, -20, 20))
        step = np.linalg.solve(x.T @ (x * mean[:, None]) + ridge, x.T @ (y - mean) - ridge @ beta)
        beta = beta + step * min(1.0, 2.0 / max(float(np.abs(x @ step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    mean = np.exp(np.clip(x @ beta, -20, 20))
    response = columns @ np.linalg.solve(x.T @ (x * mean[:, None]) + ridge, x.T)
    return Design(
        windows,
        free,
        np.clip(columns @ beta, -20, 20),
        response,
        y,
        columns.shape[1],
        used,
        period,
        True,
    )


def _polynomial(
    data: ScoreCounts, windows: NDArray[np.int64], degree: int, extra: int
) -> tuple[NDArray[np.bool_], FloatArray, int]:
    free: NDArray[np.bool_] = np.ones(data.scores.size, dtype=bool)
    free[windows.ravel()] = False
    free[[0, -1]] = False
    used = min(degree, int(free.sum()) - SMALLEST_FREE_DF - extra - 1)
    if used < 1:
        raise ValueError(
            f"only {int(free.sum())} scores lie outside the windows of the cut-offs: "
            f"too few to draw a counterfactual"
        )
    z = np.interp(data.scores, [data.scores[0], data.scores[-1]], [-1.0, 1.0])
    return free, np.asarray(np.polynomial.legendre.legvander(z, used), dtype=float), used


def heaping_columns(scores: NDArray[np.int64], period: int) -> FloatArray:
    """Indicator columns that lift or lower every ``period``-th score.

    Period 2 has one column (odd against even), period 3 has two (a comb of closed items worth
    three points); 5 and 10 lift the round scores only, the habit of rounding.
    """
    residues = range(1, period) if period in (2, 3) else (0,)
    return np.column_stack([(scores % period == r) - 1.0 / period for r in residues])


def _identified(heap: FloatArray, free: NDArray[np.bool_], free_df: int) -> bool:
    lifted = heap[free] > 0
    enough = free_df - heap.shape[1] >= SMALLEST_FREE_DF - 1
    return bool(enough and np.all(lifted.sum(axis=0) >= 2) and np.all((~lifted).sum(axis=0) >= 2))


def _f_test(counts: FloatArray, without: Design, with_heaping: Design) -> float:
    """F test of the heaping terms on the deviance, which also holds under over-dispersion."""
    before, after = _deviance(counts, without), _deviance(counts, with_heaping)
    extra = max(with_heaping.parameters - without.parameters, 1)
    dispersion = max(after / with_heaping.free_df, 1.0)
    return float(
        stats.f.sf(max(before - after, 0.0) / extra / dispersion, extra, with_heaping.free_df)
    )


def _deviance(counts: FloatArray, design: Design) -> float:
    observed = counts[design.free]
    mean = design.counterfactual(counts)[design.free]
    term = np.where(observed > 0, observed * np.log(np.maximum(observed, 0.5) / mean), 0.0)
    return float(2 * np.sum(term - observed + mean))


def credible_windows(
    counts: FloatArray, design: Design, windows: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """For each window, whether the curve stays within a fifth and five times its mean count."""
    inside = design.counterfactual(counts)[windows]
    level = counts[windows].mean(axis=1, keepdims=True)
    # A window next to empty may well have a curve of a few pupils.
    high = np.maximum(level, 1.0) / CREDIBLE_SHARE
    return np.asarray(np.all((inside >= CREDIBLE_SHARE * level) & (inside <= high), axis=1))
