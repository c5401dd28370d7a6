"""The tables of a form: a list of questions (a school's sheet) or organisations × questions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from msoko_lib.intake.cells import Cell, is_blank, text
from msoko_lib.intake.form_index import FormIndex
from msoko_lib.intake.form_marks import is_service_sheet
from msoko_lib.intake.header_map import Columns, find_header, fold_header, matcher
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.workbook import Sheet

LAST_ROW_OF_HEADER = 40
match_list = matcher(
    (
        ("number", r"№|n|№ п/п"),
        ("title", r"показатель|наименование показателя"),
        ("value", r"значение|ответ"),
        ("unit", r"единица|вид ответа|единица измерения"),
        ("previous", r"прошлый год.*"),
        ("check", r"проверка"),
        ("help", r"пояснение|пояснения"),
        ("code", r"код показателя"),
    )
)
match_matrix_unit = re.compile(r"организация|краткое название( организации)?|школа")
match_matrix_code = re.compile(r"код организации")
_PREVIOUS = re.compile(r"прошлый год.*")
_NUMBERED = re.compile(r"(?P<number>\d{2})[. ]")


@dataclass(frozen=True)
class Entry:
    """A cell of a form: which field, whose (None: that of the whole book), where.

    ``field_id`` is None where neither code nor title is known.
    """

    field_id: str | None
    cell: Cell
    row: int
    column: int
    unit: tuple[str, str] | None = None
    by_title: bool = False
    code_differs: bool = False


@dataclass(frozen=True)
class FormTable:
    """A table found on a sheet; ``value_column`` is None where a list has lost it."""

    sheet: Sheet
    entries: tuple[Entry, ...]
    has_values: bool = True


@once_a_sheet
def form_table(sheet: Sheet, index: FormIndex) -> FormTable | None:
    """The form table of a sheet, or None if the sheet is none of a form's."""
    if is_service_sheet(sheet):
        return None
    return _list_table(index, sheet) or _matrix_table(index, sheet)


def _list_table(index: FormIndex, sheet: Sheet) -> FormTable | None:
    columns = find_header(
        sheet, match_list,
        lambda found: "title" in found and ("value" in found or "code" in found),
        stop=LAST_ROW_OF_HEADER,
    )  # fmt: skip
    if columns is None:
        return None
    entries = tuple(_list_entries(index, sheet, columns))
    if not any(entry.field_id for entry in entries):
        return None
    return FormTable(sheet, entries, "value" in columns)


def _list_entries(index: FormIndex, sheet: Sheet, columns: Columns) -> Iterator[Entry]:
    subsystem = _subsystem_of(index, sheet, columns)
    has_codes, value = "code" in columns, columns.column("value")
    for row in range(columns.last_row + 1, len(sheet.rows)):
        title = sheet.cell(row, columns.column("title"))
        code = index.by_code(sheet.cell(row, columns.column("code"))) if has_codes else None
        named = index.named(title, subsystem)
        cell = sheet.cell(row, value)
        if code is None and named is None and (is_blank(cell) or "value" not in columns):
            continue
        # The title is what the person read when answering; hidden columns stay behind when
        # the others are sorted.
        yield Entry(
            named or code, cell, row, value,
            by_title=code is None and named is not None,
            code_differs=code is not None and named is not None and code != named,
        )  # fmt: skip


def _subsystem_of(index: FormIndex, sheet: Sheet, columns: Columns) -> str:
    """Subsystem of a sheet: that of most of its codes, else the number in its title."""
    if "code" in columns:
        codes = (
            index.by_code(sheet.cell(row, columns.column("code")))
            for row in range(columns.last_row + 1, len(sheet.rows))
        )
        counted = Counter(index.subsystems[code] for code in codes if code)
        if counted:
            return counted.most_common(1)[0][0]
    for line in (text(sheet.cell(0, 0)), sheet.name):
        if match := _NUMBERED.match(line):
            return match["number"]
    return ""


def _matrix_table(index: FormIndex, sheet: Sheet) -> FormTable | None:
    header = _matrix_header(index, sheet)
    if header is None:
        return None
    row, unit_column, code_column, fields = header
    entries = []
    for place in range(row + 1, len(sheet.rows)):
        code = "" if code_column is None else text(sheet.cell(place, code_column))
        name = text(sheet.cell(place, unit_column))
        if not (code or name):
            continue
        for column, (field_id, by_title) in fields.items():
            cell = sheet.cell(place, column)
            entries.append(Entry(field_id, cell, place, column, (code, name), by_title))
    return FormTable(sheet, tuple(entries))


def _matrix_header(
    index: FormIndex, sheet: Sheet
) -> tuple[int, int, int | None, dict[int, tuple[str, bool]]] | None:
    """Row of the header, columns of organisation and its code, column → (field, by title)."""
    codes: dict[int, str] = {}
    for place, row in enumerate(sheet.rows[:LAST_ROW_OF_HEADER]):
        found = {column: code for column, cell in enumerate(row) if (code := index.by_code(cell))}
        codes = found or codes
        filled = {column: cell for column, cell in enumerate(row) if not is_blank(cell)}
        titles = {column: fold_header(cell) for column, cell in filled.items()}
        unit = _first(titles, match_matrix_unit)
        if unit is None:
            continue
        fields = {column: (code, False) for column, code in codes.items()}
        strange = 0
        for column, title in titles.items():
            named = index.named(row[column], _number_of(sheet))
            if column not in fields and named:
                fields[column] = (named, True)
            elif column not in fields and not _is_side_title(title):
                strange += 1
        # Without codes a table of somebody else's may share a heading or two with a form.
        if fields and (codes or strange == 0):
            return place, unit, _first(titles, match_matrix_code), fields
    return None


def _number_of(sheet: Sheet) -> str:
    match = _NUMBERED.match(text(sheet.cell(0, 0))) or _NUMBERED.match(sheet.name)
    return match["number"] if match else ""


def _is_side_title(title: str) -> bool:
    return any(
        pattern.fullmatch(title) for pattern in (match_matrix_unit, match_matrix_code, _PREVIOUS)
    ) or title in ("№", "№ п/п")


def _first(titles: dict[int, str], pattern: re.Pattern[str]) -> int | None:
    return next((column for column, title in titles.items() if pattern.fullmatch(title)), None)
