"""A tidy table of another source: its header, year, rows of organisations, totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell, is_blank, is_dash, number, text
from msoko_lib.intake.header_map import Columns, filled_n, is_numbering
from msoko_lib.intake.lines import is_no_data, quoted, row_list
from msoko_lib.intake.listed import SCHOOL_FIELDS
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.school_cells import UNKNOWN_NAME
from msoko_lib.intake.source_values import (
    LARGEST,
    FieldRows,
    SourceValueError,
    count_of,
    fits_year,
    unit_above,
    unit_of,
)
from msoko_lib.intake.workbook import Sheet

# Titles of a table stand above its header: so many rows down it is looked for.
HEADER_ROWS = 60
SCHOOL_PATTERNS = (
    ("school_code", r"(код|логин)( (оо|оу|доо|доу|школы|организации|фис око))*|"
                    r"огрн( организации)?"),
    ("school_name", r"(краткое |полное |сокращенное )?(название|наименование) "
                    r"(оо|оу|доо|доу|школы|(образовательной )?организации|учреждения|"
                    r"(обще|дошкольной )?образовательной организации|детского сада)(,.*|\(.*\))?|"
                    r"((обще|дошкольная )?образовательная )?организация|"
                    r"((обще)?образовательное )?учреждение|место работы|"
                    r"оо|оу|доо|доу|школа|детский сад|школа,детский сад"),
)  # fmt: skip
_TOTAL = ("итого", "всего")
_MEAN = "средн"
_EPSILON = 1e-6


def read_tidy(
    title: str, find: Callable[[Sheet], Columns | None],
    fill: Callable[[TidyTable, FieldRows], None], sheet: Sheet, context: ReadContext,
) -> Reading:  # fmt: skip
    """Read a sheet that holds one tidy table.

    Parameters
    ----------
    title : str
        What the reading is called.
    find : callable
        Sheet → columns of the table's header, None where there is no such table.
    fill : callable
        Puts the rows of the table into the fields.
    sheet : Sheet
    context : ReadContext

    Returns
    -------
    Reading
        Without rows if there is no table or the words above it name another school year.
    """
    reading = Reading(title=title)
    fields = FieldRows(sheet, context, reading)
    columns = find(sheet)
    if columns is not None and fits_year(sheet, columns.first_row, context, reading):
        above = unit_above(sheet, columns.first_row, context)
        table = TidyTable(sheet, columns, context, reading, above)
        fill(table, fields)
        table.tell_of_units_from_above()
        table.tell_of_untitled_columns()
    return fields.finish()


def _is_value(cell: Cell) -> bool:
    """A number or an answer; other words may be one name spread over merged columns."""
    return number(cell) is not None or text(cell).lower() in ("да", "нет")


@dataclass
class TidyTable:
    """A table with a header whose rows are being read, and the lines that they raise."""

    sheet: Sheet
    columns: Columns
    context: ReadContext
    reading: Reading
    above: str | None = None
    from_above: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    looked: int = -1

    def tell(self, code: str, place: int, column: int = 0, **facts: object) -> None:
        self.reading.add(code, self.context.place(self.sheet, place, column), **facts)

    def data_rows(self, named: str = "") -> list[int]:
        """Rows below the header, totals and remarks left out with one line.

        Parameters
        ----------
        named : str
            Column whose words may begin like a mean and are none: «Средняя зарплата».
        """
        skipped: list[int] = []
        for place in range(self.columns.last_row + 1, len(self.sheet.rows)):
            row = self.sheet.rows[place]
            if filled_n(row) == 0 or is_numbering(row):
                continue
            known = sum(not is_blank(self.columns.cell(row, name)) for name in self.columns.spans)
            words = [text(cell) for cell in row if not is_blank(cell)][:2]
            if named:
                own = text(self.columns.cell(row, named))
                words = [
                    word for word in words if word != own or not word.lower().startswith(_MEAN)
                ]
            is_total = any(map(is_no_data, words))
            (skipped if is_total or known < 2 else self.places).append(place)
            if any(word.lower().startswith(_TOTAL) for word in words):
                self.totals.append(place)
        if skipped:
            self.tell("source_rows_skipped", skipped[0], rows=row_list(skipped), count=len(skipped))
        if not self.places:
            self.tell("source_no_rows", self.columns.first_row)
        return self.places

    def unit_rows(self) -> Iterator[tuple[int, str]]:
        """Rows whose organisation is known, with it; the others are told of."""
        for place in self.data_rows():
            if (unit := self.school(place)) is not None:
                yield place, unit

    def check_totals(self, names: Iterable[str]) -> None:
        """A question where the row «Итого» is not the sum of the rows above it.

        Asked of a table with one such row, its last: several are subtotals of who knows what.
        """
        if len(self.totals) != 1 or not self.places or self.totals[0] < self.places[-1]:
            return
        for name in names:
            if name not in self.columns:
                continue
            try:
                said = self._plain_number(self.totals[0], name)
                together = sum(self._plain_number(place, name) or 0 for place in self.places)
            except SourceValueError:
                continue
            if said is not None and abs(together - said) > _EPSILON:
                column = self.columns.column(name)
                self.tell(
                    "source_total_differs", self.totals[0], column, title=self.title(column),
                    value=f"{said:g}", total=f"{together:g}",
                )  # fmt: skip

    def _plain_number(self, place: int, name: str) -> float | None:
        return count_of(self.columns.cell(self.sheet.rows[place], name))

    def tell_of_untitled_columns(self) -> None:
        """Numbers and answers beside the value of a titled column: their own title is lost."""
        rows = [self.sheet.rows[place] for place in self.places]
        for start, end in self.columns.spans.values():
            for column in range(start + 1, end):
                beside = [row for row in rows if column < len(row) and not is_blank(row[start])]
                count = sum(_is_value(row[column]) for row in beside)
                if count:
                    self.tell("source_untitled_column", self.columns.first_row, column, count=count)

    def school(self, place: int) -> str | None:
        """Unit of a row; an empty cell of a merged block takes the unit above, or the title's."""
        cell, column = self.columns.find_any(self.sheet.rows[place], SCHOOL_FIELDS)
        if cell is None:
            self._look_at_rows_without_data(place)
            if self.above is None:
                self.tell("source_no_school", place, column, value="пусто")
            elif any(name in self.columns for name in SCHOOL_FIELDS):
                self.from_above.append(place)
            return self.above
        self.looked = place
        self.above = unit_of(cell, self.context)
        if self.above is None:
            self.tell("source_no_school", place, column, value=quoted(cell))
        return self.above

    def _look_at_rows_without_data(self, place: int) -> None:
        """A known organisation in a row of its own is that of the rows below it.

        Other words there are a heading of a part: «Раздел 2», «Итого».
        """
        for between in range(max(self.looked, self.columns.last_row) + 1, place):
            cell, _ = self.columns.find_any(self.sheet.rows[between], SCHOOL_FIELDS)
            named = None if cell is None else unit_of(cell, self.context)
            if named is not None and not named.startswith(UNKNOWN_NAME):
                self.above = named
        self.looked = place

    def number(self, place: int, name: str, low: float = 0, high: float = LARGEST) -> float | None:
        """Number of a column in a row; a wrong one is refused cell by cell."""
        cell, column = self.columns.find(self.sheet.rows[place], name)
        try:
            return count_of(cell, low, high)
        except SourceValueError as problem:
            self.bad(place, column, cell, str(problem))
            return None

    def people(self, place: int, name: str) -> float | None:
        """Number of people in a row: a share («12 %») is refused, it says nothing of how many."""
        cell, column = self.columns.find(self.sheet.rows[place], name)
        if text(cell).endswith("%"):
            self.bad(place, column, cell, "число человек, а не доля")
            return None
        return self.number(place, name)

    def tell_half(self, place: int, names: tuple[str, str]) -> None:
        """A question where one of two numbers that make a value together is left blank."""
        cells = {name: self.columns.find(self.sheet.rows[place], name) for name in names}
        empty = [name for name, (cell, _) in cells.items() if is_blank(cell) or is_dash(cell)]
        if len(empty) == 1:
            there = next(name for name in names if name not in empty)
            self.tell(
                "source_half_pair", place, cells[empty[0]][1],
                title=self.title(cells[empty[0]][1]), whole=self.title(cells[there][1]),
            )  # fmt: skip

    def bad(self, place: int, column: int, cell: Cell, expected: str) -> None:
        """Refuse a cell."""
        self.tell(
            "source_bad_value", place, column, title=self.title(column), value=quoted(cell),
            expected=expected,
        )  # fmt: skip

    def title(self, column: int) -> str:
        """Header over a column, as it is written."""
        rows = range(self.columns.last_row, self.columns.first_row - 1, -1)
        for place in rows:
            if words := text(self.sheet.cell(place, column)):
                return words[:80]
        return "без названия"

    def tell_of_units_from_above(self) -> None:
        if self.from_above:
            self.tell("source_school_above", self.from_above[0], rows=row_list(self.from_above))
