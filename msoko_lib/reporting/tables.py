"""The one way a table gets into a report: caption, scope, aligned figures, named gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.cells import Column, Kind, cell_text, raw_value
from msoko_lib.reporting.markup import Block, check_anchor, esc, id_attribute, mark_html, prose

MAX_COLUMNS: Final = 8
MAX_SHEET_NAME: Final = 31
_FORBIDDEN_IN_SHEET_NAME: Final = frozenset("[]:*?/\\")
# A table of so few rows stays whole on paper; a longer one repeats its header on each page.
_SHORT_ROWS: Final = 4
_OURS: Final = ' class="ours"'
_REST: Final = "Остальное"
# Texts so short stay in one line: a wrapped «4 класс» or «● так же» doubles the table's height.
_KEPT_FIRST: Final = 24
_KEPT_OTHER: Final = 16


@dataclass(frozen=True, eq=False)
class ReportTable(Block):
    """A table of a report, shown as HTML and carried as data for ``tables.xlsx``.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a line. A cell may also hold one of the four states of :mod:`numbers_ru`
        («—», «нет данных», «мало», «н/д»).
    title : str
        Caption.
    name : str
        Sheet name in ``tables.xlsx``: unique in the report, at most 31 characters.
    columns : sequence of Column
        What is shown, in order; empty: every column of the frame under its own name.
    note : str
        Line below the table: n, interval, what the figures do not say.
    shown : str
        Name of a boolean column of the frame: rows where it is false are folded away on screen and
        left out on paper; the workbook has them all. Empty: every row is shown.
    highlight : str
        Name of a boolean column of the frame that is true in the rows of «this school».
    anchor : str
        Link target.

    Raises
    ------
    ValueError
        If there are more than eight columns, none, a column is not in the frame or stands twice,
        the title is empty or the name cannot be a sheet name.
    """

    frame: pd.DataFrame
    title: str
    name: str
    columns: Sequence[Column] = field(default_factory=tuple)
    note: str = ""
    highlight: str = ""
    anchor: str = ""
    shown: str = ""

    def __post_init__(self) -> None:
        columns = tuple(self.columns) or tuple(_columns_of(self.frame))
        object.__setattr__(self, "columns", columns)
        check_anchor(self.anchor)
        if not self.title.strip():
            raise ValueError("a table needs a title")
        if (
            not self.name.strip()
            or len(self.name) > MAX_SHEET_NAME
            or (_FORBIDDEN_IN_SHEET_NAME & set(self.name))
        ):
            raise ValueError(f"{self.name!r} cannot be a sheet name (1…31 characters, no []:*?/\\)")
        if not 0 < len(columns) <= MAX_COLUMNS:
            raise ValueError(
                f"table {self.name!r} has {len(columns)} columns; it must have 1 to {MAX_COLUMNS}: "
                "split it or leave out what the finding does not need"
            )
        keys = [column.payload_key for column in columns]
        if len(set(keys)) < len(keys):
            raise ValueError(f"table {self.name!r}: a column stands twice: {keys}")
        needed = {key for column in columns for key in column.keys} | (
            {self.highlight, self.shown} - {""}
        )
        absent = needed - set(self.frame.columns)
        if absent:
            raise ValueError(f"table {self.name!r}: no such column in the frame: {sorted(absent)}")

    def records(self) -> list[dict[str, Any]]:
        """Rows as plain data: raw numbers, intervals as pairs, states as their text."""
        # Column by column: to_dict("records") would turn whole numbers beside text into floats.
        values = {
            column.payload_key: [
                raw_value(column, row)
                for row in zip(*(self.frame[key].tolist() for key in column.keys), strict=True)
            ]
            for column in self.columns
        }
        return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]

    def table_payloads(self) -> list[dict[str, Any]]:
        """This table as plain data."""
        return [
            {
                "title": self.title,
                "name": self.name,
                "note": self.note,
                "columns": [column.payload() for column in self.columns],
                "records": self.records(),
            }
        ]

    def plain(self) -> str:
        """Title and size."""
        return f"{self.title} ({ru.counted(len(self.frame), ru.ROW)})"

    def html(self) -> str:
        """Markup of the table with its notes."""
        records = self.records()
        notes = [column.note for column in self.columns if column.note]
        head = "".join(_header(column, notes) for column in self.columns)
        flags = self.frame[self.shown].tolist() if self.shown else [True] * len(records)
        ours = self.frame[self.highlight].tolist() if self.highlight else [False] * len(records)
        rows = [self._row(record, bool(mine)) for record, mine in zip(records, ours, strict=True)]
        first = [row for row, flag in zip(rows, flags, strict=True) if flag]
        rest = [row for row, flag in zip(rows, flags, strict=True) if not flag]
        if not records:
            first = [f'<tr><td colspan="{len(self.columns)}" class="state">{ru.NO_DATA}</td></tr>']
        box = self._box(head, first, self.title, id_attribute(self.anchor)) if first else ""
        return f"{box}{self._folded(head, rest)}{self._notes(records, notes)}"

    def _folded(self, head: str, rest: list[str]) -> str:
        if not rest:
            return ""
        if len(rest) == len(self.frame):
            summary = f"{self.title}: {ru.counted(len(rest), ru.ROW)}"
        else:
            summary = f"{_REST}: {ru.counted(len(rest), ru.ROW)}"
        box = self._box(head, rest, f"{self.title}: {_REST.lower()}", "")
        return f"<details><summary>{prose(summary)}</summary>{box}</details>"

    def _box(self, head: str, rows: list[str], caption: str, anchor: str) -> str:
        short = " short" if len(rows) <= _SHORT_ROWS else ""
        return (
            f'<div class="table-box{short}" role="region" tabindex="0"'
            f' aria-label="{esc(caption)}"{anchor}><table><caption>{prose(caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        )

    def _row(self, record: dict[str, Any], ours: bool) -> str:
        cells = [
            _cell(column, record[column.payload_key], first=place == 0)
            for place, column in enumerate(self.columns)
        ]
        return f"<tr{_OURS if ours else ''}>{''.join(cells)}</tr>"

    def _notes(self, records: list[dict[str, Any]], notes: list[str]) -> str:
        lines = [f"<sup>{place}</sup> {prose(note)}" for place, note in enumerate(notes, start=1)]
        seen = {value for record in records for value in record.values() if isinstance(value, str)}
        meanings = [
            f"«{state}» – {meaning}"
            for state, meaning in ru.STATE_MEANINGS.items()
            if state in seen
        ]
        if self.note:
            lines.insert(0, prose(self.note))
        if meanings:
            lines.append("; ".join(meanings) + ".")
        return f'<p class="note">{"<br>".join(lines)}</p>' if lines else ""


def _columns_of(frame: pd.DataFrame) -> list[Column]:
    return [Column(str(name), str(name), _kind_of(frame[name])) for name in frame.columns]


def _kind_of(series: pd.Series) -> Kind:
    if pd.api.types.is_bool_dtype(series):
        return "text"
    if pd.api.types.is_integer_dtype(series):
        return "int"
    return "score" if pd.api.types.is_float_dtype(series) else "text"


def _header(column: Column, notes: list[str]) -> str:
    mark = f"<sup>{notes.index(column.note) + 1}</sup>" if column.note else ""
    align = ' class="num"' if column.is_figure else ""
    return f'<th scope="col"{align}>{prose(column.header)}{mark}</th>'


def _cell(column: Column, raw: Any, *, first: bool) -> str:
    text = cell_text(column, raw)
    shown = mark_html(raw) if column.kind == "mark" and text != raw else esc(text)
    classes = ["num"] if column.is_figure else []
    if isinstance(raw, str) and raw in ru.STATE_MEANINGS:
        classes.append("state")
    if not column.is_figure and len(text) <= (_KEPT_FIRST if first else _KEPT_OTHER):
        classes.append("keep")
    if column.wide:
        classes.append("wide")
    kind = f' class="{" ".join(classes)}"' if classes else ""
    return f'<th scope="row"{kind}>{shown}</th>' if first else f"<td{kind}>{shown}</td>"
