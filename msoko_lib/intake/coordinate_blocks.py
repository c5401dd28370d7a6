"""Sections of a federal form on its sheets: where row 05 and graph 7 of section 2.1 stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell, is_blank, number, text
from msoko_lib.intake.header_map import filled_n, fold_header
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.workbook import Sheet

_FEWEST_GRAPHS = 3
_HEADER_ROWS = 8
_LARGEST_ROW = 999
_TITLE = re.compile(r"(?:под)?раздел\s*(?:№\s*)?(\d+(?:\.\d+)*)\b|(\d+(?:\.\d+)+)\.?\s+[А-ЯЁа-яё]",
                    re.IGNORECASE)  # fmt: skip
_SHEET_NAME = re.compile(r"(?:раздел|разд\.?|р\.?)?\s*(\d+(?:\.\d+)*)\b.*", re.IGNORECASE)
_ROW_HEADER = re.compile(r"(№|n|номер|код) ?(строки|стр\.?|п/п)|строка|№")


@dataclass
class Block:
    """A table of a form: its section, the columns of its graphs, the places of its rows."""

    sheet: Sheet
    section: str
    graphs: dict[int, int]
    row_column: int
    rows: dict[int, int] = field(default_factory=dict)

    def cell(self, row: int, graph: int) -> tuple[Cell, int, int] | None:
        """Cell of a row and graph with its zero-based place; None where the table lacks it."""
        if row not in self.rows or graph not in self.graphs:
            return None
        place, column = self.rows[row], self.graphs[graph]
        return self.sheet.cell(place, column), place, column


@once_a_sheet
def blocks_of(sheet: Sheet) -> list[Block]:
    """Tables of a sheet, each known by the row of graph numbers below its header.

    The section is the nearest title above («Раздел 2.1. …» or «2.1.1. …»), else the sheet's name;
    a table continued under a second row of graph numbers keeps its section.
    """
    named = _SHEET_NAME.fullmatch(sheet.name.strip())
    section = named[1] if named else ""
    blocks: list[Block] = []
    for place, row in enumerate(sheet.rows):
        current = blocks[-1] if blocks else None
        if graphs := graph_columns(row):
            column = _row_column(sheet, place, graphs)
            blocks.append(Block(sheet, section, graphs, column))
            continue
        row_number = None if current is None else _row_number(row, current.row_column)
        if current is not None and row_number is not None and current.section == section:
            current.rows.setdefault(row_number, place)
        elif title := _section_title(row):
            section = title
    return [block for block in blocks if block.rows]


def graph_columns(row: Sequence[Cell]) -> dict[int, int]:
    """Graph → column of the row «1 2 3 …» below a header; empty for any other row.

    On the second page of a wide table the numbers go on: «1 2 14 15».
    """
    graphs: dict[int, int] = {}
    last = 0
    for column, cell in enumerate(row):
        if is_blank(cell):
            continue
        value = number(cell)
        if value is None or not value.is_integer() or not last < value <= _LARGEST_ROW:
            return {}
        if not graphs and value != 1:
            return {}
        last = int(value)
        graphs[last] = column
    return graphs if len(graphs) >= _FEWEST_GRAPHS else {}


def _row_column(sheet: Sheet, place: int, graphs: dict[int, int]) -> int:
    """Column of row numbers: the one headed «№ строки», by custom graph 2."""
    for above in range(place - 1, max(place - 1 - _HEADER_ROWS, -1), -1):
        for column, cell in enumerate(sheet.rows[above]):
            if _ROW_HEADER.fullmatch(fold_header(cell)):
                return column
    return graphs.get(2, 1)


def _row_number(row: Sequence[Cell], column: int) -> int | None:
    value = number(row[column]) if column < len(row) else None
    if value is None or not value.is_integer() or not 0 < value <= _LARGEST_ROW:
        return None
    return int(value)


def _section_title(row: Sequence[Cell]) -> str:
    if filled_n(row) > 2:
        return ""
    first = text(next((cell for cell in row if not is_blank(cell)), None))
    match = _TITLE.match(first)
    return "" if match is None else match[1] or match[2]
