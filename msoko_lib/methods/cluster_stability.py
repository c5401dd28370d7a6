"""Bootstrap stability of clusters and the confidence of each school's membership."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from msoko_lib.methods.cluster_criteria import Clusterer, quick_k_means
from msoko_lib.methods.partition import k_medoids, squared_distances


@dataclass(frozen=True)
class Stability:
    """Result of the bootstrap.

    Attributes
    ----------
    jaccard : ndarray, shape (k,)
        Mean of the largest Jaccard similarity of each cluster over the bootstrap samples.
    confidence : ndarray, shape (units,)
        Share of bootstrap partitions that put the unit into its own (matched) cluster.
    """

    jaccard: np.ndarray
    confidence: np.ndarray


def stability_word(jaccard: float) -> str:
    """Hennig's reading of a Jaccard mean.

    Parameters
    ----------
    jaccard : float
        0…1.

    Returns
    -------
    str
        ``highly_stable`` (≥ .85), ``valid`` (≥ .75), ``pattern`` (≥ .6) or ``do_not_use``.

    References
    ----------
    Hennig (2007), Comput. Stat. Data Anal. 52:258–271; R ``fpc::clusterboot``.

    Examples
    --------
    >>> [stability_word(value) for value in (0.9, 0.8, 0.7, 0.5)]
    ['highly_stable', 'valid', 'pattern', 'do_not_use']
    """
    for limit, word in ((0.85, "highly_stable"), (0.75, "valid"), (0.6, "pattern")):
        if jaccard >= limit:
            return word
    return "do_not_use"


def bootstrap_stability(
    data: np.ndarray,
    labels: np.ndarray,
    draws: int = 100,
    cluster: Clusterer = quick_k_means,
    seed: int = 0,
) -> Stability:
    r"""Hennig's bootstrap: how much of each cluster comes back in resampled data.

    .. math:: \bar\gamma_C=\frac1B\sum_b\max_{C^*}\frac{|C\cap C^*|}{|C\cup C^*|}

    Each draw resamples the units with replacement, clusters them anew and compares each original
    cluster (restricted to the units drawn) with the nearest new one. For the confidence
    every unit, drawn or not, goes to the nearest new centre, and new clusters are matched with the
    old ones one to one for the largest overlap.

    Parameters
    ----------
    data : ndarray, shape (units, variables)
        Scaled variables.
    labels : ndarray of int, shape (units,)
        Clusters 0…k−1 of the partition judged.
    draws : int
        Bootstrap samples.
    cluster : callable (data, k) → Partition with centroids
        The algorithm.
    seed : int
        Seed of the samples.

    Returns
    -------
    Stability

    Notes
    -----
    Stability alone does not choose k: on iris k = 5 is about as stable as k = 3.

    References
    ----------
    Hennig (2007), Comput. Stat. Data Anal. 52:258–271.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> two = np.concatenate([rng.normal(0, 1, (20, 2)), rng.normal(9, 1, (20, 2))])
    >>> bootstrap_stability(two, np.repeat([0, 1], 20), draws=20).jaccard.tolist()
    [1.0, 1.0]
    """
    k = int(labels.max()) + 1

    def partition_of(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = cluster(data[drawn], k)
        return found.labels, squared_distances(data, found.centers).argmin(axis=1)

    return _bootstrap(labels, k, draws, seed, partition_of)


def bootstrap_stability_medoids(
    distances: np.ndarray, labels: np.ndarray, draws: int = 100, seed: int = 0
) -> Stability:
    """The same bootstrap for k-medoids on a distance matrix.

    Parameters
    ----------
    distances : ndarray, shape (units, units)
        Distances, for example `gower_distances`.
    labels : ndarray of int, shape (units,)
        Clusters 0…k−1 of the partition judged.
    draws : int
        Bootstrap samples.
    seed : int
        Seed of the samples.

    Returns
    -------
    Stability

    References
    ----------
    Hennig (2007), Comput. Stat. Data Anal. 52:258–271.

    Examples
    --------
    >>> points = np.array([0.0, 1, 2, 3, 4, 50, 51, 52, 53, 54])
    >>> matrix = np.abs(points[:, None] - points)
    >>> bootstrap_stability_medoids(matrix, np.repeat([0, 1], 5), draws=20).jaccard.round(2)
    array([1.  , 0.99])
    """
    k = int(labels.max()) + 1

    def partition_of(drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = k_medoids(distances[np.ix_(drawn, drawn)], k, starts=1)
        return found.labels, distances[:, drawn[found.centers]].argmin(axis=1)

    return _bootstrap(labels, k, draws, seed, partition_of)


def _bootstrap(
    labels: np.ndarray,
    k: int,
    draws: int,
    seed: int,
    partition_of: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]],
) -> Stability:
    """Shared loop; `partition_of` gives labels of the drawn rows and of all units."""
    rng = np.random.default_rng(seed)
    units = len(labels)
    similarity, seen = np.zeros(k), np.zeros(k)
    own, counted = np.zeros(units), 0
    for _ in range(draws):
        drawn = np.sort(rng.integers(units, size=units))
        distinct, first = np.unique(drawn, return_index=True)
        if distinct.size < k:
            continue
        new_labels, everyone = partition_of(drawn)
        new_labels, old_labels = new_labels[first], labels[distinct]
        best = _jaccard_table(old_labels, new_labels, k).max(axis=1)
        # A cluster none of whose units were drawn says nothing in this draw.
        present = np.bincount(old_labels, minlength=k) > 0
        similarity += np.where(present, best, 0)
        seen += present
        old, new = linear_sum_assignment(-_overlap(labels, everyone, k))
        matched = np.empty(k, int)
        matched[new] = old
        own += matched[everyone] == labels
        counted += 1
    with np.errstate(invalid="ignore"):
        return Stability(similarity / seen, own / counted)


def _overlap(left: np.ndarray, right: np.ndarray, k: int) -> np.ndarray:
    table = np.zeros((k, k))
    np.add.at(table, (left, right), 1)
    return table


def _jaccard_table(left: np.ndarray, right: np.ndarray, k: int) -> np.ndarray:
    both = _overlap(left, right, k)
    union = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    return np.divide(both, union, out=np.zeros_like(both), where=union > 0)
