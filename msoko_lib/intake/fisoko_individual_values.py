"""Ф1: cells of tasks, scores and marks as arrays, one column at a time.

A region's year has millions of task cells but few different ones: each different cell of a
column is understood once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import cast

import numpy as np
from numpy.typing import NDArray

from msoko_lib.intake.cells import Cell, is_blank, is_dash, number, text
from msoko_lib.intake.fisoko_text import fold

# States of a task cell; the first four are those of the bank.
SCORED, NOT_ATTEMPTED, NOT_TAUGHT, BLANK, DASH, WRONG = range(6)
BANK_STATES = ("scored", "not_attempted", "not_taught", "blank")
NOT_TAUGHT_SIGNS = frozenset({"н", "n"})
_ABSENT = re.compile(
    r"[нnх]|н/?[адпя]|неявка|нет|осв\w*|отсутств\w*|бол(?:ен|ел\w*)|"
    r"не (?:аттест|изуч|явил|писа|участв|был)\w*"
)
LARGEST_SCORE = 10_000.0

Parsed = tuple[int, float]
_NO_SCORE = object()


@dataclass(frozen=True)
class Column:
    """States and numbers of a column (number is NaN where the state is not SCORED)."""

    states: NDArray[np.int8]
    values: NDArray[np.float64]


def parse_task_cell(cell: Cell) -> Parsed:
    """State and score of a task cell: X is not N, a dash is not a blank.

    >>> [parse_task_cell(c)[0] for c in (2.0, "1,5", "X", "Х", "N", "Н", "—", "", "abc")]
    [0, 0, 1, 1, 2, 2, 4, 3, 5]
    """
    if is_blank(cell):
        return BLANK, np.nan
    if is_dash(cell):
        return DASH, np.nan
    folded = fold(cell)
    if folded == "х":
        return NOT_ATTEMPTED, np.nan
    if folded in NOT_TAUGHT_SIGNS:
        return NOT_TAUGHT, np.nan
    return _number(cell)


def parse_score_cell(cell: Cell) -> Parsed:
    """State and number of a primary score: SCORED, BLANK (also a dash) or WRONG."""
    return (BLANK, np.nan) if _is_missing(cell) else _number(cell)


def parse_mark_cell(cell: Cell) -> Parsed:
    """State and number of a mark 2…5; a sign of absence counts as blank."""
    if _is_missing(cell):
        return BLANK, np.nan
    value = None if isinstance(cell, bool) else number(cell)
    return (SCORED, value) if value in (2.0, 3.0, 4.0, 5.0) else (WRONG, np.nan)


def parse_class_cell(cell: Cell) -> Parsed:
    """State and ordinal number of a class inside its grade (1…50)."""
    value = None if isinstance(cell, bool) else number(cell)
    fits = value is not None and value.is_integer() and 1 <= value <= 50
    return (SCORED, value) if fits and value is not None else (BLANK, np.nan)


def parse_variant_cell(cell: Cell) -> str | None:
    """Variant as text, or None where it is missing."""
    return None if _is_missing(cell) else text(cell)


def _is_missing(cell: Cell) -> bool:
    return is_blank(cell) or is_dash(cell) or _ABSENT.fullmatch(fold(cell).rstrip(".")) is not None


def _number(cell: Cell) -> Parsed:
    value = number(cell)
    if value is None or not 0 <= value <= LARGEST_SCORE:
        return WRONG, np.nan
    return SCORED, value


def read_column(
    rows: list[list[Cell]], column: int | None, parse: Callable[[Cell], Parsed]
) -> Column:
    """Read a column with a parser of cells; a column that is not there is all blank."""
    n = len(rows)
    if column is None:
        return Column(np.full(n, BLANK, np.int8), np.full(n, np.nan))
    cells: list[object] = list(map(itemgetter(column), rows))
    if bool in set(map(type, cells)):
        # True equals 1 as a dictionary key and must not be read as a score.
        cells = [_NO_SCORE if type(cell) is bool else cell for cell in cells]
    place: dict[object, int] = {}
    codes = np.fromiter((place.setdefault(cell, len(place)) for cell in cells), np.intp, n)
    parsed = [(WRONG, np.nan) if cell is _NO_SCORE else parse(cast(Cell, cell)) for cell in place]
    states = np.array([state for state, _ in parsed], np.int8)
    values = np.array([value for _, value in parsed], np.float64)
    return Column(states[codes], values[codes])
