"""What a reader is given and what it gives back: the one contract of all layouts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import pandas as pd

from msoko_lib.intake.rules import Finding, Place, finding
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.project import end_year_of
from msoko_lib.pseudonym import Pseudonymiser
from msoko_lib.settings import Settings


class SchoolLookup(Protocol):
    """The school directory as readers see it (``intake/directory.py`` implements it)."""

    def by_login(self, login: str) -> str | None: ...
    def by_ris_code(self, code: str) -> str | None: ...
    def by_name(self, name: str) -> str | None: ...
    @property
    def fingerprint(self) -> str: ...


@dataclass(frozen=True)
class ReadContext:
    """Everything a reader may know besides the file itself."""

    school_year: str
    settings: Settings
    schools: SchoolLookup
    pupils: Pseudonymiser
    file: str  # path below data/raw/<year>, as messages show it

    @property
    def end_year(self) -> int:
        return end_year_of(self.school_year)

    def place(self, sheet: Sheet, row: int | None = None, column: int = 0) -> Place:
        """Place of a zero-based cell (or of a whole sheet) for a finding."""
        return Place(self.file, sheet.name, "" if row is None else sheet.address(row, column))


# How a file calls its schools (school_id, name, source_file): not a bank table, and not counted.
SCHOOL_NAMES = "school_names"


@dataclass
class Reading:
    """What one file gave: rows for bank tables, lines for the intake report, facts for checks.

    ``tables`` maps a bank table to a frame with the columns of its schema
    (``intake/schemas.py``); school codes that the directory does not know stand in
    ``school_id`` as they are (``edu123456``, ``ris111002``) and are set aside later.
    ``title`` says in Russian what was recognised: «ВПР 2025, Русский язык, 4 класс: Ф1».
    ``edition_key`` names what two files compete for (work × report × scope): of two files with
    the same key the newer edition wins; empty where nothing competes.
    """

    layout: str = ""
    title: str = ""
    edition_key: str = ""
    edition_date: str = ""
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, code: str, place: Place, /, **facts: object) -> None:
        """Add a line to the intake report."""
        self.findings.append(finding(code, place, **facts))

    @property
    def rows_n(self) -> int:
        return sum(len(frame) for name, frame in self.tables.items() if name != SCHOOL_NAMES)


Recogniser = Callable[[Workbook, Sheet], bool]
Reader = Callable[[Workbook, Sheet, ReadContext], Reading]


@dataclass(frozen=True)
class Layout:
    """A kind of file: how to tell it and how to read it.

    ``order`` decides where several layouts claim a sheet: the lower one is asked first.
    A workbook may hold several sheets of the same or of different layouts.
    """

    code: str
    title: str
    recognises: Recogniser
    read: Reader
    order: int = 100
