"""Report 14, «Единый график процедур»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, passport
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.schedule.load import load, months
from msoko_lib.subsystems.schedule.publication import publication
from msoko_lib.subsystems.year import open_year

__all__ = [
    "collection", "lead", "load", "months", "open_year", "passport", "publication",
    "recommendations",
]  # fmt: skip
