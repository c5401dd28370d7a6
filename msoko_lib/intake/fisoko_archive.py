"""Regional archives: tidy tables ``marks``, ``scores`` and ``bias`` over several years."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell, is_blank, text
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import MARK_HEADERS, GroupRow
from msoko_lib.intake.fisoko_groups import Group, parse_login
from msoko_lib.intake.fisoko_header import AUTUMN_WORD, Work, make_work, parse_grade
from msoko_lib.intake.fisoko_text import bounded_count, find_row, fold, row_is_blank, shown
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.subjects import canonical_subject, split_vpr_level
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.project import school_year_of

COLUMN_NAMES = {
    "year": ("год", "год впр"),
    "grade": ("класс",),
    "subject": ("предмет",),
    "municipality": ("муниципалитет", "мо"),
    "login": ("логин", "логин оо"),
    "school": ("оо", "название оо"),
    "participants": ("кол-во участников", "количество участников"),
    "markers": ("количество маркеров", "кол-во маркеров"),
}
_BY_NAME = {fold(name): key for key, names in COLUMN_NAMES.items() for name in names}
MARKERS = {"4 РУ": "ru4", "4 МА": "ma4", "5 РУ": "ru5", "5 МА": "ma5"}
_MARKER_BY_NAME = {fold(name).replace(" ", ""): code for name, code in MARKERS.items()}
_YEAR = re.compile(r"(20[0-9]{2})\s*(?:г\.?|год\w*|о|осень|осен\w*)?")


@dataclass(frozen=True)
class ArchiveTable:
    """Where an archive table stands and what it holds: marks, scores or bias."""

    kind: str
    header_row: int
    named: dict[str, int]
    values: dict[str, int]  # mark, score or marker → column


@once_a_sheet
def find_archive(sheet: Sheet) -> ArchiveTable | None:
    """Find a tidy archive table by its header row; None where the sheet holds none."""
    index = find_row(sheet, lambda cells: "год" in cells and "логин" in cells)
    if index < 0:
        return None
    named: dict[str, int] = {}
    values: dict[str, int] = {}
    for column, cell in enumerate(sheet.rows[index]):
        name = fold(cell)
        if name in _BY_NAME:
            named.setdefault(_BY_NAME[name], column)
        elif name.replace(" ", "") in _MARKER_BY_NAME:
            values.setdefault(_MARKER_BY_NAME[name.replace(" ", "")], column)
        elif re.fullmatch(r"[0-9]{1,3}", name):
            values.setdefault(str(int(name)), column)
    kind = _kind(named, values)
    return ArchiveTable(kind, index, named, values) if kind else None


def _kind(named: dict[str, int], values: dict[str, int]) -> str:
    if "markers" in named or any(code in values for code in MARKERS.values()):
        return "bias"
    if not {"grade", "subject"} <= named.keys():
        return ""
    if set(values) == set(MARK_HEADERS):
        return "marks"
    return "scores" if "0" in values else ""


def recognises_archive(book: Workbook, sheet: Sheet) -> bool:
    """True for a tidy table of marks, scores or bias with «Год» and «Логин»."""
    return find_archive(sheet) is not None


@dataclass(frozen=True)
class ArchiveRow:
    """A row of the wanted school year: its work (none in bias tables) and its school."""

    row: int
    year: int
    work: Work | None
    unit: GroupRow


@dataclass
class YearRows:
    """Rows of the wanted school year, and the number of rows of other years."""

    kept: list[ArchiveRow] = field(default_factory=list)
    other: Counter[str] = field(default_factory=Counter)


def rows_of_year(
    sheet: Sheet, table: ArchiveTable, context: ReadContext, out: Findings
) -> YearRows:
    """Rows of the context's school year; «Год» is the calendar year of the ВПР."""
    found = YearRows()
    asked: set[str] = set()
    skipped: list[tuple[int, int]] = []
    for row in range(table.header_row + 1, len(sheet.rows)):
        if row_is_blank(sheet.rows[row]):
            continue
        year_cell = _cell(sheet, table, row, "year")
        login_cell = _cell(sheet, table, row, "login")
        if is_blank(year_cell) and is_blank(login_cell):
            skipped.append((row, 0))
            continue
        year, autumn = parse_year(year_cell)
        if year is None:
            _refuse(out, table, row, "year", "Год", year_cell, "год вида 2025")
            continue
        grade, by_programme = parse_grade(_cell(sheet, table, row, "grade"))
        session = "autumn" if autumn or by_programme else "spring"
        school_year = school_year_of(year + (session == "autumn"))
        if school_year != context.school_year:
            found.other[school_year] += 1
            continue
        unit = _unit(sheet, table, row, context, out)
        if unit is None:
            continue
        work = None
        if table.kind != "bias":
            work = _work(sheet, table, row, year, session, grade, context, asked, out)
            if work is None:
                continue
        found.kept.append(ArchiveRow(row, year, work, unit))
    out.summary("vpr_skipped_rows", skipped)
    return found


def parse_year(cell: Cell) -> tuple[int | None, bool]:
    """Calendar year of a cell and whether it names the autumn session.

    >>> parse_year(2022.0), parse_year("2022 осень"), parse_year("22")
    ((2022, False), (2022, True), (None, False))
    """
    folded = fold(cell)
    match = _YEAR.fullmatch(folded)
    if match is None:
        return None, False
    return int(match[1]), AUTUMN_WORD in folded or folded.endswith("о")


def _cell(sheet: Sheet, table: ArchiveTable, row: int, name: str) -> Cell:
    return sheet.cell(row, table.named[name]) if name in table.named else None


def _refuse(
    out: Findings, table: ArchiveTable, row: int, name: str, title: str, cell: Cell, wanted: str
) -> None:
    out.add(
        "vpr_archive_row", row, table.named.get(name, 0),
        column=title, value=shown(cell), wanted=wanted,
    )  # fmt: skip


def _unit(
    sheet: Sheet, table: ArchiveTable, row: int, context: ReadContext, out: Findings
) -> GroupRow | None:
    login_cell, name_cell = (_cell(sheet, table, row, name) for name in ("login", "school"))
    login = parse_login(login_cell) or parse_login(name_cell)
    by_name = None if login else context.schools.by_name(text(name_cell))
    if login is None and by_name is None:
        _refuse(out, table, row, "login", "Логин", login_cell, "логин вида edu123456")
        return None
    school_id = by_name or context.schools.by_login(login or "") or login or ""
    participants = None
    if "participants" in table.named:
        cell = _cell(sheet, table, row, "participants")
        participants = bounded_count(cell)
        if participants is None:
            out.add("vpr_participants", row, table.named["participants"], value=shown(cell))
    group = Group("school", school_id, text(name_cell) or school_id, login or "")
    return GroupRow(row, group, None, participants, sheet.rows[row])


def _work(
    sheet: Sheet, table: ArchiveTable, row: int, year: int, session: str, grade: int | None,
    context: ReadContext, asked: set[str], out: Findings,
) -> Work | None:  # fmt: skip
    if grade is None:
        cell = _cell(sheet, table, row, "grade")
        _refuse(out, table, row, "grade", "Класс", cell, "класс от 1 до 11")
        return None
    subject, level = split_vpr_level(text(_cell(sheet, table, row, "subject")))
    if not subject:
        _refuse(out, table, row, "subject", "Предмет", None, "название предмета")
        return None
    if canonical_subject(subject) is None and subject not in asked:
        asked.add(subject)
        out.add("vpr_unknown_subject", row, table.named["subject"], subject=subject)
    return make_work(context, year, session, subject, level, grade)
