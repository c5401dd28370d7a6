"""Sheets of a workbook in the project's look: formats, widths, filters, printing, long tables."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Final, Protocol

from xlsxwriter.worksheet import Worksheet

from msoko_lib.reporting.book import Book, Look, SheetLink, write_link, write_text

_INK: Final = "#1C2430"
_TITLE: Final = {"font_size": 14, "bold": True, "font_color": _INK}
_MUTED: Final = {"font_size": 10, "font_color": "#56606C"}
_LINK: Final = {"font_size": 11, "font_color": "#1F5FA8", "underline": 1}
_HEAD: Final = {
    "font_size": 11, "bold": True, "font_color": _INK, "bg_color": "#E3EDF8", "bottom": 1,
    "bottom_color": "#9AA4AF", "valign": "vcenter", "text_wrap": True,
}  # fmt: skip
_BODY: Final = {"bottom": 7, "bottom_color": "#D5DAE0", "valign": "top"}
_BODY_FONT: Final = {"font_size": 11, "font_color": _INK}

# Rows of a sheet that Excel can hold, and those that stand above a table at most.
MAX_ROWS: Final = 1_048_576
_ABOVE: Final = 5
_DAY_ZERO: Final = dt.date(1899, 12, 30)
_WIDEST: Final = 42
_NARROWEST: Final = 9
_FILTER_BUTTON: Final = 4
_LINE_HEIGHT: Final = 15.0
_ROWS_MEASURED: Final = 2000
# Letters across that landscape A4 still prints large enough to read.
_WIDEST_ON_A4: Final = 220.0
_A3, _A4 = 8, 9

Row = Sequence[Any]


class Rows(Protocol):
    """Rows of a table; how many is known before they are gone through, once."""

    def __len__(self) -> int:
        """How many rows there are."""

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows."""


@dataclass(frozen=True)
class SheetColumn:
    """Heading, number format and alignment of one column of a sheet."""

    header: str
    number_format: str = "General"
    is_figure: bool = False


def write_sheet(
    book: Book,
    name: str,
    title: str,
    columns: Sequence[SheetColumn],
    rows: Rows,
    note: str = "",
    back: SheetLink | None = None,
) -> None:
    """Fill a sheet: title, note, link back, header with filter, rows; ready to print.

    A table longer than a sheet can be goes on in sheets of their own; the note says so.

    Parameters
    ----------
    book : Book
        The workbook of the sheet.
    name : str
        Name of the sheet; if the book has it already, it is empty.
    title, note : str
        Lines above the table.
    columns : sequence of SheetColumn
        Headings and formats.
    rows : sized iterable of sequences
        Values in the order of the columns.
    back : SheetLink, optional
        Link to another sheet of the workbook.
    """
    fit, source = MAX_ROWS - _ABOVE, iter(rows)
    parts = max(1, math.ceil(len(rows) / fit))
    before, onward = "", name
    for part in range(1, parts + 1):
        current, sheet = onward, book.sheet(onward)
        told = [note] if note else []
        if part > 1:
            told.append(f"Начало таблицы – на листе «{before}».")
        if part < parts:
            onward = book.next_name(name)
            told.append(f"На один лист таблица не помещается: продолжение – на листе «{onward}».")
        _write_part(book, sheet, title, columns, islice(source, fit), " ".join(told), back)
        book.leave(sheet)
        before = current


def _write_part(
    book: Book,
    sheet: Worksheet,
    title: str,
    columns: Sequence[SheetColumn],
    rows: Iterator[Row],
    note: str,
    back: SheetLink | None,
) -> None:
    measured = list(islice(rows, _ROWS_MEASURED))
    widths = _widths(columns, measured)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    line = 0
    for text, font in ((title, _TITLE), (note, _MUTED)):
        if text:
            _write_line(book, sheet, line, text, font, widths)
            line += 1
    if back is not None:
        write_link(sheet, line, 0, back, Look(book, **_LINK))
        line += 1
    header = line + 1
    heads = [column.header for column in columns]
    _set_height(sheet, header, heads, [width - _FILTER_BUTTON for width in widths])
    for place, column in enumerate(columns):
        write_text(sheet, header, place, column.header, Look(book, **_HEAD, **_side(column)))
    last = _write_rows(book, sheet, header, columns, chain(measured, rows), widths)
    _set_view(sheet, header, last, widths)


def _write_line(
    book: Book, sheet: Worksheet, line: int, text: str, font: dict[str, Any],
    widths: Sequence[float],
) -> None:  # fmt: skip
    """Text across the whole width of the table, on as many lines as it needs."""
    size = font["font_size"] / 11
    sheet.set_row(line, _LINE_HEIGHT * size * _lines(text, sum(widths) / size))
    look = Look(book, **font, valign="top", text_wrap=True)
    if len(widths) > 1:
        # Filled afterwards: a merge itself would take a text that begins with «=» for a formula.
        sheet.merge_range(line, 0, line, len(widths) - 1, "", look.plain)
    write_text(sheet, line, 0, text, look)


def _side(column: SheetColumn) -> dict[str, Any]:
    # Text is indented: it would stick to a figure that ends at the edge of the column before it.
    return {"align": "right"} if column.is_figure else {"align": "left", "indent": 1}


class _ColumnLooks:
    """Looks of one column's cells: of texts and gaps, and of figures."""

    def __init__(self, book: Book, column: SheetColumn) -> None:
        own = {**_BODY, **_BODY_FONT, **_side(column), "text_wrap": not column.is_figure}
        self.text = Look(book, **own)
        self.figure = book.format(**own, num_format=column.number_format)
        self.link = Look(book, **{**own, **_LINK})


def _write_rows(
    book: Book,
    sheet: Worksheet,
    header: int,
    columns: Sequence[SheetColumn],
    rows: Iterable[Row],
    widths: Sequence[float],
) -> int:
    """Write rows below the header; where the last of them stands."""
    looks = [_ColumnLooks(book, column) for column in columns]
    line = header
    for line, row in enumerate(rows, start=header + 1):
        _set_height(sheet, line, row, widths)
        for place, (value, look) in enumerate(zip(row, looks, strict=True)):
            _write_value(sheet, line, place, value, look)
    return line


def _write_value(sheet: Worksheet, line: int, place: int, value: Any, look: _ColumnLooks) -> None:
    """Put a number, date, text or link into a cell in the format of its column."""
    if isinstance(value, str):
        write_text(sheet, line, place, value, look.text)
    elif isinstance(value, bool):
        write_text(sheet, line, place, "да" if value else "нет", look.text)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(line, place, value, look.figure)
    elif value is None or isinstance(value, float):
        # What is no number to a spreadsheet is a gap.
        sheet.write_blank(line, place, None, look.text.plain)
    elif isinstance(value, dt.date):
        sheet.write_number(line, place, _serial(value), look.figure)
    elif isinstance(value, SheetLink):
        write_link(sheet, line, place, value, look.link)
    else:
        write_text(sheet, line, place, str(value), look.text)


def _serial(day: dt.date) -> float:
    """A date as Excel counts it, the time of day as a part of the day."""
    if isinstance(day, dt.datetime):
        midnight = dt.datetime.combine(_DAY_ZERO, dt.time())
        return (day.replace(tzinfo=None) - midnight) / dt.timedelta(days=1)
    return (day - _DAY_ZERO).days


def _set_height(
    sheet: Worksheet, line: int, values: Sequence[Any], widths: Sequence[float]
) -> None:
    """Set the height that wrapped texts need; not every program does so on opening."""
    lines = 1
    for value, width in zip(values, widths, strict=True):
        if isinstance(value, str) and (len(value) > width - 2 or "\n" in value):
            lines = max(lines, _lines(value, width))
    if lines > 1:
        sheet.set_row(line, _LINE_HEIGHT * lines)


def _lines(text: str, width: float) -> int:
    return sum(max(1, math.ceil(len(part) / max(width - 2, 1))) for part in text.split("\n"))


def _widths(columns: Sequence[SheetColumn], rows: Sequence[Row]) -> list[float]:
    widths: list[float] = []
    for place, column in enumerate(columns):
        longest_word = max((len(word) for word in column.header.split()), default=0)
        longest = max((_shown_length(row[place]) for row in rows), default=0)
        width = max(longest + 4, longest_word + _FILTER_BUTTON + 2, _NARROWEST)
        widths.append(min(width, _WIDEST))
    return widths


def _shown_length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, float):
        return 8
    if isinstance(value, SheetLink):
        return len(value.text)
    return 0 if value is None else len(str(value))


def _set_view(sheet: Worksheet, header: int, last: int, widths: Sequence[float]) -> None:
    columns = len(widths)
    sheet.freeze_panes(header + 1, 1 if columns > 1 else 0)
    sheet.autofilter(header, 0, last, columns - 1)
    sheet.hide_gridlines(2)
    sheet.print_area(0, 0, last, columns - 1)
    sheet.repeat_rows(header)
    if columns > 5:
        sheet.set_landscape()
    # A wide table fitted to A4 would be printed in letters nobody can read.
    sheet.set_paper(_A3 if sum(widths) > _WIDEST_ON_A4 else _A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&Rстр. &P из &N")
