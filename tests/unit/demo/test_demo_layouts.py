"""The demo's ВПР files, cell by cell against the layouts of real exports."""

from __future__ import annotations

import re

import pytest

YEAR = "2024-2025"
RU4 = "ВПР 2025 Русский язык 4 класс"
MA5 = "ВПР 2025 Математика 5 класс"


@pytest.mark.parametrize(
    "title",
    [
        "Индивидуальные результаты", "Статистика по отметкам",
        "Сравнение отметок с отметками по журналу", "Распределение первичных баллов",
        "Выполнение заданий", "Достижение планируемых результатов",
        "Выполнение заданий группами участников",
    ],
)  # fmt: skip
def test_every_report_begins_with_the_same_block(report, title) -> None:
    rows = report(YEAR, title, RU4).rows
    assert rows[0][0] == title
    assert all(cell is None for cell in rows[1])
    assert rows[2][0] == RU4
    assert rows[3][:2] == ["Предмет:", "Русский язык"]
    assert rows[4][:2] == ["Максимальный первичный балл:", 38]
    assert rows[5][0] == "Дата:"
    assert re.fullmatch(r"\d\d\.04\.2025", rows[5][1])
    if title != "Индивидуальные результаты":
        assert all(cell is None for cell in rows[6])


def test_sheet_names_are_cut_at_31_characters(report) -> None:
    journal = report(YEAR, "Сравнение отметок с отметками по журналу", RU4)
    assert journal.sheet.name == "РУ 4 Сравнение отметок с отметк"
    assert len(journal.sheet.name) == 31


def test_individual_results(report) -> None:
    rows = report(YEAR, "Индивидуальные результаты", RU4).rows
    tasks = rows[7][6:-3]
    assert rows[6][2] == "Уровень сложности задания"
    assert set(rows[6][6 : 6 + len(tasks)]) == {"Б", "П", "В"}
    assert rows[7][:6] == [
        "ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант"
    ]  # fmt: skip
    assert tasks[:3] == ["1К1 (4б)", "1К2 (3б)", "2 (3б)"]
    assert all(re.fullmatch(r"\d+(\.\d+)?(К\d+)? \(\d+б\)", task) for task in tasks)
    assert rows[7][-3:] == ["Первичный балл", "Отметка", "Отметка по журналу"]
    section = re.fullmatch(r"(.+)\((edu\d{6})\) \| Кол-во участников: (\d+)", rows[8][0])
    assert section is not None
    assert rows[8][1:] == [None] * (len(rows[8]) - 1)
    pupil = rows[9]
    assert pupil[0] == section[2]
    assert pupil[1] == "Заречный муниципальный округ"
    assert pupil[2] == f"{section[1]}({section[2]})"
    assert 40_001 <= pupil[3] <= 49_999
    assert pupil[4] in range(1, 5)
    assert pupil[5] in (1, 2)
    assert pupil[-2] in (2, 3, 4, 5) and pupil[-1] in (2, 3, 4, 5)


def test_declared_participants_equal_the_rows_of_each_school(report) -> None:
    rows = report(YEAR, "Индивидуальные результаты", RU4).rows[8:]
    declared = {}
    counted: dict[str, int] = {}
    for row in rows:
        section = re.search(r"\((edu\d{6})\) \| Кол-во участников: (\d+)$", str(row[0]))
        if section:
            declared[section[1]] = int(section[2])
        else:
            counted[row[0]] = counted.get(row[0], 0) + 1
    assert declared == counted
    assert len(declared) == 14


def test_total_score_is_the_sum_of_the_task_cells(report) -> None:
    rows = report(YEAR, "Индивидуальные результаты", RU4).rows[9:]
    pupils = [row for row in rows if row[3] is not None]
    for row in pupils:
        assert sum(cell for cell in row[6:-3] if isinstance(cell, float)) == row[-3]


def test_marks_statistics(report) -> None:
    rows = report(YEAR, "Статистика по отметкам", MA5).rows
    assert rows[7][:7] == ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5]
    assert all(isinstance(cell, float) for cell in rows[7][3:7])
    assert [row[0] for row in rows[8:11]] == [
        "Вся выборка", "Лесогорский край", "Заречный муниципальный округ(reg99_m012)"
    ]  # fmt: skip
    assert all(re.fullmatch(r".+\(edu\d{6}\)", row[0]) for row in rows[11:])
    assert all(row[1] is None for row in rows[11:])
    assert rows[10][1] == 14
    assert all(abs(sum(row[3:7]) - 100) < 0.03 for row in rows[8:])


def test_journal_comparison_newest_layout(report) -> None:
    rows = report(YEAR, "Сравнение отметок с отметками по журналу", RU4).rows
    assert rows[7] == [
        "Группы участников",
        "Кол-во участников(всего)",
        "Понизили (Отметка < Отметка по журналу) %",
        "Понизили (Отметка < Отметка по журналу) Кол-во участников",
        "Подтвердили (Отметка = Отметке по журналу) %",
        "Подтвердили (Отметка = Отметке по журналу) Кол-во участников",
        "Повысили (Отметка > Отметка по журналу) %",
        "Повысили (Отметка > Отметка по журналу) Кол-во участников",
    ]
    assert rows[8][0] == "Лесогорский край"
    for row in rows[8:]:
        assert row[3] + row[5] + row[7] == row[1]


def test_journal_comparison_oldest_layout(report) -> None:
    line = "ВПР 2023 Русский язык 4 класс"
    rows = report("2022-2023", "Сравнение отметок с отметками по журналу", line).rows
    assert rows[7] == ["Группы участников", "Кол-во участников", "%"]
    assert rows[8][0] == "Лесогорский край"
    assert [row[0] for row in rows[9:13]] == [
        "Понизили (Отметка < Отметка по журналу) %",
        "Подтвердили (Отметка = Отметке по журналу) %",
        "Повысили (Отметка > Отметка по журналу) %",
        "Всего",
    ]
    assert sum(row[1] for row in rows[9:12]) == rows[12][1]
    assert rows[12][2] == 100


def test_upload_form_is_the_empty_one(demo) -> None:
    defect = next(item for item in demo.defects if item.code == "blank_form")
    path = demo.root / "data" / "raw" / defect.school_year / defect.file
    from msoko_lib.intake.workbook import open_workbook

    book = open_workbook(path)
    assert [sheet.name for sheet in book.sheets] == [
        "Протокол", "Служебный", "Порядковый номер класса"
    ]  # fmt: skip
    protocol, _, numbers = book.sheets
    header = [cell for cell in protocol.rows[0] if cell != ""]
    assert header[:3] == ["Код участника", "Вариант", "1К1 (4б)"]
    assert header[-3:] == [
        "Порядковый номер класса", "Отметка за предыдущий триместр/ четверть/полугодие",
        "Итого баллов",
    ]  # fmt: skip
    assert {row[len(header) - 1] for row in protocol.rows[1:]} == {0.0}
    assert len(protocol.rows) == 1501
    assert [row[0] for row in numbers.rows] == [float(n) for n in range(1, 51)]


def test_archives_have_the_columns_of_the_regional_files(demo) -> None:
    from msoko_lib.intake.workbook import open_workbook

    folder = demo.root / "data" / "raw" / YEAR / "Архив региона"
    front = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников"]
    marks = open_workbook(folder / "marks.xlsx").sheets[0].rows
    scores = open_workbook(folder / "scores.xlsx").sheets[0].rows
    bias = open_workbook(folder / "bias.xlsx").sheets[0].rows
    assert marks[0] == [*front, 2, 3, 4, 5]
    assert scores[0] == [*front, *range(52)]
    assert bias[0] == ["Год", "Муниципалитет", "Логин", "ОО", "4 РУ", "4 МА", "5 РУ", "5 МА",
                       "Количество маркеров"]  # fmt: skip
    assert {row[0] for row in marks[1:]} == {2022, 2023, 2024, 2025}
    assert {row[1] for row in marks[1:] if row[0] == 2022} == {
        f"по программе {grade} класса" for grade in (4, 5, 6, 7)
    }
    assert all(re.fullmatch(r"\d+,\d{1,2}", row[7]) for row in marks[1:])


def test_files_are_named_both_ways(demo) -> None:
    names = [path.name for path in demo.files if "ВПР" in path.parts]
    assert any(re.fullmatch(r"\d{7}\.xlsx", name) for name in names)
    assert any(name == "Ф3_Статистика по отметкам.xlsx" for name in names)
    assert any(re.fullmatch(r"Ф1_Индивидуальные результаты \(\d+\)\.xlsx", name) for name in names)
