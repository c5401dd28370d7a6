"""What a cell says: numbers as Russian offices write them, blanks and dashes kept apart."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | date | datetime | time | timedelta | None

SPACES = "\u00a0\u202f\u2009\u2007 \t"
DASHES = frozenset({"-", "–", "—", "−"})
_SPACE_RUN = re.compile(r"[\s\u00a0\u202f\u2009\u2007\ufeff]+")
# Control characters, marks that turn the direction of writing, signs without width.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff]"
)
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_COMMA_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")


def text(cell: Cell) -> str:
    """Cell as text: inner white space folded, ends trimmed, nothing unseen, 12.0 written as 12."""
    if isinstance(cell, str):
        # Of all white space only the plain space is printable: most cells need no search.
        if cell.isprintable() and "  " not in cell:
            return cell.strip()
        return _SPACE_RUN.sub(" ", visible(cell)).strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def visible(words: str) -> str:
    """Words without characters that nobody sees and that change how the rest is shown."""
    return _INVISIBLE.sub("", words) if not words.isprintable() else words


def is_blank(cell: Cell) -> bool:
    """True for an empty cell and for one that holds white space alone."""
    # Most cells of a wide sheet are really empty, and every reader asks of each.
    if isinstance(cell, str):
        return cell == "" or (not cell.isalnum() and text(cell) == "")
    return cell is None


def is_dash(cell: Cell) -> bool:
    """True for a cell that holds a dash of any kind and nothing else."""
    return text(cell) in DASHES


def number(cell: Cell) -> float | None:
    """Number in a cell, or None where there is none.

    Reads ``12``, ``12,5``, ``12.5``, ``1 234`` with any kind of space, ``5,06 %``.
    Blanks, dashes and words give None: what they mean is for the caller to say.
    """
    if isinstance(cell, bool):
        return None
    if isinstance(cell, (int, float)):
        value = float(cell)
        return value if value == value and abs(value) != float("inf") else None
    folded = "".join(ch for ch in text(cell) if ch not in SPACES).rstrip("%").replace(",", ".")
    return float(folded) if _NUMBER.fullmatch(folded) else None


def count(cell: Cell) -> int | None:
    """Whole non-negative number in a cell, or None.

    Differs from :func:`number` in ``1,234``: in a count a comma before three digits parts
    thousands, as some exports write it.
    """
    folded = text(cell)
    if isinstance(cell, str) and _COMMA_THOUSANDS.fullmatch(folded):
        return int(folded.replace(",", ""))
    value = number(cell)
    if value is None or value < 0 or not value.is_integer():
        return None
    return int(value)


def header(cell: Cell) -> str:
    """Header cell for comparison: folded, lower case, ё as е."""
    return text(cell).lower().replace("ё", "е")


def iso_date(cell: Cell) -> str | None:
    """ISO date from a date cell, ``20.04.2026``, ``2026.04.20`` or ``2026-04-20``; else None."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    folded = text(cell)
    for pattern in ("%d.%m.%Y", "%Y.%m.%d", "%Y-%m-%d", "%d.%m.%y", "%d/%m/%Y"):
        try:
            return datetime.strptime(folded, pattern).date().isoformat()
        except ValueError:
            continue
    return None


def column_letters(index: int) -> str:
    """Excel letters of a zero-based column: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def a1(row: int, column: int) -> str:
    """Excel address of a zero-based row and column: (0, 0) → A1."""
    return f"{column_letters(column)}{row + 1}"
