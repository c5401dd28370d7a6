"""Rows of pupils in a ГИА protocol: what was taken from each cell, what was refused and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell, is_blank, number, text
from msoko_lib.intake.gia_blocks import ExamBlock
from msoko_lib.intake.gia_header import IDENTITY_FIELDS
from msoko_lib.intake.header_map import Columns
from msoko_lib.intake.lines import quoted, row_list
from msoko_lib.intake.people import class_label, document_key, is_absent
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.school_cells import school_by_ris
from msoko_lib.intake.workbook import Sheet

_PAST_GRADUATE = re.compile(r"впл|выпускник\w*( прошлых лет)?|спо", re.IGNORECASE)
_CODE = r"(?:[пу]\.?\s*:?\s*)?\d{1,4}"
# One code, or those of the written and the oral part; a document number is longer.
_POINT_OF_EXAM = re.compile(rf"{_CODE}(?:[;,]?\s+{_CODE})?", re.IGNORECASE)
FIRST_GRADE, LAST_GRADE = 9, 12
FIELD_TITLES = {
    "primary": "Первичный балл", "test": "Балл", "mark": "Оценка", "short": "Краткие ответы",
    "detailed": "Развёрнутые ответы", "oral": "Устная часть",
}  # fmt: skip


@dataclass(frozen=True)
class PupilRow:
    """What a protocol's row says of a pupil before the exam is known.

    ``scores`` holds the whole numbers of the score columns that are filled; ``masks`` the answer
    masks as text. Name and document stay inside the reader.
    """

    row: int
    school_id: str
    grade: int
    class_name: str
    name: str = field(repr=False)
    document: str = field(repr=False)
    ppe: str = ""
    room: str = ""
    scores: dict[str, int] = field(default_factory=dict)
    masks: dict[str, str] = field(default_factory=dict)


def read_pupil_rows(
    sheet: Sheet, block: ExamBlock, context: ReadContext, reading: Reading
) -> list[PupilRow]:
    """Rows of an exam that can be read; each that cannot gets a line in ``reading``."""
    columns = block.columns
    by_document = not any(name in columns for name in IDENTITY_FIELDS)
    if by_document:
        reading.add("gia_no_name_columns", context.place(sheet, columns.first_row))
    pupils: list[PupilRow] = []
    absent: list[int] = []
    graduates: list[int] = []
    for place in block.rows:
        row = sheet.rows[place]
        if any(is_absent(columns.cell(row, name)) for name in ("primary", "test", "mark")):
            absent.append(place)
            continue
        grade_cell = text(columns.cell(row, "grade"))
        if _PAST_GRADUATE.fullmatch(grade_cell):
            graduates.append(place)
            continue
        pupil = _read_row(sheet, place, columns, context, reading, by_document)
        if pupil is not None:
            pupils.append(pupil)
    for code, rows in (("gia_absent", absent), ("gia_past_graduates", graduates)):
        if rows:
            reading.add(code, context.place(sheet, rows[0]), rows=row_list(rows), count=len(rows))
    return pupils


def _read_row(
    sheet: Sheet,
    place: int,
    columns: Columns,
    context: ReadContext,
    reading: Reading,
    by_document: bool,
) -> PupilRow | None:
    row = sheet.rows[place]
    cell, column = columns.find(row, "school")
    school_id = school_by_ris(cell, context.schools)
    if school_id is None:
        reading.add("gia_no_school", context.place(sheet, place, column), value=quoted(cell))
        return None
    cell, column = columns.find(row, "grade")
    label = class_label(cell)
    if label is None or not FIRST_GRADE <= label.grade <= LAST_GRADE:
        reading.add("gia_bad_class", context.place(sheet, place, column), value=quoted(cell))
        return None
    document = document_key(*(columns.cell(row, name) for name in ("series", "number", "document")))
    participant = document_key(columns.cell(row, "participant"))
    name = " ".join(filter(None, (columns.joined(row, field) for field in IDENTITY_FIELDS)))
    if by_document and (document or participant):
        # A hash of its own kind: no real name begins with a digit.
        name = f"0 {participant or document}"
    if not any(ch.isalnum() for ch in name):
        first = next((field for field in IDENTITY_FIELDS if field in columns), "document")
        reading.add("gia_no_name", context.place(sheet, place, columns.column(first)))
        return None
    scores = _read_scores(sheet, place, columns, context, reading)
    if scores is None:
        return None
    return PupilRow(
        place,
        school_id,
        label.grade,
        label.name,
        name,
        document or participant,
        _exam_point(columns.cell(row, "ppe")),
        _exam_point(columns.cell(row, "room")),
        scores,
        {
            part: text(columns.cell(row, part))
            for part in ("short", "detailed", "oral")
            if not is_blank(columns.cell(row, part))
        },
    )


def _exam_point(cell: Cell) -> str:
    """Code of an exam point or room as the file has it; anything wordy is left out."""
    folded = text(cell)
    return folded if _POINT_OF_EXAM.fullmatch(folded) else ""


def _read_scores(
    sheet: Sheet, place: int, columns: Columns, context: ReadContext, reading: Reading
) -> dict[str, int] | None:
    """Whole numbers of the score columns; None, with a line, where a cell is no such number."""
    row = sheet.rows[place]
    scores: dict[str, int] = {}
    for name in ("primary", "test", "mark"):
        cell, column = columns.find(row, name)
        if is_blank(cell):
            continue
        value = number(cell)
        if value is None or value < 0 or not value.is_integer():
            reading.add(
                "gia_bad_score",
                context.place(sheet, place, column),
                column=FIELD_TITLES[name],
                value=quoted(cell),
            )
            return None
        scores[name] = int(value)
    if not scores:
        reading.add("gia_no_result", context.place(sheet, place, columns.column("primary")))
        return None
    return scores


def grades_of(pupils: Sequence[PupilRow]) -> dict[int, list[int]]:
    """Rows by grade."""
    by_grade: dict[int, list[int]] = {}
    for pupil in pupils:
        by_grade.setdefault(pupil.grade, []).append(pupil.row)
    return by_grade
