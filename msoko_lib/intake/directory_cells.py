"""Cells of the school directory: logins, codes, dates, words from closed lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msoko_lib.intake.cells import iso_date, text
from msoko_lib.intake.header_map import Columns
from msoko_lib.intake.lines import quoted
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet

TITLES = {
    "logins": "Логин ФИС ОКО", "ris_code": "Код ОО РИС", "ogrn": "ОГРН",
    "short_name": "Краткое название", "full_name": "Полное название",
    "former_names": "Прежние названия", "kind": "Вид", "unit_kind": "Тип организации",
    "territory": "Город/село", "cluster": "Группа", "since": "Действует с",
    "until": "Действует по", "school_id": "Код в msoko",
}  # fmt: skip
UNIT_KINDS = {"школа": "school", "детский сад": "preschool", "доп. образование": "additional"}
_UNIT_KIND_WORDS = (
    ("preschool", r"детск|доу|дошкольн|\bд/с"),
    ("additional", r"доп|удод|спортив|художеств|музыкальн|дворец|дом (детск|творч)"),
    ("school", r"школ|общеобр|сош|оош|нош|гимнази|лице|кадет|интернат"),
)
_PRESCHOOL_NAME = re.compile(r"детск\w+ сад|\bд/с\b|\bм?[бак]?доу\b|црр", re.IGNORECASE)
_SCHOOL_NAME = re.compile(r"школ|сош|оош|нош|гимнази|лице", re.IGNORECASE)
_ADDITIONAL_NAME = re.compile(
    r"дополнительн\w+ образован|\b(дши|дюсш|сюн|сют|цдт|дтдм|ддт)\b|творчеств", re.IGNORECASE
)
_LOGIN = re.compile(r"[a-z]+\d{3,12}", re.IGNORECASE)
_TERRITORIES = {"город": r"г(ор\w*)?\.?|пгт|рп", "село": r"с(ел\w*)?\.?|деревня|поселок"}


def logins_of(
    sheet: Sheet, place: int, columns: Columns, context: ReadContext, reading: Reading
) -> list[str]:
    """Logins of a cell, lower case; what is no login gets a line."""
    cell, column = columns.find(sheet.rows[place], "logins")
    logins = []
    for word in re.split(r"[;,\s]+", text(cell).lower()):
        if _LOGIN.fullmatch(word):
            logins.append(word)
        elif word and word not in ("-", "–", "—", "нет"):
            reading.add(
                "directory_bad_code", context.place(sheet, place, column),
                column=TITLES["logins"], value=quoted(word), expected="логин вида edu123456",
            )  # fmt: skip
    return list(dict.fromkeys(logins))


def code_of(
    sheet: Sheet, place: int, name: str, lengths: Sequence[int],
    columns: Columns, context: ReadContext, reading: Reading,
) -> str:  # fmt: skip
    """Code of digits, '' where there is none; another text gets a line."""
    cell, column = columns.find(sheet.rows[place], name)
    code = text(cell)
    if code in ("", "-", "–", "—", "нет"):
        return ""
    if code.isascii() and code.isdigit() and len(code) in lengths:
        return code
    expected = "13 цифр" if name == "ogrn" else "код из цифр, например 111002"
    reading.add(
        "directory_bad_code", context.place(sheet, place, column),
        column=TITLES[name], value=quoted(cell), expected=expected,
    )  # fmt: skip
    return ""


def date_of(
    sheet: Sheet, place: int, name: str, columns: Columns, context: ReadContext, reading: Reading
) -> str | None:
    """ISO date or None; a bare year is its first or last day."""
    cell, column = columns.find(sheet.rows[place], name)
    if text(cell) in ("", "-", "–", "—"):
        return None
    date = iso_date(cell)
    year = re.fullmatch(r"(20\d\d|19\d\d)", text(cell))
    if date is None and year:
        date = f"{year[1]}-01-01" if name == "since" else f"{year[1]}-12-31"
    if date is None:
        reading.add(
            "directory_bad_date", context.place(sheet, place, column),
            column=TITLES[name], value=quoted(cell),
        )  # fmt: skip
    return date


def unit_kind_of(
    sheet: Sheet, place: int, columns: Columns, context: ReadContext, reading: Reading, names: str
) -> str:
    """Kind of organisation by its own word, else by its name."""
    cell, column = columns.find(sheet.rows[place], "unit_kind")
    word = text(cell).lower().replace("ё", "е")
    for kind, pattern in _UNIT_KIND_WORDS:
        if word and re.search(pattern, word):
            return kind
    by_name = "school"
    if _PRESCHOOL_NAME.search(names) and not _SCHOOL_NAME.search(names):
        by_name = "preschool"
    elif _ADDITIONAL_NAME.search(names) and not re.search(r"сош|оош|нош", names.lower()):
        by_name = "additional"
    if word:
        taken = next(title for title, kind in UNIT_KINDS.items() if kind == by_name)
        reading.add(
            "directory_unknown_word", context.place(sheet, place, column),
            column=TITLES["unit_kind"], value=text(cell), taken=taken,
            expected=", ".join(UNIT_KINDS),
        )  # fmt: skip
    return by_name


def territory_of(
    sheet: Sheet, place: int, columns: Columns, context: ReadContext, reading: Reading
) -> str | None:
    """«город», «село» or None."""
    cell, column = columns.find(sheet.rows[place], "territory")
    word = text(cell).lower().replace("ё", "е")
    if not word or word in ("-", "–", "—"):
        return None
    for territory, pattern in _TERRITORIES.items():
        if re.fullmatch(pattern, word):
            return territory
    reading.add(
        "directory_unknown_word", context.place(sheet, place, column),
        column=TITLES["territory"], value=text(cell), taken="не указано", expected="город или село",
    )  # fmt: skip
    return None
