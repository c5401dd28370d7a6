"""One preschool: half a page for its own report."""

from __future__ import annotations

from msoko_lib.reporting.blocks import Block
from msoko_lib.subsystems.own_numbers import own_numbers
from msoko_lib.subsystems.year import Year

SHOWN = ("ДО-03", "ДО-05", "ДО-11", "ДО-09")


def unit_part(year: Year, unit_id: str) -> Block:
    """Experts' level, own rating, parents and sick days of a preschool beside the others."""
    return own_numbers(
        year, unit_id, SHOWN, "Качество дошкольного образования", name="Сад – качество",
        anchor="doshkolnoe",
    )  # fmt: skip
