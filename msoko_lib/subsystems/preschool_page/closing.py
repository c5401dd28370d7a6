"""What ends the report of a preschool: its explanation, decisions, «Паспорт отчёта»."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems import common
from msoko_lib.subsystems.school.closing import decisions, explanation
from msoko_lib.subsystems.school_year import SchoolYear

__all__ = ["decisions", "explanation", "passport"]


def passport(ours: SchoolYear) -> Block:
    """«Паспорт отчёта» with the files that hold answers of this preschool."""
    return common.passport(ours.year, "form_values", subject=ours.name, school_id=ours.school_id)
