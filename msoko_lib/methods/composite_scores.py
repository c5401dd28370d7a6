"""Scores and averages of a composite index: fixed goalposts, blocks, the missing-block rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

#: A score of exactly zero would make every geometric mean zero, however good the rest.
LOWEST_GEOMETRIC_SCORE = 0.01
#: Largest missing share of a block (and of the blocks' weights) that still gives a value.
LARGEST_MISSING_SHARE = 0.25


@dataclass(frozen=True)
class Indicator:
    """One indicator of an index.

    Attributes
    ----------
    name : str
        Column of the values.
    block : str
        The block it belongs to.
    low, high : float
        Goalposts, in the indicator's units: the values scored 0 and 1. Fixed for at least three
        years: with the sample's own minimum and maximum last year's index changes whenever
        another school does. ``low > high`` says that small values are good.
    weight : float
        Within its block; equal by default.
    """

    name: str
    block: str
    low: float
    high: float
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not np.isfinite([self.low, self.high]).all() or self.low == self.high:
            raise ValueError(
                f"goalposts of {self.name!r} must be two different numbers, got {self.low} and "
                f"{self.high}"
            )
        if not self.weight > 0:
            raise ValueError(f"the weight of {self.name!r} must be positive, got {self.weight}")


def goalpost_scores(values: ArrayLike, low: float, high: float) -> Array:
    """Score values between fixed goalposts: (x - low) / (high - low), held within 0…1.

    Parameters
    ----------
    values : array_like
        In the indicator's units; missing stays missing.
    low, high : float
        Values scored 0 and 1; ``low > high`` where small values are good.

    Returns
    -------
    numpy.ndarray
        Scores, 0…1.

    References
    ----------
    OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5.

    Examples
    --------
    >>> goalpost_scores([0, 30, 70], 0, 60).tolist()
    [0.0, 0.5, 1.0]
    >>> goalpost_scores([0, 30], 60, 0).tolist()
    [1.0, 0.5]
    """
    if low == high:
        raise ValueError(f"goalposts must differ, both are {low}")
    return np.clip((np.asarray(values, dtype=float) - low) / (high - low), 0.0, 1.0) + 0.0


def relative_to_best(values: ArrayLike) -> Array:
    """Score as a share of the best value, x / max: the best unit has 1.

    Used by regional rankings of municipalities. Changes for everyone when the best one changes;
    for comparison over years take `goalpost_scores`.

    Examples
    --------
    >>> relative_to_best([20.0, 50.0, 40.0]).tolist()
    [0.4, 1.0, 0.8]
    """
    x = np.asarray(values, dtype=float)
    if np.isnan(x).all() or np.nanmax(x) <= 0 or np.nanmin(x) < 0:
        raise ValueError("values must not be negative and at least one must be positive")
    return x / np.nanmax(x)


def weighted_mean(
    scores: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    method: str = "arithmetic",
    largest_missing: float = LARGEST_MISSING_SHARE,
) -> Array:
    """Average scores across columns, with a rule for missing ones.

    arithmetic: sum w x / sum w; geometric: exp(sum w ln x / sum w), in which a weak score is not
    made good by a strong one. Weights of missing scores are left out, but where they exceed
    `largest_missing` of all weights there is no value.

    Parameters
    ----------
    scores : array_like, shape (J, K)
        0…1, NaN where missing.
    weights : array_like, shape (K,) or (J, K), optional
        Equal when omitted.
    method : {"arithmetic", "geometric"}
        Geometric scores are held at 0.01 or above.
    largest_missing : float
        Share of the weights.

    Returns
    -------
    numpy.ndarray, shape (J,)

    Examples
    --------
    >>> blocks = [[0.0757, 0.4109, 0.9835, 0.7247]]
    >>> weighted_mean(blocks).round(4), weighted_mean(blocks, method="geometric").round(3)
    (array([0.5487]), array([0.386]))
    """
    if method not in ("arithmetic", "geometric"):
        raise ValueError(f"method must be arithmetic or geometric, got {method!r}")
    x = np.asarray(scores, dtype=float)
    if x.ndim != 2 or x.shape[1] == 0:
        raise ValueError(f"scores must be units by indicators, got shape {x.shape}")
    w = (
        np.ones(x.shape)
        if weights is None
        else np.broadcast_to(np.asarray(weights, float), x.shape)
    )
    if (w < 0).any() or (w.sum(axis=1) <= 0).any():
        raise ValueError("weights must not be negative and must not all be zero")
    present = ~np.isnan(x)
    used = np.where(present, w, 0.0)
    total = used.sum(axis=1)
    enough = total >= (1 - largest_missing) * w.sum(axis=1) - 1e-12
    filled = np.where(present, x, 1.0)
    if method == "geometric":
        filled = np.log(np.maximum(filled, LOWEST_GEOMETRIC_SCORE))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (used * filled).sum(axis=1) / total
    if method == "geometric":
        mean = np.exp(mean)
    return np.where(enough & (total > 0), mean, np.nan)


def composite_index(
    values: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    block_weights: Mapping[str, float] | None = None,
    method: str = "arithmetic",
    largest_missing: float = LARGEST_MISSING_SHARE,
) -> pd.DataFrame:
    """Compute block scores and the index of each unit.

    Indicators are scored on their goalposts and averaged within blocks (arithmetically); blocks
    are averaged by `method`. A block of which more than `largest_missing` is missing has no
    value, and a unit without a block has no index: an index of other blocks is another index.

    Parameters
    ----------
    values : pandas.DataFrame
        One row per unit, a column per indicator.
    indicators : sequence of Indicator
    block_weights : mapping, optional
        Block → weight; equal when omitted.
    method : {"arithmetic", "geometric"}
        Across blocks.
    largest_missing : float
        Share of a block's weights.

    Returns
    -------
    pandas.DataFrame
        Index of `values`; a column per block, ``index`` (0…1) and ``missing_share`` (largest
        missing share of a block).

    Examples
    --------
    >>> values = pd.DataFrame({"pass": [60.0, 90.0], "olympiad": [2.0, None]}, index=["s1", "s2"])
    >>> parts = [Indicator("pass", "mass", 0, 100), Indicator("olympiad", "talent", 0, 10)]
    >>> composite_index(values, parts)
        mass  talent  index  missing_share
    s1   0.6     0.2    0.4            0.0
    s2   0.9     NaN    NaN            1.0
    """
    scores = score_table(values, indicators)
    blocks = block_names(indicators)
    result, missing = {}, []
    for block in blocks:
        members = [item for item in indicators if item.block == block]
        weights = np.array([item.weight for item in members])
        part = scores[[item.name for item in members]].to_numpy()
        result[block] = weighted_mean(part, weights, largest_missing=largest_missing)
        missing.append(np.isnan(part) @ weights / weights.sum())
    frame = pd.DataFrame(result, index=values.index)
    frame["index"] = weighted_mean(
        frame[blocks], list_of_weights(blocks, block_weights), method=method, largest_missing=0.0
    )
    frame["missing_share"] = np.max(missing, axis=0)
    return frame


def score_table(values: pd.DataFrame, indicators: Sequence[Indicator]) -> pd.DataFrame:
    """Score each indicator on its goalposts: one row per unit, one column per indicator.

    Examples
    --------
    >>> values = pd.DataFrame({"passed": [30, 60], "absent": [10, 0]}, index=["a", "b"])
    >>> indicators = [Indicator("passed", "results", 0, 60), Indicator("absent", "order", 20, 0)]
    >>> score_table(values, indicators).to_numpy().tolist()
    [[0.5, 0.5], [1.0, 1.0]]
    """
    if not indicators:
        raise ValueError("an index needs at least one indicator")
    names = [item.name for item in indicators]
    absent = [name for name in names if name not in values.columns]
    if absent:
        raise ValueError(f"the values lack the indicators {absent}")
    if len(set(names)) < len(names):
        raise ValueError("an indicator enters the index twice")
    columns: dict[str, Any] = {
        item.name: goalpost_scores(values[item.name], item.low, item.high) for item in indicators
    }
    return pd.DataFrame(columns, index=values.index)


def block_names(indicators: Sequence[Indicator]) -> list[str]:
    """Return the blocks in the order in which they first appear."""
    return list(dict.fromkeys(item.block for item in indicators))


def list_of_weights(blocks: Sequence[str], weights: Mapping[str, float] | None) -> Array:
    """Return the block weights in order, adding up to 1.

    Raises
    ------
    ValueError
        If the weights name other blocks than the index has, or are not positive.
    """
    if weights is None:
        return np.full(len(blocks), 1 / len(blocks))
    if set(weights) != set(blocks):
        raise ValueError(f"weights are given for {sorted(weights)}, the blocks are {list(blocks)}")
    chosen = np.array([float(weights[block]) for block in blocks])
    if (chosen <= 0).any():
        raise ValueError(f"block weights must be positive, got {dict(weights)}")
    return chosen / chosen.sum()
