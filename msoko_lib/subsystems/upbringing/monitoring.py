"""Monitoring of report 09: indicators of the municipality, years, schools."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.year import Year

OVER_YEARS = ("ВС-03", "ВС-11", "ВС-06", "ВС-07", "ВС-08", "ВС-04")
OF_SCHOOLS = ("ВС-03", "ВС-11", "ВС-08", "ВС-10")


def indicators(year: Year) -> Block:
    """Every indicator of the subsystem for the municipality."""
    part = year.catalogue.of_subsystem("09")
    return monitoring.indicators_table(year, "09", [item.id for item in part.indicators])


def years(year: Year) -> Block:
    """The main shares over the years."""
    return monitoring.history_chart(year, OVER_YEARS)


def schools(year: Year) -> Block:
    """Schools × indicators that tell of no single pupil."""
    return monitoring.units_map(year, OF_SCHOOLS, kind="school")
