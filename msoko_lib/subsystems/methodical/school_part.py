"""Part of the director's report on methodical work."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.school_year import SchoolYear

ANCHOR = "metodrabota"
SHOWN = ("МР-01", "МР-03", "МР-06", "МР-07")


def school_part(school: SchoolYear) -> Block:
    """Unions, events aimed at deficits, recommendations carried out, skills that recovered."""
    return own_numbers(
        school.year,
        school.school_id,
        SHOWN,
        "Методическая работа",
        name="Школа – методическая работа",
        anchor=ANCHOR,
    )
