"""Column maps (``params/column_maps/*.csv``): which header is which bank column, by year.

The form is that of PUDL's column maps: a row a bank column, a column a year, and a marker for
“absent this year”, so that a changed header is a changed cell and no change of code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from msoko_lib.intake.header_map import fold_header
from msoko_lib.intake.map_file import ABSENT, MapReader, load_maps
from msoko_lib.intake.schemas import TABLES, TRACE, Field, Table
from msoko_lib.project import is_school_year
from msoko_lib.settings import SettingsProblem

FIRST_HEADER = "bank_column"
DEFAULT_HEADERS = ("default", "all")
SCHOOL, PUPIL, PUPIL_GRADE = "school", "pupil_name", "pupil_grade"
# Column filled from a special source; the rest of the automatic ones need none.
_FILLED_BY = {"school_id": SCHOOL, "pupil_id": PUPIL}
_AUTOMATIC = frozenset({"school_year", *TRACE})
MAPPED_TABLES = (
    "enrolment", "context", "annual_marks", "observers", "medal_candidates", "olympiad_results",
    "form_values",
)  # fmt: skip
_MELT = re.compile(r"(\w+)\s*(?:->|→|=>)\s*(\w+)")


class ColumnMapProblem(SettingsProblem):
    """A column map is wrong; the message names each file, line and error."""


@dataclass(frozen=True)
class Source:
    """Where a bank column comes from in one year.

    ``alternatives`` are headers, any of which may stand in the file; one alternative may be
    several headers joined («Фамилия + Имя»). ``constant`` is a value for all rows.
    """

    alternatives: tuple[tuple[str, ...], ...] = ()
    constant: str | None = None

    @property
    def is_absent(self) -> bool:
        return not self.alternatives and self.constant is None


@dataclass(frozen=True)
class MapRow:
    """One line of a map: a bank column (or a value of the melted column) and its sources."""

    column: str
    line: int
    cells: Mapping[str, str] = field(hash=False)

    def source(self, school_year: str) -> Source:
        """Source in a year: the year's own cell, else the default one."""
        own = self.cells.get(school_year, "")
        chosen = own or next((self.cells.get(name, "") for name in DEFAULT_HEADERS
                              if self.cells.get(name)), "")  # fmt: skip
        if not chosen or chosen.lower() == ABSENT:
            return Source()
        if chosen.startswith("="):
            return Source(constant=chosen[1:].strip())
        return Source(
            tuple(
                tuple(fold_header(part) for part in option.split("+"))
                for option in chosen.split("|")
                if option.strip()
            )
        )


@dataclass(frozen=True)
class ColumnMap:
    """A column map that has been checked.

    ``known_by`` is how many of the wide columns a file must have to be recognised; 0 for half.
    A table with one of the ``excluded`` headers is of another kind.
    """

    file: str
    table: Table
    title: str
    rows: tuple[MapRow, ...]
    years: tuple[str, ...]
    melt_names: str = ""
    melt_values: str = ""
    known_by: int = 0
    excluded: tuple[str, ...] = ()

    @cached_property
    def plain(self) -> list[MapRow]:
        """Rows of bank columns and special sources."""
        known = {*self.table.columns, SCHOOL, PUPIL, PUPIL_GRADE}
        return [row for row in self.rows if row.column in known]

    @cached_property
    def melted(self) -> list[MapRow]:
        """Rows of the values of the melted column, each a column of the file."""
        known = {*self.table.columns, SCHOOL, PUPIL, PUPIL_GRADE}
        return [row for row in self.rows if row.column not in known]

    def field(self, name: str) -> Field:
        """Schema of a bank column."""
        return next(item for item in self.table.fields if item.name == name)

    def is_required(self, name: str) -> bool:
        """True if a row cannot enter the bank without this column or special source."""
        if name in (SCHOOL, PUPIL, PUPIL_GRADE):
            return True
        return self.field(name).required


def load_column_maps(folder: Path, own: Path | None = None) -> list[ColumnMap]:
    """Read and check every map of a folder, sorted by file name.

    Raises
    ------
    ColumnMapProblem
        With every error of every map: file, line, what is wrong, what to do.
    """
    return load_maps(folder, own, read_column_map, ColumnMapProblem)


def read_column_map(path: Path, name: str = "") -> ColumnMap:
    """Read and check one map.

    Raises
    ------
    ColumnMapProblem
        If it cannot be used.
    """
    reader = _ColumnMapReader(name or path.name)
    reader.read(path)
    return reader.result()


class _ColumnMapReader(MapReader):
    kind = "Карта столбцов"
    first_header = FIRST_HEADER
    problem = ColumnMapProblem

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.table: Table | None = None
        self.title = ""
        self.melt = ("", "")
        self.known_by = 0
        self.excluded: tuple[str, ...] = ()
        self.rows: list[MapRow] = []

    def check_whole(self) -> None:
        if self.table is None:
            self.error(1, "нет строки «# таблица: …» с названием таблицы банка.")
        if not self.header:
            self.error(1, f"нет строки заголовка, которая начинается с «{FIRST_HEADER}».")
        if self.table is not None and self.header:
            self._check_rows(self.table)

    def result(self) -> ColumnMap:
        if self.table is None:
            raise ColumnMapProblem("\n".join(self.errors))
        years = tuple(name for name in self.header[1:] if is_school_year(name))
        return ColumnMap(
            self.file, self.table, self.title or self.table.row_is, tuple(self.rows), years,
            *self.melt, self.known_by, self.excluded,
        )  # fmt: skip

    def take_comment(self, line: int, name: str, value: str) -> None:
        if name == "таблица":
            if value in MAPPED_TABLES:
                self.table = TABLES[value]
            else:
                self.error(
                    line, f"таблица «{value}» картой не заполняется. "
                    f"Можно: {', '.join(MAPPED_TABLES)}.",
                )  # fmt: skip
        elif name == "название":
            self.title = value
        elif name == "узнавать по":
            if value.isdecimal() and int(value) > 0:
                self.known_by = int(value)
            else:
                self.error(line, "после «узнавать по» ожидалось число столбцов, например 3.")
        elif name == "кроме":
            self.excluded = tuple(fold_header(part) for part in value.split("|"))
        elif name in ("развернуть", "melt"):
            match = _MELT.fullmatch(value)
            if match is None:
                self.error(line, "ожидалось «# развернуть: столбец -> столбец», например "
                                 "«# развернуть: grade -> pupils_n».")  # fmt: skip
            else:
                self.melt = (match[1], match[2])

    def take_header(self, line: int, cells: list[str]) -> None:
        if self.header[0] != FIRST_HEADER:
            self.error(line, f"первой строкой таблицы должен быть заголовок «{FIRST_HEADER},…».")
        named = [name for name in self.header[1:] if name]
        for name in named:
            if name not in DEFAULT_HEADERS and not is_school_year(name):
                self.error(
                    line, f"«{name}» – не учебный год. Ожидалось «default» или год вида 2024-2025.",
                )  # fmt: skip
        for name in sorted({name for name in named if named.count(name) > 1}):
            self.error(line, f"столбец «{name}» повторяется.")
        if not named:
            self.error(line, "нет ни столбца «default», ни столбца учебного года.")

    def take_row(self, line: int, cells: list[str]) -> None:
        column = cells[0]
        if any(row.column == column for row in self.rows):
            self.error(line, f"столбец банка «{column}» уже описан выше.")
            return
        values = dict(zip(self.header[1:], cells[1:], strict=False))
        self.rows.append(MapRow(column, line, {k: v for k, v in values.items() if k and v}))

    def _check_rows(self, table: Table) -> None:
        names, values = self.melt
        own = {*table.columns} - _AUTOMATIC - set(_FILLED_BY)
        special = {SCHOOL} if "school_id" in table.columns else set()
        if "pupil_id" in table.columns:
            special |= {PUPIL} | (set() if "grade" in own else {PUPIL_GRADE})
        for name in filter(None, self.melt):
            if name not in own:
                self.error(1, f"в таблице {table.name} нет столбца «{name}» (строка «развернуть»).")
        melted = 0
        for row in self.rows:
            if row.column in own | special and row.column not in (names, values):
                continue
            if not names:
                self.error(
                    row.line, f"в таблице {table.name} нет столбца «{row.column}». "
                    f"Можно: {', '.join([*sorted(special), *sorted(own)])}.",
                )  # fmt: skip
            elif names in own:
                melted += 1
                self._check_melted(row, next(f for f in table.fields if f.name == names))
        if names and not melted:
            self.error(1, "объявлено «развернуть», но ни один столбец файла не перечислен.")
        given = {row.column for row in self.rows if row.cells}
        needed = special | {
            item.name for item in table.fields
            if item.required and item.name in own and item.name not in (names, values)
        }  # fmt: skip
        for name in sorted(needed - given):
            self.error(1, f"не указано, откуда брать обязательный столбец «{name}».")

    def _check_melted(self, row: MapRow, item: Field) -> None:
        if item.kind != "int":
            return
        low, high = item.low or 0, item.high if item.high is not None else 10**9
        if not row.column.isdecimal() or not low <= int(row.column) <= high:
            self.error(
                row.line, f"«{row.column}» не подходит для столбца «{item.name}» "
                f"({item.meaning}): ожидалось целое число от {low:g} до {high:g}.",
            )  # fmt: skip
