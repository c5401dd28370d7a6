"""Text files as rows of cells: csv of any delimiter, line end and encoding."""

from __future__ import annotations

import csv
import io
import re

from msoko_lib.intake.cells import Cell
from msoko_lib.intake.guard_rules import CellCount

DELIMITERS = ";\t,"
_SAMPLE = 20_000
_LINE_END = re.compile(r"\r\n?")
# What no text file holds: a damaged workbook decodes as Windows-1251, but not without these.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


def decode_text(content: bytes) -> str | None:
    """Text of a file in UTF-8, UTF-16 with its mark or Windows-1251; None where it is none."""
    has_utf16_mark = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ["utf-16"] if has_utf16_mark else ["utf-8-sig", "cp1251"]:
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in decoded:
            return _LINE_END.sub("\n", decoded)
    return None


def is_delimited(decoded: str) -> bool:
    """True for a text that can be a table: no control characters, a delimiter in most lines."""
    if _CONTROLS.search(decoded):
        return False
    lines = [line for line in decoded[:_SAMPLE].split("\n") if line.strip()]
    return 2 * sum(any(sign in line for sign in DELIMITERS) for line in lines) > len(lines)


def csv_rows(decoded: str) -> list[list[Cell]]:
    """Rows of a csv text, its delimiter taken from the text itself.

    A quotation mark that somebody opened and never closed would swallow the rows below it; such
    a text is parted line by line, and only the line with the odd mark keeps its marks.

    Raises
    ------
    WorkbookProblem
        If its cells are too many.
    """
    sample = decoded[:_SAMPLE]
    delimiter = max(DELIMITERS, key=sample.count)
    CellCount().add(decoded.count(delimiter) + decoded.count("\n"))
    try:
        rows = list(csv.reader(io.StringIO(decoded), delimiter=delimiter))
    except csv.Error:
        rows = None
    if rows is None or any("\n" in cell and delimiter in cell for row in rows for cell in row):
        rows = [_row_of_line(line, delimiter) for line in decoded.split("\n")]
    return [list(row) for row in rows]


def _row_of_line(line: str, delimiter: str) -> list[str]:
    try:
        if '"' in line and line.count('"') % 2 == 0:
            return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        pass  # A cell beyond the limit of the csv module.
    return line.split(delimiter)
