"""Bad olympiad protocols and lists of medal candidates.

Under ``OLYMPIAD`` the first entrant stands in row 5: class in D, class of the tasks in E, school
in F, score in I, maximum in J, per cent in K, status in L.
"""

from __future__ import annotations

from typing import Any

import builders_gia as b
from refusals import BadFile, BadInput, Row

FILE = "ВсОШ/математика.xlsx"
GOOD = b.entrant(1)
ONE, TWO = {"olympiad_results": 1}, {"olympiad_results": 2}
HALF_TITLE = [["Школьный этап ВсОШ по физике"]]


def olympiad(cell: str, kept: dict[str, int] | None = None, **bad: Any) -> BadFile:
    """A good entrant in row 5 and a bad one in row 6."""
    name = bad.pop("name", "Яров Ян")
    rows = b.olympiad(GOOD, b.entrant(2, name, **bad))
    return BadFile(rows, cell, ONE if kept is None else kept, name=FILE)


def titled(title: list[Row], cell: str, kept: dict[str, int]) -> BadFile:
    return BadFile(b.olympiad(GOOD, title=title), cell, kept, name=FILE)


def medal(number: int, *cells: Any) -> Row:
    """A candidate: code, school, surname, name, patronymic, degree."""
    return [number, *cells, 80]


def medals(bad: Row, cell: str, kept: int = 1, **changes: Any) -> BadFile:
    """A good candidate in row 3 and a bad one in row 4."""
    rows = b.medals(medal(1, 111001, None, "Иванов", "Иван", "Ильич", "I"), bad)
    return BadFile(rows, cell, {"medal_candidates": kept}, name="Медали.xlsx", **changes)


MIXED = [
    ["Школьный этап, 2024/2025"],
    ["Предмет", *b.OLYMPIAD],
    ["Шахматы", *b.entrant(1)],
    ["Физика", *b.entrant(2)],
]
BEFORE_SECOND_DEGREE = b.medals(
    medal(1, 111001, None, "Иванов", "Иван", "Ильич", "II"), title="Медали"
)
OF_LAST_YEAR = b.medals(
    medal(1, 111001, None, "Иванов", "Иван", "Ильич", "I"), title="Медали 2023-2024"
)

CASES: dict[str, BadInput] = {
    "olympiad_no_stage": titled([["ВсОШ по математике"]], "A3", {}),
    "olympiad_no_subject": titled([["Школьный этап"]], "A3", {}),
    "olympiad_wrong_year": titled([["Школьный этап ВсОШ по физике, 2021/22"]], "A3", {}),
    "olympiad_no_year": titled(HALF_TITLE, "A3", ONE),
    "olympiad_no_names": olympiad("A6", name=None),
    "olympiad_no_school": olympiad("F6", school="Сидоров"),
    "olympiad_bad_class": olympiad("D6", grade=14),
    "olympiad_row_unclear": BadFile(MIXED, "A3", ONE, name=FILE),
    "olympiad_bad_score": olympiad("I6", score="тридцать"),
    "olympiad_no_maximum": olympiad("A6", most=None),
    "olympiad_above_maximum": olympiad("I6", score=51),
    "olympiad_bad_status": olympiad("L6", status="молодец"),
    "olympiad_winner_below_half": olympiad("I6", TWO, score=25, percent=50, status="победитель"),
    "olympiad_percent_differs": olympiad("K6", TWO, percent=75),
    "olympiad_absent": olympiad("A6", score="неявка"),
    "olympiad_same_pupil": olympiad("A6", name="Сидоров Пётр Ильич", cipher="М-1"),
    "olympiad_namesakes": olympiad("A5", TWO, name="Сидоров Пётр Ильич"),
    "list_school_above": olympiad("A6", TWO, school=None),
    "list_rows_skipped": BadFile(
        b.olympiad(GOOD, ["Председатель жюри", None]), "A6", ONE, name=FILE
    ),
    "list_no_rows": BadFile(b.medals(), "A2", {}, name="Медали.xlsx"),
    "medal_no_name": medals(medal(2, 111001, None, None, None, None, "I"), "D4"),
    "medal_no_school": medals(medal(2, None, "Рим", "Яров", "Ян", None, "I"), "C4"),
    "medal_bad_degree": medals(medal(2, 111001, None, "Яров", "Ян", None, "III"), "G4"),
    "medal_second_degree_too_early": BadFile(
        BEFORE_SECOND_DEGREE, "A3", {"medal_candidates": 1}, "2021-2022", "Медали.xlsx"
    ),
    "medal_same_pupil": medals(medal(2, 111001, None, "Иванов", "Иван", "Ильич", "I"), "A4"),
    "medal_wrong_year": BadFile(OF_LAST_YEAR, "", {}, name="Медали.xlsx"),
}
