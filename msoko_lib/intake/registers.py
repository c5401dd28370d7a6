"""Read the registers: measures, road map, calendar of procedures, observers, replies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.intake import rules_registers as _rules  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import Cell, a1, is_blank, is_dash
from msoko_lib.intake.form_marks import (
    KIND,
    REGISTER,
    YEAR,
    book_marks,
    hidden_marks,
    is_mark_sheet,
)
from msoko_lib.intake.formula_cells import faulty_formulas
from msoko_lib.intake.header_map import Columns, find_header, fold_header
from msoko_lib.intake.lines import day
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.register_cells import CatalogueWords, read_cell
from msoko_lib.intake.register_columns import REGISTERS, Column, Register
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet, Workbook

CODE = "register"
# After the forms, before the exports and the column maps.
ORDER = 6
_LAST_ROW_OF_HEADER = 40
Row = dict[str, object]


def register_layouts(catalogue: Catalogue) -> list[Layout]:
    """Layouts of the registers; they can be sent to other processes."""
    words = CatalogueWords(
        {part.number: part.title for part in catalogue.subsystems}, frozenset(catalogue.passports)
    )
    layouts = [
        Layout(f"{CODE}:{each.table}", each.title, partial(recognises_register, each),
               partial(read_register, each, words), ORDER)
        for each in REGISTERS
    ]  # fmt: skip
    hidden = Layout(f"{CODE}:marks", "Реестр", recognises_marks, read_marks, ORDER)
    return [*layouts, hidden]


def recognises_marks(book: Workbook, sheet: Sheet) -> bool:
    """True for the hidden sheet of a register."""
    return is_mark_sheet(sheet) and hidden_marks(book).get(KIND) == REGISTER


def read_marks(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """The hidden sheet holds no rows of its own."""
    return Reading(title="Реестр")


def recognises_register(register: Register, book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet has the register's required headings and most of the others."""
    return _header(register, sheet) is not None


def _header(register: Register, sheet: Sheet) -> Columns | None:
    required = {column.name for column in register.columns if register.is_required(column)}

    def suits(found: Columns) -> bool:
        titles = {fold_header(column.title) for column in register.columns}
        exact = sum(title in titles for title in found.titles.values())
        return required <= set(found.spans) and 2 * exact > len(register.columns)

    return find_header(sheet, register.match, suits, stop=_LAST_ROW_OF_HEADER)


def read_register(
    register: Register, words: CatalogueWords, book: Workbook, sheet: Sheet, context: ReadContext
) -> Reading:
    """Read a register; rows that hold only what the blank came with are left out."""
    table = TABLES[register.table]
    reading = Reading(title=f"{register.title}, {context.school_year}")
    reading.tables[register.table] = table.empty()
    marks = book_marks(book)
    years = marks.years or ((marks.hidden[YEAR],) if YEAR in marks.hidden else ())
    if years and context.school_year not in years:
        reading.add("register_wrong_year", context.place(sheet), found=years[0],
                    expected=context.school_year)  # fmt: skip
        return reading
    columns = _header(register, sheet)
    if columns is None:
        return reading
    faults = faulty_formulas(book.path).get(sheet.name, {})
    reader = _Reader(register, words, sheet, columns, context, reading, frozenset(faults))
    rows = list(reader.rows())
    reader.tell_of_unread_columns()
    if not rows:
        reading.add("register_no_rows", context.place(sheet, columns.last_row))
    frame = pd.DataFrame(rows, columns=table.columns)
    reading.tables[register.table] = table.conform(frame)
    return reading


class _Reader:
    """Reads the rows of one register."""

    def __init__(
        self,
        register: Register,
        words: CatalogueWords,
        sheet: Sheet,
        columns: Columns,
        context: ReadContext,
        reading: Reading,
        faults: frozenset[str],
    ) -> None:
        self.register, self.words, self.sheet = register, words, sheet
        self.columns, self.context, self.reading = columns, context, reading
        self.faults = faults
        self.seen: dict[tuple[object, ...], int] = {}
        self.number = next(
            (one.name for one in register.columns if one.name.endswith("_id")
             and one.kind == "текст"), ""
        )  # fmt: skip
        self.own = {self.number, *register.prefilled}

    def rows(self) -> Iterator[Row]:
        """Rows that were taken, in the order of the sheet."""
        for place in range(self.columns.last_row + 1, len(self.sheet.rows)):
            filled = [
                column for column in self.register.columns
                if column.name in self.columns and not self._is_empty(place, column)
            ]  # fmt: skip
            if any(column.name not in self.own for column in filled):
                yield from self._row(place, filled)

    def tell_of_unread_columns(self) -> None:
        """Values under no heading or a strange one, where a heading of the register is missing.

        With every heading found a strange column is somebody's own.
        """
        missing = [one.title for one in self.register.columns if one.name not in self.columns]
        if not missing:
            return
        rows = self.sheet.rows[self.columns.last_row + 1 :]
        for place in range(max(map(len, rows), default=0)):
            count = sum(place < len(row) and not is_blank(row[place]) for row in rows)
            if count and self.register.match(self.columns.titles.get(place, "")) is None:
                where = self.context.place(self.sheet, self.columns.first_row, place)
                words = ", ".join(f"«{title}»" for title in missing)
                self.reading.add("register_unread_column", where, count=count, missing=words)

    def _is_empty(self, place: int, column: Column) -> bool:
        cell, at = self._cell(place, column), self.columns.column(column.name)
        return (is_blank(cell) or is_dash(cell)) and a1(place, at) not in self.faults

    def _cell(self, place: int, column: Column) -> Cell:
        return self.sheet.cell(place, self.columns.column(column.name))

    def _row(self, place: int, filled: Sequence[Column]) -> Iterator[Row]:
        values: dict[str, tuple[object, ...]] = {}
        whole = True
        for column in self.register.columns:
            if column not in filled:
                whole &= not self._tell_if_required(place, column)
                continue
            read = self._read(place, column)
            if read:
                values[column.name] = read
            else:
                whole &= not self.register.is_required(column)
        if whole and self._is_consistent(place, values):
            yield from self._unrepeated(place, values)

    def _tell_if_required(self, place: int, column: Column) -> bool:
        if not self.register.is_required(column):
            return False
        if column.name == self.number:
            self._add("register_no_number", place, column)
        else:
            meaning = self.register.field(column).meaning
            self._add("register_blank", place, column, meaning=meaning)
        return True

    def _read(self, place: int, column: Column) -> tuple[object, ...]:
        """Values of a filled cell; none where it could not be read, which is told."""
        if a1(place, self.columns.column(column.name)) in self.faults:
            self._add("register_formula_error", place, column, wanted="значение")
            return ()
        field = self.register.field(column)
        read = read_cell(column, field, self._cell(place, column), self.context, self.words)
        if read.rule == "bad_value" and not self.register.is_required(column):
            self._add("register_bad_optional", place, column, **read.facts)
        elif read.rule:
            self._add(f"register_{read.rule}", place, column, **read.facts)
        return read.values

    def _is_consistent(self, place: int, values: dict[str, tuple[object, ...]]) -> bool:
        first = {name: every[0] for name, every in values.items()}
        begins, ends = first.get("start_date"), first.get("end_date")
        if begins and ends and str(begins) > str(ends):
            column = self._column("end_date")
            self._add("register_dates_reversed", place, column, begins=day(str(begins)),
                      ends=day(str(ends)))  # fmt: skip
        rooms, observed = first.get("rooms_n"), first.get("observed_rooms_n")
        if isinstance(rooms, int) and isinstance(observed, int) and observed > rooms:
            column = self._column("observed_rooms_n")
            self._add("register_more_observed", place, column, total=rooms, value=observed)
            return False
        return True

    def _column(self, name: str) -> Column:
        return next(column for column in self.register.columns if column.name == name)

    def _unrepeated(self, place: int, values: dict[str, tuple[object, ...]]) -> Iterator[Row]:
        table = TABLES[self.register.table]
        for combination in product(*values.values()):
            row: Row = dict(zip(values, combination, strict=True))
            key = tuple(row.get(name) for name in table.key)
            first = self.seen.setdefault(key, place)
            if first != place:
                self._add("register_repeated", place, self.register.columns[0],
                          first=first + 1, row_is=table.row_is)  # fmt: skip
                continue
            yield {
                **row,
                "school_year": self.context.school_year,
                "source_file": self.context.file,
                "source_sheet": self.sheet.name,
                "source_row": place + 1,
            }

    def _add(self, code: str, place: int, column: Column, **facts: object) -> None:
        where = self.context.place(self.sheet, place, self.columns.column(column.name))
        self.reading.add(code, where, title=column.title, **facts)
