"""Files of a year that do not fit together; each folder is read by the whole intake."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import builders_gia as gia
import builders_vpr as vpr
import pandas as pd
from refusals import SCHOOLS, SHEET, BadInput, BadYear, Row, write_book

from msoko_lib.intake.layouts_gia import LAYOUTS
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet, Workbook

YEAR = "2025-2026"
THREE = {"vpr_pupils": 3, "vpr_tasks": 12}
F1 = vpr.individual()
# The same three pupils; the first has one point less.
CHANGED = [vpr.pupil(40001, [1, 1, 2, 1], 5, 5, 5), *vpr.GOOD_PUPILS[1:]]
F1_CHANGED = vpr.individual([vpr.section(), *CHANGED])
F1_ONE_CHANGED = vpr.individual([vpr.section(count=1), CHANGED[0]])
STRANGE = "Лицей(edu777777)"
STRANGERS = vpr.individual(
    [vpr.section(STRANGE, 1), vpr.pupil(40001, [2, 1, 2, 1], 6, 5, 5, STRANGE)]
)
DIRECTORY = gia.directory_rows(
    *(gia.school_row(s["logins"], s["ris_code"], s["short_name"]) for s in SCHOOLS)
)


def books(files: dict[str, Sequence[Row]], directory: bool = True) -> BadYear:
    """A folder of one-sheet workbooks, with a school directory or without."""

    def write(folder: Path) -> None:
        for name, rows in files.items():
            write_book(folder / name, {SHEET: rows})
        if directory:
            write_book(folder / "Справочник ОО.xlsx", {SHEET: DIRECTORY})

    return BadYear(write, "", year=YEAR)


def expecting(given: BadYear, file: str, kept: dict[str, int], cell: str = "") -> BadYear:
    return BadYear(given.write, file, SHEET if cell else "", cell, kept, given.year)


def _write_copies(folder: Path) -> None:
    write_book(folder / "1.xlsx", {SHEET: F1})
    (folder / "копия.xlsx").write_bytes((folder / "1.xlsx").read_bytes())


def _write_two_sheets(folder: Path) -> None:
    write_book(folder / "1.xlsx", {"РУ 4": F1, "РУ 4 ещё": F1_ONE_CHANGED})


def _claims(book: Workbook, sheet: Sheet) -> bool:
    return len(sheet.rows) == 1


def _reads_too_much(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """A faulty reader: two schools, one with fewer pupils than none."""
    rows = [
        {"school_year": context.school_year, "school_id": school["school_id"], "grade": 4,
         "pupils_n": n, "source_file": context.file, "source_sheet": sheet.name, "source_row": 1}
        for school, n in zip(SCHOOLS, (-5, 20), strict=True)
    ]  # fmt: skip
    return Reading(tables={"enrolment": TABLES["enrolment"].conform(pd.DataFrame(rows))})


FAULTY = Layout("faulty", "Контингент", _claims, _reads_too_much, order=1)
SHARES = [[vpr.SCHOOL, None, 3, 0, 0, 33.3, 66.7]]
FOUR = [[vpr.SCHOOL, None, 4, 0, 25, 25, 50]]

CASES: dict[str, BadInput] = {
    "same_content": BadYear(_write_copies, "копия.xlsx", kept=THREE, year=YEAR),
    "older_edition": expecting(books({"1.xlsx": F1, "2.xlsx": F1_CHANGED}), "1.xlsx", THREE),
    "conflict": expecting(books({"1.xlsx": F1, "2.xlsx": F1_ONE_CHANGED}), "1.xlsx", THREE, "A10"),
    "repeated_rows": BadYear(_write_two_sheets, "1.xlsx", "РУ 4", "A10", THREE, YEAR),
    # Set aside, yet kept: the directory may learn of the school later.
    "unknown_school": expecting(
        books({"1.xlsx": F1, "2.xlsx": STRANGERS}), "2.xlsx",
        {"vpr_pupils": 4, "vpr_tasks": 16, "schools": 3}, "A10",
    ),
    "no_directory": expecting(books({"1.xlsx": F1}, directory=False), "", {**THREE, "schools": 1}),
    "two_directories": expecting(
        books({"1.xlsx": F1, "Ещё справочник.xlsx": [*DIRECTORY, [], ["Примечание"]]}),
        "Справочник ОО.xlsx", {**THREE, "schools": 2},
    ),
    "invalid_rows": BadYear(
        lambda folder: write_book(folder / "1.xlsx", {SHEET: [["Контингент"]]}),
        "1.xlsx", SHEET, "A1", {"enrolment": 1}, layouts=(FAULTY, *LAYOUTS),
    ),
    "vpr_cross_participants": expecting(
        books({"1.xlsx": F1, "2.xlsx": vpr.marks(FOUR)}), "1.xlsx", {**THREE, "vpr_marks": 1}
    ),
    "vpr_cross_shares": expecting(
        books({"1.xlsx": F1, "2.xlsx": vpr.marks(SHARES)}), "1.xlsx", {**THREE, "vpr_marks": 1}
    ),
}  # fmt: skip
