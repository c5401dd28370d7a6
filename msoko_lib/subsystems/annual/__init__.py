"""Report 18, «О состоянии муниципальной системы образования»: the calls of its notebook."""

from msoko_lib.subsystems.annual.decided import decisions, followed, outcome
from msoko_lib.subsystems.annual.main_points import lead
from msoko_lib.subsystems.annual.overview import changes, overview
from msoko_lib.subsystems.annual.parts import part
from msoko_lib.subsystems.annual.problems import practice, problems
from msoko_lib.subsystems.annual.programme import programme
from msoko_lib.subsystems.annual.structure import structure
from msoko_lib.subsystems.annual.tasks import tasks
from msoko_lib.subsystems.common import passport
from msoko_lib.subsystems.year import open_year

__all__ = [
    "changes",
    "decisions",
    "followed",
    "lead",
    "open_year",
    "outcome",
    "overview",
    "part",
    "passport",
    "practice",
    "problems",
    "programme",
    "structure",
    "tasks",
]
