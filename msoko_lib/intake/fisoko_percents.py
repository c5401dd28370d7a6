"""Percentages of aggregated reports become shares; nothing is rescaled to make 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from msoko_lib.intake.cells import Cell, is_blank, is_dash, number
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_text import decimal, shown

TOTAL_LOW, TOTAL_HIGH = 99.8, 100.2
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Shares:
    """Shares of one row (0…1), None where a cell holds no number; ``wrong`` lists bad cells."""

    values: list[float | None]
    wrong: list[int]
    total_percent: float
    written_as_shares: bool

    @property
    def adds_up(self) -> bool:
        """True if the total is 100 within rounding of the export."""
        return TOTAL_LOW - _ROUNDING <= self.total_percent <= TOTAL_HIGH + _ROUNDING


def read_shares(cells: Sequence[Cell]) -> Shares:
    """Read a row of percentages that should make 100.

    A row that makes 1 is a row of shares (per cent format in Excel): with more than one part
    no row of percentages can.

    >>> [round(value, 6) for value in read_shares(["5,06", 30, "44.94 %", "20"]).values]
    [0.0506, 0.3, 0.4494, 0.2]
    >>> read_shares([0.25, 0.75]).values
    [0.25, 0.75]
    """
    numbers: list[float | None] = []
    wrong: list[int] = []
    for index, cell in enumerate(cells):
        value = number(cell)
        if value is None or not 0 <= value <= 100 + _ROUNDING:
            if not (is_blank(cell) or is_dash(cell)):
                wrong.append(index)
            value = None
        numbers.append(value)
    total = sum(value for value in numbers if value is not None)
    as_shares = abs(total - 1) <= (TOTAL_HIGH - 100) / 100
    scale = 1.0 if as_shares else 100.0
    values = [None if value is None else min(value / scale, 1.0) for value in numbers]
    return Shares(values, wrong, total * 100 / scale, as_shares)


def report_wrong(
    out: Findings,
    row: int,
    columns: Sequence[int],
    titles: Sequence[str],
    cells: Sequence[Cell],
    wrong: Sequence[int],
    lost: str,
) -> None:
    """One line for each cell that is not a percentage; ``lost`` says what is not taken."""
    for index in wrong:
        out.add(
            "vpr_percent_wrong", row, columns[index],
            column=titles[index], value=shown(cells[index]), lost=lost,
        )  # fmt: skip


def report_total(out: Findings, row: int, column: int, shares: Shares) -> None:
    """A line where the percentages of a row do not make 100."""
    if not shares.adds_up and not shares.wrong:
        out.add("vpr_percent_sum", row, column, total=decimal(round(shares.total_percent, 2)))
