"""«Выполнение заданий группами участников»: tasks by those who got 2, 3, 4 and 5.

The layout is known by hearsay only, so two forms are read: a column that names the mark, and
rows of the marks («Ср. % вып. уч. гр. баллов 2») below the row of their school or territory.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from msoko_lib.intake.cells import Cell, is_blank, is_dash, text
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import (
    GROUP_HEADERS,
    GroupTable,
    find_group_table,
    is_max_row,
    unit_columns,
)
from msoko_lib.intake.fisoko_group_table import GroupRow as Row
from msoko_lib.intake.fisoko_groups import LEVEL_NAMES, Group, GroupResolver
from msoko_lib.intake.fisoko_rates import RateTask, percent_scale, read_rates, task_columns
from msoko_lib.intake.fisoko_report import begin, finish
from msoko_lib.intake.fisoko_task_names import parse_task
from msoko_lib.intake.fisoko_text import bounded_count, fold, row_is_blank, shown
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

TITLE = "Выполнение заданий группами участников"
_MARK = re.compile(
    r"(?:.*\b(?:балл\w*|отметк\w*|гр|групп\w*|на)\b[^0-9]*)?[«\"]?\s*([2-5])\s*[»\"]?\s*"
    r"(?:баллов|балла)?"
)
_ALL = ("все", "все участники", "всего", "итого")
_MARK_COLUMN = ("отметк", "группа", "группы по", "гр.", "группа баллов")


def recognises_mark_groups(book: Workbook, sheet: Sheet) -> bool:
    """True for a table of groups and tasks titled so, or with rows or a column of marks."""
    table = find_group_table(sheet)
    if table is None or table.report not in ("tasks", "mark_groups"):
        return False
    if table.report == "mark_groups" or _mark_column(table) is not None:
        return True
    rows = range(table.first_row, min(table.first_row + 10, len(sheet.rows)))
    marks = [parse_mark_group(sheet.cell(row, table.group_column)) for row in rows]
    return sum(mark is not None for mark in marks) > 1


def parse_mark_group(cell: Cell) -> int | None:
    """Mark that a row is about, or None.

    >>> [parse_mark_group(cell) for cell in ("Ср. % вып. уч. гр. баллов 2", " «5» ", 3)]
    [2, 5, 3]
    >>> parse_mark_group("СОШ №3 (edu100003)")
    """
    match = _MARK.fullmatch(fold(cell))
    return int(match[1]) if match else None


def _mark_column(table: GroupTable) -> int | None:
    for column, cell in table.headers.items():
        if parse_task(cell) is None and fold(cell).startswith(_MARK_COLUMN):
            return column
    return None


@dataclass(frozen=True)
class _MarkRow:
    row: Row
    mark: int | None


def read_mark_groups(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read «Выполнение заданий группами участников» into ``vpr_task_rates``."""
    started = begin(sheet, context, "vpr_mark_groups", TITLE)
    if started.header is None:
        return finish(started)
    table, out = started.table, started.out
    tasks = task_columns(sheet, table, out)
    rows = _rows(sheet, table, [task.column for task in tasks], context, out)
    cells = (sheet.cell(item.row.row, task.column) for item in rows for task in tasks)
    scale = percent_scale(cells)
    records: list[dict[str, object]] = []
    first: dict[tuple[str, str, int | None], int] = {}
    for item in rows:
        unit = (item.row.group.level, item.row.group.unit_id, item.mark)
        seen = first.setdefault(unit, item.row.row)
        if seen != item.row.row:
            code = item.row.group.code or f"«{LEVEL_NAMES[item.row.group.level]}»"
            group = code if item.mark is None else f"{code}, отметка {item.mark}"
            out.add(
                "vpr_group_twice", item.row.row, table.group_column,
                group=group, first_row=seen + 1,
            )  # fmt: skip
            continue
        records += _records(sheet, item, tasks, scale, out)
    return finish(started, "vpr_task_rates", records)


def _records(
    sheet: Sheet, item: _MarkRow, tasks: list[RateTask], scale: float, out: Findings
) -> list[dict[str, object]]:
    places = [(item.row.row, task.column) for task in tasks]
    titles = [f"задание {task.name}" for task in tasks]
    rates = read_rates(sheet, places, titles, scale, out)
    return [
        {
            **unit_columns(item.row), "report": "mark_groups", "mark_group": item.mark,
            "task": task.name, "task_order": order, "skill": None,
            "max_score": task.max_score, "rate": rate, "source_row": item.row.row + 1,
        }
        for order, (task, rate) in enumerate(zip(tasks, rates, strict=True), start=1)
        if rate is not None
    ]  # fmt: skip


def _rows(
    sheet: Sheet, table: GroupTable, columns: list[int], context: ReadContext, out: Findings
) -> list[_MarkRow]:
    resolver = GroupResolver(context)
    mark_column = _mark_column(table)
    kept: list[_MarkRow] = []
    skipped: list[tuple[int, int]] = []
    owner: Group | None = None
    label = ""
    for index in range(table.first_row, len(sheet.rows)):
        name = sheet.cell(index, table.group_column)
        if row_is_blank(sheet.rows[index]):
            continue
        folded = fold(name)
        values = [sheet.cell(index, column) for column in columns]
        filled = any(not (is_blank(cell) or is_dash(cell)) for cell in values)
        mark_cell = sheet.cell(index, mark_column) if mark_column is not None else name
        mark = parse_mark_group(mark_cell)
        is_max = is_max_row(sheet, table, index)
        if is_max and index == table.first_row:
            continue  # read as the tasks' maxima
        if folded in GROUP_HEADERS or is_max:
            skipped.append((index, table.group_column))
            continue
        names_owner = bool(folded) and folded not in _ALL and parse_mark_group(name) is None
        if names_owner and folded != label:
            label = folded
            owner = resolver.resolve(name)
            if owner is None and filled:
                out.add("vpr_group_without_code", index, table.group_column, value=shown(name))
            elif owner is not None and owner.by_order:
                level = LEVEL_NAMES[owner.level]
                out.add("vpr_group_by_order", index, table.group_column, level=level)
        if not filled:
            if owner is None:
                skipped.append((index, table.group_column))
            continue
        if owner is None:
            if not text(name) and mark is None:
                skipped.append((index, table.group_column))
            elif not names_owner:
                out.add("vpr_mark_group_orphan", index, table.group_column)
            continue
        kept.append(_MarkRow(_row(sheet, table, index, owner, out), mark))
    out.summary("vpr_skipped_rows", skipped)
    return kept


def _row(sheet: Sheet, table: GroupTable, index: int, owner: Group, out: Findings) -> Row:
    found = Row(index, owner, None, None, sheet.rows[index])
    if table.participants_column is not None:
        cell = sheet.cell(index, table.participants_column)
        n = bounded_count(cell)
        if n is None and not is_blank(cell):
            out.add("vpr_participants", index, table.participants_column, value=shown(cell))
        found = replace(found, participants_n=n)
    if table.schools_column is not None:
        found = replace(found, schools_n=bounded_count(sheet.cell(index, table.schools_column)))
    return found
