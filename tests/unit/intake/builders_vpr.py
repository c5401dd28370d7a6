"""Workbooks in the exact layouts of ФИС ОКО exports, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import openpyxl

from msoko_lib.intake.reading import ReadContext
from msoko_lib.pseudonym import Pseudonymiser
from msoko_lib.settings import Settings

Row = list[Any]

TASKS = ["1 (2б)", "2 (1б)", "4K1(2 б.)", "9.1 (1б)"]
LEVELS = ["Б", "Б", "П", "В"]
SCHOOL = "МБОУ «СОШ №1 г.Энск»(edu123456)"
OTHER_SCHOOL = "МБОУ «СОШ №2 г.Энск»(edu123457)"
MUNICIPALITY = "Энский муниципальный район(reg20_m012)"
COUNTRY, REGION = "Вся выборка", "Энская область"
JOURNAL_TITLE = "Сравнение отметок с отметками по журналу"
WIDE_JOURNAL = [
    "Группы участников", "Кол-во участников(всего)",
    "Понизили (Отметка < Отметка по журналу) %",
    "Понизили (Отметка < Отметка по журналу) Кол-во участников",
    "Подтвердили (Отметка = Отметке по журналу) %",
    "Подтвердили (Отметка = Отметке по журналу) Кол-во участников",
    "Повысили (Отметка > Отметка по журналу) %",
    "Повысили (Отметка > Отметка по журналу) Кол-во участников",
]  # fmt: skip


@dataclass
class FakeSchools:
    """A school directory with logins and names given in a test."""

    logins: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def by_login(self, login: str) -> str | None:
        return self.logins.get(login.strip().lower())

    def by_ris_code(self, code: str) -> str | None:
        return None

    def by_name(self, name: str) -> str | None:
        return self.names.get(name.strip())

    @property
    def fingerprint(self) -> str:
        return "fake"


def settings(**changes: Any) -> Settings:
    """Small settings of an invented district."""
    base: dict[str, Any] = {
        "municipality": {
            "name": "Энский муниципальный район", "name_genitive": "Энского района",
            "region": "Энская область", "department": "Управление", "code": "reg20_m012",
        },
        "thresholds": {}, "vpr_scales": (), "oge_scales": (), "ege_minimums": (),
        "medal_rules": (), "cluster_titles": {},
        "incomparable_sessions": (
            {"vpr_year": 2022, "session": "autumn", "reason": "программа прошлого класса"},
        ),
    }  # fmt: skip
    return Settings.model_validate({**base, **changes})


def context(school_year: str = "2025-2026", **changes: Any) -> ReadContext:
    """Context of a reader; ``logins``/``names`` fill the directory."""
    schools = FakeSchools(changes.pop("logins", {}), changes.pop("names", {}))
    given = ReadContext(school_year, settings(), schools, Pseudonymiser(b"k" * 32), "впр/файл.xlsx")
    return replace(given, **changes)


def block(
    title: str,
    work: str = "ВПР 2026 Русский язык 4 класс",
    subject: str = "Русский язык",
    max_score: Any = 6,
    date: Any = "20.04.2026",
) -> list[Row]:
    """R1–R6 of every export."""
    return [
        [title], [], [work], ["Предмет:", subject],
        ["Максимальный первичный балл:", max_score], ["Дата:", date],
    ]  # fmt: skip


def section(school: str = SCHOOL, count: Any = 3) -> Row:
    """Row that a school's part of Ф1 begins with."""
    return [f"{school} | Кол-во участников: {count}"]


def pupil(
    code: Any,
    tasks: Sequence[Any],
    score: Any,
    mark: Any,
    journal: Any = 4,
    school: str = SCHOOL,
    klass: Any = 1,
    variant: Any = 2,
) -> Row:
    """A pupil's row of Ф1."""
    login = school[school.rindex("(") + 1 : -1]
    return [login, MUNICIPALITY, school, code, klass, variant, *tasks, score, mark, journal]


GOOD_PUPILS = [
    pupil(40001, [2, 1, 2, 1], 6, 5, 5),
    pupil(40002, [1, "X", "0,5", "N"], 1.5, 3, 4),
    pupil(40003, [1, 1, "—", None], 3, 4, 3, klass=2),
]


def individual(
    body: Sequence[Row] = (section(), *GOOD_PUPILS),
    tasks: Sequence[Any] = TASKS,
    levels: Sequence[Any] = LEVELS,
    **header: Any,
) -> list[Row]:
    """Ф1 as rows of cells."""
    names = ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант", *tasks,
             "Первичный балл", "Отметка", "Отметка по журналу"]  # fmt: skip
    level_row = [None, None, "Уровень сложности задания", None, None, None, *levels]
    return [*block("Индивидуальные результаты", **header), level_row, names, *map(list, body)]


def marks(body: Sequence[Row], **header: Any) -> list[Row]:
    """«Статистика по отметкам» as rows of cells; an eighth column is there and empty."""
    names = ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5, None]
    return [*block("Статистика по отметкам", **header), [], names, *map(list, body)]


GOOD_MARKS = [
    [COUNTRY, 34000, 1400000, 5.06, 30.0, 44.94, 20.0, None],
    [REGION, 300, 11000, "6,1", "30,0", "43,9", "20,0", None],
    [MUNICIPALITY, 14, "1 234", 10, 20, 30, 40, None],
    [SCHOOL, None, 3, 0, 33.33, 33.33, 33.34, None],
]


def journal(body: Sequence[Row], names: Sequence[Any] = WIDE_JOURNAL, **header: Any) -> list[Row]:
    """«Сравнение отметок с отметками по журналу» as rows of cells."""
    return [*block(JOURNAL_TITLE, **header), [], list(names), *map(list, body)]


def group_report(title: str, body: Sequence[Row], names: Sequence[Any], **header: Any) -> list[Row]:
    """Any other table of groups."""
    return [*block(title, **header), [], list(names), *map(list, body)]


def save(
    folder: Path, rows: Sequence[Row], name: str = "2849657.xlsx", sheet: str = "РУ 4"
) -> Path:
    """Write rows of cells as a workbook."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(list(row))
    path = folder / name
    book.save(path)
    return path
