"""Read filled collection forms: those of organisations and that of the office.

A workbook is read whole at its first sheet with questions, because whose it is, of which year,
and which answer is a part of which is a matter of the book; its other sheets give nothing more.
"""

from __future__ import annotations

from functools import partial

from msoko_lib.catalogue import Catalogue
from msoko_lib.intake import rules_forms as _rules_forms  # noqa: F401  (registers the rules)
from msoko_lib.intake.form_entries import FormReader, units_of_tables
from msoko_lib.intake.form_index import FormIndex, form_index
from msoko_lib.intake.form_marks import (
    KIND,
    REGISTER,
    UNIT_KIND,
    UNIT_NAME,
    BookMarks,
    book_marks,
    hidden_marks,
    is_service_sheet,
    year_fits,
)
from msoko_lib.intake.form_tables import FormTable, form_table
from msoko_lib.intake.form_unit import unit_of_book, unit_of_row
from msoko_lib.intake.formula_cells import faulty_formulas
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

CODE = "form"
# Asked early: the hidden sheet and the codes of the questions leave no doubt.
ORDER = 5


def form_layouts(catalogue: Catalogue) -> list[Layout]:
    """Layouts that read the forms of a catalogue; they can be sent to other processes."""
    index = form_index(catalogue)
    return [
        Layout(CODE, "Форма сбора", partial(recognises_form, index), partial(read_form, index),
               ORDER)
    ]  # fmt: skip


def recognises_form(index: FormIndex, book: Workbook, sheet: Sheet) -> bool:
    """True for a sheet of questions and for the contents and hidden sheets of a form."""
    if is_service_sheet(sheet):
        return hidden_marks(book).get(KIND) != REGISTER
    return form_table(sheet, index) is not None


def read_form(index: FormIndex, book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read a form at its first sheet with questions; the other sheets add nothing."""
    reading = Reading(layout=CODE, title=_title(hidden_marks(book), context))
    first = next((each for each in book.sheets if form_table(each, index) is not None), None)
    if first is None and sheet is next(each for each in book.sheets if is_service_sheet(each)):
        reading.add("form_no_sheets", context.place(sheet))
    if first is sheet:
        tables = [table for each in book.sheets if (table := form_table(each, index)) is not None]
        _read_book(index, book, tables, context, reading)
    return reading


def _title(hidden: dict[str, str], context: ReadContext) -> str:
    name = hidden.get(UNIT_NAME, "")
    return f"Форма сбора{f': {name}' if name else ''}, {context.school_year}"


def _read_book(
    index: FormIndex,
    book: Workbook,
    tables: list[FormTable],
    context: ReadContext,
    reading: Reading,
) -> None:
    marks, place = book_marks(book), context.place(tables[0].sheet)
    if not year_fits(marks, context, place, reading):
        return
    units = units_of_tables(tables)
    school_ids: dict[tuple[str, str] | None, str] = {
        unit: unit_of_row(*unit, context) for unit in units if unit is not None
    }
    if None in units:
        owner = unit_of_book(marks, context, place, reading)
        if owner is None:
            return
        school_ids[None] = owner
        reading.edition_key = f"{CODE}|{owner}|{context.school_year}"
    is_office = None not in units
    filled_by = "управление" if is_office else "организация"
    faults = faulty_formulas(book.path)
    reader = FormReader(index, context, reading, filled_by, faults)
    for table in tables:
        if table.has_values:
            reader.read_table(table, school_ids)
        else:
            reading.add("form_no_value_column", context.place(table.sheet))
    reader.drop_parts_above_whole()
    frame = reader.frame()
    reading.tables["form_values"] = frame
    if frame.empty and not reading.findings:
        reading.add("form_no_answers", place)
    _tell_missing_sheets(index, marks, tables, context, reading, is_office)


def _tell_missing_sheets(
    index: FormIndex,
    marks: BookMarks,
    tables: list[FormTable],
    context: ReadContext,
    reading: Reading,
    is_office: bool,
) -> None:
    """Name the subsystems that this kind of organisation is asked about and the book lacks."""
    kind = marks.hidden.get(UNIT_KIND)
    if kind is None and not is_office:
        return
    present = {
        index.subsystems[entry.field_id]
        for table in tables
        for entry in table.entries
        if entry.field_id is not None
    }
    asked = {
        index.subsystems[item.id]
        for item in index.fields.values()
        if item.is_asked_in(context.school_year)
        and (item.filled_by == "управление") == is_office
        and (is_office or kind in item.units)
    }
    missing = sorted(asked - present)
    if missing:
        names = ", ".join(f"«{number}. {index.titles[number]}»" for number in missing)
        reading.add("form_sheets_missing", context.place(tables[0].sheet), missing=names)
