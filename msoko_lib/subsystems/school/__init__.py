"""The school report: the calls of its notebook."""

from msoko_lib.subsystems.school.closing import decisions, explanation, passport, past_advice
from msoko_lib.subsystems.school.exams import ege, oge
from msoko_lib.subsystems.school.main_points import lead
from msoko_lib.subsystems.school.objectivity_signs import trust
from msoko_lib.subsystems.school.olympiad import talents
from msoko_lib.subsystems.school.opened import open_school
from msoko_lib.subsystems.school.parts import (
    career_part,
    conditions_part,
    effects_part,
    expected_part,
    heads_part,
    low_results_part,
    methodical_part,
    similar_part,
    talents_part,
    teachers_part,
    upbringing_part,
)
from msoko_lib.subsystems.school.task_deficits import tasks
from msoko_lib.subsystems.school.vpr import boundary, dynamics, marks

__all__ = [
    "boundary",
    "career_part",
    "conditions_part",
    "decisions",
    "dynamics",
    "effects_part",
    "ege",
    "expected_part",
    "explanation",
    "heads_part",
    "lead",
    "low_results_part",
    "marks",
    "methodical_part",
    "oge",
    "open_school",
    "passport",
    "past_advice",
    "similar_part",
    "talents",
    "talents_part",
    "tasks",
    "teachers_part",
    "trust",
    "upbringing_part",
]
