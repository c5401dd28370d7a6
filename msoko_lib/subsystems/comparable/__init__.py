"""Report 12, «Группы сопоставимых школ, ожидаемый результат и связи»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, passport
from msoko_lib.subsystems.comparable.blocks_linked import links
from msoko_lib.subsystems.comparable.main_points import lead
from msoko_lib.subsystems.comparable.nearest import similar
from msoko_lib.subsystems.comparable.reached import expected
from msoko_lib.subsystems.comparable.school_conditions import conditions
from msoko_lib.subsystems.comparable.school_groups import groups
from msoko_lib.subsystems.comparable.what_asked import goals
from msoko_lib.subsystems.comparable.year_to_year import added
from msoko_lib.subsystems.findings import recommendations
from msoko_lib.subsystems.year import open_year

__all__ = [
    "added",
    "collection",
    "conditions",
    "expected",
    "goals",
    "groups",
    "lead",
    "links",
    "open_year",
    "passport",
    "recommendations",
    "similar",
]
