"""Protocols of РЦОИ in their exact layouts.

The csv texts have the shapes of real protocols of 2021, 2022 and 2026 (names invented): title
row, filler columns, shifted footers, indents left by the report server.
"""

from __future__ import annotations

from pathlib import Path

import builders_gia as b
import pytest

from msoko_lib.intake.gia_exam import decide_exam
from msoko_lib.intake.gia_title import ExamTitle, parse_title
from msoko_lib.intake.schemas import TABLES

RUSSIAN = """01 - Русский язык 2022.06.23;;;;;;;;;;;;;;;;;;;;;;;;;;;
  №;;Код МСУ;;Код ОО;;Класс;;Код ППЭ;;Аудитория;;Фамилия;Имя;Отчество;;Серия;;Номер;;\
Задания с кратким ответом;;Задания с развёрнутым ответом;;Первичный балл;;Балл;
  1;;111;;111002;;11;;1018;;9;;Иванов;Иван;Иванович;;1111;;222222;;++++++;;\
1(1)1(1)1(1)1(1);;10;;39;
  Средние;;;;;;;;;;;;;;;;;;;;;;;;;6;;39
  Минимальная граница;;;;;;;;;;;;;;;;;;;;;;;24;;;;
  Всего участников;;;;;;;;;;;;;;;;;;;;;;;1;;;;
"""
ENGLISH_2022 = """"Английский язык п:2022.06.14; у:2022.06.16";;;;;;;;;;;;;;;;;;;;;
  №;Фамилия;;;Имя;;;Отчество;;Документ;Код ОО;Класс;Код ППЭ;Аудитория;;Часть с кратким ответом;\
Часть с развёрнутым ответом;Устная часть;Первичный балл устной части;\
Первичный балл письм. части;Первичный балл;Тестовый балл
  1;Иванов;;;Иван;;;Иванович;;1111 222222;111001;11Б;п:1111 у:1081;п:0003 у:0002;;+++73---;\
2(2)2(2);0(1)0(4)0(5);0;17;17;56
  2;Петров;;;Пётр;;;Петрович;;3333 444444;111002;11;п:1111 у:1081;п:0003 у:0002;;46--2+++;\
1(2)1(2);0(1)4(4)5(5);9;17;26;69
"""
ENGLISH_2021 = """Английский язык п.: 2021.06.18, у.: 2021.06.21;;;;;;;;;;;;;;;;
  №;Код МСУ;Код ОО;Класс;Код ППЭ;Аудитория;Фамилия;Имя;Отчество;Документ;\
Часть с кратким ответом;Часть с развёрнутым ответом;Устная часть;Первичный балл устной части;\
Первичный балл письм. части;Первичный балл;Тестовый балл
  1;111;111001;11Б;1111;3;Иванов;Иван;Иванович;1111 111111;\
56+------11--+--++--+----++-++--+----+;1(2)1(2)0(2)0(3)0(3)0(3)0(3)0(2);\
0(1)1(5)1(3)1(2)0(2)0(3)0(2)0(2);3;26;29;29
"""
BASE_MATHEMATICS = """22 - Математика базовая 2022.06.27;;;;;;;;;;;;
  №;Код ОО;Класс;Код ППЭ;Аудитория;Фамилия;Имя;Отчество;Серия;Номер;Задания с кратким ответом;\
Первичный балл;Оценка
  1;111001;11Б;1081;0005;Иванов;Иван;Иванович;1111;222222;++++-+++-+++-+--++---;13;4
  2;111001;11А;1081;0004;Петров;Пётр;Петрович;3333;444444;++++-+-----+---------;6;2
  Средние;;;;;;;;;;;9;3
  Всего участников;;;;;;;;;;;2;
"""
KEGE = """25 - Информатика и ИКТ (КЕГЭ) 2021.06.24;;;;;;;;;;;;;;
  №;Код МСУ;Код ОО;Класс;Код ППЭ;Аудитория;Фамилия;Имя;Отчество;Серия;Номер;\
Задания с кратким ответом;Задания с развёрнутым ответом;Первичный балл;Балл
  1;111;111001;11А;1111;2;Иванов;Иван;Иванович;1111;111111;++-+++++++-----+++-++++-000;;16;65
"""
TECHNICAL = """SchoolCode;ClassCode;SurnameCell;NameCell;SecondNameCell;DocumentSeriesCode;\
DocumentNumberCode;TestResultBCell;TestResultCCell;PrimaryMark;Mark5;GovernmentCell;ColumnName
111001;9А;Иванов;Иван;Иванович;1111;222222;++-+;1(2)0(3);4;3;111;02 - Математика 2025.06.03
111002;9Б;Петров;Иван;Иванович;1111;222223;+--+;1(2)0(3);3;2;111;02 - Математика 2025.06.03
111002;9Б;Петров;Иван;Иванович;1111;222223;+++;;3;5;111;03 - Физика 2025.06.06
"""


def result_rows(reading: b.Reading) -> list[tuple[object, ...]]:
    """Exam, subject, date, school, class, primary score, test score, mark of each result."""
    columns = [
        "exam", "subject", "exam_date", "school_id", "class_name", "primary_score", "test_score",
        "mark",
    ]  # fmt: skip
    frame = reading.tables["gia_results"]
    return list(frame[columns].astype(object).where(frame[columns].notna(), None).itertuples(
        index=False, name=None
    ))  # fmt: skip


def parts(reading: b.Reading, row: int) -> dict[str, list[float]]:
    """Scores by part of the pupil in a row of the file."""
    tasks = reading.tables["gia_tasks"]
    of_row = tasks[tasks["source_row"] == row]
    return {part: group["score"].tolist() for part, group in of_row.groupby("part")}


def test_russian_with_filler_columns_and_shifted_footers(tmp_path: Path) -> None:
    reading = b.read_path(b.save_text(tmp_path, RUSSIAN), b.open_context("2021-2022"))
    assert result_rows(reading) == [
        ("ege", "Русский язык", "2022-06-23", "ris111002", "11", 10.0, 39.0, None)
    ]
    result = reading.tables["gia_results"].iloc[0]
    assert (result["minimum"], result["ppe_code"], result["room"]) == (24, "1018", "9")
    assert (result["subject_code"], result["source_row"]) == ("01", 3)
    assert parts(reading, 3) == {"detailed": [1, 1, 1, 1], "short": [1] * 6}
    assert b.codes(reading) == []


def test_english_with_two_dates_and_an_oral_part(tmp_path: Path) -> None:
    reading = b.read_path(b.save_text(tmp_path, ENGLISH_2022), b.open_context("2021-2022"))
    assert result_rows(reading) == [
        ("ege", "Английский язык", "2022-06-14", "ris111001", "11Б", 17.0, 56.0, None),
        ("ege", "Английский язык", "2022-06-14", "ris111002", "11", 26.0, 69.0, None),
    ]
    results = reading.tables["gia_results"]
    assert results["ppe_code"].tolist() == ["п:1111 у:1081"] * 2
    assert parts(reading, 4) == {
        "short": [4, 6, 0, 0, 2, 1, 1, 1], "detailed": [1, 1], "oral": [0, 4, 5],
    }  # fmt: skip
    tasks = reading.tables["gia_tasks"]
    oral = tasks[(tasks["part"] == "oral") & (tasks["source_row"] == 3)]
    assert oral["max_score"].tolist() == [1, 4, 5]


def test_english_of_2021_sums_to_its_primary_score(tmp_path: Path) -> None:
    reading = b.read_path(b.save_text(tmp_path, ENGLISH_2021), b.open_context("2020-2021"))
    assert reading.tables["gia_results"]["exam_date"].tolist() == ["2021-06-18"]
    assert sum(sum(scores) for scores in parts(reading, 3).values()) == 29
    assert b.codes(reading) == []


def test_an_unquoted_title_with_a_semicolon_falls_into_two_cells(tmp_path: Path) -> None:
    path = b.save_text(tmp_path, ENGLISH_2022.replace('"', ""))
    reading = b.read_path(path, b.open_context("2021-2022"))
    assert reading.tables["gia_results"]["exam_date"].tolist() == ["2022-06-14"] * 2


def test_base_mathematics_has_marks(tmp_path: Path) -> None:
    reading = b.read_path(b.save_text(tmp_path, BASE_MATHEMATICS), b.open_context("2021-2022"))
    assert result_rows(reading) == [
        ("ege", "Математика базовая", "2022-06-27", "ris111001", "11Б", 13.0, None, 4),
        ("ege", "Математика базовая", "2022-06-27", "ris111001", "11А", 6.0, None, 2),
    ]
    assert b.codes(reading) == []


def test_computer_exam_has_no_detailed_part(tmp_path: Path) -> None:
    reading = b.read_path(b.save_text(tmp_path, KEGE), b.open_context("2020-2021"))
    assert reading.tables["gia_results"]["subject"].tolist() == ["Информатика"]
    tasks = reading.tables["gia_tasks"]
    assert set(tasks["part"]) == {"short"} and len(tasks) == 27
    assert tasks["max_score"].isna().sum() == 3  # «000»: worth more than a point, how much unsaid
    assert tasks["score"].sum() == 16


def test_technical_headers_name_the_exam_in_each_row(tmp_path: Path) -> None:
    reading = b.read_path(b.save_text(tmp_path, TECHNICAL))
    assert result_rows(reading) == [
        ("oge", "Математика", "2025-06-03", "edu100001", "9А", 4.0, None, 3),
        ("oge", "Математика", "2025-06-03", "edu100002", "9Б", 3.0, None, 2),
        ("oge", "Физика", "2025-06-06", "edu100002", "9Б", 3.0, None, 5),
    ]
    pupils = reading.tables["gia_results"]["pupil_id"]
    assert pupils[1] == pupils[2] != pupils[0]


def test_technical_headers_with_the_title_above(tmp_path: Path) -> None:
    content = "02 - Математика 2025.06.03\n\n" + TECHNICAL.replace("02 - Математика 2025.06.03", "")
    reading = b.read_path(b.save_text(tmp_path, content))
    assert reading.tables["gia_results"]["subject"].tolist() == [
        "Математика", "Математика", "Физика"
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".csv"])
def test_every_format_gives_the_same_tables(tmp_path: Path, suffix: str) -> None:
    rows = b.ege(
        b.sparse_pupil(1), b.sparse_pupil(2, "Петров", short="+--", primary=2, test=30),
        footer=[["Минимальная граница", None, 24], ["Всего участников", None, 2]],
    )  # fmt: skip
    in_memory = b.read_rows(rows)
    from_file = b.read_path(b.save(tmp_path, rows, suffix))
    for name in ("gia_results", "gia_tasks"):
        expected = in_memory.tables[name].drop(columns="source_sheet")
        assert from_file.tables[name].drop(columns="source_sheet").equals(expected)
    assert b.codes(from_file) == []


def test_title_in_any_column_below_empty_rows_and_columns() -> None:
    rows = [[], [], [None] * 8 + [b.RUSSIAN], []]
    rows += [[None, None, *row] for row in b.ege(b.sparse_pupil(1))[1:]]
    reading = b.read_rows(rows)
    assert reading.tables["gia_results"]["source_row"].tolist() == [6]
    assert parts(reading, 6) == {"short": [1, 1, 0], "detailed": [1, 0]}


def test_several_exams_in_a_sheet_with_columns_of_their_own() -> None:
    rows = [
        *b.ege(b.sparse_pupil(1), footer=[["Минимальная граница", 24], ["Всего участников", 1]]),
        [],
        *b.oge(b.dense_pupil(1), b.dense_pupil(2, "Яров"), footer=[["Всего участников", 2]]),
        [None, None, "52 - Математика (ГВЭ-9) 2025.06.05"],
        b.DENSE,
        b.dense_pupil(1, "Гвэев", mark=4),
    ]
    reading = b.read_rows(rows)
    results = reading.tables["gia_results"]
    assert results[["exam", "subject", "exam_date"]].value_counts(sort=False).to_dict() == {
        ("ege", "Русский язык", "2025-05-30"): 1,
        ("oge", "Математика", "2025-06-03"): 2,
        ("gve", "Математика", "2025-06-05"): 1,
    }
    assert results["minimum"].tolist()[0] == 24 and results["minimum"].isna().sum() == 3
    assert b.codes(reading) == []


def test_header_printed_on_each_page_is_one_exam() -> None:
    page = b.ege(b.sparse_pupil(1))
    rows = [*page, *b.ege(b.sparse_pupil(2, "Петров"), footer=[["Всего участников", 2]])]
    reading = b.read_rows(rows)
    assert len(reading.tables["gia_results"]) == 2
    assert b.codes(reading) == []


def test_lookalike_letters_breaks_and_numbering_row() -> None:
    header = [None if cell is None else cell.replace("Код ОО", "Koд\n OO ") for cell in b.SPARSE]
    header = [None if cell is None else cell.replace("Класс", "Kлacc\u00a0") for cell in header]
    rows = [[b.RUSSIAN], header, list(range(1, len(header) + 1)), b.sparse_pupil(1)]
    reading = b.read_rows(rows)
    assert reading.tables["gia_results"]["school_id"].tolist() == ["edu100001"]
    assert b.codes(reading) == []


def test_a_title_without_a_header_keeps_the_columns_above() -> None:
    rows = [*b.ege(b.sparse_pupil(1)), ["03 - Физика 2025.06.05"], b.sparse_pupil(1)]
    assert b.read_rows(rows).tables["gia_results"]["subject"].tolist() == [
        "Русский язык", "Физика"
    ]  # fmt: skip


def test_additional_period_in_september_belongs_to_the_year_that_ended() -> None:
    for title, year in (
        ("01 - Русский язык 2025.09.04", "2024-2025"),
        ("01 - Русский язык 2025.03.21", "2024-2025"),
    ):
        reading = b.read_rows(b.ege(b.sparse_pupil(1), title=title), b.context(year))
        assert len(reading.tables["gia_results"]) == 1
    refused = b.read_rows(
        b.ege(b.sparse_pupil(1), title="01 - Русский язык 2025.09.04"), b.context("2025-2026")
    )
    assert refused.tables["gia_results"].empty
    assert "data/raw/2024-2025" in refused.findings[0].action


def test_what_is_good_in_a_file_with_one_bad_row_is_kept() -> None:
    rows = b.ege(b.sparse_pupil(1), b.sparse_pupil(2, "П", test=101), b.sparse_pupil(3, "В"))
    reading = b.read_rows(rows)
    assert reading.tables["gia_results"]["source_row"].tolist() == [3, 5]
    refused = [item for item in reading.findings if item.severity == "refused_rows"]
    assert [item.cell for item in refused] == ["AA4"]
    assert "«101»" in refused[0].found


def test_an_unreadable_mask_costs_the_tasks_and_not_the_result() -> None:
    reading = b.read_rows(b.ege(b.sparse_pupil(1), b.sparse_pupil(2, "П", short="#ИМЯ?")))
    assert len(reading.tables["gia_results"]) == 2
    assert set(reading.tables["gia_tasks"]["source_row"]) == {3}


def test_the_exam_is_told_by_columns_grades_and_words() -> None:
    def kind(rows: list[b.Row]) -> str:
        return str(b.read_rows(rows).tables["gia_results"]["exam"].iloc[0])

    eleventh = b.dense_pupil(1, grade=11, mark=4)
    assert kind(b.ege(b.sparse_pupil(1))) == "ege"
    assert kind(b.oge(b.dense_pupil(1))) == "oge"
    assert kind(b.oge(eleventh, title="22 - Математика базовая 2025.06.03")) == "ege"
    assert kind(b.oge(eleventh, title="51 - Русский язык 2025.06.03")) == "gve"
    assert kind(b.oge(b.dense_pupil(1), title="01 - Русский язык ГВЭ 2025.06.03")) == "gve"
    assert kind([["Результаты ГВЭ"], *b.oge(b.dense_pupil(1))]) == "gve"


def test_namesakes_are_kept_apart_and_joined_with_themselves() -> None:
    rows = [
        *b.ege(b.sparse_pupil(1), b.sparse_pupil(2, document=(1111, 777777))),
        *b.ege(
            b.sparse_pupil(1, document=("1111 ", "777777")), b.sparse_pupil(2),
            title="03 - Физика 2025.06.05",
        ),
    ]  # fmt: skip
    pupils = b.read_rows(rows).tables["gia_results"]["pupil_id"].tolist()
    assert pupils[0] == pupils[3] and pupils[1] == pupils[2] and pupils[0] != pupils[1]


def test_a_slip_in_a_document_does_not_make_two_pupils() -> None:
    other = b.ege(b.sparse_pupil(1, document=(1111, 222223)), title="03 - Физика 2025.06.05")
    reading = b.read_rows([*b.ege(b.sparse_pupil(1)), *other])
    assert reading.tables["gia_results"]["pupil_id"].nunique() == 1


def test_two_logins_and_a_ris_code_are_one_school() -> None:
    reading = b.read_rows(b.ege(b.sparse_pupil(1), b.sparse_pupil(2, "П", school=" EDU100011 ")))
    assert reading.tables["gia_results"]["school_id"].unique().tolist() == ["edu100001"]


def test_unknown_school_codes_are_kept_as_they_are() -> None:
    reading = b.read_rows(b.ege(b.sparse_pupil(1, school=999001.0)))
    assert reading.tables["gia_results"]["school_id"].tolist() == ["ris999001"]


def test_tables_pass_their_schemas() -> None:
    reading = b.read_rows(b.ege(b.sparse_pupil(1), b.sparse_pupil(2, "П")))
    for name, frame in reading.tables.items():
        TABLES[name].validate(frame)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("01 - Русский язык 2022.06.23", ("01", "Русский язык", "2022-06-23")),
        ("1 – Русский язык 23.06.2022", ("01", "Русский язык", "2022-06-23")),
        ("Протокол: 12 - Обществознание 2021.06.15", ("12", "Обществознание", "2021-06-15")),
        ("02 - Математика профильная 2023.06.01", ("02", "Математика", "2023-06-01")),
        ("02 - Математика (базовый уровень) 2023.06.01", ("02", "Математика базовая",
                                                         "2023-06-01")),
        ("29 - Английский язык (устный) 2023.06.01", ("29", "Английский язык (устная часть)",
                                                     "2023-06-01")),
        ("01 - Русский язык, дата экзамена 2022-06-23 00:00:00", ("01", "Русский язык",
                                                                  "2022-06-23")),
        ("Математика(2026.06.02)", ("02", "Математика", "2026-06-02")),
        ("Дата печати 2022.07.01", None),
        ("01 - Русский язык 2022.13.40", None),
        ("1111 - 222222", None),
    ],
)  # fmt: skip
def test_titles(title: str, expected: tuple[str, str, str] | None) -> None:
    found = parse_title(title)
    assert (found and (found.code, found.subject, found.date)) == expected


@pytest.mark.parametrize(
    ("subject", "decided"),
    [
        ("Математика", ("ege", "Математика базовая", False)), ("Физика", ("gve", "Физика", False)),
        ("Математика базовая", ("ege", "Математика базовая", True)),
    ],
)  # fmt: skip
def test_a_mark_alone_in_the_eleventh_grade(subject: str, decided: tuple[str, str, bool]) -> None:
    """Mathematics with a mark is the base exam, another subject can only be ГВЭ: both are asked."""
    exam = decide_exam(ExamTitle("", subject, "2025-06-01"), False, True, [11, 11])
    assert (exam.kind, exam.subject, exam.is_sure) == decided
