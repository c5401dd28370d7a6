"""List of candidates for the school medal («претенденты») → ``medal_candidates``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from msoko_lib.intake.cells import Cell, is_blank, text
from msoko_lib.intake.header_map import Columns, find_header, matcher
from msoko_lib.intake.lines import quoted, row_list
from msoko_lib.intake.listed import (
    NAME_FIELDS,
    NAME_PATTERNS,
    SCHOOL_FIELDS,
    SCHOOL_PATTERNS,
    SchoolColumn,
    full_name,
    lines_above,
    list_rows,
    tell_of_notes,
)
from msoko_lib.intake.olympiad_title import olympiad_year
from msoko_lib.intake.people import class_label
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.pseudonym import GRADUATION_GRADE

LAYOUT = "medals"
match_medals = matcher(
    (
        ("order", r"№|№ ?п/п"),
        *NAME_PATTERNS,
        ("grade", r"класс"),
        *SCHOOL_PATTERNS,
        ("degree", r"степень.*|медаль.*|вид медали|награда|претендует на.*"),
    )
)
_DEGREES = (
    ("I", r"(медаль\s+)?(i|1|1-я|1-й|перв\w+)(\s*(ст\.?|степен\w*))?"),
    ("II", r"(медаль\s+)?(ii|2|2-я|2-й|втор\w+)(\s*(ст\.?|степен\w*))?"),
)
_MEDAL = re.compile(r"медал|особые успехи в учении")


def recognises_medals(book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet lists candidates: pupils, schools and the degree (or the word «медаль»)."""
    columns = find_header(sheet, match_medals, _is_list, stop=40)
    if columns is None:
        return False
    above = " ".join(lines_above(sheet, columns)).lower()
    titles = " ".join(columns.titles.values())
    says_medal = _MEDAL.search(above) is not None
    is_other = re.search(r"олимпиад|статус|диплом|экзамен", titles) is not None
    return says_medal or ("degree" in columns and not is_other)


def _is_list(columns: Columns) -> bool:
    return any(name in columns for name in NAME_FIELDS) and any(
        name in columns for name in SCHOOL_FIELDS
    )


def read_medals(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read the list of candidates.

    Where the list has no column of degree, the year's rules decide: a year with one degree only
    gives I, else the rows are refused.
    """
    reading = Reading(layout=LAYOUT, title="Претенденты на медаль")
    table = TABLES["medal_candidates"]
    reading.tables[table.name] = table.empty()
    columns = find_header(sheet, match_medals, _is_list)
    if columns is None:
        reading.add("list_no_rows", context.place(sheet))
        return reading
    found = next(filter(None, map(olympiad_year, lines_above(sheet, columns))), "")
    if found and found != context.school_year:
        reading.add(
            "medal_wrong_year", context.place(sheet), found=found, expected=context.school_year
        )
        return reading
    rows = list_rows(sheet, columns, least_filled=3)
    tell_of_notes(rows.notes, sheet, context, reading)
    if not rows.pupils:
        reading.add("list_no_rows", context.place(sheet, columns.first_row))
    taken = _read_rows(rows.pupils, sheet, columns, context, reading)
    reading.tables[table.name] = table.conform(pd.DataFrame(taken, columns=table.columns))
    return reading


def _read_rows(
    places: Sequence[int], sheet: Sheet, columns: Columns, context: ReadContext, reading: Reading
) -> list[dict[str, object]]:
    schools = SchoolColumn(columns, context)
    two_degrees = context.settings.medal_rule("II", context.end_year) is not None
    first: dict[str, int] = {}
    too_early: list[int] = []
    taken: list[dict[str, object]] = []
    for place in places:
        row = sheet.rows[place]
        school_id, cell, column = schools.of_row(place, row)
        name = full_name(columns, row)
        degree_cell, degree_column = columns.find(row, "degree")
        degree = _degree(degree_cell, two_degrees)
        if not name:
            reading.add("medal_no_name", context.place(sheet, place, _name_column(columns)))
        elif school_id is None:
            where = context.place(sheet, place, column)
            reading.add("medal_no_school", where, value=quoted(cell))
        elif degree is None:
            where = context.place(sheet, place, degree_column)
            reading.add("medal_bad_degree", where, title="Степень", value=quoted(degree_cell))
        else:
            label = class_label(columns.cell(row, "grade"))
            grade = label.grade if label and label.grade >= 11 else GRADUATION_GRADE
            pupil_id = context.pupils.named_pupil(name, school_id, grade, context.end_year)
            seen = first.setdefault(pupil_id, place)
            if seen != place:
                reading.add("medal_same_pupil", context.place(sheet, place), first=seen + 1)
                continue
            if degree == "II" and not two_degrees:
                too_early.append(place)
            taken.append(
                {
                    "school_year": context.school_year,
                    "school_id": school_id,
                    "pupil_id": pupil_id,
                    "degree": degree,
                    "source_file": context.file,
                    "source_sheet": sheet.name,
                    "source_row": place + 1,
                }
            )
    schools.tell(sheet, reading)
    if too_early:
        reading.add(
            "medal_second_degree_too_early", context.place(sheet, too_early[0]),
            rows=row_list(too_early), school_year=context.school_year,
        )  # fmt: skip
    return taken


def _name_column(columns: Columns) -> int:
    return next(columns.column(name) for name in NAME_FIELDS if name in columns)


def _degree(cell: Cell, two_degrees: bool) -> str | None:
    if is_blank(cell):
        return None if two_degrees else "I"
    # The Roman numeral is typed in Latin, Cyrillic or Ukrainian letters.
    folded = text(cell).lower().replace("ё", "е").replace("і", "i").strip(' .«»"')
    return next((degree for degree, rule in _DEGREES if re.fullmatch(rule, folded)), None)
