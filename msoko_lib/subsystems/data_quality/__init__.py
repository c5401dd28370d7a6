"""Report 17, «Качество и полнота данных»: the calls of its notebook."""

from msoko_lib.subsystems.common import passport
from msoko_lib.subsystems.data_quality.sections import (
    answers,
    came,
    conclusions,
    contradictions,
    refused,
)
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.year import open_year

__all__ = [
    "answers", "came", "conclusions", "contradictions", "lead", "open_year", "passport",
    "recommendations", "refused",
]  # fmt: skip
