"""Task headers of ВПР tables («9.1 (1б)», «4K1(2 б.)») and levels of difficulty."""

from __future__ import annotations

import re
from dataclasses import dataclass

from msoko_lib.intake.cells import Cell, number, text
from msoko_lib.intake.fisoko_text import fold

LARGEST_TASK_MAX = 100.0
_TASK = re.compile(
    r"(?:задание\s*|№\s*)?"
    r"(?P<number>[0-9]{1,2}(?:\.[0-9]{1,2}){0,2})?\.?\s*"
    r"(?:к\s*\.?\s*(?P<criterion>[0-9]{1,2}))?\s*"
    r"(?:\(?\s*(?P<max>[0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*б[а-я]*\.?\s*\)?|"
    r"\(\s*(?P<bare>[0-9]{1,3}(?:[.,][0-9]{1,2})?)\s*\))?"
)


@dataclass(frozen=True)
class TaskName:
    """Number of a task (criterion through a Cyrillic К) and its maximum, if the header has it."""

    name: str
    max_score: float | None


def parse_task(cell: Cell) -> TaskName | None:
    """Task header, or None where the cell is none.

    >>> parse_task("9.1 (1б)")
    TaskName(name='9.1', max_score=1.0)
    >>> parse_task("4K1(2 б.)").name, parse_task(9.1).name, parse_task("Отметка")
    ('4К1', '9.1', None)
    """
    if isinstance(cell, bool) or not isinstance(cell, (str, int, float)):
        return None
    folded = fold(cell)
    match = _TASK.fullmatch(folded)
    if match is None or not (match["number"] or match["criterion"]):
        return None
    criterion = f"К{match['criterion']}" if match["criterion"] else ""
    top = number(match["max"] or match["bare"])
    usable = top is not None and 0 < top <= LARGEST_TASK_MAX
    return TaskName(f"{match['number'] or ''}{criterion}", top if usable else None)


def is_level_label(cell: Cell) -> bool:
    """True for «Уровень сложности задания»."""
    return fold(cell).startswith("уровень сложности")


def is_latin_b(cell: Cell) -> bool:
    """True for a Latin B where a level should stand."""
    return text(cell).upper() == "B"


def parse_levels(cells: list[Cell]) -> tuple[list[str | None], str | None]:
    """Levels Б, П, В of a row of cells, and what a Latin B was read as (None if there is none).

    A Latin B looks like «В», but people also type it for «Б». Beside Cyrillic «Б» it must be
    «В»; a work without a single basic task does not exist, so elsewhere it is «Б».

    >>> parse_levels(["Б", "П", "B"])
    (['Б', 'П', 'В'], 'В')
    >>> parse_levels(["B", "B", "П"])
    (['Б', 'Б', 'П'], 'Б')
    """
    written = [text(cell).upper() for cell in cells]
    latin = any(is_latin_b(cell) for cell in cells)
    read_as = "В" if any(level.startswith("Б") for level in written) else "Б"
    known = {"Б": "Б", "П": "П", "В": "В", "B": read_as,
             "БАЗОВЫЙ": "Б", "ПОВЫШЕННЫЙ": "П", "ВЫСОКИЙ": "В"}  # fmt: skip
    return [known.get(level) for level in written], read_as if latin else None
