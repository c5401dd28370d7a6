"""Report 13, «Динамика и эффективность мер»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, passport
from msoko_lib.subsystems.effects.main_points import lead
from msoko_lib.subsystems.effects.over_years import against_expected, over_years
from msoko_lib.subsystems.effects.planning import plan
from msoko_lib.subsystems.effects.registered import goals, lacking, register
from msoko_lib.subsystems.effects.what_came import outcome, returned, rungs
from msoko_lib.subsystems.findings import recommendations
from msoko_lib.subsystems.year import open_year

__all__ = [
    "against_expected",
    "collection",
    "goals",
    "lacking",
    "lead",
    "open_year",
    "outcome",
    "over_years",
    "passport",
    "plan",
    "recommendations",
    "register",
    "returned",
    "rungs",
]
