"""What ends the school report: explanation, decisions, passport."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems import common, cycle
from msoko_lib.subsystems.advice_followed import unit_followed
from msoko_lib.subsystems.school_year import SchoolYear

TABLES = ("vpr_pupils", "vpr_marks", "gia_results", "annual_marks", "olympiad_results", "observers")


def explanation(school: SchoolYear) -> Block:
    """The school's own explanation, where it gave one."""
    return cycle.unit_replies(school.year, school.school_id)


def decisions(school: SchoolYear) -> Block:
    """Measures and decisions of the year that concern the school."""
    return cycle.unit_measures(school.year, school.school_id)


def past_advice(school: SchoolYear) -> Block:
    """Recommendations of the year before: what was done and what has come of it."""
    return unit_followed(school.year, school.school_id)


def passport(school: SchoolYear) -> Block:
    """«Паспорт отчёта» with the files that hold rows of this school."""
    return common.passport(school.year, *TABLES, subject=school.name, school_id=school.school_id)
