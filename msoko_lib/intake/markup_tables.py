"""Tables that report servers save as markup and call .xls: HTML and «Таблица XML 2003»."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from html.parser import HTMLParser
from xml.etree import ElementTree

from msoko_lib.intake.cells import Cell, number
from msoko_lib.intake.guard_rules import CellCount
from msoko_lib.intake.text_tables import decode_text

LARGEST_ROW, LARGEST_COLUMN = 1_048_576, 16_384
_SPREADSHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_HIDDEN = frozenset({"head", "style", "script", "title"})
# Text between these stands on a line of its own.
_LINES = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "br", "li", "body", "hr"})

_ARCHIVE_STARTS = (b"mime-version:", b"from:", b"content-type:")

Rows = list[list[Cell]]


def markup_sheets(content: bytes) -> list[tuple[str, Rows]] | None:
    """Sheets (name, rows) of an HTML page, a web archive or an XML workbook of Excel 2003.

    Returns None where the content is none of these.

    Raises
    ------
    ValueError
        If the markup is broken off or holds no table.
    WorkbookProblem
        If its cells are too many.
    """
    if content[:400].lstrip().lower().startswith(_ARCHIVE_STARTS):
        content = _page_of_archive(content)
    decoded = decode_text(content)
    if decoded is None or not decoded.lstrip().startswith("<"):
        return None
    if "urn:schemas-microsoft-com:office:spreadsheet" in decoded[:4_000]:
        return _xml_sheets(content)
    parser = _Page()
    parser.feed(decoded)
    parser.close()
    if not parser.tables_n:
        raise ValueError("no table in the markup")
    return [("", parser.sheet)]


def _page_of_archive(content: bytes) -> bytes:
    """The HTML page of a web archive (.mht), decoded from base64 or quoted-printable."""
    parts = message_from_bytes(content).walk()
    pages = [_bytes_of(part) for part in parts if part.get_content_type() == "text/html"]
    return max(pages, key=len, default=b"")


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


@dataclass
class _Table:
    """A table that is being read; ``covered`` maps a column to the last row that a cell covers."""

    rows: Rows = field(default_factory=list)
    covered: dict[int, int] = field(default_factory=dict)
    words: list[str] | None = None
    exact: str | None = None
    spans: tuple[int, int] = (1, 1)


class _Page(HTMLParser):
    """Rows of all tables of a page one under another, and the lines of text between them.

    A cell that spans several columns or rows leaves empty ones, as a merged cell of Excel does.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheet: Rows = []
        self.tables_n = 0
        self._open: list[_Table] = []
        self._line: list[str] = []
        self._hidden = 0
        self._count = CellCount()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        table = self._open[-1] if self._open else None
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "table":
            self._end_line()
            self.tables_n += 1
            self._open.append(_Table())
        elif table is None:
            if tag in _LINES:
                self._end_line()
        elif tag == "tr":
            self._end_cell(table)
            table.rows.append([])
        elif tag in ("td", "th"):
            self._end_cell(table)
            named = dict(attrs)
            table.words = []
            table.exact = named.get("x:num")
            table.spans = (_span(named.get("colspan")), _span(named.get("rowspan")))
        elif tag in _LINES and table.words is not None:
            table.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "table" and self._open:
            table = self._open.pop()
            self._end_cell(table)
            self.sheet.extend(table.rows)
        elif tag in ("td", "th", "tr") and self._open:
            self._end_cell(self._open[-1])
        elif tag in _LINES and not self._open:
            self._end_line()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if not self._open:
            self._line.append(data)
        elif (words := self._open[-1].words) is not None:
            words.append(data)

    def close(self) -> None:
        super().close()
        if self._open:
            raise ValueError("the page breaks off inside a table")
        self._end_line()

    def _end_line(self) -> None:
        line = "".join(self._line).strip()
        self._line = []
        if line:
            self.sheet.append([line])

    def _end_cell(self, table: _Table) -> None:
        if table.words is None:
            return
        if not table.rows:
            table.rows.append([])
        place, row = len(table.rows) - 1, table.rows[-1]
        shown = "".join(table.words).strip()
        # Excel writes the exact number beside the rounded one that is shown.
        exact = table.exact if table.exact and number(shown) is not None else None
        while table.covered.get(len(row), -1) >= place:
            row.append(None)
        width, height = table.spans
        self._count.add(len(row) + width)
        if height > 1:
            last = place + height - 1
            table.covered |= dict.fromkeys(range(len(row), len(row) + width), last)
        row.extend([exact or shown or None, *[None] * (width - 1)])
        table.words = None


def _span(value: str | None) -> int:
    return min(int(value), LARGEST_COLUMN) if value and re.fullmatch(r"[1-9]\d{0,4}", value) else 1


def _xml_sheets(content: bytes) -> list[tuple[str, Rows]]:
    if b"<!ENTITY" in content:
        raise ValueError("entities are not read")
    try:
        root = ElementTree.fromstring(content.lstrip(b"\xef\xbb\xbf \t\r\n"))
    except ElementTree.ParseError as problem:
        raise ValueError("broken markup") from problem
    return [
        (sheet.get(f"{_SPREADSHEET}Name", ""), _xml_rows(sheet))
        for sheet in root.iter(f"{_SPREADSHEET}Worksheet")
    ]


def _xml_rows(sheet: ElementTree.Element) -> Rows:
    """Rows of an XML worksheet; rows and cells that are skipped give their place as an index."""
    rows: Rows = []
    laid_out = CellCount()
    for row in sheet.iter(f"{_SPREADSHEET}Row"):
        place = _index(row, len(rows), LARGEST_ROW)
        rows.extend([] for _ in range(place - len(rows)))
        cells: list[Cell] = []
        for cell in row.iter(f"{_SPREADSHEET}Cell"):
            column = _index(cell, len(cells), LARGEST_COLUMN)
            cells.extend([None] * (column - len(cells)))
            covered = max(0, int(cell.get(f"{_SPREADSHEET}MergeAcross", 0)))
            cells.extend([_xml_value(cell), *[None] * min(covered, LARGEST_COLUMN)])
        laid_out.add(len(cells))
        rows.append(cells)
    return rows


def _index(element: ElementTree.Element, following: int, largest: int) -> int:
    index = int(element.get(f"{_SPREADSHEET}Index", following + 1)) - 1
    if not following <= index < largest:
        raise ValueError("rows or cells out of order")
    return index


def _xml_value(cell: ElementTree.Element) -> Cell:
    data = cell.find(f"{_SPREADSHEET}Data")
    if data is None:
        return None
    shown = "".join(data.itertext())
    kind = data.get(f"{_SPREADSHEET}Type")
    if kind == "Number":
        return float(shown)
    return datetime.fromisoformat(shown) if kind == "DateTime" and shown else shown or None
