"""Report 05, «Объективность процедур оценки качества образования»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, decisions, goals, passport
from msoko_lib.subsystems.objectivity.cohort_falls import cohorts
from msoko_lib.subsystems.objectivity.journal_gap import journal
from msoko_lib.subsystems.objectivity.main_points import lead
from msoko_lib.subsystems.objectivity.outside import annual, medals, observers, olympiad
from msoko_lib.subsystems.objectivity.score_peaks import distributions
from msoko_lib.subsystems.objectivity.signs import screening
from msoko_lib.subsystems.year import open_year

__all__ = [
    "annual",
    "cohorts",
    "collection",
    "decisions",
    "distributions",
    "goals",
    "journal",
    "lead",
    "medals",
    "observers",
    "olympiad",
    "open_year",
    "passport",
    "screening",
]
