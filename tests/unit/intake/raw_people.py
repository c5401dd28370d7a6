"""Whom the raw files name: read by the tests themselves, with nothing of the readers."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

NAME_HEADERS = {
    "Фамилия": "surname", "Имя": "name", "Отчество": "patronymic", "ФИО": "full",
    "SurnameCell": "surname", "NameCell": "name", "SecondNameCell": "patronymic",
    "Номер": "document", "Документ": "document", "DocumentNumberCode": "document",
}  # fmt: skip
COLUMNS = ["source_file", "source_sheet", "source_row", "full_name", "document"]


def people_of(folder: Path) -> pd.DataFrame:
    """Every row of every file that stands under a header with a name: whose row it is."""
    found: list[tuple[object, ...]] = []
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".xlsx", ".xls", ".csv"):
            name = path.relative_to(folder).as_posix()
            for sheet, rows in _sheets(path).items():
                found += [(name, sheet, *person) for person in _people(rows)]
    return pd.DataFrame(found, columns=COLUMNS)


def _sheets(path: Path) -> dict[str, list[list[str]]]:
    if path.suffix == ".csv":
        content = path.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1251")
        return {"": list(csv.reader(text.splitlines(), delimiter=";"))}
    try:
        book = CalamineWorkbook.from_path(path)
        return {
            name: [
                [str(cell) for cell in row]
                for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            for name in book.sheet_names
        }
    except Exception:  # a planted fault: nobody can read the file, so it names nobody
        return {}


def _people(rows: list[list[str]]) -> list[tuple[object, ...]]:
    columns: dict[str, int] = {}
    found: list[tuple[object, ...]] = []
    for place, row in enumerate(rows, start=1):
        heads = {NAME_HEADERS[cell.strip()]: i for i, cell in enumerate(row)
                 if cell.strip() in NAME_HEADERS}  # fmt: skip
        if "surname" in heads or "full" in heads:
            columns = heads
            continue
        parts = [row[columns[key]] for key in ("surname", "name", "patronymic", "full")
                 if key in columns and columns[key] < len(row)]  # fmt: skip
        full_name = " ".join(" ".join(parts).split())
        if full_name.count(" ") >= 1 and full_name[0].isalpha():
            document = row[columns["document"]].split()[-1:] if "document" in columns else []
            found.append((place, full_name, "".join(document)))
    return found
