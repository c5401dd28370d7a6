"""Indicators of the subsystem for the municipality: this year and over the years."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.monitoring import history_chart, indicators_table
from msoko_lib.subsystems.year import Year

SUBSYSTEM = "06"
EVERY = tuple(f"РК-{place:02d}" for place in range(1, 17))
OVER_YEARS = ("РК-01", "РК-02", "РК-03", "РК-09", "РК-13", "РК-15")


def indicators(year: Year) -> Block:
    """Indicators of the municipality against their targets."""
    return indicators_table(year, SUBSYSTEM, EVERY)


def history(year: Year) -> Block:
    """The same over three years."""
    return history_chart(year, OVER_YEARS)
