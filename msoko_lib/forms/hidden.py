"""The hidden sheet of a collection workbook: what it is, whose, of which year; lists for Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from msoko_lib.intake.form_marks import MARK_KEYS, MARK_SHEET

_FIRST_LIST_COLUMN = 4


def add_mark_sheet(
    book: Workbook, marks: Mapping[str, str], lists: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Add the hidden sheet.

    Parameters
    ----------
    book : Workbook
    marks : mapping
        Key of ``MARK_KEYS`` → value; what is missing stays an empty cell to be stamped.
    lists : mapping
        Name → words of a drop-down list.

    Returns
    -------
    dict
        Name of a list → range that holds it, for validation.
    """
    sheet = book.create_sheet(MARK_SHEET)
    for row, key in enumerate(MARK_KEYS, start=1):
        sheet.cell(row, 1, key)
        cell = sheet.cell(row, 2, marks.get(key) or None)
        cell.number_format = "@"
    ranges = {}
    for column, (name, words) in enumerate(lists.items(), start=_FIRST_LIST_COLUMN):
        for row, word in enumerate(words, start=1):
            cell = sheet.cell(row, column, word)
            cell.data_type = "s"
        letter = get_column_letter(column)
        ranges[name] = f"'{MARK_SHEET}'!${letter}$1:${letter}${max(len(words), 1)}"
    sheet.protection.sheet = True
    sheet.sheet_state = "veryHidden"
    return ranges


def mark_address(key: str) -> str:
    """Cell of the hidden sheet that holds the value of a key."""
    return f"B{MARK_KEYS.index(key) + 1}"
