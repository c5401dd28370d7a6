"""How forms look: fonts, fills, widths, protection, printing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from msoko_lib.forms.excel_rules import DOUBT, ERROR

_INK, _MUTED = "1C2430", "56606C"
TITLE: Final = Font(name="Calibri", size=14, bold=True, color=_INK)
STRONG: Final = Font(name="Calibri", size=11, bold=True, color=_INK)
BODY: Final = Font(name="Calibri", size=11, color=_INK)
MUTED: Final = Font(name="Calibri", size=10, color=_MUTED)
LINK: Final = Font(name="Calibri", size=11, color="1F5FA8", underline="single")
HEAD_FILL: Final = PatternFill("solid", fgColor="E3EDF8")
INPUT_FILL: Final = PatternFill("solid", fgColor="FFFFFF")
_THIN = Side(style="thin", color="9AA4AF")
BOX: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
ROW_LINE: Final = Border(bottom=Side(style="hair", color="D5DAE0"))
OPEN: Final = Protection(locked=False)
TOP: Final = Alignment(vertical="top", wrap_text=True, horizontal="left", indent=1)
TOP_RIGHT: Final = Alignment(vertical="top", horizontal="right", wrap_text=True, indent=1)
MIDDLE: Final = Alignment(vertical="center", wrap_text=True)
ANSWER_FORMATS: Final = {"целое": "0", "дата": "dd.mm.yyyy", "текст": "@"}
_LINE_HEIGHT = 15.0
_EMPTY_FILL = PatternFill("solid", bgColor="FFF4CC")
_ERROR_FONT = Font(color="B3261E", bold=True)
_DOUBT_FONT = Font(color="9A5B00")


def height_for(texts: Sequence[tuple[str, float]]) -> float:
    """Row height for wrapped texts, given with the widths of their columns."""
    lines = max(
        sum(max(1, math.ceil(len(part) / max(width - 2, 1))) for part in text.split("\n"))
        for text, width in texts
    )
    return _LINE_HEIGHT * max(lines, 1)


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Column widths from the first column on."""
    for place, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def write_line(sheet: Worksheet, row: int, text: str, font: Font, last_column: int) -> None:
    """A line across the table's width."""
    cell = sheet.cell(row, 1, text)
    cell.font, cell.alignment = font, Alignment(vertical="top", wrap_text=True)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=last_column)


def write_header(sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    """Header cells of a table."""
    for place, title in enumerate(titles, start=1):
        cell = sheet.cell(row, place, title)
        cell.font, cell.fill, cell.alignment, cell.border = STRONG, HEAD_FILL, MIDDLE, BOX


def link(cell: Cell, sheet: str) -> None:
    """Make a cell a link to a sheet of the same workbook."""
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!A1")
    cell.font = LINK


def mark_empty(sheet: Worksheet, area: str, first_cell: str) -> None:
    """Cells of an area that are still empty are tinted."""
    rule = FormulaRule(formula=[f"ISBLANK({first_cell})"], fill=_EMPTY_FILL)
    sheet.conditional_formatting.add(area, rule)


def mark_checks(sheet: Worksheet, area: str, first_cell: str) -> None:
    """Words of the column «Проверка» are coloured; the word itself says the same."""
    for word, font in ((ERROR, _ERROR_FONT), (DOUBT, _DOUBT_FONT)):
        condition = f'LEFT({first_cell},{len(word)})="{word}"'
        sheet.conditional_formatting.add(area, FormulaRule(formula=[condition], font=font))


def protect(sheet: Worksheet, *, rows_may_grow: bool = False) -> None:
    """Protect without a password: only open cells can be filled; widths and heights are free."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
    sheet.protection.sort = sheet.protection.autoFilter = not rows_may_grow


def protect_structure(book: Workbook) -> None:
    """Sheets cannot be deleted or renamed by accident; no password."""
    book.security = WorkbookProtection(lockStructure=True)


def set_page(sheet: Worksheet, header: int, last_row: int, last_column: int) -> None:
    """Frozen header, A4 landscape, as wide as one page, header repeated on each."""
    right = get_column_letter(last_column)
    sheet.sheet_view.showGridLines = False
    sheet.print_area = f"A1:{right}{last_row}"
    sheet.print_title_rows = f"{header}:{header}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.left.text, sheet.oddFooter.right.text = "&A", "стр. &P из &N"
