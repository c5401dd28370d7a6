"""Protocols of the всероссийская олимпиада школьников → ``olympiad_results``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from msoko_lib.intake.cells import text
from msoko_lib.intake.header_map import Columns, find_header, matcher
from msoko_lib.intake.lines import row_list
from msoko_lib.intake.listed import (
    NAME_FIELDS,
    NAME_PATTERNS,
    SCHOOL_PATTERNS,
    SchoolColumn,
    full_name,
    lines_above,
    list_rows,
    tell_of_notes,
)
from msoko_lib.intake.olympiad_rows import (
    Entry,
    ask_about_entries,
    maximum_of,
    read_entry,
)
from msoko_lib.intake.olympiad_title import (
    OlympiadTitle,
    olympiad_year,
    read_title,
)
from msoko_lib.intake.people import Person, is_absent, pupil_ids
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet, Workbook

LAYOUT = "olympiad"
STAGE_TITLES = {
    "school": "школьный", "municipal": "муниципальный", "regional": "региональный",
    "final": "заключительный",
}  # fmt: skip
_POINTS = r"балл\w*"
match_olympiad = matcher(
    (
        ("order", r"№|№ ?п/п"),
        *NAME_PATTERNS,
        ("cipher", r"шифр( участника| работы)?|код участника|код работы|id( участника)?"),
        ("task_grade", r"(класс|параллель),? ?(за|на) котор\w+.*|за какой класс.*|"
                       r"класс (выполнения|участия|заданий)|"
                       r"класс,? по заданиям которого.*|параллель"),
        ("grade", r"класс( обучения| участника)?|класс,? ?в котором.*"),
        *SCHOOL_PATTERNS,
        ("percent", r"%.*|процент.*|доля выполнения.*"),
        ("max_score", r"(max|мах|макс|максимум|максимальн\w+).*"),
        ("score", rf"(сумма|итого|итоговый|общий|всего|набранн\w+|первичный|суммарный|"
                  rf"количество|кол-во|результат)?( |\(|,)*({_POINTS}|сумма)\)?(\(сумма\))?|"
                  rf"сумма|итого|{_POINTS} \(?(сумма|итого)\)?"),
        ("status", r"статус.*|тип диплома|диплом|результат( участия)?|итог"),
        ("stage", r"этап.*"),
        ("subject", r"предмет|(название|наименование) предмета|олимпиада"),
        ("year", r"(учебный )?год"),
    )
)  # fmt: skip


def recognises_olympiad(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet holds a table of olympiad participants."""
    columns = find_header(sheet, match_olympiad, _is_olympiad, stop=60)
    if columns is None:
        return False
    # «Результат» heads a column of many lists; a status or another grade's tasks, only these.
    says_status = any(re.match(r"статус|(тип )?диплом", each) for each in columns.titles.values())
    if says_status or "task_grade" in columns or "stage" in columns:
        return True
    return any(re.search(r"олимпиад|всош", line.lower()) for line in lines_above(sheet, columns))


def _is_olympiad(columns: Columns) -> bool:
    someone = any(name in columns for name in (*NAME_FIELDS, "cipher"))
    graded = "grade" in columns or "task_grade" in columns
    judged = any(name in columns for name in ("status", "max_score", "percent", "task_grade"))
    return someone and graded and "score" in columns and judged


def read_olympiad(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read an olympiad protocol; stage, subject, year and maximum come from columns or title."""
    reading = Reading(layout=LAYOUT, title="Протокол ВсОШ")
    table = TABLES["olympiad_results"]
    reading.tables[table.name] = table.empty()
    columns = find_header(sheet, match_olympiad, _is_olympiad)
    if columns is None:
        reading.add("list_no_rows", context.place(sheet))
        return reading
    title = read_title(lines_above(sheet, columns))
    if not _title_is_right(title, columns, sheet, context, reading):
        return reading
    rows = list_rows(sheet, columns)
    tell_of_notes(rows.notes, sheet, context, reading)
    entries = _read_rows(rows.pupils, sheet, columns, title, context, reading)
    ask_about_entries(entries, sheet, columns, context, reading)
    taken = _hashed(entries, sheet, context, reading)
    if not rows.pupils:
        reading.add("list_no_rows", context.place(sheet, columns.first_row))
    reading.tables[table.name] = table.conform(pd.DataFrame(taken, columns=table.columns))
    met = dict.fromkeys((entry.stage, entry.subject) for entry in entries)
    if met:
        stage, subject = next(iter(met))
        more = f" и ещё: {len(met) - 1}" if len(met) > 1 else ""
        reading.title = f"ВсОШ, {STAGE_TITLES[stage]} этап, {subject}{more}"
    return reading


def _title_is_right(
    title: OlympiadTitle, columns: Columns, sheet: Sheet, context: ReadContext, reading: Reading
) -> bool:
    place = context.place(sheet, columns.first_row)
    if not title.stage and "stage" not in columns:
        reading.add("olympiad_no_stage", place)
        return False
    if not title.subject and "subject" not in columns:
        reading.add("olympiad_no_subject", place)
        return False
    years = [title.school_year]
    if not title.school_year and "year" in columns:
        column = [columns.cell(row, "year") for row in sheet.rows[columns.last_row + 1 :]]
        years = [olympiad_year(text(cell)) for cell in column]
    found = {year for year in years if year}
    if not found:
        reading.add("olympiad_no_year", place, expected=context.school_year)
    elif context.school_year not in found:
        reading.add("olympiad_wrong_year", place, found=min(found), expected=context.school_year)
        return False
    return True


def _read_rows(
    places: Sequence[int], sheet: Sheet, columns: Columns, title: OlympiadTitle,
    context: ReadContext, reading: Reading,
) -> list[Entry]:  # fmt: skip
    schools = SchoolColumn(columns, context)
    entries: list[Entry] = []
    nameless: list[int] = []
    absent: list[int] = []
    without_maximum: list[int] = []
    for place in places:
        row = sheet.rows[place]
        school = schools.of_row(place, row)
        if any(is_absent(columns.cell(row, name)) for name in ("score", "status")):
            absent.append(place)
        elif not full_name(columns, row):
            nameless.append(place)
        elif maximum_of(columns, row, title) is None:
            without_maximum.append(place)
        else:
            entry = read_entry(place, sheet, columns, title, school, context, reading)
            if entry is not None:
                entries.append(entry)
    schools.tell(sheet, reading)
    for code, rows in (
        ("olympiad_no_names", nameless),
        ("olympiad_absent", absent),
        ("olympiad_no_maximum", without_maximum),
    ):
        if rows:
            where = context.place(sheet, rows[0])
            reading.add(code, where, rows=row_list(rows), count=len(rows))
    return entries


def _hashed(
    entries: Sequence[Entry], sheet: Sheet, context: ReadContext, reading: Reading
) -> list[dict[str, object]]:
    people = [
        Person(
            entry.name, entry.school_id, entry.grade, entry.cipher,
            (entry.stage, entry.subject, entry.task_grade),
        )
        for entry in entries
    ]  # fmt: skip
    ids, apart = pupil_ids(people, context.pupils, context.end_year)
    if apart:
        rows = [entries[position].row for position in apart]
        reading.add("olympiad_namesakes", context.place(sheet, rows[0]), rows=row_list(rows))
    first: dict[tuple[object, ...], int] = {}
    taken: list[dict[str, object]] = []
    for entry, person, pupil_id in zip(entries, people, ids, strict=True):
        seen = first.setdefault((*person.occasion, pupil_id), entry.row)
        if seen != entry.row:
            reading.add("olympiad_same_pupil", context.place(sheet, entry.row), first=seen + 1)
            continue
        taken.append(
            {
                "school_year": context.school_year,
                "stage": entry.stage,
                "subject": entry.subject,
                "school_id": entry.school_id,
                "pupil_id": pupil_id,
                "grade": entry.grade,
                "task_grade": entry.task_grade,
                "score": entry.score,
                "max_score": entry.max_score,
                "status": entry.status,
                "source_file": context.file,
                "source_sheet": sheet.name,
                "source_row": entry.row + 1,
            }
        )
    return taken
