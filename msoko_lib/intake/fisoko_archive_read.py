"""Regional archives: rows of this school year into ``vpr_marks``, ``vpr_scores``, ``vpr_bias``."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from msoko_lib.intake.cells import Cell, is_blank, is_dash, number
from msoko_lib.intake.fisoko_archive import (
    MARKERS,
    ArchiveRow,
    ArchiveTable,
    find_archive,
    rows_of_year,
)
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import (
    MARK_HEADERS,
    Values,
    bank_frame,
    join_logins,
    unit_columns,
)
from msoko_lib.intake.fisoko_marks import mark_shares
from msoko_lib.intake.fisoko_report import scope_of
from msoko_lib.intake.fisoko_scores import distribution
from msoko_lib.intake.fisoko_text import bounded_count, fold, shown
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

TITLES = {"marks": "Архив отметок", "scores": "Архив первичных баллов",
          "bias": "Архив маркеров необъективности"}  # fmt: skip
TABLE_OF_KIND = {"marks": "vpr_marks", "scores": "vpr_scores", "bias": "vpr_bias"}
Record = dict[str, object]


def read_archive(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read the rows of the context's school year; say how many belong to other years."""
    table = find_archive(sheet)
    if table is None:
        return Reading(layout="vpr_archive", title="Архив ВПР")
    title = TITLES[table.kind]
    reading = Reading(layout=f"vpr_archive_{table.kind}", title=title)
    out = Findings(reading, sheet, context)
    found = rows_of_year(sheet, table, context, out)
    years = "; ".join(f"{year}: {n}" for year, n in sorted(found.other.items()))
    if found.kept and found.other:
        out.add("vpr_archive_other_years", table.header_row, 0,
                n=found.other.total(), years=years)  # fmt: skip
    records = _READERS[table.kind](sheet, table, found.kept, out)
    name = TABLE_OF_KIND[table.kind]
    if records:
        reading.tables[name] = bank_frame(name, records, None, context.file, sheet.name)
        reading.title = f"{title}, {context.school_year}"
        scope = scope_of(str(row.unit.group.unit_id) for row in found.kept)
        reading.edition_key = f"{reading.layout}|{context.school_year}|{scope}"
    elif not found.kept and found.other:
        out.add(
            "vpr_archive_no_rows", table.header_row, 0, wanted_year=context.school_year,
            years=years, calendar=context.end_year,
        )  # fmt: skip
    else:
        out.add("vpr_no_rows", table.header_row, 0, report=title)
    out.close()
    return reading


def _joined(
    kept: list[tuple[ArchiveRow, Values]], column: int, out: Findings
) -> list[tuple[ArchiveRow, Record, Values]]:
    """Two logins of a school joined within each work."""
    whole: list[tuple[ArchiveRow, Record, Values]] = []

    def work_id(item: tuple[ArchiveRow, Values]) -> str:
        return item[0].work.work_id if item[0].work else ""

    for _, group in groupby(sorted(kept, key=work_id), key=work_id):
        members = list(group)
        by_row = {row.row: row for row, _ in members}
        units = [(row.unit, values) for row, values in members]
        for unit, values in join_logins(units, frozenset(), out, column):
            row = by_row[unit.row]
            work = row.work.columns() if row.work else {}
            whole.append((row, {**work, **unit_columns(unit), "source_row": unit.row + 1}, values))
    return whole


def _marks(
    sheet: Sheet, table: ArchiveTable, rows: list[ArchiveRow], out: Findings
) -> list[Record]:
    columns = [table.values[mark] for mark in MARK_HEADERS]
    taken: list[tuple[ArchiveRow, Values]] = []
    blanks: list[tuple[int, int]] = []
    for row in rows:
        cells = [sheet.cell(row.row, column) for column in columns]
        values, shares = mark_shares(row.row, columns, cells, out)
        if values is not None:
            blanks += [(row.row, columns[i]) for i, v in enumerate(shares.values) if v is None]
            taken.append((row, values))
    out.summary("vpr_blank_share", blanks)
    column = table.named["login"]
    return [
        {**record, **{str(name): value for name, value in values.items()}}
        for _, record, values in _joined(taken, column, out)
    ]


def _scores(
    sheet: Sheet, table: ArchiveTable, rows: list[ArchiveRow], out: Findings
) -> list[Record]:
    columns = {column: int(score) for score, column in table.values.items()}
    taken = [(row, distribution(sheet, row.row, columns, None, out)) for row in rows]
    return [
        {**record, "score": score, "share": share}
        for _, record, values in _joined(taken, table.named["login"], out)
        for score, share in values.items()
        if share is not None
    ]


def _bias(sheet: Sheet, table: ArchiveTable, rows: list[ArchiveRow], out: Findings) -> list[Record]:
    records: list[Record] = []
    first: dict[str, int] = {}
    absent = [title for title, code in MARKERS.items() if code not in table.values]
    # A table that counts the markers alone has none of these columns.
    if rows and 0 < len(absent) < len(MARKERS):
        out.add("vpr_bias_columns", table.header_row, 0, columns=", ".join(absent))
    for row in rows:
        school_id = row.unit.group.unit_id
        if school_id in first:
            out.add(
                "vpr_group_twice", row.row, table.named["login"],
                group=row.unit.group.code, first_row=first[school_id] + 1,
            )  # fmt: skip
            continue
        first[school_id] = row.row
        flags = _flags(sheet, table, row.row, out)
        marked = sum(flag or 0 for flag in flags.values())
        record: Record = {
            "school_year": out.context.school_year,
            "vpr_year": row.year,
            "school_id": school_id,
            "markers_n": _markers(sheet, table, row.row, marked, flags, out),
            "source_row": row.row + 1,
        }
        records.append({**record, **{f"marker_{code}": flag for code, flag in flags.items()}})
    return records


def _flags(sheet: Sheet, table: ArchiveTable, row: int, out: Findings) -> dict[str, int | None]:
    flags: dict[str, int | None] = {}
    for title, code in MARKERS.items():
        column = table.values.get(code)
        cell = None if column is None else sheet.cell(row, column)
        flags[code] = parse_flag(cell)
        if flags[code] is None and not (is_blank(cell) or is_dash(cell)):
            out.add("vpr_bias_flag", row, column or 0, column=title, value=shown(cell))
    return flags


def parse_flag(cell: Cell) -> int | None:
    """0 or 1 of a marker cell (also «да», «нет», «+»), or None.

    >>> parse_flag(1.0), parse_flag("нет"), parse_flag("+"), parse_flag(2)
    (1, 0, 1, None)
    """
    if isinstance(cell, bool):
        return int(cell)
    words = {"да": 1, "+": 1, "нет": 0}
    known = words.get(fold(cell))
    if known is not None:
        return known
    value = number(cell)
    return int(value) if value in (0.0, 1.0) else None


def _markers(
    sheet: Sheet,
    table: ArchiveTable,
    row: int,
    marked: int,
    flags: dict[str, int | None],
    out: Findings,
) -> int:
    """Number of markers: of the flags; of the count column where no flag column has a value."""
    column = table.named.get("markers")
    cell = None if column is None else sheet.cell(row, column)
    count = bounded_count(cell, largest=len(MARKERS))
    if count is not None and all(flag is None for flag in flags.values()):
        return count
    if column is not None and count != marked:
        out.add("vpr_bias_count", row, column, count=shown(cell), flags=marked)
    return marked


_READERS: dict[str, Callable[[Sheet, ArchiveTable, list[ArchiveRow], Findings], list[Record]]] = {
    "marks": _marks,
    "scores": _scores,
    "bias": _bias,
}
