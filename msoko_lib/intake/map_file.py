"""What maps in csv have in common: a file becomes lines of cells, errors know their lines."""

from __future__ import annotations

import csv
import io
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar, TypeVar

from msoko_lib.own import with_own
from msoko_lib.settings import SettingsProblem

ABSENT = "нет"
ENCODINGS = ("utf-8-sig", "cp1251")
AnyMap = TypeVar("AnyMap")


def load_maps(
    folder: Path,
    own: Path | None,
    read_map: Callable[[Path, str], AnyMap],
    problem: type[SettingsProblem],
) -> list[AnyMap]:
    """Read every map of a folder, sorted by file name; an own map counts instead of its namesake.

    ``read_map`` is given the file and how messages name it.

    Raises
    ------
    SettingsProblem
        The given kind of it, with every error of every map: file, line, what is wrong.
    """
    maps: list[AnyMap] = []
    errors: list[str] = []
    for name, path in with_own(folder, own, "*.csv").items():
        try:
            maps.append(read_map(path, name))
        except problem as wrong:
            errors.append(str(wrong))
    if errors:
        raise problem("\n".join(errors))
    return maps


class MapReader(ABC):
    """Gathers a map line by line and every error on the way.

    A map is comments («# название: …»), a header, then a row a line; what they mean is for
    the kinds of maps to say.
    """

    kind: ClassVar[str]
    first_header: ClassVar[str]
    problem: ClassVar[type[SettingsProblem]]

    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[str] = []
        self.header: list[str] = []

    def error(self, line: int, words: str) -> None:
        """Remember an error; reading goes on, so that all of them are told at once."""
        self.errors.append(f"{self.kind} {self.file}, строка {line}: {words}")

    def read(self, path: Path) -> None:
        """Read the file.

        Raises
        ------
        SettingsProblem
            ``problem``, if the file is in no known encoding or anything in it is wrong.
        """
        for line, cells in self._records(self._decoded(path)):
            if cells[0].startswith("#"):
                words = ", ".join(filter(None, cells)).lstrip("# ")
                name, _, value = (part.strip() for part in words.partition(":"))
                self.take_comment(line, name.lower(), value)
            elif not self.header:
                self.header = [cell.lower() for cell in cells]
                self.take_header(line, cells)
            else:
                self.take_row(line, cells)
        self.check_whole()
        if self.errors:
            raise self.problem("\n".join(self.errors))

    @abstractmethod
    def take_comment(self, line: int, name: str, value: str) -> None:
        """A comment «# name: value»."""

    @abstractmethod
    def take_header(self, line: int, cells: list[str]) -> None:
        """The header as it is written; ``self.header`` has it in lower case."""

    @abstractmethod
    def take_row(self, line: int, cells: list[str]) -> None:
        """A row of the map."""

    @abstractmethod
    def check_whole(self) -> None:
        """Errors that show only when all is read."""

    def _decoded(self, path: Path) -> str:
        content = path.read_bytes()
        for encoding in ENCODINGS:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise self.problem(
            f"{self.kind} {self.file}: кодировка не распознана. Сохраните файл как «CSV UTF-8»."
        )

    def _records(self, content: str) -> Iterator[tuple[int, list[str]]]:
        """Lines with their numbers, cells trimmed, empty lines left out.

        The delimiter is told by the header alone: comments are prose and full of commas.
        """
        lines = (line.lower().strip('" ') for line in content.splitlines())
        header = next((line for line in lines if line.startswith(self.first_header)), "")
        reader = csv.reader(io.StringIO(content), delimiter=max(",;\t", key=header.count))
        for record in reader:
            cells = [cell.replace("\u00a0", " ").strip() for cell in record]
            if any(cells):
                yield reader.line_num, cells
