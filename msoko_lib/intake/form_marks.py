"""What a collection workbook carries to be known again: its hidden sheet, its header lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msoko_lib.intake.cells import text
from msoko_lib.intake.header_map import fold_header
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.rules import Place
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.project import is_school_year

FORM_VERSION = "1"
MARK_SHEET = "_msoko"
CONTENTS_SHEET = "Содержание"
# Keys of the hidden sheet, in the order in which they are written (column A; values in B).
KIND, VERSION, UNIT_ID, UNIT_NAME, UNIT_KIND, YEAR = (
    "вид книги", "версия формы", "код организации", "организация", "тип организации",
    "учебный год",
)  # fmt: skip
MARK_KEYS = (KIND, VERSION, UNIT_ID, UNIT_NAME, UNIT_KIND, YEAR)
UNIT_FORM, OFFICE_FORM, REGISTER = "форма организации", "форма управления", "реестр"
OFFICE_NAME = "Управление образования"
# In the office's workbook: this field does not concern this organisation.
NOT_ASKED = "×"

UNIT_LINE = "Организация: "
YEAR_LINE = "Учебный год: "
CONTENTS_TITLE = "Форма сбора данных МСОКО"
_CONTENTS_HEADERS = frozenset({"раздел", "полей", "заполнено", "осталось"})
_UNIT = re.compile(r"организация\s*[:–—-]\s*(?P<name>\S.*)", re.IGNORECASE | re.DOTALL)
_YEAR = re.compile(
    r"учебн\w*\s+год\w*\D{0,4}(?P<a>20\d\d)\s*[-–—/]\s*(?P<b>(?:20)?\d\d)(?!\d)"
    r"|(?P<c>20\d\d)\s*[-–—/]\s*(?P<d>(?:20)?\d\d)\s+учебн",
    re.IGNORECASE,
)
_HEAD_ROWS = 12


@dataclass(frozen=True)
class BookMarks:
    """What a workbook says about itself.

    ``hidden`` are the pairs of the hidden sheet (empty if it was deleted); ``names`` and
    ``years`` stand visibly above the tables, in the order met.
    """

    hidden: dict[str, str]
    names: tuple[str, ...]
    years: tuple[str, ...]


@once_a_sheet
def is_mark_sheet(sheet: Sheet) -> bool:
    """True for the hidden sheet, whatever it is called."""
    return fold_header(sheet.cell(0, 0)) == KIND


@once_a_sheet
def is_contents_sheet(sheet: Sheet) -> bool:
    """True for the contents sheet, whatever it is called."""
    return any(
        {fold_header(cell) for cell in row} >= _CONTENTS_HEADERS
        for row in sheet.rows[:_HEAD_ROWS]
        if any(isinstance(cell, str) and cell.strip().lower() == "раздел" for cell in row)
    )


def is_service_sheet(sheet: Sheet) -> bool:
    """True for the sheets of a form that hold no answers."""
    return is_mark_sheet(sheet) or is_contents_sheet(sheet)


def hidden_marks(book: Workbook) -> dict[str, str]:
    """Pairs of the hidden sheet; empty if there is none."""
    return {
        key: value for sheet in book.sheets if is_mark_sheet(sheet) for key, value in _pairs(sheet)
    }


def book_marks(book: Workbook) -> BookMarks:
    """Gather the hidden and the visible marks of a workbook."""
    names: dict[str, None] = {}
    years: dict[str, None] = {}
    for sheet in book.sheets:
        if is_mark_sheet(sheet):
            continue
        for line in _head_lines(sheet):
            if unit := _UNIT.fullmatch(line):
                names[unit["name"].strip()] = None
            if year := school_year_in(line):
                years[year] = None
    return BookMarks(hidden_marks(book), tuple(names), tuple(years))


def _pairs(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for row in sheet.rows:
        key = fold_header(row[0]) if row else ""
        if key in MARK_KEYS and len(row) > 1 and (value := text(row[1])):
            yield key, value


def _head_lines(sheet: Sheet) -> Iterable[str]:
    for row in sheet.rows[:_HEAD_ROWS]:
        for cell in row:
            if isinstance(cell, str) and cell:
                yield text(cell)


def school_year_in(line: str) -> str | None:
    """School year that a line names beside the words «учебный год», or None.

    >>> school_year_in("Учебный год: 2024-2025"), school_year_in("за 2024/25 учебный год")
    ('2024-2025', '2024-2025')
    >>> school_year_in("Прошлый год 2024-2025") is None
    True
    """
    match = _YEAR.search(line)
    if match is None:
        return None
    start, end = match["a"] or match["c"], match["b"] or match["d"]
    year = f"{start}-{end if len(end) == 4 else start[:2] + end}"
    return year if is_school_year(year) else None


def year_fits(marks: BookMarks, context: ReadContext, place: Place, reading: Reading) -> bool:
    """Say whether a workbook is of the year that is read; tell what is wrong with its year.

    A workbook of another year into which this year was written by hand is taken: people do not
    fetch a new form when the old one asks the same.
    """
    wanted, hidden = context.school_year, marks.hidden.get(YEAR, "")
    written = school_year_in(f"учебный год {hidden}") or hidden
    if wanted in marks.years:
        if hidden and written != wanted:
            reading.add("form_year_by_hand", place, found=hidden, expected=wanted)
        return True
    found = marks.years[0] if marks.years else written
    if not found:
        reading.add("form_no_year", place, expected=wanted)
        return True
    if found == wanted:
        return True
    reading.add("form_wrong_year", place, found=found, expected=wanted)
    return False
