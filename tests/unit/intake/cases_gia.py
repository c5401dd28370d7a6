"""One bad input for each rule of ГИА, lists, directory and maps: tested case by case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import builders_gia as b
from builders_gia import Row

from msoko_lib.intake.gia_appeals import apply_appeals
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.rules import Finding

ENROLMENT = ["Код ОО", "ОО", *(f"{grade} класс" for grade in range(1, 12))]
ANNUAL = ["ФИО", "Код ОО", "Класс", "Предмет", "Годовая отметка"]


@dataclass(frozen=True)
class Case:
    """Rows of a sheet that must call a rule; ``cell`` is the address that the line must give."""

    rows: Sequence[Row]
    cell: str = ""
    given: ReadContext = field(default_factory=b.context)

    def findings(self) -> list[Finding]:
        return b.read_rows(self.rows, self.given).findings


def enrolment(*rows: Row) -> list[Row]:
    return [["Контингент"], ENROLMENT, *rows]


def annual(*rows: Row) -> list[Row]:
    return [ANNUAL, *rows]


FULL = [111001, "СОШ №1", *[20] * 11]
TWO = (b.sparse_pupil(1), b.sparse_pupil(2, "Петров"))

CASES: dict[str, Case] = {
    "gia_no_title": Case([b.SPARSE, *TWO], "A1"),
    "gia_wrong_year": Case(b.ege(*TWO, title="01 - Русский язык 2022.06.23"), "A3"),
    "gia_code_mismatch": Case(b.ege(*TWO, title="09 - Обществознание 2025.06.06"), "A3"),
    "gia_unknown_subject": Case(b.ege(*TWO, title="40 - Звездочётство 2025.06.06"), "A3"),
    "gia_title_from_file": Case(
        [b.DENSE, b.dense_pupil(1)], "A2", b.context(file="ОГЭ/03_2025.06.02.csv")
    ),
    "gia_exam_unclear": Case(
        b.oge(b.dense_pupil(1, grade=11), title="03 - Физика 2025.06.06"), "A3"
    ),
    "gia_grade_exam": Case(
        b.oge(b.dense_pupil(1), b.dense_pupil(2, "А"), b.dense_pupil(3, grade=10)), "A5"
    ),
    "gia_no_school": Case(b.ege(*TWO, b.sparse_pupil(3, "В", school="нет")), "E5"),
    "gia_bad_class": Case(b.ege(*TWO, b.sparse_pupil(3, "В", grade=7)), "G5"),
    "gia_past_graduates": Case(b.ege(*TWO, b.sparse_pupil(3, "В", grade="ВПЛ")), "A5"),
    "gia_no_name": Case(b.ege(*TWO, b.sparse_pupil(3, "", name=(None, None))), "M5"),
    "gia_no_name_columns": Case(
        [
            [b.RUSSIAN],
            ["Код ОО", "Класс", "Код участника", "Первичный балл", "Балл"],
            [111001, 11, "A-17", 20, 50],
        ],
        "A2",
    ),
    "gia_no_result": Case(b.ege(*TWO, b.sparse_pupil(3, "В", primary=None, test=None)), "Y5"),
    "gia_absent": Case(b.ege(*TWO, b.sparse_pupil(3, "В", primary=None, test="неявка")), "A5"),
    "gia_bad_score": Case(b.ege(*TWO, b.sparse_pupil(3, "В", primary="3а")), "Y5"),
    "gia_test_above_100": Case(b.ege(*TWO, b.sparse_pupil(3, "В", test=101)), "AA5"),
    "gia_primary_above_maximum": Case(b.oge(b.dense_pupil(1, primary=32, mark=5)), "L3"),
    "gia_bad_mark": Case(b.oge(b.dense_pupil(1, mark=6)), "M3"),
    "gia_partial_result": Case(b.ege(*TWO, b.sparse_pupil(3, "В", test=None)), "A5"),
    "gia_bad_mask": Case(b.ege(*TWO, b.sparse_pupil(3, "В", short="#ИМЯ?")), "U5"),
    "gia_task_above_maximum": Case(b.ege(*TWO, b.sparse_pupil(3, "В", detailed="3(2)0(3)")), "W5"),
    "gia_mask_sum": Case(b.ege(*TWO, b.sparse_pupil(3, "В", primary=4, test=45)), "Y5"),
    "gia_mask_length": Case(
        b.ege(*TWO, b.sparse_pupil(3, "В", short="++-+", primary=4, test=45)), "U5"
    ),
    "gia_declared_count": Case(b.ege(*TWO, footer=[["Всего участников", None, 11]]), "C5"),
    "gia_primary_to_test": Case(b.ege(*TWO, b.sparse_pupil(3, "В", test=41)), "AA5"),
    "gia_mark_above_scale": Case(b.oge(b.dense_pupil(1, mark=3)), "M3"),
    "gia_same_pupil": Case(b.ege(*TWO, b.sparse_pupil(3)), "A5"),
    "gia_namesakes": Case(b.ege(*TWO, b.sparse_pupil(3, document=(1111, 999999))), "A3"),
    "gia_minimum_unread": Case(b.ege(*TWO, footer=[["Минимальная граница", "нет"]]), "A5"),
    "gia_rows_skipped": Case(b.ege(*TWO, footer=[["Председатель ГЭК", None, "подпись"]]), "A5"),
    "gia_no_rows": Case([[b.RUSSIAN], b.SPARSE], "-"),
    "appeal_no_exam": Case(b.appeals(b.appeal(), title="Апелляции"), "A4"),
    "olympiad_no_stage": Case(b.olympiad(b.entrant(1), title=[["ВсОШ по математике"]]), "A3"),
    "olympiad_no_subject": Case(b.olympiad(b.entrant(1), title=[["Школьный этап"]]), "A3"),
    "olympiad_wrong_year": Case(
        b.olympiad(b.entrant(1), title=[["Школьный этап ВсОШ по физике, 2021/22"]]), "A3"
    ),
    "olympiad_no_year": Case(
        b.olympiad(b.entrant(1), title=[["Школьный этап ВсОШ по физике"]]), "A3"
    ),
    "olympiad_no_names": Case(b.olympiad(b.entrant(1), b.entrant(2, name=None)), "A6"),
    "olympiad_no_school": Case(b.olympiad(b.entrant(1, school="Сидоров")), "F5"),
    "olympiad_bad_class": Case(b.olympiad(b.entrant(1, grade=14)), "D5"),
    "olympiad_row_unclear": Case(
        [
            ["Школьный этап, 2024/2025"],
            ["Предмет", *b.OLYMPIAD],
            ["Шахматы", *b.entrant(1)],
            ["Физика", *b.entrant(2)],
        ],
        "A3",
    ),
    "olympiad_bad_score": Case(b.olympiad(b.entrant(1, score="тридцать")), "I5"),
    "olympiad_no_maximum": Case(b.olympiad(b.entrant(1, most=None)), "A5"),
    "olympiad_above_maximum": Case(b.olympiad(b.entrant(1, score=51)), "I5"),
    "olympiad_bad_status": Case(b.olympiad(b.entrant(1, status="молодец")), "L5"),
    "olympiad_winner_below_half": Case(
        b.olympiad(b.entrant(1, score=25, percent=50, status="победитель")), "I5"
    ),
    "olympiad_percent_differs": Case(b.olympiad(b.entrant(1, percent=75)), "K5"),
    "olympiad_absent": Case(b.olympiad(b.entrant(1, score="неявка")), "A5"),
    "olympiad_same_pupil": Case(
        b.olympiad(b.entrant(1, cipher="М-1"), b.entrant(2, cipher="М-1")), "A6"
    ),
    "olympiad_namesakes": Case(b.olympiad(b.entrant(1), b.entrant(2)), "A5"),
    "list_school_above": Case(
        b.olympiad(b.entrant(1), b.entrant(2, "Яров Ян", school=None)), "A6"
    ),
    "list_rows_skipped": Case(b.olympiad(b.entrant(1), ["Председатель жюри", None]), "A6"),
    "list_no_rows": Case(b.medals(), "A2"),
    "medal_no_name": Case(b.medals([1, 111001, None, None, None, None, "I", 80]), "D3"),
    "medal_no_school": Case(b.medals([1, None, "Рим", "А", "Б", "В", "I", 80]), "C3"),
    "medal_bad_degree": Case(b.medals([1, 111001, None, "А", "Б", "В", "III", 80]), "G3"),
    "medal_second_degree_too_early": Case(
        b.medals([1, 111001, None, "А", "Б", "В", "II", 80], title="Медали"),
        "A3",
        b.context("2021-2022"),
    ),
    "medal_same_pupil": Case(
        b.medals(*[[n, 111001, None, "А", "Б", "В", "I", 80] for n in (1, 2)]), "A4"
    ),
    "medal_wrong_year": Case(
        b.medals([1, 111001, None, "А", "Б", "В", "I", 80], title="Медали 2023-2024"), "-"
    ),
    "directory_no_code": Case(b.directory_rows(b.school_row(), b.school_row(None, None)), "A5"),
    "directory_bad_code": Case(b.directory_rows(b.school_row(ris="сто")), "B4"),
    "directory_no_name": Case(b.directory_rows(b.school_row(name=None)), "D4"),
    "directory_code_twice": Case(
        b.directory_rows(b.school_row(), b.school_row("edu100002", 111001, "СОШ №2")), "A5"
    ),
    "directory_shared_name": Case(
        b.directory_rows(b.school_row(), b.school_row("edu2222", 111002, "МОУ «СОШ №1»")), "A4"
    ),
    "directory_not_active": Case(
        b.directory_rows(b.school_row(), b.school_row("edu2222", 2, **{"Действует по": 2020})),
        "A5",
    ),
    "directory_bad_date": Case(b.directory_rows(b.school_row(**{"Действует с": "давно"})), "K4"),
    "directory_unknown_word": Case(
        b.directory_rows(b.school_row(**{"Город/село": "выселки"})), "I4"
    ),
    "directory_empty": Case(b.directory_rows(), "-"),
    "map_headers_missing": Case([["Контингент"], ENROLMENT[:-1], FULL[:-1]], "A2"),
    "map_no_school": Case(enrolment([None, "Иванов", *[1] * 11], FULL), "B3"),
    "map_no_name": Case(annual([None, 111001, 9, "Физика", 4]), "A2"),
    "map_blank": Case(annual(["А Б", 111001, 9, "Физика", None]), "E2"),
    "map_bad_value": Case(enrolment([*FULL[:4], "много", *FULL[5:]]), "E3"),
    "map_unknown_subject": Case(annual(["А Б", 111001, 9, "Звездочётство", 4]), "A2"),
    "map_empty_cells": Case(enrolment([*FULL[:11], None, "-"]), "A3"),
    "map_same_key": Case(annual(*[["А Б", 111001, 9, "Физика", mark] for mark in (4, 5)]), "A3"),
    "map_totals": Case(enrolment(FULL, ["Итого", None, *[20] * 11]), "A4"),
    "map_no_rows": Case(enrolment(), "A2"),
}  # fmt: skip


def _appeal_findings(*rows: Row) -> Callable[[], list[Finding]]:
    """Findings of laying appeals over a protocol of two pupils (results 40 and 40)."""

    def make() -> list[Finding]:
        results = b.read_rows(b.ege(*TWO)).tables["gia_results"]
        read = b.read_rows(b.appeals(*rows), code="gia_appeals")
        return [*read.findings, *apply_appeals(results, read.tables["gia_appeals"])[1]]

    return make


# Rules that need more than one sheet, or a map of their own (tested in test_column_maps.py).
APPEAL_CASES: dict[str, Callable[[], list[Finding]]] = {
    "appeal_no_result": _appeal_findings(b.appeal(surname="Чужой")),
    "appeal_before_differs": _appeal_findings(b.appeal(before=38)),
    "appeals_applied": _appeal_findings(b.appeal()),
}
CASES_ELSEWHERE = {"map_columns_differ", "map_column_absent"}
