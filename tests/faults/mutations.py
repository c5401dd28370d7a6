"""Mutations of files: what a methodologist's hands, Excel and other programs do to an export.

A mutation takes the sheets of an honest file and changes them in one way; a seed decides where.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import openpyxl
from mutated_file import File, Grid

NASTY: list[Any] = [
    None, "", " ", "\u00a0", "-", "—", "X", "Х", "Н", "N", "н/д", "#REF!", "#ДЕЛ/0!", "#ИМЯ?",
    "=A1+1", "=cmd|'/c calc'!A0", "@SUM(1)", "+7", "-1", -1, 0, 1e9, 10**15, -(10**9), 3.7, 1e-9,
    1e308, "1e5", "1 234",
    "1,234", "12,5", "12.5 %", "100%", "150", True, False, "да", "нет", dt.datetime(2019, 3, 1),
    dt.date(1900, 1, 1), "31.12.1899", "30.02.2025", "<b>жирно</b>", "{{ 7*7 }}", "{found}", "%s",
    "Иванов Иван Иванович", "112-233-445 95", "текст", "т" * 300, "\u202eтекст", "a\tb", "a\nb",
    "\x01", "\ud800".encode("utf-8", "replace").decode(), "😀", "½", "²", "٣", "４", "1\u200b2",
]  # fmt: skip
_YEAR = re.compile(r"20[12]\d")
_REGION = re.compile(r"reg\d\d|edu\d{3}")
Mutation = Callable[[File, np.random.Generator], None]


def _sheet(file: File, rng: np.random.Generator) -> tuple[str, Grid]:
    names = [name for name, rows in file.sheets.items() if rows] or list(file.sheets)
    name = names[int(rng.integers(len(names)))]
    return name, file.sheets[name]


def _row(rows: Grid, rng: np.random.Generator) -> int:
    filled = [n for n, row in enumerate(rows) if any(cell not in (None, "") for cell in row)]
    return filled[int(rng.integers(len(filled)))] if filled else 0


def _filled(row: list[Any]) -> list[int]:
    return [n for n, cell in enumerate(row) if cell not in (None, "")] or [0]


def _header(rows: Grid) -> int:
    """The row of the first rows with most words: the header, more often than not."""
    counts = [sum(isinstance(cell, str) and cell != "" for cell in row) for row in rows[:25]]
    return counts.index(max(counts)) if counts else 0


def _cells(file: File, rng: np.random.Generator, how: Callable[[Any], Any], most: int) -> None:
    name, rows = _sheet(file, rng)
    file.touched = set() if file.touched is None else file.touched
    for _ in range(int(rng.integers(1, most + 1))):
        row = _row(rows, rng)
        if not rows[row]:
            continue
        column = int(rng.choice(_filled(rows[row])))
        rows[row][column] = how(rows[row][column])
        file.touched.add((name, row + 1))


def nasty_cells(file: File, rng: np.random.Generator) -> None:
    """Anything in a few cells."""
    _cells(file, rng, lambda cell: NASTY[int(rng.integers(len(NASTY)))], 4)


def emptied_cells(file: File, rng: np.random.Generator) -> None:
    """A few cells cleared."""
    _cells(file, rng, lambda cell: None, 5)


def huge_numbers(file: File, rng: np.random.Generator) -> None:
    """Numbers a thousand times as large, with another sign, or with a fraction."""

    def other(cell: Any) -> Any:
        if isinstance(cell, bool) or not isinstance(cell, (int, float)):
            return cell
        return [cell * 1000, -cell - 1, cell + 0.5, 10**18, float(cell) * 1e200][
            int(rng.integers(5))
        ]

    _cells(file, rng, other, 6)


def numbers_as_text(file: File, rng: np.random.Generator) -> None:
    """All numbers of a sheet as text, as other programs write them."""
    style = int(rng.integers(4))
    _, rows = _sheet(file, rng)
    for row in rows:
        for n, cell in enumerate(row):
            if isinstance(cell, (int, float)) and not isinstance(cell, bool):
                whole = isinstance(cell, float) and cell.is_integer()
                words = str(int(cell)) if whole else str(cell)
                row[n] = [words, words.replace(".", ","), f" {words} ", f"'{words}"][style]


def text_as_numbers(file: File, rng: np.random.Generator) -> None:
    """All texts of digits as numbers: leading zeros are lost."""
    _, rows = _sheet(file, rng)
    for row in rows:
        for n, cell in enumerate(row):
            if isinstance(cell, str) and re.fullmatch(r"\d{1,12}(\.\d+)?", cell):
                row[n] = float(cell)


def tasks_as_dates(file: File, rng: np.random.Generator) -> None:
    """What looks like a day of a month becomes a date, as in Excel."""
    _, rows = _sheet(file, rng)
    for row in rows:
        for n, cell in enumerate(row):
            if isinstance(cell, (str, float)) and re.fullmatch(r"(\d{1,2})\.(\d{1,2})", str(cell)):
                day, month = (int(part) for part in str(cell).split("."))
                if 1 <= day <= 28 and 1 <= month <= 12:
                    row[n] = dt.datetime(2025, month, day)


def header_changed(file: File, rng: np.random.Generator) -> None:
    """A header misspelt, in capitals, with other spaces, doubled, lost or moved."""
    _, rows = _sheet(file, rng)
    if not rows:
        return
    row = rows[_header(rows)]
    if not row:
        return
    column = int(rng.choice(_filled(row)))
    words = str(row[column] or "")
    kind = int(rng.integers(9))
    other = int(rng.integers(len(row)))
    if kind == 0:
        row[column] = words.upper()
    elif kind == 1:
        row[column] = f"  {words.replace(' ', chr(160) * 2)}\n"
    elif kind == 2:
        row[column] = words[:-1]
    elif kind == 3:
        row[column] = None
    elif kind == 4:
        row[column], row[other] = row[other], row[column]
    elif kind == 5:
        row[other] = row[column]
    elif kind == 6:
        row[column] = words.translate(str.maketrans("аеорсхАВЕКМНОРСТХ", "aeopcxABEKMHOPCTX"))
    elif kind == 7:
        row[column] = NASTY[int(rng.integers(len(NASTY)))]
    else:
        rows.remove(row)


def rows_changed(file: File, rng: np.random.Generator) -> None:
    """Rows doubled, lost, moved, blank between, totals and the header once more."""
    _, rows = _sheet(file, rng)
    if len(rows) < 2:
        return
    kind, row = int(rng.integers(8)), _row(rows, rng)
    if kind == 0:
        rows.insert(row, list(rows[row]))
    elif kind == 1:
        del rows[row : row + int(rng.integers(1, 6))]
    elif kind == 2:
        rows.insert(int(rng.integers(len(rows))), rows.pop(row))
    elif kind == 3:
        for _ in range(int(rng.integers(1, 60))):
            rows.insert(row, [])
    elif kind == 4:
        rows.append(["Итого", *[100 for _ in rows[row][1:]]])
    elif kind == 5:
        rows.insert(row, list(rows[_header(rows)]))
    elif kind == 6:
        first = _header(rows) + 1
        tail = rows[first:]
        rng.shuffle(tail)  # type: ignore[arg-type]
        rows[first:] = tail
    else:
        rows += [list(cells) for cells in rows[_header(rows) :]]


def columns_changed(file: File, rng: np.random.Generator) -> None:
    """Columns lost, doubled, moved, blank or added on the left; the table moved."""
    _, rows = _sheet(file, rng)
    width = max((len(row) for row in rows), default=0)
    if width < 2:
        return
    kind, column, other = int(rng.integers(6)), int(rng.integers(width)), int(rng.integers(width))
    for row in rows:
        row += [None] * (width - len(row))
        if kind == 0:
            del row[column]
        elif kind == 1:
            row.insert(other, row[column])
        elif kind == 2:
            row[column], row[other] = row[other], row[column]
        elif kind == 3:
            row.insert(column, None)
        elif kind == 4:
            row[:0] = [None] * 3
        else:
            row += [None, None, NASTY[int(rng.integers(len(NASTY)))]]
    if kind == 4:
        rows[:0] = [[] for _ in range(int(rng.integers(1, 5)))]


def other_year(file: File, rng: np.random.Generator) -> None:
    """Years in titles and dates are others."""
    year = str(int(rng.choice([1999, 2019, 2022, 2024, 2026, 2030])))
    for rows in file.sheets.values():
        for row in rows:
            for n, cell in enumerate(row):
                if isinstance(cell, str) and len(cell) < 200:
                    row[n] = _YEAR.sub(year, cell)
                elif isinstance(cell, (dt.datetime, dt.date)):
                    row[n] = dt.datetime(int(year), cell.month, min(cell.day, 28))


def other_region(file: File, rng: np.random.Generator) -> None:
    """Codes of another region and of schools that the directory does not know."""
    share = float(rng.choice([0.02, 0.3, 1.0]))
    for rows in file.sheets.values():
        for row in rows:
            if rng.random() > share:
                continue
            for n, cell in enumerate(row):
                if isinstance(cell, str):
                    row[n] = _REGION.sub(lambda found: found[0][:3] + "77" + found[0][5:], cell)
                elif isinstance(cell, (int, float)) and 100_000 <= cell <= 999_999:
                    row[n] = cell + 500_000


def sheets_changed(file: File, rng: np.random.Generator) -> None:
    """Sheets renamed, hidden, doubled, emptied, a stranger before the first."""
    name, rows = _sheet(file, rng)
    kind = int(rng.integers(6))
    if kind == 0:
        items = [("Лист 😀" if old == name else old, grid) for old, grid in file.sheets.items()]
        file.sheets = dict(items)
    elif kind == 1:
        file.sheets["Прочее"] = [["заметки"]]
        file.hidden.add(name)
    elif kind == 2:
        file.sheets["Копия"] = [list(row) for row in rows]
    elif kind == 3:
        file.sheets = {"Первый": [], **file.sheets}
    elif kind == 4:
        file.sheets = {"Заметки": [["Позвонить", "8 (999) 123-45-67"]], **file.sheets}
    else:
        file.sheets[name] = rows[: _header(rows) + 1]


def merged(file: File, rng: np.random.Generator) -> None:
    """Cells merged: Excel keeps the first value of each area."""
    name, rows = _sheet(file, rng)
    row = _row(rows, rng) + 1
    height, width = int(rng.integers(1, 5)), int(rng.integers(1, 6))
    column = int(rng.integers(1, 4))
    file.merges.setdefault(name, []).append(
        f"{openpyxl.utils.get_column_letter(column)}{row}:"
        f"{openpyxl.utils.get_column_letter(column + width)}{row + height}"
    )
    for n in range(row - 1, min(row + height, len(rows))):
        for place in range(column - 1, min(column + width, len(rows[n]))):
            if (n, place) != (row - 1, column - 1):
                rows[n][place] = None


def other_format(file: File, rng: np.random.Generator) -> None:
    """Saved as csv in one of the encodings that programs use, or as a book of Excel 97."""
    kind = int(rng.integers(8))
    if kind < 6:
        file.suffix = ".csv"
        file.encoding = ["cp1251", "utf-8", "utf-16", "utf-8-sig", "cp866", "koi8-r"][kind]
        file.separator = ";,\t"[int(rng.integers(3))]
    else:
        file.suffix = [".xls", ".xlsx"][kind - 6]


def cut(file: File, rng: np.random.Generator) -> None:
    """The end of the table is lost."""
    _, rows = _sheet(file, rng)
    del rows[int(rng.integers(len(rows) + 1)) :]


MUTATIONS: dict[str, Mutation] = {
    made.__name__: made
    for made in (
        nasty_cells, emptied_cells, huge_numbers, numbers_as_text, text_as_numbers, tasks_as_dates,
        header_changed, rows_changed, columns_changed, other_year, other_region, sheets_changed,
        merged, other_format, cut,
    )
}  # fmt: skip
