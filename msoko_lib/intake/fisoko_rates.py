"""Average shares of a task's maximum: what the three task reports have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msoko_lib.intake.cells import Cell, is_blank, is_dash, number
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import GroupTable, is_max_row
from msoko_lib.intake.fisoko_task_names import LARGEST_TASK_MAX, parse_task
from msoko_lib.intake.fisoko_text import shown
from msoko_lib.intake.workbook import Sheet

BLANK_CELLS = "vpr_blank_cells"


@dataclass(frozen=True)
class RateTask:
    """A task column of a table of groups."""

    column: int
    name: str
    max_score: float | None


def task_columns(sheet: Sheet, table: GroupTable, out: Findings) -> list[RateTask]:
    """Task columns with the maxima of the header or of the row «Макс балл» below it."""
    found: list[RateTask] = []
    max_row = _max_row(sheet, table)
    for column, cell in table.headers.items():
        task = parse_task(cell)
        if task is None:
            continue
        if any(task.name == other.name for other in found):
            out.add("vpr_task_twice", table.header_row, column, task=task.name)
            continue
        top = task.max_score
        if top is None and max_row is not None:
            top = read_task_max(sheet, max_row, column, task.name, out)
        found.append(RateTask(column, task.name, top))
    return found


def _max_row(sheet: Sheet, table: GroupTable) -> int | None:
    """Row of maxima: the first below the header, if it names no group or says «Макс балл»."""
    row = table.first_row
    return row if row < len(sheet.rows) and is_max_row(sheet, table, row) else None


def read_task_max(sheet: Sheet, row: int, column: int, task: str, out: Findings) -> float | None:
    """Maximum of a task in a cell; None (and it is told of) if it is none."""
    cell = sheet.cell(row, column)
    value = number(cell)
    if value is not None and 0 < value <= LARGEST_TASK_MAX:
        return value
    if not is_blank(cell):
        out.add("vpr_task_max_wrong", row, column, task=task, value=shown(cell))
    else:
        out.gather(BLANK_CELLS, row, column)
    return None


def percent_scale(cells: Iterable[Cell]) -> float:
    """100 for per cents, 1 for shares: a table with no value above 1 can only hold shares.

    One or two values decide nothing: per cents below 1 do occur in a single cell.
    """
    values = [value for value in map(number, cells) if value is not None]
    are_shares = len(values) >= 3 and max(values) <= 1 and any(0 < value < 1 for value in values)
    return 1.0 if are_shares else 100.0


def read_rates(
    sheet: Sheet,
    places: Sequence[tuple[int, int]],
    titles: Sequence[str],
    scale: float,
    out: Findings,
) -> list[float | None]:
    """Rates 0…1 of cells; None for blanks, dashes and what is no percentage.

    A group or task without any value is told of elsewhere; single gaps are told of here.
    """
    rates: list[float | None] = []
    gaps: list[tuple[int, int]] = []
    for (row, column), title in zip(places, titles, strict=True):
        cell = sheet.cell(row, column)
        value = number(cell)
        if value is not None and 0 <= value <= scale:
            rates.append(value / scale)
            continue
        if is_blank(cell) or is_dash(cell):
            gaps.append((row, column))
        else:
            out.add(
                "vpr_percent_wrong", row, column,
                column=title, value=shown(cell), lost="остальная строка принята",
            )  # fmt: skip
        rates.append(None)
    if len(gaps) < len(places):
        for row, column in gaps:
            out.gather(BLANK_CELLS, row, column)
    return rates
