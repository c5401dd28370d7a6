"""The workbooks in LibreOffice: they open, compute, are saved; what is then read back is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from filled_forms import QUALITY_SHEET, STAFF_SHEET, read, values
from python_calamine import CalamineWorkbook
from tiny_catalogue import YEAR, write_banks, write_catalogue

from msoko_lib.forms.fill import fill_form
from msoko_lib.forms.registers import write_registers
from msoko_lib.project import Project

pytestmark = pytest.mark.office
Convert = Callable[[Path], CalamineWorkbook]


def column(book: CalamineWorkbook, sheet: str, letter: int) -> list[object]:
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [row[letter] for row in rows[6:]]


def test_a_filled_form_is_recalculated(
    tiny: Project, blank: Path, tmp_path: Path, recalculated: Convert
) -> None:
    path = tmp_path / "заполненная.xlsx"
    answers = {
        "pupils_n": 100, "pupils_tested_n": 120, "site_works": "ага", "mean_mark": 3.5,
        "teachers_n": 41.5, "teachers_high_n": 20, "tested_teachers_n": 101, "courses_share": 50,
    }  # fmt: skip
    path.write_bytes(fill_form(blank.read_bytes(), answers))
    book = recalculated(path)
    assert column(book, QUALITY_SHEET, 5) == [
        "Проверьте: изменилось больше чем в 2 раза", "Ошибка: больше показателя № 1",
        "Ошибка: нужно «да» или «нет»", "", "", "верно", "",
    ]  # fmt: skip
    assert column(book, STAFF_SHEET, 5) == [
        "Ошибка: нужно целое число", "верно",
        f"Ошибка: больше показателя № 1 листа «{QUALITY_SHEET}»", "верно", "",
    ]  # fmt: skip
    counts = book.get_sheet_by_name("Содержание").to_python(skip_empty_area=False)[6:]
    assert [row[2:] for row in counts] == [
        [7.0, 4.0, 3.0, 2.0, 1.0], [5.0, 4.0, 1.0, 2.0, 0.0], [12.0, 8.0, 4.0, 4.0, 1.0],
    ]  # fmt: skip


def test_what_the_office_saved_is_read(
    tiny: Project, blank: Path, tmp_path: Path, recalculated: Convert
) -> None:
    path = tmp_path / "через LibreOffice.xlsx"
    answers = {"pupils_n": 410, "programme": "смешанная, обе", "remark": "=2+2", "salary": 0.5}
    path.write_bytes(fill_form(blank.read_bytes(), answers))
    saved = Path(recalculated(path).path)
    reading = read(tiny, saved)
    assert values(reading) == answers
    assert reading.findings == []
    # A rule that LibreOffice did not understand would be gone from what it saved.
    before, after = (openpyxl.load_workbook(one)[QUALITY_SHEET] for one in (path, saved))
    kinds = [
        sorted(str(rule.type) for rule in page.data_validations.dataValidation)
        for page in (before, after)
    ]
    assert kinds[0] == kinds[1] and len(kinds[0]) == 7
    assert after.protection.sheet


def test_the_office_s_own_workbook_and_the_registers_open(
    tmp_path: Path, tiny: Project, recalculated: Convert
) -> None:
    book = recalculated(tiny.outputs(YEAR) / "forms" / "Управление образования.xlsx")
    counts = book.get_sheet_by_name("Содержание").to_python(skip_empty_area=False)
    assert counts[6][2:5] == [3.0, 0.0, 3.0]
    project = write_catalogue(tmp_path)
    write_banks(project)
    for path in write_registers(project, YEAR):
        assert len(recalculated(path).sheet_names) == 2
