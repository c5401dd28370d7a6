"""«Статистика по отметкам»: shares of the marks 2, 3, 4, 5 by group."""

from __future__ import annotations

from collections.abc import Sequence

from msoko_lib.intake.cells import Cell
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import (
    MARK_HEADERS,
    Values,
    find_group_table,
    join_logins,
    mark_of,
    unit_columns,
    walk_groups,
)
from msoko_lib.intake.fisoko_percents import Shares, read_shares, report_total, report_wrong
from msoko_lib.intake.fisoko_report import begin, finish
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

TITLE = "Статистика по отметкам"


def recognises_marks(book: Workbook, sheet: Sheet) -> bool:
    """True for a table of groups whose other columns are 2, 3, 4, 5."""
    table = find_group_table(sheet)
    return table is not None and table.report == "marks"


def mark_shares(
    row: int, columns: Sequence[int], cells: Sequence[Cell], out: Findings
) -> tuple[Values | None, Shares]:
    """Shares of the four marks of a row, or None (with a line) where one cannot be read.

    A blank or a dash beside marks that make 100 can only be a zero and is taken as such.
    """
    shares = read_shares(cells)
    lost = "строка не принята"
    wrong = list(shares.wrong)
    blank = [index for index, value in enumerate(shares.values) if value is None]
    if not shares.adds_up:
        wrong = sorted({*wrong, *blank})
    if wrong:
        report_wrong(out, row, columns, MARK_HEADERS, cells, wrong, lost)
        return None, shares
    report_total(out, row, columns[0], shares)
    names = [f"share_{mark}" for mark in MARK_HEADERS]
    return {name: value or 0.0 for name, value in zip(names, shares.values, strict=True)}, shares


def read_marks(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read «Статистика по отметкам» into ``vpr_marks``."""
    started = begin(sheet, context, "vpr_marks", TITLE)
    if started.header is None:
        return finish(started)
    table, out = started.table, started.out
    by_mark = {mark_of(cell): column for column, cell in reversed(table.headers.items())}
    missing = [mark for mark in MARK_HEADERS if mark not in by_mark]
    if missing:
        out.add("vpr_no_header", table.header_row, 0, missing=f"столбцы отметок {missing}")
        return finish(started)
    columns = [by_mark[mark] for mark in MARK_HEADERS]
    taken = []
    blanks: list[tuple[int, int]] = []
    as_shares: list[tuple[int, int]] = []
    for row in walk_groups(sheet, table, columns, context, out):
        cells = [sheet.cell(row.row, column) for column in columns]
        values, shares = mark_shares(row.row, columns, cells, out)
        if values is None:
            continue
        blanks += [(row.row, columns[i]) for i, value in enumerate(shares.values) if value is None]
        if shares.written_as_shares:
            as_shares.append((row.row, columns[0]))
        taken.append((row, values))
    out.summary("vpr_blank_share", blanks)
    out.summary("vpr_percent_as_share", as_shares)
    records = [
        {**unit_columns(row), **values, "source_row": row.row + 1}
        for row, values in join_logins(taken, frozenset(), out, table.group_column)
    ]
    return finish(started, "vpr_marks", records)
