"""Report 05, «Объективность процедур оценки качества образования»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.objectivity.cohort_falls import cohorts
from msoko_lib.subsystems.objectivity.journal_gap import journal
from msoko_lib.subsystems.objectivity.main_points import lead
from msoko_lib.subsystems.objectivity.monitoring import by_school, checks, indicators
from msoko_lib.subsystems.objectivity.outside import annual, medals, observers, olympiad
from msoko_lib.subsystems.objectivity.school_part import school_part
from msoko_lib.subsystems.objectivity.score_peaks import distributions
from msoko_lib.subsystems.objectivity.signs import screening
from msoko_lib.subsystems.year import open_year

__all__ = [
    "annual",
    "by_school",
    "checks",
    "cohorts",
    "collection",
    "distributions",
    "goals",
    "indicators",
    "journal",
    "lead",
    "measures",
    "medals",
    "observers",
    "olympiad",
    "open_year",
    "passport",
    "recommendations",
    "replies",
    "results",
    "school_part",
    "screening",
]
