"""Ф1: which row is a pupil, a school's section, or neither."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell, is_blank, number, text
from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_groups import parse_code, parse_login
from msoko_lib.intake.fisoko_individual_columns import IndividualColumns
from msoko_lib.intake.fisoko_text import (
    LARGEST_COUNT,
    fold,
    is_max_label,
    row_is_blank,
    shown,
)
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.workbook import Sheet

_SECTION = re.compile(r"(?:кол-во|количество) участников\s*:?\s*([0-9][0-9 ]*)")
_SECTION_LOGIN = re.compile(r"\(\s*([^()\s]+)\s*\)\s*(?:\||$)")
# Not a bare «средн…»: «Средняя школа №1» is a school.
_TOTAL = re.compile(r"(?:итог|всего|средн\w+ (?:балл|процент|значени|%)|среднее$)")
_CODE = re.compile(r"[0-9]{4,8}")


@dataclass
class Section:
    """A school's section: the row that declares it and how many pupils followed."""

    row: int
    login: str | None
    declared: int
    rows_n: int = 0


@dataclass
class PupilRows:
    """Rows of pupils: parallel lists, one entry a row that will be taken."""

    rows: list[int] = field(default_factory=list)
    cells: list[list[Cell]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    _first: dict[tuple[str, str], int] = field(default_factory=dict)


def collect_rows(
    sheet: Sheet, columns: IndividualColumns, context: ReadContext, out: Findings
) -> PupilRows:
    """Walk the rows below the header and keep those of pupils, each with its code and school."""
    taken = PupilRows()
    skipped: list[tuple[int, int]] = []
    owner = _Owner(columns, context)
    code_column = columns.named["code"]
    width = len(sheet.rows[columns.header_row])
    section: Section | None = None
    for index in range(columns.header_row + 1, len(sheet.rows)):
        row = sheet.rows[index]
        if len(row) < width:
            row = row + [None] * (width - len(row))
        code = participant_code(row[code_column])
        if code is None:
            found = _section(index, row)
            if found is not None:
                section = found
                taken.sections.append(found)
            elif row_is_blank(row):
                pass
            elif _is_service(row, columns):
                skipped.append((index, code_column))
            else:
                if section is not None:
                    section.rows_n += 1
                _refuse_without_code(index, row[code_column], code_column, out)
            continue
        if section is not None:
            section.rows_n += 1
        login = owner.of(index, row, section, out)
        if login is None:
            out.add("vpr_row_without_school", index, columns.named.get("login", 0))
            continue
        first = taken._first.setdefault((login, code), index)
        if first != index:
            repeated = sheet.rows[first] == sheet.rows[index]
            same = "; строка повторена без изменений" if repeated else ""
            out.add(
                "vpr_pupil_twice", index, code_column,
                participant=code, first_row=first + 1, same=same,
            )  # fmt: skip
            continue
        taken.rows.append(index)
        taken.cells.append(row)
        taken.codes.append(code)
        taken.logins.append(login)
    out.summary("vpr_skipped_rows", skipped)
    _ask_about_declared(taken.sections, out)
    return taken


def participant_code(cell: Cell) -> str | None:
    """Participant's code as text of digits, or None.

    >>> participant_code(40001.0), participant_code(" 40001 "), participant_code("Итого")
    ('40001', '40001', None)
    """
    if (type(cell) is float and cell.is_integer()) or type(cell) is int:
        folded = str(int(cell))
    elif isinstance(cell, str):
        folded = cell.strip()
    else:
        return None
    return folded if _CODE.fullmatch(folded) else None


def _section(index: int, row: list[Cell]) -> Section | None:
    for cell in row:
        if not isinstance(cell, str):
            continue
        match = _SECTION.search(fold(cell))
        if match:
            declared = min(int(match[1].replace(" ", "")), LARGEST_COUNT)
            login = _SECTION_LOGIN.search(text(cell))
            return Section(index, parse_code(login[1]) if login else None, declared)
    return None


def _is_service(row: list[Cell], columns: IndividualColumns) -> bool:
    """A repeated header, a total, a note: anything without a code that holds no pupil's scores."""
    if fold(row[columns.named["code"]]) in ("код участника", "код ученика"):
        return True
    first = next((cell for cell in row if not is_blank(cell)), None)
    if _TOTAL.match(fold(first)) or is_max_label(first):
        return True
    scores = [row[task.column] for task in columns.tasks] + [row[columns.named["score"]]]
    return all(number(cell) is None for cell in scores)


def _refuse_without_code(index: int, cell: Cell, column: int, out: Findings) -> None:
    if is_blank(cell):
        out.add("vpr_row_without_code", index, column)
    else:
        out.add("vpr_bad_code", index, column, value=shown(cell))


class _Owner:
    """Whose row: the login column, the brackets of the name, the section, the name itself."""

    def __init__(self, columns: IndividualColumns, context: ReadContext) -> None:
        self.login_column = columns.named.get("login")
        self.name_column = columns.named.get("school")
        self.context = context
        self._known: dict[tuple[object, object], tuple[str | None, str | None]] = {}
        self._asked: set[tuple[str, str]] = set()

    def of(self, index: int, row: list[Cell], section: Section | None, out: Findings) -> str | None:
        """Login of a row's school (or the school's id, if only its name is there)."""
        login_cell = None if self.login_column is None else row[self.login_column]
        name_cell = None if self.name_column is None else row[self.name_column]
        key = (login_cell, name_cell)
        if key not in self._known:
            self._known[key] = (parse_login(login_cell), parse_login(name_cell))
        login, in_name = self._known[key]
        declared = section.login if section else None
        if login is None:
            return in_name or declared or self._by_name(login_cell, name_cell)
        for other in (in_name, declared):
            if other and other != login and (login, other) not in self._asked:
                self._asked.add((login, other))
                column = self.login_column or 0
                out.add("vpr_login_conflict", index, column, login=login, other=other)
        return login

    def _by_name(self, *cells: Cell) -> str | None:
        """Last resort: a cell that should hold a login holds something else."""
        for cell in cells:
            name = text(cell)
            if not name:
                continue
            school_id = self.context.schools.by_name(name)
            if school_id is not None:
                return school_id
        return None


def _ask_about_declared(sections: list[Section], out: Findings) -> None:
    for section in sections:
        if section.rows_n != section.declared:
            out.add(
                "vpr_declared_count", section.row, 0,
                login=section.login or "без логина", declared=section.declared,
                rows=section.rows_n,
            )  # fmt: skip
