"""Bad inputs and the line that each must call: shared by the tables ``refusals_*.py``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import openpyxl
import pandas as pd
import pytest

from msoko_lib.bank import Bank
from msoko_lib.intake.directory import Directory
from msoko_lib.intake.files import RawFile, edition_of
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.pipeline import intake_year
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import Layout, ReadContext
from msoko_lib.intake.rules import Finding
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import file_hash
from msoko_lib.project import Project
from msoko_lib.pseudonym import Pseudonymiser, load_key
from msoko_lib.settings import load_settings

Row = list[Any]
FILE = "файл.xlsx"
SHEET = "Лист1"
SCHOOLS = (
    {"school_id": "edu123456", "short_name": "МБОУ СОШ № 1 г. Энск", "ris_code": "111001",
     "logins": "edu123456"},
    {"school_id": "edu123457", "short_name": "МКОУ ООШ с. Липовка", "ris_code": "111002",
     "logins": "edu123457"},
)  # fmt: skip
# Whom the builders name, and their documents: none of it may leave a reader.
PEOPLE = re.compile(r"Иван|П[её]тр|Сидор|Ильич|Яров|Чужой|\b1111\b|222222|333333|999999")

# What a gap leaves behind when it was filled with nothing or with an object of Python.
UNFILLED = re.compile(r"[{}]|\bNone\b|\bnan\b|<NA>|np\.|  | [,.;:]|\.\.$|«»|\(\)")


@dataclass(frozen=True)
class Outcome:
    """What an intake said and what it took."""

    findings: Sequence[Finding]
    tables: Mapping[str, pd.DataFrame]

    def rows(self, table: str) -> int:
        return len(self.tables.get(table, ()))


@dataclass(frozen=True)
class Desk:
    """A project with two schools: where single files are read as the yearly intake reads them."""

    project: Project

    @cached_property
    def layouts(self) -> list[Layout]:
        return all_layouts(self.project)

    @cached_property
    def pupils(self) -> Pseudonymiser:
        return Pseudonymiser(load_key(self.project.root))

    def context(self, year: str, file: str, schools: Sequence[dict[str, Any]]) -> ReadContext:
        directory = Directory.from_frame(pd.DataFrame(schools))
        return ReadContext(year, load_settings(self.project, year), directory, self.pupils, file)


class BadInput(Protocol):
    """Anything that can be fed to the intake and knows which line it must call."""

    @property
    def place(self) -> tuple[str, str, str]: ...
    @property
    def kept(self) -> Mapping[str, int]: ...
    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome: ...


@dataclass(frozen=True)
class BadFile:
    """A file; ``cell`` is where the line must point, ``kept`` the rows that must be taken.

    ``rows`` are cells of one sheet or, as bytes, the file as it lies on disk.
    """

    rows: Sequence[Row] | bytes
    cell: str = ""
    kept: Mapping[str, int] = field(default_factory=dict)
    year: str = "2024-2025"
    name: str = FILE
    sheet: str = SHEET
    schools: Sequence[dict[str, Any]] = SCHOOLS

    @property
    def place(self) -> tuple[str, str, str]:
        return self.name, self.sheet, self.cell

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(self.rows, bytes):
            path.write_bytes(self.rows)
        else:
            write_book(path, {self.sheet: self.rows})
        return path

    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome:
        path = self.write(folder)
        raw = RawFile(path, self.name, file_hash(path), edition_of(path))
        reading = read_file(raw, desk.layouts, desk.context(self.year, self.name, self.schools))
        return Outcome(reading.findings, reading.tables)


@dataclass(frozen=True)
class BadYear:
    """A folder of a year, read by the whole intake into a bank.

    ``write`` puts the files into the folder; ``layouts`` replaces the readers where the rule
    guards against a faulty one.
    """

    write: Callable[[Path], None]
    file: str
    sheet: str = ""
    cell: str = ""
    kept: Mapping[str, int] = field(default_factory=dict)
    year: str = "2024-2025"
    layouts: Sequence[Layout] = ()
    jobs: int = 1

    @property
    def place(self) -> tuple[str, str, str]:
        return self.file, self.sheet, self.cell

    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome:
        project = Project(folder)
        (folder / "params").symlink_to(desk.project.params, target_is_directory=True)
        raw = project.raw(self.year)
        raw.mkdir(parents=True)
        self.write(raw)
        if self.layouts:
            patch.setattr(
                "msoko_lib.intake.pipeline.all_layouts", lambda params: list(self.layouts)
            )
        result = intake_year(project, self.year, self.jobs)
        bank = Bank(project, self.year)
        return Outcome(result.findings, {name: bank.table(name) for name in TABLES})


def write_book(path: Path, sheets: Mapping[str, Sequence[Row]]) -> None:
    """Sheets of cells as a workbook."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def assert_whole(finding: Finding) -> None:
    """A message must be complete Russian sentences that name nobody."""
    for part in (finding.found, finding.expected, finding.action):
        assert part.endswith((".", "?")), part
        assert not UNFILLED.search(part), part
    assert finding.found[0].isupper() or finding.found[0] in '«"', finding.found
    assert finding.action[0].isupper(), finding.action
    assert not PEOPLE.search(finding.sentence), finding.sentence
