"""«Достижение планируемых результатов»: a row for each task and its skill, a column a group."""

from __future__ import annotations

import re
from dataclasses import dataclass

from msoko_lib.intake.cells import Cell, is_blank, is_dash, number, text
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import GroupRow, bank_frame, unit_columns
from msoko_lib.intake.fisoko_groups import LEVEL_NAMES, Group, GroupResolver
from msoko_lib.intake.fisoko_header import read_header
from msoko_lib.intake.fisoko_rates import percent_scale, read_rates, read_task_max
from msoko_lib.intake.fisoko_report import scope_of
from msoko_lib.intake.fisoko_task_names import parse_task
from msoko_lib.intake.fisoko_text import (
    LARGEST_COUNT,
    find_row,
    fold,
    is_max_label,
    row_is_blank,
    shown,
)
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

TITLE = "Достижение планируемых результатов"
TASK_HEADERS = ("номер задания", "№ задания", "задание", "№")
SKILL_WORDS = ("блоки пооп", "проверяемые", "умения", "планируемые", "планируемый", "кодификатор")
_PUPILS = re.compile(r"\s*([0-9][0-9 ]*)\s*уч(?:аст\w*|\.)?\s*$", re.IGNORECASE)
_BASE = re.compile(r"[0-9]*")


@dataclass(frozen=True)
class SkillTable:
    """Where the table stands (zero-based)."""

    header_row: int
    task_column: int
    skill_column: int
    max_column: int | None
    group_columns: tuple[int, ...]


@once_a_sheet
def find_skill_table(sheet: Sheet) -> SkillTable | None:
    """Find the header row: a task number, a skill, and groups to the right of them."""
    index = find_row(sheet, _is_header)
    if index < 0:
        return None
    cells = [fold(cell) for cell in sheet.rows[index]]
    task = next(i for i, cell in enumerate(cells) if cell in TASK_HEADERS)
    skill = next(i for i, cell in enumerate(cells) if _is_skill(cell))
    top = next((i for i, cell in enumerate(cells) if is_max_label(cell)), None)
    groups = [
        i for i, cell in enumerate(cells)
        if cell and i not in (task, skill, top) and not _is_skill(cell)
    ]  # fmt: skip
    return SkillTable(index, task, skill, top, tuple(groups))


def _is_skill(cell: str) -> bool:
    return any(word in cell for word in SKILL_WORDS)


def _is_header(cells: list[str]) -> bool:
    return any(cell in TASK_HEADERS for cell in cells) and any(map(_is_skill, cells))


def recognises_skills(book: Workbook, sheet: Sheet) -> bool:
    """True for a sheet with «Номер задания» and a column of skills."""
    return find_skill_table(sheet) is not None


def read_skills(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read «Достижение планируемых результатов» into ``vpr_task_rates``."""
    reading = Reading(layout="vpr_skills", title=TITLE)
    out = Findings(reading, sheet, context)
    table = find_skill_table(sheet)
    header = read_header(sheet, table.header_row if table else 0, context, out)
    if table is not None and header is not None:
        reading.title = f"{header.work.title}: {TITLE}"
        reading.edition_date = header.date
        records = _records(sheet, table, context, out)
        if records:
            frame = bank_frame("vpr_task_rates", records, header.work, context.file, sheet.name)
            reading.tables["vpr_task_rates"] = frame
            scope = scope_of(str(record["unit_id"]) for record in records)
            reading.edition_key = f"vpr_skills|{header.work.work_id}|{scope}"
        else:
            out.add("vpr_no_rows", table.header_row, 0, report=TITLE)
    out.close()
    return reading


@dataclass(frozen=True)
class _Task:
    row: int
    name: str
    skill: str | None
    max_score: float | None


def _records(
    sheet: Sheet, table: SkillTable, context: ReadContext, out: Findings
) -> list[dict[str, object]]:
    groups, first_row = _groups(sheet, table, context, out)
    tasks = _tasks(sheet, table, first_row, out)
    cells = (sheet.cell(task.row, column) for task in tasks for column in groups)
    scale = percent_scale(cells)
    records: list[dict[str, object]] = []
    for column, unit in groups.items():
        places = [(task.row, column) for task in tasks]
        titles = [f"задание {task.name}" for task in tasks]
        rates = read_rates(sheet, places, titles, scale, out)
        for order, (task, rate) in enumerate(zip(tasks, rates, strict=True), start=1):
            if rate is not None:
                records.append({
                    **unit_columns(unit), "report": "skills", "mark_group": None,
                    "task": task.name, "task_order": order, "skill": task.skill,
                    "max_score": task.max_score, "rate": rate, "source_row": task.row + 1,
                })  # fmt: skip
    return records


def _groups(
    sheet: Sheet, table: SkillTable, context: ReadContext, out: Findings
) -> tuple[dict[int, GroupRow], int]:
    """Group of each column with its number of participants («6024 уч.»), and the first task row."""
    below = table.header_row + 1
    has_counts = is_blank(sheet.cell(below, table.task_column)) and any(
        _participants(sheet.cell(below, column)) is not None for column in table.group_columns
    )
    resolver = GroupResolver(context)
    found: dict[int, GroupRow] = {}
    seen: dict[tuple[str, str], int] = {}
    for column in table.group_columns:
        cell = sheet.cell(table.header_row, column)
        group = resolver.resolve(_PUPILS.sub("", text(cell)))
        if group is None:
            out.add("vpr_group_without_code", table.header_row, column, value=shown(cell))
            continue
        if group.by_order:
            level = LEVEL_NAMES[group.level]
            out.add("vpr_group_by_order", table.header_row, column, level=level)
        if (group.level, group.unit_id) in seen:
            _refuse_twice(group, table.header_row, column, out)
            continue
        seen[(group.level, group.unit_id)] = column
        n = _participants(sheet.cell(below, column)) if has_counts else None
        n = _participants_in_name(cell) if n is None else n
        if has_counts and n is None and not is_blank(counted := sheet.cell(below, column)):
            out.add("vpr_participants", below, column, value=shown(counted))
        found[column] = GroupRow(table.header_row, group, None, n, [])
    return found, below + has_counts


def _refuse_twice(group: Group, row: int, column: int, out: Findings) -> None:
    name = group.code or f"«{LEVEL_NAMES[group.level]}»"
    out.add("vpr_group_twice", row, column, group=name, first_row=row + 1)


def _participants_in_name(cell: Cell) -> int | None:
    match = _PUPILS.search(text(cell).lower())
    return _bounded(match[1]) if match else None


def _participants(cell: Cell) -> int | None:
    match = _PUPILS.fullmatch(text(cell).lower())
    if match:
        return _bounded(match[1])
    value = number(cell)
    fits = value is not None and value.is_integer() and 0 <= value <= LARGEST_COUNT
    return int(value) if fits and value is not None else None


def _bounded(digits: str) -> int | None:
    value = int(digits.replace(" ", ""))
    return value if value <= LARGEST_COUNT else None


def _merged_skill(tasks: list[_Task], name: str) -> str | None:
    """Skill of the row above where one cell is merged over the parts of a task (4К1, 4К2)."""
    if not tasks or _base(tasks[-1].name) != _base(name) or not _base(name):
        return None
    return tasks[-1].skill


def _base(name: str) -> str:
    match = _BASE.match(name)
    return match[0] if match else ""


def _tasks(sheet: Sheet, table: SkillTable, first_row: int, out: Findings) -> list[_Task]:
    tasks: list[_Task] = []
    skipped: list[tuple[int, int]] = []
    for row in range(first_row, len(sheet.rows)):
        cells = sheet.rows[row]
        if row_is_blank(cells):
            continue
        name = sheet.cell(row, table.task_column)
        values = [sheet.cell(row, column) for column in table.group_columns]
        if all(is_blank(cell) or is_dash(cell) for cell in values):
            skipped.append((row, table.task_column))
            continue
        task = parse_task(name)
        if task is None:
            out.add("vpr_task_unknown", row, table.task_column, value=shown(name))
            continue
        if any(task.name == other.name for other in tasks):
            out.add("vpr_task_twice", row, table.task_column, task=task.name)
            continue
        top = task.max_score
        if table.max_column is not None:
            top = read_task_max(sheet, row, table.max_column, task.name, out) or top
        skill = text(sheet.cell(row, table.skill_column)) or _merged_skill(tasks, task.name)
        tasks.append(_Task(row, task.name, skill, top))
    out.summary("vpr_skipped_rows", skipped)
    return tasks
