"""A file as sheets of cells that can be changed and written again in its own format."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

from msoko_lib.demo.xls import write_xls
from msoko_lib.demo.xlsx import SheetRows
from msoko_lib.intake.workbook import open_workbook

Grid = list[list[Any]]


@dataclass
class File:
    """A file as sheets of cells, and how it is to be saved.

    ``touched`` holds (sheet, Excel row) of changed cells where a mutation changed cells alone;
    None: anything may differ.
    """

    sheets: dict[str, Grid]
    suffix: str = ".xlsx"
    encoding: str = "utf-8-sig"
    separator: str = ";"
    touched: set[tuple[str, int]] | None = None
    hidden: set[str] = field(default_factory=set)
    merges: dict[str, list[str]] = field(default_factory=dict)
    name: str = ""


def opened(path: Path) -> File:
    """An honest file."""
    book = open_workbook(path)
    sheets = {sheet.name: [list(row) for row in sheet.rows] for sheet in book.sheets}
    suffix = path.suffix.lower()
    return File(sheets, suffix if suffix in (".csv", ".xls") else ".xlsx", name=path.name)


def saved(file: File, folder: Path, name: str) -> Path:
    """Write a file in its format; what the format cannot hold is written as text."""
    path = folder / f"{name}{file.suffix}"
    if file.suffix == ".csv":
        stream = io.StringIO()
        rows = next(iter(file.sheets.values()))
        csv.writer(stream, delimiter=file.separator).writerows(
            [["" if cell is None else cell for cell in row] for row in rows]
        )
        path.write_bytes(stream.getvalue().encode(file.encoding, "replace"))
    elif file.suffix == ".xls":
        sheets = [
            SheetRows(sheet[:31] or "Лист1", [[_plain(cell) for cell in row[:250]] for row in rows])
            for sheet, rows in file.sheets.items()
        ]
        write_xls(path, sheets)
    else:
        _save_xlsx(file, path)
    return path


def _plain(cell: Any) -> Any:
    if isinstance(cell, bool) or not (cell is None or isinstance(cell, (int, float, str))):
        return str(cell)
    return cell


def _save_xlsx(file: File, path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in file.sheets.items():
        sheet = book.create_sheet((re.sub(r"[\\/*?:\[\]]", "-", name) or "Лист1")[:31])
        for row, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells, start=1):
                if cell is None or cell == "":
                    continue
                try:
                    place = sheet.cell(row, column, cell)
                except (openpyxl.utils.exceptions.IllegalCharacterError, ValueError):
                    continue
                if isinstance(cell, str):
                    place.data_type = "s"
        if name in file.hidden and len(file.sheets) > len(file.hidden):
            sheet.sheet_state = "hidden"
        for area in file.merges.get(name, []):
            sheet.merge_cells(area)
    book.save(path)
