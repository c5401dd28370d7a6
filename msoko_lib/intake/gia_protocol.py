"""Protocols of ЕГЭ, ОГЭ and ГВЭ from РЦОИ → ``gia_results`` and ``gia_tasks``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from msoko_lib.intake import gia_checks
from msoko_lib.intake.gia_blocks import ExamBlock, split_blocks
from msoko_lib.intake.gia_exam import (
    Exam,
    Result,
    decide_exam,
    question_exam,
    result_of,
    school_year_of_exam,
)
from msoko_lib.intake.gia_header import is_protocol, match_protocol
from msoko_lib.intake.gia_rows import PupilRow, read_pupil_rows
from msoko_lib.intake.gia_tasks import PupilTasks, read_tasks, tasks_frame
from msoko_lib.intake.gia_title import title_from_file_name
from msoko_lib.intake.header_map import find_header
from msoko_lib.intake.lines import day, row_list
from msoko_lib.intake.people import Person, pupil_ids
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet, Workbook

LAYOUT = "gia_protocol"
# A header further down is not looked for: other kinds of files have their tables by then.
LAST_ROW_OF_HEADER = 80


@dataclass(frozen=True)
class _Taken:
    """A result that may enter the bank, unless its pupil turns out to stand there twice."""

    exam: Exam
    pupil: PupilRow
    result: Result
    tasks: PupilTasks
    minimum: float | None


def recognises_protocol(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet holds the header of a ГИА protocol."""
    return find_header(sheet, match_protocol, is_protocol, stop=LAST_ROW_OF_HEADER) is not None


def read_protocol(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read every exam of a sheet.

    Parameters
    ----------
    book, sheet : Workbook, Sheet
        An opened file and one of its sheets.
    context : ReadContext
        School year, directory, keyed hashes, parameters.

    Returns
    -------
    Reading
        Tables ``gia_results`` (pupil × exam) and ``gia_tasks`` (pupil × exam × task); names and
        documents are hashed here and stand nowhere in it.
    """
    reading = Reading(layout=LAYOUT)
    blocks = split_blocks(sheet)
    taken = [item for block in blocks for item in _read_block(sheet, block, context, reading)]
    if not blocks:
        reading.add("gia_no_rows", context.place(sheet))
    tell_of_notes(blocks, sheet, context, reading)
    _fill_tables(sheet, taken, context, reading)
    reading.title = _title(taken)
    reading.edition_key = _edition_key(taken)
    return reading


def _read_block(
    sheet: Sheet, block: ExamBlock, context: ReadContext, reading: Reading
) -> list[_Taken]:
    title = block.title or title_from_file_name(context.file)
    if title is None:
        place = context.place(sheet, block.columns.first_row)
        reading.add("gia_no_title", place, rows=row_list(block.rows))
        return []
    if not is_of_year(title.date, title.subject, block, sheet, context, reading):
        return []
    pupils = read_pupil_rows(sheet, block, context, reading)
    gia_checks.ask_about_footer(sheet, block, context, reading)
    if not pupils:
        return []
    has_test = any("test" in pupil.scores for pupil in pupils)
    has_mark = any("mark" in pupil.scores for pupil in pupils)
    exam = decide_exam(title, has_test, has_mark, [pupil.grade for pupil in pupils])
    question_exam(exam, title, pupils, sheet, context, reading)
    return _results(sheet, block, exam, pupils, context, reading)


def tell_of_notes(
    blocks: Sequence[ExamBlock], sheet: Sheet, context: ReadContext, reading: Reading
) -> None:
    """One line for all the footers and notes of a sheet."""
    notes = [row for block in blocks for row in block.notes]
    if notes:
        reading.add(
            "gia_rows_skipped", context.place(sheet, notes[0]),
            rows=row_list(notes), count=len(notes),
        )  # fmt: skip


def is_of_year(
    date: str, subject: str, block: ExamBlock,
    sheet: Sheet, context: ReadContext, reading: Reading,
) -> bool:  # fmt: skip
    """True if an exam belongs to the school year that is read; else a line says where it does."""
    right_year = school_year_of_exam(date)
    if right_year == context.school_year:
        return True
    end = context.end_year
    reading.add(
        "gia_wrong_year", context.place(sheet, block.rows[0]), subject=subject,
        date=day(date), school_year=context.school_year, rows=row_list(block.rows),
        start=end - 1, end=end, right_year=right_year,
    )  # fmt: skip
    return False


def _results(
    sheet: Sheet, block: ExamBlock, exam: Exam, pupils: Sequence[PupilRow],
    context: ReadContext, reading: Reading,
) -> list[_Taken]:  # fmt: skip
    columns = {name: span[0] for name, span in block.columns.spans.items()}
    columns = {"primary": 0, "test": 0, "mark": 0} | columns
    scale = gia_checks.scale_of(exam, context)
    maximum = None if scale is None else float(scale.max_score)
    results = [
        (pupil, result_of(exam, pupil, maximum, sheet, context, reading, columns))
        for pupil in pupils
    ]
    kept = [(pupil, result) for pupil, result in results if result is not None]
    tasks = read_tasks([pupil for pupil, _ in kept], columns, sheet, context, reading)
    gia_checks.ask_about_results(kept, scale, columns, sheet, context, reading)
    return [
        _Taken(exam, pupil, result, tasks.get(pupil.row, {}), block.minimum)
        for pupil, result in kept
    ]


def _fill_tables(
    sheet: Sheet, taken: Sequence[_Taken], context: ReadContext, reading: Reading
) -> None:
    people = [
        Person(
            item.pupil.name, item.pupil.school_id, item.pupil.grade, item.pupil.document,
            item.exam.key,
        )
        for item in taken
    ]  # fmt: skip
    ids, apart = pupil_ids(people, context.pupils, context.end_year)
    if apart:
        rows = [taken[position].pupil.row for position in apart]
        reading.add("gia_namesakes", context.place(sheet, rows[0]), rows=row_list(rows))
    first_row: dict[tuple[object, ...], int] = {}
    rows_of_bank = []
    tasks = []
    for item, pupil_id in zip(taken, ids, strict=True):
        seen = first_row.setdefault((*item.exam.key, pupil_id), item.pupil.row)
        if seen != item.pupil.row:
            reading.add("gia_same_pupil", context.place(sheet, item.pupil.row), first=seen + 1)
            continue
        rows_of_bank.append(_bank_row(item, pupil_id, sheet, context))
        tasks.append(item.tasks)
    results = TABLES["gia_results"].conform(
        pd.DataFrame(rows_of_bank, columns=TABLES["gia_results"].columns)
    )
    reading.tables["gia_results"] = results
    reading.tables["gia_tasks"] = TABLES["gia_tasks"].conform(tasks_frame(results, tasks))


def _bank_row(item: _Taken, pupil_id: str, sheet: Sheet, context: ReadContext) -> dict[str, object]:
    exam, pupil, result = item.exam, item.pupil, item.result
    return {
        "school_year": context.school_year,
        "exam": exam.kind,
        "subject_code": exam.subject_code or None,
        "subject": exam.subject,
        "exam_date": exam.date,
        "school_id": pupil.school_id,
        "pupil_id": pupil_id,
        "grade": pupil.grade,
        "class_name": pupil.class_name or None,
        "ppe_code": pupil.ppe or None,
        "room": pupil.room or None,
        "primary_score": result.primary,
        "test_score": result.test,
        "mark": result.mark,
        "minimum": item.minimum,
        "appealed": False,
        "source_file": context.file,
        "source_sheet": sheet.name,
        "source_row": pupil.row + 1,
    }


def _edition_key(taken: Sequence[_Taken]) -> str:
    """Two protocols of the same exams for the same schools are editions of one another."""
    about = sorted({(*item.exam.key, item.pupil.school_id) for item in taken})
    return f"gia {hashlib.sha256(repr(about).encode()).hexdigest()[:16]}" if about else ""


def _title(taken: Sequence[_Taken]) -> str:
    exams = list(dict.fromkeys(item.exam for item in taken))
    if not exams:
        return "Протокол ГИА"
    names = [f"{exam.label} {exam.date[:4]}, {exam.subject}" for exam in exams]
    shown = "; ".join(names[:3])
    return shown + (f" и ещё экзаменов: {len(names) - 3}" if len(names) > 3 else "")
