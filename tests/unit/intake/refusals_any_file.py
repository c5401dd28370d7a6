"""Files that are bad whatever they should hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import builders_gia as gia
import openpyxl
import pytest
from refusals import FILE, SHEET, BadFile, BadInput, BadYear, Desk, Outcome, write_book

from msoko_lib.demo.xls import compound_file
from msoko_lib.intake.check import check_files
from msoko_lib.intake.files import raw_file
from msoko_lib.intake.layouts_gia import LAYOUTS
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import Layout, ReadContext, Reading
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
    "no_file": MissingFile(),
    "unrecognised": BadFile(STRANGERS),
    "sheet_skipped": TwoSheets([], kept={"gia_results": 2, "gia_tasks": 10}),
    "unreadable_content": BadYear(
        _write_two_protocols, FILE, SHEET, kept={"gia_results": 2, "gia_tasks": 10},
        layouts=(FAULTY, *LAYOUTS),
    ),
}  # fmt: skip
