"""``tables.xlsx``: every table of a year's reports, one sheet a table, with a contents sheet."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from openpyxl import Workbook

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.cells import INTERVAL_KINDS
from msoko_lib.reporting.markup import MARKS, TABLE_MIME
from msoko_lib.reporting.sheets import SheetColumn, link_to_sheet, write_sheet
from msoko_lib.reporting.tables import MAX_SHEET_NAME
from msoko_lib.zipped import same_every_time

if TYPE_CHECKING:
    from nbformat import NotebookNode

CONTENTS: Final = "Содержание"
SOURCE_HEADER: Final = "Отчёт"
_PROGRAM: Final = "msoko"


@dataclass(frozen=True)
class CollectedTable:
    """A table and the report it was taken from.

    Parameters
    ----------
    report : str
        Title of the report, as people call it.
    payload : mapping
        ``title``, ``name``, ``note``, ``columns``, ``records``: what
        ``ReportTable.table_payloads`` gives.
    """

    report: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class SheetTable:
    """What one sheet holds: the same table of one report or of many."""

    name: str
    title: str
    note: str
    reports: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[Any, ...], ...]


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


def sheet_tables(tables: Sequence[CollectedTable]) -> list[SheetTable]:
    """Gather tables into sheets.

    The same table (name and columns) of several reports becomes one sheet with the report in its
    first column: a thousand schools make one sheet to filter, not a thousand sheets.

    Parameters
    ----------
    tables : sequence of CollectedTable
        In the order of the reports.

    Returns
    -------
    list of SheetTable
        Sheet names are unique, as Excel compares them (without regard to case).
    """
    groups: dict[str, list[CollectedTable]] = {}
    for table in tables:
        shape = json.dumps([table.payload["name"], table.payload["columns"]], sort_keys=True)
        groups.setdefault(shape, []).append(table)
    taken = {CONTENTS.lower()}
    return [_sheet_table(group, taken) for group in groups.values()]


def _sheet_table(group: Sequence[CollectedTable], taken: set[str]) -> SheetTable:
    first = group[0].payload
    reports = tuple(dict.fromkeys(table.report for table in group))
    many = len(reports) > 1
    columns = [column for description in first["columns"] for column in _columns(description)]
    rows = [
        ((table.report,) if many else ()) + _row(record, first["columns"])
        for table in group
        for record in table.payload["records"]
    ]
    # A title or note that names one school must not stand above the rows of all.
    notes = {table.payload["note"] for table in group}
    titles = {table.payload["title"] for table in group}
    return SheetTable(
        name=_unique_name(first["name"], taken),
        title=first["title"] if len(titles) == 1 else first["name"],
        note=first["note"] if len(notes) == 1 else "",
        reports=reports,
        columns=((SheetColumn(SOURCE_HEADER),) if many else ()) + tuple(columns),
        rows=tuple(rows),
    )


def _unique_name(wanted: str, taken: set[str]) -> str:
    name, place = wanted, 2
    while name.lower() in taken:
        tail = f" ({place})"
        name, place = wanted[: MAX_SHEET_NAME - len(tail)] + tail, place + 1
    taken.add(name.lower())
    return name


def _columns(column: Mapping[str, Any]) -> list[SheetColumn]:
    kind, header = column["kind"], column["header"]
    if kind in INTERVAL_KINDS:
        style = _number_format(kind, column["decimals"])
        return [SheetColumn(f"{header}: {end}", style, True) for end in ("от", "до")]
    is_figure = kind not in ("text", "date", "mark")
    return [SheetColumn(header, _number_format(kind, column["decimals"]), is_figure)]


def _number_format(kind: str, decimals: int) -> str:
    digits = "0." + "0" * decimals if decimals else "0"
    if kind in ("share", "interval"):
        # One decimal at least: the workbook is for further work, the page for reading.
        return f"{digits if decimals else '0.0'}%"
    if kind in ("pp", "interval_pp"):
        return f"+{digits};-{digits};{digits}"
    if kind == "date":
        return "DD.MM.YYYY"
    return "General" if kind in ("text", "mark") else f"#,##{digits}"


def _row(record: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> tuple[Any, ...]:
    values: list[Any] = []
    for column in columns:
        raw, kind = record[column["key"]], column["kind"]
        if kind in INTERVAL_KINDS:
            values += raw if isinstance(raw, list) else [raw, raw]
        else:
            values.append(_value(raw, kind))
    return tuple(values)


def _value(raw: Any, kind: str) -> Any:
    if isinstance(raw, str) and raw in ru.STATE_MEANINGS:
        return raw
    if kind == "date":
        return dt.date.fromisoformat(raw)
    if kind == "mark":
        return " ".join(MARKS[raw])
    return raw


def tables_workbook(tables: Sequence[CollectedTable], title: str) -> bytes:
    """Workbook with a contents sheet and one sheet a table.

    Parameters
    ----------
    tables : sequence of CollectedTable
        All tables of a year's reports.
    title : str
        Heading of the contents sheet.

    Returns
    -------
    bytes
        The xlsx file; the caller puts it in place atomically.
    """
    sheets = sheet_tables(tables)
    book = Workbook()
    book.properties.title, book.properties.creator = title, _PROGRAM
    contents = book.worksheets[0]
    contents.title = CONTENTS
    for table in sheets:
        write_sheet(
            book.create_sheet(table.name),
            table.title,
            table.columns,
            table.rows,
            table.note,
            back=(CONTENTS, "к содержанию"),
        )
    write_sheet(
        contents,
        title,
        [
            SheetColumn("Таблица"),
            SheetColumn("Что в ней"),
            SheetColumn("Из каких отчётов"),
            SheetColumn("Строк", "0", True),
        ],
        [(table.name, table.title, _sources(table.reports), len(table.rows)) for table in sheets],
        note=_states_note(),
    )
    header = contents.max_row - len(sheets)
    for place, table in enumerate(sheets, start=1):
        link_to_sheet(contents.cell(header + place, 1), table.name, table.name)
    return save_workbook(book)


def _sources(reports: Sequence[str]) -> str:
    return reports[0] if len(reports) == 1 else ru.counted(len(reports), ru.REPORT)


def _states_note() -> str:
    return "; ".join(f"«{state}» – {text}" for state, text in ru.STATE_MEANINGS.items()) + "."


def save_workbook(book: Workbook) -> bytes:
    """Bytes of a workbook; the same whenever the same is written on the same day."""
    stream = io.BytesIO()
    book.save(stream)
    return same_every_time(stream.getvalue())


def read_collected(path: Path, report: str) -> list[CollectedTable]:
    """Tables of a report kept as a JSON list of payloads."""
    payloads = json.loads(path.read_text(encoding="utf-8"))
    return [CollectedTable(report, payload) for payload in payloads]
