"""``tables.xlsx``: every table of a year's reports, one sheet a table, with a contents sheet."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.book import Book, SheetLink, free_name
from msoko_lib.reporting.cells import INTERVAL_KINDS
from msoko_lib.reporting.collected import CollectedTable, Records
from msoko_lib.reporting.markup import MARKS
from msoko_lib.reporting.sheets import SheetColumn, write_sheet

CONTENTS: Final = "Содержание"
SOURCE_HEADER: Final = "Отчёт"


@dataclass(frozen=True)
class SheetTable:
    """What one sheet holds: the same table of one report or of many."""

    name: str
    title: str
    note: str
    reports: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    rows: GatheredRows


@dataclass(frozen=True)
class GatheredRows:
    """Rows of the same table of many reports, read where they are kept when their turn comes."""

    columns: Sequence[Mapping[str, Any]]
    parts: Sequence[tuple[str, Records]]
    names_report: bool

    def __len__(self) -> int:
        return sum(len(records) for _, records in self.parts)

    def __iter__(self) -> Iterator[list[Any]]:
        readers = [(column["key"], _READERS.get(column["kind"], _as_is)) for column in self.columns]
        for report, records in self.parts:
            before = [report] if self.names_report else []
            for record in records:
                row = before.copy()
                for key, read in readers:
                    read(record[key], row)
                yield row


class _Group:
    """The same table of one report or of many while it is gathered: its records stay outside."""

    def __init__(self, first: CollectedTable) -> None:
        self.first = {key: first.payload[key] for key in ("name", "title", "note", "columns")}
        self.parts: list[tuple[str, Records]] = []
        # A title or note that names one school must not stand above the rows of all.
        self.one_title = self.one_note = True

    def add(self, table: CollectedTable) -> None:
        self.parts.append((table.report, table.records))
        self.one_title &= table.payload["title"] == self.first["title"]
        self.one_note &= table.payload["note"] == self.first["note"]

    def sheet(self, name: str) -> SheetTable:
        reports = tuple(dict.fromkeys(report for report, _ in self.parts))
        many, first = len(reports) > 1, self.first
        columns = [column for description in first["columns"] for column in _columns(description)]
        return SheetTable(
            name=name,
            title=first["title"] if self.one_title else first["name"],
            note=first["note"] if self.one_note else "",
            reports=reports,
            columns=((SheetColumn(SOURCE_HEADER),) if many else ()) + tuple(columns),
            rows=GatheredRows(first["columns"], self.parts, many),
        )


def sheet_tables(tables: Iterable[CollectedTable]) -> list[SheetTable]:
    """Gather tables into sheets.

    The same table (name and columns) of several reports becomes one sheet with the report in its
    first column: a thousand schools make one sheet to filter, not a thousand sheets.

    Parameters
    ----------
    tables : iterable of CollectedTable
        In the order of the reports.

    Returns
    -------
    list of SheetTable
        Sheet names are unique, as Excel compares them (without regard to case).
    """
    groups: dict[str, _Group] = {}
    for table in tables:
        shape = json.dumps([table.payload["name"], table.payload["columns"]], sort_keys=True)
        if shape not in groups:
            groups[shape] = _Group(table)
        groups[shape].add(table)
    taken, sheets = {CONTENTS.lower()}, []
    for group in groups.values():
        name = free_name(group.first["name"], taken)
        taken.add(name.lower())
        sheets.append(group.sheet(name))
    return sheets


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


def _as_is(raw: Any, row: list[Any]) -> None:
    row.append(raw)


def _both_ends(raw: Any, row: list[Any]) -> None:
    row += raw if isinstance(raw, list) else [raw, raw]


def _day(raw: Any, row: list[Any]) -> None:
    row.append(raw if _is_state(raw) else dt.date.fromisoformat(raw))


def _mark(raw: Any, row: list[Any]) -> None:
    row.append(raw if _is_state(raw) else " ".join(MARKS[raw]))


def _is_state(raw: Any) -> bool:
    return isinstance(raw, str) and raw in ru.STATE_MEANINGS


# Kind of column → what adds its value to a row; every other kind is taken as it is.
_READERS: Final[Mapping[str, Callable[[Any, list[Any]], None]]] = {
    **dict.fromkeys(INTERVAL_KINDS, _both_ends), "date": _day, "mark": _mark,
}  # fmt: skip


def tables_workbook(tables: Iterable[CollectedTable], title: str) -> bytes:
    """Workbook with a contents sheet and one sheet a table.

    Parameters
    ----------
    tables : iterable of CollectedTable
        All tables of a year's reports.
    title : str
        Heading of the contents sheet.

    Returns
    -------
    bytes
        The xlsx file; the caller puts it in place atomically.
    """
    sheets = sheet_tables(tables)
    with Book(title, [table.name for table in sheets]) as book:
        # First among the sheets, filled last.
        book.sheet(CONTENTS)
        for table in sheets:
            write_sheet(
                book,
                table.name,
                table.title,
                table.columns,
                table.rows,
                table.note,
                back=SheetLink(CONTENTS, "к содержанию"),
            )
        write_sheet(
            book,
            CONTENTS,
            title,
            [
                SheetColumn("Таблица"),
                SheetColumn("Что в ней"),
                SheetColumn("Из каких отчётов"),
                SheetColumn("Строк", "0", True),
            ],
            [
                (
                    SheetLink(table.name, table.name),
                    table.title,
                    _sources(table.reports),
                    len(table.rows),
                )
                for table in sheets
            ],
            note=_states_note(),
        )
        return book.finish()


def _sources(reports: Sequence[str]) -> str:
    return reports[0] if len(reports) == 1 else ru.counted(len(reports), ru.REPORT)


def _states_note() -> str:
    return "; ".join(f"«{state}» – {text}" for state, text in ru.STATE_MEANINGS.items()) + "."
