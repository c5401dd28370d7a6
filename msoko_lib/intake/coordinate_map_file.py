"""Coordinate maps (``params/coordinate_maps/*.csv``): which cell of a federal form is which field.

A row a field, with section, row number and graph; a column a school year for what differs in it.
A shifted graph is a changed cell of the map and no change of code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from msoko_lib.intake.header_map import fold_header
from msoko_lib.intake.map_file import ABSENT, MapReader, load_maps
from msoko_lib.passports import FIELD_PATTERN
from msoko_lib.project import end_year_of, is_school_year
from msoko_lib.settings import SettingsProblem

HEADER = ("field_id", "subsystem", "section", "row", "column", "status", "title")
VERIFIED = "проверено"
# A line «возраст: 25–29» is no field of a form but an age group of teachers.
AGE_GROUP = "возраст: "
STATUSES = (VERIFIED, "проверить")
PERIODS = ("учебный год", "календарный год")
_NUMBERS = re.compile(r"\d{1,3}(\s*\+\s*\d{1,3})*")
_SECTION = re.compile(r"\d+(\.\d+)*")


class CoordinateMapProblem(SettingsProblem):
    """A coordinate map is wrong; the message names each file, line and error."""


@dataclass(frozen=True)
class Coordinate:
    """Cells of a form: one section, one or more rows and graphs whose cells are added up."""

    section: str
    rows: tuple[int, ...]
    graphs: tuple[int, ...]

    @property
    def words(self) -> str:
        """As people say it: «раздел 2.1, строка 01, графа 3»."""
        rows = "+".join(f"{row:02d}" for row in self.rows)
        return f"раздел {self.section}, строка {rows}, графа {'+'.join(map(str, self.graphs))}"


@dataclass(frozen=True)
class FieldCoordinate:
    """A line of a map; ``by_year`` holds what differs, None where a year lacks the field."""

    field_id: str
    subsystem: str
    title: str
    verified: bool
    line: int
    usual: Coordinate
    by_year: Mapping[str, Coordinate | None] = field(default_factory=dict, hash=False)

    @property
    def age_group(self) -> str | None:
        """Age group of teachers that the line counts («25–29»); None for a field of a form."""
        found = self.field_id.startswith(AGE_GROUP)
        return self.field_id.removeprefix(AGE_GROUP).strip() if found else None

    def coordinate(self, school_year: str) -> Coordinate | None:
        """Coordinates in a year; None where the form of that year has no such field."""
        return self.by_year.get(school_year, self.usual)


@dataclass(frozen=True)
class CoordinateMap:
    """A map that has been checked; ``phrases`` are folded words that tell the form."""

    file: str
    title: str
    phrases: tuple[str, ...]
    by_calendar_year: bool
    fields: tuple[FieldCoordinate, ...]

    def period(self, school_year: str) -> str:
        """What a form of that school year says of its period: «2024-2025» or «2024»."""
        return str(end_year_of(school_year) - 1) if self.by_calendar_year else school_year


def load_coordinate_maps(folder: Path, own: Path | None = None) -> list[CoordinateMap]:
    """Read and check every map of a folder, sorted by file name.

    Raises
    ------
    CoordinateMapProblem
        With every error of every map: file, line, what is wrong.
    """
    return load_maps(folder, own, read_coordinate_map, CoordinateMapProblem)


def read_coordinate_map(path: Path, name: str = "") -> CoordinateMap:
    """Read and check one map.

    Raises
    ------
    CoordinateMapProblem
        If it cannot be used.
    """
    reader = _CoordinateMapReader(name or path.name)
    reader.read(path)
    return reader.result()


class _CoordinateMapReader(MapReader):
    kind = "Карта координат"
    first_header = HEADER[0]
    problem = CoordinateMapProblem

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.title = ""
        self.phrases: tuple[str, ...] = ()
        self.period = PERIODS[0]
        self.fields: list[FieldCoordinate] = []

    def check_whole(self) -> None:
        if not self.phrases:
            self.error(1, "нет строки «# узнавать по: …» со словами с титульного листа.")
        if not self.header:
            self.error(1, f"нет строки заголовка «{','.join(HEADER)}».")

    def result(self) -> CoordinateMap:
        return CoordinateMap(
            self.file, self.title or Path(self.file).stem, self.phrases,
            self.period == PERIODS[1], tuple(self.fields),
        )  # fmt: skip

    def take_comment(self, line: int, name: str, value: str) -> None:
        if name == "название":
            self.title = value
        elif name == "узнавать по":
            self.phrases = tuple(fold_phrase(part) for part in value.split("|") if part.strip())
        elif name == "период":
            self.period = value.lower()
            if self.period not in PERIODS:
                self.error(line, f"период «{value}»; ожидалось: {' или '.join(PERIODS)}.")

    def take_header(self, line: int, cells: list[str]) -> None:
        missing = [name for name in HEADER if name not in self.header]
        if missing:
            self.error(line, f"в заголовке нет столбцов: {', '.join(missing)}.")
        for name in self.header:
            if name and name not in HEADER and not is_school_year(name):
                self.error(line, f"столбец «{name}» – не учебный год вида 2024-2025.")

    def take_row(self, line: int, cells: list[str]) -> None:
        own = dict(zip(self.header, cells, strict=False))
        field_id = own.get("field_id", "").replace("-", "–")
        if not re.fullmatch(FIELD_PATTERN, field_id) and not field_id.startswith(AGE_GROUP):
            self.error(
                line, f"«{field_id}» – не имя поля (строчные латинские буквы, цифры и _) и не "
                f"группа педагогов («{AGE_GROUP}25–29»).",
            )  # fmt: skip
        if any(item.field_id == field_id for item in self.fields):
            self.error(line, f"поле «{field_id}» уже описано выше.")
        if not re.fullmatch(r"\d\d", own.get("subsystem", "")):
            self.error(line, "в столбце subsystem ожидался номер подсистемы из двух цифр.")
        if own.get("status") not in STATUSES:
            self.error(line, f"в столбце status ожидалось: {' или '.join(STATUSES)}.")
        parts = [own.get(name, "") for name in ("section", "row", "column")]
        usual = self._coordinate(line, parts)
        by_year = {
            year: self._of_year(line, cell, parts)
            for year, cell in own.items()
            if is_school_year(year) and cell
        }
        if usual is not None:
            self.fields.append(
                FieldCoordinate(
                    field_id, own.get("subsystem", ""), own.get("title", "") or field_id,
                    own.get("status") == VERIFIED, line, usual, by_year,
                )
            )  # fmt: skip

    def _of_year(self, line: int, cell: str, usual: list[str]) -> Coordinate | None:
        """«нет», or «раздел/строка/графа», where an empty part is the usual one: «//5»."""
        if cell.lower() == ABSENT:
            return None
        parts = [part.strip() for part in cell.split("/")]
        if len(parts) != len(usual):
            self.error(
                line, f"«{cell}»: ожидалось «{ABSENT}» или «раздел/строка/графа», например «//5»."
            )
            return None
        return self._coordinate(line, [own or old for own, old in zip(parts, usual, strict=True)])

    def _coordinate(self, line: int, parts: list[str]) -> Coordinate | None:
        section, rows, graphs = parts
        if not _SECTION.fullmatch(section):
            self.error(line, f"раздел «{section}»: ожидался номер, например 2.1.")
            return None
        for name, numbers in (("строка", rows), ("графа", graphs)):
            if not _NUMBERS.fullmatch(numbers):
                self.error(line, f"{name} «{numbers}»: ожидался номер или сумма, например 01+05.")
                return None
        return Coordinate(section, _numbers(rows), _numbers(graphs))


def _numbers(words: str) -> tuple[int, ...]:
    return tuple(int(part) for part in words.split("+"))


@lru_cache(maxsize=20_000)
@lru_cache(maxsize=20_000)
def fold_phrase(words: object) -> str:
    """Words of a title page for comparison: no spaces, no №, one kind of dash, one alphabet.

    >>> fold_phrase("Форма № ОО - 1") == fold_phrase("форма N OO–1")
    True
    """
    folded = fold_header(words) if isinstance(words, str) else ""
    folded = re.sub(r"[–—−]", "-", folded)
    return re.sub(r"\bn\b|[\s№\"«»]", "", folded)
