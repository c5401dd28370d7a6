"""Report 10, «Качество дошкольного образования»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.preschool.conditions import expertise, ready, sick
from msoko_lib.subsystems.preschool.mkdo import areas, areas_by_preschool, self_by_area, self_rating
from msoko_lib.subsystems.preschool.monitoring import (
    dynamics,
    indicators,
    parents,
    special_needs,
    staff,
)
from msoko_lib.subsystems.preschool.own_part import unit_part
from msoko_lib.subsystems.preschool.places import places as places_by_age
from msoko_lib.subsystems.year import open_year

__all__ = [
    "areas", "areas_by_preschool", "collection", "dynamics", "expertise", "goals", "indicators",
    "lead", "measures", "open_year", "parents", "passport", "places_by_age",
    "ready", "recommendations", "replies", "results", "self_by_area", "self_rating", "sick",
    "special_needs", "staff", "unit_part",
]  # fmt: skip
