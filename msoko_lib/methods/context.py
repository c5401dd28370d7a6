"""Context of schools: index, expected result, resilience. One door to all of it."""

from __future__ import annotations

from msoko_lib.methods.expected_result import ExpectedResult, expected_result
from msoko_lib.methods.predictor_budget import PredictorBudget, predictor_budget
from msoko_lib.methods.resilience import resilience
from msoko_lib.methods.social_index import SocialIndex, social_index

__all__ = [
    "ExpectedResult",
    "PredictorBudget",
    "SocialIndex",
    "expected_result",
    "predictor_budget",
    "resilience",
    "social_index",
]
