"""Filled forms come back changed in every way: what is read, what is refused, cell by cell."""

from __future__ import annotations

import datetime as dt
import pickle
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from filled_forms import (
    QUALITY_SHEET,
    STAFF_SHEET,
    Change,
    answer,
    changed,
    only,
    read,
    row_of,
    told,
    values,
)
from openpyxl import Workbook
from tiny_catalogue import BEFORE, SCHOOLS, YEAR, schools_frame

from msoko_lib.catalogue import load_catalogue
from msoko_lib.forms.fill import fill_form
from msoko_lib.intake.directory import Directory, open_directory
from msoko_lib.intake.forms import form_layouts
from msoko_lib.intake.rules import SEVERITY_TITLES
from msoko_lib.project import Project

GOOD = {"pupils_n": 410, "pupils_tested_n": 120, "teachers_n": 38, "courses_share": 45.5}


def make(blank: Path, folder: Path, *changes: Change) -> Path:
    return changed(blank, folder / "как угодно названный файл.xlsx", *changes)


def test_a_filled_form_is_read(tiny: Project, blank: Path, tmp_path: Path) -> None:
    path = make(blank, tmp_path, answer(
        **GOOD, site_works="нет", programme="смешанная, ОБЕ", licence_date=dt.date(2019, 5, 6),
        mean_mark=3.75, remark="Ремонт спортзала",
    ))  # fmt: skip
    reading = read(tiny, path)
    assert told(reading) == []
    assert (reading.layout, reading.title) == ("form", f"Форма сбора: {SCHOOLS[0][1]}, {YEAR}")
    assert values(reading) == {
        **GOOD, "site_works": 0.0, "programme": "смешанная, обе", "licence_date": "2019-05-06",
        "mean_mark": 3.75, "remark": "Ремонт спортзала",
    }  # fmt: skip
    frame = reading.tables["form_values"].set_index("field_id")
    assert set(frame["school_id"]) == {"edu100001"} and set(frame["school_year"]) == {YEAR}
    assert frame.loc["teachers_n", ["subsystem", "source_sheet", "source_row"]].tolist() == [
        "07", STAFF_SHEET, 7,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "cell", "value"),
    [
        ("pupils_n", "1 204", 1204.0), ("pupils_n", "1\u00a0204 чел.", 1204.0),
        ("pupils_n", "12 человек", 12.0), ("pupils_n", 12.0, 12.0),
        ("mean_mark", "3,75", 3.75), ("courses_share", "45,5 %", 45.5),
        ("courses_share", "0,5 %", 0.5), ("courses_share", "45%", 45.0),
        ("site_works", "Да.", 1.0), ("site_works", True, 1.0), ("site_works", 0, 0.0),
        ("licence_date", "06.05.2019", "2019-05-06"),
        ("licence_date", "6 мая 2019 г.", "2019-05-06"),
        ("licence_date", dt.datetime(2019, 5, 6), "2019-05-06"),
        ("remark", 2024, "2024"), ("remark", "нет", "нет"), ("pupils_n", "-", None),
        ("pupils_n", "нет данных", None), ("pupils_n", "Н/Д", None), ("licence_date", "нет", None),
        ("pupils_n", "   ", None), ("pupils_n", 0, 0.0), ("salary", "50 000 руб.", 50000.0),
    ],
)  # fmt: skip
def test_cells_as_people_write_them(
    tiny: Project, blank: Path, tmp_path: Path, field: str, cell: object, value: object
) -> None:
    reading = read(tiny, make(blank, tmp_path, answer(teachers_n=40, **{field: cell})))
    assert values(reading).get(field) == value
    assert {item.severity for item in reading.findings} <= {"note"}


@pytest.mark.parametrize(
    ("field", "cell", "rule"),
    [
        ("pupils_n", "много", "form_not_number"), ("pupils_n", "12,5", "form_not_whole"),
        ("pupils_n", -1, "form_out_of_range"), ("pupils_n", "45 %", "form_not_number"),
        ("pupils_n", "1,204", "form_not_whole"), ("pupils_n", True, "form_not_number"),
        ("pupils_n", "12 тыс. чел.", "form_not_number"), ("mean_mark", 5.1, "form_out_of_range"),
        ("mean_mark", "нет", "form_not_number"), ("mean_mark", dt.date(2024, 5, 3),
                                                  "form_date_for_number"),
        ("courses_share", 101, "form_out_of_range"), ("site_works", "частично", "form_not_yes_no"),
        ("programme", "новая", "form_not_choice"), ("licence_date", "31.02.2020", "form_not_date"),
        ("licence_date", "весной", "form_not_date"), ("licence_date", "1.1.1700", "form_not_date"),
        ("pupils_tested_n", 411, "form_part_above_whole"),
        ("tested_teachers_n", 411, "form_part_above_whole"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_refused_at_its_address_and_the_rest_is_taken(
    tiny: Project, blank: Path, tmp_path: Path, field: str, cell: object, rule: str
) -> None:
    answers = {"pupils_n": 410, "teachers_n": 38, field: cell}
    path = make(blank, tmp_path, answer(**answers))
    reading = read(tiny, path)
    finding = only(reading.findings, rule)
    page = openpyxl.load_workbook(path)[finding.sheet]
    assert finding.cell == f"C{row_of(page, field)}"
    assert finding.severity == "refused_rows"
    assert field not in values(reading)
    assert values(reading)["teachers_n"] == 38


@pytest.mark.parametrize(
    ("field", "cell", "rule", "value"),
    [
        ("courses_share", 0.45, "form_share_below_one", 0.45),
        ("pupils_n", "нет", "form_none_is_zero", 0.0),
        ("licence_date", "43591", "form_date_as_number", "2019-05-06"),
    ],
)
def test_a_doubtful_cell_is_taken_with_a_question(
    tiny: Project, blank: Path, tmp_path: Path, field: str, cell: object, rule: str, value: object
) -> None:
    reading = read(tiny, make(blank, tmp_path, answer(**{field: cell})))
    assert only(reading.findings, rule).severity == "question"
    assert values(reading)[field] == value


def test_a_formula_counts_by_its_stored_result_and_errors_are_refused(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    """Results are written into the XML as Excel stores them: openpyxl stores none."""
    path = tmp_path / "формулы.xlsx"
    stored = {
        "C7": b"<f>400+10</f><v>410</v>", "C8": b"<f>C7/0</f><v>#DIV/0!</v>",
        "C12": b"<f>AVERAGE(3,4)</f>",
    }  # fmt: skip
    with zipfile.ZipFile(blank) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            xml = source.read(name)
            if name == "xl/worksheets/sheet2.xml":
                for address, inside in stored.items():
                    kind = b' t="e"' if b"#" in inside else b""
                    # An empty cell is closed in one way or the other by what writes the XML.
                    empty = rf'<c r="{address}"( s="\d+")?(?: t="n")? ?(?:/>|></c>)'.encode()
                    filled = rb'<c r="%s"\1%s>%s</c>' % (address.encode(), kind, inside)
                    xml, replaced = re.subn(empty, filled, xml)
                    assert replaced == 1, address
            target.writestr(name, xml)
    reading = read(tiny, path)
    assert values(reading) == {"pupils_n": 410.0}
    assert told(reading) == [("form_formula_error", "C8"), ("form_formula_empty", "C12")]
    assert "#DIV/0!" in reading.findings[0].found


def test_rows_inserted_sorted_and_columns_moved(tiny: Project, blank: Path, tmp_path: Path) -> None:
    def rearrange(book: Workbook) -> None:
        page = book[QUALITY_SHEET]
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=7, max_row=13)]
        header = [cell.value for cell in page[6]]
        head = [[page.cell(row, 1).value] for row in range(1, 6)]
        book.remove(page)
        page = book.create_sheet("Ответы школы")
        order = [7, 6, 2, 0, 1, 4, 3, 5]
        body = [*reversed(rows[:4]), [None] * 8, ["", "Примечание школы"], *rows[4:]]
        for row in [*head, [], ["", "Заполнил завуч"], [header[place] for place in order]]:
            page.append(row)
        for row in body:
            page.append([row[place] if place < len(row) else None for place in order])

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD, mean_mark=4), rearrange))
    assert values(reading) == {**GOOD, "mean_mark": 4.0}
    assert told(reading) == []


def test_codes_that_stayed_behind_when_rows_were_sorted(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    def sort_visible_columns(book: Workbook) -> None:
        page = book[QUALITY_SHEET]
        rows = [[page.cell(row, column).value for column in range(1, 8)] for row in (7, 8)]
        for row, cells in zip((8, 7), rows, strict=True):
            for column, value in enumerate(cells, start=1):
                page.cell(row, column).value = value

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), sort_visible_columns))
    assert values(reading) == GOOD
    assert "7–8" in only(reading.findings, "form_code_moved").found


def test_without_codes_fields_are_known_by_their_titles(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    def delete_codes(book: Workbook) -> None:
        for name in (QUALITY_SHEET, STAFF_SHEET):
            book[name].delete_cols(8)

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), delete_codes))
    assert values(reading) == GOOD
    assert told(reading) == [("form_by_title", "")] * 2


def test_a_sheet_deleted_is_named_and_the_rest_is_read(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), lambda book: book.remove(
        book[STAFF_SHEET])))  # fmt: skip
    assert values(reading) == {"pupils_n": 410, "pupils_tested_n": 120}
    assert "«07. Профессиональное развитие" in only(reading.findings, "form_sheets_missing").found


def test_only_the_answers_sheet_is_sent(tiny: Project, blank: Path, tmp_path: Path) -> None:
    def keep_one(book: Workbook) -> None:
        for name in ("Содержание", "_msoko", QUALITY_SHEET):
            book.remove(book[name])

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), keep_one))
    assert values(reading) == {"teachers_n": 38, "courses_share": 45.5}
    assert set(reading.tables["form_values"]["school_id"]) == {"edu100001"}
    assert told(reading) == [("form_unit_by_name", "")]


def without_marks(*lines: str) -> Change:
    """Delete the hidden sheet and whatever begins with the given words above the tables."""

    def change(book: Workbook) -> None:
        book.remove(book["_msoko"])
        for page in book.worksheets:
            for row in (2, 3):
                if str(page.cell(row, 1).value).startswith(lines):
                    page.cell(row, 1).value = None

    return change


def test_nobody_s_form_is_refused(tiny: Project, blank: Path, tmp_path: Path) -> None:
    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), without_marks("Организация")))
    assert told(reading) == [("form_no_unit", "")]
    assert reading.rows_n == 0


def test_an_unknown_organisation_keeps_its_name_to_be_set_aside(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    def rename(book: Workbook) -> None:
        book.remove(book["_msoko"])
        for page in book.worksheets:
            page.cell(2, 1).value = "Организация: Школа будущего"

    path = make(blank, tmp_path, answer(**GOOD), rename)
    assert set(read(tiny, path).tables["form_values"]["school_id"]) == {"name:Школа будущего"}


def test_a_form_of_two_organisations_is_refused(tiny: Project, blank: Path, tmp_path: Path) -> None:
    def take_over(book: Workbook) -> None:
        book[QUALITY_SHEET].cell(2, 1).value = "Организация: ООШ с. Липовка"

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), take_over))
    finding = only(reading.findings, "form_two_units")
    assert "СОШ № 1" in finding.found and "Липовка" in finding.found
    assert reading.rows_n == 0


def test_a_renamed_school_is_known_by_its_code(tiny: Project, blank: Path, tmp_path: Path) -> None:
    schools = schools_frame()
    schools.loc[0, "short_name"] = "Гимназия имени Пушкина"
    reading = read(tiny, make(blank, tmp_path, answer(**GOOD)),
                   directory=Directory.from_frame(schools))  # fmt: skip
    assert set(reading.tables["form_values"]["school_id"]) == {"edu100001"}
    assert told(reading) == []


def test_without_a_directory_the_code_of_the_form_is_taken(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    reading = read(tiny, make(blank, tmp_path, answer(**GOOD)), directory=open_directory())
    assert set(reading.tables["form_values"]["school_id"]) == {"edu100001"}


def test_a_form_of_another_year_is_refused_with_advice(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    reading = read(tiny, make(blank, tmp_path, answer(**GOOD)), year="2025-2026")
    finding = only(reading.findings, "form_wrong_year")
    assert finding.severity == "refused_file" and "data/raw/2024-2025" in finding.action
    assert reading.rows_n == 0


def test_last_year_s_form_with_this_year_written_in_is_read(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    """The form of 2024-2025, answered in 2025-2026; the year is corrected on one sheet only."""

    def write_year(book: Workbook) -> None:
        book[QUALITY_SHEET].cell(3, 1).value = "Учебный год: 2025/26"

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), write_year), year="2025-2026")
    assert values(reading) == GOOD
    assert [item.rule for item in reading.findings] == ["form_year_by_hand"]


def test_an_old_version_s_retired_field_is_not_taken(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    def old_version(book: Workbook) -> None:
        page = book[QUALITY_SHEET]
        for column, value in ((2, "Прежний показатель"), (3, 5), (8, "old_n")):
            page.cell(14, column).value = value
        page.cell(7, 2).value = "Число учеников (прежняя формулировка)"

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), old_version))
    assert values(reading) == GOOD
    assert "14" in only(reading.findings, "form_not_asked").found


def test_without_any_year_the_folder_s_is_taken(tiny: Project, blank: Path, tmp_path: Path) -> None:
    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), without_marks("Учебный год")))
    assert values(reading) == GOOD
    assert ("form_no_year", "") in told(reading)


def test_a_row_of_the_school_s_own_is_refused(tiny: Project, blank: Path, tmp_path: Path) -> None:
    def add_row(book: Workbook) -> None:
        for column, value in ((2, "Кружков"), (3, 5)):
            book[QUALITY_SHEET].cell(15, column).value = value

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), add_row))
    assert told(reading) == [("form_unknown_row", "C15")]
    assert values(reading) == GOOD


def test_a_row_copied_with_another_answer_is_refused(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    def copy_row(book: Workbook) -> None:
        page = book[QUALITY_SHEET]
        for row, answered in ((14, 410), (15, 411)):
            for column, value in ((2, "Обучающихся всего"), (3, answered), (8, "pupils_n")):
                page.cell(row, column).value = value

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), copy_row))
    assert told(reading) == [("form_repeated", "C15")]
    assert values(reading) == GOOD


def test_a_lost_value_column_is_told_of(tiny: Project, blank: Path, tmp_path: Path) -> None:
    def lose(book: Workbook) -> None:
        book[QUALITY_SHEET].delete_cols(3)

    reading = read(tiny, make(blank, tmp_path, answer(**GOOD), lose))
    assert [item.rule for item in reading.findings] == ["form_no_value_column"]
    assert values(reading) == {"teachers_n": 38, "courses_share": 45.5}


def test_an_untouched_blank_is_told_of(tiny: Project, blank: Path) -> None:
    assert [item.rule for item in read(tiny, blank).findings] == ["form_no_answers"]


def test_a_form_without_its_sheets_is_refused(tiny: Project, blank: Path, tmp_path: Path) -> None:
    def empty(book: Workbook) -> None:
        for name in (QUALITY_SHEET, STAFF_SHEET):
            book.remove(book[name])

    reading = read(tiny, make(blank, tmp_path, empty))
    assert [item.rule for item in reading.findings] == ["form_no_sheets"]


def test_words_for_no_data_are_noted_once_a_sheet(
    tiny: Project, blank: Path, tmp_path: Path
) -> None:
    path = make(blank, tmp_path, answer(pupils_n="-", mean_mark="нет данных", teachers_n="9 чел."))
    reading = read(tiny, path)
    assert "C7, C12" in only(reading.findings, "form_no_data_words").found
    assert "C7" in only(reading.findings, "form_unit_words").found


def test_the_office_s_form_is_read_by_organisation(tiny: Project, tmp_path: Path) -> None:
    office = tiny.outputs(YEAR) / "forms" / "Управление образования.xlsx"

    def fill(book: Workbook) -> None:
        page = book[QUALITY_SHEET]
        assert [page.cell(row, 2).value for row in (7, 8, 9)] == [
            name for _, name, _ in SCHOOLS[:3]
        ]
        for row, value in ((7, 3), (8, "много"), (9, 0)):
            page.cell(row, 3).value = value

    reading = read(tiny, make(office, tmp_path, fill))
    frame = reading.tables["form_values"].set_index("school_id")
    assert frame["value"].to_dict() == {"edu100001": 3.0, "ds200001": 0.0}
    assert told(reading) == [("form_not_number", "C8")]


def test_the_office_s_form_without_codes(tiny: Project, tmp_path: Path) -> None:
    office = tiny.outputs(YEAR) / "forms" / "Управление образования.xlsx"

    def fill(book: Workbook) -> None:
        page = book[QUALITY_SHEET]
        page.cell(8, 3).value = 4
        page.delete_rows(5)
        page.delete_cols(1)
        book.remove(book["_msoko"])

    frame = read(tiny, make(office, tmp_path, fill)).tables["form_values"]
    assert frame[["school_id", "field_id", "value"]].values.tolist() == [
        ["edu100002", "inspections_n", 4.0]
    ]


def test_layouts_go_to_other_processes(tiny: Project) -> None:
    layouts = form_layouts(load_catalogue(tiny))
    assert pickle.loads(pickle.dumps(layouts))[0].code == "form"


def test_other_tables_are_not_taken_for_forms(tiny: Project, tmp_path: Path) -> None:
    book = Workbook()
    for row in (["Организация", "Обучающихся всего", "Кабинетов"], ["СОШ № 1", 400, 12]):
        book.active.append(row)  # type: ignore[union-attr]
    pages = book.create_sheet("Показатели")
    for row in (["Показатель", "Значение"], ["Температура", 36.6]):
        pages.append(row)
    book.save(tmp_path / "чужая.xlsx")
    assert [item.rule for item in read(tiny, tmp_path / "чужая.xlsx").findings] == ["unrecognised"]


def test_every_message_is_whole(tiny: Project, blank: Path, tmp_path: Path) -> None:
    path = make(blank, tmp_path, answer(pupils_n="x y", mean_mark=9, site_works="?!", remark="="))
    for item in read(tiny, path).findings:
        assert item.severity in SEVERITY_TITLES
        for part in (item.found, item.expected, item.action):
            assert part.endswith((".", "?")) and "{" not in part and "None" not in part


def test_a_form_of_last_year_lies_in_its_own_folder(tiny: Project, blank: Path) -> None:
    content = fill_form(blank.read_bytes(), {"pupils_n": 5}, "2025-01-20T10:00:00Z")
    path = blank.with_name("прошлая.xlsx")
    path.write_bytes(content)
    assert read(tiny, path, year=BEFORE).rows_n == 0
    path.unlink()
