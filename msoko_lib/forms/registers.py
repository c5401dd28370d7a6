"""The registers as workbooks: headings, lists to choose from, the rows that are already known."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from msoko_lib.bank import Bank
from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.forms import looks
from msoko_lib.forms.excel_rules import figure, inline_list
from msoko_lib.forms.hidden import add_mark_sheet
from msoko_lib.forms.keep import BlankFolder
from msoko_lib.forms.replies import with_last_years_advice
from msoko_lib.forms.units import Unit, units_of
from msoko_lib.forms.writer import FOLDER
from msoko_lib.intake.cells import a1
from msoko_lib.intake.form_cells import FIRST_DATE, LAST_DATE, excel_serial
from msoko_lib.intake.form_marks import FORM_VERSION, KIND, REGISTER, VERSION, YEAR, YEAR_LINE
from msoko_lib.intake.register_columns import REGISTERS, Column, Register
from msoko_lib.project import Project
from msoko_lib.recommendations.issued import REPLIES

_HEADER, _FIRST = 4, 5
_BLANK_ROWS = 100
_LAST_VALIDATED = 1000
_HUGE = 10**9
_ORGANISATIONS, _SUBSYSTEMS, _INDICATORS = "организации", "подсистемы", "показатели"


@dataclass(frozen=True)
class Lists:
    """What the drop-down lists offer."""

    schools: Mapping[str, str]  # school id → name
    subsystems: Mapping[str, str]  # number → «07 Профессиональное развитие»
    indicators: Sequence[str]

    @property
    def words(self) -> dict[str, Sequence[str]]:
        return {
            _ORGANISATIONS: list(self.schools.values()),
            _SUBSYSTEMS: list(self.subsystems.values()),
            _INDICATORS: self.indicators,
        }


def write_registers(project: Project, school_year: str) -> list[Path]:
    """Write the registers of a year into ``outputs/<year>/forms``.

    Rows that the year's bank already has are written into them. A file that somebody has begun
    to fill is left alone: the new one goes beside it.

    Raises
    ------
    FormsProblem
        If there is no directory of organisations.
    """
    bank = Bank(project, school_year)
    lists = lists_of(load_catalogue(project), units_of(project, school_year), school_year)
    folder = BlankFolder(project.outputs(school_year) / FOLDER)
    written = []
    for register in REGISTERS:
        rows = bank.table(register.table)
        if register.table == REPLIES:
            rows = with_last_years_advice(project, school_year, rows, lists.schools)
        content = register_workbook(register, rows, lists, school_year)
        written.append(folder.write(f"{register.title}.xlsx", content))
    folder.close()
    return written


def lists_of(catalogue: Catalogue, units: Sequence[Unit], school_year: str) -> Lists:
    """Lists for a catalogue and the organisations of a year."""
    return Lists(
        {unit.school_id: unit.name for unit in units},
        {part.number: f"{part.number} {part.title}" for part in catalogue.subsystems},
        [item.id for item in catalogue.passports.values() if item.is_valid_in(school_year)],
    )


def register_workbook(
    register: Register, rows: pd.DataFrame, lists: Lists, school_year: str
) -> bytes:
    """Build one register with the rows that are known."""
    book = Workbook()
    page = book.active
    if not isinstance(page, Worksheet):
        raise RuntimeError("a new workbook has no sheet")
    page.title = register.title[:31]
    marks = {KIND: REGISTER, VERSION: FORM_VERSION, YEAR: school_year}
    ranges = add_mark_sheet(book, marks, lists.words)
    looks.set_widths(page, [column.width for column in register.columns])
    last_column = len(register.columns)
    looks.write_line(page, 1, register.title, looks.TITLE, last_column)
    looks.write_line(page, 2, YEAR_LINE + school_year, looks.BODY, last_column)
    looks.write_line(page, 3, register.how_to, looks.MUTED, last_column)
    looks.write_header(page, _HEADER, [column.title for column in register.columns])
    page.row_dimensions[_HEADER].height = 48
    known = rows.to_dict("records")
    for row, values in enumerate(known, start=_FIRST):
        _write_row(page, row, register, values, lists)
    numbers = {str(values.get(register.columns[0].name)) for values in known}
    _write_blank_rows(page, register, _FIRST + len(known), numbers)
    for place, column in enumerate(register.columns):
        _add_validation(page, register, column, place, ranges, len(known))
    page.freeze_panes = page.cell(_FIRST, 2).coordinate
    last_row = _FIRST + len(known) + _BLANK_ROWS - 1
    page.auto_filter.ref = f"A{_HEADER}:{a1(last_row - 1, last_column - 1)}"
    looks.set_page(page, _HEADER, last_row, last_column)
    looks.protect_structure(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _write_row(
    page: Worksheet, row: int, register: Register, values: Mapping[str, object], lists: Lists
) -> None:
    for place, column in enumerate(register.columns, start=1):
        cell = page.cell(row, place)
        value = _shown(column, values.get(column.name), lists)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
        _dress(page, row, place, column)


def _shown(column: Column, value: object, lists: Lists) -> object:
    if value is None or pd.isna(value):
        return None
    if column.kind == "организация":
        return lists.schools.get(str(value), str(value).removeprefix("name:"))
    if column.kind == "подсистема":
        return lists.subsystems.get(str(value), str(value))
    if column.kind == "дата":
        return date.fromisoformat(str(value)[:10])
    return value if isinstance(value, (int, float)) else str(value)


def _write_blank_rows(page: Worksheet, register: Register, first: int, used: set[str]) -> None:
    """Empty rows; those of a numbered register carry numbers that are still free."""
    numbered = register.columns[0].name.endswith("_id") and register.columns[0].kind == "текст"
    free = (number for number in range(1, _HUGE) if str(number) not in used)
    for row in range(first, first + _BLANK_ROWS):
        for place, column in enumerate(register.columns, start=1):
            _dress(page, row, place, column)
        if numbered:
            page.cell(row, 1, next(free))


def _dress(page: Worksheet, row: int, place: int, column: Column) -> None:
    cell = page.cell(row, place)
    cell.font, cell.border, cell.alignment = looks.BODY, looks.BOX, looks.TOP
    if column.kind == "дата":
        cell.number_format = looks.ANSWER_FORMATS["дата"]


def _add_validation(
    page: Worksheet,
    register: Register,
    column: Column,
    place: int,
    ranges: Mapping[str, str],
    known_n: int,
) -> None:
    rule = _rule(register, column, place, ranges)
    if rule is None:
        return
    rule.allow_blank = True
    rule.showErrorMessage = not column.many
    rule.showInputMessage = bool(column.help)
    rule.errorTitle, rule.error = "Ответ не подходит", f"Столбец «{column.title}»: {column.kind}."
    if column.help:
        rule.promptTitle, rule.prompt = column.title[:32], column.help
    last = max(_LAST_VALIDATED, _FIRST + known_n + _BLANK_ROWS)
    rule.add(f"{a1(_FIRST - 1, place)}:{a1(last - 1, place)}")
    page.add_data_validation(rule)


def _rule(
    register: Register, column: Column, place: int, ranges: Mapping[str, str]
) -> DataValidation | None:
    bank_field = register.field(column)
    chosen = {"организация": _ORGANISATIONS, "подсистема": _SUBSYSTEMS, "показатель": _INDICATORS}
    if column.kind in chosen:
        return DataValidation(type="list", formula1=ranges[chosen[column.kind]])
    if column.kind == "список":
        return DataValidation(type="list", formula1=inline_list(bank_field.allowed))
    if column.kind == "дата":
        first, last = excel_serial(FIRST_DATE), excel_serial(LAST_DATE)
        return DataValidation(type="date", operator="between", formula1=str(first),
                              formula2=str(last))  # fmt: skip
    if column.name == "observed_rooms_n":
        rooms = a1(_FIRST - 1, place - 1)
        observed = a1(_FIRST - 1, place)
        conditions = f"ISNUMBER({observed}),{observed}=INT({observed}),{observed}>=0"
        formula = f"AND({conditions},{observed}<={rooms})"
        return DataValidation(type="custom", formula1=formula)
    if column.kind in ("целое", "число"):
        low = -_HUGE if bank_field.low is None else bank_field.low
        high = _HUGE if bank_field.high is None else bank_field.high
        return DataValidation(type="whole" if column.kind == "целое" else "decimal",
                              operator="between", formula1=figure(low),
                              formula2=figure(high))  # fmt: skip
    return None
