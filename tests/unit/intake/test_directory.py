"""The school directory: reading, look-ups, names, the draft."""

from __future__ import annotations

from pathlib import Path

import builders_gia as b
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from msoko_lib.intake.directory import (
    Directory,
    draft_directory,
    open_directory,
    write_directory_draft,
)
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.school_cells import school_by_ris, school_of
from msoko_lib.intake.school_names import fold_school_name

FULL = b.directory_rows(
    b.school_row(
        "edu100001; EDU100011", "0111001", "МБОУ «СОШ № 1» г. Энск", ОГРН=1022500000001.0,
        **{"Прежние названия": "МОУ СШ №1; Школа имени Ленина", "Тип организации": "школа",
           "Город/село": "Г.", "Группа": "город", "Вид": "СОШ", "Действует с": "01.09.1990"},
    ),
    b.school_row(None, 111002, "ООШ с. Липовка", **{"Город/село": "село"}),
    b.school_row(None, None, "Детский сад № 5 «Ромашка»", ОГРН="1022500000002"),
    b.school_row("edu100004", None, "СОШ № 4", **{"Код в msoko": "school-four"}),
)  # fmt: skip


def read_directory(rows: list[b.Row] = FULL, year: str = "2024-2025") -> Directory:
    reading = b.read_rows(rows, b.context(year), code="directory")
    return Directory.from_frame(reading.tables["schools"])


def test_rows_become_schools() -> None:
    reading = b.read_rows(FULL, code="directory")
    schools = reading.tables["schools"]
    assert schools["school_id"].tolist() == [
        "edu100001", "ris111002", "ogrn1022500000002", "school-four",
    ]  # fmt: skip
    assert schools["unit_kind"].tolist() == ["school", "school", "preschool", "school"]
    assert schools["logins"].iloc[0] == "edu100001 edu100011"
    assert schools[["ris_code", "ogrn", "territory", "cluster", "since"]].iloc[0].tolist() == [
        "0111001", "1022500000001", "город", "город", "1990-09-01",
    ]  # fmt: skip
    assert b.codes(reading) == []
    TABLES["schools"].validate(TABLES["schools"].conform(schools))


@pytest.mark.parametrize(
    ("method", "asked", "school"),
    [
        ("by_login", " Edu100011 ", "edu100001"), ("by_login", "edu100004", "school-four"),
        ("by_login", "edu999999", None),
        ("by_ris_code", "111001", "edu100001"), ("by_ris_code", "0111001", "edu100001"),
        ("by_ris_code", "1022500000002", "ogrn1022500000002"), ("by_ris_code", "999", None),
        ("by_name", "СОШ №1 г.Энск(edu100001)", "edu100001"), ("by_name", "СШ № 1", "edu100001"),
        ("by_name", "МБОУ Школа им. Ленина", "edu100001"),
        ("by_name", "МКОУ «ООШ» Липовка", "ris111002"), ("by_name", "СОШ № 44", None),
    ],
)  # fmt: skip
def test_lookups(method: str, asked: str, school: str | None) -> None:
    assert getattr(read_directory(), method)(asked) == school


def test_a_name_of_two_schools_is_nobodys() -> None:
    rows = b.directory_rows(b.school_row(), b.school_row("edu2222", 111002, "МАОУ «СОШ №1»"))
    directory = read_directory(rows)
    assert directory.by_name("СОШ № 1") is None
    assert directory.shared_names == {"сош 1"}
    assert directory.by_login("edu2222") == "edu2222"


@pytest.mark.parametrize(
    ("since", "until", "works"),
    [
        (None, None, True), ("01.09.2024", None, True), ("31.08.2025", None, True),
        ("01.09.2025", None, False), (None, "31.08.2024", False), (None, "01.09.2024", True),
        (2025, 2025, True), (2026, None, False),
    ],
)  # fmt: skip
def test_schools_of_other_years_are_left_out(since: object, until: object, works: bool) -> None:
    dates = {"Действует с": since, "Действует по": until}
    rows = b.directory_rows(b.school_row("edu9999", 9, "СОШ №9"), b.school_row(**dates))
    assert ("edu100001" in read_directory(rows).school_ids) == works


def test_the_reading_survives_the_cache_and_gives_the_same_directory(tmp_path: Path) -> None:
    schools = b.read_rows(FULL).tables["schools"]
    schools.to_parquet(tmp_path / "schools.parquet")
    again = Directory.from_frame(pd.read_parquet(tmp_path / "schools.parquet"))
    assert again == Directory.from_frame(schools)
    other = read_directory(b.directory_rows(b.school_row()))
    assert again.fingerprint != other.fingerprint != open_directory().fingerprint


def test_synonyms_of_headers_and_any_order() -> None:
    rows = [
        ["Наименование ОО", "Территориальный признак", "Код ОО", "Логин", "Вид ОО"],
        ["СОШ №1", "городская местность", 111001, "edu100001", "СОШ"],
    ]
    reading = b.read_rows(rows, code="directory")
    assert reading.tables["schools"]["school_id"].tolist() == ["edu100001"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("МБОУ «СОШ № 1» г. Энск", "Муниципальное бюджетное общеобразовательное учреждение "
         "«Средняя общеобразовательная школа №1» город Энск"),
        ("МКОУ ООШ с. Липовка", "ООШ села Липовка"),
        ("МБДОУ «Детский сад № 5 „Ромашка“»", "Детский сад №5 Ромашка"),
        ("МАОУ СОШ N 2", "МОУ «СОШ №2»"),
        ("Лицей им. А. С. Пушкина", "МБОУ лицей имени А.С. Пушкина"),
        ("МБОУ COШ №1", "СОШ №1"),
    ],
)  # fmt: skip
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert fold_school_name(one) == fold_school_name(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("СОШ №1", "СОШ №11"), ("СОШ №1", "ООШ №1"), ("СОШ Липовка", "СОШ Берёзовка"),
     ("Детский сад №5", "СОШ №5")],
)  # fmt: skip
def test_names_of_two_schools(one: str, other: str) -> None:
    assert fold_school_name(one) != fold_school_name(other)


@given(st.text(max_size=30))
def test_folding_a_name_twice_is_folding_it_once(name: str) -> None:
    folded = fold_school_name(name)
    assert fold_school_name(folded) == fold_school_name(fold_school_name(folded))


@pytest.mark.parametrize(
    ("cell", "school"),
    [
        ("edu100011", "edu100001"), ("edu999999", "edu999999"), (111001.0, "edu100001"),
        ("999999", "ris999999"), ("МБОУ СОШ № 1 г. Энск", "edu100001"),
        ("СОШ №7 (edu100002)", "edu100002"), ("СОШ № 77", "name:СОШ № 77"),
        ("Иванов Иван", None), ("1111 222222", None), (None, None), ("", None),
        ("1022500000001", "edu100001"), ("1022500000009", "ogrn1022500000009"),
    ],
)  # fmt: skip
def test_school_cells(cell: object, school: str | None) -> None:
    assert school_of(cell, b.directory()) == school  # type: ignore[arg-type]


def test_the_open_directory_takes_every_code_as_it_is() -> None:
    schools = open_directory()
    assert schools.is_open and schools.school_ids == ()
    assert school_of("EDU50001", schools) == "edu50001"
    assert school_by_ris("111001", schools) == "ris111001"
    assert school_of("СОШ №1", schools) == "name:СОШ №1"
    assert school_by_ris("Иванов", schools) is None


def test_a_draft_lists_every_code_with_names_files_and_municipality(tmp_path: Path) -> None:
    marks = pd.DataFrame(
        {
            "level": ["municipality", "school", "school"],
            "unit_id": ["reg20_m012", "edu777777", "edu777777"],
            "unit_name": ["Энский район(reg20_m012)", "СОШ №7(edu777777)", "Гимназия №7"],
            "source_file": ["а.xlsx", "а.xlsx", "б.xlsx"],
        }
    )
    results = pd.DataFrame({"school_id": ["ris111009", "name:СОШ №3"], "source_file": "в.csv"})
    reading = b.read_rows(FULL)
    tables = {
        "vpr_marks": marks, "gia_results": results, "schools": reading.tables["schools"]
    }  # fmt: skip
    draft = draft_directory(tables, Directory.from_frame(reading.tables["schools"]))
    assert draft["Краткое название"].tolist()[4:] == ["СОШ №7", "", "СОШ №3"]
    unknown = draft.iloc[4]
    assert unknown["Логин ФИС ОКО"] == "edu777777"
    assert unknown["Прежние названия"] == "Гимназия №7"
    assert unknown["Муниципалитет в файлах"] == "Энский район"
    assert unknown["Встретился в файлах"] == "а.xlsx; б.xlsx"
    assert draft["Код ОО РИС"].tolist()[5] == "111009"
    assert draft["Код в msoko"].tolist()[3] == "school-four"
    path = tmp_path / "черновик.xlsx"
    draft.loc[5, "Краткое название"] = "СОШ № 9"
    write_directory_draft(draft, path)
    again = b.read_path(path, code="directory").tables["schools"]
    assert again["school_id"].tolist() == [
        *reading.tables["schools"]["school_id"], "edu777777", "ris111009",
    ]  # fmt: skip
    assert again["logins"].iloc[0] == "edu100001 edu100011"


def test_the_draft_without_a_directory() -> None:
    results = pd.DataFrame({"school_id": ["ris111001", "edu5"], "source_file": "в.csv"})
    draft = draft_directory({"gia_results": results}, open_directory())
    assert draft["Логин ФИС ОКО"].tolist() == ["edu5", ""]
    assert draft_directory({}, open_directory()).empty
