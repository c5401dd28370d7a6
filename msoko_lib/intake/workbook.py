"""Open whatever lies in the folder: books, csv, saved web pages as plain sheets of cells."""

from __future__ import annotations

import errno
import hashlib
import io
import zipfile
from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from python_calamine import CalamineWorkbook

from msoko_lib.intake.cells import Cell, a1, is_blank
from msoko_lib.intake.guard import check_book, check_size
from msoko_lib.intake.guard_rules import LONGEST_TEXT, WorkbookProblem
from msoko_lib.intake.markup_tables import markup_sheets
from msoko_lib.intake.quiet import quiet_panics
from msoko_lib.intake.rules import Rule, register
from msoko_lib.intake.text_tables import csv_rows, decode_text, is_delimited

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
        "archive", "refused_file", "Архив вместо файлов",
        "Это архив zip, файлов в нём: {count}, из них таблиц: {tables}.",
        "сами файлы, не в архиве.",
        "Распакуйте архив в эту же папку и удалите его; имена файлов могут быть любыми, даже если "
        "буквы в них испортились.",
    ),
    Rule(
        "no_access", "refused_file", "Файл не открывается",
        "К файлу нет доступа, или он исчез, пока его читали ({reason}).",
        "файл, доступный для чтения.",
        "Проверьте, что файл на месте, не открыт в другой программе и разрешён для чтения, и "
        "выполните загрузку снова.",
    ),
    Rule(
        "changed_while_read", "refused_file", "Файл изменился во время чтения",
        "Пока файл читали, его содержимое изменилось; прочитанное не принято.",
        "файл, который никто не меняет.",
        "Закройте его в других программах, дождитесь конца копирования и выполните загрузку снова.",
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

TABLE_SUFFIXES = frozenset(
    {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".txt", ".htm", ".html", ".mht", ".xml"}
)
TEXT_SUFFIXES = frozenset({".csv", ".txt"})
OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of cells, row 0 being row 1 of Excel, column 0 being A."""

    name: str
    rows: list[list[Cell]] = field(repr=False)
    # What was found out about the sheet: see ``intake.once``.
    kept: dict[Hashable, object] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

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
        If the file is empty, encrypted, damaged, beyond all bounds or not a table.
    """
    try:
        check_size(path.stat().st_size)
        content = path.read_bytes()
    except OSError as problem:
        raise WorkbookProblem("no_access", reason=reason_of(problem)) from None
    digest = hashlib.sha256(content).hexdigest()
    suffix = path.suffix.lower()
    if not content:
        raise WorkbookProblem("empty_file")
    if content[:8] == OLE_MAGIC and ENCRYPTED_STREAM in content:
        raise WorkbookProblem("password")
    sheets = _sheets(content, suffix)
    for sheet in sheets:
        _drop_blank_end(sheet.rows)
        _check_texts(sheet)
    if all(sheet.is_empty for sheet in sheets):
        raise WorkbookProblem("no_cells")
    return Workbook(path, digest, sheets)


def _sheets(content: bytes, suffix: str) -> list[Sheet]:
    """Content decides: an .xls that is csv or a web page, a workbook without any ending."""
    is_binary = content[:2] == b"PK" or content[:8] == OLE_MAGIC
    if suffix in TABLE_SUFFIXES:
        return _binary_sheets(content, suffix) if is_binary else _text_sheets(content, suffix)
    try:
        if is_binary:
            return _binary_sheets(content, suffix)
    except WorkbookProblem as problem:
        if problem.rule == "password":
            raise
        archive = _archive(content)
        if archive is not None:
            raise archive from None
    raise WorkbookProblem("not_a_table", suffix=suffix or "без окончания")


def reason_of(problem: OSError) -> str:
    """Why a file does not open, in words."""
    return "файла нет" if problem.errno == errno.ENOENT else "нет разрешения или диск не отвечает"


def _archive(content: bytes) -> WorkbookProblem | None:
    """What is told of a zip; its names are not: a file may be called by a pupil's name."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [each.filename for each in archive.infolist() if not each.is_dir()]
    # A damaged directory of an archive raises several unrelated classes.
    except Exception:
        return None
    if {"[Content_Types].xml", "mimetype"} & set(names):
        # A document of Word or LibreOffice is a zip too.
        return None
    tables = sum(Path(name).suffix.lower() in TABLE_SUFFIXES for name in names)
    return WorkbookProblem("archive", count=len(names), tables=tables)


def _binary_sheets(content: bytes, suffix: str) -> list[Sheet]:
    check_book(content, suffix)
    try:
        with quiet_panics():
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
    return [list(row) for row in sheet.to_python(skip_empty_area=False)]


def _text_sheets(content: bytes, suffix: str) -> list[Sheet]:
    try:
        marked = markup_sheets(content)
    except ValueError:
        raise WorkbookProblem("broken_workbook", suffix=suffix) from None
    if marked is not None:
        return [Sheet(name, rows) for name, rows in marked]
    decoded = decode_text(content)
    if suffix in TEXT_SUFFIXES:
        if decoded is None:
            raise WorkbookProblem("unknown_encoding")
    elif decoded is None or not is_delimited(decoded):
        # Workbooks of old versions have neither of the two signatures.
        return _binary_sheets(content, suffix)
    return [Sheet("", csv_rows(decoded))]


def _check_texts(sheet: Sheet) -> None:
    """A cell that holds a whole file would be searched for words letter by letter."""
    for row, cells in enumerate(sheet.rows):
        if max((len(cell) for cell in cells if cell.__class__ is str), default=0) <= LONGEST_TEXT:
            continue
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) > LONGEST_TEXT:
                raise WorkbookProblem(
                    "too_long_text",
                    sheet=sheet.name,
                    cell=a1(row, column),
                    length=len(cell),
                    most=LONGEST_TEXT,
                )


def _drop_blank_end(rows: list[list[Cell]]) -> None:
    while rows and all(is_blank(cell) for cell in rows[-1]):
        rows.pop()
