"""Registers: the blanks' lists, filled rows read back, bad cells refused, known rows kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from filled_forms import read
from tiny_catalogue import YEAR, schools_frame, write_banks, write_catalogue

from msoko_lib.bank import Bank
from msoko_lib.forms.registers import write_registers
from msoko_lib.intake.reading import Reading
from msoko_lib.intake.register_columns import REGISTERS
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project

TITLES = {register.table: register.title for register in REGISTERS}
GOOD: dict[str, list[object]] = {
    "measures": [None, "МБОУ «СОШ № 1» г. Энск", "Наставник", "07 Профессиональное развитие",
                 "Приказ № 5", dt.date(2024, 9, 2), "02.09.2024", dt.date(2025, 5, 30),
                 "заместитель начальника", "КП-01", 5, "низкие результаты"],
    "roadmap": [None, "Провести семинар", "1", dt.date(2025, 3, 1), "методист", "Выполнен"],
    "procedures": [None, "ВПР", "вариативная", 4, "Математика", dt.date(2025, 4, 10),
                   dt.date(2025, 4, 10), "1,5", None],
    "observers": ["ООШ с. Липовка", "ВПР", None, 4, 3],
    "replies": ["edu100001", "Качество подготовки обучающихся", "Классы малы.", "1 марта"],
}  # fmt: skip
EXPECTED: dict[str, dict[str, object]] = {
    "measures": {
        "measure_id": "1", "school_id": "edu100001", "title": "Наставник", "subsystem": "07",
        "document": "Приказ № 5", "document_date": "2024-09-02", "start_date": "2024-09-02",
        "end_date": "2025-05-30", "indicator_id": "КП-01", "planned_change": 5.0,
    },
    "roadmap": {"item_id": "1", "subsystem": "01", "deadline": "2025-03-01", "state": "выполнен"},
    "procedures": {"procedure_id": "1", "kind": "вариативная", "grade": 4, "lesson_hours": 1.5},
    "observers": {"school_id": "edu100002", "rooms_n": 4, "observed_rooms_n": 3},
    "replies": {"school_id": "edu100001", "subsystem": "01", "text": "Классы малы."},
}  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = write_catalogue(tmp_path_factory.mktemp("registers"))
    write_banks(made)
    write_registers(made, YEAR)
    return made


def filled(project: Project, folder: Path, table: str, *rows: Sequence[object]) -> Reading:
    """A register with rows written from row 5 on; None leaves what the blank has."""
    book = openpyxl.load_workbook(project.outputs(YEAR) / "forms" / f"{TITLES[table]}.xlsx")
    page = book.worksheets[0]
    for number, row in enumerate(rows, start=5):
        for place, value in enumerate(row, start=1):
            if value is not None:
                page.cell(number, place).value = value
    path = folder / "реестр от методиста.xlsx"
    book.save(path)
    return read(project, path)


def told(reading: Reading) -> list[tuple[str, str]]:
    return [(item.rule, item.cell) for item in reading.findings]


@pytest.mark.parametrize("table", GOOD)
def test_a_filled_register_is_read(project: Project, tmp_path: Path, table: str) -> None:
    reading = filled(project, tmp_path, table, GOOD[table])
    frame = reading.tables[table]
    assert len(frame) == 1
    got = {name: frame.iloc[0][name] for name in EXPECTED[table]}
    assert got == EXPECTED[table]
    assert frame["source_row"].tolist() == [5] and set(frame["school_year"]) == {YEAR}
    # Only «1 марта» without a year cannot be read.
    assert told(reading) == ([("register_bad_optional", "D5")] if table == "replies" else [])
    TABLES[table].validate(frame)


def test_blank_registers_give_no_rows(project: Project) -> None:
    for register in REGISTERS:
        reading = read(project, project.outputs(YEAR) / "forms" / f"{register.title}.xlsx")
        assert told(reading) == [("register_no_rows", "A4")]
        assert reading.rows_n == 0


def test_lists_to_choose_from(project: Project) -> None:
    book = openpyxl.load_workbook(project.outputs(YEAR) / "forms" / "Реестр мер.xlsx")
    hidden = book["_msoko"]
    assert [hidden.cell(row, 4).value for row in (1, 4)] == ["МБОУ «СОШ № 1» г. Энск",
                                                             "Дом творчества"]  # fmt: skip
    assert hidden["E1"].value == "01 Качество подготовки обучающихся"
    assert hidden["F1"].value == "КП-01"
    rules = {str(rule.sqref): rule for rule in book.worksheets[0].data_validations.dataValidation}
    assert rules["B5:B1000"].formula1 == "'_msoko'!$D$1:$D$4"
    assert rules["F5:F1000"].type == "date"


def test_a_measure_for_several_schools_is_a_row_for_each(project: Project, tmp_path: Path) -> None:
    row = [*GOOD["measures"]]
    row[1] = "СОШ № 1 Энск; ООШ Липовка; Школа будущего"
    frame = filled(project, tmp_path, "measures", row).tables["measures"]
    assert frame["school_id"].tolist() == ["edu100001", "edu100002", "name:Школа будущего"]


BAD: list[tuple[str, int, object, str, int]] = [
    ("measures", 1, "  ", "register_blank", 0),
    ("measures", 3, "99 Неведомое", "register_unknown_subsystem", 0),
    ("measures", 9, "ЯЯ-77", "register_unknown_indicator", 1),
    ("measures", 7, dt.date(2024, 1, 1), "register_dates_reversed", 1),
    ("measures", 10, "много", "register_bad_optional", 1),
    ("roadmap", 5, "сделан", "register_bad_optional", 1),
    ("procedures", 2, "иногда", "register_bad_value", 0),
    ("procedures", 3, 13, "register_bad_optional", 1),
    ("procedures", 5, "весной", "register_bad_value", 0),
    ("observers", 3, "три", "register_bad_value", 0),
    ("observers", 4, 5, "register_more_observed", 0),
]


@pytest.mark.parametrize(("table", "place", "value", "rule", "kept"), BAD)
def test_a_bad_cell_is_told_of(
    project: Project, tmp_path: Path, table: str, place: int, value: object, rule: str, kept: int
) -> None:
    bad = [*GOOD[table]]
    bad[place] = value
    good = [*GOOD[table]]
    good[1 if table in ("observers", "roadmap") else 0] = "другое"
    if table == "observers":
        good[0] = "edu100001"
    reading = filled(project, tmp_path, table, bad, good)
    letter = "ABCDEFGHIJKL"[place]
    assert told(reading) == [(rule, f"{letter}5")]
    assert len(reading.tables[table]) == kept + 1


def test_a_row_without_a_number_and_a_repeated_one(project: Project, tmp_path: Path) -> None:
    rows = [[" ", *GOOD["roadmap"][1:]], ["7", *GOOD["roadmap"][1:]], ["7", *GOOD["roadmap"][1:]]]
    reading = filled(project, tmp_path, "roadmap", *rows)
    assert told(reading) == [("register_no_number", "A5"), ("register_repeated", "A7")]
    assert reading.tables["roadmap"]["item_id"].tolist() == ["7"]


def test_a_formula_without_a_result_is_refused(project: Project, tmp_path: Path) -> None:
    bad = [*GOOD["observers"]]
    bad[3] = "=2+2"
    reading = filled(project, tmp_path, "observers", bad)
    assert ("register_formula_error", "D5") in told(reading)
    assert reading.tables["observers"].empty


def test_a_register_of_another_year_is_refused(project: Project, tmp_path: Path) -> None:
    filled(project, tmp_path, "roadmap", GOOD["roadmap"])
    reading = read(project, tmp_path / "реестр от методиста.xlsx", year="2025-2026")
    assert [item.rule for item in reading.findings] == ["register_wrong_year"]
    assert reading.rows_n == 0


def test_a_register_typed_anew_is_known_by_its_headings(project: Project, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for row in (
        ["Дорожная карта"],
        ["Пункт", "№", "Срок", "Состояние", "Ответственный", "Подсистема"],
        ["Семинар", 3, "01.03.2025", "идёт", "", 1],
    ):
        page.append(row)
    book.save(tmp_path / "карта.xlsx")
    frame = read(project, tmp_path / "карта.xlsx").tables["roadmap"]
    assert frame[["item_id", "deadline", "state", "subsystem"]].values.tolist() == [
        ["3", "2025-03-01", "идёт", "01"]
    ]


def test_values_without_a_heading_are_told_of_and_a_column_of_ones_own_is_not(
    project: Project, tmp_path: Path
) -> None:
    register = next(each for each in REGISTERS if each.table == "roadmap")
    path = tmp_path / "карта.xlsx"
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.append(["Учебный год: 2024-2025"])
    page.append([*(column.title for column in register.columns), "Наши заметки"])
    page.append([1, "Провести семинар", "1", "01.03.2025", "методист", "выполнен", "позвонить"])
    book.save(path)
    assert "register_unread_column" not in {item.rule for item in read(project, path).findings}
    page["E2"] = None
    book.save(path)
    reading = read(project, path)
    told = [item for item in reading.findings if item.rule == "register_unread_column"]
    assert len(reading.tables["roadmap"]) == 1
    assert [item.cell for item in told] == ["E2", "G2"]
    assert "«Ответственный (должность)»" in told[0].expected and "«Срок»" not in told[0].expected


def test_known_rows_stand_in_the_next_blank(tmp_path: Path) -> None:
    project = write_catalogue(tmp_path)
    rows = TABLES["roadmap"].conform(pd.DataFrame([
        {"school_year": YEAR, "item_id": "2", "title": "Семинар", "subsystem": "07",
         "deadline": "2025-03-01", "state": "идёт", "source_file": "карта.xlsx"}
    ]))  # fmt: skip
    Bank(project, YEAR).write({"schools": schools_frame(), "roadmap": rows}, {})
    path = next(path for path in write_registers(project, YEAR) if "Дорожная" in path.name)
    page = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.value for cell in page[5]][:4] == [
        "2", "Семинар", "07 Профессиональное развитие педагогических работников и руководителей",
        dt.datetime(2025, 3, 1),
    ]  # fmt: skip
    assert [page.cell(row, 1).value for row in (6, 7)] == [1, 3]
    reading = read(project, path)
    pd.testing.assert_frame_equal(
        reading.tables["roadmap"].drop(columns=["source_file", "source_sheet", "source_row"]),
        rows.drop(columns=["source_file", "source_sheet", "source_row"]),
    )
