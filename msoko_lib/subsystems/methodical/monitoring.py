"""Monitoring of report 08: indicators of the municipality, years, schools."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.year import Year

OVER_YEARS = ("МР-01", "МР-03", "МР-06", "МР-07", "МР-10")
OF_SCHOOLS = ("МР-01", "МР-03", "МР-06", "МР-07", "МР-09")


def indicators(year: Year) -> Block:
    """Every indicator of the subsystem for the municipality."""
    part = year.catalogue.of_subsystem("08")
    return monitoring.indicators_table(year, "08", [item.id for item in part.indicators])


def years(year: Year) -> Block:
    """The main shares over the years."""
    return monitoring.history_chart(year, OVER_YEARS)


def schools(year: Year) -> Block:
    """Schools and targets as a map."""
    return monitoring.units_map(year, OF_SCHOOLS)


def aimed(year: Year) -> Block:
    """Were events aimed at deficits, school by school."""
    return monitoring.units_chart(year, "08", "МР-03", anchor="adresnost")


def carried_out(year: Year) -> Block:
    """Recommendations that a document confirms as carried out, school by school."""
    return monitoring.units_chart(year, "08", "МР-06", anchor="ispolnenie")
