"""Monitoring of report 03: indicators of the municipality, years, schools."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.group_gaps import gaps_section
from msoko_lib.subsystems.talents.facts import COMPARED
from msoko_lib.subsystems.year import Year

OVER_YEARS = ("ТЛ-01", "ТЛ-02", "ТЛ-03", "ТЛ-07", "ТЛ-11", "ТЛ-12")
OF_SCHOOLS = ("ТЛ-01", "ТЛ-02", "ТЛ-03", "ТЛ-07", "ТЛ-11", "ТЛ-12")
COVERAGE_ANCHOR = "ohvat"
ACCESS_ANCHOR = "dostup"


def indicators(year: Year) -> Block:
    """Every indicator of the subsystem for the municipality."""
    part = year.catalogue.of_subsystem("03")
    return monitoring.indicators_table(year, "03", [item.id for item in part.indicators])


def years(year: Year) -> Block:
    """The main shares over the years."""
    return monitoring.history_chart(year, OVER_YEARS)


def schools(year: Year) -> Block:
    """Schools × main indicators."""
    return monitoring.units_map(year, OF_SCHOOLS, kind="school")


def coverage(year: Year) -> Block:
    """School stage by school against the target."""
    return monitoring.units_chart(year, "03", "ТЛ-01", anchor=COVERAGE_ANCHOR)


def access(year: Year) -> Block:
    """Town and village, large and small schools."""
    return gaps_section(year, "03", COMPARED, ACCESS_ANCHOR)
