"""Files of other sources as offices write them: forms of statistics, НОКО, МКДО, teachers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import builders_gia as b
import pandas as pd

from msoko_lib.intake.column_maps import column_map_layouts
from msoko_lib.intake.layouts_gia import LAYOUTS as GIA_LAYOUTS
from msoko_lib.intake.layouts_sources import source_layouts
from msoko_lib.intake.layouts_vpr import LAYOUTS as VPR_LAYOUTS
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.rules import Finding
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.work_levels import WORKS, fields_of_works, together_in_files
from msoko_lib.intake.workbook import Sheet, Workbook
from msoko_lib.settings import load_settings

Row = list[Any]
PARAMS = b.REPOSITORY.params
FIRST, SECOND = "edu100001", "edu100002"
NAME = "МБОУ СОШ № 1 г. Энск"


@cache
def every_layout() -> list[Layout]:
    """All layouts of the project in the order in which they are asked."""
    layouts = [
        *VPR_LAYOUTS, *GIA_LAYOUTS, *source_layouts(b.REPOSITORY),
        *column_map_layouts(PARAMS / "column_maps"),
    ]  # fmt: skip
    return sorted(layouts, key=lambda layout: layout.order)


@cache
def context(school_year: str = "2024-2025") -> ReadContext:
    """Context of a reader with the two schools of :mod:`builders_gia`."""
    settings = load_settings(b.REPOSITORY, school_year)
    return ReadContext(school_year, settings, b.directory(), b.KEY, b.FILE)


def book_of(sheets: Mapping[str, Sequence[Row]]) -> Workbook:
    """Sheets of cells as an opened workbook."""
    pages = [Sheet(name, [list(row) for row in rows]) for name, rows in sheets.items()]
    return Workbook(Path("x.xlsx"), "", pages)


def read_book(
    sheets: Mapping[str, Sequence[Row]] | Workbook, code: str = "",
    given: ReadContext | None = None, layouts: Sequence[Layout] = (),
) -> Reading:  # fmt: skip
    """Read every sheet by the first layout that claims it; all into one reading."""
    book = sheets if isinstance(sheets, Workbook) else book_of(sheets)
    whole = Reading()
    for sheet in book.sheets:
        asked = layouts or every_layout()
        layout = next((each for each in asked if each.recognises(book, sheet)), None)
        if layout is None:
            raise LookupError(f"no layout claims the sheet {sheet.name}")
        if code and layout.code != code:
            raise LookupError(f"{layout.code} claims the sheet {sheet.name}, not {code}")
        reading = layout.read(book, sheet, given or context())
        whole.findings += reading.findings
        for name, frame in reading.tables.items():
            known = [whole.tables[name]] if name in whole.tables else []
            filled = [each for each in (*known, frame) if not each.empty]
            whole.tables[name] = pd.concat(filled, ignore_index=True) if filled else frame
    for name, frame in whole.tables.items():
        TABLES[name].validate(frame)
    return whole


def read_rows(
    rows: Sequence[Row], code: str = "", given: ReadContext | None = None, sheet: str = "Лист1"
) -> Reading:
    """Read rows of one sheet."""
    return read_book({sheet: rows}, code, given)


def values(reading: Reading, unit: str = FIRST) -> dict[str, float]:
    """Field → value of a unit, those of diagnostic works made as the yearly intake makes them."""
    frame = reading.tables["form_values"]
    if WORKS in reading.tables:
        frame = fields_of_works(together_in_files(reading.tables[WORKS]))
    own = frame[frame["school_id"] == unit]
    return dict(zip(own["field_id"], own["value"], strict=True))


def groups(reading: Reading, dimension: str, counted: str = "teachers") -> dict[str, int]:
    """Group of teachers → how many, as they stand in the first school, in order."""
    frame = reading.tables["teacher_groups"]
    own = frame[
        (frame["school_id"] == FIRST) & (frame["dimension"] == dimension)
        & (frame["counted"] == counted)
    ].sort_values("group_order")  # fmt: skip
    return {str(name): int(n) for name, n in zip(own["group"], own["n"], strict=True)}


def codes(reading: Reading) -> list[str]:
    return [item.rule for item in reading.findings]


def only(reading: Reading, code: str) -> Finding:
    """The one line of a rule."""
    (found,) = [item for item in reading.findings if item.rule == code]
    return found


def title_page(
    form: str = "Форма № ОО-1", period: str = "на начало 2024/2025 учебного года",
    unit: str | None = f"Наименование отчитывающейся организации: {NAME}",
) -> list[Row]:  # fmt: skip
    """Title page of a federal form."""
    return [
        [None, "ФЕДЕРАЛЬНОЕ СТАТИСТИЧЕСКОЕ НАБЛЮДЕНИЕ"],
        [None, None, None, form],
        [None, period],
        [None, unit],
        ["Код формы по ОКУД", "Код отчитывающейся организации по ОКПО"],
        [1, 2, 3],
        ["0609564", "12345678", None],
    ]


def section(
    number: str, cells: Mapping[tuple[int, int], Any], graphs: int = 13, titled: bool = True,
    shift: int = 0,
) -> list[Row]:  # fmt: skip
    """A table of a form: title, header, graph numbers, rows 01 … with the cells given.

    ``shift`` empty columns stand on the left, empty rows above.
    """
    pad: Row = [None] * shift
    rows: list[Row] = [[*pad] for _ in range(shift)]
    if titled:
        rows += [[*pad, f"Раздел {number}. Сведения об образовании"], [*pad, "Код по ОКЕИ: 792"]]
    rows.append([*pad, "Наименование показателей", "№ строки", "Всего", "из них:"])
    rows.append([*pad, *range(1, graphs + 1)])
    last = max(row for row, _ in cells)
    for row in range(1, last + 1):
        line: Row = [*pad, "Показатель" if row > 1 else "Всего", f"{row:02d}"]
        line += [cells.get((row, graph)) for graph in range(3, graphs + 1)]
        rows.append(line)
    return rows


# One cell for each field of the map of ОО-1, in the order of its lines.
OO1: dict[str, dict[tuple[int, int], Any]] = {
    "2.1.1": {(1, 3): 500},
    "2.2.1": {(1, 3): 500, (1, 4): 420, (1, 5): 80},
    "2.5.1": {(1, 3): 25},
    "2.7.1": {(1, 3): 12, (2, 3): 1},
    "3.1": {(6, 3): 40, (6, 8): 10, (6, 9): 12},
    "3.3": {(6, 4): 2, (6, 5): 3, (6, 6): 4, (6, 8): 11, (6, 11): 15, (6, 12): 5, (6, 13): None},
    "3.4": {(1, 3): 45.5, (1, 4): "43,25", (5, 3): 2, (5, 4): 1.5},
}
OO1_VALUES = {
    "oo1_pupils_n": 500, "first_shift_n": 420, "oo1_ovz_pupils_n": 25, "oo1_dropped_out_n": 1,
    "oo1_teachers_n": 40, "oo1_teachers_high_n": 10, "oo1_teachers_first_n": 12,
    "teachers_under_35_n": 9, "teachers_pension_n": 5, "posts_n": 45.5, "posts_filled_n": 43.25,
    "psychologist_posts": 1.5,
}  # fmt: skip
OO1_AGES = {
    "моложе 25": 2, "25–29": 3, "30–34": 4, "35–39": 0, "40–44": 11, "45–49": 0, "50–54": 0,
    "55–59": 15, "60–64": 5, "65 и старше": 0,
}  # fmt: skip


def oo1(
    tables: Mapping[str, Mapping[tuple[int, int], Any]] | None = None, **title: Any
) -> dict[str, list[Row]]:
    """ОО-1 with each section on a sheet of its own."""
    sheets = {"Титул": title_page(**title)}
    for number, cells in (tables or OO1).items():
        sheets[f"Раздел {number}"] = section(number, cells)
    return sheets


def oo1_on_one_sheet(**title: Any) -> list[Row]:
    """ОО-1 with all sections as titled blocks of one sheet."""
    rows = title_page(**title)
    for number, cells in OO1.items():
        rows += [[], *section(number, cells)]
    return rows


NOKO_PARTS = [
    "1.1", "1.2", "1.3", "2.1", "2.3", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "5.1", "5.2",
    "5.3",
]  # fmt: skip
NOKO_HEADER = [
    "№", "Наименование организации", "Численность обучающихся", "Число респондентов",
    *(f"П{part}" for part in NOKO_PARTS), "К1", "К2", "К3", "К4", "К5", "Итоговый балл",
    "Количество недостатков", "Мероприятий в плане", "Выполнено мероприятий",
]  # fmt: skip
# К1 = 0,3·100 + 0,3·90 + 0,4·80 = 89; К2 = (100 + 90)/2 = 95; К3 = 0,3·40 + 0,4·60 + 0,3·70 = 57;
# К4 = 0,4·98 + 0,4·96 + 0,2·90 = 95,6; К5 = 0,3·90 + 0,2·95 + 0,5·92 = 92; S = 428,6/5 = 85,72.
NOKO_SCORES = [100, 90, 80, 100, 90, 40, 60, 70, 98, 96, 90, 90, 95, 92]
NOKO_K = [89, 95, 57, 95.6, 92, 85.72]


def noko_row(unit: Any = NAME, **changes: Any) -> Row:
    """A row under :data:`NOKO_HEADER`; changes by header."""
    row = [1, unit, 500, 200, *NOKO_SCORES, *NOKO_K, 4, 10, 7]
    for header, value in changes.items():
        row[NOKO_HEADER.index(header)] = value
    return row


def noko(*rows: Row) -> list[Row]:
    """A workbook of an operator."""
    return [["Результаты НОКО, 2024 год"], [], NOKO_HEADER, *(rows or [noko_row()])]


MKDO_HEADER = ["Организация", "Область качества", "Самооценка", "Эксперт"]


def mkdo(*rows: Row) -> list[Row]:
    """Levels by area in long form."""
    own = rows or [
        [NAME, "1. Образовательные ориентиры", 4, 3],
        [None, "Образовательная программа", 5, 3.5],
        [None, 3, "3,5", 2],
    ]
    return [["МКДО: результаты"], MKDO_HEADER, *own]


TEACHERS = [
    "№", "Школа", "ФИО", "Должность", "Пол", "Дата рождения", "Стаж", "Категория",
    "Год последнего ПК", "Программа из Федерального реестра", "Диагностика дефицитов",
    "Выявлен дефицит", "ИОМ", "Повторная диагностика", "Дефицит закрыт", "Наставник",
    "Конкурсы профмастерства", "Не по специальности",
]  # fmt: skip
# By hand, for 2024-2025: five teachers of the first school, ages on 1 January 2025.
STAFF: list[Row] = [
    [
        1,
        NAME,
        "Иванова Анна Ильинична",
        "учитель",
        "ж",
        "01.02.1960",
        35,
        "высшая",
        2024,
        "да",
        "да",
        "да",
        "да",
        "да",
        "да",
        None,
        "нет",
        "нет",
    ],
    [
        2,
        NAME,
        "Петров Пётр Петрович",
        "учитель",
        "м",
        1995,
        2,
        "без категории",
        2020,
        "да",
        "да",
        "да",
        "нет",
        "да",
        "нет",
        "Сидорова И. И.",
        "да",
        "нет",
    ],
    [
        3,
        NAME,
        "Сидорова Инна Ивановна",
        "учитель",
        "ж",
        1979,
        20,
        "Первая",
        "2022-10-01",
        "нет",
        "78 %",
        "нет",
        None,
        None,
        None,
        None,
        "да",
        "да",
    ],
    [
        4,
        NAME,
        "Яров Ян Ильич",
        "педагог-психолог",
        "м",
        2000,
        "1 год",
        "СЗД",
        "нет",
        None,
        "нет",
        None,
        None,
        None,
        None,
        "нет",
        None,
        None,
    ],
    [
        5,
        NAME,
        "Чужой Пётр Ильич",
        "учитель",
        "м",
        1955,
        40,
        "соответствие",
        2021,
        "нет",
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    ],
]
STAFF_VALUES = {
    "teachers_n": 5, "teachers_high_n": 1, "teachers_first_n": 1, "teachers_conformity_n": 2,
    "teachers_no_category_n": 1,
    # Full years on 1 January 2025 by year of birth: 64, 29, 45, 24, 69.
    "teachers_under_35_n": 2, "teachers_pension_n": 2, "teachers_new_n": 2,
    "teachers_mentored_n": 1,
    # 2024 and 01.10.2022 are within three years of August 2025; 2021, 2020 and «нет» are not.
    "teachers_courses_n": 2, "teachers_registry_courses_n": 1, "teachers_diagnosed_n": 3,
    "teachers_deficit_n": 2, "teachers_route_n": 1, "teachers_repeated_n": 2,
    "teachers_closed_n": 1, "teachers_contest_n": 2, "teachers_other_subject_n": 1,
}  # fmt: skip
STAFF_AGES = {
    "моложе 25": 1, "25–29": 1, "30–34": 0, "35–39": 0, "40–44": 0, "45–49": 1, "50–54": 0,
    "55–59": 0, "60–64": 1, "65 и старше": 1,
}  # fmt: skip
# Years of experience: 35, 2, 20, 1, 40.
STAFF_EXPERIENCE = {
    "до 3": 2, "3–4": 0, "5–9": 0, "10–14": 0, "15–19": 0, "20 и больше": 3,
}  # fmt: skip


def teachers(*rows: Row) -> list[Row]:
    """A list of teachers."""
    return [["Сведения о педагогах на 2024/2025 учебный год"], TEACHERS, *(rows or STAFF)]


LEVEL_HEADER = ["Школа", "Класс", "Участников", "Низкий", "Базовый", "Повышенный", "Высокий"]


def diagnostics(*rows: Row, title: str = "Стартовая диагностика") -> list[Row]:
    """Counts by level."""
    own = rows or [[NAME, 1, 50, 5, 20, 15, 10], [NAME, 5, 40, 10, 30, None, None],
                   [NAME, "10А", 20, 1, 9, 5, 5]]  # fmt: skip
    return [[title], LEVEL_HEADER, *own]


GRADUATE_HEADER = [
    "Школа", "Класс", "Всего выпускников", "10 класс", "СПО", "Вуз", "Работа", "Армия",
    "Не определились",
]  # fmt: skip


def graduates(*rows: Row) -> list[Row]:
    """Paths by school and grade."""
    own = rows or [[NAME, 9, 50, 20, 28, None, 1, None, 1], [NAME, 11, 20, None, 4, 13, 1, 1, 1]]
    return [["Распределение выпускников"], GRADUATE_HEADER, *own]


SUPERVISION_HEADER = ["ОО", "Выдано предписаний", "Исполнено", "Лицензия", "Аккредитация"]
PLAN_HEADER = ["Организация", "Показатель", "Ед. изм.", "План", "Факт", "Чем лучше"]
CAREER_HEADER = ["Школа", "Зарегистрировано", "Прошли диагностику", "Прошли пробы"]
SITE_HEADER = ["Наименование организации", "Набрано баллов", "Максимум баллов"]


def supervision(*rows: Row) -> list[Row]:
    return [SUPERVISION_HEADER, *(rows or [[NAME, 5, 3, "да", "да"], [111002, 0, 0, "да", "нет"]])]


def plan(*rows: Row, title: str = "Выполнение муниципального задания") -> list[Row]:
    own = rows or [
        [NAME, "Число обучающихся", "чел.", 500, 495, None],
        [None, "Доля довольных", "%", 90, 95, "больше"],
        [None, "Доля жалоб", "%", 2, 1.5, "меньше"],
    ]
    return [[title], PLAN_HEADER, *own]


def career() -> list[Row]:
    return [CAREER_HEADER, [NAME, 120, 100, 80]]


def sites() -> list[Row]:
    return [SITE_HEADER, [NAME, 45, 50]]


# Layout → a good file of one sheet.
GOOD: dict[str, list[Row]] = {
    "source:оо-1": oo1_on_one_sheet(), "source:noko": noko(noko_row(), noko_row(111002)),
    "source:mkdo": mkdo(), "source:teachers": teachers(), "source:diagnostics": diagnostics(),
    "source:plan": plan(), "source:graduates": graduates(), "source:supervision": supervision(),
    "map:профориентация": career(), "map:обзор_сайтов": sites(),
}  # fmt: skip
