"""Appeals of ЕГЭ and ОГЭ: read them, and lay them over the results in whatever order they came."""

from __future__ import annotations

import re
from datetime import datetime

import pandas as pd

from msoko_lib.intake.cells import Cell, iso_date, number, text
from msoko_lib.intake.gia_blocks import ExamBlock, split_blocks
from msoko_lib.intake.gia_exam import EXAM_TITLES, Exam, decide_exam, question_exam, result_of
from msoko_lib.intake.gia_header import is_appeals, match_protocol
from msoko_lib.intake.gia_protocol import (
    LAST_ROW_OF_HEADER,
    is_of_year,
    tell_of_notes,
)
from msoko_lib.intake.gia_rows import PupilRow, read_pupil_rows
from msoko_lib.intake.header_map import find_header
from msoko_lib.intake.lines import day
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.rules import Finding, Place, finding
from msoko_lib.intake.schemas import Field, Table
from msoko_lib.intake.workbook import Sheet, Workbook

LAYOUT = "gia_appeals"
# Not a bank table: it lives between reading and merging.
GIA_APPEALS = Table(
    "gia_appeals", "апелляция", ("exam", "subject", "exam_date", "pupil_id", "changed"),
    (
        Field("school_year", "str", "учебный год"),
        Field("exam", "str", "экзамен", allowed=("oge", "ege", "gve")),
        Field("subject", "str", "предмет"),
        Field("exam_date", "str", "дата экзамена (ISO)"),
        Field("school_id", "str", "код школы"),
        Field("pupil_id", "str", "обезличенный код ученика"),
        Field("namesake_id", "str", "код того же ученика, если у него есть тёзка",
              required=False),
        Field("changed", "str", "когда изменён результат (ISO)", required=False),
        Field("before", "float", "балл до изменения", required=False),
        Field("difference", "float", "разница", required=False),
        Field("primary_score", "float", "первичный балл", required=False, low=0),
        Field("test_score", "float", "тестовый балл", required=False, low=0, high=100),
        Field("mark", "int", "отметка", required=False, low=2, high=5),
        Field("source_file", "str", "файл"),
        Field("source_sheet", "str", "лист", required=False),
        Field("source_row", "int", "строка", required=False),
    ),
)  # fmt: skip
_VALUES = ("primary_score", "test_score", "mark")
_MOMENT = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}))?)?")


def recognises_appeals(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet holds the header of an appeals file."""
    return find_header(sheet, match_protocol, is_appeals, stop=LAST_ROW_OF_HEADER) is not None


def read_appeals(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read appeals into the transient table ``gia_appeals`` (see :data:`GIA_APPEALS`).

    The exam stands above the table («12 - Обществознание 2021.06.15») or in each row
    («Математика(2026.06.02)»); the new scores stand under «Текущие».
    """
    reading = Reading(layout=LAYOUT, title="Апелляции ГИА")
    blocks = split_blocks(sheet, is_appeals)
    if not blocks:
        reading.add("gia_no_rows", context.place(sheet))
    tell_of_notes(blocks, sheet, context, reading)
    rows = [row for block in blocks for row in _read_block(sheet, block, context, reading)]
    frame = pd.DataFrame(rows, columns=GIA_APPEALS.columns)
    reading.tables[GIA_APPEALS.name] = GIA_APPEALS.conform(frame)
    return reading


def _read_block(
    sheet: Sheet, block: ExamBlock, context: ReadContext, reading: Reading
) -> list[dict[str, object]]:
    title = block.title
    if title is None:
        for row in block.rows:
            reading.add("appeal_no_exam", context.place(sheet, row))
        return []
    if not is_of_year(title.date, title.subject, block, sheet, context, reading):
        return []
    pupils = read_pupil_rows(sheet, block, context, reading)
    if not pupils:
        return []
    exam = decide_exam(
        title,
        any("test" in pupil.scores for pupil in pupils),
        any("mark" in pupil.scores for pupil in pupils),
        [pupil.grade for pupil in pupils],
    )
    question_exam(exam, title, pupils, sheet, context, reading)
    rows = [_appeal(sheet, block, exam, pupil, context, reading) for pupil in pupils]
    return [row for row in rows if row is not None]


def _appeal(
    sheet: Sheet, block: ExamBlock, exam: Exam, pupil: PupilRow,
    context: ReadContext, reading: Reading,
) -> dict[str, object] | None:  # fmt: skip
    columns = {"primary": 0, "test": 0, "mark": 0} | {
        name: span[0] for name, span in block.columns.spans.items()
    }
    result = result_of(exam, pupil, None, sheet, context, reading, columns)
    if result is None:
        return None
    row = sheet.rows[pupil.row]

    def pupil_id(namesake: str) -> str:
        return context.pupils.named_pupil(
            pupil.name, pupil.school_id, pupil.grade, context.end_year, namesake
        )

    return {
        "school_year": context.school_year,
        "exam": exam.kind,
        "subject": exam.subject,
        "exam_date": exam.date,
        "school_id": pupil.school_id,
        "pupil_id": pupil_id(""),
        "namesake_id": pupil_id(pupil.document) if pupil.document else None,
        "changed": _moment(block.columns.cell(row, "changed")) or None,
        "before": number(block.columns.cell(row, "before")),
        "difference": number(block.columns.cell(row, "difference")),
        "primary_score": result.primary,
        "test_score": result.test,
        "mark": result.mark,
        "source_file": context.file,
        "source_sheet": sheet.name,
        "source_row": pupil.row + 1,
    }


def _moment(cell: Cell) -> str:
    """Date and time as ISO text, '' where the cell holds none."""
    if isinstance(cell, datetime):
        return cell.isoformat()
    match = _MOMENT.fullmatch(text(cell))
    if match is None:
        return iso_date(cell) or ""
    day, month, year, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second).isoformat()
    except ValueError:
        return ""


def apply_appeals(
    results: pd.DataFrame, appeals: pd.DataFrame
) -> tuple[pd.DataFrame, list[Finding]]:
    """Lay appeals over results.

    Parameters
    ----------
    results : DataFrame
        Bank table ``gia_results`` of a year, from all files.
    appeals : DataFrame
        Rows of :data:`GIA_APPEALS` from all files; of several appeals of one pupil the one
        changed last decides.

    Returns
    -------
    results : DataFrame
        The same rows; where an appeal changed the result, its new scores and ``appealed`` True.
        Applying the same appeals again changes nothing.
    findings : list of Finding
        Appeals without a result, scores that contradict the protocol, and what was applied.
    """
    results = results.reset_index(drop=True).copy()
    appeals = GIA_APPEALS.conform(appeals)
    appeals = appeals.assign(_moment=appeals["changed"].fillna("")).sort_values(
        ["_moment", "source_file", "source_row"], kind="stable"
    )
    places = _places(results)
    told: list[Finding] = []
    outcome: dict[str, list[int]] = {}
    for appeal in appeals.to_dict("records"):
        row = _find(appeal, places)
        if row is None:
            told.append(
                finding(
                    "appeal_no_result", _place(appeal), subject=appeal["subject"],
                    exam=EXAM_TITLES[appeal["exam"]], date=day(str(appeal["exam_date"])),
                )
            )  # fmt: skip
            continue
        told += _contradiction(results.loc[row], appeal)
        changed = _lay_over(results, row, appeal)
        outcome.setdefault(appeal["source_file"], [0, 0])[int(not changed)] += 1
    for file, (changed_n, same_n) in sorted(outcome.items()):
        told.append(finding("appeals_applied", Place(file), changed=changed_n, same=same_n))
    return results, told


def _places(results: pd.DataFrame) -> dict[tuple[str, ...], list[int]]:
    """Rows of results by exam, subject, date and pupil, and by the same without the date."""
    places: dict[tuple[str, ...], list[int]] = {}
    keys = results[["exam", "subject", "exam_date", "pupil_id"]].itertuples(index=False)
    for row, (exam, subject, date, pupil) in enumerate(keys):
        places.setdefault((exam, subject, date, pupil), []).append(row)
        places.setdefault((exam, subject, pupil), []).append(row)
    return places


def _find(appeal: dict[str, object], places: dict[tuple[str, ...], list[int]]) -> int | None:
    """Row of the result that an appeal is about; a subject sat once needs no equal date."""
    exam, subject, date = (str(appeal[name]) for name in ("exam", "subject", "exam_date"))
    for column in ("pupil_id", "namesake_id"):
        pupil = str(appeal[column])
        for key in ((exam, subject, date, pupil), (exam, subject, pupil)):
            rows = places.get(key, [])
            if len(rows) == 1:
                return rows[0]
    return None


def _final(row: pd.Series | dict[str, object]) -> float | None:
    """The result that counts: test score, else mark, else primary score."""
    for name in ("test_score", "mark", "primary_score"):
        value = row[name]
        if not pd.isna(value):
            return float(value)  # type: ignore[arg-type]
    return None


def _contradiction(result: pd.Series, appeal: dict[str, object]) -> list[Finding]:
    present, now, before = _final(result), _final(appeal), appeal["before"]
    if pd.isna(before) or present is None or now is None:
        return []
    before = float(before)  # type: ignore[arg-type]
    if present in (before, now):
        return []
    return [
        finding(
            "appeal_before_differs", _place(appeal),
            before=f"{before:g}", present=f"{present:g}", now=f"{now:g}",
        )
    ]  # fmt: skip


def _lay_over(results: pd.DataFrame, row: int, appeal: dict[str, object]) -> bool:
    """Write an appeal's scores into a result; True if the appeal changed it, now or earlier."""
    now, before, difference = _final(appeal), appeal["before"], appeal["difference"]
    changed = (not pd.isna(before) and before != now) or (
        not pd.isna(difference) and difference != 0
    )
    for name in _VALUES:
        value = appeal[name]
        if pd.isna(value):
            continue
        old = results.at[row, name]
        changed |= bool(pd.isna(old) or old != value)
        results.at[row, name] = value
    results.at[row, "appealed"] = bool(results.at[row, "appealed"] or changed)
    return bool(changed)


def _place(appeal: dict[str, object]) -> Place:
    sheet = appeal["source_sheet"]
    return Place(
        str(appeal["source_file"]), "" if pd.isna(sheet) else str(sheet),
        f"A{appeal['source_row']}",
    )  # fmt: skip
