"""The contents sheet of a form: its sheets, and how much of each is still empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.worksheet.worksheet import Worksheet

from msoko_lib.forms import looks
from msoko_lib.forms.excel_rules import DOUBT, ERROR
from msoko_lib.forms.plan import FormSheet
from msoko_lib.intake.form_marks import CONTENTS_TITLE, YEAR_LINE

_TITLES = ("№", "Раздел", "Полей", "Заполнено", "Осталось", "Ошибок", "Проверить")
_WIDTHS = (6, 62, 10, 12, 12, 12, 12)
_HEADER, _FIRST = 6, 7
_HOW_TO = (
    "Каждый раздел – на своём листе, название раздела – ссылка. Числа ниже считаются сами. "
    "Заполненную форму верните в управление образования; имя файла менять можно. Форму можно "
    "присылать по частям: новые ответы дополнят прежние."
)


@dataclass(frozen=True)
class ContentsLine:
    """A sheet of the form: how many answers it wants, where they stand, where they are checked.

    ``checks`` is empty for a sheet without the column «Проверка».
    """

    sheet: FormSheet
    asked_n: int
    answers: tuple[str, ...]
    checks: str


def add_contents(
    page: Worksheet, lines: Sequence[ContentsLine], unit_line: str, school_year: str
) -> None:
    """Fill the contents sheet."""
    looks.set_widths(page, _WIDTHS)
    last_column = len(_TITLES)
    looks.write_line(page, 1, CONTENTS_TITLE, looks.TITLE, last_column)
    looks.write_line(page, 2, unit_line, looks.STRONG, last_column)
    looks.write_line(page, 3, YEAR_LINE + school_year, looks.BODY, last_column)
    looks.write_line(page, 4, _HOW_TO, looks.MUTED, last_column)
    page.row_dimensions[4].height = looks.height_for([(_HOW_TO, sum(_WIDTHS))])
    looks.write_header(page, _HEADER, _TITLES)
    for row, line in enumerate(lines, start=_FIRST):
        _write_row(page, row, line)
    _write_total(page, _FIRST + len(lines))
    page.freeze_panes = f"A{_FIRST}"
    looks.set_page(page, _HEADER, _FIRST + len(lines), last_column)
    looks.protect(page)


def _write_row(page: Worksheet, row: int, line: ContentsLine) -> None:
    there = f"'{line.sheet.name}'!"
    empty = "+".join(f"COUNTBLANK({there}{area})" for area in line.answers)
    values = [
        line.sheet.number, line.sheet.title, line.asked_n, f"=C{row}-E{row}", f"={empty}",
        f'=COUNTIF({there}{line.checks},"{ERROR}*")' if line.checks else None,
        f'=COUNTIF({there}{line.checks},"{DOUBT}*")' if line.checks else None,
    ]  # fmt: skip
    for column, value in enumerate(values, start=1):
        cell = page.cell(row, column, value)
        cell.font, cell.border = looks.BODY, looks.ROW_LINE
        cell.alignment = looks.TOP if column <= 2 else looks.TOP_RIGHT
    looks.link(page.cell(row, 2), line.sheet.name)


def _write_total(page: Worksheet, row: int) -> None:
    page.cell(row, 2, "Всего").font = looks.STRONG
    for column in "CDEFG":
        cell = page[f"{column}{row}"]
        cell.value = f"=SUM({column}{_FIRST}:{column}{row - 1})"
        cell.font, cell.alignment = looks.STRONG, looks.TOP_RIGHT
