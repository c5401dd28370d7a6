"""Protocols of РЦОИ with the small differences that real ones have: titles, classes, signs."""

from __future__ import annotations

from pathlib import Path

import pytest
from variants import Grid, as_csv, as_html, as_xlsx, read, rules

from msoko_lib.intake.cells import Cell
from msoko_lib.intake.gia_title import parse_title

YEAR = "2021-2022"
TITLE = "01 - Русский язык 2022.06.23"
HEADER: list[Cell] = [
    "№", "Код МСУ", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество",
    "Серия", "Номер", "Задания с кратким ответом", "Задания с развёрнутым ответом",
    "Первичный балл", "Балл",
]  # fmt: skip


def pupil(
    order: int, surname: str = "Иванов", school: Cell = 111002, grade: Cell = "11А",
    primary: Cell = 4, test: Cell = 39,
) -> list[Cell]:  # fmt: skip
    return [order, 111, school, grade, 1018, 9, surname, "Иван", None, "1111", f"22222{order}",
            "++-", "2(2)0(3)", primary, test]  # fmt: skip


def protocol(*pupils: list[Cell], title: str = TITLE) -> Grid:
    return [[title], HEADER, *pupils, ["Минимальная граница", *[None] * 13, 24]]


def kept(folder: Path, grid: Grid, name: str = "a.csv") -> tuple[list[int], set[str]]:
    """Rows that were taken and the codes of the lines told."""
    content = as_xlsx(grid) if name.endswith(".xlsx") else as_csv(grid)
    reading = read(folder, name, content, YEAR)
    return [int(row) for row in reading.tables["gia_results"]["source_row"]], rules(reading)


@pytest.mark.parametrize(
    ("cell", "name"),
    [("11 А", "11А"), ("11-А", "11А"), ("11.1", "11-1"), (11.1, "11-1"), ("11ЕН", "11ЕН"),
     ("11 физ-мат", "11 физ-мат"), ("11 А (ЕН)", "11А"), ("11.0", "11"), (11.0, "11")],
)  # fmt: skip
def test_odd_class_costs_no_result(tmp_path: Path, cell: Cell, name: str) -> None:
    content = as_xlsx(protocol(pupil(1, grade=cell)))
    [row] = read(tmp_path, "a.xlsx", content, YEAR).tables["gia_results"].to_dict("records")
    assert (row["grade"], row["class_name"], row["test_score"]) == (11, name, 39)


@pytest.mark.parametrize("cell", ["11 Иванов", "1018", "XI"])
def test_what_is_no_class_is_refused(tmp_path: Path, cell: str) -> None:
    assert kept(tmp_path, protocol(pupil(1), pupil(2, "Петров", grade=cell))) == (
        [3], {"gia_bad_class"},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
@pytest.mark.parametrize(
    ("school", "grade", "told"),
    [(0, "11А", "gia_no_school"), ("000", "11А", "gia_no_school"), (0, "ВПЛ", "gia_past_graduates"),
     (111002, None, "gia_bad_class"), (111002, 0, "gia_bad_class")],
)  # fmt: skip
def test_graduate_of_former_years_belongs_to_no_school(
    tmp_path: Path, name: str, school: Cell, grade: Cell, told: str
) -> None:
    grid = protocol(pupil(1), pupil(2, "Петров", school=school, grade=grade), pupil(3, "Ким"))
    assert kept(tmp_path, grid, name) == ([3, 5], {told})


@pytest.mark.parametrize(
    "sign",
    ["Н/Я", "н/а", "Удален", "уд.", "Аннулирован", "ан.", "не явился", "Отсутствовал", "болен",
     "Не закончил экзамен", "Незавершил", "Не допущен"],
)  # fmt: skip
def test_absence_in_words_is_a_note(tmp_path: Path, sign: str) -> None:
    grid = protocol(pupil(1), pupil(2, "Петров", primary=sign, test=sign))
    assert kept(tmp_path, grid) == ([3], {"gia_absent"})


def test_school_code_that_a_program_made_a_fraction(tmp_path: Path) -> None:
    reading = read(tmp_path, "a.csv", as_csv(protocol(pupil(1, school="111002.0"))), YEAR)
    assert list(reading.tables["gia_results"]["school_id"]) == ["ris111002"]


@pytest.mark.parametrize(
    "title",
    [
        "01. Русский язык 2022.06.23", "01_Русский язык_2022.06.23",
        "01 - Русский язык 2022.06.23 (резерв)", "01 - Русский язык 2022.06.23 Основной этап",
        "Предмет: Русский язык, дата экзамена: 23.06.2022",
        "Протокол ЕГЭ по предмету Русский язык от 23.06.2022",
        "01 - Русский язык (2022.06.23)",
    ],
)  # fmt: skip
def test_titles_of_one_exam(tmp_path: Path, title: str) -> None:
    content = as_csv(protocol(pupil(1), title=title))
    [row] = read(tmp_path, "a.csv", content, YEAR).tables["gia_results"].to_dict("records")
    assert (row["subject_code"], row["subject"], row["exam_date"]) == (
        "01", "Русский язык", "2022-06-23",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("02 - Математика (профильный уровень) 2022.06.02", "Математика"),
        ("02 - Математика проф. 2022.06.02", "Математика"),
        ("22 - Математика (базовый уровень) 2022.06.02", "Математика базовая"),
        ("Английский язык (п:2022.06.02; у:2022.06.03)", "Английский язык"),
        ("Английский язык (письм.) п:2022.06.02; (устн.) у:2022.06.03", "Английский язык"),
        ("29 - Английский язык (устный) 2022.06.02", "Английский язык (устная часть)"),
        ("44 - Родной язык (татарский) 2022.06.02", "Родной язык (татарский)"),
    ],
)  # fmt: skip
def test_subject_in_a_title(title: str, subject: str) -> None:
    found = parse_title(title)
    assert found is not None
    assert (found.subject, found.date) == (subject, "2022-06-02")


@pytest.mark.parametrize("line", ["1. Иванов 2022.06.02", "Отчёт сформирован 2022.06.24"])
def test_line_with_a_date_is_no_title(line: str) -> None:
    assert parse_title(line) is None


@pytest.mark.parametrize(
    ("short", "field", "value"),
    [("Кл.", "grade", 11), ("ПБ", "primary_score", 4), ("Балл (100)", "test_score", 39),
     ("ТБ", "test_score", 39)],
)  # fmt: skip
def test_shortened_headers(tmp_path: Path, short: str, field: str, value: int) -> None:
    whole = {"Кл.": "Класс", "ПБ": "Первичный балл"}.get(short, "Балл")
    grid = protocol(pupil(1))
    grid[1] = [short if cell == whole else cell for cell in HEADER]
    [row] = read(tmp_path, "a.csv", as_csv(grid), YEAR).tables["gia_results"].to_dict("records")
    assert row[field] == value


def test_threshold_with_a_shortened_name(tmp_path: Path) -> None:
    grid = protocol(pupil(1))
    grid[-1][0] = "Мин. граница"
    [row] = read(tmp_path, "a.csv", as_csv(grid), YEAR).tables["gia_results"].to_dict("records")
    assert row["minimum"] == 24


def test_protocol_saved_as_a_web_page_under_the_name_of_a_workbook(tmp_path: Path) -> None:
    other = protocol(pupil(1, "Smith"), title="03 - Физика 2022.06.06")
    reading = read(tmp_path, "протокол.xls", as_html([*protocol(pupil(1)), *other]), YEAR)

    results, tasks = reading.tables["gia_results"], reading.tables["gia_tasks"]
    assert list(results["subject"]) == ["Русский язык", "Физика"]
    assert list(results["primary_score"]) == [4, 4]
    assert list(tasks["score"]) == [1, 1, 0, 2, 0] * 2
    assert rules(reading) == set()
