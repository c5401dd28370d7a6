"""Relative importance of predictors: LMG shares of R² with a bootstrap by school."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods._numbers import to_labels
from msoko_lib.methods.predictor_budget import enforce_budget

MAX_PREDICTORS = 12


@dataclass(frozen=True)
class Importance:
    """LMG decomposition of R².

    Attributes
    ----------
    table : DataFrame
        Indexed by predictor: ``share`` of the outcome's variance (adds up to R²), ``ci_low``,
        ``ci_high`` (percentile bootstrap; NaN without draws).
    r2 : float
        R² of all predictors.
    n : int
        Rows used.
    groups : int
        Schools (rows, when no groups were given).
    draws : int
        Bootstrap samples that could be used.
    dropped_n : int
        Rows left out for a missing value.
    """

    table: pd.DataFrame
    r2: float
    n: int
    groups: int
    draws: int
    dropped_n: int


def lmg_importance(
    y: Any,
    x: Any,
    groups: Any = None,
    weights: Any = None,
    draws: int = 0,
    level: float = 0.95,
    check_budget: bool = True,
    seed: int = 0,
) -> Importance:
    r"""LMG (Shapley) importance: the mean rise of R² over all orders of entry.

    .. math:: LMG_k=\sum_{S\subseteq P\setminus k}\frac{|S|!\,(p-|S|-1)!}{p!}
       \left[R^2(S\cup k)-R^2(S)\right]

    A share of R² describes association. It is not the effect of changing the predictor.

    Parameters
    ----------
    y : array-like, length rows
        Outcome, any unit.
    x : DataFrame or array-like, shape (rows, predictors)
        At most 12 predictors (2^p regressions).
    groups : array-like of labels, optional
        School of each row: the bootstrap then draws whole schools, and the predictor budget
        counts schools.
    weights : array-like, optional
        Weights of rows, for example 1/(τ² + v).
    draws : int
        Bootstrap samples; 0 = no intervals.
    level : float
        Coverage of the intervals.
    check_budget : bool
        Refuse more than J/10 predictors. False only for pupil-level predictors.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    Importance

    Raises
    ------
    ValueError
        If there are too many predictors for 2^p fits or for the number of schools, or lengths
        differ, or the outcome is constant.

    References
    ----------
    Lindeman, Merenda & Gold (1980), p. 119 ff.; Grömping (2006), J. Stat. Software 17(1).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal((200, 2))
    >>> found = lmg_importance(x @ [2.0, 1.0] + rng.standard_normal(200), x)
    >>> found.table["share"].round(2).tolist(), round(found.r2, 2)
    ([0.61, 0.23], 0.84)
    """
    data, names, labels, w, dropped = _rows(y, x, groups, weights)
    predictors = len(names)
    if predictors > MAX_PREDICTORS:
        raise ValueError(f"at most {MAX_PREDICTORS} predictors (2^p fits), found {predictors}")
    codes = pd.factorize(labels)[0]
    schools = int(codes.max()) + 1
    if check_budget:
        enforce_budget(schools, predictors)
    correlation = _correlation(data, w[None, :])
    if not np.isfinite(correlation[0, 0]).all():
        raise ValueError("the outcome is constant")
    shares = _lmg(correlation)[0]
    table = pd.DataFrame({"share": shares, "ci_low": np.nan, "ci_high": np.nan}, index=names)
    usable = 0
    if draws:
        drawn = _bootstrap_weights(codes, schools, draws, seed) * w
        resampled = _correlation(data, drawn)
        resampled = resampled[np.isfinite(resampled).all(axis=(1, 2))]
        usable = len(resampled)
        if usable:
            tails = [(1 - level) / 2, (1 + level) / 2]
            table[["ci_low", "ci_high"]] = np.quantile(_lmg(resampled), tails, axis=0).T
    return Importance(
        table.rename_axis("predictor"), float(shares.sum()), len(w), schools, usable, dropped
    )


def _rows(
    y: Any, x: Any, groups: Any, weights: Any
) -> tuple[np.ndarray, list[Any], np.ndarray, np.ndarray, int]:
    """Complete rows as (outcome, predictors), predictor names, labels, weights, rows dropped."""
    frame = x.to_frame() if isinstance(x, pd.Series) else pd.DataFrame(x)
    outcome = np.asarray(y, float).ravel()
    labels = np.arange(len(outcome)) if groups is None else to_labels(groups)
    w = np.ones(len(outcome)) if weights is None else np.asarray(weights, float)
    if not len(outcome) == len(frame) == len(labels) == len(w):
        raise ValueError(
            f"lengths differ: y {len(outcome)}, x {len(frame)}, groups {len(labels)}, "
            f"weights {len(w)}"
        )
    data = np.column_stack([outcome, frame.astype(float).to_numpy()])
    known = ~np.isnan(data).any(axis=1) & ~pd.isna(labels) & ~np.isnan(w)
    if known.sum() < 3:
        raise ValueError(f"expected at least 3 complete rows, found {int(known.sum())}")
    if (w[known] <= 0).any():
        raise ValueError("weights must be positive")
    return data[known], list(frame.columns), labels[known], w[known], int((~known).sum())


def _bootstrap_weights(codes: np.ndarray, schools: int, draws: int, seed: int) -> np.ndarray:
    """How often each row enters each sample when whole schools are drawn with replacement."""
    rng = np.random.default_rng(seed)
    times = rng.multinomial(schools, np.full(schools, 1 / schools), size=draws)
    return times[:, codes].astype(float)


def _correlation(data: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted correlation matrices, one per row of `weights`; constant predictors get 0."""
    # Centring first keeps the sums of squares accurate for variables with a large mean.
    centered = data - data.mean(axis=0)
    total = weights.sum(axis=1)
    mean = weights @ centered / total[:, None]
    products = (centered[:, :, None] * centered[:, None, :]).reshape(len(data), -1)
    size = data.shape[1]
    second = (weights @ products / total[:, None]).reshape(-1, size, size)
    covariance = second - mean[:, :, None] * mean[:, None, :]
    variance = np.einsum("bii->bi", covariance)
    floor = 1e-12 * centered.var(axis=0)
    spread = np.sqrt(np.where(variance > floor, variance, np.inf))
    spread[:, 0] = np.where(np.isinf(spread[:, 0]), np.nan, spread[:, 0])
    return covariance / (spread[:, :, None] * spread[:, None, :])


def _lmg(correlation: np.ndarray) -> np.ndarray:
    """LMG shares for a stack of correlation matrices whose first variable is the outcome."""
    predictors = correlation.shape[1] - 1
    r2 = np.zeros((2**predictors, len(correlation)))
    for subset in range(1, 2**predictors):
        chosen = [k + 1 for k in range(predictors) if subset >> k & 1]
        with_y = correlation[:, 0, chosen]
        among = correlation[:, chosen][:, :, chosen]
        # The pseudo-inverse gives a constant or repeated predictor no share of its own.
        r2[subset] = np.einsum(
            "bi,bij,bj->b", with_y, np.linalg.pinv(among, rcond=1e-10, hermitian=True), with_y
        )
    size = np.array([subset.bit_count() for subset in range(2**predictors)])
    order = _order_weights(predictors)
    shares = np.empty((len(correlation), predictors))
    subsets = np.arange(2**predictors)
    for k in range(predictors):
        without = subsets[(subsets >> k & 1) == 0]
        rise = r2[without | (1 << k)] - r2[without]
        shares[:, k] = order[size[without]] @ rise
    return shares


def _order_weights(predictors: int) -> np.ndarray:
    """|S|!(p − |S| − 1)!/p! for |S| = 0…p − 1."""
    weights = np.empty(predictors)
    weights[0] = 1 / predictors
    for size in range(1, predictors):
        weights[size] = weights[size - 1] * size / (predictors - size)
    return weights
