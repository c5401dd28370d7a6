"""Report 01, «Качество подготовки обучающихся»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, decisions, goals, passport
from msoko_lib.subsystems.quality.exams import ege, oge
from msoko_lib.subsystems.quality.main_points import lead
from msoko_lib.subsystems.quality.near_boundary import boundary
from msoko_lib.subsystems.quality.school_zones import schools
from msoko_lib.subsystems.quality.task_gaps import own_gaps, tasks
from msoko_lib.subsystems.quality.unequal_results import inequality
from msoko_lib.subsystems.quality.work_marks import dynamics, marks
from msoko_lib.subsystems.year import open_year

__all__ = [
    "boundary",
    "collection",
    "decisions",
    "dynamics",
    "ege",
    "goals",
    "inequality",
    "lead",
    "marks",
    "oge",
    "open_year",
    "own_gaps",
    "passport",
    "schools",
    "tasks",
]
