"""Counts of pupils by score and the linear designs that smooth them around mark cut-offs.

A design is a fixed matrix: the counterfactual is linear in the counts. That is what lets the
bootstrap of ``bunching.share_moved`` run as one matrix product for all draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

FloatArray = NDArray[np.float64]
HEAPING_PERIODS = (2, 3, 5, 10)
PATTERN_SHARE = 0.10
PATTERN_MINIMUM_EXPECTED = 20.0
SMALLEST_FREE_DF = 3


@dataclass(frozen=True)
class ScoreCounts:
    """Counts on every attainable score, in order.

    Attributes
    ----------
    scores : array of int
        Attainable scores, ascending.
    counts : array of float
        Pupils with that score.
    missing : int
        Cells of the input without a score or without a count (left out or counted as zero).
    unattainable : int
        Scores inside the range that nobody can get (a closed-item or scale-conversion comb).
    """

    scores: NDArray[np.int64]
    counts: FloatArray
    missing: int
    unattainable: int

    @property
    def n(self) -> float:
        """Number of pupils."""
        return float(self.counts.sum())


def count_scores(scores: Any, max_score: int | None = None) -> pd.Series:
    """Count pupils by whole score, from 0 to ``max_score``.

    Parameters
    ----------
    scores : array-like
        One whole score per pupil; missing values are left out.
    max_score : int, optional
        Highest possible score; by default the highest seen.

    Returns
    -------
    pandas.Series
        Counts, indexed by score.

    Raises
    ------
    ValueError
        If a score is negative, fractional or above ``max_score``.

    Examples
    --------
    >>> count_scores([0, 2, 2, None], max_score=3).tolist()
    [1, 0, 2, 0]
    """
    values = pd.to_numeric(pd.Series(np.asarray(scores, dtype=object).ravel())).dropna()
    whole = _whole(values.to_numpy(float), "scores")
    if whole.size and whole.min() < 0:
        raise ValueError(f"scores must not be negative, found {whole.min()}")
    top = int(whole.max(initial=0)) if max_score is None else int(max_score)
    if whole.size and whole.max() > top:
        raise ValueError(f"scores go up to {whole.max()}, but max_score is {top}")
    return pd.Series(np.bincount(whole, minlength=top + 1), index=np.arange(top + 1), name="count")


def as_score_counts(
    counts: Any, cutoffs: NDArray[np.int64] | None = None, window: int = 0
) -> ScoreCounts:
    """Read counts by score from an array, Series, mapping or two-column frame.

    Formula: a score inside the range is called unattainable when its count is exactly zero while
    the mean of its neighbours within 3 points is at least 20, and such scores are at least 10 %
    of the range outside the windows of the cut-offs. One empty score below a cut-off is therefore
    never explained away: only a pattern seen elsewhere too is.

    Parameters
    ----------
    counts : array-like, Series, mapping or DataFrame
        A plain array is indexed by score from 0. A Series or mapping is indexed by score. A frame
        has the score in its first column and the count in its second.
    cutoffs : array of int, optional
        Lowest scores of the higher marks; their windows do not vote on the pattern.
    window : int
        Points below a cut-off that belong to its window.

    Returns
    -------
    ScoreCounts

    Raises
    ------
    ValueError
        On negative or fractional counts, fractional or repeated scores, or no pupil at all.

    Examples
    --------
    >>> as_score_counts({3: 5, 1: 2}).counts.tolist()
    [2.0, 0.0, 5.0]
    """
    scores, values, missing = _scores_and_values(counts)
    if values.size == 0 or values.sum() <= 0:
        raise ValueError("counts hold no pupil: expected at least one positive count")
    if values.min() < 0:
        raise ValueError(f"counts must not be negative, found {values.min()}")
    if np.any(np.abs(values - np.rint(values)) > 1e-9):
        raise ValueError("counts must be whole numbers of pupils, found fractions")
    if np.unique(scores).size != scores.size:
        raise ValueError("each score must appear once, found repeated scores")
    full = np.arange(scores.min(), scores.max() + 1)
    dense = np.zeros(full.size)
    dense[scores - scores.min()] = np.rint(values)
    empty = _unattainable(full, dense, cutoffs, window)
    return ScoreCounts(full[~empty], dense[~empty], missing, int(empty.sum()))


def _scores_and_values(counts: Any) -> tuple[NDArray[np.int64], FloatArray, int]:
    if isinstance(counts, pd.DataFrame):
        if counts.shape[1] != 2:
            raise ValueError(f"a frame of counts needs 2 columns (score, count), "
                             f"found {counts.shape[1]}")
        series = pd.Series(counts.iloc[:, 1].to_numpy(), index=counts.iloc[:, 0].to_numpy())
    elif isinstance(counts, pd.Series):
        series = counts
    elif isinstance(counts, Mapping):
        series = pd.Series(dict(counts))
    else:
        array = np.asarray(counts, dtype=float)
        if array.ndim != 1:
            raise ValueError(f"counts must be one-dimensional, found {array.ndim} dimensions")
        series = pd.Series(array)
    index = pd.to_numeric(pd.Series(series.index)).to_numpy(float)
    values = pd.to_numeric(pd.Series(series.to_numpy())).to_numpy(float)
    known = np.isfinite(index)
    missing = int((~known).sum() + np.isnan(values[known]).sum())
    return _whole(index[known], "scores"), np.nan_to_num(values[known], nan=0.0), missing


def _whole(values: FloatArray, name: str) -> NDArray[np.int64]:
    whole = np.rint(values)
    if np.any(np.abs(values - whole) > 1e-9):
        raise ValueError(f"{name} must be whole points, found fractions")
    return whole.astype(np.int64)


def _unattainable(
    scores: NDArray[np.int64], counts: FloatArray, cutoffs: NDArray[np.int64] | None, window: int
) -> NDArray[np.bool_]:
    padded = np.pad(counts, 3)
    around = sum(padded[3 + d: 3 + d + counts.size] for d in (-3, -2, -1, 1, 2, 3)) / 6
    empty = (counts == 0) & (around >= PATTERN_MINIMUM_EXPECTED)
    outside = np.ones(scores.size, dtype=bool)
    for cutoff in cutoffs if cutoffs is not None else ():
        outside &= (scores < cutoff - window) | (scores > cutoff)
        empty &= scores != cutoff
    if empty[outside].mean() < PATTERN_SHARE:
        return np.zeros(scores.size, dtype=bool)
    return np.asarray(empty)


@dataclass(frozen=True)
class Design:
    """A linear smoother: counterfactual = ``projection @ counts[free]``.

    Attributes
    ----------
    windows : array of int, shape (cutoffs, window + 1)
        Positions of each window in the score vector, the cut-off last.
    free : array of bool
        Scores the smoother is fitted to (outside windows, not the two ends).
    projection : array, shape (scores, free scores)
    parameters : int
    degree : int
    period : int
        Period of the heaping terms, 0 for none.
    """

    windows: NDArray[np.int64]
    free: NDArray[np.bool_]
    projection: FloatArray
    parameters: int
    degree: int
    period: int

    @property
    def free_df(self) -> int:
        """Residual degrees of freedom on the free scores."""
        return int(self.free.sum()) - self.parameters

    def counterfactual(self, counts: FloatArray) -> FloatArray:
        """Smooth counts; the last axis runs over scores. Floored at half a pupil."""
        return np.asarray(np.maximum(counts[..., self.free] @ self.projection.T, 0.5))


def window_positions(
    scores: NDArray[np.int64], cutoffs: NDArray[np.int64], window: int
) -> NDArray[np.int64]:
    """Positions of each cut-off and of the ``window`` attainable scores below it."""
    tops = np.searchsorted(scores, cutoffs)
    if np.any(tops >= scores.size) or np.any(scores[np.minimum(tops, scores.size - 1)] != cutoffs):
        raise ValueError(f"cut-offs {cutoffs.tolist()} must be scores between "
                         f"{scores[0]} and {scores[-1]}")
    if tops.min() - window < 0:
        raise ValueError(f"cut-off {cutoffs[tops.argmin()]} has fewer than {window} "
                         f"attainable scores below it")
    if np.any(np.diff(tops) <= window):
        raise ValueError(f"cut-offs {cutoffs.tolist()} are closer than window + 1 = {window + 1} "
                         f"points: their windows overlap")
    return tops[:, None] + np.arange(-window, 1)[None, :]


def polynomial_design(
    scores: NDArray[np.int64], windows: NDArray[np.int64], degree: int,
    heap: FloatArray | None = None, period: int = 0,
) -> Design:
    """Least-squares polynomial on the scores outside windows and ends.

    A dummy for each score in a window and for the lowest and highest score, as in the usual
    bunching regression, is the same as leaving those scores out of the fit. The degree is lowered
    until three residual degrees of freedom are left.
    """
    free = np.ones(scores.size, dtype=bool)
    free[windows.ravel()] = False
    free[[0, -1]] = False
    extra = 0 if heap is None else heap.shape[1]
    room = int(free.sum()) - SMALLEST_FREE_DF - extra - 1
    used = min(degree, room)
    if used < 1:
        raise ValueError(f"only {int(free.sum())} scores lie outside the windows of the cut-offs: "
                         f"too few to draw a counterfactual")
    z = np.interp(scores, [scores[0], scores[-1]], [-1.0, 1.0])
    columns = np.polynomial.legendre.legvander(z, used)
    if heap is not None:
        columns = np.hstack([columns, heap])
    projection = columns @ np.linalg.pinv(columns[free])
    return Design(windows, free, projection, columns.shape[1], used, period)


def heaping_columns(
    scores: NDArray[np.int64], level: FloatArray, period: int
) -> FloatArray:
    """Columns that lift or lower every ``period``-th score by a share of the smooth level.

    Period 2 has one column (odd against even), period 3 has two (a comb of closed items worth
    three points); 5 and 10 lift the round scores only, the habit of rounding.
    """
    if period in (2, 3):
        share = [(scores % period == r) - 1.0 / period for r in range(1, period)]
    else:
        share = [(scores % period == 0) - 1.0 / period]
    return np.asarray(np.column_stack(share) * level[:, None])


def heaping_design(
    counts: ScoreCounts, plain: Design, degree: int, level: float = 0.10
) -> Design:
    """The plain design, or the one with heaping terms that the free scores call for.

    Each period of 2, 3, 5 and 10 is tried by an F test on the scores outside the windows
    (weighted by the smooth level). The test level is loose on purpose: a heaping term that is not
    needed costs a little power, one that is missing costs a false accusation.
    """
    smooth = plain.counterfactual(counts.counts)
    best, best_p = plain, level / len(HEAPING_PERIODS)
    for period in HEAPING_PERIODS:
        heap = heaping_columns(counts.scores, smooth, period)
        if plain.free_df - heap.shape[1] < SMALLEST_FREE_DF or not _identified(heap, plain.free):
            continue
        trial = polynomial_design(counts.scores, plain.windows, degree, heap, period)
        if trial.degree < plain.degree:
            continue
        p = _f_test(counts.counts, smooth, plain, trial)
        if p < best_p:
            best, best_p = trial, p
    return best


def _identified(heap: FloatArray, free: NDArray[np.bool_]) -> bool:
    signs = heap[free] > 0
    return bool(np.all(signs.sum(axis=0) >= 2) and np.all((~signs).sum(axis=0) >= 2))


def _f_test(counts: FloatArray, smooth: FloatArray, plain: Design, trial: Design) -> float:
    def weighted(design: Design) -> float:
        residual = (counts - counts[design.free] @ design.projection.T)[design.free]
        return float(np.sum(residual**2 / smooth[design.free]))

    before, after = weighted(plain), weighted(trial)
    extra = trial.parameters - plain.parameters
    if after <= 0:
        return 0.0 if before > 0 else 1.0
    f = max(before - after, 0.0) / extra / (after / trial.free_df)
    return float(stats.f.sf(f, extra, trial.free_df))
