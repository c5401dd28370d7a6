"""Monitoring of report 04: indicators of the municipality, years, schools."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.year import Year

OVER_YEARS = ("ПР-03", "ПР-04", "ПР-05", "ПР-06", "ПР-07", "ПР-14")
OF_SCHOOLS = ("ПР-02", "ПР-03", "ПР-04", "ПР-05", "ПР-06", "ПР-09", "ПР-11")


def indicators(year: Year) -> Block:
    """Every indicator of the subsystem for the municipality."""
    part = year.catalogue.of_subsystem("04")
    return monitoring.indicators_table(year, "04", [item.id for item in part.indicators])


def years(year: Year) -> Block:
    """The main shares over the years."""
    return monitoring.history_chart(year, OVER_YEARS)


def schools(year: Year) -> Block:
    """Schools × main indicators."""
    return monitoring.units_map(year, OF_SCHOOLS, kind="school")
