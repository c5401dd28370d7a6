"""Report 06, «Мониторинг эффективности руководителей»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.heads.bands import bands
from msoko_lib.subsystems.heads.duties import inclusion, supervision, tasks
from msoko_lib.subsystems.heads.made_of import made_of
from msoko_lib.subsystems.heads.monitoring import history, indicators
from msoko_lib.subsystems.heads.people import reserve, training
from msoko_lib.subsystems.heads.school_part import school_part
from msoko_lib.subsystems.heads.stability import stability
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.year import open_year

__all__ = [
    "bands", "collection", "goals", "history", "inclusion", "indicators", "lead", "made_of",
    "measures", "open_year", "passport", "recommendations", "replies", "reserve", "results",
    "school_part", "stability", "supervision", "tasks", "training",
]  # fmt: skip
