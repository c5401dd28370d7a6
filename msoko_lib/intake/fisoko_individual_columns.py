"""Ф1: where the header row stands and which column is what."""

from __future__ import annotations

from dataclasses import dataclass

from msoko_lib.intake.cells import Cell, column_letters, is_blank, text
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_task_names import (
    is_latin_b,
    is_level_label,
    parse_levels,
    parse_task,
)
from msoko_lib.intake.fisoko_text import find_row, fold, shown
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.workbook import Sheet

# Bank name → header as the export has it, then other spellings met.
COLUMN_NAMES = {
    "login": ("оо", "логин", "логин оо", "код оо"),
    "municipality": ("муниципалитет", "мо"),
    "school": ("название оо", "наименование оо"),
    "code": ("код участника", "код ученика"),
    "class": ("класс", "номер класса", "порядковый номер класса"),
    "variant": ("вариант", "номер варианта"),
    "score": ("первичный балл", "первичный балл (сумма)"),
    "mark": ("отметка", "оценка"),
    "journal": ("отметка по журналу", "оценка по журналу"),
}
COLUMN_TITLES = {
    "variant": "Вариант", "class": "Класс", "mark": "Отметка", "journal": "Отметка по журналу",
}  # fmt: skip
_BY_NAME = {fold(name): key for key, names in COLUMN_NAMES.items() for name in names}
LEVEL_ROWS_ABOVE = 4


@dataclass(frozen=True)
class TaskColumn:
    """A task of the work and its column."""

    column: int
    name: str
    max_score: float | None
    level: str | None


@dataclass(frozen=True)
class IndividualColumns:
    """Header row and columns of Ф1 (zero-based)."""

    header_row: int
    named: dict[str, int]
    tasks: tuple[TaskColumn, ...]


@once_a_sheet
def individual_header_row(sheet: Sheet) -> int:
    """Header row of Ф1, or −1.

    It has «Код участника» and «Первичный балл»; protocols of РЦОИ without names have both too,
    but neither variants, nor marks of the journal, nor a column for each task.
    """
    return find_row(sheet, _is_header)


def _is_header(cells: list[str]) -> bool:
    found = {_BY_NAME.get(cell) for cell in cells}
    if "code" not in found or "score" not in found:
        return False
    return bool({"variant", "journal"} & found) or any(parse_task(cell) for cell in cells)


def read_columns(sheet: Sheet, header_row: int, out: Findings) -> IndividualColumns:
    """Map the header row; columns may stand in any order and stray ones are named in a note."""
    row = sheet.rows[header_row]
    named: dict[str, int] = {}
    tasks: list[TaskColumn] = []
    taken: set[str] = set()
    strange: list[int] = []
    for column, cell in enumerate(row):
        if is_blank(cell):
            continue
        key = _BY_NAME.get(fold(cell))
        task = None if key else parse_task(cell)
        if key and key not in named:
            named[key] = column
        elif task is None:
            strange.append(column)
        elif task.name in taken:
            out.add("vpr_task_twice", header_row, column, task=task.name)
        else:
            taken.add(task.name)
            tasks.append(TaskColumn(column, task.name, task.max_score, None))
    if strange:
        letters = ", ".join(column_letters(column) for column in strange)
        out.add("vpr_unknown_columns", header_row, strange[0], columns=letters)
    for key, title in COLUMN_TITLES.items():
        if key not in named:
            out.add("vpr_column_missing", header_row, 0, column=title)
    if not tasks:
        out.add("vpr_no_tasks", header_row, 0)
    return IndividualColumns(header_row, named, _with_levels(sheet, header_row, tasks, out))


def _with_levels(
    sheet: Sheet, header_row: int, tasks: list[TaskColumn], out: Findings
) -> tuple[TaskColumn, ...]:
    index = _level_row(sheet, header_row, tasks)
    if index is None:
        if tasks:
            out.add("vpr_no_levels", header_row, tasks[0].column)
        return tuple(tasks)
    cells = [sheet.cell(index, task.column) for task in tasks]
    levels, latin_as = parse_levels(cells)
    if latin_as:
        first = next(t.column for t, cell in zip(tasks, cells, strict=True) if is_latin_b(cell))
        out.add("vpr_level_latin_b", index, first, read_as=latin_as)
    for task, level, cell in zip(tasks, levels, cells, strict=True):
        if level is None:
            out.add("vpr_level_unknown", index, task.column, task=task.name, value=shown(cell))
    return tuple(
        TaskColumn(task.column, task.name, task.max_score, level)
        for task, level in zip(tasks, levels, strict=True)
    )


def _level_row(sheet: Sheet, header_row: int, tasks: list[TaskColumn]) -> int | None:
    """Row of levels above the header: the one with the label, or else one of bare letters."""
    rows = range(header_row - 1, max(-1, header_row - 1 - LEVEL_ROWS_ABOVE), -1)
    if not tasks:
        return None
    for index in rows:
        if any(is_level_label(cell) for cell in sheet.rows[index]):
            return index
    for index in rows:
        cells: list[Cell] = [sheet.cell(index, task.column) for task in tasks]
        known = [level for level in parse_levels(cells)[0] if level]
        if 2 * len(known) > len(tasks) and any(text(cell) for cell in cells):
            return index
    return None
