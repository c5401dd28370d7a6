"""Criteria for the number of clusters: silhouette, gap, prediction strength."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import silhouette_samples

from msoko_lib.methods.partition import Partition, k_means, squared_distances

Clusterer = Callable[[np.ndarray, int], Partition]


def quick_k_means(data: np.ndarray, k: int) -> Partition:
    """k-means with five starts: enough where a partition is made thousands of times.

    Parameters
    ----------
    data : ndarray, shape (units, variables)
    k : int

    Returns
    -------
    Partition

    Examples
    --------
    >>> quick_k_means(np.array([[0.0], [1.0], [9.0]]), 2).cost
    0.5
    """
    return k_means(data, k, starts=5)


def silhouette_widths(distances: np.ndarray, labels: np.ndarray) -> np.ndarray:
    r"""Silhouette width of each unit, :math:`s_i=(b_i-a_i)/\max(a_i,b_i)`.

    Parameters
    ----------
    distances : ndarray, shape (units, units)
        Distances between units.
    labels : ndarray, shape (units,)
        Cluster of each unit.

    Returns
    -------
    ndarray of −1…1; 0 for a cluster of one. NaN when there is one cluster or none but singles.

    References
    ----------
    Rousseeuw (1987), J. Comput. Appl. Math. 20:53–65.

    Examples
    --------
    >>> points = np.array([0.0, 1.0, 9.0, 10.0])
    >>> silhouette_widths(np.abs(points[:, None] - points), np.array([0, 0, 1, 1])).round(3)
    array([0.895, 0.882, 0.882, 0.895])
    """
    matrix = np.array(distances, float)
    clusters = np.unique(labels).size
    if clusters < 2 or clusters >= len(matrix):
        return np.full(len(matrix), np.nan)
    np.fill_diagonal(matrix, 0)
    return silhouette_samples(matrix, labels, metric="precomputed")


def gap_statistic(
    data: np.ndarray,
    k_max: int,
    references: int = 50,
    power: int = 2,
    cluster: Clusterer = quick_k_means,
    seed: int = 0,
) -> pd.DataFrame:
    r"""Gap statistic, :math:`Gap(k)=\frac1B\sum_b\ln W^*_{kb}-\ln W_k`.

    :math:`W_k=\sum_r\frac{1}{2n_r}\sum_{i,i'\in r}d_{ii'}^{p}` with squared distances (p = 2) as
    in the paper; R's ``clusGap`` has p = 1 by default and then can choose another k. References
    are uniform in the box of the principal axes; :math:`s_k=sd\sqrt{1+1/B}`.

    Parameters
    ----------
    data : ndarray, shape (units, variables)
        Scaled variables.
    k_max : int
        Largest number of clusters.
    references : int
        Number B of reference sets.
    power : {1, 2}
        Power p of the distances.
    cluster : callable (data, k) → Partition
        The algorithm.
    seed : int
        Seed of the references.

    Returns
    -------
    DataFrame indexed by k = 1…k_max: ``log_w``, ``gap``, ``gap_se``.

    References
    ----------
    Tibshirani, Walther & Hastie (2001), JRSS-B 63:411–423.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> two = np.concatenate([rng.normal(0, 1, (20, 2)), rng.normal(9, 1, (20, 2))])
    >>> one_se_choice(gap_statistic(two, 4))
    2
    """
    rng = np.random.default_rng(seed)
    centered = data - data.mean(axis=0)
    axes = np.linalg.svd(centered, full_matrices=False)[2]
    rotated = centered @ axes.T
    low, high = rotated.min(axis=0), rotated.max(axis=0)
    observed = _log_within(data, k_max, power, cluster)
    reference = np.array(
        [
            _log_within(rng.uniform(low, high, rotated.shape), k_max, power, cluster)
            for _ in range(references)
        ]
    )
    return pd.DataFrame(
        {
            "log_w": observed,
            "gap": reference.mean(axis=0) - observed,
            "gap_se": reference.std(axis=0) * np.sqrt(1 + 1 / references),
        },
        index=pd.RangeIndex(1, k_max + 1, name="k"),
    )


def one_se_choice(gaps: pd.DataFrame) -> int:
    """Smallest k with gap(k) ≥ gap(k+1) − s(k+1); the largest k tried if none.

    Parameters
    ----------
    gaps : DataFrame
        What `gap_statistic` returned.

    Returns
    -------
    int; 1 means that the data show no clusters.

    References
    ----------
    Tibshirani, Walther & Hastie (2001), JRSS-B 63:411–423.

    Examples
    --------
    >>> one_se_choice(pd.DataFrame({"gap": [0.1, 0.5, 0.4], "gap_se": 0.05}, index=[1, 2, 3]))
    2
    """
    gap, error = gaps["gap"].to_numpy(), gaps["gap_se"].to_numpy()
    enough = np.flatnonzero(gap[:-1] >= gap[1:] - error[1:])
    return int(gaps.index[enough[0]] if enough.size else gaps.index[-1])


def prediction_strength(
    data: np.ndarray,
    ks: Sequence[int],
    splits: int = 50,
    cluster: Clusterer = quick_k_means,
    seed: int = 0,
) -> pd.Series:
    r"""Prediction strength: do clusters found in one half hold in the other?

    .. math:: ps(k)=\mathrm{mean}\;\min_{r}\frac{1}{n_r(n_r-1)}\sum_{i\ne i'\in r}
       1[i,i'\text{ in one cluster by the other half's centres}]

    Both halves take each role; clusters of one unit count as 1.

    Parameters
    ----------
    data : ndarray, shape (units, variables)
        Scaled variables.
    ks : sequence of int
        Numbers of clusters to try.
    splits : int
        Random halvings.
    cluster : callable (data, k) → Partition with centroids
        The algorithm.
    seed : int
        Seed of the halvings.

    Returns
    -------
    Series indexed by k, 0…1; from .8 the clusters are said to be real. NaN where half of the
    units is fewer than k.

    References
    ----------
    Tibshirani & Walther (2005), J. Comput. Graph. Stat. 14:511–528.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> two = np.concatenate([rng.normal(0, 1, (20, 2)), rng.normal(9, 1, (20, 2))])
    >>> prediction_strength(two, [2], splits=10).tolist()
    [1.0]
    """
    rng = np.random.default_rng(seed)
    half = len(data) // 2
    halves = [rng.permutation(len(data)) for _ in range(splits)]
    found = {}
    for k in ks:
        if half < k:
            found[k] = np.nan
            continue
        values = []
        for order in halves:
            first, second = data[order[:half]], data[order[half:]]
            parts = cluster(first, k), cluster(second, k)
            values.append(_held_pairs(second, parts[1].labels, parts[0].centers))
            values.append(_held_pairs(first, parts[0].labels, parts[1].centers))
        found[k] = float(np.mean(values))
    return pd.Series(found, name="prediction_strength").rename_axis("k")


def _log_within(data: np.ndarray, k_max: int, power: int, cluster: Clusterer) -> np.ndarray:
    values = []
    for k in range(1, k_max + 1):
        found = cluster(data, k)
        if power == 2:
            within = found.cost
        else:
            within = 0.0
            for label in range(k):
                part = data[found.labels == label]
                if len(part):
                    within += np.sqrt(squared_distances(part, part)).sum() / (2 * len(part))
        values.append(np.log(max(within, 1e-300)))
    return np.array(values)


def pair_agreement(labels: np.ndarray, predicted: np.ndarray) -> float:
    """Lowest share, over clusters, of same-cluster pairs that the prediction keeps together.

    Parameters
    ----------
    labels, predicted : ndarray of int, shape (units,)
        A unit's own cluster and the cluster another partition predicts for it.

    Returns
    -------
    float 0…1; a cluster of one unit counts as 1.

    References
    ----------
    Tibshirani & Walther (2005), J. Comput. Graph. Stat. 14:511–528.

    Examples
    --------
    >>> round(pair_agreement(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1])), 3)
    0.333
    """
    shares = []
    for label in np.unique(labels):
        sizes = np.bincount(predicted[labels == label])
        total = sizes.sum()
        shares.append((sizes * (sizes - 1)).sum() / (total * (total - 1)) if total > 1 else 1.0)
    return float(min(shares))


def _held_pairs(data: np.ndarray, labels: np.ndarray, centers: np.ndarray) -> float:
    return pair_agreement(labels, squared_distances(data, centers).argmin(axis=1))
