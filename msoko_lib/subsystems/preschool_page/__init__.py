"""The report of one preschool: the calls of its notebook."""

from msoko_lib.subsystems.effects.school_part import school_part as after_measures
from msoko_lib.subsystems.preschool_page.closing import decisions, explanation, passport
from msoko_lib.subsystems.preschool_page.indicators import conditions, numbers, over_years, staff
from msoko_lib.subsystems.preschool_page.main_points import lead
from msoko_lib.subsystems.preschool_page.mkdo_areas import areas, self_rating
from msoko_lib.subsystems.preschool_page.opened import open_preschool

__all__ = [
    "after_measures", "areas", "conditions", "decisions", "explanation", "lead", "numbers",
    "open_preschool", "over_years", "passport", "self_rating", "staff",
]  # fmt: skip
