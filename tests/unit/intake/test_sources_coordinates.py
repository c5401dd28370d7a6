"""ОО-1, ОО-2, 85-К through coordinate maps: blocks, years, the unit, errors with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import builders_gia as b
import builders_sources as s
import pytest

from msoko_lib.intake.coordinate_blocks import blocks_of, graph_columns
from msoko_lib.intake.coordinate_map_file import (
    CoordinateMapProblem,
    load_coordinate_maps,
    read_coordinate_map,
)
from msoko_lib.intake.coordinate_maps import coordinate_map_layouts
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.reading import Reading
from msoko_lib.intake.source_params import sources_fingerprint
from msoko_lib.intake.source_values import unit_above
from msoko_lib.intake.workbook import Sheet, open_workbook
from msoko_lib.project import Project

MAP = (
    "# название: Форма X: проба\n"
    "# узнавать по: форма № Х-7\n"
    "# период: учебный год\n"
    "field_id,subsystem,section,row,column,status,title,2022-2023,2023-2024\n"
    "first,01,2.1,01,3,проверено,Первое,нет,//4\n"
    "second,02,2.1,01+02,3+4,проверить,Второе,2.2/03/5,\n"
)
TABLE = {(1, 3): 10, (1, 4): 20, (2, 3): 1, (2, 4): 2}


def x7(period: str, tables: dict[str, dict[tuple[int, int], object]]) -> dict[str, list[s.Row]]:
    sheets = {"Титул": s.title_page("Форма № X-7", period)}
    for number, cells in tables.items():
        sheets[f"р. {number}"] = s.section(number, cells)
    return sheets


def read_x7(folder: Path, year: str, tables: dict[str, dict[tuple[int, int], object]]) -> Reading:
    (folder / "х-7.csv").write_text(MAP, encoding="utf-8")
    layouts = coordinate_map_layouts(folder)
    return s.read_book(x7(f"{year} учебный год", tables), given=s.context(year), layouts=layouts)


def test_oo1_with_a_sheet_for_each_section() -> None:
    reading = s.read_book(s.oo1(), "source:оо-1")
    assert s.values(reading) == s.OO1_VALUES
    assert s.codes(reading) == ["source_map_unverified"]
    assert s.groups(reading, "age") == s.OO1_AGES
    frame = reading.tables["form_values"].set_index("field_id")
    assert frame.loc["oo1_teachers_high_n", "source_sheet"] == "Раздел 3.1"
    # Title, ОКЕИ, header, graph numbers, then rows 01 … 06.
    assert frame.loc["oo1_teachers_high_n", "source_row"] == 10
    assert frame.loc["oo1_teachers_high_n", "subsystem"] == "07"


def test_oo1_with_all_sections_on_one_sheet() -> None:
    reading = s.read_rows(s.oo1_on_one_sheet(), "source:оо-1")
    assert s.values(reading) == s.OO1_VALUES


def test_a_form_read_from_a_file_xls_too(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".xls", ".csv"):
        path = b.save(tmp_path, s.oo1_on_one_sheet(), suffix)
        assert s.values(s.read_book(open_workbook(path), "source:оо-1")) == s.OO1_VALUES, suffix


def test_a_table_shifted_and_untitled_is_known_by_its_sheet() -> None:
    sheets = {"Титул": s.title_page()}
    for number, cells in s.OO1.items():
        sheets[f"Раздел {number}"] = s.section(number, cells, titled=False, shift=2)
    assert s.values(s.read_book(sheets, "source:оо-1")) == s.OO1_VALUES


def test_two_forms_in_one_book_are_two_organisations() -> None:
    sheets = {f"1 {name}": rows for name, rows in s.oo1().items()}
    second = s.oo1({**s.OO1, "2.1.1": {(1, 3): 77}}, unit="ОГРН: 111002")
    sheets |= {f"2 {name}": rows for name, rows in second.items()}
    reading = s.read_book(sheets, "source:оо-1")
    assert s.values(reading)["oo1_pupils_n"] == 500
    assert s.values(reading, s.SECOND)["oo1_pupils_n"] == 77


@pytest.mark.parametrize(
    "unit",
    [
        f"Наименование отчитывающейся организации {s.NAME}", f"Организация: {s.NAME}",
        "ОГРН: 1022500000001", "Логин: edu100011", s.NAME,
    ],
)  # fmt: skip
def test_the_organisation_of_a_title_page(unit: str) -> None:
    assert s.values(s.read_book(s.oo1(unit=unit)))["oo1_pupils_n"] == 500


def test_an_unknown_organisation_is_kept_under_its_name_and_a_missing_one_refused() -> None:
    reading = s.read_book(s.oo1(unit="Организация: МБОУ СОШ № 9"))
    assert set(reading.tables["form_values"]["school_id"]) == {"name:МБОУ СОШ № 9"}
    reading = s.read_book(s.oo1(unit=None))
    assert s.codes(reading) == ["source_no_unit"]
    assert reading.tables["form_values"].empty


def test_a_continued_table_keeps_its_section_and_its_further_graphs() -> None:
    rows = [
        ["Раздел 2.1. Дети"], ["Название", "Номер строки", "Всего"], [1, 2, 3], ["Все", "01", 5],
        ["Название", "Номер строки", "Ещё"], [1, 2, 4], ["Все", "01", 6],
    ]  # fmt: skip
    first, second = blocks_of(Sheet("x", [list(row) for row in rows]))
    assert (first.section, second.section) == ("2.1", "2.1")
    assert first.cell(1, 3) == (5, 3, 2) and second.cell(1, 4) == (6, 6, 2)
    assert first.cell(1, 4) is None and first.cell(2, 3) is None


def test_graph_numbers_are_no_row_of_data() -> None:
    assert graph_columns([None, 1, 2, None, 3]) == {1: 1, 2: 2, 3: 4}
    assert graph_columns([1, 2, 14]) == {1: 0, 2: 1, 14: 2}
    for row in ([2, 3, 4], [1, 2], [1, "Всего", 3], [1, 3, 2], [1, 2.5, 3]):
        assert graph_columns(row) == {}


def test_years_shift_graphs_rows_sections_and_absences(tmp_path: Path) -> None:
    usual = read_x7(tmp_path, "2024-2025", {"2.1": TABLE})
    assert s.values(usual) == {"first": 10, "second": 33}
    assert s.only(usual, "source_map_unverified").action.count("х-7.csv") == 1
    assert "(карта х-7.csv, строки карты 6)" in s.only(usual, "source_map_unverified").found
    shifted = read_x7(tmp_path, "2023-2024", {"2.1": TABLE})
    assert s.values(shifted) == {"first": 20, "second": 33}
    other = read_x7(tmp_path, "2022-2023", {"2.1": TABLE, "2.2": {(3, 5): 7}})
    assert s.values(other) == {"second": 7}


def test_missing_coordinates_and_empty_cells_are_told_of(tmp_path: Path) -> None:
    reading = read_x7(tmp_path, "2024-2025", {"2.1": {(1, 3): None, (1, 4): "-"}})
    missing = s.only(reading, "source_coordinates_missing")
    assert "раздел 2.1, строка 01+02, графа 3+4" in missing.found
    assert "строки карты 6" in missing.found
    assert "«Первое»" in s.only(reading, "source_empty_cells").found
    assert s.values(reading) == {}


@pytest.mark.parametrize("cell", ["много", -3, "2024-09-20", 10**12])
def test_a_bad_cell_is_refused_and_the_rest_is_taken(cell: object) -> None:
    reading = s.read_book(s.oo1({**s.OO1, "2.1.1": {(1, 3): cell}}))
    found = s.only(reading, "source_coordinate_value")
    assert (found.sheet, found.cell) == ("Раздел 2.1.1", "C5")
    assert s.values(reading) == {k: v for k, v in s.OO1_VALUES.items() if k != "oo1_pupils_n"}


@pytest.mark.parametrize(
    ("form", "period", "year", "code"),
    [
        ("Форма № ОО-1", "на начало 2023/2024 учебного года", "2024-2025", "source_wrong_year"),
        ("Форма № ОО-1", "на 20 сентября 2024 года", "2024-2025", ""),
        ("Форма № ОО-1", "на 20 сентября 2023 года", "2024-2025", "source_wrong_year"),
        ("Форма № ОО-1", "годовая", "2024-2025", "source_no_year"),
        ("Форма № 85-K", "за 2024 г.", "2024-2025", ""),
        ("Форма № 85-К", "за 2025 г.", "2024-2025", "source_wrong_year"),
        ("Форма № ОО-2", "за 2025 год", "2025-2026", ""),
    ],
)
def test_the_year_of_a_form(form: str, period: str, year: str, code: str) -> None:
    sheets = {"Титул": s.title_page(form, period), "2.1": s.section("2.1", TABLE)}
    reading = s.read_book(sheets, given=s.context(year))
    told = [each for each in s.codes(reading) if each.endswith("_year")]
    assert told == ([code] if code else [])


def test_the_other_shipped_maps_read_their_forms() -> None:
    sheets = {
        "Титул": s.title_page("Форма № 85-К", "за 2024 год"),
        "2.1": s.section("2.1", {(1, 3): 90}), "2.4": s.section("2.4", {(3, 3): 810}),
        "3.1": s.section("3.1", {(3, 3): 9, (3, 5): 6}),
    }  # fmt: skip
    assert s.values(s.read_book(sheets, "source:85-к")) == {
        "k85_children_n": 90, "sick_days_n": 810, "k85_teachers_n": 9, "teachers_degree_n": 6,
    }  # fmt: skip
    sheets = {
        "Титул": s.title_page("Форма № ОО-2", "за 2024 год"),
        "1.2": s.section("1.2", {(1, 3): 2, (2, 3): 1, (3, 3): None}),
        "2.1": s.section("2.1", {(2, 4): 60}), "2.3": s.section("2.3", {(1, 3): 100}),
    }  # fmt: skip
    assert s.values(s.read_book(sheets, "source:оо-2")) == {
        "buildings_n": 2, "buildings_bad_n": 1, "computers_n": 60, "oo2_internet_mbit": 100,
    }  # fmt: skip


def test_every_shipped_line_is_marked_as_one_to_be_checked() -> None:
    for each in load_coordinate_maps(s.PARAMS / "coordinate_maps"):
        assert not any(item.verified for item in each.fields), each.file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_map_saved_by_excel(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "х-7.csv"
    path.write_text(MAP.replace(",", delimiter), encoding=encoding)
    found = read_coordinate_map(path)
    assert found.title == "Форма X: проба"
    assert [item.field_id for item in found.fields] == ["first", "second"]
    assert found.fields[0].coordinate("2022-2023") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("# узнавать по: форма № Х-7\n", "", 1, "нет строки «# узнавать по: …»"),
        ("учебный год\n", "месяц\n", 3, "период «месяц»"),
        ("status,title", "title,title", 4, "нет столбцов: status"),
        ("2022-2023,", "вчера,", 4, "«вчера» – не учебный год"),
        ("second,", "first,", 6, "поле «first» уже описано"),
        ("second,", "Второе,", 6, "«Второе» – не имя поля"),
        ("second,02,", "second,2,", 6, "номер подсистемы из двух цифр"),
        ("проверить", "верю", 6, "в столбце status ожидалось"),
        ("first,01,2.1,", "first,01,два,", 5, "раздел «два»"),
        ("2.1,01,3,", "2.1,первая,3,", 5, "строка «первая»"),
        ("2.2/03/5", "2.2/03", 6, "«раздел/строка/графа»"),
        ("//4", "//да", 5, "графа «да»"),
    ],
)
def test_errors_name_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in MAP
    (tmp_path / "карта.csv").write_text(MAP.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CoordinateMapProblem) as caught:
        load_coordinate_maps(tmp_path)
    assert f"карта.csv, строка {line}: " in str(caught.value)
    assert words in str(caught.value)


def test_an_own_map_counts_instead_of_its_namesake(
    new_project: Callable[[], Project], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A municipality's checked copy survives an update; another name adds a form."""
    project = new_project()
    delivered, own = project.params / "coordinate_maps", project.own / "coordinate_maps"
    own.mkdir(parents=True)
    (delivered / "а.csv").write_text(MAP, encoding="utf-8")
    before = sources_fingerprint(project)
    (own / "а.csv").write_text(MAP.replace("проверить", "проверено"), encoding="utf-8")
    (own / "в.csv").write_text(MAP.replace("Х-7", "Х-9"), encoding="utf-8")
    assert sources_fingerprint(project) != before
    maps = {each.file: each for each in load_coordinate_maps(delivered, own)}
    mine = {name for name in maps if Path(name).stem in ("а", "в")}
    assert mine == {f"params/own/coordinate_maps/{name}.csv" for name in "ав"}
    assert all(line.verified for line in maps["params/own/coordinate_maps/а.csv"].fields)
    layouts = [item.code for item in all_layouts(project)]
    assert layouts.count("source:а") == layouts.count("source:в") == 1
    (own / "а.csv").write_text(MAP.replace("//4", "//да"), encoding="utf-8")
    with pytest.raises(CoordinateMapProblem, match=r"own/coordinate_maps/а\.csv, строка 5: "):
        all_layouts(project)
    monkeypatch.setenv("MSOKO_OWN", str(project.root / "elsewhere"))
    assert all_layouts(project), "the folder lies elsewhere, the faulty map is nobody's"


def test_a_name_that_two_share_gives_way_to_the_code_below_it() -> None:
    rows = [["Наименование отчитывающейся организации: Детский сад «Солнышко»"], ["ОГРН: 111002"]]
    assert unit_above(Sheet("x", rows), 9, s.context()) == s.SECOND
    assert unit_above(Sheet("x", rows[:1]), 9, s.context()) == "name:Детский сад «Солнышко»"


def test_age_groups_of_a_map_are_those_of_the_parameters(tmp_path: Path) -> None:
    line = "возраст: 25-30,07,2.1,01,3,проверить,Возраст,,\n"
    (tmp_path / "х-7.csv").write_text(MAP + line, encoding="utf-8")
    with pytest.raises(CoordinateMapProblem, match=r"строка 7: группы «25–30» нет") as caught:
        coordinate_map_layouts(tmp_path, ("моложе 25", "25–29"))
    assert "Есть: моложе 25, 25–29." in str(caught.value)
    (tmp_path / "х-7.csv").write_text(MAP + line.replace("30", "29"), encoding="utf-8")
    layouts = coordinate_map_layouts(tmp_path, ("моложе 25", "25–29"))
    sheets = x7("2024/2025 учебный год", {"2.1": TABLE})
    assert s.groups(s.read_book(sheets, layouts=layouts), "age") == {"25–29": 10}


def test_an_empty_table_of_ages_says_nothing() -> None:
    empty = {(6, graph): None for graph in range(4, 14)}
    reading = s.read_book(s.oo1({**s.OO1, "3.3": empty}))
    assert "teacher_groups" not in reading.tables
    assert "source_empty_cells" in s.codes(reading)
