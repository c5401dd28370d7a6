"""Clusters of schools by context, and similar schools. One door to all of it.

Parts: `clustering` (the whole procedure), `context_scaling`, `gower`, `partition` (Ward, k-means,
k-medoids), `cluster_criteria` and `cluster_choice` (number of clusters), `cluster_stability`,
`cluster_years` (frozen centres), `cluster_explain`, `neighbours`.
"""

from __future__ import annotations

from msoko_lib.methods.cluster_choice import (
    ClusterChoice,
    choose_k,
    choose_k_medoids,
    largest_k,
)
from msoko_lib.methods.cluster_criteria import (
    gap_statistic,
    one_se_choice,
    prediction_strength,
    silhouette_widths,
)
from msoko_lib.methods.cluster_explain import ClusterExplanation, eta_squared, explain_clusters
from msoko_lib.methods.cluster_stability import (
    Stability,
    bootstrap_stability,
    bootstrap_stability_medoids,
    stability_word,
)
from msoko_lib.methods.cluster_years import FrozenClusters, assign_to_frozen, movements
from msoko_lib.methods.clustering import Clustering, cluster_schools
from msoko_lib.methods.context_scaling import ContextScale, scale_context, transform_context
from msoko_lib.methods.gower import gower_distances
from msoko_lib.methods.neighbours import compare_with_neighbours, nearest_schools
from msoko_lib.methods.partition import Partition, k_means, k_medoids, ward

__all__ = [
    "ClusterChoice",
    "ClusterExplanation",
    "Clustering",
    "ContextScale",
    "FrozenClusters",
    "Partition",
    "Stability",
    "assign_to_frozen",
    "bootstrap_stability",
    "bootstrap_stability_medoids",
    "choose_k",
    "choose_k_medoids",
    "cluster_schools",
    "compare_with_neighbours",
    "eta_squared",
    "explain_clusters",
    "gap_statistic",
    "gower_distances",
    "k_means",
    "k_medoids",
    "largest_k",
    "movements",
    "nearest_schools",
    "one_se_choice",
    "prediction_strength",
    "scale_context",
    "silhouette_widths",
    "stability_word",
    "transform_context",
    "ward",
]
