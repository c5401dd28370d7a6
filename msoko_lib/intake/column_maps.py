"""Read any tidy table through a column map (``params/column_maps/*.csv``)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pandas as pd

from msoko_lib.intake import rules_maps as _rules_maps  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import Cell, is_blank
from msoko_lib.intake.column_map_file import (
    ColumnMap,
    ColumnMapProblem,
    MapRow,
    load_column_maps,
)
from msoko_lib.intake.column_map_rows import MappedTable, present, read_rows, without_repeats
from msoko_lib.intake.header_map import Columns, find_header, fold_header
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

__all__ = ["ColumnMapProblem", "column_map_layouts", "read_mapped", "recognises_mapped"]

# Everything else is asked first: a map of few columns must not claim an export of ФИС ОКО.
ORDER = 200
_LAST_ROW_OF_HEADER = 60


def column_map_layouts(folder: Path, own: Path | None = None) -> list[Layout]:
    """Layouts of all the maps of a folder, the municipality's own instead of their namesakes.

    Raises
    ------
    ColumnMapProblem
        If a map is wrong (a kind of ``SettingsProblem``).
    """
    return [
        Layout(
            f"map:{Path(each.file).stem}",
            each.title,
            partial(recognises_mapped, each),
            partial(read_mapped, each),
            ORDER,
        )
        for each in load_column_maps(folder, own)
    ]


def recognises_mapped(column_map: ColumnMap, book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet has the columns of the map in some year."""
    return any(_find(column_map, year, sheet) for year in ("", *column_map.years))


def _find(column_map: ColumnMap, year: str, sheet: Sheet) -> Columns | None:
    known = {
        title
        for row in column_map.rows
        for alternative in row.source(year).alternatives
        for title in alternative
    }

    def match(title: str) -> str | None:
        return title if title in known else None

    return find_header(
        sheet, match, lambda columns: _suits(column_map, year, columns), stop=_LAST_ROW_OF_HEADER
    )


def _suits(column_map: ColumnMap, year: str, columns: Columns) -> bool:
    if set(column_map.excluded) & set(columns.titles.values()):
        return False
    required = [row.source(year) for row in column_map.plain if column_map.is_required(row.column)]
    if any(source.alternatives and not present(source, columns) for source in required):
        return False
    melted = [row.source(year) for row in column_map.melted if not row.source(year).is_absent]
    met = sum(bool(present(source, columns)) for source in melted)
    # A file may lack some of the wide columns, but a lone «1» is no enrolment table.
    needed = column_map.known_by or math.ceil(len(melted) / 2)
    return met >= min(needed, len(melted)) and len(columns.spans) >= 2


def read_mapped(
    column_map: ColumnMap, book: Workbook, sheet: Sheet, context: ReadContext
) -> Reading:
    """Read a sheet through a map; wide columns become rows where the map says so."""
    reading = Reading(title=column_map.title)
    bank_table = column_map.table
    reading.tables[bank_table.name] = bank_table.empty()
    if not _map_fits_year(column_map, sheet, context, reading):
        return reading
    columns = _find(column_map, context.school_year, sheet)
    if columns is None:
        _tell_columns_differ(column_map, sheet, context, reading)
        return reading
    table = MappedTable(column_map, sheet, columns, context, reading)
    _tell_missing(table)
    rows = read_rows(table)
    if not rows:
        reading.add("map_no_rows", context.place(sheet, columns.first_row))
    frame = pd.DataFrame(without_repeats(table, rows), columns=bank_table.columns)
    reading.tables[bank_table.name] = bank_table.conform(frame)
    return reading


def _map_fits_year(
    column_map: ColumnMap, sheet: Sheet, context: ReadContext, reading: Reading
) -> bool:
    for row in column_map.plain:
        if row.source(context.school_year).is_absent and column_map.is_required(row.column):
            reading.add(
                "map_column_absent", context.place(sheet), map_file=column_map.file,
                line=row.line, column=row.column, school_year=context.school_year,
            )  # fmt: skip
            return False
    return True


def _words(row: MapRow, year: str) -> str:
    """First header that a map row names for a year, as the map writes it."""
    cell = row.cells.get(year) or next(iter(row.cells.values()), row.column)
    return cell.split("|")[0].strip()


def _tell_columns_differ(
    column_map: ColumnMap, sheet: Sheet, context: ReadContext, reading: Reading
) -> None:
    """Name the required headers that no row of the sheet has."""
    year = context.school_year
    needed = [row for row in column_map.plain if column_map.is_required(row.column)]
    needed = [row for row in needed if row.source(year).alternatives] + column_map.melted
    everywhere = {
        title
        for place in range(min(len(sheet.rows), _LAST_ROW_OF_HEADER))
        for title in _titles(sheet.rows[place])
    }
    missing = [
        row for row in needed
        if not any(set(titles) <= everywhere for titles in row.source(year).alternatives)
    ]  # fmt: skip
    reading.add(
        "map_columns_differ", context.place(sheet), title=column_map.title,
        school_year=year, map_file=column_map.file,
        missing=", ".join(f"«{_words(row, year)}»" for row in missing) or "в одной строке",
        lines=", ".join(str(row.line) for row in missing),
    )  # fmt: skip


def _titles(row: Sequence[Cell]) -> set[str]:
    return {fold_header(cell) for cell in row if not is_blank(cell)}


def _tell_missing(table: MappedTable) -> None:
    year = table.context.school_year
    missing = [
        row for row in table.column_map.rows
        if (source := row.source(year)).alternatives and not present(source, table.columns)
    ]  # fmt: skip
    if missing:
        table.tell(
            "map_headers_missing", table.columns.last_row, 0, map_file=table.column_map.file,
            missing=", ".join(f"«{_words(row, year)}»" for row in missing),
            lines=", ".join(str(row.line) for row in missing),
        )  # fmt: skip
