"""Protocols, lists and directories in the layouts of РЦОИ and РМО, for tests."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from builders_vpr import settings

from msoko_lib.demo.xls import write_xls
from msoko_lib.demo.xlsx import SheetRows
from msoko_lib.intake.column_maps import column_map_layouts
from msoko_lib.intake.directory import Directory, open_directory
from msoko_lib.intake.layouts_gia import LAYOUTS
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.workbook import Sheet, Workbook, open_workbook
from msoko_lib.project import Project
from msoko_lib.pseudonym import Pseudonymiser

Row = list[Any]
KEY = Pseudonymiser(b"k" * 32)
REPOSITORY = Project.find(Path(__file__))
FILE = "РЦОИ/протокол.xlsx"
SCALES = (
    {"subject": "Математика", "grade": 9, "first_year": 2023, "last_year": 2025, "max_score": 31,
     "from_3": 8, "from_4": 15, "from_5": 22, "status": "нормативный", "source": "письмо № 1"},
)  # fmt: skip
MEDALS = tuple(
    {"degree": degree, "first_year": first, "last_year": 2099, "russian": 70, "other": 70,
     "base_mathematics_mark": 5, "status": "нормативный", "source": "приказ № 730"}
    for degree, first in (("I", 2019), ("II", 2024))
)  # fmt: skip

SPARSE = [
    "№", None, "Код МСУ", None, "Код ОО", None, "Класс", None, "Код ППЭ", None, "Аудитория", None,
    "Фамилия", "Имя", "Отчество", None, "Серия", None, "Номер", None, "Задания с кратким ответом",
    None, "Задания с развёрнутым ответом", None, "Первичный балл", None, "Балл", None,
]  # fmt: skip
DENSE = [
    "№", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", "Отчество", "Серия", "Номер",
    "Задания с кратким ответом", "Первичный балл", "Оценка",
]  # fmt: skip
RUSSIAN = "01 - Русский язык 2025.05.30"
MATHEMATICS = "02 - Математика 2025.06.03"


def directory(*rows: dict[str, Any]) -> Directory:
    """A directory of two schools (or of the rows given)."""
    schools = rows or (
        {"school_id": "edu100001", "short_name": "МБОУ СОШ № 1 г. Энск", "ris_code": "111001",
         "logins": "edu100001 edu100011", "ogrn": "1022500000001"},
        {"school_id": "edu100002", "short_name": "МКОУ ООШ с. Липовка", "ris_code": "111002",
         "logins": "edu100002"},
    )  # fmt: skip
    return Directory.from_frame(pd.DataFrame(schools))


def context(school_year: str = "2024-2025", **changes: Any) -> ReadContext:
    """Context of a reader with two schools, an ОГЭ scale and the medal rules."""
    given = ReadContext(
        school_year, settings(oge_scales=SCALES, medal_rules=MEDALS), directory(), KEY, FILE
    )
    return replace(given, **changes)


def open_context(school_year: str = "2024-2025", **changes: Any) -> ReadContext:
    """Context without a directory."""
    return context(school_year, schools=open_directory(), **changes)


@cache
def all_layouts() -> list[Layout]:
    """Layouts of this room and the column maps that ship with the repository."""
    return [*LAYOUTS, *column_map_layouts(REPOSITORY.params / "column_maps")]


def read_sheet(
    book: Workbook, sheet: Sheet, given: ReadContext | None = None, code: str = ""
) -> Reading:
    """Ask the layouts in their order, as the pipeline does."""
    for layout in sorted(all_layouts(), key=lambda item: item.order):
        if layout.recognises(book, sheet):
            if code and layout.code != code:
                raise LookupError(f"{layout.code} claims the sheet, not {code}")
            return layout.read(book, sheet, given or context())
    raise LookupError("no layout claims the sheet")


def read_rows(rows: Sequence[Row], given: ReadContext | None = None, code: str = "") -> Reading:
    """Recognise and read rows of cells without a file."""
    sheet = Sheet("Лист1", [list(row) for row in rows])
    return read_sheet(Workbook(Path("x.xlsx"), "", [sheet]), sheet, given, code)


def read_path(path: Path, given: ReadContext | None = None, code: str = "") -> Reading:
    """Recognise and read the first sheet of a file."""
    book = open_workbook(path)
    return read_sheet(book, book.sheets[0], given, code)


def save(folder: Path, rows: Sequence[Row], suffix: str = ".xlsx") -> Path:
    """Rows as a file: xlsx, xls or csv (with «;» and utf-8-sig)."""
    path = folder / f"файл{suffix}"
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(list(row))
        book.save(path)
    elif suffix == ".xls":
        write_xls(path, [SheetRows("Лист1", [list(row) for row in rows])])
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";")
            writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return path


def save_text(folder: Path, content: str, name: str = "файл.csv") -> Path:
    """Text as a csv file."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def sparse_pupil(
    number: int, surname: str = "Иванов", school: Any = 111001, grade: Any = 11,
    short: Any = "++-", detailed: Any = "1(2)0(3)", primary: Any = 3, test: Any = 40,
    document: tuple[Any, Any] = (1111, 222222), name: tuple[Any, Any] = ("Иван", "Иванович"),
) -> Row:  # fmt: skip
    """A pupil's row under :data:`SPARSE`."""
    return [
        number, None, 111, None, school, None, grade, None, 1018, None, 9, None, surname, *name,
        None, document[0], None, document[1], None, short, None, detailed, None, primary, None,
        test, None,
    ]  # fmt: skip


def ege(*pupils: Row, title: Any = RUSSIAN, footer: Sequence[Row] = ()) -> list[Row]:
    """An ЕГЭ protocol with filler columns."""
    return [[title], list(SPARSE), *pupils, *footer]


def dense_pupil(
    number: int, surname: str = "Петров", school: Any = 111001, grade: Any = "9А",
    short: Any = "++-3", primary: Any = 5, mark: Any = 2, document: Any = 333333,
) -> Row:  # fmt: skip
    """A pupil's row under :data:`DENSE`."""
    return [
        number, school, grade, 1081, "0005", surname, "Пётр", "Петрович", 1111, document, short,
        primary, mark,
    ]  # fmt: skip


def oge(*pupils: Row, title: Any = MATHEMATICS, footer: Sequence[Row] = ()) -> list[Row]:
    """An ОГЭ protocol without filler columns."""
    return [[title], list(DENSE), *pupils, *footer]


APPEALS = [
    "№", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "Фамилия", "Имя", None, "Отчество", "Документ",
    "Тип апелляции / перепроверки", "Состояние", None, "Дата отправки на обработку",
    "Дата изменений", "Балл до изменения", "Текущие", None, "Разница",
]  # fmt: skip
CURRENT = [*[None] * 16, "Первичный балл", "Балл", None]


def appeal(
    before: Any = 40, primary: Any = 4, test: Any = 45, surname: str = "Иванов",
    changed: Any = "05.07.2025 9:54:41", document: Any = "1111 222222", school: Any = 111001,
) -> Row:  # fmt: skip
    """A row under :data:`APPEALS` and :data:`CURRENT`."""
    difference = test - before if isinstance(before, int) and isinstance(test, int) else None
    return [
        1, school, 11, 1018, "0002", surname, "Иван", None, "Иванович", document,
        "Апелляция на результат", "Апелляция удовлетворена", None, "02.07.2025 16:55:40", changed,
        before, primary, test, difference,
    ]  # fmt: skip


def appeals(*rows: Row, title: Any = RUSSIAN) -> list[Row]:
    """The appeals file of the ЕГЭ."""
    return [[title], list(APPEALS), list(CURRENT), *rows]


OLYMPIAD = [
    "№", "Шифр", "ФИО", "Класс обучения", "Класс, за который выполнял", "ОО", "Учитель-наставник",
    "Задание 1", "Сумма баллов", "Максимальный балл", "% выполнения", "Статус",
]  # fmt: skip
OLYMPIAD_TITLE = [
    ["Протокол школьного этапа всероссийской олимпиады школьников по математике"],
    ["2024/2025 учебный год"],
]


def entrant(
    number: int, name: Any = "Сидоров Пётр Ильич", grade: Any = 7, task_grade: Any = 8,
    school: Any = "СОШ №1 г. Энск", score: Any = 30, most: Any = 50, percent: Any = 60,
    status: Any = "участник", cipher: Any = None,
) -> Row:  # fmt: skip
    """A row under :data:`OLYMPIAD`."""
    return [
        number, cipher or f"М-{number}", name, grade, task_grade, school, "Учителева А. А.", 30,
        score, most, percent, status,
    ]  # fmt: skip


def olympiad(*rows: Row, title: Sequence[Row] = OLYMPIAD_TITLE) -> list[Row]:
    """An olympiad protocol."""
    return [*title, [], list(OLYMPIAD), *rows]


def medals(*rows: Row, title: Any = "Список претендентов на медаль, 2024-2025") -> list[Row]:
    """A list of candidates."""
    header = ["№", "Код ОО", "ОО", "Фамилия", "Имя", "Отчество", "Степень медали", "ЕГЭ рус"]
    return [[title], header, *rows]


DIRECTORY = [
    "Логин ФИС ОКО", "Код ОО РИС", "ОГРН", "Краткое название", "Полное название",
    "Прежние названия", "Вид", "Тип организации", "Город/село", "Группа", "Действует с",
    "Действует по", "Код в msoko",
]  # fmt: skip


def school_row(
    login: Any = "edu100001", ris: Any = 111001, name: Any = "МБОУ СОШ № 1", **more: Any
) -> Row:
    """A row under :data:`DIRECTORY`."""
    cells = {"Логин ФИС ОКО": login, "Код ОО РИС": ris, "Краткое название": name, **more}
    unknown = cells.keys() - set(DIRECTORY)
    if unknown:
        raise KeyError(unknown)
    return [cells.get(title) for title in DIRECTORY]


def directory_rows(*rows: Row) -> list[Row]:
    """A school directory as rows of cells."""
    return [["Справочник ОО"], [], list(DIRECTORY), *rows]


def codes(reading: Reading) -> list[str]:
    """Rules that a reading called, in their order."""
    return [item.rule for item in reading.findings]
