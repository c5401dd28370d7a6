"""Partitions of schools: Ward, k-means started from Ward, k-medoids."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.cluster.hierarchy import cut_tree, fcluster, linkage


@dataclass(frozen=True)
class Partition:
    """Labels of one partition.

    Attributes
    ----------
    labels : ndarray of int, shape (units,)
        Cluster 0…k−1 of each unit.
    centers : ndarray
        Centroids, shape (k, variables); for k-medoids the row numbers of the medoids, shape (k,).
    cost : float
        Within-cluster sum of squares; for k-medoids the sum of distances to the medoids.
    """

    labels: np.ndarray
    centers: np.ndarray
    cost: float


def ward(data: np.ndarray, k: int) -> Partition:
    """Ward's hierarchical clustering cut at k clusters.

    Parameters
    ----------
    data : ndarray, shape (units, variables)
        Scaled variables without missing values.
    k : int
        Number of clusters.

    Returns
    -------
    Partition

    Raises
    ------
    ValueError
        If k is below 1 or above the number of units, or data has missing values.

    References
    ----------
    Ward (1963), JASA 58:236–244; Murtagh & Legendre (2014), J. Classification 31:274–295.

    Examples
    --------
    >>> ward(np.array([[0.0], [1.0], [9.0], [10.0]]), 2).labels.tolist()
    [0, 0, 1, 1]
    """
    data = _checked(data, k)
    if k == 1 or len(data) == 1:
        labels = np.zeros(len(data), int)
    else:
        tree = linkage(data, "ward")
        labels = fcluster(tree, k, "maxclust") - 1
        if labels.max() + 1 < k:  # equal heights: fcluster stops early, cut_tree does not
            labels = cut_tree(tree, n_clusters=k).ravel()
    centers = _centroids(data, labels, k)
    return Partition(labels, centers, float(((data - centers[labels]) ** 2).sum()))


def k_means(data: np.ndarray, k: int, starts: int = 50, seed: int = 0) -> Partition:
    r"""Lloyd's k-means, :math:`\min\sum_i\lVert x_i-c_{l(i)}\rVert^2`.

    The first start is Ward's partition, the others are k random units; the best is kept.

    Parameters
    ----------
    data : ndarray, shape (units, variables)
        Scaled variables without missing values.
    k : int
        Number of clusters.
    starts : int
        Number of starts, the one from Ward included.
    seed : int
        Seed of the random starts.

    Returns
    -------
    Partition

    Raises
    ------
    ValueError
        As in `ward`.

    References
    ----------
    Lloyd (1982), IEEE Trans. Inf. Theory 28:129–137.

    Examples
    --------
    >>> k_means(np.array([[0.0], [1.0], [9.0], [10.0]]), 2).cost
    1.0
    """
    data = _checked(data, k)
    rng = np.random.default_rng(seed)
    best = _lloyd(data, ward(data, k).centers)
    for _ in range(starts - 1):
        candidate = _lloyd(data, data[rng.choice(len(data), k, replace=False)])
        # Ward's start wins ties, so that labels do not depend on the seed without need.
        if candidate.cost < best.cost * (1 - 1e-9):
            best = candidate
    return best


def k_medoids(distances: np.ndarray, k: int, starts: int = 10, seed: int = 0) -> Partition:
    """Partitioning around medoids (PAM): greedy BUILD, then the best swap until none helps.

    Swaps are evaluated for all medoids and candidates at once (FastPAM1), with the result of the
    original PAM. BUILD can end in a local optimum, so random starts are tried beside it.

    Parameters
    ----------
    distances : ndarray, shape (units, units)
        Symmetric distances without missing values, for example `gower_distances`.
    k : int
        Number of clusters.
    starts : int
        Number of starts, the one from BUILD included.
    seed : int
        Seed of the random starts.

    Returns
    -------
    Partition with the medoids' row numbers as `centers`.

    Raises
    ------
    ValueError
        If the matrix is not square, has missing values, or k does not fit.

    References
    ----------
    Kaufman & Rousseeuw (1990), ch. 2; Schubert & Rousseeuw (2021), Information Systems 101:101804.

    Examples
    --------
    >>> points = np.array([0.0, 1.0, 2.0, 9.0, 10.0, 11.0])
    >>> found = k_medoids(np.abs(points[:, None] - points), 2)
    >>> found.centers.tolist(), found.cost
    ([1, 4], 4.0)
    """
    matrix = _checked(distances, k)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"expected a square distance matrix, found shape {matrix.shape}")
    rng = np.random.default_rng(seed)
    medoids, cost = _swap_until_best(matrix, _build(matrix, k))
    for _ in range(starts - 1):
        candidate, its_cost = _swap_until_best(matrix, rng.choice(len(matrix), k, replace=False))
        if its_cost < cost - 1e-12:
            medoids, cost = candidate, its_cost
    to_medoids = matrix[:, medoids]
    labels = to_medoids.argmin(axis=1)
    labels[medoids] = np.arange(k)
    return Partition(labels, medoids, cost)


def _checked(data: np.ndarray, k: int) -> np.ndarray:
    values = np.asarray(data, float)
    if values.ndim != 2 or values.size == 0:
        raise ValueError(f"expected a two-dimensional table, found shape {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("values must be finite: leave units with missing values out first")
    if not 1 <= k <= len(values):
        raise ValueError(f"k must be between 1 and the number of units {len(values)}, found {k}")
    return values


def squared_distances(data: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances of every row of `data` to every row of `centers`.

    Parameters
    ----------
    data, centers : ndarray, shapes (units, variables) and (k, variables)

    Returns
    -------
    ndarray, shape (units, k)

    Examples
    --------
    >>> squared_distances(np.array([[0.0], [3.0]]), np.array([[1.0]])).tolist()
    [[1.0], [4.0]]
    """
    return ((data[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)


def _centroids(data: np.ndarray, labels: np.ndarray, k: int) -> np.ndarray:
    member = (labels[:, None] == np.arange(k)).astype(float)
    return (member.T @ data) / np.maximum(member.sum(axis=0), 1)[:, None]


def _lloyd(data: np.ndarray, centers: np.ndarray, iterations: int = 100) -> Partition:
    """Lloyd's iterations from given centres.

    Own code because a bootstrap of thirty schools needs thousands of tiny runs: scikit-learn's
    threads took a hundred times longer on a busy machine, with the same result (tested).
    A cluster can lose its last unit only to nearer centres; it then keeps its old centre.
    """
    labels = np.full(len(data), -1)
    square = (data**2).sum(axis=1)
    for _ in range(iterations):
        distance = (centers**2).sum(axis=1) - 2 * (data @ centers.T)
        updated = distance.argmin(axis=1)
        if (updated == labels).all():
            break
        labels = updated
        member = (labels[:, None] == np.arange(len(centers))).astype(float)
        size = member.sum(axis=0)
        means = (member.T @ data) / np.maximum(size, 1)[:, None]
        centers = np.where(size[:, None] > 0, means, centers)
    cost = square.sum() + distance[np.arange(len(data)), labels].sum()
    return Partition(labels, centers, float(max(cost, 0.0)))


def _build(matrix: np.ndarray, k: int) -> np.ndarray:
    medoids = [int(matrix.sum(axis=0).argmin())]
    nearest = matrix[:, medoids[0]].copy()
    for _ in range(k - 1):
        saving = np.maximum(nearest[:, None] - matrix, 0).sum(axis=0)
        saving[medoids] = -1
        medoids.append(int(saving.argmax()))
        nearest = np.minimum(nearest, matrix[:, medoids[-1]])
    return np.array(medoids)


def _swap_until_best(matrix: np.ndarray, medoids: np.ndarray) -> tuple[np.ndarray, float]:
    medoids = medoids.copy()
    while True:
        change, slot, candidate = _best_swap(matrix, medoids)
        if change >= -1e-12:
            medoids.sort()
            return medoids, float(matrix[:, medoids].min(axis=1).sum())
        medoids[slot] = candidate


def _best_swap(matrix: np.ndarray, medoids: np.ndarray) -> tuple[float, int, int]:
    """Change of cost, medoid slot and candidate of the best single swap."""
    k = len(medoids)
    to_medoids = matrix[:, medoids]
    order = to_medoids.argsort(axis=1)
    nearest = to_medoids[np.arange(len(matrix)), order[:, 0]]
    second = (
        to_medoids[np.arange(len(matrix)), order[:, 1]] if k > 1 else np.full(len(matrix), np.inf)
    )
    joining = np.minimum(matrix - nearest[:, None], 0)
    leaving = np.minimum(matrix, second[:, None]) - nearest[:, None] - joining
    member = (order[:, 0][:, None] == np.arange(k)).astype(float)
    change = joining.sum(axis=0)[None, :] + member.T @ leaving
    change[:, medoids] = np.inf
    slot, candidate = np.unravel_index(change.argmin(), change.shape)
    return float(change[slot, candidate]), int(slot), int(candidate)
