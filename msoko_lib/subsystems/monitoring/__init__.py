"""Monitoring sections that all subsystems share: over years, by organisation, as a map.

What is worse than its target is decided by the rule that recommendations use
(:func:`msoko_lib.recommendations.judge.judge`), so that a table and a sentence never disagree.
"""

from msoko_lib.subsystems.monitoring.against_others import others_section, others_zones
from msoko_lib.subsystems.monitoring.by_unit import units_chart
from msoko_lib.subsystems.monitoring.history import history_chart
from msoko_lib.subsystems.monitoring.judged import judged
from msoko_lib.subsystems.monitoring.unit_map import units_map
from msoko_lib.subsystems.monitoring.whole import indicators_table

__all__ = [
    "history_chart",
    "indicators_table",
    "judged",
    "others_section",
    "others_zones",
    "units_chart",
    "units_map",
]
