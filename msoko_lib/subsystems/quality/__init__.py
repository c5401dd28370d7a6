"""Report 01, «Качество подготовки обучающихся»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, decisions, goals, passport
from msoko_lib.subsystems.quality.boundary import boundary
from msoko_lib.subsystems.quality.exams import ege, oge
from msoko_lib.subsystems.quality.inequality import inequality
from msoko_lib.subsystems.quality.lead import lead
from msoko_lib.subsystems.quality.marks import dynamics, marks
from msoko_lib.subsystems.quality.schools import schools
from msoko_lib.subsystems.quality.tasks import own_gaps, tasks
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
