"""Words for facts in messages: row lists, safe quotes of cells."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msoko_lib.intake.cells import Cell, text

# Long enough for a score, a mark or a class; too short for a name or a document number.
_HARMLESS = re.compile(r"[-+–—]?\d{1,4}([.,]\d{1,3})?\s?%?|[-–—+?*]|\d{0,2}\s?[-«\"]?\w[»\"]?")

# «Средняя школа № 1» is a school, «Среднее по школам» is not.
_NO_DATA = re.compile(
    r"итого|всего|примечан|в среднем|средн(?!\w+ (?:обще|школ))|по муниципал|муниципалитет"
)


def is_no_data(words: str) -> bool:
    """True if a row that begins with these words is a total, a mean or a remark.

    >>> is_no_data("Итого по округу"), is_no_data("Средняя школа № 1"), is_no_data("Средний балл")
    (True, False, True)
    """
    return _NO_DATA.match(words.lower()) is not None


def quoted(cell: Cell) -> str:
    """What a cell says, for a message, if it cannot hold personal data.

    In a shifted row a name or a passport may stand under any header, so only short numbers,
    single signs and classes are quoted; for the rest the message gives the address alone.

    >>> quoted("101"), quoted("11Б"), quoted("Иванова"), quoted(None)
    ('«101»', '«11Б»', 'текст', 'пусто')
    """
    folded = text(cell)
    if not folded:
        return "пусто"
    if _HARMLESS.fullmatch(folded):
        return f"«{folded}»"
    return "длинное число" if folded.replace(" ", "").isdigit() else "текст"


def day(iso: str) -> str:
    """ISO date as Russian offices write it.

    >>> day("2025-05-30")
    '30.05.2025'
    """
    year, month, number = iso[:10].split("-")
    return f"{number}.{month}.{year}"


def row_list(rows: Iterable[int], limit: int = 8) -> str:
    """Zero-based rows as Excel rows in words: «5–9, 12 и ещё 4».

    >>> row_list([4, 5, 6, 11])
    '5–7, 12'
    """
    ordered = sorted(set(rows))
    parts: list[tuple[int, int]] = []
    for row in ordered:
        if parts and row == parts[-1][1] + 1:
            parts[-1] = (parts[-1][0], row)
        else:
            parts.append((row, row))
    shown = [f"{a + 1}" if a == b else f"{a + 1}–{b + 1}" for a, b in parts[:limit]]
    rest = sum(b - a + 1 for a, b in parts[limit:])
    return ", ".join(shown) + (f" и ещё {rest}" if rest else "")
