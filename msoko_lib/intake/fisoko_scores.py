"""«Распределение первичных баллов»: shares of participants with each score, by group."""

from __future__ import annotations

import re

from msoko_lib.intake.cells import column_letters, is_blank, is_dash, number
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import (
    GroupRow,
    GroupTable,
    Values,
    find_group_table,
    join_logins,
    unit_columns,
    walk_groups,
)
from msoko_lib.intake.fisoko_percents import read_shares, report_total, report_wrong
from msoko_lib.intake.fisoko_report import begin, finish
from msoko_lib.intake.fisoko_text import decimal, fold
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

TITLE = "Распределение первичных баллов"
_SCORE = re.compile(r"[0-9]{1,3}")


def recognises_scores(book: Workbook, sheet: Sheet) -> bool:
    """True for a table of groups whose other columns are 0, 1, 2 … ."""
    table = find_group_table(sheet)
    return table is not None and table.report == "scores"


def score_columns(headers: dict[int, object]) -> dict[int, int]:
    """Column → score for header cells that are whole numbers; the first of equals."""
    found: dict[int, int] = {}
    for column, cell in headers.items():
        name = fold(cell)  # type: ignore[arg-type]
        if _SCORE.fullmatch(name) and int(name) not in found.values():
            found[column] = int(name)
    return found


def read_scores(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read «Распределение первичных баллов» into ``vpr_scores``."""
    started = begin(sheet, context, "vpr_scores", TITLE)
    if started.header is None:
        return finish(started)
    table, out = started.table, started.out
    columns = score_columns(dict(table.headers))
    rows = walk_groups(sheet, table, list(columns), context, out)
    _tell_of_empty(sheet, table, rows, columns, out)
    taken = []
    for row in rows:
        values = distribution(sheet, row.row, columns, started.header.max_score, out)
        taken.append((row, values))
    records: list[dict[str, object]] = [
        {**unit_columns(row), "score": score, "share": share, "source_row": row.row + 1}
        for row, values in join_logins(taken, frozenset(), out, table.group_column)
        for score, share in values.items()
        if share is not None
    ]
    return finish(started, "vpr_scores", records)


def distribution(
    sheet: Sheet, row: int, columns: dict[int, int], max_score: float | None, out: Findings
) -> Values:
    """Share of each score in a row; blanks are left out, not counted as zero."""
    places = list(columns)
    cells = [sheet.cell(row, column) for column in places]
    shares = read_shares(cells)
    titles = [f"балл {columns[column]}" for column in places]
    report_wrong(out, row, places, titles, cells, shares.wrong, "остальная строка принята")
    report_total(out, row, places[0], shares)
    values: Values = {}
    for column, share in zip(places, shares.values, strict=True):
        score = columns[column]
        if max_score is not None and score > max_score:
            # Exports of several works share one width: zeros beyond the maximum mean nothing.
            if share:
                percent = decimal(number(sheet.cell(row, column)))
                top = decimal(max_score)
                out.add("vpr_score_beyond_max", row, column, score=score, max=top, value=percent)
            continue
        values[score] = share
    return values


def _tell_of_empty(
    sheet: Sheet, table: GroupTable, rows: list[GroupRow], columns: dict[int, int], out: Findings
) -> None:
    empty = [
        column_letters(column)
        for column in columns
        if rows and all(_is_empty(sheet, row.row, column) for row in rows)
    ]
    if empty:
        out.add("vpr_empty_columns", table.header_row, 0, columns=", ".join(empty))


def _is_empty(sheet: Sheet, row: int, column: int) -> bool:
    cell = sheet.cell(row, column)
    return is_blank(cell) or is_dash(cell)
