"""Links of results with context, staff and conditions. One door to all of it.

The word is links, not causes: schools, not experiments, stand behind the numbers. Parts:
`block_variance` (what each block adds, VIF), `importance` (LMG), `wild_bootstrap` and
`cluster_randomisation` (inference with few schools), `predictor_budget`.
"""

from __future__ import annotations

from msoko_lib.methods.block_variance import block_r2, variance_inflation
from msoko_lib.methods.cluster_randomisation import randomisation_test
from msoko_lib.methods.importance import Importance, lmg_importance
from msoko_lib.methods.predictor_budget import PredictorBudget, enforce_budget, predictor_budget
from msoko_lib.methods.wild_bootstrap import WildBootstrap, wild_cluster_bootstrap

__all__ = [
    "Importance",
    "PredictorBudget",
    "WildBootstrap",
    "block_r2",
    "enforce_budget",
    "lmg_importance",
    "predictor_budget",
    "randomisation_test",
    "variance_inflation",
    "wild_cluster_bootstrap",
]
