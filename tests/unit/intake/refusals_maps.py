"""Bad tables that are read through a column map: those of the repository and one of our own."""

from __future__ import annotations

from typing import Any

from refusals import BadFile, BadInput, Row

ENROLMENT = ["Код ОО", "ОО", *(f"{grade} класс" for grade in range(1, 12))]
ANNUAL = ["ФИО", "Код ОО", "Класс", "Предмет", "Годовая отметка"]
OBSERVERS = ["Код ОО", "Процедура", "Аудиторий", "С наблюдателем"]
FULL = [111001, "СОШ №1", *[20] * 11]
OTHER = [111002, "СОШ №2", *[10] * 11]
IVANOV = ["Иванов Иван", 111001, 9, "Физика", 4]


def enrolment(*rows: Row, cell: str, kept: int) -> BadFile:
    """Schools by grades; the first row of data is the third."""
    content = [["Контингент"], ENROLMENT, *rows]
    return BadFile(content, cell, {"enrolment": kept}, name="Контингент.xlsx")


def annual(cell: str, kept: int, *bad: Any) -> BadFile:
    """A good mark in row 2 and a bad one in row 3."""
    return BadFile([ANNUAL, IVANOV, list(bad)], cell, {"annual_marks": kept}, name="Отметки.xlsx")


# The map of the desk's own (see ``write_map``): in 2023-2024 the column of rooms had another
# name, in 2022-2023 there was none.
MAP_NAME = "свои_наблюдатели.csv"
MAP = (
    "# таблица: observers\n"
    "# название: Свой список наблюдателей\n"
    "bank_column,default,2022-2023,2023-2024\n"
    "school,Учреждение,,\n"
    "procedure,Что наблюдали,,\n"
    "rooms_n,Кабинетов,нет,Классов\n"
    "observed_rooms_n,Под наблюдением,,\n"
)
OWN = [["Учреждение", "Что наблюдали", "Кабинетов", "Под наблюдением"], ["edu123456", "ВПР", 3, 2]]

CASES: dict[str, BadInput] = {
    "map_columns_differ": BadFile(OWN, "", {}, "2023-2024", "Наблюдатели.xlsx"),
    "map_column_absent": BadFile(OWN, "", {}, "2022-2023", "Наблюдатели.xlsx"),
    "map_headers_missing": BadFile(
        [["Контингент"], ENROLMENT[:-1], FULL[:-1]], "A2", {"enrolment": 10},
        name="Контингент.xlsx",
    ),
    "map_no_school": enrolment([None, "Иванов", *[1] * 11], FULL, cell="B3", kept=11),
    "map_no_name": annual("A3", 1, None, 111001, 9, "Физика", 5),
    "map_blank": annual("E3", 1, "Яров Ян", 111001, 9, "Физика", None),
    # One cell is not taken, the other ten of the row are.
    "map_bad_value": enrolment([*FULL[:4], "много", *FULL[5:]], OTHER, cell="E3", kept=21),
    "map_unknown_subject": annual("A3", 2, "Яров Ян", 111001, 9, "Звездочётство", 5),
    "map_empty_cells": enrolment([*FULL[:11], None, "-"], OTHER, cell="A3", kept=20),
    "map_same_key": annual("A3", 1, "Иванов Иван", 111001, 9, "Физика", 5),
    "map_totals": enrolment(FULL, ["Итого", None, *[20] * 11], cell="A4", kept=11),
    "map_no_rows": enrolment(cell="A2", kept=0),
}  # fmt: skip
