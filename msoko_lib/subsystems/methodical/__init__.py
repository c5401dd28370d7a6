"""Report 08, «Методическая работа»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.methodical.advice_register import register
from msoko_lib.subsystems.methodical.help_given import help_given
from msoko_lib.subsystems.methodical.monitoring import (
    aimed,
    carried_out,
    indicators,
    schools,
    years,
)
from msoko_lib.subsystems.methodical.networks import networks
from msoko_lib.subsystems.methodical.own_deficits import against_events
from msoko_lib.subsystems.methodical.satisfaction import satisfaction
from msoko_lib.subsystems.methodical.school_part import school_part
from msoko_lib.subsystems.methodical.skills import skills
from msoko_lib.subsystems.year import open_year

__all__ = [
    "against_events", "aimed", "carried_out", "collection", "goals", "help_given", "indicators",
    "lead", "measures", "networks", "open_year", "passport", "recommendations", "register",
    "replies", "results", "satisfaction", "school_part", "schools", "skills", "years",
]  # fmt: skip
