"""A workbook written row by row: memory does not grow with its rows, the same rows give the same
bytes, no text in it is ever a formula."""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from msoko_lib.reporting.tables import MAX_SHEET_NAME
from msoko_lib.versions import build_date

PROGRAM: Final = "msoko"
MAX_CELL: Final = 32_767
_ILLEGAL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def safe_text(text: str) -> str:
    """Text without what a workbook cannot hold, as long as a cell may be.

    Examples
    --------
    >>> safe_text("а\\x00б"), len(safe_text("я" * 40_000))
    ('аб', 32767)
    """
    text = _ILLEGAL.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.startswith("<r>") and text.endswith("</r>"):
        # XlsxWriter takes such a text for markup of its own and puts it into the file as it is.
        text = text[: MAX_CELL - 1] + " "
    return text[:MAX_CELL]


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Name of a sheet that is not among those taken, which are in lower case.

    Examples
    --------
    >>> free_name("ОГЭ", {"огэ", "огэ (2)"})
    'ОГЭ (3)'
    """
    # Excel takes no name that begins or ends with an apostrophe.
    wanted = wanted.strip("'") or "Лист"
    name, place = wanted, 2
    while name.lower() in taken:
        tail = f" ({place})"
        name, place = wanted[: MAX_SHEET_NAME - len(tail)] + tail, place + 1
    return name


@dataclass(frozen=True)
class SheetLink:
    """A value that leads to the first cell of a sheet of the same workbook."""

    sheet: str
    text: str


class Look:
    """Look of a cell: as it is, and for texts that begin like a formula."""

    def __init__(self, book: Book, **properties: Any) -> None:
        self.plain = book.format(**properties)
        self.quoted = book.format(**properties, quote_prefix=True)

    def of(self, text: str) -> Format:
        """Format for a text: marked if a spreadsheet might take it for a formula when edited."""
        return self.quoted if text.startswith(_FORMULA_STARTS) else self.plain


class Book:
    """A workbook whose sheets are filled from the first row down.

    Use it in a ``with``: what it keeps on disk until it is finished goes away in any case.

    Parameters
    ----------
    title : str
        In the properties of the document.
    reserved : collection of str
        Names of sheets still to come: a sheet that the book adds itself takes none of them.
    """

    def __init__(self, title: str = "", reserved: Collection[str] = ()) -> None:
        self._content = io.BytesIO()
        self._folder = tempfile.TemporaryDirectory(prefix="msoko-", ignore_cleanup_errors=True)
        self._book = xlsxwriter.Workbook(
            self._content, {"constant_memory": True, "tmpdir": self._folder.name}
        )
        # More than 4 GB before packing.
        self._book.use_zip64()
        # The clock must not stand in the file.
        saved = dt.datetime.combine(build_date(), dt.time())
        self._book.set_properties({"title": safe_text(title), "author": PROGRAM, "created": saved})
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._reserved = {name.lower() for name in reserved}
        self._sheets: dict[str, Worksheet] = {}

    def __enter__(self) -> Book:
        return self

    def __exit__(self, *_: object) -> None:
        for sheet in self._sheets.values():
            sheet._opt_close()
        self._folder.cleanup()

    def sheet(self, name: str) -> Worksheet:
        """Sheet of this name; a new one stands behind those there are."""
        if name not in self._sheets:
            self._sheets[name] = self._book.add_worksheet(name)
        return self._sheets[name]

    def next_name(self, name: str) -> str:
        """Free name for a sheet that goes on with another."""
        return free_name(name, self._reserved | {used.lower() for used in self._sheets})

    def leave(self, sheet: Worksheet) -> None:
        """Let go of the file that a filled sheet is kept in.

        A system allows a program a few hundred open files, a year may have as many sheets;
        XlsxWriter itself opens each again when it puts the book together.
        """
        sheet._opt_close()

    def format(self, **properties: Any) -> Format:
        """The one format of the book with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(properties)
        return self._formats[key]

    def finish(self) -> bytes:
        """The whole file; the book takes no more."""
        self._book.close()
        return self._content.getvalue()


def write_text(sheet: Worksheet, row: int, column: int, text: str, look: Look) -> None:
    """Put text into a cell so that no spreadsheet ever takes it for a formula.

    A school named «=СОШ» or a note beginning with a minus stays text: the cell is typed as a
    string and carries the mark of a leading apostrophe.
    """
    sheet.write_string(row, column, safe_text(text), look.of(text))


def write_link(sheet: Worksheet, row: int, column: int, link: SheetLink, look: Look) -> None:
    """Make a cell a link to a sheet of the same workbook."""
    doubled = link.sheet.replace("'", "''")
    target, text = f"internal:'{doubled}'!A1", safe_text(link.text)
    sheet.write_url(row, column, target, look.of(text), text)
