"""The form that schools upload («Форма сбора результатов»), taken for results by mistake."""

from __future__ import annotations

from msoko_lib.intake.cells import number
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_individual_rows import participant_code
from msoko_lib.intake.fisoko_text import find_row, fold
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook

TITLE = "Форма сбора результатов"
_SIGNS = ("итого баллов", "порядковый номер класса")


@once_a_sheet
def form_header_row(sheet: Sheet) -> int:
    """Header row of the form, or −1: a participant's code and a total, but no primary score."""
    return find_row(sheet, _is_header)


def _is_header(cells: list[str]) -> bool:
    has_code = "код участника" in cells
    has_sign = any(cell.startswith(_SIGNS) for cell in cells)
    return has_code and has_sign and "первичный балл" not in cells


def recognises_upload_form(book: Workbook, sheet: Sheet) -> bool:
    """True for the protocol sheet, and for the service sheets of a book that holds one."""
    return any(form_header_row(other) >= 0 for other in book.sheets)


def read_upload_form(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Refuse the form with the advice to download Ф1; its service sheets need no line."""
    reading = Reading(layout="vpr_upload_form", title=TITLE)
    header_row = form_header_row(sheet)
    if header_row >= 0:
        filled = filled_rows(sheet, header_row)
        words = f"заполнено строк: {filled}" if filled else "пустая"
        Findings(reading, sheet, context).add("vpr_upload_form", header_row, 0, filled=words)
    return reading


def filled_rows(sheet: Sheet, header_row: int) -> int:
    """Rows of the form that hold a code and a total above zero (1,500 rows are pre-formatted)."""
    cells = [fold(cell) for cell in sheet.rows[header_row]]
    code = cells.index("код участника")
    totals = [i for i, cell in enumerate(cells) if cell.startswith("итого баллов")]
    return sum(
        participant_code(sheet.cell(row, code)) is not None
        and any((number(sheet.cell(row, total)) or 0) > 0 for total in totals)
        for row in range(header_row + 1, len(sheet.rows))
    )
