"""Cells of a form into rows of the bank, with a line for each that is not taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from msoko_lib.intake.cells import a1, is_blank
from msoko_lib.intake.form_cells import Answer, plain, read_answer, wanted
from msoko_lib.intake.form_index import FormIndex
from msoko_lib.intake.form_marks import NOT_ASKED
from msoko_lib.intake.form_tables import Entry, FormTable
from msoko_lib.intake.formula_cells import NOT_COMPUTED, FaultyCells
from msoko_lib.intake.lines import row_list
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet
from msoko_lib.passports import FormField

_MOST_CELLS = 8


@dataclass(frozen=True)
class Taken:
    """An answer that was taken, and where from."""

    school_id: str
    asked: FormField
    answer: Answer
    sheet: Sheet
    row: int
    column: int


@dataclass
class _Notes:
    """What is told once a sheet rather than once a cell."""

    no_data: list[str] = field(default_factory=list)
    with_unit: list[str] = field(default_factory=list)
    not_asked: list[int] = field(default_factory=list)
    by_title: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)


@dataclass
class FormReader:
    """Reads the tables of one workbook; ``taken`` grows, ``reading`` gets the lines."""

    index: FormIndex
    context: ReadContext
    reading: Reading
    filled_by: str
    faults: FaultyCells
    taken: dict[tuple[str, str], Taken] = field(default_factory=dict)

    def read_table(self, table: FormTable, school_ids: dict[tuple[str, str] | None, str]) -> None:
        """Read a table; ``school_ids`` maps the owner of an entry to its school."""
        notes = _Notes()
        for entry in table.entries:
            self._read(table.sheet, entry, school_ids[entry.unit], notes)
        self._tell(table.sheet, notes)

    def _read(self, sheet: Sheet, entry: Entry, school_id: str, notes: _Notes) -> None:
        if entry.field_id is None:
            self._add("form_unknown_row", sheet, entry, row=entry.row + 1)
            return
        asked = self.index.fields[entry.field_id]
        address = a1(entry.row, entry.column)
        fault = self.faults.get(sheet.name, {}).get(address)
        if (is_blank(entry.cell) and fault is None) or entry.cell == NOT_ASKED:
            return
        if not asked.is_asked_in(self.context.school_year) or asked.filled_by != self.filled_by:
            notes.not_asked.append(entry.row)
            return
        if entry.by_title:
            notes.by_title.append(entry.row)
        if entry.code_differs:
            notes.moved.append(entry.row)
        if fault is not None:
            code = "form_formula_empty" if fault == NOT_COMPUTED else "form_formula_error"
            words = answer_words(asked)
            self._add(code, sheet, entry, field=asked.title, error=fault, wanted=words)
            return
        answer = read_answer(asked, entry.cell)
        if answer.says_no_data:
            notes.no_data.append(address)
        if answer.refused or answer.asked:
            code = answer.refused or answer.asked
            self._add(code, sheet, entry, field=asked.title, **answer.facts)
        if answer.refused or not answer.is_given:
            return
        if answer.has_unit:
            notes.with_unit.append(address)
        self._keep(Taken(school_id, asked, answer, sheet, entry.row, entry.column), entry)

    def _keep(self, answered: Taken, entry: Entry) -> None:
        """The first answer to a question stays; the same one again is no news."""
        first = self.taken.setdefault((answered.school_id, answered.asked.id), answered)
        same = (first.answer.value, first.answer.text) == (
            answered.answer.value, answered.answer.text,
        )  # fmt: skip
        if not same:
            where = a1(first.row, first.column)
            if first.sheet is not answered.sheet:
                where = f"{where} листа «{first.sheet.name}»"
            self._add("form_repeated", answered.sheet, entry, field=answered.asked.title,
                      first=where)  # fmt: skip

    def _add(self, code: str, sheet: Sheet, entry: Entry, **facts: object) -> None:
        self.reading.add(code, self.context.place(sheet, entry.row, entry.column), **facts)

    def _tell(self, sheet: Sheet, notes: _Notes) -> None:
        place = self.context.place(sheet)
        for code, cells in (
            ("form_no_data_words", notes.no_data), ("form_unit_words", notes.with_unit)
        ):  # fmt: skip
            if cells:
                self.reading.add(code, place, count=len(cells), cells=listed(cells))
        for code, rows in (
            ("form_not_asked", notes.not_asked), ("form_by_title", notes.by_title),
            ("form_code_moved", notes.moved),
        ):  # fmt: skip
            if rows:
                self.reading.add(code, place, count=len(rows), rows=row_list(rows))

    def drop_parts_above_whole(self) -> None:
        """Refuse parts that exceed what they are parts of, where both stand in this book."""
        for key, part in list(self.taken.items()):
            whole = self.taken.get((part.school_id, part.asked.part_of or ""))
            if whole is None or whole.answer.value is None or part.answer.value is None:
                continue
            if part.answer.value > whole.answer.value:
                self.reading.add(
                    "form_part_above_whole",
                    self.context.place(part.sheet, part.row, part.column),
                    field=part.asked.title, value=plain(part.answer.value),
                    whole=whole.asked.title, total=plain(whole.answer.value),
                )  # fmt: skip
                # The whole is compared as it was written even if it is itself too large a part.
                self.taken[key] = Taken(part.school_id, part.asked, Answer(part.answer.value,
                                        refused="form_part_above_whole"), part.sheet, part.row,
                                        part.column)  # fmt: skip

    def frame(self) -> pd.DataFrame:
        """Rows of ``form_values``."""
        rows = [
            {
                "school_year": self.context.school_year,
                "school_id": item.school_id,
                "subsystem": self.index.subsystems[item.asked.id],
                "field_id": item.asked.id,
                "value": item.answer.value,
                "text": item.answer.text,
                "source_file": self.context.file,
                "source_sheet": item.sheet.name,
                "source_row": item.row + 1,
            }
            for item in self.taken.values()
            if not item.answer.refused
        ]
        table = TABLES["form_values"]
        return table.conform(pd.DataFrame(rows, columns=table.columns))


def answer_words(asked: FormField) -> str:
    """What a field expects, whatever its kind."""
    words = {"да/нет": "да или нет", "дата": "дата вида 01.09.2024", "текст": "текст",
             "выбор": "ответ из списка"}  # fmt: skip
    return words.get(asked.kind) or wanted(asked)


def listed(cells: Iterable[str]) -> str:
    """Addresses for a message: the first few and how many more.

    >>> listed(["C7", "C8"])
    'C7, C8'
    """
    every = list(cells)
    rest = len(every) - _MOST_CELLS
    return ", ".join(every[:_MOST_CELLS]) + (f" и ещё {rest}" if rest > 0 else "")


def units_of_tables(tables: Iterable[FormTable]) -> set[tuple[str, str] | None]:
    """Owners that the entries of tables name."""
    return {entry.unit for table in tables for entry in table.entries}
