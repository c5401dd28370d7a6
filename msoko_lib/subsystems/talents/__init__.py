"""Report 03, «Выявление, поддержка и развитие способностей и талантов»: calls of its notebook."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.talents.additional import programmes, retention
from msoko_lib.subsystems.talents.gifted import disabilities, extra_education, plans, teachers
from msoko_lib.subsystems.talents.monitoring import access, coverage, indicators, schools, years
from msoko_lib.subsystems.talents.participation import grades, silent
from msoko_lib.subsystems.talents.school_part import school_part
from msoko_lib.subsystems.talents.subjects import subjects
from msoko_lib.subsystems.talents.success import municipal_stage, regional, stages, success
from msoko_lib.subsystems.year import open_year

__all__ = [
    "access",
    "collection",
    "coverage",
    "disabilities",
    "extra_education",
    "goals",
    "grades",
    "indicators",
    "lead",
    "measures",
    "municipal_stage",
    "open_year",
    "passport",
    "plans",
    "programmes",
    "recommendations",
    "regional",
    "replies",
    "results",
    "retention",
    "school_part",
    "schools",
    "silent",
    "stages",
    "subjects",
    "success",
    "teachers",
    "years",
]
