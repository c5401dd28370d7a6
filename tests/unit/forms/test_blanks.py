"""Blanks: who is asked what, what Excel checks, what stays when somebody has begun to fill."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest
from filled_forms import QUALITY_SHEET, answer, changed, row_of
from openpyxl.worksheet.worksheet import Worksheet
from tiny_catalogue import SCHOOLS, YEAR, schools_frame, write_banks, write_catalogue

from msoko_lib.catalogue import load_catalogue
from msoko_lib.forms.fill import answer_cells, fill_form
from msoko_lib.forms.office import office_workbook
from msoko_lib.forms.plan import office_sheets
from msoko_lib.forms.units import FormsProblem, Unit
from msoko_lib.forms.writer import write_forms
from msoko_lib.intake.directory import Directory, draft_directory, write_directory_draft
from msoko_lib.project import Project


def codes(path: Path) -> list[str]:
    return list(answer_cells(path.read_bytes()))


def rules_of(page: Worksheet, address: str) -> list[object]:
    return [rule for rule in page.data_validations.dataValidation if address in rule.sqref]


def test_every_organisation_gets_what_its_kind_is_asked(tiny: Project) -> None:
    folder = tiny.outputs(YEAR) / "forms"
    names = sorted(path.name for path in folder.glob("*.xlsx"))
    assert names == [
        "Дом творчества.xlsx", "МБДОУ Детский сад № 5 Ромашка.xlsx", "МБОУ СОШ № 1 г. Энск.xlsx",
        "МКОУ ООШ с. Липовка.xlsx", "Управление образования.xlsx",
    ]  # fmt: skip
    assert codes(folder / "Дом творчества.xlsx") == [
        "site_works", "teachers_n", "teachers_high_n", "courses_share",
    ]  # fmt: skip
    school = codes(folder / "МБОУ СОШ № 1 г. Энск.xlsx")
    assert "old_n" not in school, "a retired field is not asked"
    assert "inspections_n" not in school, "the office's field is not the school's"
    assert len(school) == 12


def test_last_year_stands_beside(blank: Path) -> None:
    page = openpyxl.load_workbook(blank)[QUALITY_SHEET]
    assert page.cell(6, 5).value == "Прошлый год 2023-2024"
    assert page.cell(row_of(page, "pupils_n"), 5).value == 400
    assert page.cell(row_of(page, "site_works"), 5).value == "да"
    assert page.cell(row_of(page, "mean_mark"), 5).value is None


def test_only_answers_can_be_filled_and_the_structure_is_kept(blank: Path) -> None:
    book = openpyxl.load_workbook(blank)
    assert book.security.lockStructure and not book.security.workbookPassword
    assert book["_msoko"].sheet_state == "veryHidden"
    assert {row[0].value: row[1].value for row in book["_msoko"].iter_rows(max_col=2)} == {
        "вид книги": "форма организации", "версия формы": "1", "код организации": "edu100001",
        "организация": SCHOOLS[0][1], "тип организации": "school", "учебный год": YEAR,
    }  # fmt: skip
    page = book[QUALITY_SHEET]
    assert page.protection.sheet and page.protection.password is None
    unlocked = [
        cell.coordinate for row in page.iter_rows() for cell in row if not cell.protection.locked
    ]
    assert unlocked == [f"C{row}" for row in range(7, 14)]
    assert page.column_dimensions["H"].hidden and page.freeze_panes == "C7"
    assert page.print_title_rows == "$6:$6" and page.page_setup.orientation == "landscape"


@pytest.mark.parametrize(
    ("field", "kind", "formula"),
    [
        ("pupils_n", "whole", "0"),
        ("pupils_tested_n", "custom",
         "AND(ISNUMBER(C8),C8=INT(C8),C8>=0,OR(ISBLANK(C7),C8<=C7))"),
        ("tested_teachers_n", "custom",
         f"AND(ISNUMBER(C9),C9=INT(C9),C9>=0,OR(ISBLANK('{QUALITY_SHEET}'!C7),"
         f"C9<='{QUALITY_SHEET}'!C7))"),
        ("site_works", "list", '"да,нет"'),
        ("programme", "list", "'_msoko'!$D$1:$D$3"),
        ("mean_mark", "decimal", "2"),
        ("courses_share", "decimal", "0"),
        ("licence_date", "date", "18264"),
        ("remark", "textLength", "2000"),
    ],
)  # fmt: skip
def test_excel_validates_by_kind(blank: Path, field: str, kind: str, formula: str) -> None:
    sheet, address = answer_cells(blank.read_bytes())[field]
    page = openpyxl.load_workbook(blank)[sheet]
    (rule,) = rules_of(page, address)
    assert (rule.type, rule.formula1) == (kind, formula)  # type: ignore[attr-defined]
    assert rule.allow_blank and rule.showErrorMessage  # type: ignore[attr-defined]
    # Excel calls a file damaged whose messages are longer.
    assert len(rule.prompt) <= 255 and len(rule.error) <= 255  # type: ignore[attr-defined]
    assert len(rule.promptTitle) <= 32 and len(rule.errorTitle) <= 32  # type: ignore[attr-defined]


def test_choices_with_commas_come_from_the_hidden_sheet(blank: Path) -> None:
    page = openpyxl.load_workbook(blank)["_msoko"]
    assert [page[f"D{row}"].value for row in (1, 2, 3)] == [
        "базовая", "углублённая", "смешанная, обе",
    ]  # fmt: skip


def test_a_form_that_somebody_has_begun_to_fill_is_left_alone(tmp_path: Path) -> None:
    project = write_catalogue(tmp_path)
    write_banks(project)
    first = write_forms(project, YEAR)[0]
    assert write_forms(project, YEAR)[0] == first, "an untouched blank is written anew"
    changed(first, first, answer(pupils_n=7))
    mine = first.read_bytes()
    again = write_forms(project, YEAR)[0]
    assert first.read_bytes() == mine
    assert again.name == "МБОУ СОШ № 1 г. Энск (новый бланк).xlsx"
    assert write_forms(project, YEAR)[0] == again


def test_the_directory_is_found_among_raw_files_before_there_is_a_bank(tmp_path: Path) -> None:
    project = write_catalogue(tmp_path)
    with pytest.raises(FormsProblem, match="Справочник ОО"):
        write_forms(project, YEAR)
    schools = schools_frame()
    draft = draft_directory({"schools": schools}, Directory.from_frame(schools))
    project.raw(YEAR).mkdir(parents=True)
    write_directory_draft(draft, project.raw(YEAR) / "ОО.xlsx")
    assert len(write_forms(project, YEAR)) == len(SCHOOLS) + 1


def test_a_catalogue_that_asks_nothing_is_told_of(tmp_path: Path) -> None:
    project = write_catalogue(tmp_path)
    for path in (project.params / "indicators").glob("*.yml"):
        text = path.read_text(encoding="utf-8").replace(", until: 2024", "")
        path.write_text(re.sub(r"\{id: ", "{since: 2030, id: ", text), encoding="utf-8")
    write_banks(project)
    with pytest.raises(FormsProblem, match="формы делать не из чего"):
        write_forms(project, YEAR)


def test_filling_by_script_asks_for_known_fields(blank: Path) -> None:
    with pytest.raises(KeyError):
        fill_form(blank.read_bytes(), {"no_such_field": 1})


def test_the_office_is_not_asked_about_organisations_that_are_not_there(tiny: Project) -> None:
    catalogue = load_catalogue(tiny)
    assert office_sheets(catalogue, YEAR, ["additional"]) == []
    units = [Unit("ddt1", "Дом творчества", "additional"), Unit("edu100001", "СОШ № 1", "school")]
    sheets = office_sheets(catalogue, YEAR, ["additional", "school"])
    book = openpyxl.load_workbook(io.BytesIO(office_workbook(sheets, units, YEAR, {})))
    page = book[QUALITY_SHEET]
    assert [page.cell(row, 2).value for row in (7, 8)] == ["СОШ № 1", None]
