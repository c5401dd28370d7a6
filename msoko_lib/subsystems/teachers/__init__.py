"""Report 07, «Профессиональное развитие педагогов»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.teachers.ages import ages
from msoko_lib.subsystems.teachers.leavers import retirement, wave
from msoko_lib.subsystems.teachers.monitoring import (
    categories,
    contests,
    dynamics,
    indicators,
    other_subject,
    salary,
    schools,
    vacancies,
)
from msoko_lib.subsystems.teachers.newcomers import newcomers
from msoko_lib.subsystems.teachers.routes import deficits, routes_by_school
from msoko_lib.subsystems.teachers.school_part import school_part
from msoko_lib.subsystems.teachers.subjects import courses
from msoko_lib.subsystems.year import open_year

__all__ = [
    "ages", "categories", "collection", "contests", "courses", "deficits", "dynamics", "goals",
    "indicators", "lead", "measures", "newcomers", "open_year", "other_subject", "passport",
    "recommendations", "replies", "results", "retirement", "routes_by_school", "salary",
    "school_part", "schools", "vacancies", "wave",
]  # fmt: skip
