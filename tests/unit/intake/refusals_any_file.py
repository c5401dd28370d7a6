"""Files that are bad whatever they should hold."""

from __future__ import annotations

import contextlib
import hashlib
import io
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import builders_gia as gia
import openpyxl
import pandas as pd
import pytest
from refusals import FILE, SCHOOLS, SHEET, BadFile, BadInput, BadYear, Desk, Outcome, write_book

from msoko_lib.demo.xls import compound_file
from msoko_lib.intake import read_many
from msoko_lib.intake.check import check_files
from msoko_lib.intake.files import RawFile, raw_file
from msoko_lib.intake.guard_rules import LONGEST_TEXT, MOST_PARTS
from msoko_lib.intake.layouts_gia import LAYOUTS
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet, Workbook

GOOD = gia.ege(gia.sparse_pupil(1), gia.sparse_pupil(2, "Петров"))
# A list of pupils that no layout knows: its words must not come into the message.
STRANGERS = [["Кружок", "Ученик"], ["Шахматы", "Иванов Иван"], ["Хор", "Петров Пётр"]]


def truncated_workbook() -> bytes:
    """The first half of a workbook: a download that broke off."""
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()[: len(content.getvalue()) // 2]


def encrypted_workbook() -> bytes:
    """What Excel writes when a book has a password: a compound file with an encrypted package."""
    return compound_file(bytes(5_000), "EncryptedPackage")


def empty_workbook() -> bytes:
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    return content.getvalue()


def zipped() -> bytes:
    """What a school packs on Windows: names in the code page of DOS, without the UTF-8 mark."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("Ф1.xlsx", "Ф2.csv", "Письмо.docx"):
            archive.writestr(name.encode("cp866").decode("latin-1"), b"1;2")
    return content.getvalue()


def crowded_archive() -> bytes:
    """An archive of more parts than any workbook has."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(MOST_PARTS + 1):
            archive.writestr(f"{number}", b"")
    return content.getvalue()


def foreign_book() -> bytes:
    """A workbook whose markup wants a file of the machine in its place."""
    content = io.BytesIO()
    openpyxl.Workbook().save(content)
    with zipfile.ZipFile(content, "a") as archive:
        entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>'
        archive.writestr("xl/other.xml", entity)
    return content.getvalue()


@dataclass(frozen=True)
class Vanished(BadFile):
    """A file that is taken away between the listing and the reading."""

    @property
    def place(self) -> tuple[str, str, str]:
        return self.name, "", ""

    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome:
        raw = raw_file(self.write(folder), folder)
        raw.path.unlink()
        reading = read_file(raw, desk.layouts, desk.context(self.year, self.name, self.schools))
        return Outcome(reading.findings, reading.tables)


@dataclass(frozen=True)
class Changing(Vanished):
    """A file that another program saves between the listing and the reading."""

    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome:
        raw = raw_file(self.write(folder), folder)
        write_book(raw.path, {SHEET: GOOD[:-1]})
        reading = read_file(raw, desk.layouts, desk.context(self.year, self.name, self.schools))
        return Outcome(reading.findings, reading.tables)


@dataclass(frozen=True)
class FarCell(BadFile):
    """A workbook with a stray cell in the last corner of its sheet."""

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.title = self.sheet
        sheet["A1"], sheet[self.cell] = 1, 1
        book.save(path)
        return path


class PoolOfOneDeath:
    """Processes of which each that is given the deadly file dies, and the pool with it."""

    def __init__(self, jobs: int, **given: Any) -> None:
        self.dead = False
        given["initializer"](*given["initargs"])

    def __enter__(self) -> PoolOfOneDeath:
        return self

    def __exit__(self, *problem: object) -> None: ...

    def map(self, read: Any, files: Sequence[RawFile]) -> Iterator[Reading]:
        return (self.submit(read, raw).result() for raw in files)

    def submit(self, read: Any, raw: RawFile) -> Future[Reading]:
        self.dead = self.dead or raw.name == FILE
        done: Future[Reading] = Future()
        if self.dead:
            done.set_exception(BrokenProcessPool())
        else:
            done.set_result(read(raw))
        return done


@dataclass(frozen=True)
class DeadlyYear(BadYear):
    """A file that kills the process that reads it; other files come before and after."""

    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome:
        patch.setattr(read_many, "ProcessPoolExecutor", PoolOfOneDeath)
        return super().feed(desk, folder, patch)


@dataclass(frozen=True)
class SlowYear(BadYear):
    """A file whose reader does not end; the others have time enough."""

    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome:
        patch.setattr(
            read_many, "seconds_of", lambda context: 0.05 if context.file == FILE else 600
        )
        return super().feed(desk, folder, patch)


def _write_four_files(folder: Path) -> None:
    _write_two_protocols(folder)
    write_book(folder / "аа.xlsx", {SHEET: [*STRANGERS, ["Лепка", "Сидоров Пётр"]]})
    write_book(folder / "яя.xlsx", {SHEET: [*STRANGERS, ["Театр", "Иванов Пётр"]]})


@dataclass(frozen=True)
class TwoSheets(BadFile):
    """A workbook whose second sheet nobody knows."""

    def write(self, folder: Path) -> Path:
        path = folder / self.name
        write_book(path, {"Протокол": GOOD, SHEET: STRANGERS})
        return path


@dataclass(frozen=True)
class MissingFile:
    """A path given to ``msoko check`` by mistake."""

    kept: Mapping[str, int] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str, str]:
        return "нет такого.xlsx", "", ""

    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome:
        patch.chdir(folder)
        reports = check_files(desk.project, "2024-2025", [Path(self.place[0])])
        return Outcome([item for report in reports for item in report.findings], {})


def _write_two_protocols(folder: Path) -> None:
    write_book(folder / "добротный.xlsx", {SHEET: GOOD})
    write_book(folder / FILE, {SHEET: STRANGERS})


def _claims(book: Workbook, sheet: Sheet) -> bool:
    return sheet.rows == STRANGERS


def _fails(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    raise KeyError("Иванов Иван")


def _replies(book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Two explanations; one of them names a pupil."""
    texts = ["Болели трое", "Не справился Иванов Иван Иванович"]
    rows = [
        {"school_year": "2024-2025", "school_id": school["school_id"], "subsystem": "01",
         "text": text, "source_file": context.file, "source_sheet": SHEET, "source_row": row}
        for row, (school, text) in enumerate(zip(SCHOOLS, texts, strict=True), start=1)
    ]  # fmt: skip
    return Reading(tables={"replies": TABLES["replies"].conform(pd.DataFrame(rows))})


NAMED = b"1;2\n3;4\n"


def _write_named_file(folder: Path) -> None:
    _write_two_protocols(folder)
    (folder / "Иванов Иван, 11А.csv").write_bytes(NAMED)


def _does_not_end(book: Workbook, sheet: Sheet) -> bool:
    while _claims(book, sheet):
        # As if each step could fail: a reader that goes on after every error.
        with contextlib.suppress(Exception):
            time.sleep(0.001)
    return False


TALKING = Layout("talking", "Пояснения", _claims, _replies, order=1)
ENDLESS = Layout("endless", "Список кружков", _does_not_end, _fails, order=1)
FAULTY = Layout("faulty", "Список кружков", _claims, _fails, order=1)

CASES: dict[str, BadInput] = {
    "empty_file": BadFile(b"", sheet=""),
    "password": BadFile(encrypted_workbook(), sheet=""),
    "broken_workbook": BadFile(truncated_workbook(), sheet=""),
    "not_a_table": BadFile(b"%PDF-1.7", name="РЦОИ/протокол.pdf", sheet=""),
    # 0x98 stands for no letter in Windows-1251, and alone it is no UTF-8.
    "unknown_encoding": BadFile(b"\xca\xee\xe4;\x98\xff\r\n1;2\r\n", name="файл.csv", sheet=""),
    "no_cells": BadFile(empty_workbook(), sheet=""),
    "archive": BadFile(zipped(), name="Школа 7.zip", sheet=""),
    "no_access": Vanished(GOOD),
    "changed_while_read": Changing(GOOD),
    "too_large": BadFile(crowded_archive(), sheet=""),
    "too_many_cells": FarCell([], cell="XFD1048576"),
    "too_long_text": BadFile(b"\n1;" + b"a" * (LONGEST_TEXT + 1), name="файл.csv", sheet="",
                             cell="B2"),
    "foreign_markup": BadFile(foreign_book(), sheet=""),
    "deadly_file": DeadlyYear(
        _write_four_files, FILE, jobs=2, kept={"gia_results": 2, "gia_tasks": 10},
    ),
    "too_slow": SlowYear(
        _write_two_protocols, FILE, kept={"gia_results": 2, "gia_tasks": 10},
        layouts=(ENDLESS, *LAYOUTS),
    ),
    "personal_text": BadYear(
        _write_two_protocols, FILE, SHEET, "A2",
        kept={"gia_results": 2, "gia_tasks": 10, "replies": 1}, layouts=(TALKING, *LAYOUTS),
    ),
    "file_named_by_person": BadYear(
        _write_named_file, f"имя скрыто {hashlib.sha256(NAMED).hexdigest()[:8]}.csv",
        kept={"gia_results": 2, "gia_tasks": 10},
    ),
    "no_file": MissingFile(),
    "unrecognised": BadFile(STRANGERS),
    "sheet_skipped": TwoSheets([], kept={"gia_results": 2, "gia_tasks": 10}),
    "unreadable_content": BadYear(
        _write_two_protocols, FILE, SHEET, kept={"gia_results": 2, "gia_tasks": 10},
        layouts=(FAULTY, *LAYOUTS),
    ),
}  # fmt: skip
