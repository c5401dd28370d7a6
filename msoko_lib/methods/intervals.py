"""Small numbers: intervals, funnel limits, over-dispersion and flags. One door to all of them.

The functions live in small modules of one idea each; import them from here.
"""

from __future__ import annotations

from msoko_lib.methods.beta_binomial import BetaBinomialFit, beta_binomial
from msoko_lib.methods.funnel import (
    Overdispersion,
    funnel_limits,
    overdispersion,
    smallest_flagging_count,
)
from msoko_lib.methods.mean_intervals import (
    bootstrap_interval,
    mean_interval,
    mean_interval_from_summary,
)
from msoko_lib.methods.multiplicity import FdrResult, benjamini_hochberg
from msoko_lib.methods.outliers import exact_binomial_p, flag_outliers
from msoko_lib.methods.proportion_intervals import (
    Interval,
    clopper_pearson,
    jeffreys,
    newcombe_difference,
    wilson,
    zero_event_upper,
)

__all__ = [
    "BetaBinomialFit",
    "FdrResult",
    "Interval",
    "Overdispersion",
    "benjamini_hochberg",
    "beta_binomial",
    "bootstrap_interval",
    "clopper_pearson",
    "exact_binomial_p",
    "flag_outliers",
    "funnel_limits",
    "jeffreys",
    "mean_interval",
    "mean_interval_from_summary",
    "newcombe_difference",
    "overdispersion",
    "smallest_flagging_count",
    "wilson",
    "zero_event_upper",
]
