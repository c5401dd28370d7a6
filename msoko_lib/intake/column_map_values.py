"""A cell as a bank column wants it, by the column's schema."""

from __future__ import annotations

from msoko_lib.intake.cells import Cell, count, is_blank, is_dash, number, text
from msoko_lib.intake.people import class_label
from msoko_lib.intake.schemas import Field
from msoko_lib.intake.subjects import canonical_subject

# Far beyond any count of a municipality, far below what an integer column can hold.
_LARGEST = 1e12


class CellValueError(Exception):
    """A cell does not hold what its column must; the message says what it must."""


def value_of(cell: Cell, item: Field) -> object:
    """Value of a cell for a bank column; None for an empty cell and for a dash.

    Raises
    ------
    CellValueError
        If the cell holds something else than the column's kind, or is out of its bounds.
    """
    if is_blank(cell) or is_dash(cell):
        return None
    if item.kind == "str":
        words = text(cell)
        if item.name == "subject":
            words = canonical_subject(words) or words
        if item.allowed and words not in item.allowed:
            raise CellValueError("одно из: " + ", ".join(item.allowed))
        return words
    found = _number(cell, item)
    expected = expected_number(item)
    if found is None or abs(found) > _LARGEST:
        raise CellValueError(expected)
    if (item.low is not None and found < item.low) or (item.high is not None and found > item.high):
        raise CellValueError(expected)
    return found


def _number(cell: Cell, item: Field) -> float | None:
    if item.name in ("grade", "task_grade"):
        label = class_label(cell)
        return None if label is None else label.grade
    return count(cell) if item.kind == "int" else number(cell)


def expected_number(item: Field) -> str:
    """What a numeric column must hold, in words."""
    kind = "целое число" if item.kind == "int" else "число"
    if item.low is not None and item.high is not None:
        return f"{kind} от {item.low:g} до {item.high:g}"
    return f"{kind} от {item.low:g}" if item.low is not None else kind
