"""What all aggregated ВПР reports share: find the table, walk its groups, join two logins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from msoko_lib.intake.cells import Cell, is_blank, is_dash, number, text
from msoko_lib.intake.fisoko_columns import constant_columns
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_groups import LEVEL_NAMES, Group, GroupResolver, split_code
from msoko_lib.intake.fisoko_header import Work, report_title
from msoko_lib.intake.fisoko_task_names import parse_task
from msoko_lib.intake.fisoko_text import (
    bounded_count,
    find_row,
    fold,
    is_max_label,
    row_is_blank,
    shown,
)
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet

GROUP_HEADERS = ("группы участников", "группа участников")
JOURNAL_WORDS = ("понизили", "подтвердили", "повысили")
MARK_HEADERS = ("2", "3", "4", "5")
_MARK = re.compile(r"(?:%? ?на |% |отметка |оценка )?[«\"]?([2-5])[»\"]?(?:,? ?\(?%\)?)?")


@dataclass(frozen=True)
class GroupTable:
    """Where a table of groups stands and what its columns are (zero-based)."""

    report: str
    header_row: int
    first_row: int
    group_column: int
    schools_column: int | None
    participants_column: int | None
    headers: dict[int, Cell]  # the other filled header cells


@dataclass(frozen=True)
class GroupRow:
    """One group with the cells of its row."""

    row: int
    group: Group
    schools_n: int | None
    participants_n: int | None
    cells: list[Cell]


@once_a_sheet
def find_group_table(sheet: Sheet) -> GroupTable | None:
    """Find an aggregated report by its header row; None where the sheet holds none.

    The columns decide; the title above helps only where two reports have the same columns
    (tasks of all participants and tasks by mark groups).
    """
    index = find_row(sheet, lambda cells: any(cell in GROUP_HEADERS for cell in cells))
    if index < 0:
        return None
    upper = sheet.rows[index]
    folded = [fold(cell) for cell in upper]
    group_column = next(i for i, cell in enumerate(folded) if cell in GROUP_HEADERS)
    cells, first_row = _with_second_row(sheet, index, group_column)
    schools = participants = None
    headers: dict[int, Cell] = {}
    for column, cell in enumerate(cells):
        name = fold(cell)
        if column == group_column or not name:
            continue
        if name in ("кол-во оо", "количество оо"):
            schools = column
        elif participants is None and _is_participants(name):
            participants = column
        else:
            headers[column] = cell
    report = _report_of(sheet, index, headers)
    return GroupTable(report, index, first_row, group_column, schools, participants, headers)


def _is_participants(name: str) -> bool:
    return name.startswith(("кол-во участников", "количество участников", "кол-во уч"))


def _with_second_row(sheet: Sheet, index: int, group_column: int) -> tuple[list[Cell], int]:
    """Header cells; a second header row fills what a merged upper cell spans.

    In «Сравнение отметок» the lower cells («%», «Кол-во участников») need the upper word.
    """
    upper = list(sheet.rows[index])
    lower = sheet.rows[index + 1] if index + 1 < len(sheet.rows) else []
    has_tasks = any(parse_task(cell) for cell in upper)
    below = sheet.cell(index + 1, group_column)
    goes_on = is_blank(below) or fold(below) in GROUP_HEADERS
    if has_tasks or not goes_on or row_is_blank(lower):
        return upper, index + 1
    cells: list[Cell] = []
    spanning = ""
    for column in range(max(len(upper), len(lower))):
        over, under = sheet.cell(index, column), sheet.cell(index + 1, column)
        if not is_blank(over):
            spanning = text(over) if fold(over).startswith(JOURNAL_WORDS) else ""
        joined = f"{spanning} {text(under)}" if spanning else under
        cells.append(over if is_blank(under) else joined)
    return cells, index + 2


def mark_of(cell: Cell) -> str | None:
    """Mark that a column is about, or None.

    >>> [mark_of(cell) for cell in (2, "«3»", "Отметка 4", "5 (%)", 12, "Понизили")]
    ['2', '3', '4', '5', None, None]
    """
    match = _MARK.fullmatch(fold(cell))
    return match[1] if match else None


def _report_of(sheet: Sheet, index: int, headers: dict[int, Cell]) -> str:
    names = {mark_of(cell) or fold(cell) for cell in headers.values()}
    title = report_title(sheet, index)
    if any(name.startswith(JOURNAL_WORDS[0]) for name in names):
        return "journal"
    if "%" in names and (title == "journal" or _has_journal_block(sheet, index)):
        return "journal"
    if names == set(MARK_HEADERS) and title != "mark_groups":
        return "marks"
    if "0" in names:
        return "scores"
    if title in ("marks", "scores", "tasks", "mark_groups", "journal"):
        return title
    return "tasks" if any(parse_task(cell) for cell in headers.values()) else ""


def _has_journal_block(sheet: Sheet, index: int) -> bool:
    rows = sheet.rows[index + 1 : index + 40]
    return any(fold(cell).startswith(JOURNAL_WORDS[0]) for row in rows for cell in row)


def walk_groups(
    sheet: Sheet, table: GroupTable, columns: Sequence[int], context: ReadContext, out: Findings
) -> list[GroupRow]:
    """Rows that belong to a group; whatever else stands below the header gets its line."""
    resolver = GroupResolver(context)
    kept: list[GroupRow] = []
    skipped: list[tuple[int, int]] = []
    empty: list[tuple[int, int]] = []
    for index in range(table.first_row, len(sheet.rows)):
        row = sheet.rows[index]
        if row_is_blank(row):
            continue
        name = sheet.cell(index, table.group_column)
        values = [sheet.cell(index, column) for column in columns]
        filled = any(not is_blank(cell) and not is_dash(cell) for cell in values)
        filled = filled and not _is_of_nobody(sheet, table, index, values)
        is_max = is_max_row(sheet, table, index)
        if is_max and index == table.first_row:
            continue  # read as the tasks' maxima
        if fold(name) in GROUP_HEADERS or is_max:
            skipped.append((index, table.group_column))
            continue
        if not filled:
            place = empty if split_code(name)[1] else skipped
            place.append((index, table.group_column))
            continue
        group = resolver.resolve(name)
        if group is None:
            out.add("vpr_group_without_code", index, table.group_column, value=shown(name))
            continue
        if group.by_order:
            level = LEVEL_NAMES[group.level]
            out.add("vpr_group_by_order", index, table.group_column, level=level)
        kept.append(_group_row(sheet, table, index, group, out))
    out.summary("vpr_skipped_rows", skipped)
    out.summary("vpr_group_no_values", empty)
    return kept


def _is_of_nobody(sheet: Sheet, table: GroupTable, row: int, values: Sequence[Cell]) -> bool:
    """True for a group without participants: its noughts are no percentages of anything."""
    if table.participants_column is None:
        return False
    nobody = number(sheet.cell(row, table.participants_column)) == 0
    return nobody and all(is_blank(cell) or is_dash(cell) or number(cell) == 0 for cell in values)


def is_max_row(sheet: Sheet, table: GroupTable, row: int) -> bool:
    """True for the second header row of «Выполнение заданий»: maxima under the task numbers."""
    if any(is_max_label(cell) for cell in sheet.rows[row]):
        return True
    values = [sheet.cell(row, column) for column in table.headers]
    return (
        table.report in ("tasks", "mark_groups")
        and row == table.first_row
        and is_blank(sheet.cell(row, table.group_column))
        and all(is_blank(cell) or number(cell) is not None for cell in values)
    )


def _group_row(
    sheet: Sheet, table: GroupTable, index: int, group: Group, out: Findings
) -> GroupRow:
    schools = participants = None
    if table.schools_column is not None:
        schools = bounded_count(sheet.cell(index, table.schools_column))
    if table.participants_column is not None:
        cell = sheet.cell(index, table.participants_column)
        participants = bounded_count(cell)
        if participants is None:
            out.add("vpr_participants", index, table.participants_column, value=shown(cell))
    return GroupRow(index, group, schools, participants, sheet.rows[index])


Values = dict[object, float | None]


def join_logins(
    rows: list[tuple[GroupRow, Values]],
    summed: frozenset[object],
    out: Findings,
    column: int = 0,
) -> list[tuple[GroupRow, Values]]:
    """One row a unit: two logins of one school are joined, a repeated code is refused.

    Shares are averaged with the number of participants as weight, values named in ``summed``
    are added up.
    """
    first: dict[tuple[str, str], int] = {}
    codes: dict[tuple[str, str], list[str]] = {}
    kept: list[tuple[GroupRow, Values]] = []
    for row, values in rows:
        key = (row.group.level, row.group.unit_id)
        if key not in first:
            first[key] = len(kept)
            codes[key] = [row.group.code]
            kept.append((row, values))
            continue
        old_row, old_values = kept[first[key]]
        weights = (old_row.participants_n, row.participants_n)
        if row.group.code in codes[key] or None in weights or sum(w or 0 for w in weights) == 0:
            code = row.group.code or f"«{LEVEL_NAMES[row.group.level]}»"
            out.add("vpr_group_twice", row.row, column, group=code, first_row=old_row.row + 1)
            continue
        codes[key].append(row.group.code)
        kept[first[key]] = _joined(old_row, old_values, row, values, summed)
        out.once("vpr_two_logins", row.row, column, logins=", ".join(codes[key]))
    return kept


def _joined(
    old: GroupRow, old_values: Values, new: GroupRow, new_values: Values, summed: frozenset[object]
) -> tuple[GroupRow, Values]:
    old_n, new_n = old.participants_n or 0, new.participants_n or 0
    joined: Values = {}
    for name in [*old_values, *(name for name in new_values if name not in old_values)]:
        left, right = old_values.get(name), new_values.get(name)
        if left is None or right is None:
            joined[name] = left if right is None else right
        elif name in summed:
            joined[name] = left + right
        else:
            joined[name] = (left * old_n + right * new_n) / (old_n + new_n)
    return replace(old, participants_n=old_n + new_n), joined


def unit_columns(row: GroupRow) -> dict[str, object]:
    """Values of the columns that all aggregated tables share."""
    return {
        "level": row.group.level,
        "unit_id": row.group.unit_id,
        "unit_name": row.group.name,
        "schools_n": row.schools_n,
        "participants_n": row.participants_n,
    }


def bank_frame(
    table: str, records: list[dict[str, object]], work: Work | None, file: str, sheet: str
) -> pd.DataFrame:
    """Frame of a bank table from records, with the columns of the work and of the source."""
    columns: dict[str, Any] = {name: [record[name] for record in records] for name in records[0]}
    source = {"source_file": file, "source_sheet": sheet}
    columns |= constant_columns({**(work.columns() if work else {}), **source}, len(records))
    return TABLES[table].conform(pd.DataFrame(columns))
