"""Bad forms and registers: one for each rule of ``rules_forms.py`` and ``rules_registers.py``."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from refusals import SCHOOLS, BadFile, BadInput, BadYear, Row, write_book

from msoko_lib.bank import Bank
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project

# A subsystem of the desk's own: a field of every kind.
CATALOGUE_NAME = "99_для_проверки.yml"
CATALOGUE = """
number: "99"
title: Проверка форм
goal: Каждое правило названо.
fields:
  - {id: t_total_n, title: Педагогов в проверке, kind: целое, high: 1000}
  - {id: t_part_n, title: Молодых в проверке, kind: целое, part_of: t_total_n}
  - {id: t_rest_n, title: Остальных в проверке, kind: целое}
  - {id: t_sum_n, title: Итого в проверке, kind: целое, sum_of: [t_part_n, t_rest_n]}
  - {id: t_share, title: Доля в проверке, kind: "доля, %"}
  - {id: t_yes, title: Есть ли проверка, kind: да/нет}
  - {id: t_choice, title: Вид проверки, kind: выбор, choices: [полная, частичная]}
  - {id: t_date, title: Дата проверки, kind: дата}
  - {id: t_old_n, title: Прежнее в проверке, kind: целое, until: 2024}
indicators: []
"""
NAME = "Форма.xlsx"
UNIT = ["Организация: МБОУ СОШ № 1 г. Энск"]
YEAR = ["Учебный год: 2024-2025"]
HEADER = ["№", "Показатель", "Значение", "Код показателя"]
TOTAL = [1, "Педагогов в проверке", 40, "t_total_n"]
MARKS: list[Row] = [["вид книги", "форма организации"], ["учебный год", "2024-2025"],
                    ["код организации", "edu123456"]]  # fmt: skip
KEPT = {"form_values": 1}


def form(cell: str, *rows: Row, kept: int = 1, head: Sequence[Row] = (UNIT, YEAR)) -> BadFile:
    """A sheet of answers: its first answer stands in row 4 and is good."""
    content = [*head, *[[]] * (2 - len(head)), HEADER, TOTAL, *rows]
    return BadFile(content, cell, {"form_values": kept} if kept else {}, name=NAME)


def bad(title: str, code: str, value: Any, kept: int = 1) -> BadFile:
    """A good answer in row 4 and a doubtful or bad one in row 5."""
    return form("C5", [2, title, value, code], kept=kept)


def book(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """Sheets of cells as the bytes of a workbook."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def whole_book(
    sheet: str,
    marks: Sequence[Row],
    rows: Sequence[Row],
    kept: int,
    schools: Sequence[dict[str, Any]] = SCHOOLS,
) -> BadFile:
    """A form with its hidden sheet."""
    content = book({"Ответы": rows, "_msoko": marks} if rows else {"_msoko": marks})
    taken = {"form_values": kept} if kept else {}
    return BadFile(content, "", taken, name=NAME, sheet=sheet, schools=schools)


def year_of_forms(now: Mapping[str, float], before: Mapping[str, float]) -> BadYear:
    """A form in the year's folder and the bank of the year before."""

    def write(raw: Path) -> None:
        project = Project(raw.parents[2])
        rows = [
            {"school_year": "2023-2024", "school_id": "edu123456", "subsystem": "99",
             "field_id": name, "value": value, "source_file": "-"}
            for name, value in before.items()
        ]  # fmt: skip
        frame = TABLES["form_values"].conform(pd.DataFrame(rows))
        Bank(project, "2023-2024").write({"form_values": frame}, {})
        answers = [[place, "", value, code] for place, (code, value) in enumerate(now.items(), 1)]
        write_book(raw / NAME, {"Ответы": [UNIT, YEAR, HEADER, *answers], "_msoko": MARKS})

    return BadYear(write, NAME, "Ответы", "A4", {"form_values": len(now)})


MEASURES = ["№ меры", "Организация", "Что делается", "Подсистема", "Документ и номер",
            "Дата документа", "Начало", "Окончание", "Показатель", "Планируемое изменение",
            "Почему выбрана эта организация"]  # fmt: skip
MEASURE = [1, "edu123456", "Наставник", "99", "№ 5", "02.09.2024", "02.09.2024", "30.05.2025",
           "КП-01", 5, "низкие результаты"]  # fmt: skip
OBSERVERS = [
    "Организация",
    "Процедура",
    "Предмет",
    "Аудиторий",
    "Из них с независимым наблюдателем",
]
OBSERVED = ["edu123456", "ВПР", "Физика", 4, 3]


def measures(cell: str, kept: int, place: int, value: Any, number: Any = 2) -> BadFile:
    """A good measure in row 3 and one with a changed cell in row 4."""
    changed: Row = [number, *MEASURE[1:]]
    changed[place] = value
    return BadFile([YEAR, MEASURES, MEASURE, changed], cell, {"measures": kept}, name=NAME)


def observers(cell: str, *changed: Any) -> BadFile:
    """A good row of observers in row 3 and a bad one in row 4."""
    rows = [YEAR, OBSERVERS, OBSERVED, ["edu123457", *changed]]
    return BadFile(rows, cell, {"observers": 1}, name=NAME)


CASES: dict[str, BadInput] = {
    "form_wrong_year": form("", kept=0, head=(UNIT, ["Учебный год: 2022-2023"])),
    "form_year_by_hand": whole_book(
        "Ответы", [MARKS[0], ["учебный год", "2023-2024"], MARKS[2]], [UNIT, YEAR, HEADER, TOTAL], 1
    ),
    "form_no_year": form("", head=(UNIT,)),
    "form_no_unit": form("", kept=0, head=(YEAR,)),
    "form_two_units": whole_book(
        "Ответы", MARKS, [["Организация: ООШ с. Липовка"], YEAR, HEADER, TOTAL], 0,
        # Only a directory knows that the two names are of two schools.
        schools=list(SCHOOLS),
    ),
    "form_unit_by_name": form(""),
    "form_no_sheets": whole_book("_msoko", MARKS, [], 0),
    "form_no_value_column": BadFile(
        [UNIT, YEAR, ["№", "Показатель", "Ваше", "Код показателя"], TOTAL], name=NAME
    ),
    "form_no_answers": whole_book(
        "Ответы", MARKS, [UNIT, YEAR, HEADER, [1, TOTAL[1], None, TOTAL[3]]], 0
    ),
    "form_sheets_missing": whole_book(
        "Ответы", [*MARKS, ["тип организации", "school"]], [UNIT, YEAR, HEADER, TOTAL], 1
    ),
    "form_by_title": form("", [2, "Остальных в проверке", 3, None], kept=2),
    "form_code_moved": form("", [2, "Остальных в проверке", 3, "t_part_n"], kept=2),
    "form_unknown_row": form("C5", [2, "Кружков", 5, None]),
    "form_not_asked": form("", [2, "Прежнее в проверке", 5, "t_old_n"]),
    "form_repeated": form("C5", [2, "Педагогов в проверке", 41, "t_total_n"]),
    "form_not_number": bad("Остальных в проверке", "t_rest_n", "много"),
    "form_not_whole": bad("Остальных в проверке", "t_rest_n", "12,5"),
    "form_out_of_range": bad("Остальных в проверке", "t_rest_n", -1),
    "form_date_for_number": bad("Остальных в проверке", "t_rest_n", pd.Timestamp("2024-05-01")),
    "form_formula_error": bad("Остальных в проверке", "t_rest_n", "#DIV/0!"),
    "form_formula_empty": bad("Остальных в проверке", "t_rest_n", "=1+2"),
    "form_not_yes_no": bad("Есть ли проверка", "t_yes", "частично"),
    "form_not_choice": bad("Вид проверки", "t_choice", "новая"),
    "form_not_date": bad("Дата проверки", "t_date", "весной"),
    "form_part_above_whole": bad("Молодых в проверке", "t_part_n", 41),
    "form_sum_differs": year_of_forms({"t_sum_n": 9, "t_part_n": 4, "t_rest_n": 4}, {}),
    "form_jump": year_of_forms({"t_total_n": 40}, {"t_total_n": 10}),
    "form_share_below_one": bad("Доля в проверке", "t_share", 0.45, kept=2),
    "form_none_is_zero": bad("Остальных в проверке", "t_rest_n", "нет", kept=2),
    "form_date_as_number": bad("Дата проверки", "t_date", 45000, kept=2),
    "form_no_data_words": form("", [2, "Остальных в проверке", "нет данных", "t_rest_n"]),
    "form_unit_words": form("", [2, "Остальных в проверке", "12 чел.", "t_rest_n"], kept=2),
    "register_wrong_year": BadFile(
        [["Учебный год: 2022-2023"], MEASURES, MEASURE], name=NAME
    ),
    "register_no_rows": BadFile([YEAR, MEASURES], "A2", name=NAME),
    "register_unread_column": BadFile(
        [YEAR, [*MEASURES[:7], "Окончанье", *MEASURES[8:]], MEASURE], "H2", {"measures": 1},
        name=NAME,
    ),
    "register_no_number": measures("A4", 1, 0, None),
    "register_blank": measures("C4", 1, 2, None),
    "register_bad_value": observers("D4", "ВПР", "Физика", "три", 1),
    "register_bad_optional": measures("J4", 2, 9, "много"),
    "register_formula_error": measures("H4", 2, 7, "=1+2"),
    "register_unknown_indicator": measures("I4", 2, 8, "ЯЯ-77"),
    "register_unknown_subsystem": measures("D4", 1, 3, "98"),
    "register_dates_reversed": measures("H4", 2, 7, "01.01.2024"),
    "register_more_observed": observers("E4", "ВПР", "Физика", 4, 5),
    "register_repeated": measures("A4", 1, 2, "Другое", number=1),
}  # fmt: skip
