"""Monitoring of report 01: what files and forms tell of the municipality and of each school."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems import monitoring
from msoko_lib.subsystems.year import Year

RESULTS = (
    "КП-08", "КП-10", "КП-11", "КП-14", "КП-15", "КП-17", "КП-22", "КП-18", "КП-19", "КП-20",
    "КП-31", "КП-32", "КП-33",
)  # fmt: skip
PROGRAMMES = ("КП-23", "КП-24", "КП-25", "КП-26", "КП-27", "КП-28", "КП-29", "КП-30", "КП-34")
# What a school's form tells and a target or a comparison exists for.
BY_SCHOOL = ("КП-08", "КП-17", "КП-18", "КП-19", "КП-20", "КП-31", "КП-32", "КП-30")
HISTORY = ("КП-08", "КП-11", "КП-14", "КП-18")
SCHOOLS_ANCHOR = "shkoly-i-orientiry"
PROGRAMMES_ANCHOR = "programmy"


def indicators(year: Year) -> Block:
    """Results: exams, certificates, literacy, diagnostics, regional and rehearsal works."""
    return monitoring.indicators_table(year, "01", RESULTS, title="Результаты муниципалитета")


def programmes(year: Year) -> Block:
    """Programmes and the federal standard, analytics in time."""
    return monitoring.indicators_table(
        year, "01", PROGRAMMES, title="Программы и ФГОС", sheet="Программы",
        anchor=PROGRAMMES_ANCHOR,
    )  # fmt: skip


def by_school(year: Year) -> Block:
    """Schools × indicators of forms and exams with their targets."""
    return monitoring.units_map(year, BY_SCHOOL, anchor=SCHOOLS_ANCHOR)
