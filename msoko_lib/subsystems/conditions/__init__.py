"""Report 11, «Условия и независимая оценка качества»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.conditions.lists import buildings, documents, internet, orders
from msoko_lib.subsystems.conditions.monitoring import (
    assignment,
    criteria,
    dynamics,
    indicators,
    infrastructure,
    plans,
    sites,
)
from msoko_lib.subsystems.conditions.noko import freshness, parts
from msoko_lib.subsystems.conditions.own_part import school_part, unit_part
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.year import open_year

__all__ = [
    "assignment", "buildings", "collection", "criteria", "documents", "dynamics", "freshness",
    "goals", "indicators", "infrastructure", "internet", "lead", "measures", "open_year", "orders",
    "parts", "passport", "plans", "recommendations", "replies", "results", "school_part", "sites",
    "unit_part",
]  # fmt: skip
