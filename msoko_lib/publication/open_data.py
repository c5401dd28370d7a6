"""Open data: the protected table as csv, what its columns mean, a machine-readable package."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from msoko_lib.publication.shown import Row
from msoko_lib.reporting import numbers_ru as ru

FOLDER: Final = "data/"
INDICATORS, ORGANISATIONS = f"{FOLDER}pokazateli.csv", f"{FOLDER}organizacii.csv"
DESCRIPTION, PACKAGE = f"{FOLDER}opisanie.csv", f"{FOLDER}datapackage.json"
# Excel in Russian opens such a file by a double click.
DELIMITER: Final = ";"
CODING: Final = "utf-8-sig"
_FIGURE: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?")

# Column → (attribute of a row, type, what it means).
_COMMON: Final = {
    "учебный год": ("", "string", "Учебный год, за который посчитан показатель"),
    "код": ("indicator_id", "string", "Код показателя в каталоге МСОКО"),
    "показатель": ("title", "string", "Название показателя"),
    "подсистема": ("subsystem", "string", "Номер подсистемы"),
}
_VALUE: Final = {
    "знак": (
        "sign",
        "string",
        "Как читать значение: пусто – само число; «около» – с точностью до 5 %; «меньше», «не "
        "меньше» – граница",
    ),
    "значение": (
        "value_plain",
        "number",
        "Значение; н/д – скрыто, чтобы нельзя было узнать о немногих людях",
    ),
    "единица": ("unit", "string", "Единица измерения"),
    "из скольких": (
        "n_plain",
        "number",
        "Сколько людей (округлено до десятков), организаций или предметов стоит за значением; "
        "н/д – скрыто",
    ),
}
_CUTS: Final = {
    "предмет": ("subject", "string", "Учебный предмет, если показатель считается по предметам"),
    "класс": ("grade", "string", "Класс"),
    "часть": ("component", "string", "Часть показателя: процедура, уровень"),
    "о чём": ("about", "string", "Что посчитано: люди, организации, предметы"),
}
_WHOSE: Final = {
    "организация": ("organisation", "string", "Краткое название организации"),
    "вид": ("organisation_kind", "string", "Вид организации"),
}
_FORMULA: Final = {"что считается": ("formula", "string", "Как посчитан показатель")}
Columns = dict[str, tuple[str, str, str]]

FILES: Final[dict[str, tuple[str, Columns]]] = {
    INDICATORS: (
        "Показатели муниципалитета",
        {**_COMMON, **_CUTS, **_VALUE, **_FORMULA},
    ),
    ORGANISATIONS: (
        "Условия по организациям",
        {**_COMMON, **_WHOSE, **_VALUE},
    ),
}


def open_data(rows: Sequence[Row], school_year: str, title: str, made_on: str) -> dict[str, bytes]:
    """Files of the open data: address → content.

    Parameters
    ----------
    rows : sequence of Row
        The protected table.
    title : str
        Name of the data set.
    made_on : str
        ISO date of the edition.
    """
    chosen = {
        INDICATORS: [row for row in rows if not row.organisation],
        ORGANISATIONS: [row for row in rows if row.organisation],
    }
    files = {
        name: _csv(list(columns), (_cells(row, columns, school_year) for row in chosen[name]))
        for name, (_, columns) in FILES.items()
        if chosen[name]
    }
    described = [
        [name.removeprefix(FOLDER), column, meaning]
        for name in files
        for column, (_, _, meaning) in FILES[name][1].items()
    ]
    description = _csv(["файл", "столбец", "что означает"], described)
    package = _package(list(files), school_year, title, made_on)
    return {**files, DESCRIPTION: description, PACKAGE: package}


def _cells(row: Row, columns: Columns, school_year: str) -> list[str]:
    return [getattr(row, field) if field else school_year for field, _, _ in columns.values()]


def harmless(cell: str) -> str:
    """Cell that no spreadsheet takes for a formula; figures stay as they are.

    >>> harmless("=1+1"), harmless("-5,3"), harmless("Лицей")
    ("'=1+1", '-5,3', 'Лицей')
    """
    risky = cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _FIGURE.fullmatch(cell)
    return f"'{cell}" if risky else cell


def _csv(header: list[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().replace(ru.NBSP, " ").encode(CODING)


def _package(names: Sequence[str], school_year: str, title: str, made_on: str) -> bytes:
    """Description by the Data Package standard."""
    resources: list[dict[str, Any]] = [
        {
            "name": name.removeprefix(FOLDER).removesuffix(".csv"),
            "path": name.removeprefix(FOLDER),
            "title": FILES[name][0],
            "format": "csv",
            "encoding": "utf-8",
            "dialect": {"delimiter": DELIMITER},
            "schema": {
                "missingValues": ["", ru.WITHHELD],
                "fields": [_field(column, *about) for column, about in FILES[name][1].items()],
            },
        }
        for name in names
    ]
    package = {
        "name": f"msoko-{school_year}",
        "title": title,
        "created": made_on,
        "profile": "tabular-data-package",
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=1).encode()


def _field(column: str, _: str, kind: str, meaning: str) -> dict[str, Any]:
    field = {"name": column, "type": kind, "description": meaning}
    return field | {"decimalChar": ","} if kind == "number" else field
