"""Report 16, «Система по уровням образования»: the calls of its notebook."""

from msoko_lib.subsystems.common import passport
from msoko_lib.subsystems.levels.changes import changes
from msoko_lib.subsystems.levels.main_points import lead
from msoko_lib.subsystems.levels.sections import behind, level_map, need
from msoko_lib.subsystems.year import open_year

__all__ = ["behind", "changes", "lead", "level_map", "need", "open_year", "passport"]
