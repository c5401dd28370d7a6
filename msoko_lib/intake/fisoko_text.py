"""Reading the cells of ФИС ОКО exports: look-alike letters, safe quoting, bounded numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from msoko_lib.intake.cells import Cell, a1, count, header, is_blank, iso_date, number, text
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.workbook import Sheet

# Lower-case Latin letters whose capitals look like Cyrillic ones: В, А, С, Е, Н, К, М, О, Р, Т…
_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Not a bare «макс…»: «Максимовская СОШ» is a school.
_MAX_LABEL = re.compile(r"макс\w*\.? ?(?:первичн\w* )?балл")
_LONG_DIGITS = 9
_SHOWN_LENGTH = 20

LARGEST_COUNT = 10_000_000
HEADER_ROWS = 40


@lru_cache(maxsize=20_000)
def _fold(words: str) -> str:
    return header(words).translate(_LOOKALIKES)


def fold(cell: Cell) -> str:
    """Cell for comparison: lower case, one space, ё as е, Latin look-alikes as Cyrillic.

    >>> fold(" Кoд  учaстникa ") == fold("код участника")
    True
    """
    return _fold(cell if isinstance(cell, str) else text(cell))


def shown(cell: Cell) -> str:
    """What may be quoted of a cell in a message: never a name, a document or a date.

    A column of codes in which somebody typed names must not carry them into the report.

    >>> shown("Иванов Иван"), shown(7.5), shown("12.03.2013"), shown("")
    ('текст (знаков: 11)', '7,5', 'дата', 'пусто')
    """
    if isinstance(cell, bool):
        return "логическое значение"
    if isinstance(cell, (date, datetime, time, timedelta)) or iso_date(cell) is not None:
        return "дата"
    folded = text(cell)
    if not folded:
        return "пусто"
    if _WORD.search(folded) or len(folded) > _SHOWN_LENGTH:
        return f"текст (знаков: {len(folded)})"
    digits = sum(ch.isdigit() for ch in folded)
    if digits >= _LONG_DIGITS:
        return f"{digits} цифр подряд"
    return decimal(cell) if isinstance(cell, (int, float)) else folded


def decimal(value: float | int | None) -> str:
    """Number for a message: 12 stays 12, 7.5 becomes 7,5."""
    if value is None:
        return "нет"
    return f"{value:.10g}".replace(".", ",")


def is_max_label(cell: Cell) -> bool:
    """True for «Макс балл», «Макс. балл», «Максимальный балл»."""
    return _MAX_LABEL.match(fold(cell)) is not None


def bounded_count(cell: Cell, largest: int = LARGEST_COUNT) -> int | None:
    """Whole number from 0 to ``largest``, or None (also for 1e300, which no table can hold)."""
    value = count(cell)
    return value if value is not None and value <= largest else None


def bounded_number(cell: Cell, largest: float) -> float | None:
    """Number from 0 to ``largest``, or None."""
    value = number(cell)
    return value if value is not None and 0 <= value <= largest else None


def find_row(sheet: Sheet, wanted: Callable[[list[str]], bool], limit: int = HEADER_ROWS) -> int:
    """First of the upper rows whose folded cells satisfy ``wanted``; −1 if there is none."""
    for index in range(min(limit, len(sheet.rows))):
        if wanted(_folded_row(sheet, index)):
            return index
    return -1


@once_a_sheet
def _folded_row(sheet: Sheet, index: int) -> list[str]:
    return [fold(cell) for cell in sheet.rows[index]]


def last_filled_width(rows: Iterable[list[Cell]]) -> int:
    """Widest row."""
    return max((len(row) for row in rows), default=0)


def row_is_blank(row: list[Cell]) -> bool:
    """True if no cell of the row holds anything."""
    return all(is_blank(cell) for cell in row)


def cell_list(places: list[tuple[int, int]], limit: int = 8) -> str:
    """Addresses for a message: «C12, C15, C18 и ещё 4».

    >>> cell_list([(11, 2), (14, 2)])
    'C12, C15'
    """
    addresses = ", ".join(a1(row, column) for row, column in places[:limit])
    rest = len(places) - limit
    return f"{addresses} и ещё {rest}" if rest > 0 else addresses
