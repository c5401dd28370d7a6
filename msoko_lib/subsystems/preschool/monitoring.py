"""Monitoring of report 10: indicators of preschools, by year, by preschool."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.answers import PRESCHOOL
from msoko_lib.subsystems.year import Year

SUBSYSTEM = "10"
AREAS = tuple(f"ДО-{number}" for number in range(13, 22))


def indicators(year: Year) -> Block:
    """Every indicator of the subsystem but the nine areas, which have a section of their own."""
    listed = [item.id for item in year.catalogue.of_subsystem(SUBSYSTEM).indicators]
    return monitoring.indicators_table(
        year, SUBSYSTEM, [name for name in listed if name not in AREAS]
    )


def dynamics(year: Year) -> Block:
    """Staff, parents and readiness over the years."""
    return monitoring.history_chart(year, ("ДО-07", "ДО-24", "ДО-10", "ДО-11", "ДО-12"))


def staff(year: Year) -> Block:
    """Degrees, categories and children a teacher, by preschool."""
    return monitoring.units_map(year, ("ДО-07", "ДО-24", "ДО-08"), kind=PRESCHOOL, anchor="kadry")


def parents(year: Year) -> Block:
    """Satisfied parents by preschool."""
    return monitoring.units_chart(year, SUBSYSTEM, "ДО-11", anchor="roditeli")


def special_needs(year: Year) -> Block:
    """Children with special needs who get a programme of their own or early help."""
    return monitoring.units_chart(year, SUBSYSTEM, "ДО-10", anchor="ovz")
