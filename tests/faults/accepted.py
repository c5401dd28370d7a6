"""Nothing is taken that does not stand in the file, and nothing is lost without a word."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from msoko_lib.intake.cells import number, text
from msoko_lib.intake.reading import Reading
from msoko_lib.intake.workbook import Workbook

# Columns whose value stands as a number in the row that it came from (a share: as a per cent).
VALUES: dict[str, tuple[str, ...]] = {
    "vpr_pupils": ("score", "mark", "journal_mark", "class_number"),
    "vpr_tasks": ("score",),
    "vpr_marks": ("share_2", "share_3", "share_4", "share_5", "participants_n"),
    "vpr_scores": ("share", "participants_n"),
    "vpr_bias": ("marker_ru4", "marker_ma4", "marker_ru5", "marker_ma5"),
    "gia_results": ("primary_score", "test_score", "mark"),
    "olympiad_results": ("score",),
    "annual_marks": ("mark",),
    "enrolment": ("pupils_n",),
    "observers": ("rooms_n", "observed_rooms_n"),
}
_DIGITS = re.compile(r"\d+(?:[.,]\d+)?")
# Fields that several cells make; the number of one of them may stand beside by chance.
_COMPUTED = frozenset(
    {
        "mkdo_self", "mkdo_base", "orders_open_n", "accreditation", "programme_items_n",
        "programme_done_n", "assignment_items_n", "assignment_done_n",
    }
)  # fmt: skip
_TRACE = ("source_sheet", "source_row")
# A row is told by these whatever it is called in the bank.
_NOT_COMPARED = frozenset({"source_file", "task_order"})


def values_without_cells(reading: Reading, book: Workbook) -> list[str]:
    """Accepted values that stand nowhere in their own row."""
    rows = {sheet.name: sheet.rows for sheet in book.sheets}
    told = []
    for table, columns in VALUES.items():
        frame = reading.tables.get(table)
        if frame is None or not set(_TRACE) <= set(frame.columns):
            continue
        names = [name for name in columns if name in frame.columns]
        for record in frame[[*_TRACE, *names]].to_dict("records"):
            cells = rows[record["source_sheet"]][int(record["source_row"]) - 1]
            standing = list(_numbers(cells))
            for name in names:
                value = record[name]
                if pd.isna(value) or (value == 0 and name.startswith("share")):
                    continue
                if not any(_same(float(value), there) for there in standing):
                    place = f"{record['source_sheet']}!{record['source_row']}"
                    told.append(f"{table}.{name} = {value} stands nowhere in {place}")
    return told


def _same(value: float, there: float) -> bool:
    return any(math.isclose(value, there / part, rel_tol=1e-9, abs_tol=1e-9) for part in (1, 100))


def _numbers(cells: Iterable[Any]) -> Iterable[float]:
    for cell in cells:
        value = number(cell)
        if value is not None:
            yield value
        if isinstance(cell, str):
            folded = re.sub(r"(?<=\d)[\s\u00a0\u202f,](?=\d{3}\b)", "", text(cell))
            yield from (float(found.replace(",", ".")) for found in _DIGITS.findall(folded))
        elif isinstance(cell, bool):
            yield float(cell)


def lost_silently(
    honest: Reading,
    reading: Reading,
    touched: set[tuple[str, int]],
    plain: Workbook,
    book: Workbook,
) -> list[str]:
    """What the bank lacks or has otherwise than before, if no new line tells of it.

    ``plain`` is the honest workbook, ``book`` the changed one.
    """
    known = {(item.rule, item.sheet, item.cell, item.found) for item in honest.findings}
    new = [item for item in reading.findings
           if (item.rule, item.sheet, item.cell, item.found) not in known]  # fmt: skip
    if new:
        return []
    told = []
    for name, before in honest.tables.items():
        if not set(_TRACE) <= set(before.columns):
            continue
        after = reading.tables.get(name, before.iloc[:0])
        kept = _rows(before)
        for place, row in sorted(kept.keys() - _rows(after).keys(), key=str):
            if place in touched and (_is_gone(book, place) or _stands(after, place)):
                continue
            if name == "form_values" and _is_emptied(kept[place, row], plain, book, touched):
                continue
            told.append(f"{name}: without a word {place} is no longer {row}")
    return told[:5]


def _rows(
    frame: pd.DataFrame,
) -> dict[tuple[tuple[str, int], tuple[str, ...]], dict[Hashable, Any]]:
    """Place and values of a row as text → the row."""
    columns = [name for name in frame.columns if name not in _NOT_COMPARED]
    return {
        (
            (str(record["source_sheet"]), int(record["source_row"])),
            tuple(map(str, record.values())),
        ): record
        for record in frame[columns].to_dict("records")
        if not pd.isna(record["source_row"])
    }


def _stands(frame: pd.DataFrame, place: tuple[str, int]) -> bool:
    """The row is there with other values: what they may be, the first check says."""
    return place in {found for found, _ in _rows(frame)}


def _is_emptied(
    record: Mapping[Hashable, Any], plain: Workbook, book: Workbook, touched: set[tuple[str, int]]
) -> bool:
    """An answer that the file no longer holds: a changed cell was the answer.

    What is computed from several rows stands in none of them; any row of its sheet may be one.
    """
    place = str(record["source_sheet"]), int(record["source_row"])
    stood, stands = (
        sum(_same(float(record["value"]), there) for there in _answers(_cells(each, place)))
        for each in (plain, book)
    )
    if record["field_id"] in _COMPUTED or not stood:
        return any(sheet == place[0] for sheet, _ in touched)
    return place in touched and stands < stood


def _answers(cells: list[Any]) -> Iterable[float]:
    words = [text(cell).lower() for cell in cells]
    return [*_numbers(cells), *(float(word == "да") for word in words if word in ("да", "нет"))]


def _cells(book: Workbook, place: tuple[str, int]) -> list[Any]:
    rows: Mapping[str, list[list[Any]]] = {sheet.name: sheet.rows for sheet in book.sheets}
    return [cell for row in rows.get(place[0], [])[place[1] - 1 : place[1]] for cell in row]


def _is_gone(book: Workbook, place: tuple[str, int]) -> bool:
    """The file has no such row any more: its sheet ends before it, or all its cells are blank."""
    return not any(text(cell) for cell in _cells(book, place))
