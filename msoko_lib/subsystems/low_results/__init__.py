"""Report 02, «Работа со школами с низкими результатами и в неблагоприятных условиях»."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.low_results.gap import narrowing
from msoko_lib.subsystems.low_results.help_given import help_to_schools
from msoko_lib.subsystems.low_results.kinds import types
from msoko_lib.subsystems.low_results.monitoring import history, indicators
from msoko_lib.subsystems.low_results.paths import dynamics
from msoko_lib.subsystems.low_results.resilience import resilient
from msoko_lib.subsystems.low_results.risks import risks
from msoko_lib.subsystems.low_results.school_part import school_part
from msoko_lib.subsystems.low_results.staffing import staffing
from msoko_lib.subsystems.low_results.who import who
from msoko_lib.subsystems.year import open_year

__all__ = [
    "collection", "dynamics", "goals", "help_to_schools", "history", "indicators", "lead",
    "measures", "narrowing", "open_year", "passport", "recommendations", "replies", "resilient",
    "results", "risks", "school_part", "staffing", "types", "who",
]  # fmt: skip
