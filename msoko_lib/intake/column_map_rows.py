"""Rows of a table that is read through a column map: cells → bank rows, each refusal told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from msoko_lib.intake.cells import Cell, is_blank, text
from msoko_lib.intake.column_map_file import (
    PUPIL,
    PUPIL_GRADE,
    SCHOOL,
    ColumnMap,
    MapRow,
    Source,
)
from msoko_lib.intake.column_map_values import CellValueError, value_of
from msoko_lib.intake.header_map import Columns, filled_n, is_numbering
from msoko_lib.intake.lines import is_no_data, quoted, row_list
from msoko_lib.intake.people import class_label
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.school_cells import school_of
from msoko_lib.intake.subjects import canonical_subject
from msoko_lib.intake.workbook import Sheet

Row = dict[str, object]


def present(source: Source, columns: Columns) -> list[tuple[str, ...]]:
    """Alternatives of a source all of whose headers stand in the file."""
    return [titles for titles in source.alternatives if all(title in columns for title in titles)]


@dataclass
class MappedTable:
    """A sheet that is being read through a map, with the lines that its rows raise."""

    column_map: ColumnMap
    sheet: Sheet
    columns: Columns
    context: ReadContext
    reading: Reading
    empty_cells: list[int] = field(default_factory=list)
    strange_subjects: list[int] = field(default_factory=list)

    @cached_property
    def plain(self) -> dict[str, Source]:
        """Bank column → its source in this year."""
        return self._sources(self.column_map.plain)

    @cached_property
    def melted(self) -> dict[str, Source]:
        """Value of the melted column → its source, for those that the file has."""
        every = self._sources(self.column_map.melted)
        return {value: source for value, source in every.items() if self._present[source]}

    def _sources(self, rows: Iterable[MapRow]) -> dict[str, Source]:
        return {row.column: row.source(self.context.school_year) for row in rows}

    @cached_property
    def _present(self) -> dict[Source, list[tuple[str, ...]]]:
        sources = self._sources(self.column_map.rows).values()
        return {source: present(source, self.columns) for source in sources}

    def cell(self, place: int, source: Source) -> tuple[Cell, int]:
        """First filled alternative of a source in a row, with its column."""
        if source.constant is not None:
            return source.constant, 0
        row = self.sheet.rows[place]
        found: tuple[Cell, int] = (None, 0)
        for titles in self._present[source]:
            if len(titles) == 1:
                found = self.columns.find(row, titles[0])
            else:
                joined = " ".join(
                    filter(None, (self.columns.joined(row, title) for title in titles))
                )
                found = (joined, self.columns.column(titles[0]))
            if not is_blank(found[0]):
                return found
        return found

    def tell(self, code: str, place: int, column: int, **facts: object) -> None:
        self.reading.add(code, self.context.place(self.sheet, place, column), **facts)

    def title_at(self, column: int) -> str:
        return text(self.sheet.cell(self.columns.last_row, column)) or text(
            self.sheet.cell(self.columns.first_row, column)
        )


def read_rows(table: MappedTable) -> list[Row]:
    rows: list[Row] = []
    totals: list[int] = []
    for place in range(table.columns.last_row + 1, len(table.sheet.rows)):
        cells = table.sheet.rows[place]
        if filled_n(cells) == 0 or is_numbering(cells):
            continue
        first = text(next(cell for cell in cells if not is_blank(cell)))
        if is_no_data(first) or not any(
            not is_blank(table.columns.cell(cells, title)) for title in table.columns.spans
        ):
            totals.append(place)
            continue
        rows.extend(_read_row(table, place))
    for code, places in (
        ("map_totals", totals),
        ("map_empty_cells", table.empty_cells),
        ("map_unknown_subject", table.strange_subjects),
    ):
        if places:
            table.tell(code, places[0], 0, rows=row_list(places), count=len(places))
    return rows


def _read_row(table: MappedTable, place: int) -> list[Row]:
    """Bank rows of a row of the file: one, or one for each wide column; none if refused."""
    base = _base_row(table, place)
    if base is None:
        return []
    if not table.column_map.melted:
        return [base]
    names = table.column_map.field(table.column_map.melt_names)
    values = table.column_map.field(table.column_map.melt_values)
    rows: list[Row] = []
    for title, source in table.melted.items():
        cell, column = table.cell(place, source)
        try:
            value = value_of(cell, values)
        except CellValueError as problem:
            _refuse_value(table, place, column, cell, values.meaning, str(problem))
            continue
        if value is None:
            table.empty_cells.append(place)
            continue
        rows.append({**base, names.name: value_of(title, names), values.name: value})
    return rows


def _base_row(table: MappedTable, place: int) -> Row | None:
    """Columns that a row gives once; None, with a line, if one that must be there is not."""
    row: Row = {
        "school_year": table.context.school_year,
        "source_file": table.context.file,
        "source_sheet": table.sheet.name,
        "source_row": place + 1,
    }
    sources = table.plain
    for name, source in sources.items():
        if name in (SCHOOL, PUPIL, PUPIL_GRADE) or source.is_absent:
            continue
        item = table.column_map.field(name)
        cell, column = table.cell(place, source)
        try:
            row[name] = value_of(cell, item)
        except CellValueError as problem:
            _refuse_value(table, place, column, cell, item.meaning, str(problem))
            return None
        if row[name] is None and item.required:
            title = table.title_at(column)
            table.tell("map_blank", place, column, title=title, meaning=item.meaning)
            return None
    cell, column = table.cell(place, sources[SCHOOL])
    row["school_id"] = school_of(cell, table.context.schools)
    if row["school_id"] is None:
        table.tell("map_no_school", place, column, value=quoted(cell))
        return None
    subject = row.get("subject")
    if subject is not None and canonical_subject(str(subject)) is None:
        table.strange_subjects.append(place)
    return _with_pupil(table, place, row, sources)


def _with_pupil(table: MappedTable, place: int, row: Row, sources: dict[str, Source]) -> Row | None:
    if PUPIL not in sources:
        return row
    cell, column = table.cell(place, sources[PUPIL])
    name = text(cell)
    if not any(ch.isalpha() for ch in name):
        table.tell("map_no_name", place, column)
        return None
    grade = row.get("grade")
    if grade is None:
        cell, column = table.cell(place, sources[PUPIL_GRADE])
        label = class_label(cell)
        if label is None:
            _refuse_value(table, place, column, cell, "класс", "число от 1 до 11")
            return None
        grade = label.grade
    row["pupil_id"] = table.context.pupils.named_pupil(
        name, str(row["school_id"]), int(str(grade)), table.context.end_year
    )
    return row


def _refuse_value(
    table: MappedTable, place: int, column: int, cell: Cell, meaning: str, expected: str
) -> None:
    table.tell(
        "map_bad_value", place, column, title=table.title_at(column), value=quoted(cell),
        meaning=meaning, expected=expected,
    )  # fmt: skip


def without_repeats(table: MappedTable, rows: Sequence[Row]) -> list[Row]:
    bank_table = table.column_map.table
    first: dict[tuple[object, ...], object] = {}
    kept: list[Row] = []
    for row in rows:
        key = tuple(row.get(name) for name in bank_table.key)
        if key in first:
            place = int(str(row["source_row"])) - 1
            table.tell("map_same_key", place, 0, first=first[key], row_is=bank_table.row_is)
            continue
        first[key] = row["source_row"]
        kept.append(row)
    return kept
