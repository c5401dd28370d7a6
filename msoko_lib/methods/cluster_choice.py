"""Choice of the number of clusters: two criteria must agree, and no cluster may be tiny."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from msoko_lib.methods.cluster_criteria import (
    Clusterer,
    gap_statistic,
    one_se_choice,
    pair_agreement,
    prediction_strength,
    quick_k_means,
    silhouette_widths,
)
from msoko_lib.methods.partition import Partition, k_means, k_medoids, squared_distances

# Below .25 Kaufman & Rousseeuw see no substantial structure.
MIN_SILHOUETTE = 0.25
MIN_PREDICTION_STRENGTH = 0.8


@dataclass(frozen=True)
class ClusterChoice:
    """Which number of clusters the criteria support.

    Attributes
    ----------
    k : int or None
        The number supported by at least two criteria; None = no clear structure.
    table : DataFrame
        Indexed by k: ``silhouette``, ``gap``, ``gap_se``, ``prediction_strength``, ``min_size``,
        ``by_silhouette``, ``by_gap``, ``by_prediction_strength``, ``votes``, ``is_large_enough``.
    """

    k: int | None
    table: pd.DataFrame


def largest_k(schools: int, limit: int = 6) -> int:
    """Largest number of clusters to try, min(6, ⌊J/5⌋), at least 2.

    Parameters
    ----------
    schools : int
        Number J of schools.
    limit : int
        Never more than this.

    Returns
    -------
    int

    Examples
    --------
    >>> [largest_k(schools) for schools in (12, 30, 200)]
    [2, 6, 6]
    """
    return max(2, min(limit, schools // 5))


def choose_k(
    data: np.ndarray,
    k_max: int | None = None,
    min_size: int = 4,
    references: int = 50,
    splits: int = 50,
    cluster: Clusterer = k_means,
    quick: Clusterer = quick_k_means,
    seed: int = 0,
) -> ClusterChoice:
    """Choose the number of clusters by silhouette, gap and prediction strength.

    Each criterion names one k: the largest mean silhouette (if at least .25), the one-standard-
    error choice of the gap, the largest k of prediction strength .8. A k named twice whose
    smallest cluster has at least `min_size` schools is chosen. Stability is no criterion here:
    a wrong k can be as stable as the right one.

    Parameters
    ----------
    data : ndarray, shape (units, variables)
        Scaled variables.
    k_max : int, optional
        Largest k tried; by default `largest_k`.
    min_size : int
        Smallest cluster allowed: also a disclosure rule.
    references, splits : int
        Sets for the gap, halvings for the prediction strength.
    cluster, quick : callable (data, k) → Partition
        The algorithm, and its quick version for the resampled criteria.
    seed : int
        Seed.

    Returns
    -------
    ClusterChoice

    References
    ----------
    Rousseeuw (1987); Tibshirani, Walther & Hastie (2001); Tibshirani & Walther (2005).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> two = np.concatenate([rng.normal(0, 1, (20, 2)), rng.normal(9, 1, (20, 2))])
    >>> choose_k(two, references=20, splits=10).k
    2
    """
    top = min(k_max or largest_k(len(data)), len(data) - 1)
    distances = np.sqrt(squared_distances(data, data))

    def partition(k: int) -> Partition:
        return cluster(data, k)

    table = _silhouettes(distances, partition, top)
    # One k more than the largest tried: the one-SE rule compares each k with the next.
    gaps = gap_statistic(data, min(top + 1, len(data)), references, cluster=quick, seed=seed)
    table = table.join(gaps[["gap", "gap_se"]])
    table["prediction_strength"] = prediction_strength(data, table.index, splits, quick, seed)
    table["by_gap"] = table.index == one_se_choice(gaps)
    held = table.index[table["prediction_strength"] >= MIN_PREDICTION_STRENGTH]
    table["by_prediction_strength"] = table.index == (held.max() if len(held) else -1)
    return _vote(table, ["by_silhouette", "by_gap", "by_prediction_strength"], min_size)


def choose_k_medoids(
    distances: np.ndarray,
    partition: Callable[[int], Partition],
    k_max: int,
    min_size: int = 4,
    splits: int = 50,
    seed: int = 0,
) -> ClusterChoice:
    """The same choice for k-medoids: silhouette and prediction strength must both name k.

    The gap needs coordinates to draw its references from and is not defined on mere distances.

    Parameters
    ----------
    distances : ndarray, shape (units, units)
        Distances.
    partition : callable k → Partition with medoids
        The algorithm on these distances.
    k_max : int
        Largest k tried.
    min_size : int
        Smallest cluster allowed.
    splits : int
        Random halvings.
    seed : int
        Seed.

    Returns
    -------
    ClusterChoice

    Examples
    --------
    >>> points = np.concatenate([np.arange(10.0), 90 + np.arange(10.0)])
    >>> matrix = np.abs(points[:, None] - points)
    >>> choose_k_medoids(matrix, lambda k: k_medoids(matrix, k), 3, splits=10).k
    2
    """
    table = _silhouettes(distances, partition, k_max)
    strength = medoid_prediction_strength(distances, table.index, splits, seed)
    table["prediction_strength"] = strength
    held = table.index[strength >= MIN_PREDICTION_STRENGTH]
    table["by_prediction_strength"] = table.index == (held.max() if len(held) else -1)
    return _vote(table, ["by_silhouette", "by_prediction_strength"], min_size)


def medoid_prediction_strength(
    distances: np.ndarray, ks: pd.Index, splits: int = 50, seed: int = 0
) -> pd.Series:
    """Prediction strength of k-medoids, each unit going to the other half's nearest medoid.

    Parameters
    ----------
    distances : ndarray, shape (units, units)
        Distances.
    ks : Index of int
        Numbers of clusters.
    splits : int
        Random halvings.
    seed : int
        Seed.

    Returns
    -------
    Series indexed by k.

    Examples
    --------
    >>> points = np.concatenate([np.arange(10.0), 90 + np.arange(10.0)])
    >>> matrix = np.abs(points[:, None] - points)
    >>> medoid_prediction_strength(matrix, pd.Index([2]), splits=5).tolist()
    [1.0]
    """
    rng = np.random.default_rng(seed)
    half = len(distances) // 2
    halves = [rng.permutation(len(distances)) for _ in range(splits)]
    found = {}
    for k in ks:
        values = []
        for order in halves if half >= k else []:
            sides = order[:half], order[half:]
            parts = [k_medoids(distances[np.ix_(side, side)], int(k), starts=1) for side in sides]
            for own, other in ((0, 1), (1, 0)):
                medoids = sides[other][parts[other].centers]
                predicted = distances[np.ix_(sides[own], medoids)].argmin(axis=1)
                values.append(pair_agreement(parts[own].labels, predicted))
        found[k] = float(np.mean(values)) if values else np.nan
    return pd.Series(found, name="prediction_strength")


def _silhouettes(
    distances: np.ndarray, partition: Callable[[int], Partition], top: int
) -> pd.DataFrame:
    rows = []
    for k in range(2, top + 1):
        labels = partition(k).labels
        sizes = np.bincount(labels, minlength=k)
        rows.append((k, silhouette_widths(distances, labels).mean(), int(sizes.min())))
    table = pd.DataFrame(rows, columns=["k", "silhouette", "min_size"]).set_index("k")
    best = table["silhouette"].idxmax() if table["silhouette"].notna().any() else -1
    table["by_silhouette"] = (table.index == best) & (table["silhouette"] >= MIN_SILHOUETTE)
    return table


def _vote(table: pd.DataFrame, criteria: list[str], min_size: int) -> ClusterChoice:
    table = table.assign(
        votes=table[criteria].sum(axis=1), is_large_enough=table["min_size"] >= min_size
    )
    supported = table[(table["votes"] >= 2) & table["is_large_enough"]]
    return ClusterChoice(int(supported.index[0]) if len(supported) else None, table)
