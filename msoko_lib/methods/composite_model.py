"""A composite index as a function of the choices behind it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from msoko_lib.methods.composite_scores import (
    Indicator,
    block_names,
    composite_index,
    list_of_weights,
    weighted_mean,
)

Array = NDArray[np.float64]

NORMALISATIONS = ("goalposts", "z_score", "rank")
AGGREGATIONS = ("arithmetic", "geometric")
#: Names of the choices, in the order of the columns of the unit cube.
CHOICES = ("weights", "normalisation", "aggregation", "left_out", "sampling_error")

# Values that are drawn at a time: some tens of megabytes with all that is computed from them.
_CELLS = 500_000


@dataclass(frozen=True)
class IndexModel:
    """The index as a function of a point in the unit cube: one coordinate per uncertain choice."""

    raw: Array  # J x K, indicators turned so that more is better
    errors: Array  # J x K
    low: Array  # K, goalposts of the turned indicators
    high: Array
    weights: Array  # K, within blocks
    block_of: NDArray[np.intp]  # K
    block_weights: Array
    concentration: float
    normalisations: tuple[str, ...]
    aggregations: tuple[str, ...]
    droppable: tuple[int, ...]

    @classmethod
    def build(
        cls,
        values: pd.DataFrame,
        indicators: Sequence[Indicator],
        standard_errors: pd.DataFrame | None,
        block_weights: Mapping[str, float] | None,
        concentration: float,
        normalisations: Sequence[str],
        aggregations: Sequence[str],
        leave_one_out: bool,
    ) -> IndexModel:
        declared = composite_index(values, indicators, block_weights=block_weights)
        for given, known in ((normalisations, NORMALISATIONS), (aggregations, AGGREGATIONS)):
            if not given or set(given) - set(known):
                raise ValueError(f"expected some of {known}, got {tuple(given)}")
        if concentration <= 0:
            raise ValueError(f"concentration must be positive, got {concentration}")
        names = [item.name for item in indicators]
        sign = np.array([1.0 if item.high > item.low else -1.0 for item in indicators])
        raw = values[names].to_numpy(dtype=float) * sign
        # A unit without an index takes no part in anybody's ranks.
        raw[declared["index"].isna().to_numpy()] = np.nan
        errors = np.zeros(raw.shape)
        if standard_errors is not None:
            errors = standard_errors.reindex(index=values.index, columns=names).to_numpy(float)
            errors = np.nan_to_num(errors)
        blocks = block_names(indicators)
        block_of = np.array([blocks.index(item.block) for item in indicators])
        size = np.bincount(block_of)
        droppable = np.flatnonzero(size[block_of] > 1) if leave_one_out else np.empty(0, int)
        return cls(
            raw,
            errors,
            sign * [item.low for item in indicators],
            sign * [item.high for item in indicators],
            np.array([item.weight for item in indicators]),
            block_of,
            list_of_weights(blocks, block_weights),
            concentration,
            tuple(normalisations),
            tuple(aggregations),
            tuple(int(number) for number in droppable),
        )

    @property
    def groups(self) -> list[list[int]]:
        """Columns of the unit cube behind each of CHOICES."""
        blocks = self.block_weights.size
        last = blocks + 3
        return [
            list(range(blocks)),
            [blocks],
            [blocks + 1],
            [blocks + 2],
            list(range(last, last + self.raw.size)),
        ]

    @property
    def dimensions(self) -> int:
        return self.block_weights.size + 3 + self.raw.size

    def ranks(self, points: Array) -> Array:
        """Ranks of the units under the choices each point stands for: a row a point.

        1 is best, ties are averaged. Points go through together, as many as fit into memory.
        """
        together = max(1, _CELLS // max(1, self.raw.size))
        parts = [
            self._ranks(points[start : start + together])
            for start in range(0, len(points), together)
        ]
        return np.concatenate(parts) if parts else np.empty((0, len(self.raw)))

    def _ranks(self, points: Array) -> Array:
        blocks = self.block_weights.size
        # Gamma quantiles divided by their sum are a Dirichlet draw.
        gamma = stats.gamma.ppf(
            np.clip(points[:, :blocks], 1e-9, 1 - 1e-9), self.concentration * self.block_weights
        )
        rules, methods, left_out = (
            (points[:, blocks + place] * size).astype(int)
            for place, size in enumerate(
                (len(self.normalisations), len(self.aggregations), len(self.droppable) + 1)
            )
        )
        noise = points[:, blocks + 3 :].reshape(-1, *self.raw.shape)
        scores = self.raw + self.errors * stats.norm.ppf(np.clip(noise, 1e-9, 1 - 1e-9))
        for number, rule in enumerate(self.normalisations):
            own = rules == number
            scores[own] = _normalise(scores[own], rule, self.low, self.high)
        weights = np.tile(self.weights, (len(points), 1))
        dropped = np.flatnonzero(left_out > 0)
        weights[dropped, np.array(self.droppable, dtype=int)[left_out[dropped] - 1]] = 0.0
        block_scores = np.stack(
            [self._block(scores, weights, self.block_of == block) for block in range(blocks)],
            axis=-1,
        )
        index = np.empty(scores.shape[:2])
        for number, method in enumerate(self.aggregations):
            own = methods == number
            index[own] = _mean(block_scores[own], gamma[own], method=method, largest_missing=0.0)
        # Rounded, so that equal indices computed in another order still tie.
        ranks: Array = stats.rankdata(-np.round(index, 12), axis=1, nan_policy="omit")
        return ranks

    def _block(self, scores: Array, weights: Array, members: NDArray[np.bool_]) -> Array:
        # What is missing was weighed in the declared index already.
        return _mean(scores[:, :, members], weights[:, members], largest_missing=1.0)


def _mean(scores: Array, weights: Array, **rule: Any) -> Array:
    """Weighted mean over the last axis; the weights are those of each point."""
    shape = scores.shape
    each = np.broadcast_to(weights[:, None, :], shape)
    mean = weighted_mean(scores.reshape(-1, shape[-1]), each.reshape(-1, shape[-1]), **rule)
    return mean.reshape(shape[:2])


def _normalise(values: Array, rule: str, low: Array, high: Array) -> Array:
    """Bring indicators to 0…1; z scores through the normal cdf, so that a geometric mean exists.

    Points by units by indicators; a point knows nothing of the others.
    """
    if rule == "goalposts":
        return np.clip((values - low) / (high - low), 0.0, 1.0)
    if rule == "rank":
        ranks = stats.rankdata(values, axis=1, nan_policy="omit")
        return (ranks - 0.5) / np.maximum((~np.isnan(values)).sum(axis=1, keepdims=True), 1)
    with warnings.catch_warnings():
        # An indicator that nobody has stays missing.
        warnings.simplefilter("ignore", RuntimeWarning)
        spread = np.nanstd(values, axis=1, keepdims=True)
        centred = values - np.nanmean(values, axis=1, keepdims=True)
    return stats.norm.cdf(centred / np.where(spread > 0, spread, 1.0))
