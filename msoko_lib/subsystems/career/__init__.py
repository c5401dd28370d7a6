"""Report 04, «Самоопределение и профессиональная ориентация»: the calls of its notebook."""

from msoko_lib.subsystems.career.hours import minimum
from msoko_lib.subsystems.career.monitoring import indicators, schools, years
from msoko_lib.subsystems.career.partners import demanded, disabilities, partners, targets
from msoko_lib.subsystems.career.paths import after_eleventh, after_ninth, colleges, unplaced
from msoko_lib.subsystems.career.profile import choice, exams_of_profile, flow, places_of_profile
from msoko_lib.subsystems.career.school_part import school_part
from msoko_lib.subsystems.career.trials import trials
from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.year import open_year

__all__ = [
    "after_eleventh",
    "after_ninth",
    "choice",
    "collection",
    "colleges",
    "demanded",
    "disabilities",
    "exams_of_profile",
    "flow",
    "goals",
    "indicators",
    "lead",
    "measures",
    "minimum",
    "open_year",
    "partners",
    "passport",
    "places_of_profile",
    "recommendations",
    "replies",
    "results",
    "school_part",
    "schools",
    "targets",
    "trials",
    "unplaced",
    "years",
]
