"""Tables of the reports on their way into ``tables.xlsx``: a thousand schools never in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from msoko_lib.reporting.markup import TABLE_MIME

if TYPE_CHECKING:
    from nbformat import NotebookNode

RECORDS: Final = "records"
_DECODER: Final = json.JSONDecoder()


class Records(Protocol):
    """Records of a table: how many is known, and they can be gone through."""

    def __len__(self) -> int:
        """How many records there are."""

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Go through the records."""


@dataclass(frozen=True)
class CollectedTable:
    """A table and the report it was taken from.

    Parameters
    ----------
    report : str
        Title of the report, as people call it.
    payload : mapping
        ``title``, ``name``, ``note``, ``columns``, ``records``: what
        ``ReportTable.table_payloads`` gives. Records may be any :class:`Records`.
    """

    report: str
    payload: Mapping[str, Any]

    @property
    def records(self) -> Records:
        """Records of the table, wherever they are kept."""
        return self.payload[RECORDS]


@dataclass(frozen=True, slots=True)
class KeptRecords:
    """Records that stay in their file until they are asked for.

    Parameters
    ----------
    path : Path
        JSON list of payloads.
    start, length : int
        Where in the file the payload lies, in bytes.
    count : int
        How many records it holds.
    """

    path: Path
    start: int
    length: int
    count: int

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        if self.count:
            with self.path.open("rb") as file:
                file.seek(self.start)
                content = file.read(self.length)
            yield from json.loads(content)[RECORDS]


def collect_tables(notebook: NotebookNode, report: str) -> list[CollectedTable]:
    """Tables of an executed report notebook in reading order.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Executed notebook whose outputs carry ``application/vnd.msoko.table+json``.
    report : str
        Title of the report.
    """
    return [
        CollectedTable(report, payload)
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for payload in output.get("data", {}).get(TABLE_MIME, {}).get("tables", [])
    ]


def read_collected(path: Path, report: str) -> Iterator[CollectedTable]:
    """Tables of a report kept as a JSON list of payloads; their records stay in the file."""
    text = path.read_text(encoding="utf-8")
    place, bytes_before, counted = text.index("[") + 1, 0, 0
    while True:
        while text[place] in " \t\r\n,":
            place += 1
        if text[place] == "]":
            return
        payload, end = _DECODER.raw_decode(text, place)
        bytes_before += len(text[counted:place].encode())
        length = len(text[place:end].encode())
        kept = KeptRecords(path, bytes_before, length, len(payload[RECORDS]))
        yield CollectedTable(report, {**payload, RECORDS: kept})
        bytes_before, counted, place = bytes_before + length, end, end
