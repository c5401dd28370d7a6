"""Report 01, «Качество подготовки обучающихся»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.quality.exam_choice import choice
from msoko_lib.subsystems.quality.exam_sums import sums
from msoko_lib.subsystems.quality.exam_tasks import tasks_of_exams
from msoko_lib.subsystems.quality.exam_years import exams_over_years
from msoko_lib.subsystems.quality.exams import ege, oge
from msoko_lib.subsystems.quality.levels import task_levels
from msoko_lib.subsystems.quality.main_points import lead
from msoko_lib.subsystems.quality.monitoring import by_school, indicators, programmes
from msoko_lib.subsystems.quality.near_boundary import boundary
from msoko_lib.subsystems.quality.school_part import school_part
from msoko_lib.subsystems.quality.school_zones import schools
from msoko_lib.subsystems.quality.skills import skills_over_grades
from msoko_lib.subsystems.quality.task_gaps import own_gaps, tasks
from msoko_lib.subsystems.quality.unequal_results import groups_of_schools, inequality
from msoko_lib.subsystems.quality.work_marks import dynamics, marks
from msoko_lib.subsystems.year import open_year

__all__ = [
    "boundary",
    "by_school",
    "choice",
    "collection",
    "dynamics",
    "ege",
    "exams_over_years",
    "goals",
    "groups_of_schools",
    "indicators",
    "inequality",
    "lead",
    "marks",
    "measures",
    "oge",
    "open_year",
    "own_gaps",
    "passport",
    "programmes",
    "recommendations",
    "replies",
    "results",
    "school_part",
    "schools",
    "skills_over_grades",
    "sums",
    "task_levels",
    "tasks",
    "tasks_of_exams",
]
