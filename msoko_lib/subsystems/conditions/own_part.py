"""Conditions of one organisation: half a page for its report."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.conditions.noko import part_scores
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

OF_SCHOOL = ("УС-06", "УС-07", "УС-14", "УС-13")
OF_OTHERS = ("УС-06", "УС-07", "УС-14")


def school_part(school: SchoolYear) -> Block:
    """НОКО, its plan, the site and meals of a school beside similar schools."""
    return _part(school.year, school.school_id, OF_SCHOOL)


def unit_part(year: Year, unit_id: str) -> Block:
    """The same for a preschool or an organisation of additional education."""
    return _part(year, unit_id, OF_OTHERS)


def _part(year: Year, unit_id: str, shown: tuple[str, ...]) -> Block:
    scores = part_scores(year)
    low = scores[(scores["school_id"] == unit_id) & (scores["mark"] == "attention")]
    named = "; ".join(low.sort_values("score")["title"].str.lower().head(3))
    return own_numbers(
        year, unit_id, shown, "Условия и независимая оценка", name="Условия",
        reading=f"Ниже других составляющих НОКО: {named}." if named else "", anchor="usloviya",
    )  # fmt: skip
