"""Sheets of a workbook in the project's look: formats, widths, filters, printing, safe text."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

TITLE_FONT: Final = Font(name="Calibri", size=14, bold=True, color="1C2430")
BODY_FONT: Final = Font(name="Calibri", size=11, color="1C2430")
MUTED_FONT: Final = Font(name="Calibri", size=10, color="56606C")
LINK_FONT: Final = Font(name="Calibri", size=11, color="1F5FA8", underline="single")
HEAD_FONT: Final = Font(name="Calibri", size=11, bold=True, color="1C2430")
HEAD_FILL: Final = PatternFill("solid", fgColor="E3EDF8")
HEAD_LINE: Final = Border(bottom=Side(style="thin", color="9AA4AF"))
ROW_LINE: Final = Border(bottom=Side(style="hair", color="D5DAE0"))

_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_MAX_CELL: Final = 32_767
_WIDEST: Final = 42
_NARROWEST: Final = 9
_FILTER_BUTTON: Final = 4
_LINE_HEIGHT: Final = 15.0
_ROWS_MEASURED: Final = 2000
# Letters across that landscape A4 still prints large enough to read.
_WIDEST_ON_A4: Final = 220.0


@dataclass(frozen=True)
class SheetColumn:
    """Heading, number format and alignment of one column of a sheet."""

    header: str
    number_format: str = "General"
    is_figure: bool = False


def write_text(cell: Cell, text: str) -> None:
    """Put text into a cell so that no spreadsheet ever takes it for a formula.

    A school named «=СОШ» or a note beginning with a minus stays text: the cell is typed as a
    string and carries the mark of a leading apostrophe.
    """
    cell.value = _ILLEGAL.sub("", text)[:_MAX_CELL]
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True


# Looks of a sheet's cells by column and kind of value: to set one is a search among all of a book.
Looks = dict[tuple[SheetColumn, bool], Any]


def write_value(cell: Cell, value: Any, column: SheetColumn, looks: Looks) -> None:
    """Put a number, date or text into a cell in the format of its column.

    Parameters
    ----------
    looks : dict
        Looks of this sheet's cells so far; empty for its first.
    """
    is_number = isinstance(value, int | float | dt.date) and not isinstance(value, bool)
    key = (column, is_number)
    if key not in looks:
        cell.font, cell.border = BODY_FONT, ROW_LINE
        cell.alignment = _alignment(column, wrap=not column.is_figure, vertical="top")
        if is_number:
            cell.number_format = column.number_format
        looks[key] = copy(cell._style)
    cell._style = copy(looks[key])
    if isinstance(value, bool):
        write_text(cell, "да" if value else "нет")
    elif is_number:
        cell.value = value
    elif value is not None:
        write_text(cell, str(value))
    if isinstance(value, dt.date):
        # openpyxl gives a date a format of its own.
        cell.number_format = column.number_format


def write_sheet(
    sheet: Worksheet,
    title: str,
    columns: Sequence[SheetColumn],
    rows: Sequence[Sequence[Any]],
    note: str = "",
    back: tuple[str, str] | None = None,
) -> None:
    """Fill a sheet: title, note, link back, header with filter, rows; ready to print.

    Parameters
    ----------
    sheet : Worksheet
        An empty sheet.
    title, note : str
        Lines above the table.
    columns : sequence of SheetColumn
        Headings and formats.
    rows : sequence of sequence
        Values in the order of the columns.
    back : (sheet name, text), optional
        Link to another sheet of the workbook.
    """
    widths = _widths(columns, rows)
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    line = 1
    for text, font in ((title, TITLE_FONT), (note, MUTED_FONT)):
        if text:
            _write_line(sheet, line, text, font, widths)
            line += 1
    if back is not None:
        link_to_sheet(sheet.cell(line, 1), *back)
        line += 1
    header = line + 1
    for place, column in enumerate(columns, start=1):
        cell = sheet.cell(header, place)
        write_text(cell, column.header)
        cell.font, cell.fill, cell.border = HEAD_FONT, HEAD_FILL, HEAD_LINE
        cell.alignment = _alignment(column, wrap=True, vertical="center")
    _set_height(
        sheet,
        header,
        [column.header for column in columns],
        [width - _FILTER_BUTTON for width in widths],
    )
    looks: Looks = {}
    for number, row in enumerate(rows, start=header + 1):
        for place, (value, column) in enumerate(zip(row, columns, strict=True), start=1):
            write_value(sheet.cell(number, place), value, column, looks)
        _set_height(sheet, number, row, widths)
    _set_view(sheet, header, header + len(rows), widths)


def _write_line(
    sheet: Worksheet, line: int, text: str, font: Font, widths: Sequence[float]
) -> None:
    """Text across the whole width of the table, on as many lines as it needs."""
    cell = sheet.cell(line, 1)
    write_text(cell, text)
    cell.font = font
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if len(widths) > 1:
        sheet.merge_cells(start_row=line, end_row=line, start_column=1, end_column=len(widths))
    size = (font.size or 11) / 11
    sheet.row_dimensions[line].height = _LINE_HEIGHT * size * _lines(text, sum(widths) / size)


def _alignment(column: SheetColumn, *, wrap: bool, vertical: str) -> Alignment:
    # Text is indented: it would stick to a figure that ends at the edge of the column before it.
    return Alignment(
        horizontal="right" if column.is_figure else "left",
        vertical=vertical,
        wrap_text=wrap,
        indent=0 if column.is_figure else 1,
    )


def _set_height(
    sheet: Worksheet, line: int, values: Sequence[Any], widths: Sequence[float]
) -> None:
    """Set the height that wrapped texts need; not every program does so on opening."""
    lines = max(
        (
            _lines(value, width)
            for value, width in zip(values, widths, strict=True)
            if isinstance(value, str)
        ),
        default=1,
    )
    if lines > 1:
        sheet.row_dimensions[line].height = _LINE_HEIGHT * lines


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(len(part) / max(width - 2, 1))) for part in text.split("\n"))


def link_to_sheet(cell: Cell, name: str, text: str) -> None:
    """Make a cell a link to the first cell of a sheet of the same workbook."""
    write_text(cell, text)
    doubled = name.replace("'", "''")
    cell.hyperlink = f"#'{doubled}'!A1"
    cell.font = LINK_FONT


def _widths(columns: Sequence[SheetColumn], rows: Sequence[Sequence[Any]]) -> list[float]:
    widths: list[float] = []
    for place, column in enumerate(columns):
        longest_word = max((len(word) for word in column.header.split()), default=0)
        longest = max((_shown_length(row[place]) for row in rows[:_ROWS_MEASURED]), default=0)
        width = max(longest + 4, longest_word + _FILTER_BUTTON + 2, _NARROWEST)
        widths.append(min(width, _WIDEST))
    return widths


def _shown_length(value: Any) -> int:
    if isinstance(value, float):
        return 8
    return 0 if value is None else len(str(value))


def _set_view(sheet: Worksheet, header: int, last: int, widths: Sequence[float]) -> None:
    columns = len(widths)
    right = get_column_letter(columns)
    sheet.freeze_panes = f"B{header + 1}" if columns > 1 else f"A{header + 1}"
    sheet.auto_filter.ref = f"A{header}:{right}{max(last, header)}"
    sheet.sheet_view.showGridLines = False
    sheet.print_area = f"A1:{right}{max(last, header)}"
    sheet.print_title_rows = f"{header}:{header}"
    sheet.page_setup.orientation = "landscape" if columns > 5 else "portrait"
    # A wide table fitted to A4 would be printed in letters nobody can read.
    is_wide = sum(widths) > _WIDEST_ON_A4
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3 if is_wide else sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.right.text = "стр. &P из &N"
    sheet.oddFooter.left.text = "&A"
