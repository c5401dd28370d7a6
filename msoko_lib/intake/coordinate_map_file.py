"""Coordinate maps (``params/coordinate_maps/*.csv``): which cell of a federal form is which field.

A row a field, with section, row number and graph; a column a school year for what differs in it.
A shifted graph is a changed cell of the map and no change of code.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from msoko_lib.intake.header_map import fold_header
from msoko_lib.passports import FIELD_PATTERN
from msoko_lib.project import end_year_of, is_school_year
from msoko_lib.settings import SettingsProblem

HEADER = ("field_id", "subsystem", "section", "row", "column", "status", "title")
ABSENT = "нет"
VERIFIED = "проверено"
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


def load_coordinate_maps(folder: Path) -> list[CoordinateMap]:
    """Read and check every map of a folder, sorted by file name.

    Raises
    ------
    CoordinateMapProblem
        With every error of every map: file, line, what is wrong.
    """
    maps: list[CoordinateMap] = []
    errors: list[str] = []
    for path in sorted(folder.glob("*.csv")):
        try:
            maps.append(read_coordinate_map(path))
        except CoordinateMapProblem as problem:
            errors.append(str(problem))
    if errors:
        raise CoordinateMapProblem("\n".join(errors))
    return maps


def read_coordinate_map(path: Path) -> CoordinateMap:
    """Read and check one map.

    Raises
    ------
    CoordinateMapProblem
        If it cannot be used.
    """
    reader = _MapReader(path.name)
    reader.read(_decoded(path))
    return reader.result()


def _decoded(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CoordinateMapProblem(
        f"Карта координат {path.name}: кодировка не распознана. Сохраните файл как «CSV UTF-8»."
    )


class _MapReader:
    """Gathers a map line by line and every error on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[str] = []
        self.title = ""
        self.phrases: tuple[str, ...] = ()
        self.period = PERIODS[0]
        self.header: list[str] = []
        self.fields: list[FieldCoordinate] = []

    def error(self, line: int, words: str) -> None:
        self.errors.append(f"Карта координат {self.file}, строка {line}: {words}")

    def read(self, content: str) -> None:
        for line, cells in _records(content):
            if cells[0].startswith("#"):
                self._comment(line, ", ".join(filter(None, cells)).lstrip("# "))
            elif not self.header:
                self._header(line, [cell.lower() for cell in cells])
            else:
                self._row(line, dict(zip(self.header, cells, strict=False)))
        if not self.phrases:
            self.error(1, "нет строки «# узнавать по: …» со словами с титульного листа.")
        if not self.header:
            self.error(1, f"нет строки заголовка «{','.join(HEADER)}».")

    def result(self) -> CoordinateMap:
        if self.errors:
            raise CoordinateMapProblem("\n".join(self.errors))
        return CoordinateMap(
            self.file, self.title or Path(self.file).stem, self.phrases,
            self.period == PERIODS[1], tuple(self.fields),
        )  # fmt: skip

    def _comment(self, line: int, words: str) -> None:
        name, _, value = (part.strip() for part in words.partition(":"))
        if name.lower() == "название":
            self.title = value
        elif name.lower() == "узнавать по":
            self.phrases = tuple(fold_phrase(part) for part in value.split("|") if part.strip())
        elif name.lower() == "период":
            self.period = value.lower()
            if self.period not in PERIODS:
                self.error(line, f"период «{value}»; ожидалось: {' или '.join(PERIODS)}.")

    def _header(self, line: int, cells: list[str]) -> None:
        self.header = cells
        missing = [name for name in HEADER if name not in cells]
        if missing:
            self.error(line, f"в заголовке нет столбцов: {', '.join(missing)}.")
        for name in cells:
            if name and name not in HEADER and not is_school_year(name):
                self.error(line, f"столбец «{name}» – не учебный год вида 2024-2025.")

    def _row(self, line: int, cells: dict[str, str]) -> None:
        field_id = cells.get("field_id", "")
        if not re.fullmatch(FIELD_PATTERN, field_id):
            self.error(line, f"«{field_id}» – не имя поля: строчные латинские буквы, цифры и _.")
        if any(item.field_id == field_id for item in self.fields):
            self.error(line, f"поле «{field_id}» уже описано выше.")
        if not re.fullmatch(r"\d\d", cells.get("subsystem", "")):
            self.error(line, "в столбце subsystem ожидался номер подсистемы из двух цифр.")
        if cells.get("status") not in STATUSES:
            self.error(line, f"в столбце status ожидалось: {' или '.join(STATUSES)}.")
        parts = [cells.get(name, "") for name in ("section", "row", "column")]
        usual = self._coordinate(line, parts)
        by_year = {
            year: self._of_year(line, cell, parts)
            for year, cell in cells.items()
            if is_school_year(year) and cell
        }
        if usual is not None:
            self.fields.append(
                FieldCoordinate(
                    field_id, cells.get("subsystem", ""), cells.get("title", "") or field_id,
                    cells.get("status") == VERIFIED, line, usual, by_year,
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


def fold_phrase(words: object) -> str:
    """Words of a title page for comparison: no spaces, no №, one kind of dash, one alphabet.

    >>> fold_phrase("Форма № ОО - 1") == fold_phrase("форма N OO–1")
    True
    """
    folded = fold_header(words) if isinstance(words, str) else ""
    folded = re.sub(r"[–—−]", "-", folded)
    return re.sub(r"\bn\b|[\s№\"«»]", "", folded)


def _records(content: str) -> Iterator[tuple[int, list[str]]]:
    """Lines of a csv with their numbers, cells trimmed, empty lines left out."""
    lines = (line.lower().strip('" ') for line in content.splitlines())
    header = next((line for line in lines if line.startswith(HEADER[0])), "")
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(content), delimiter=delimiter)
    for record in reader:
        cells = [cell.replace("\u00a0", " ").strip() for cell in record]
        if any(cells):
            yield reader.line_num, cells
