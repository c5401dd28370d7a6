"""Column maps: the four that ship, years, melting, and errors with file and line."""

from __future__ import annotations

import pickle
from pathlib import Path

import builders_gia as b
import pytest
from cases_gia import ENROLMENT

from msoko_lib.intake.column_map_file import ColumnMapProblem, load_column_maps, read_column_map
from msoko_lib.intake.column_maps import column_map_layouts
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.settings import SettingsProblem

BY_YEAR = """# таблица: observers
# название: Наблюдение
bank_column,default,2023-2024,2024-2025
school,Школа,,
procedure,=ВПР,,Процедура
subject,нет,Предмет,
rooms_n,Аудитории,,Всего аудиторий
observed_rooms_n,С наблюдателем,,
"""


def save_map(folder: Path, content: str, name: str = "карта.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(content, encoding=encoding)
    return path


def read_through(
    folder: Path, content: str, rows: list[b.Row], given: ReadContext | None = None
) -> Reading:
    save_map(folder, content)
    (layout,) = column_map_layouts(folder)
    sheet = Sheet("Лист1", [list(row) for row in rows])
    book = Workbook(Path("x.xlsx"), "", [sheet])
    assert layout.recognises(book, sheet)
    return layout.read(book, sheet, given or b.context())


def test_enrolment_becomes_a_row_a_grade() -> None:
    rows = [["На 20.09"], ENROLMENT, [111001, "x", *range(20, 31)],
            [111002, "y", 5, "-", *[None] * 7, "1 0", 3.0], ["Итого", None, *[9] * 11]]  # fmt: skip
    reading = b.read_rows(rows, code="map:контингент")
    table = reading.tables["enrolment"]
    first = table[table["school_id"] == "edu100001"]
    assert dict(zip(first["grade"], first["pupils_n"], strict=True)) == {
        grade: 19 + grade for grade in range(1, 12)
    }
    second = table[table["school_id"] == "edu100002"]
    assert second[["grade", "pupils_n"]].to_numpy().tolist() == [[1, 5], [10, 10], [11, 3]]
    assert b.codes(reading) == ["map_totals", "map_empty_cells"]
    TABLES["enrolment"].validate(table)


def test_annual_marks_with_the_name_in_three_columns() -> None:
    rows = [
        ["Школа", "Класс", "Фамилия", "Имя", "Отчество", "Учебный предмет", "Годовая"],
        ["СОШ №1 г. Энск", "9А", "Иванов", "Иван", "Иванович", "алгебра", "5"],
        ["СОШ №1 г. Энск", "9А", "Иванов", "Иван", "Иванович", "рус. язык", 6],
        ["СОШ №1 г. Энск", "9А", "Иванов", "Иван", "Иванович", "физика", 4],
    ]
    reading = b.read_rows(rows, code="map:годовые_отметки")
    table = reading.tables["annual_marks"]
    assert table[["grade", "subject", "mark"]].to_numpy().tolist() == [
        [9, "алгебра", 5], [9, "Физика", 4],
    ]  # fmt: skip
    assert table["pupil_id"].nunique() == 1
    assert {item.rule: item.cell for item in reading.findings} == {
        "map_bad_value": "G3", "map_unknown_subject": "A2",
    }  # fmt: skip


def test_observers_and_the_social_passport() -> None:
    observers = b.read_rows(
        [["Процедура", "Предмет", "Код ОО", "ОО", "Число аудиторий", "Из них с наблюдателем"],
         ["ОГЭ", None, 111001, "x", 4, 0]]
    ).tables["observers"]  # fmt: skip
    assert observers[["procedure", "rooms_n", "observed_rooms_n"]].iloc[0].tolist() == ["ОГЭ", 4, 0]
    context = b.read_rows(
        [["Код ОО", "ОО", "Неполные семьи, %", "Дети с ОВЗ", "Подвоз, %"],
         [111001, "x", "24,5", 7, "12 %"]]
    ).tables["context"]  # fmt: skip
    assert dict(zip(context["variable"], context["value"], strict=True)) == {
        "one_parent_family": 24.5, "special_needs": 7, "long_way": 12,
    }  # fmt: skip


def test_a_year_has_its_own_headers_constants_and_absences(tmp_path: Path) -> None:
    rows: list[b.Row] = [["Школа", "Аудитории", "С наблюдателем"], [111001, 4, 2]]
    common = read_through(tmp_path, BY_YEAR, rows, b.context("2022-2023")).tables["observers"]
    assert common["procedure"].tolist() == ["ВПР"] and common["subject"].isna().all()
    rows = [["Школа", "Процедура", "Всего аудиторий", "С наблюдателем"], [111001, "ОГЭ", 4, 2]]
    own = read_through(tmp_path, BY_YEAR, rows).tables["observers"]
    assert own[["procedure", "rooms_n"]].iloc[0].tolist() == ["ОГЭ", 4]


def test_headers_of_another_year_are_refused_with_the_lines_of_the_map(tmp_path: Path) -> None:
    rows: list[b.Row] = [["Школа", "Аудитории", "С наблюдателем"], [111001, 4, 2]]
    reading = read_through(tmp_path, BY_YEAR, rows)
    (item,) = reading.findings
    assert (item.rule, item.severity) == ("map_columns_differ", "refused_file")
    assert "«Процедура», «Всего аудиторий»" in item.found
    assert "карта.csv, строки 5, 7" in item.action
    assert reading.tables["observers"].empty


def test_a_required_column_marked_absent_refuses_the_file(tmp_path: Path) -> None:
    content = BY_YEAR.replace("rooms_n,Аудитории,,Всего аудиторий", "rooms_n,Аудитории,,нет")
    rows: list[b.Row] = [["Школа", "Аудитории", "С наблюдателем"], [111001, 4, 2]]
    (item,) = read_through(tmp_path, content, rows).findings
    assert item.rule == "map_column_absent"
    assert "строка 7" in item.found and "2024-2025" in item.found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_map_saved_by_excel(tmp_path: Path, encoding: str, delimiter: str) -> None:
    content = BY_YEAR.replace(",", delimiter).replace(
        "# название: Наблюдение", f'"# название: Наблюдение"{delimiter * 3}'
    )
    found = read_column_map(save_map(tmp_path, content, encoding=encoding))
    assert found.title == "Наблюдение"
    assert [row.column for row in found.rows][:2] == ["school", "procedure"]
    assert found.years == ("2023-2024", "2024-2025")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("# таблица: observers\n", "", 1, "нет строки «# таблица: …»"),
        ("observers", "schools", 1, "таблица «schools» картой не заполняется"),
        ("bank_column,default", "bank_column,вчера", 3, "«вчера» – не учебный год"),
        ("2023-2024,2024-2025", "2024-2025,2024-2025", 3, "столбец «2024-2025» повторяется"),
        ("rooms_n,Аудитории", "rooms,Аудитории", 7, "нет столбца «rooms»"),
        ("subject,нет", "school,нет", 6, "столбец банка «school» уже описан выше"),
        ("school,Школа,,\n", "", 1, "обязательный столбец «school»"),
        ("bank_column", "столбец", 3, "заголовок «bank_column,…»"),
        ("# название: Наблюдение", "# развернуть: grade", 2, "ожидалось «# развернуть:"),
        ("# название: Наблюдение", "# развернуть: grade -> pupils_n", 1, "нет столбца «grade»"),
        ("# название: Наблюдение", "# узнавать по: много", 2, "ожидалось число столбцов"),
    ],
)  # fmt: skip
def test_errors_name_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in BY_YEAR
    path = save_map(tmp_path, BY_YEAR.replace(old, new))
    with pytest.raises(ColumnMapProblem) as caught:
        read_column_map(path)
    assert f"карта.csv, строка {line}: " in str(caught.value)
    assert words in str(caught.value)


def test_a_melted_value_out_of_bounds_is_an_error(tmp_path: Path) -> None:
    content = (
        "# таблица: enrolment\n# развернуть: grade -> pupils_n\nbank_column,default\n"
        "school,Школа\n9,9 класс\n13,13 класс\nдевять,IX\n"
    )
    with pytest.raises(ColumnMapProblem) as caught:
        read_column_map(save_map(tmp_path, content))
    assert "строка 6: «13» не подходит" in str(caught.value)
    assert "строка 7: «девять» не подходит" in str(caught.value)


def test_errors_of_all_maps_are_told_at_once(tmp_path: Path) -> None:
    save_map(tmp_path, "чепуха", "а.csv")
    save_map(tmp_path, BY_YEAR.replace("rooms_n", "rooms"), "б.csv")
    with pytest.raises(SettingsProblem, match=r"(?s)а\.csv.*б\.csv"):
        load_column_maps(tmp_path)


def test_layouts_travel_to_another_process() -> None:
    for layout in b.all_layouts():
        again = pickle.loads(pickle.dumps(layout))
        assert (again.code, again.order) == (layout.code, layout.order)


def test_maps_are_asked_last_and_leave_archives_alone() -> None:
    maps = [layout for layout in b.all_layouts() if layout.code.startswith("map:")]
    assert len(maps) == 4
    assert min(layout.order for layout in maps) > max(
        layout.order for layout in b.all_layouts() if layout not in maps
    )
    archive: list[b.Row] = [
        ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников",
         *range(30)],
        [2024, 4, "Математика", "Энск", "edu1000", "СОШ", 20, *range(30)],
    ]  # fmt: skip
    with pytest.raises(LookupError):
        b.read_rows(archive)
