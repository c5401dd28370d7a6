"""Open whatever lies in the folder: xlsx, xls, ods and csv as plain sheets of cells."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from python_calamine import CalamineWorkbook

from msoko_lib.intake.cells import Cell, a1, is_blank
from msoko_lib.intake.rules import Rule, register

register(
    Rule(
        "empty_file", "refused_file", "Пустой файл",
        "Файл пуст (0 байт).", "файл с данными.",
        "Скачайте файл ещё раз: прошлая загрузка оборвалась.",
    ),
    Rule(
        "password", "refused_file", "Книга защищена паролем",
        "Книга открывается только с паролем.", "книга без пароля на открытие.",
        "Откройте её в Excel, снимите пароль (Файл → Сведения → Защита книги) и сохраните.",
    ),
    Rule(
        "broken_workbook", "refused_file", "Файл повреждён или оборван",
        "Файл с окончанием «{suffix}» не открывается как таблица.", "целая книга Excel или csv.",
        "Скачайте файл заново; если он открывается в Excel, сохраните его как «Книга Excel "
        "(.xlsx)».",
    ),
    Rule(
        "not_a_table", "refused_file", "Файл не таблица",
        "Файл вида «{suffix}» не таблица.", "xlsx, xls, ods или csv.",
        "Выгрузите те же данные в Excel; документы Word, PDF, архивы и картинки не читаются.",
    ),
    Rule(
        "unknown_encoding", "refused_file", "Кодировка csv не распознана",
        "Текст файла не читается ни в UTF-8, ни в Windows-1251.", "csv в UTF-8 или Windows-1251.",
        "Откройте файл в Excel и сохраните как «CSV UTF-8» или как книгу Excel.",
    ),
    Rule(
        "no_cells", "refused_file", "В книге нет данных",
        "Во всех листах нет ни одной заполненной ячейки.", "лист с данными.",
        "Проверьте, тот ли файл сохранён.",
    ),
)  # fmt: skip

TABLE_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".txt"})
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


class WorkbookProblem(Exception):
    """A file that cannot be opened; carries the code of the rule that says why."""

    def __init__(self, rule: str, **facts: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.facts = facts


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells, row 0 being row 1 of Excel, column 0 being A."""

    name: str
    rows: list[list[Cell]] = field(repr=False)

    def cell(self, row: int, column: int) -> Cell:
        """Cell at a zero-based place; None beyond the filled part."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def address(self, row: int, column: int) -> str:
        """Excel address of a zero-based place."""
        return a1(row, column)

    @cached_property
    def is_empty(self) -> bool:
        return all(is_blank(cell) for row in self.rows for cell in row)


@dataclass(frozen=True)
class Workbook:
    """A file as sheets, with the hash of its bytes."""

    path: Path
    sha256: str
    sheets: list[Sheet]


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_workbook(path: Path) -> Workbook:
    """Read every sheet of a file.

    Raises
    ------
    WorkbookProblem
        If the file is empty, encrypted, damaged or not a table.
    """
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    suffix = path.suffix.lower()
    if not content:
        raise WorkbookProblem("empty_file")
    if suffix not in TABLE_SUFFIXES:
        raise WorkbookProblem("not_a_table", suffix=suffix or "без окончания")
    if content[:8] == OLE_MAGIC and ENCRYPTED_STREAM in content:
        raise WorkbookProblem("password")
    # An .xls that is really csv, and a .csv that is really a workbook, both occur.
    looks_binary = content[:2] == b"PK" or content[:8] == OLE_MAGIC
    if suffix in {".csv", ".txt"} and not looks_binary:
        sheets = [Sheet("", _csv_rows(content))]
    else:
        sheets = _workbook_sheets(content, suffix)
    if all(sheet.is_empty for sheet in sheets):
        raise WorkbookProblem("no_cells")
    return Workbook(path, digest, sheets)


def _workbook_sheets(content: bytes, suffix: str) -> list[Sheet]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return [Sheet(name, _from_a1(book, name)) for name in book.sheet_names]
    # calamine raises several unrelated classes, a Rust panic among them; whatever it is, the
    # methodologist's file does not open.
    except BaseException as problem:
        if isinstance(problem, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        if "password" in str(problem).lower() or "encrypt" in str(problem).lower():
            raise WorkbookProblem("password") from None
        raise WorkbookProblem("broken_workbook", suffix=suffix) from None


def _from_a1(book: CalamineWorkbook, name: str) -> list[list[Cell]]:
    sheet = book.get_sheet_by_name(name)
    # Without this an empty first row would shift every address that we print.
    rows: list[list[Cell]] = [list(row) for row in sheet.to_python(skip_empty_area=False)]
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
    return rows


def _csv_rows(content: bytes) -> list[list[Cell]]:
    decoded = _decode(content)
    sample = decoded[:20_000]
    delimiter = max(";\t,", key=sample.count)
    reader = csv.reader(io.StringIO(decoded), delimiter=delimiter)
    rows: list[list[Cell]] = [list(row) for row in reader]
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
    return rows


def _decode(content: bytes) -> str:
    has_utf16_mark = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    encodings = ["utf-16"] if has_utf16_mark else ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in decoded:
            return decoded
    raise WorkbookProblem("unknown_encoding")
