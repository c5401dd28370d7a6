"""The whole procedure of clustering schools by context, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods.cluster_choice import (
    ClusterChoice,
    choose_k,
    choose_k_medoids,
    largest_k,
)
from msoko_lib.methods.cluster_criteria import silhouette_widths
from msoko_lib.methods.cluster_explain import ClusterExplanation, explain_clusters
from msoko_lib.methods.cluster_stability import (
    bootstrap_stability,
    bootstrap_stability_medoids,
    stability_word,
)
from msoko_lib.methods.cluster_years import FrozenClusters
from msoko_lib.methods.context_scaling import ContextScale, scale_context
from msoko_lib.methods.gower import gower_distances, numeric_ranges, variable_kinds
from msoko_lib.methods.partition import Partition, k_means, k_medoids, squared_distances, ward

MIN_SCHOOLS = 12
# A school that comes back to its cluster less often than this is on the border.
MIN_CONFIDENCE = 0.7


@dataclass(frozen=True)
class Clustering:
    """Clusters of schools, or the reason why there are none.

    Attributes
    ----------
    status : str
        ``ok``, ``too_few_schools``, ``no_clear_structure`` or ``unstable`` (a cluster below
        Jaccard .6; the members are kept to look at, not to use).
    reason : str
        One English sentence.
    k : int or None
        Number of clusters.
    members : DataFrame
        Indexed by school: ``cluster`` (1 = the largest), ``confidence`` (share of bootstraps in
        the same cluster), ``is_border`` (below .7), ``silhouette``. Empty without clusters.
    sizes : Series
        Schools in each cluster.
    stability : DataFrame
        Indexed by cluster: ``jaccard``, ``word``.
    choice : ClusterChoice or None
        Criteria for k; None when k was declared.
    explanation : ClusterExplanation or None
        Profile, η², tree.
    frozen : FrozenClusters or None
        To keep for at least three years.
    left_out : tuple
        Schools without a value in some variable.
    dropped : DataFrame
        Variables left out and why.
    """

    status: str
    reason: str
    k: int | None
    members: pd.DataFrame
    sizes: pd.Series
    stability: pd.DataFrame
    choice: ClusterChoice | None
    explanation: ClusterExplanation | None
    frozen: FrozenClusters | None
    left_out: tuple[Any, ...]
    dropped: pd.DataFrame


@dataclass(frozen=True)
class _Prepared:
    """One shape for both algorithms: what to cluster, and how."""

    index: pd.Index
    left_out: tuple[Any, ...]
    dropped: pd.DataFrame
    distances: np.ndarray
    data: np.ndarray | None
    scale: ContextScale | None


def cluster_schools(
    context: pd.DataFrame,
    method: str = "kmeans",
    k: int | None = None,
    log: Sequence[Any] = (),
    logit: Mapping[Any, Any] | None = None,
    robust: bool = False,
    kinds: Mapping[Any, str] | None = None,
    weights: Mapping[Any, float] | None = None,
    max_correlation: float = 0.9,
    min_size: int = 4,
    min_schools: int = MIN_SCHOOLS,
    draws: int = 100,
    seed: int = 0,
) -> Clustering:
    """Group schools by context, choose the number of groups, and say how sure it is.

    Steps: scale (`scale_context`) or Gower's distance; k by two criteria and minimum size
    (`choose_k`) unless declared; partition; bootstrap stability and confidence of each school;
    explanation in the original units; frozen centres for later years.

    Parameters
    ----------
    context : DataFrame
        One row = one school (index = its id), **context variables only**: never an outcome, or
        the clusters would explain the results by themselves. As a rule three-year means.
    method : {"kmeans", "ward", "kmedoids"}
        ``kmedoids`` works on Gower's distance and takes variables of any kind.
    k : int, optional
        A declared number of clusters; the criteria are then not asked.
    log, logit, robust, max_correlation
        See `scale_context` (not used by ``kmedoids``).
    kinds : mapping variable → kind
        See `gower_distances` (used by ``kmedoids`` only).
    weights : mapping variable → weight
        Declared weights.
    min_size : int
        Smallest cluster allowed.
    min_schools : int
        With fewer complete schools there are no clusters: use `nearest_schools`.
    draws : int
        Bootstrap samples, halvings and reference sets (the latter two at most 50).
    seed : int
        Seed.

    Returns
    -------
    Clustering

    Raises
    ------
    ValueError
        If the method is unknown, the index repeats, or a variable cannot be used.

    References
    ----------
    Hennig (2007); Tibshirani & Walther (2005); Gower (1971).

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> pupils = np.r_[rng.normal(120, 15, 10), rng.normal(900, 60, 10)]
    >>> found = cluster_schools(pd.DataFrame({"pupils": pupils}), log=["pupils"], draws=30)
    >>> found.status, found.k, found.sizes.tolist()
    ('ok', 2, [10, 10])
    """
    if method not in ("kmeans", "ward", "kmedoids"):
        raise ValueError(f"method must be 'kmeans', 'ward' or 'kmedoids', found {method!r}")
    context = pd.DataFrame(context)
    if not context.index.is_unique:
        raise ValueError("the index of context names a school twice")
    complete = int(context.notna().all(axis=1).sum())
    if complete < min_schools:
        reason = f"{complete} schools without gaps, clusters need at least {min_schools}"
        return _without_clusters("too_few_schools", reason, context)
    if method == "kmedoids":
        prepared = _prepare_gower(context, kinds, weights)
    else:
        prepared = _prepare_scaled(context, log, logit, robust, max_correlation, weights)
    partition = _partitioner(prepared, method, seed)
    choice = None
    if k is None:
        choice = _choice(prepared, partition, method, min_size, min(draws, 50), seed)
        if choice.k is None:
            reason = "no number of clusters is supported by two criteria at the minimum size"
            return _without_clusters(
                "no_clear_structure", reason, context, choice, prepared.left_out, prepared.dropped
            )
    found = partition(choice.k if choice is not None and choice.k is not None else int(k or 1))
    return _describe(context, prepared, found, method, choice, kinds, weights, draws, seed)


def _prepare_scaled(
    context: pd.DataFrame,
    log: Sequence[Any],
    logit: Mapping[Any, Any] | None,
    robust: bool,
    max_correlation: float,
    weights: Mapping[Any, float] | None,
) -> _Prepared:
    scaled, scale = scale_context(context, log, logit, robust, max_correlation, weights)
    data = scale.weighted(scaled)
    distances = np.sqrt(squared_distances(data, data))
    return _Prepared(scaled.index, scale.left_out, scale.dropped, distances, data, scale)


def _prepare_gower(
    context: pd.DataFrame,
    kinds: Mapping[Any, str] | None,
    weights: Mapping[Any, float] | None,
) -> _Prepared:
    complete = context.dropna()
    left_out = tuple(context.index.difference(complete.index, sort=False))
    distances = gower_distances(complete, kinds, weights)
    return _Prepared(complete.index, left_out, _no_drops(), distances, None, None)


def _partitioner(prepared: _Prepared, method: str, seed: int) -> Callable[[int], Partition]:
    data = prepared.data
    if data is None:
        return lambda k: k_medoids(prepared.distances, k, seed=seed)
    if method == "ward":
        return lambda k: ward(data, k)
    return lambda k: k_means(data, k, seed=seed)


def _choice(
    prepared: _Prepared,
    partition: Callable[[int], Partition],
    method: str,
    min_size: int,
    sets: int,
    seed: int,
) -> ClusterChoice:
    top = largest_k(len(prepared.index))
    if prepared.data is None:
        return choose_k_medoids(prepared.distances, partition, top, min_size, sets, seed)
    quick = {"quick": ward} if method == "ward" else {}
    return choose_k(
        prepared.data, top, min_size, sets, sets, lambda _, k: partition(k), seed=seed, **quick
    )


def _describe(
    context: pd.DataFrame,
    prepared: _Prepared,
    found: Partition,
    method: str,
    choice: ClusterChoice | None,
    kinds: Mapping[Any, str] | None,
    weights: Mapping[Any, float] | None,
    draws: int,
    seed: int,
) -> Clustering:
    k = int(found.labels.max()) + 1
    sizes = np.bincount(found.labels, minlength=k)
    order = np.argsort(-sizes, kind="stable")
    labels = np.argsort(order)[found.labels]
    if prepared.data is None or prepared.scale is None:
        stability = bootstrap_stability_medoids(prepared.distances, labels, draws, seed)
        medoids = context.loc[prepared.index].iloc[found.centers[order]]
        settings = {"kinds": variable_kinds(context, kinds), "weights": weights}
        settings["ranges"] = numeric_ranges(context.loc[prepared.index], kinds)
        frozen = FrozenClusters(tuple(range(1, k + 1)), medoids=medoids, gower=settings)
    else:
        algorithm = {"cluster": ward} if method == "ward" else {}
        stability = bootstrap_stability(prepared.data, labels, draws, seed=seed, **algorithm)
        frozen = FrozenClusters(
            tuple(range(1, k + 1)), scale=prepared.scale, centers=found.centers[order]
        )
    members = pd.DataFrame(
        {
            "cluster": labels + 1,
            "confidence": stability.confidence,
            "is_border": stability.confidence < MIN_CONFIDENCE,
            "silhouette": silhouette_widths(prepared.distances, labels),
        },
        index=prepared.index,
    )
    table = pd.DataFrame(
        {"jaccard": stability.jaccard, "word": [stability_word(j) for j in stability.jaccard]},
        index=pd.RangeIndex(1, k + 1, name="cluster"),
    )
    is_usable = bool((table["word"] != "do_not_use").all())
    chosen = "chosen by two criteria" if choice is not None else "declared"
    return Clustering(
        status="ok" if is_usable else "unstable",
        reason=f"{k} clusters, {chosen}; lowest bootstrap Jaccard {table['jaccard'].min():.2f}",
        k=k,
        members=members,
        sizes=members["cluster"].value_counts().sort_index(),
        stability=table,
        choice=choice,
        explanation=explain_clusters(context.loc[prepared.index], labels + 1),
        frozen=frozen,
        left_out=prepared.left_out,
        dropped=prepared.dropped,
    )


def _no_drops() -> pd.DataFrame:
    return pd.DataFrame(columns=["variable", "reason", "with", "correlation"])


def _without_clusters(
    status: str,
    reason: str,
    context: pd.DataFrame,
    choice: ClusterChoice | None = None,
    left_out: tuple[Any, ...] | None = None,
    dropped: pd.DataFrame | None = None,
) -> Clustering:
    if left_out is None:
        left_out = tuple(context.index[context.isna().any(axis=1)])
    columns = ["cluster", "confidence", "is_border", "silhouette"]
    return Clustering(
        status=status,
        reason=reason,
        k=None,
        members=pd.DataFrame(columns=columns),
        sizes=pd.Series(dtype=int),
        stability=pd.DataFrame(columns=["jaccard", "word"]),
        choice=choice,
        explanation=None,
        frozen=None,
        left_out=left_out,
        dropped=_no_drops() if dropped is None else dropped,
    )
