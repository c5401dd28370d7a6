"""The form of one kind of organisation as a workbook, with gaps for what differs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from msoko_lib.forms import looks
from msoko_lib.forms.contents import ContentsLine, add_contents
from msoko_lib.forms.excel_rules import CellOf, check_formula, inline_list, validation
from msoko_lib.forms.hidden import add_mark_sheet, mark_address
from msoko_lib.forms.plan import FormSheet
from msoko_lib.forms.stamp import CellValue, Template
from msoko_lib.forms.units import Unit
from msoko_lib.intake.cells import a1
from msoko_lib.intake.form_marks import (
    CONTENTS_SHEET,
    FORM_VERSION,
    KIND,
    MARK_SHEET,
    UNIT_FORM,
    UNIT_ID,
    UNIT_KIND,
    UNIT_LINE,
    UNIT_NAME,
    VERSION,
    YEAR,
    YEAR_LINE,
)
from msoko_lib.passports import FormField, UnitKind
from msoko_lib.project import previous_school_year

# Header and width of each column; the last is hidden.
COLUMNS: tuple[tuple[str, float], ...] = (
    ("№", 6), ("Показатель", 52), ("Значение", 16), ("Вид ответа", 14), ("Прошлый год", 14),
    ("Проверка", 32), ("Пояснение", 50), ("Код показателя", 20),
)  # fmt: skip
HEADER, FIRST = 6, 7
_VALUE, _PREVIOUS, _CHECK, _CODE = 3, 5, 6, 8
_HOW_TO = (
    "Заполняйте только столбец «Значение»: пустые ячейки выделены. Доли пишите в процентах: 45, а "
    "не 0,45. Если сведений нет, оставьте ячейку пустой; 0 означает «ни одного»."
)
# Every row has room for the longest usual line of the column «Проверка».
_LONGEST_CHECK = "Проверьте: изменилось больше чем в 1,5 раза"
Answer = tuple[float | None, str | None]


@dataclass(frozen=True)
class UnitTemplate:
    """The form of a kind of organisation, ready to be stamped."""

    template: Template
    sheets: tuple[FormSheet, ...]
    cells: dict[str, CellOf]

    def for_unit(self, unit: Unit, previous: dict[str, Answer]) -> bytes:
        """The workbook of one organisation.

        Parameters
        ----------
        unit : Unit
        previous : dict
            Field → last year's (value, text).
        """
        stamps: dict[str, dict[str, CellValue]] = {
            MARK_SHEET: {mark_address(UNIT_ID): unit.school_id, mark_address(UNIT_NAME): unit.name},
            CONTENTS_SHEET: {"A2": UNIT_LINE + unit.name},
        }
        for sheet in self.sheets:
            cells: dict[str, CellValue] = {"A2": UNIT_LINE + unit.name}
            for item in sheet.fields:
                row = self.cells[item.id].number + FIRST - 1
                cells[a1(row - 1, _PREVIOUS - 1)] = shown(item, previous.get(item.id))
                # Programs that do not compute on opening show the stored result.
                cells[a1(row - 1, _CHECK - 1)] = ""
            stamps[sheet.name] = cells
        return self.template.stamped(stamps)


def shown(item: FormField, answer: Answer | None) -> CellValue:
    """Last year's answer as the form shows it."""
    value, words = answer or (None, None)
    if item.kind == "да/нет" and value is not None:
        return "да" if value else "нет"
    if value is not None:
        return int(value) if float(value).is_integer() else float(value)
    if words and item.kind == "дата":
        return ".".join(reversed(words.split("-")))
    return words


def unit_template(sheets: Sequence[FormSheet], kind: UnitKind, school_year: str) -> UnitTemplate:
    """Build the form of a kind of organisation."""
    cells = {
        item.id: CellOf(sheet.name, a1(FIRST + place - 2, _VALUE - 1), place)
        for sheet in sheets
        for place, item in enumerate(sheet.fields, start=1)
    }
    book = Workbook()
    book.remove(book.active)
    book.create_sheet(CONTENTS_SHEET)
    for sheet in sheets:
        book.create_sheet(sheet.name)
    lists = {
        item.id: item.choices
        for sheet in sheets
        for item in sheet.fields
        if item.choices and not inline_list(item.choices)
    }
    ranges = add_mark_sheet(
        book,
        {KIND: UNIT_FORM, VERSION: FORM_VERSION, UNIT_KIND: kind, YEAR: school_year},
        lists,
    )
    for sheet in sheets:
        _write_sheet(book[sheet.name], sheet, school_year, cells, ranges)
    lines = []
    for sheet in sheets:
        last = FIRST + len(sheet.fields) - 1
        answers, checks = f"C{FIRST}:C{last}", f"F{FIRST}:F{last}"
        lines.append(ContentsLine(sheet, len(sheet.fields), (answers,), checks))
    add_contents(book[CONTENTS_SHEET], lines, UNIT_LINE, school_year)
    looks.protect_structure(book)
    content = io.BytesIO()
    book.save(content)
    return UnitTemplate(Template.of(content.getvalue()), tuple(sheets), cells)


def _write_sheet(
    page: Worksheet,
    sheet: FormSheet,
    school_year: str,
    cells: dict[str, CellOf],
    ranges: dict[str, str],
) -> None:
    widths = [width for _, width in COLUMNS]
    looks.set_widths(page, widths)
    visible = len(COLUMNS) - 1
    looks.write_line(page, 1, f"{sheet.number}. {sheet.title}", looks.TITLE, visible)
    looks.write_line(page, 2, UNIT_LINE, looks.STRONG, visible)
    looks.write_line(page, 3, YEAR_LINE + school_year, looks.BODY, visible)
    looks.write_line(page, 4, _HOW_TO, looks.MUTED, visible)
    page.row_dimensions[4].height = looks.height_for([(_HOW_TO, sum(widths[:visible]))])
    looks.link(page.cell(5, 2, "К содержанию"), CONTENTS_SHEET)
    titles = [title for title, _ in COLUMNS]
    titles[_PREVIOUS - 1] += f" {previous_school_year(school_year)}"
    looks.write_header(page, HEADER, titles)
    page.row_dimensions[HEADER].height = 30
    for place, item in enumerate(sheet.fields, start=1):
        _write_row(page, FIRST + place - 1, place, item, cells)
        rule = validation(item, cells, ranges.get(item.id, ""))
        rule.add(cells[item.id].address)
        page.add_data_validation(rule)
    last = FIRST + len(sheet.fields) - 1
    looks.mark_empty(page, f"C{FIRST}:C{last}", f"$C{FIRST}")
    looks.mark_checks(page, f"F{FIRST}:F{last}", f"$F{FIRST}")
    page.column_dimensions["H"].hidden = True
    page.freeze_panes = f"C{FIRST}"
    looks.set_page(page, HEADER, last, visible)
    looks.protect(page)


def _write_row(
    page: Worksheet, row: int, number: int, item: FormField, cells: dict[str, CellOf]
) -> None:
    unit = "%" if item.kind == "доля, %" else item.kind
    check = check_formula(item, cells, a1(row - 1, _PREVIOUS - 1))
    values = (number, item.title, None, unit, None, check, item.help or None, item.id)
    for column, value in enumerate(values, start=1):
        cell = page.cell(row, column, value)
        cell.font, cell.border = looks.BODY, looks.ROW_LINE
        cell.alignment = looks.TOP
        if isinstance(value, str) and column != _CHECK:
            cell.data_type = "s"  # a title that begins with «=» is no formula
    page.cell(row, _CODE).font = looks.MUTED
    for column in (_CHECK, 7):
        page.cell(row, column).font = looks.MUTED
    previous = page.cell(row, _PREVIOUS)
    previous.font, previous.alignment = looks.MUTED, looks.TOP_RIGHT
    entry = page.cell(row, _VALUE)
    entry.border, entry.fill, entry.protection = looks.BOX, looks.INPUT_FILL, looks.OPEN
    entry.number_format = looks.ANSWER_FORMATS.get(item.kind, "General")
    if item.kind not in ("текст", "выбор"):
        entry.alignment = looks.TOP_RIGHT
    page.row_dimensions[row].height = looks.height_for(
        [(item.title, COLUMNS[1][1]), (item.help, COLUMNS[6][1]), (_LONGEST_CHECK, COLUMNS[5][1])]
    )
