"""What a book would cost is asked before it is opened: a small file may be endless inside.

A letter with an export may bring a damaged file, or one made to do harm. The reader of workbooks
lays out the whole used area of a sheet, so one stray cell in the last corner is seventeen thousand
million cells; a compressed file of a few kilobytes may hold gigabytes. Neither is opened.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from xml.etree import ElementTree

from msoko_lib.intake.cells import a1
from msoko_lib.intake.formula_cells import sheet_parts
from msoko_lib.intake.guard_binary import xls_areas, xlsb_area
from msoko_lib.intake.guard_rules import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_PARTS,
    MOST_SHEETS,
    MOST_UNPACKED,
    WorkbookProblem,
    in_megabytes,
)
from msoko_lib.zipped import ARCHIVE_FAULTS

# What readers unpack; pictures are never touched.
_READ_PARTS = (".xml", ".rels", ".bin")
_PROLOG = 4_096
_PLAIN_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*?(/?)>')
_ANY_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_LETTERS = re.compile(rb'<c r="([A-Z]{1,3})[0-9]{1,7}"')
_DIGITS = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{1,7})"')
_CELL_STARTS = (b"<c ", b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r")
_TAG = re.compile(rb"<(?:[\w.-]+:)?(row|c)\b([^>]*)>")
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]*)(\d*)""")
_ODS_TAG = re.compile(rb"<[\w.-]+:(table-row|table-cell|covered-table-cell|table)\b([^>]*)>")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["'](\d+)""")

Area = tuple[int, int]


def check_size(size: int) -> None:
    """Refuse a file that no export is as large as.

    Raises
    ------
    WorkbookProblem
        If the file is larger than ``MOST_BYTES``.
    """
    if size > MOST_BYTES:
        raise WorkbookProblem(
            "too_large", what=f"Размер файла {in_megabytes(size)}", most=in_megabytes(MOST_BYTES)
        )


def check_book(content: bytes, suffix: str) -> None:
    """Refuse a binary book that would cost too much, before anything lays it out.

    Raises
    ------
    WorkbookProblem
        If the book is damaged so that reading would not end, is too large inside, has too many
        cells or sheets, or its markup brings texts in from elsewhere.
    """
    if content[:2] != b"PK":
        _check_areas(xls_areas(content, suffix))
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            try:
                _check_archive(archive, _widest_area)
            except WorkbookProblem as problem:
                if problem.rule != "too_many_cells":
                    raise
                # Cells that are only formatted may make it look larger than it is.
                _check_archive(archive, _sheet_area)
    except ARCHIVE_FAULTS:
        raise WorkbookProblem("broken_workbook", suffix=suffix) from None


def _check_archive(archive: zipfile.ZipFile, area_of: Callable[[bytes], Area]) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_PARTS:
        raise WorkbookProblem(
            "too_large", what=f"Частей внутри книги: {len(entries)}", most=f"{MOST_PARTS} частей"
        )
    left = MOST_UNPACKED
    areas: dict[str, Area] = {}
    sheets: list[tuple[str, Area]] = []
    for entry in entries:
        if not entry.filename.lower().endswith(_READ_PARTS):
            continue
        part = _unpacked(archive, entry, left)
        left -= len(part)
        if b"<!DOCTYPE" in part[:_PROLOG] or b"<!ENTITY" in part[:_PROLOG]:
            raise WorkbookProblem("foreign_markup")
        if entry.filename == "content.xml":
            sheets += [("", area) for area in _ods_areas(part)]
        elif entry.filename.endswith(".bin"):
            areas[entry.filename] = xlsb_area(part)
        else:
            areas[entry.filename] = area_of(part)
    # A part may stand for many sheets: it is laid out for each of them.
    parts = _parts_of_sheets(archive)
    sheets += [(name, areas.get(part, (0, 0))) for name, part in parts.items()]
    if len(sheets) > MOST_SHEETS:
        raise WorkbookProblem(
            "too_large", what=f"Листов в книге: {len(sheets)}", most=f"{MOST_SHEETS} листов"
        )
    # Where the book does not say which parts are its sheets, any may be one.
    _check_areas(sheets or [("", area) for area in areas.values()])


def _parts_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet → path of its part; empty where the book does not say."""
    try:
        return sheet_parts(archive)
    except (KeyError, ElementTree.ParseError, *ARCHIVE_FAULTS):
        return {}


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """A part of an archive, whatever size it claims.

    Raises
    ------
    WorkbookProblem
        If it is larger than ``most``.
    """
    # The claim of size stands in the file itself; only the end of the data is to be trusted.
    entry.file_size = max(entry.file_size, most + 1)
    with archive.open(entry) as stream:
        part = stream.read(most + 1)
    if len(part) > most:
        raise WorkbookProblem(
            "too_large",
            what=f"В распакованном виде файл больше {in_megabytes(MOST_UNPACKED)}",
            most=in_megabytes(MOST_UNPACKED),
        )
    return part


def _widest_area(xml: bytes) -> Area:
    """An area that no reader exceeds, found three times faster than the true one."""
    columns, rows = _LETTERS.findall(xml), _DIGITS.findall(xml)
    plain = sum(xml.count(start) for start in _CELL_STARTS)
    if b":c" in xml or not len(columns) == len(rows) == plain:
        return _sheet_area(xml)
    return max(map(int, set(rows)), default=0), max(map(_column, set(columns)), default=0)


def _sheet_area(xml: bytes) -> Area:
    """Rows and columns that a reader would lay out for a sheet: up to its last filled cells."""
    plain = _PLAIN_CELL.findall(xml)
    if len(plain) == len(_ANY_CELL.findall(xml)):
        filled = [(column, row) for column, row, closed in plain if not closed]
        columns = {column for column, _ in filled}
        return max((int(row) for _, row in filled), default=0), max(
            map(_column, columns), default=0
        )
    last_row = last_column = 0
    row = column = 0
    for tag in _TAG.finditer(xml):
        reference = _REFERENCE.search(tag[2])
        digits = int(reference[2][:12]) if reference and reference[2] else 0
        if tag[1] == b"row":
            row, column = digits or row + 1, 0
            continue
        column = _column(reference[1]) if reference and reference[1] else column + 1
        if not tag[2].endswith(b"/"):
            last_row, last_column = max(last_row, digits or row), max(last_column, column)
    return last_row, last_column


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


def _ods_areas(xml: bytes) -> Iterator[Area]:
    """Areas of the sheets of an OpenDocument book, repeated rows and cells counted out."""
    rows = pending = width = column = widest = 0
    repeat, filled = 1, False
    for tag in _ODS_TAG.finditer(xml):
        times = _REPEATED.search(tag[2])
        count = int(times[1][:12]) if times else 1
        if tag[1] in (b"table", b"table-row"):
            pending += repeat if column else 0
            if filled:
                rows, pending = rows + pending, 0
            widest = max(widest, width)
            repeat, filled, column, width = count, False, 0, 0
            if tag[1] == b"table":
                yield rows, widest
                rows = pending = widest = 0
            continue
        column += count
        if not tag[2].endswith(b"/"):
            filled, width = True, column
    yield rows + (pending + repeat if filled else 0), max(widest, width)


def _check_areas(sheets: Iterable[tuple[str, Area]]) -> None:
    total = 0
    for sheet, (rows, columns) in sheets:
        total += rows * columns
        if total > MOST_CELLS:
            last = a1(max(rows - 1, 0), max(columns - 1, 0))
            raise WorkbookProblem("too_many_cells", sheet=sheet, cell=last, most=MOST_CELLS)
