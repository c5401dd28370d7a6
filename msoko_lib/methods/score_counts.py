"""Counts of pupils by whole score, read from whatever form they come in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
PATTERN_SHARE = 0.10
PATTERN_MINIMUM_EXPECTED = 20.0


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
    the mean of its neighbours within 3 points is at least 20, or the nearest scores with pupils on
    both sides hold at least 20 each (wide gaps of a converted scale), and such scores are at least
    10 % of the range outside the windows of the cut-offs. One empty score below a cut-off is
    therefore never explained away: only a pattern seen elsewhere too is.

    Parameters
    ----------
    counts : array-like, Series, mapping or DataFrame
        A plain array is indexed by score from 0. A Series or mapping is indexed by score, and so
        is a frame of the one column ``count``. Another frame has the columns ``score`` and
        ``count`` (under other names: first the score, then the count).
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
    if np.any(np.isinf(values)):
        raise ValueError("counts must be finite, found an infinite count")
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
        series = _series_of_frame(counts)
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
    values = np.where(np.isnan(values[known]), 0.0, values[known])
    return _whole(index[known], "scores"), values, missing


def _series_of_frame(frame: pd.DataFrame) -> pd.Series:
    if {"score", "count"} <= set(frame.columns):
        frame = frame[["score", "count"]]
    if list(frame.columns) == ["count"]:
        return frame["count"]
    if frame.shape[1] != 2:
        raise ValueError(
            f"a frame of counts needs 2 columns (score, count), found {frame.shape[1]}"
        )
    return pd.Series(frame.iloc[:, 1].to_numpy(), index=frame.iloc[:, 0].to_numpy())


def _whole(values: FloatArray, name: str) -> NDArray[np.int64]:
    whole = np.rint(values)
    if np.any(np.abs(values - whole) > 1e-9):
        raise ValueError(f"{name} must be whole points, found fractions")
    return whole.astype(np.int64)


def _unattainable(
    scores: NDArray[np.int64], counts: FloatArray, cutoffs: NDArray[np.int64] | None, window: int
) -> NDArray[np.bool_]:
    padded = np.pad(counts, 3)
    around = sum(padded[3 + d : 3 + d + counts.size] for d in (-3, -2, -1, 1, 2, 3)) / 6
    level = np.maximum(around, _smaller_neighbour(counts))
    empty = (counts == 0) & (level >= PATTERN_MINIMUM_EXPECTED)
    outside = np.ones(scores.size, dtype=bool)
    for cutoff in cutoffs if cutoffs is not None else ():
        outside &= (scores < cutoff - window) | (scores > cutoff)
        empty &= scores != cutoff
    if empty[outside].sum() < PATTERN_SHARE * max(int(outside.sum()), 1):
        return np.zeros(scores.size, dtype=bool)
    return np.asarray(empty)


def _smaller_neighbour(counts: FloatArray) -> FloatArray:
    """Smaller of the nearest positive counts below and above each score (0 where there is none)."""
    known = pd.Series(np.where(counts > 0, counts, np.nan))
    return np.minimum(known.ffill().fillna(0), known.bfill().fillna(0)).to_numpy(dtype=float)
