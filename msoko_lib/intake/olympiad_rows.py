"""Rows of an olympiad protocol: what was taken from each cell, what was refused and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from msoko_lib.intake.cells import Cell, is_blank, number, text
from msoko_lib.intake.header_map import Columns
from msoko_lib.intake.lines import quoted, row_list
from msoko_lib.intake.listed import full_name
from msoko_lib.intake.olympiad_title import OlympiadTitle, olympiad_stage, olympiad_subject
from msoko_lib.intake.people import class_label, document_key
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet

# On these stages a winner must have more than half of the maximum.
_STAGES_OF_HALF = ("school", "municipal")
_STATUSES = (
    ("победитель", r"побед.*|диплом победителя.*|диплом (i|1|первой) степени"),
    ("призёр", r"приз.*|диплом приз.*|диплом (ii|iii|2|3|второй|третьей) степени"),
    ("участник", r"участ.*|похвальн.*|сертификат.*|[-–—]?|нет"),
)


_WHAT = {
    "score": "Сумма баллов", "grade": "Класс обучения", "task_grade": "Класс, за который выполнял",
    "subject": "Предмет", "stage": "Этап",
}  # fmt: skip


class _Refuse(Protocol):
    def __call__(self, code: str, column: int, **facts: object) -> None: ...


@dataclass(frozen=True)
class Entry:
    """A row that can be taken, unless its pupil stands there twice."""

    row: int
    stage: str
    subject: str
    school_id: str
    grade: int
    task_grade: int
    score: float
    max_score: float
    status: str
    percent: float | None
    name: str = field(repr=False)
    cipher: str = field(repr=False, default="")


def maximum_of(columns: Columns, row: Sequence[Cell], title: OlympiadTitle) -> float | None:
    """Maximum of a row: its own, else that of the title; None where there is none above 0."""
    own = number(columns.cell(row, "max_score"))
    most = title.max_score if own is None else own
    return most if most is not None and most > 0 else None


def read_entry(
    place: int, sheet: Sheet, columns: Columns, title: OlympiadTitle,
    school: tuple[str | None, Cell, int], context: ReadContext, reading: Reading,
) -> Entry | None:  # fmt: skip
    """Read a participant's row; None, with a line, where something in it cannot be taken."""
    row = sheet.rows[place]

    def refuse(code: str, column: int, **facts: object) -> None:
        reading.add(code, context.place(sheet, place, column), **facts)

    stage = olympiad_stage(text(columns.cell(row, "stage"))) or title.stage
    subject = olympiad_subject(text(columns.cell(row, "subject"))) or title.subject
    if not stage or not subject:
        name = "subject" if stage else "stage"
        refuse("olympiad_row_unclear", columns.column(name), title=_WHAT[name])
        return None
    school_id, cell, column = school
    if school_id is None:
        refuse("olympiad_no_school", column, value=quoted(cell))
        return None
    grades = _grades(row, columns, refuse)
    if grades is None:
        return None
    cell, column = columns.find(row, "score")
    score = number(cell)
    if score is None or score < 0:
        refuse("olympiad_bad_score", column, title=_WHAT["score"], value=quoted(cell))
        return None
    most = maximum_of(columns, row, title)
    if most is None or score > most:
        refuse("olympiad_above_maximum", column, score=f"{score:g}", maximum=f"{most or 0:g}")
        return None
    status = olympiad_status(columns.cell(row, "status"))
    if status is None:
        refuse("olympiad_bad_status", columns.column("status"))
        return None
    return Entry(
        place, stage, subject, school_id, *grades, score, most, status,
        number(columns.cell(row, "percent")), full_name(columns, row),
        document_key(columns.cell(row, "cipher")),
    )  # fmt: skip


def _grades(row: Sequence[Cell], columns: Columns, refuse: _Refuse) -> tuple[int, int] | None:
    """Grade of study and of the tasks; one may stand for both."""
    grades: dict[str, int] = {}
    for name in ("grade", "task_grade"):
        cell, column = columns.find(row, name)
        if is_blank(cell):
            continue
        label = class_label(cell)
        if label is None or not 1 <= label.grade <= 11:
            refuse("olympiad_bad_class", column, title=_WHAT[name], value=quoted(cell))
            return None
        grades[name] = label.grade
    if not grades:
        refuse("olympiad_bad_class", columns.column("grade"), title=_WHAT["grade"], value="пусто")
        return None
    grade = grades.get("grade", grades.get("task_grade", 0))
    return grade, grades.get("task_grade", grade)


def olympiad_status(cell: Cell) -> str | None:
    """Status of a participant; an empty cell is «участник», an unknown word None.

    >>> olympiad_status("Призер"), olympiad_status(None), olympiad_status("?")
    ('призёр', 'участник', None)
    """
    return _status_of(text(cell).lower().replace("ё", "е"))


@lru_cache(maxsize=5_000)
def _status_of(folded: str) -> str | None:
    return next((status for status, rule in _STATUSES if re.fullmatch(rule, folded)), None)


def ask_about_entries(
    entries: Sequence[Entry], sheet: Sheet, columns: Columns,
    context: ReadContext, reading: Reading,
) -> None:  # fmt: skip
    """Questions about rows that were taken: weak winners, percentages that do not fit."""
    for entry in entries:
        low = entry.score <= entry.max_score / 2 and entry.stage in _STAGES_OF_HALF
        if entry.status == "победитель" and low:
            reading.add(
                "olympiad_winner_below_half",
                context.place(sheet, entry.row, columns.column("score")),
                score=f"{entry.score:g}", maximum=f"{entry.max_score:g}",
            )  # fmt: skip
    wrong = [entry.row for entry in entries if _percent_differs(entry)]
    if wrong:
        reading.add(
            "olympiad_percent_differs",
            context.place(sheet, wrong[0], columns.column("percent")), rows=row_list(wrong),
        )  # fmt: skip


def _percent_differs(entry: Entry) -> bool:
    if entry.percent is None:
        return False
    expected = 100 * entry.score / entry.max_score
    # Excel keeps «85 %» as 0.85.
    return min(abs(entry.percent - expected), abs(100 * entry.percent - expected)) > 1
