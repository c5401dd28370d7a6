"""Find a table's header by the words in it, wherever it stands and in whatever order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from msoko_lib.intake.cells import Cell, header, is_blank, number, text
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.workbook import Sheet

_CYRILLIC = re.compile(r"[а-я]")
# Lower-case Latin letters that look like Cyrillic ones (their capitals are A B C E H K M O P T X).
_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
_LEAST_NUMBERED = 4
_HYPHENATED = re.compile(r"(?<=[а-я])- (?=[а-я])")


@lru_cache(maxsize=20_000)
def _fold(words: str) -> str:
    lowered = header(words)
    if _CYRILLIC.search(lowered):
        lowered = lowered.translate(_LOOKALIKES)
    lowered = _HYPHENATED.sub("", lowered)
    return re.sub(r"\s*([/(),])\s*", r"\1", lowered).strip(" .:*;")


def fold_header(cell: Cell) -> str:
    """Header cell for comparison: one case, look-alike letters and line breaks folded.

    A word is taken for Russian if it holds one Cyrillic letter; purely Latin headers stay Latin.

    >>> fold_header(" Код\\u00a0OO: ")
    'код оо'
    >>> fold_header("SchoolCode")
    'schoolcode'
    """
    # Every layout asks the same cells in turn, so the words are folded once.
    return _fold(cell if isinstance(cell, str) else text(cell))


@dataclass(frozen=True)
class Columns:
    """Where the fields of a table stand.

    A field owns its own column and the empty ones after it, up to the next header: merged cells
    of the original report leave such filler columns, and a value may stand in any of them.
    """

    first_row: int
    last_row: int
    spans: dict[str, tuple[int, int]]
    titles: dict[int, str]

    def __contains__(self, field: object) -> bool:
        return field in self.spans

    def column(self, field: str) -> int:
        """Zero-based column of a field, 0 where the table has none."""
        return self.spans.get(field, (0, 0))[0]

    def find(self, row: Sequence[Cell], field: str) -> tuple[Cell, int]:
        """First filled cell of a field in a row, with its column; (None, header's column) else."""
        span = self.spans.get(field)
        if span is None:
            return None, 0
        # Asked of every field of every row of a year.
        for column, cell in enumerate(row[slice(*span)], span[0]):
            if cell is not None and cell != "" and not is_blank(cell):
                return cell, column
        return None, span[0]

    def find_any(self, row: Sequence[Cell], fields: Iterable[str]) -> tuple[Cell, int]:
        """First filled cell of the first of several fields that has one; else as :meth:`find`."""
        found: tuple[Cell, int] = (None, 0)
        for field in fields:
            if field in self:
                found = self.find(row, field)
                if found[0] is not None:
                    break
        return found

    def cell(self, row: Sequence[Cell], field: str) -> Cell:
        """First filled cell of a field in a row, or None."""
        return self.find(row, field)[0]

    def joined(self, row: Sequence[Cell], field: str) -> str:
        """All filled cells of a field in one text: a name spread over merged columns."""
        start, end = self.spans.get(field, (0, 0))
        return " ".join(filter(None, (text(cell) for cell in row[start:end])))


Matcher = Callable[[str], str | None]


def matcher(patterns: Iterable[tuple[str, str]]) -> Matcher:
    """Make a function header → field name from (field, regular expression) pairs.

    The expressions are matched against the whole folded header; the first that fits wins.
    """
    compiled = [(field, re.compile(pattern)) for field, pattern in patterns]

    @lru_cache(maxsize=5_000)
    def match(folded: str) -> str | None:
        return next((field for field, rule in compiled if rule.fullmatch(folded)), None)

    return match


def columns_of(sheet: Sheet, row: int, match: Matcher) -> Columns:
    """Columns of a header that begins in a row; a second header row below it is taken in.

    The row below belongs to the header if every filled cell of it is itself a known header
    («Текущие» over «Первичный балл» and «Балл»).
    """
    upper = _titles_in(sheet, row)
    lower = _titles_below(sheet, row)
    has_second = bool(lower) and all(match(title) for title in lower.values())
    titles = {**upper, **lower} if has_second else upper
    spans: dict[str, tuple[int, int]] = {}
    fields = {column: match(title) for column, title in titles.items()}
    bounds = sorted(titles) if any(fields.values()) else []
    for place, column in enumerate(bounds):
        field = fields[column]
        # One filler column is allowed after the last header.
        end = bounds[place + 1] if place + 1 < len(bounds) else column + 2
        if field is not None and field not in spans:
            spans[field] = (column, end)
    return Columns(row, row + int(has_second), spans, titles)


@once_a_sheet
def _titles_in(sheet: Sheet, row: int) -> dict[int, str]:
    """Column → folded words of a row's filled cells."""
    cells = sheet.rows[row]
    return {column: folded for column, cell in enumerate(cells) if (folded := fold_header(cell))}


@once_a_sheet
def _titles_below(sheet: Sheet, row: int) -> dict[int, str]:
    """The same of the row below, unless there is none or it only numbers the columns."""
    if row + 1 >= len(sheet.rows) or is_numbering(sheet.rows[row + 1]):
        return {}
    return _titles_in(sheet, row + 1)


@once_a_sheet
def _may_be_header(sheet: Sheet, row: int) -> bool:
    return sum(isinstance(cell, str) and cell != "" for cell in sheet.rows[row]) > 1


def find_header(
    sheet: Sheet,
    match: Matcher,
    suits: Callable[[Columns], bool],
    start: int = 0,
    stop: int | None = None,
) -> Columns | None:
    """First header in rows ``start`` … ``stop`` whose columns suit the layout."""
    last = len(sheet.rows) if stop is None else min(stop, len(sheet.rows))
    for row in range(start, last):
        if not _may_be_header(sheet, row):
            continue
        columns = columns_of(sheet, row, match)
        if suits(columns):
            return columns
    return None


def is_numbering(row: Sequence[Cell]) -> bool:
    """True for the row «1, 2, 3, …» that Russian tables carry below the header."""
    expected = 0
    for cell in row:
        if is_blank(cell):
            continue
        expected += 1
        if number(cell) != expected:
            return False
    return expected >= _LEAST_NUMBERED


def filled_n(row: Sequence[Cell]) -> int:
    """Number of filled cells in a row."""
    return sum(not is_blank(cell) for cell in row)
