"""Indicators of the subsystem for the municipality: this year and over the years."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.monitoring import history_chart, indicators_table
from msoko_lib.subsystems.year import Year

SUBSYSTEM = "02"
# Of one school alone (ШН-02, ШН-06) nothing is said here.
OF_MUNICIPALITY = (
    "ШН-01", "ШН-03", "ШН-04", "ШН-05", "ШН-07", "ШН-08", "ШН-09", "ШН-10", "ШН-11",
)  # fmt: skip
OVER_YEARS = ("ШН-01", "ШН-03", "ШН-08", "ШН-11")


def indicators(year: Year) -> Block:
    """Indicators of the municipality against their targets."""
    return indicators_table(year, SUBSYSTEM, OF_MUNICIPALITY)


def history(year: Year) -> Block:
    """The same over three years."""
    return history_chart(year, OVER_YEARS)
