"""Bad protocols and appeals of РЦОИ: where the line points and what is taken all the same.

Under ``SPARSE`` the first pupil stands in row 3; the school's code is in E, the class in G, the
surname in M, answer masks in U and W, the primary score in Y, the test score in AA. Under
``DENSE`` the primary score is in L, the mark in M.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import builders_gia as b
from refusals import SHEET, BadFile, BadInput, BadYear, Row, write_book

FIRST, SECOND = b.sparse_pupil(1), b.sparse_pupil(2, "Петров")
# Two good pupils; each has three tasks with a short answer and two with a detailed one.
TWO = {"gia_results": 2, "gia_tasks": 10}
THREE = {"gia_results": 3, "gia_tasks": 15}


def ege(third: Row | None = None, title: Any = b.RUSSIAN, footer: list[Row] | None = None) -> Any:
    """Two good pupils of the ЕГЭ and perhaps a third in row 5."""
    pupils = [FIRST, SECOND] + ([] if third is None else [third])
    return b.ege(*pupils, title=title, footer=footer or [])


def third(**changes: Any) -> Row:
    return b.sparse_pupil(3, changes.pop("surname", "Яров"), **changes)


def oge(**bad: Any) -> list[Row]:
    """A good ninth-grader in row 3, a bad one in row 4."""
    return b.oge(b.dense_pupil(1), b.dense_pupil(2, "Яров", **bad))


def protocol(rows: list[Row], cell: str, kept: Mapping[str, int], name: str = b.FILE) -> BadFile:
    return BadFile(rows, cell, kept, name=name)


def _appeals(*rows: Row) -> BadYear:
    """A protocol of two pupils and the appeals, which come first in the alphabet."""

    def write(folder: Path) -> None:
        write_book(folder / "РЦОИ/апелляции.xlsx", {SHEET: b.appeals(*rows)})
        write_book(folder / b.FILE, {SHEET: ege()})

    return BadYear(write, "РЦОИ/апелляции.xlsx", SHEET, "A4", TWO)


def _applied() -> BadYear:
    appeals = _appeals(b.appeal())
    return BadYear(appeals.write, appeals.file, kept=TWO)


UNTITLED = [b.SPARSE, FIRST, SECOND, *b.ege(b.sparse_pupil(1, "Яров"))]
OF_ANOTHER_YEAR = [*ege(title="01 - Русский язык 2022.06.23"), *b.ege(b.sparse_pupil(1, "Яров"))]
ONE = {"gia_results": 1, "gia_tasks": 5}
NAMELESS = [
    [b.RUSSIAN],
    ["Код ОО", "Класс", "Код участника", "Первичный балл", "Балл"],
    [111001, 11, "A-17", 20, 50],
]
APPEALS_OF_TWO_EXAMS = [*b.appeals(b.appeal(), title="Апелляции"), *b.appeals(b.appeal())]

CASES: dict[str, BadInput] = {
    "gia_no_title": protocol(UNTITLED, "A1", ONE),
    "gia_wrong_year": protocol(OF_ANOTHER_YEAR, "A3", ONE),
    "gia_code_mismatch": protocol(ege(title="09 - Обществознание 2025.06.06"), "A3", TWO),
    "gia_unknown_subject": protocol(ege(title="40 - Звездочётство 2025.06.06"), "A3", TWO),
    "gia_title_from_file": protocol(
        [b.DENSE, b.dense_pupil(1)], "A2", {"gia_results": 1}, "ОГЭ/03_2025.06.02.xlsx"
    ),
    "gia_exam_unclear": protocol(
        b.oge(b.dense_pupil(1, grade=11), title="03 - Физика 2025.06.06"), "A3", {"gia_results": 1}
    ),
    "gia_grade_exam": protocol(
        b.oge(b.dense_pupil(1), b.dense_pupil(2, "Сидоров"), b.dense_pupil(3, "Яров", grade=10)),
        "A5",
        {"gia_results": 3},
    ),
    "gia_no_school": protocol(ege(third(school="нет")), "E5", TWO),
    "gia_bad_class": protocol(ege(third(grade=7)), "G5", TWO),
    "gia_past_graduates": protocol(ege(third(grade="ВПЛ")), "A5", TWO),
    "gia_no_name": protocol(ege(third(surname="", name=(None, None))), "M5", TWO),
    "gia_no_name_columns": protocol(NAMELESS, "A2", {"gia_results": 1}),
    "gia_no_result": protocol(ege(third(primary=None, test=None)), "Y5", TWO),
    "gia_absent": protocol(ege(third(primary=None, test="неявка")), "A5", TWO),
    "gia_bad_score": protocol(ege(third(primary="3а")), "Y5", TWO),
    "gia_test_above_100": protocol(ege(third(test=101)), "AA5", TWO),
    "gia_primary_above_maximum": protocol(oge(primary=32, mark=5), "L4", {"gia_results": 1}),
    "gia_bad_mark": protocol(oge(mark=6), "M4", {"gia_results": 1}),
    "gia_partial_result": protocol(
        ege(third(test=None)), "A5", {**THREE, "gia_results.test_score": 2}
    ),
    # The result is taken, the pupil's tasks are not.
    "gia_bad_mask": protocol(ege(third(short="#ИМЯ?")), "U5", {"gia_results": 3, "gia_tasks": 10}),
    "gia_task_above_maximum": protocol(
        ege(third(detailed="3(2)0(3)")), "W5", {"gia_results": 3, "gia_tasks": 10}
    ),
    "gia_mask_sum": protocol(ege(third(primary=4, test=45)), "Y5", THREE),
    "gia_mask_length": protocol(
        ege(third(short="++-+", primary=4, test=45)), "U5", {"gia_results": 3, "gia_tasks": 16}
    ),
    "gia_declared_count": protocol(ege(footer=[["Всего участников", None, 11]]), "C5", TWO),
    "gia_primary_to_test": protocol(ege(third(test=41)), "AA5", THREE),
    "gia_mark_above_scale": protocol(oge(mark=3), "M4", {"gia_results": 2}),
    "gia_same_pupil": protocol(ege(b.sparse_pupil(3)), "A5", TWO),
    "gia_namesakes": protocol(ege(b.sparse_pupil(3, document=(1111, 999999))), "A3", THREE),
    "gia_minimum_unread": protocol(
        ege(footer=[["Минимальная граница", "нет"]]), "A5", {**TWO, "gia_results.minimum": 0}
    ),
    "gia_rows_skipped": protocol(ege(footer=[["Председатель ГЭК", None, "подпись"]]), "A5", TWO),
    "gia_no_rows": protocol([[b.RUSSIAN], b.SPARSE], "", {}),
    "appeal_no_exam": protocol(APPEALS_OF_TWO_EXAMS, "A4", {"gia_appeals": 1}),
    "appeal_no_result": _appeals(b.appeal(surname="Чужой")),
    "appeal_before_differs": _appeals(b.appeal(before=38)),
    "appeals_applied": _applied(),
}
