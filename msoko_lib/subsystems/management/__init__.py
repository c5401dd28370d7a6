"""Report 15, «Самооценка управленческого цикла»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, passport
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.management.sections import by_addressee, cycle_map, missing, targets
from msoko_lib.subsystems.year import open_year

__all__ = [
    "by_addressee", "collection", "cycle_map", "lead", "missing", "open_year", "passport",
    "recommendations", "targets",
]  # fmt: skip
