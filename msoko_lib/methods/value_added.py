"""Value added and what may be said from it. One door to the small modules of the subject."""

from __future__ import annotations

from msoko_lib.methods.group_sums import GroupSums, group_sums
from msoko_lib.methods.leave_one_out import leave_one_out_residuals
from msoko_lib.methods.random_intercept import (
    RandomInterceptFit,
    fit_from_sums,
    fit_random_intercept,
)
from msoko_lib.methods.ranking import (
    JamesStein,
    classify_effects,
    james_stein,
    overlap_multiplier,
    rank_intervals,
)
from msoko_lib.methods.reliability import (
    n_for_reliability,
    pool_years,
    prediction_interval,
    reliability,
    sampling_variance,
)
from msoko_lib.methods.school_means import SchoolMeansFit, fit_school_means

__all__ = [
    "GroupSums",
    "JamesStein",
    "RandomInterceptFit",
    "SchoolMeansFit",
    "classify_effects",
    "fit_from_sums",
    "fit_random_intercept",
    "fit_school_means",
    "group_sums",
    "james_stein",
    "leave_one_out_residuals",
    "n_for_reliability",
    "overlap_multiplier",
    "pool_years",
    "prediction_interval",
    "rank_intervals",
    "reliability",
    "sampling_variance",
]
