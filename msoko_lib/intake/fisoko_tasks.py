"""«Выполнение заданий»: average share of the maximum for each task, by group."""

from __future__ import annotations

from msoko_lib.intake.fisoko_group_table import (
    Values,
    find_group_table,
    join_logins,
    unit_columns,
    walk_groups,
)
from msoko_lib.intake.fisoko_rates import percent_scale, read_rates, task_columns
from msoko_lib.intake.fisoko_report import begin, finish
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

TITLE = "Выполнение заданий"


def recognises_tasks(book: Workbook, sheet: Sheet) -> bool:
    """True for a table of groups whose other columns are task numbers."""
    table = find_group_table(sheet)
    return table is not None and table.report == "tasks"


def read_tasks(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read «Выполнение заданий» into ``vpr_task_rates``."""
    started = begin(sheet, context, "vpr_tasks", TITLE)
    if started.header is None:
        return finish(started)
    table, out = started.table, started.out
    tasks = task_columns(sheet, table, out)
    columns = [task.column for task in tasks]
    names = [task.name for task in tasks]
    rows = walk_groups(sheet, table, columns, context, out)
    scale = percent_scale(sheet.cell(row.row, column) for row in rows for column in columns)
    taken = []
    for row in rows:
        places = [(row.row, column) for column in columns]
        titles = [f"задание {name}" for name in names]
        rates: Values = dict(zip(names, read_rates(sheet, places, titles, scale, out), strict=True))
        taken.append((row, rates))
    if taken and scale == 1:
        out.summary("vpr_percent_as_share", [(row.row, columns[0]) for row in rows])
    records: list[dict[str, object]] = [
        {
            **unit_columns(row), "report": "task_rates", "mark_group": None, "task": task.name,
            "task_order": order, "skill": None, "max_score": task.max_score,
            "rate": rates[task.name], "source_row": row.row + 1,
        }
        for row, rates in join_logins(taken, frozenset(), out, table.group_column)
        for order, task in enumerate(tasks, start=1)
        if rates[task.name] is not None
    ]  # fmt: skip
    return finish(started, "vpr_task_rates", records)
