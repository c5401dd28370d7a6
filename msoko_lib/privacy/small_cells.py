"""Rows of a page's tables that tell a result of fewer people than may be told of."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Final

# Columns that count those whose result the rest of the row tells. «Педагогов» or «выпускников» of a
# band beside their share of all are a part and no group with a result.
PEOPLE: Final = frozenset({
    "n", "участников", "сдавали", "писали", "число участников", "кол-во участников",
    "участников, чел.",
})  # fmt: skip
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption>", re.DOTALL)
_ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_WITHHELD = re.compile(r"\bмало\b|н/д|данных недостаточно|нет данных")
_PER_CENT = re.compile(r"\d\s*%")


def small_groups(page: str, minimum: int) -> Iterator[str]:
    """Captions of tables with a row about fewer than ``minimum`` people that tells a per cent.

    Only tables whose header names a column of people are looked at; a zero is no group. Whole
    numbers of pupils stay: the school's own report counts its own pupils, shares are withheld.
    """
    for table in _TABLE.findall(page):
        rows = [[_words(cell) for cell in _CELL.findall(row)] for row in _ROW.findall(table)]
        header = next((row for row in rows if row), [])
        columns = [place for place, cell in enumerate(header) if cell.lower() in PEOPLE]
        if not columns:
            continue
        for row in rows[1:]:
            if len(row) == len(header) and _tells(row, columns, minimum):
                caption = _CAPTION.search(table)
                yield _words(caption[1]) if caption else "без названия"
                break


def _words(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def _tells(row: list[str], columns: list[int], minimum: int) -> bool:
    counts = [int(row[place]) for place in columns if row[place].isdecimal()]
    small = any(0 < count < minimum for count in counts)
    # A row that withholds its own result may still show what it is compared with.
    withheld = any(_WITHHELD.search(cell) for cell in row)
    return small and not withheld and any(_PER_CENT.search(cell) for cell in row)
