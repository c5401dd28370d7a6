"""Report 09, «Воспитание и социализация»: the calls of its notebook."""

from msoko_lib.subsystems.common import collection, goals, passport
from msoko_lib.subsystems.cycle import measures, replies
from msoko_lib.subsystems.findings import lead, recommendations
from msoko_lib.subsystems.last_year import results
from msoko_lib.subsystems.upbringing.help import (
    absences,
    busy,
    improved,
    psychologists,
    social_testing,
)
from msoko_lib.subsystems.upbringing.monitoring import indicators, schools, years
from msoko_lib.subsystems.upbringing.places import movement, places, programmes, volunteers
from msoko_lib.subsystems.upbringing.registered_sections import changes, over_years, registered
from msoko_lib.subsystems.upbringing.school_part import school_part
from msoko_lib.subsystems.year import open_year

__all__ = [
    "absences",
    "busy",
    "changes",
    "collection",
    "goals",
    "improved",
    "indicators",
    "lead",
    "measures",
    "movement",
    "open_year",
    "over_years",
    "passport",
    "places",
    "programmes",
    "psychologists",
    "recommendations",
    "registered",
    "replies",
    "results",
    "school_part",
    "schools",
    "social_testing",
    "volunteers",
    "years",
]
