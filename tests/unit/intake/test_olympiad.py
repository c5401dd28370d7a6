"""Olympiad protocols and lists of medal candidates."""

from __future__ import annotations

import builders_gia as b
import pytest

from msoko_lib.intake.olympiad_title import (
    olympiad_maximum,
    olympiad_stage,
    olympiad_subject,
    olympiad_year,
)


def test_a_protocol_with_a_title() -> None:
    rows = b.olympiad(
        b.entrant(1, status="Победитель"),
        b.entrant(2, "Яров Ян", grade="7А", task_grade=None, school=111002, score="20,5",
                  percent=0.41, status="Призер"),
        b.entrant(3, "Юрьев Юрий", school="edu100011", score=0, percent="0 %", status=None),
    )  # fmt: skip
    reading = b.read_rows(rows)
    table = reading.tables["olympiad_results"]
    assert table[["stage", "subject"]].drop_duplicates().to_numpy().tolist() == [
        ["school", "Математика"]
    ]
    assert table["school_id"].tolist() == ["edu100001", "edu100002", "edu100001"]
    assert table[["grade", "task_grade"]].to_numpy().tolist() == [[7, 8], [7, 7], [7, 8]]
    assert table["score"].tolist() == [30, 20.5, 0]
    assert table["status"].tolist() == ["победитель", "призёр", "участник"]
    assert b.codes(reading) == []
    assert reading.title == "ВсОШ, школьный этап, Математика"


def test_stage_subject_and_year_from_columns() -> None:
    header = ["Этап", "Предмет", "Учебный год", "Фамилия", "Имя", "Отчество", "Класс", "Код ОО",
              "Итоговый балл", "Максимальный балл", "Тип диплома"]  # fmt: skip
    rows = [
        header,
        ["Муниципальный", "русский язык", "2024/2025", "А", "Б", "В", 9, 111001, 40, 80, "призёр"],
        ["Региональный этап", "Право", "2024/2025", "А", "Б", "В", 9, 111001, 40, 80, ""],
    ]
    reading = b.read_rows(rows)
    assert reading.tables["olympiad_results"][["stage", "subject"]].to_numpy().tolist() == [
        ["municipal", "Русский язык"], ["regional", "Право"],
    ]  # fmt: skip
    assert b.codes(reading) == []


def test_the_maximum_may_stand_above_the_table() -> None:
    title = [*b.OLYMPIAD_TITLE, ["Максимальный балл: 50"]]
    reading = b.read_rows(b.olympiad(b.entrant(1, most=None), title=title))
    assert reading.tables["olympiad_results"]["max_score"].tolist() == [50]


def test_a_platform_export_without_names_refuses_its_rows() -> None:
    header = ["Код участника", "Класс", "Школа", "Балл", "Максимальный балл", "Статус"]
    rows = [
        ["Школьный этап ВсОШ по физике, 2024-2025"], header,
        *[[f"ф{n}", 7, "СОШ №1 г. Энск", n, 30, "участник"] for n in range(5)],
    ]  # fmt: skip
    reading = b.read_rows(rows)
    assert reading.tables["olympiad_results"].empty
    assert [(item.rule, item.cell) for item in reading.findings] == [("olympiad_no_names", "A3")]
    assert "3–7 (всего 5)" in reading.findings[0].found


def test_a_test_with_results_is_no_olympiad() -> None:
    rows = [["ФИО", "Класс", "Школа", "Балл", "%", "Результат"], ["А Б", 7, "СОШ №1", 5, 50, "да"]]
    with pytest.raises(LookupError):
        b.read_rows(rows)


def test_winner_rule_holds_for_the_first_two_stages_only() -> None:
    weak = b.entrant(1, score=20, percent=40, status="победитель")
    assert "olympiad_winner_below_half" in b.codes(b.read_rows(b.olympiad(weak)))
    title = [["Протокол регионального этапа ВсОШ по математике, 2024-2025"]]
    assert b.codes(b.read_rows(b.olympiad(weak, title=title))) == []


def test_one_pupil_may_write_for_two_grades_but_not_one_twice() -> None:
    same = b.read_rows(b.olympiad(b.entrant(1, cipher="1"), b.entrant(2, cipher="1")))
    assert len(same.tables["olympiad_results"]) == 1
    two = b.read_rows(b.olympiad(b.entrant(1), b.entrant(2, task_grade=9)))
    assert two.tables["olympiad_results"]["pupil_id"].nunique() == 1
    assert len(two.tables["olympiad_results"]) == 2


@pytest.mark.parametrize(
    ("line", "stage", "subject", "year"),
    [
        ("Протокол школьного этапа всероссийской олимпиады школьников по математике в 2024-2025 "
         "учебном году", "school", "Математика", "2024-2025"),
        ("Результаты муниципального этапа ВсОШ по русскому языку, 2024/25 уч. год", "municipal",
         "Русский язык", "2024-2025"),
        ("Ведомость регионального этапа по праву 2024/2025", "regional", "Право", "2024-2025"),
        ("Заключительный этап. Предмет: Искусство (МХК)", "final", "", ""),
        ("Предмет: Искусство (МХК)", "", "Искусство (МХК)", ""),
        ("МЭ ВсОШ по ОБЗР", "municipal", "ОБЗР", ""),
        ("Всероссийская олимпиада школьников", "", "", ""),
        ("Протокол от 2024-12-01", "", "", ""),
    ],
)  # fmt: skip
def test_title_lines(line: str, stage: str, subject: str, year: str) -> None:
    assert olympiad_stage(line) == stage
    assert olympiad_year(line) == year
    if subject:
        assert olympiad_subject(line) == subject


@pytest.mark.parametrize(
    ("line", "most"),
    [
        ("Максимальный балл: 100", 100), ("максимальное количество баллов – 60", 60),
        ("Максимальная сумма баллов 35,5", 35.5), ("Максимальный балл 7 класс - 35", None),
        ("Набрано баллов: 35", None),
    ],
)  # fmt: skip
def test_maximum_in_a_line(line: str, most: float | None) -> None:
    assert olympiad_maximum(line) == most


@pytest.mark.parametrize(
    ("degree", "expected"),
    [("I", "I"), ("II", "II"), (1, "I"), (2.0, "II"), ("первая степень", "I"),
     ("Медаль II степени", "II"), ("І", "I")],
)  # fmt: skip
def test_medal_degrees(degree: object, expected: str) -> None:
    reading = b.read_rows(b.medals([1, 111001, None, "А", "Б", "В", degree, 80]), code="medals")
    assert reading.tables["medal_candidates"]["degree"].tolist() == [expected]


def test_a_list_without_degrees_is_of_the_only_one_before_2024() -> None:
    rows = [["Претенденты на медаль"], ["ОО", "ФИО"], ["СОШ №1 г. Энск", "А Б"]]
    early = b.read_rows(rows, b.context("2021-2022")).tables["medal_candidates"]
    assert early["degree"].tolist() == ["I"]
    assert b.codes(b.read_rows(rows)) == ["medal_bad_degree"]


def test_schools_in_merged_cells_are_taken_from_above_with_a_question() -> None:
    rows = [["Медали"], ["ОО", "ФИО", "Степень"], ["СОШ №1 г. Энск", "А Б", "I"],
            [None, "В Г", "II"], ["ООШ с. Липовка", "Д Е", "I"], ["Итого", 3, None]]  # fmt: skip
    reading = b.read_rows(rows)
    assert reading.tables["medal_candidates"]["school_id"].tolist() == [
        "edu100001", "edu100001", "edu100002",
    ]  # fmt: skip
    assert b.codes(reading) == ["list_rows_skipped", "list_school_above"]
