"""What ends the school report: explanation, decisions, passport."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block, Nothing
from msoko_lib.subsystems import common
from msoko_lib.subsystems.school.opened import SchoolYear

TABLES = ("vpr_pupils", "vpr_marks", "gia_results", "annual_marks", "olympiad_results", "observers")


def explanation(school: SchoolYear) -> Block:
    """The school's own explanation, where it gave one."""
    return Nothing(
        "Пояснение школы не поступало. Пришлите его управлению образования: в следующем издании "
        "оно будет стоять здесь."
    )


def decisions(school: SchoolYear) -> Block:
    """Measures and decisions of the year."""
    return common.decisions(school.year)


def passport(school: SchoolYear) -> Block:
    """«Паспорт отчёта» with the files that hold rows of this school."""
    return common.passport(school.year, *TABLES, subject=school.name, school_id=school.school_id)
