"""The office's own workbook: organisations in rows, the fields that the office fills in columns."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from msoko_lib.forms import looks
from msoko_lib.forms.contents import ContentsLine, add_contents
from msoko_lib.forms.excel_rules import CellOf, inline_list, validation
from msoko_lib.forms.hidden import add_mark_sheet
from msoko_lib.forms.plan import FormSheet
from msoko_lib.forms.unit_template import Answer, shown
from msoko_lib.forms.units import Unit
from msoko_lib.intake.form_marks import (
    CONTENTS_SHEET,
    FORM_VERSION,
    KIND,
    NOT_ASKED,
    OFFICE_FORM,
    OFFICE_NAME,
    UNIT_LINE,
    UNIT_NAME,
    VERSION,
    YEAR,
    YEAR_LINE,
)
from msoko_lib.passports import FormField
from msoko_lib.project import previous_school_year

_CODES, _HEADER, _FIRST = 5, 6, 7
_CODE, _NAME, _FIRST_FIELD = 1, 2, 3
_VALUE_WIDTH, _PREVIOUS_WIDTH = 20, 12
_GREY = looks.PatternFill("solid", fgColor="ECEEF1")
_HOW_TO = (
    "Строка – организация, столбец – показатель; серые ячейки к организации не относятся. Доли – в "
    "процентах. Если сведений нет, оставьте ячейку пустой."
)


def office_workbook(
    sheets: Sequence[FormSheet],
    units: Sequence[Unit],
    school_year: str,
    previous: Mapping[str, Mapping[str, Answer]],
) -> bytes:
    """Build the office's workbook.

    Parameters
    ----------
    sheets : sequence of FormSheet
    units : sequence of Unit
    school_year : str
    previous : mapping
        School → field → last year's (value, text).
    """
    book = Workbook()
    book.remove(book.active)
    contents = book.create_sheet(CONTENTS_SHEET)
    pages = [book.create_sheet(sheet.name) for sheet in sheets]
    lists = {
        item.id: item.choices
        for sheet in sheets
        for item in sheet.fields
        if item.choices and not inline_list(item.choices)
    }
    marks = {KIND: OFFICE_FORM, VERSION: FORM_VERSION, UNIT_NAME: OFFICE_NAME, YEAR: school_year}
    ranges = add_mark_sheet(book, marks, lists)
    lines = []
    for page, sheet in zip(pages, sheets, strict=True):
        concerned = [unit for unit in units if _is_asked(sheet.fields, unit)]
        _write_sheet(page, sheet, concerned, school_year, previous, ranges)
        lines.append(_contents_line(sheet, concerned))
    add_contents(contents, lines, UNIT_LINE + OFFICE_NAME, school_year)
    looks.protect_structure(book)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _is_asked(fields: Sequence[FormField], unit: Unit) -> bool:
    return any(unit.kind in item.units for item in fields)


def _contents_line(sheet: FormSheet, units: Sequence[Unit]) -> ContentsLine:
    asked = sum(unit.kind in item.units for unit in units for item in sheet.fields)
    return ContentsLine(sheet, asked, tuple(_area(p, units) for p in range(len(sheet.fields))), "")


def _area(place: int, units: Sequence[Unit]) -> str:
    letter = get_column_letter(_FIRST_FIELD + 2 * place)
    return f"{letter}{_FIRST}:{letter}{_FIRST + max(len(units), 1) - 1}"


def _write_sheet(
    page: Worksheet,
    sheet: FormSheet,
    units: Sequence[Unit],
    school_year: str,
    previous: Mapping[str, Mapping[str, Answer]],
    ranges: Mapping[str, str],
) -> None:
    last_column = _FIRST_FIELD + 2 * len(sheet.fields) - 1
    looks.set_widths(page, [14, 40, *[_VALUE_WIDTH, _PREVIOUS_WIDTH] * len(sheet.fields)])
    for row, line, font in (
        (1, f"{sheet.number}. {sheet.title}", looks.TITLE),
        (2, UNIT_LINE + OFFICE_NAME, looks.STRONG),
        (3, YEAR_LINE + school_year, looks.BODY),
        (4, _HOW_TO, looks.MUTED),
    ):
        looks.write_line(page, row, line, font, max(last_column, 4))
    page.row_dimensions[4].height = 32
    titles = ["Код организации", "Организация"]
    for place, item in enumerate(sheet.fields):
        page.cell(_CODES, _FIRST_FIELD + 2 * place, item.id)
        titles += [item.title, _previous_title(school_year)]
    looks.write_header(page, _HEADER, titles)
    page.row_dimensions[_HEADER].height = looks.height_for(
        [(_previous_title(school_year), _PREVIOUS_WIDTH)]
        + [(item.title, _VALUE_WIDTH) for item in sheet.fields]
    )
    for row, unit in enumerate(units, start=_FIRST):
        _write_unit(page, row, sheet, unit, previous.get(unit.school_id, {}))
    _add_validation(page, sheet, units, ranges)
    page.row_dimensions[_CODES].hidden = True
    page.column_dimensions["A"].hidden = True
    page.freeze_panes = page.cell(_FIRST, _FIRST_FIELD).coordinate
    looks.set_page(page, _HEADER, _FIRST + len(units) - 1, last_column)
    looks.protect(page)


def _previous_title(school_year: str) -> str:
    return f"Прошлый год {previous_school_year(school_year)}"


def _write_unit(
    page: Worksheet, row: int, sheet: FormSheet, unit: Unit, previous: Mapping[str, Answer]
) -> None:
    for column, words in ((_CODE, unit.school_id), (_NAME, unit.name)):
        cell = page.cell(row, column, words)
        cell.data_type = "s"
        cell.font, cell.alignment, cell.border = looks.BODY, looks.TOP, looks.ROW_LINE
    for place, item in enumerate(sheet.fields):
        entry = page.cell(row, _FIRST_FIELD + 2 * place)
        entry.border, entry.font = looks.BOX, looks.BODY
        if unit.kind not in item.units:
            entry.fill, entry.value, entry.alignment = _GREY, NOT_ASKED, looks.TOP_RIGHT
            continue
        entry.protection, entry.alignment = looks.OPEN, looks.TOP_RIGHT
        entry.number_format = looks.ANSWER_FORMATS.get(item.kind, "General")
        before = page.cell(row, _FIRST_FIELD + 2 * place + 1)
        value = shown(item, previous.get(item.id))
        before.value = value
        if isinstance(value, str):
            before.data_type = "s"
        before.font, before.alignment = looks.MUTED, looks.TOP_RIGHT


def _add_validation(
    page: Worksheet, sheet: FormSheet, units: Sequence[Unit], ranges: Mapping[str, str]
) -> None:
    """One rule a column: addresses of its first row, relative, serve all rows below."""
    if not units:
        return
    cells = {
        item.id: CellOf(sheet.name, f"{get_column_letter(_FIRST_FIELD + 2 * place)}{_FIRST}",
                        place + 1)
        for place, item in enumerate(sheet.fields)
    }  # fmt: skip
    for place, item in enumerate(sheet.fields):
        area = _area(place, units)
        rule = validation(item, cells, ranges.get(item.id, ""))
        rule.add(area)
        page.add_data_validation(rule)
        looks.mark_empty(page, area, area.partition(":")[0])
