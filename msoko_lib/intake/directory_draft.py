"""A draft of the school directory from the codes that the year's files hold."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from openpyxl import Workbook as ExcelWorkbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from msoko_lib.atomic import write_atomically
from msoko_lib.zipped import same_every_time

if TYPE_CHECKING:
    from msoko_lib.intake.directory import Directory

_SEEN_IN, _MUNICIPALITY = "Встретился в файлах", "Муниципалитет в файлах"
# Header → (width, what to write there).
_COLUMNS: dict[str, tuple[int, str]] = {
    "Логин ФИС ОКО": (16, "Логин вида edu123456. Если у школы их несколько – через пробел."),
    "Код ОО РИС": (12, "Код школы в протоколах ОГЭ и ЕГЭ."),
    "ОГРН": (16, "13 цифр; можно не заполнять."),
    "Краткое название": (34, "Под этим названием школа стоит в отчётах."),
    "Полное название": (40, "Как в уставе; можно не заполнять."),
    "Прежние названия": (28, "Если школу переименовали: прежние названия через «;»."),
    "Вид": (12, "СОШ, ООШ, НОШ, гимназия, лицей…"),
    "Тип организации": (16, "школа, детский сад или доп. образование."),
    "Город/село": (11, "город или село."),
    "Группа": (16, "Группа сопоставимых школ по решению методиста; можно не заполнять."),
    "Действует с": (12, "Дата, если школа открылась недавно."),
    "Действует по": (12, "Дата, если школа закрыта."),
    "Код в msoko": (14, "Не заполняйте без нужды: msoko берёт первый логин или код."),
    _SEEN_IN: (40, "Справка: где встретился код. При чтении не учитывается."),
    _MUNICIPALITY: (24, "Справка. При чтении не учитывается."),
}
_FROM_BANK = {
    "Логин ФИС ОКО": "logins", "Код ОО РИС": "ris_code", "ОГРН": "ogrn",
    "Краткое название": "short_name", "Полное название": "full_name",
    "Прежние названия": "former_names", "Вид": "kind", "Город/село": "territory",
    "Группа": "cluster", "Действует с": "since", "Действует по": "until",
}  # fmt: skip
_KIND_TITLES = {"school": "школа", "preschool": "детский сад", "additional": "доп. образование"}
_CODE_AT_END = re.compile(r"\s*\([a-z]+[\w-]*\d+\w*\)\s*$", re.IGNORECASE)
_MOST_FILES = 3


def draft_directory(tables: Mapping[str, pd.DataFrame], directory: Directory) -> pd.DataFrame:
    """Table ready to be completed: what the directory has, then every other code met.

    One school often stands twice, once by its login and once by its code of РИС: only a person
    can join the two rows.

    Parameters
    ----------
    tables : mapping
        Bank tables of the year.
    directory : Directory
        The directory that was used; its schools (table ``schools``) come first.

    Returns
    -------
    DataFrame
        One row a school or an unknown code; columns as «Справочник ОО» has them, then the files
        in which the code stands and the municipality that they name. All cells are text.
    """
    schools = tables.get("schools", pd.DataFrame())
    files, names, towns = _codes_met(tables)
    known = set(directory.school_ids)
    rows = []
    # The table also holds the schools that the files alone name: those come below.
    called: dict[str, str] = {}
    for school in schools.to_dict("records"):
        if school["school_id"] not in known:
            called[str(school["school_id"])] = _text(school.get("short_name"))
            continue
        row = {title: _text(school.get(column)) for title, column in _FROM_BANK.items()}
        row["Тип организации"] = _KIND_TITLES.get(str(school.get("unit_kind")), "")
        school_id = str(school["school_id"])
        row["Код в msoko"] = "" if _is_default_id(school_id, row) else school_id
        row[_SEEN_IN] = _listed(files.get(school_id, {}))
        row[_MUNICIPALITY] = "; ".join(towns.get(school_id, {}))
        rows.append(row)
    for code in sorted(set(files) - known, key=_kind_of_code):
        row = _row_of_code(code)
        met = list(names.get(code, {}))
        if not met and called.get(code, code) not in (code, ""):
            met = [called[code]]
        if met:
            row["Краткое название"] = met[0]
            row["Прежние названия"] = "; ".join(met[1:])
        row[_SEEN_IN] = _listed(files[code])
        row[_MUNICIPALITY] = "; ".join(towns.get(code, {}))
        rows.append(row)
    return pd.DataFrame(rows, columns=list(_COLUMNS)).fillna("").astype("str")


def _codes_met(
    tables: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, dict[str, None]], dict[str, dict[str, None]], dict[str, dict[str, None]]]:
    """Files, names and municipalities in which each school code stands, in the order met."""
    files: dict[str, dict[str, None]] = defaultdict(dict)
    names: dict[str, dict[str, None]] = defaultdict(dict)
    towns: dict[str, dict[str, None]] = defaultdict(dict)
    for table, frame in tables.items():
        if table == "schools" or frame.empty or "source_file" not in frame:
            continue
        if "unit_id" in frame and "unit_name" not in frame:
            # Targets of plans: they have codes, and names of nobody.
            frame = frame[frame["level"] == "school"].rename(columns={"unit_id": "school_id"})
        if "unit_id" in frame:
            of_towns = frame[frame["level"] == "municipality"].drop_duplicates("source_file")
            town_of_file = {
                file: _bare(name)
                for file, name in of_towns[["source_file", "unit_name"]].itertuples(index=False)
            }
            frame = frame[frame["level"] == "school"].rename(columns={"unit_id": "school_id"})
            met = frame[["school_id", "unit_name", "source_file"]].drop_duplicates()
            for code, name, file in met.itertuples(index=False):
                names[code][_bare(name)] = None
                if file in town_of_file:
                    towns[code][town_of_file[file]] = None
        if "school_id" in frame:
            met = frame[["school_id", "source_file"]].drop_duplicates()
            for code, file in met.itertuples(index=False):
                files[code][file] = None
    return files, names, towns


def _bare(name: object) -> str:
    return _CODE_AT_END.sub("", str(name)).strip()


def _text(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)


def _listed(files: Mapping[str, None]) -> str:
    shown = list(files)[:_MOST_FILES]
    rest = len(files) - len(shown)
    return "; ".join(shown) + (f" и ещё {rest}" if rest else "")


def _is_default_id(school_id: str, row: Mapping[str, str]) -> bool:
    first_login = row["Логин ФИС ОКО"].split(" ")[0]
    default = first_login or (
        f"ris{row['Код ОО РИС']}" if row["Код ОО РИС"] else f"ogrn{row['ОГРН']}"
    )
    return school_id == default


def _kind_of_code(code: str) -> tuple[int, str]:
    prefixes = ("edu", "ris", "ogrn", "name:")
    order = next((i for i, prefix in enumerate(prefixes) if code.startswith(prefix)), 0)
    return order, code


def _row_of_code(code: str) -> dict[str, str]:
    row = dict.fromkeys(_COLUMNS, "")
    if code.startswith("name:"):
        row["Краткое название"] = code.removeprefix("name:")
    elif code.startswith("ris"):
        row["Код ОО РИС"] = code.removeprefix("ris")
    elif code.startswith("ogrn"):
        row["ОГРН"] = code.removeprefix("ogrn")
    else:
        row["Логин ФИС ОКО"] = code
    return row


def write_directory_draft(draft: pd.DataFrame, path: Path) -> None:
    """Write a draft as a formatted workbook, whole or not at all.

    What to write in a column stands in the comment of its header; codes are text cells, so that
    Excel keeps their noughts.
    """
    book = ExcelWorkbook()
    sheet = book.active
    if sheet is None:
        raise RuntimeError("a new workbook has no sheet")
    sheet.title = "Справочник ОО"
    line = Side(style="thin", color="BFBFBF")
    for place, (title, (width, hint)) in enumerate(_COLUMNS.items(), start=1):
        cell = sheet.cell(1, place, title)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E7EEF7")
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.border = Border(bottom=line)
        cell.comment = Comment(hint, "msoko", width=260, height=80)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(draft.itertuples(index=False), start=2):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(number, place, value or None)
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    last = max(len(draft) + 1, 2)
    for title, words in (
        ("Тип организации", "школа,детский сад,доп. образование"),
        ("Город/село", "город,село"),
    ):
        letter = get_column_letter(list(_COLUMNS).index(title) + 1)
        choice = DataValidation("list", formula1=f'"{words}"', allow_blank=True)
        choice.add(f"{letter}2:{letter}{last + 200}")
        sheet.add_data_validation(choice)
    sheet.freeze_panes = "E2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(_COLUMNS))}{last}"
    sheet.row_dimensions[1].height = 32
    content = io.BytesIO()
    book.save(content)
    write_atomically(path, same_every_time(content.getvalue()))
