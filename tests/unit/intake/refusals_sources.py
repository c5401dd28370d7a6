"""Bad files of other sources: each calls its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import builders_sources as s
import pandas as pd
import pytest
from refusals import SCHOOLS, SHEET, BadFile, BadInput, Desk, Outcome, Row, write_book

from msoko_lib.catalogue import load_catalogue
from msoko_lib.intake.crosscheck import cross_check_sources
from msoko_lib.intake.files import RawFile, edition_of
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import file_hash

FORM = "оо-1.xlsx"


def bad(
    rows: Sequence[Row], cell: str, kept: int = 0, name: str = "источник.xlsx", groups: int = 0,
    works: int = 0, **changes: Any,
) -> BadFile:  # fmt: skip
    """A file of one sheet; ``kept`` fields, ``groups`` of teachers, ``works`` are taken of it."""
    taken = {"form_values": kept, "teacher_groups": groups, "work_levels": works}
    kept_rows = {table: rows_n for table, rows_n in taken.items() if rows_n}
    return BadFile(rows, cell, kept_rows, name=name, **changes)


@dataclass(frozen=True)
class BadForm:
    """A federal form of several sheets; ``place`` is its sheet and cell."""

    sheets: Mapping[str, Sequence[Row]]
    sheet: str
    cell: str
    kept: Mapping[str, int] = field(default_factory=dict)

    @property
    def place(self) -> tuple[str, str, str]:
        return FORM, self.sheet, self.cell

    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome:
        path = folder / FORM
        write_book(path, self.sheets)
        raw = RawFile(path, FORM, file_hash(path), edition_of(path))
        reading = read_file(raw, desk.layouts, desk.context("2024-2025", FORM, SCHOOLS))
        return Outcome(reading.findings, reading.tables)


@dataclass(frozen=True)
class BadPair:
    """Tables of a bank whose sources differ."""

    tables: Mapping[str, pd.DataFrame]
    place: tuple[str, str, str]
    kept: Mapping[str, int]

    def feed(self, desk: Desk, folder: Path, patch: pytest.MonkeyPatch) -> Outcome:
        found = cross_check_sources(self.tables, load_catalogue(desk.project))
        return Outcome(found, self.tables)


def form(tables: Mapping[str, Any] | None = None, **title: Any) -> dict[str, list[Row]]:
    return s.oo1(tables, **title)


def rows_of(name: str, *rows: dict[str, Any]) -> pd.DataFrame:
    base = {"school_year": "2024-2025", "school_id": "edu123456", "subsystem": "11",
            "source_sheet": SHEET, "source_row": 7}  # fmt: skip
    return TABLES[name].conform(pd.DataFrame([{**base, **row} for row in rows]))


def teacher(**cells: Any) -> Row:
    row: Row = [1, s.NAME, "Иванова Анна", "учитель", *[None] * 14]
    for header, value in cells.items():
        row[s.TEACHERS.index(header.replace("_", " "))] = value
    return row


TWO = [teacher(), teacher(ФИО="Яров Ян"), teacher(ФИО="Петров Пётр")]
# Fields of a row of НОКО, of ОО-1; fields and groups of a list with every column.
NOKO_N, OO1_N = 25, len(s.OO1_VALUES)
# Ten groups by age, six by experience, and those whose age and experience are not given.
STAFF: dict[str, int] = {"kept": len(s.STAFF_VALUES), "groups": 18}
LEVELS = [["Школа", "Класс", "Процедура", "Низкий", "Базовый"], [s.NAME, 5, "НИКО", 1, 9]]
WORKS = rows_of("vpr_pupils", *(
    {"work_id": "2025 РУ 4", "vpr_year": 2025, "session": "spring", "comparable": True,
     "subject": "Русский язык", "grade": 4, "pupil_id": f"p{n}", "max_score": 10,
     "source_file": "впр.xlsx"} for n in range(3)
))  # fmt: skip
PUPILS = rows_of("enrolment", {"grade": 4, "pupils_n": 2, "source_file": "контингент.xlsx"})
TWO_VALUES = rows_of(
    "form_values", {"field_id": "pupils_n", "value": 500, "source_file": "форма.xlsx"},
    {"field_id": "oo1_pupils_n", "value": 499, "source_file": "оо1.xlsx"},
)  # fmt: skip

CASES: dict[str, BadInput] = {
    "source_no_unit": BadForm(form(unit=None), "Титул", ""),
    "source_no_school": bad(s.noko(s.noko_row("Иванов Иван"), s.noko_row()), "B4", NOKO_N),
    "source_school_above": bad(s.mkdo(), "A4", 8),
    "source_wrong_year": bad([["за 2020/2021 учебный год"], *s.graduates()], "", 0),
    "source_no_year": BadForm(form(period=None), "Титул", "", {"form_values": OO1_N}),
    "source_no_rows": bad(s.noko()[:3], "A3", 0),
    "source_rows_skipped": bad([*s.plan(), ["Итого", None, None, 9, 9]], "A6", 2),
    "source_untitled_column": bad(
        [[*s.SUPERVISION_HEADER[:1], None, *s.SUPERVISION_HEADER[2:]],
         [s.NAME, 5, 3, "да", "да"]], "B1", 1,
    ),
    "source_total_differs": bad(
        s.diagnostics([s.NAME, 1, 10, 1, 3, 3, 3], ["Итого", None, 12, 1, 3, 3, 3]), "C4", works=1
    ),
    "source_bad_value": bad(s.noko(s.noko_row(К1="много")), "S4", NOKO_N),
    "source_same_unit": bad(
        s.graduates(*s.graduates()[2:], [s.NAME, 9, 1, 1, 0, 0, 0, 0, 0]), "A5", 8
    ),
    "source_part_above_whole": bad(s.supervision([s.NAME, 1, 3, "да", "да"]), "C2", 1),
    "source_half_columns": bad(
        [["ОО", "Вынесено", "Исполнено", "Лицензия", "Аккредитация"], *s.supervision()[1:]],
        "C1", 2,
    ),
    "source_half_pair": bad(s.supervision([s.NAME, 4, None, "да", "да"]), "C2", 1),
    "source_map_unverified": BadForm(form(), "Титул", "", {"form_values": OO1_N}),
    "source_coordinates_missing": BadForm(
        form({name: cells for name, cells in s.OO1.items() if name != "3.4"}), "Титул", "",
        {"form_values": OO1_N - 3},
    ),
    "source_coordinate_value": BadForm(
        form({**s.OO1, "2.1.1": {(1, 3): "много"}}), "Раздел 2.1.1", "C5",
        {"form_values": OO1_N - 1},
    ),
    "source_empty_cells": BadForm(
        form({**s.OO1, "2.1.1": {(1, 3): None}}), "Титул", "", {"form_values": OO1_N - 1}
    ),
    "source_noko_no_scores": bad(s.noko([1, 111002, 9], s.noko_row()), "A4", NOKO_N),
    "source_noko_incomplete": bad(
        [["ОО", "К1", "К2", "К3"], [s.NAME, 90, 90, 90]], "A2", 3
    ),
    "source_noko_differs": bad(s.noko(s.noko_row(К1=60)), "S4", NOKO_N),
    "source_noko_small_sample": bad(
        s.noko(s.noko_row(**{"Число респондентов": 20})), "D4", NOKO_N
    ),
    "source_mkdo_no_area": bad(s.mkdo([s.NAME, "Погода", 4, 4], [s.NAME, 1, 4, 4]), "B3", 4),
    "source_mkdo_no_expert": bad(s.mkdo([s.NAME, 1, 4, None], [s.NAME, 2, 4, None]), "A2", 3),
    "source_teacher_no_name": bad(s.teachers(*TWO, teacher(ФИО=None)), "C6", **STAFF),
    "source_teacher_merged": bad(s.teachers(*TWO, teacher()), "A6", **STAFF),
    "source_teacher_small": bad(s.teachers(teacher(), teacher(ФИО="Яров")), "A3", **STAFF),
    "source_teacher_no_sex": bad(
        [["Школа", "ФИО", "Возраст", "Должность", "Категория"],
         [s.NAME, "Иванов Иван", 30, "учитель", "первая"]], "A1", 6, groups=10,
    ),
    "source_teacher_subject": bad(
        [["Школа", "ФИО", "Должность", "Предмет", "Категория"],
         [s.NAME, "Иванов Иван", "учитель", "Логика", "первая"]],
        "A2", 5, groups=1,
    ),
    "source_test_no_kind": bad(s.diagnostics(title="Таблица"), "", 0),
    "source_test_bad_grade": bad(
        s.diagnostics([s.NAME, 7, 1, 1], [s.NAME, 1, 5, 5]), "B3", works=1
    ),
    "source_test_sum": bad(s.diagnostics([s.NAME, 1, 50, 5, 20, 15, 9]), "C3", works=1),
    "source_test_people": bad(
        [["НИКО"], ["Школа", "Класс", "ФИО", "Уровень"], [s.NAME, 6, "Иванов", "базовый"]],
        "C2", works=1,
    ),
    "source_paths_sum": bad(s.graduates([s.NAME, 9, 50, 20, 20, 0, 0, 0, 0]), "C3", 5),
    "source_two_values": BadPair(
        {"form_values": TWO_VALUES}, ("форма.xlsx", SHEET, "A7"), {"form_values": 2}
    ),
    "source_more_than_pupils": BadPair(
        {"vpr_pupils": WORKS, "enrolment": PUPILS}, ("впр.xlsx", SHEET, "A7"), {"vpr_pupils": 3}
    ),
}  # fmt: skip
