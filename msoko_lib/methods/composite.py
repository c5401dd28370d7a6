"""Composite indices: one door. Fixed goalposts, honest averages, bands and never places."""

from __future__ import annotations

from msoko_lib.methods.composite_scores import (
    LARGEST_MISSING_SHARE,
    Indicator,
    composite_index,
    goalpost_scores,
    relative_to_best,
    score_table,
    weighted_mean,
)
from msoko_lib.methods.composite_uncertainty import (
    IndexUncertainty,
    index_sensitivity,
    rank_uncertainty,
)
from msoko_lib.methods.sobol import grouped_sobol

__all__ = [
    "LARGEST_MISSING_SHARE",
    "IndexUncertainty",
    "Indicator",
    "composite_index",
    "goalpost_scores",
    "grouped_sobol",
    "index_sensitivity",
    "rank_uncertainty",
    "relative_to_best",
    "score_table",
    "weighted_mean",
]
