"""Independent assessment: the book of the НОКО operator and levels of МКДО."""

from __future__ import annotations

from collections.abc import Sequence

from msoko_lib.demo.source_fields import MKDO_AREAS, NOKO_CRITERIA, NOKO_PARTS, is_assessed
from msoko_lib.demo.source_year import SourceUnit, SourceYear
from msoko_lib.demo.xlsx import Row, SheetRows, Value

MKDO_NAME = "МКДО/Результаты МКДО.xlsx"
_NOKO_HEADER = [
    "№", "ОГРН", "Наименование организации", "Численность обучающихся", "Число респондентов",
    *(f"П{part[1]}.{part[2]}" for part in NOKO_PARTS), *(f"К{name[1]}" for name in NOKO_CRITERIA),
    "Итоговый балл", "Количество недостатков", "Мероприятий в плане", "Выполнено мероприятий",
]  # fmt: skip
_AREA_TITLES = (
    "Образовательные ориентиры", "Образовательная программа",
    "Содержание образовательной деятельности", "Организация образовательного процесса",
    "Образовательная среда и условия", "Условия для детей с ОВЗ и инвалидностью",
    "Взаимодействие с родителями", "Питание, охрана и укрепление здоровья",
    "Управление и развитие",
)  # fmt: skip
# A sub-indicator below this leaves a shortcoming in the operator's report.
_SHORTCOMING = 90
_MOST_ASKED, _SHARE_ASKED = 600, 0.42
_LOWEST, _HIGHEST = 100, 500


def write_noko(year: SourceYear) -> None:
    """Write the operator's book: organisations that were assessed in this year, if any."""
    assessed = [unit for unit in year.everybody if is_assessed(unit.answers, year.end_year)]
    if not assessed:
        return
    rows: list[Row] = [_noko_row(place, unit) for place, unit in enumerate(assessed, start=1)]
    title: Row = [f"Результаты независимой оценки качества условий (НОКО), {year.end_year} год"]
    name = f"НОКО/НОКО {year.end_year}, оператор.xlsx"
    year.save(name, SheetRows("Баллы", [title, [], _NOKO_HEADER, *rows]))


def _noko_row(place: int, unit: SourceUnit) -> Row:
    clients = next(
        (unit.whole(name) for name in ("pupils_n", "children_n", "extra_pupils_start_n")
         if name in unit.answers), 0,
    )  # fmt: skip
    asked = min(_MOST_ASKED, -int(-_SHARE_ASKED * clients // 1))
    parts = [unit.number(f"noko_{part}") for part in NOKO_PARTS]
    criteria = [unit.number(f"noko_{name}") for name in NOKO_CRITERIA]
    total = round(sum(criteria) / len(criteria), 1)
    shortcomings = sum(score < _SHORTCOMING for score in parts)
    return [
        place, unit.ogrn, unit.name, clients, asked, *parts, *criteria, total, shortcomings,
        unit.written("noko_plan_n"), unit.written("noko_plan_done_n"),
    ]  # fmt: skip


def write_mkdo(year: SourceYear) -> None:
    """Write МКДО: self-assessment and expert by area, then what the parents answered."""
    rows: list[Row] = []
    parents: list[Row] = []
    for place, unit in enumerate(year.gardens):
        own = self_levels(unit, place)
        for area, words, level in zip(MKDO_AREAS, _AREA_TITLES, own, strict=True):
            # Merged cells: the organisation is named once for its nine areas.
            named = area == 1 or not year.town.planted
            whose: list[Value] = [unit.ogrn, unit.name] if named else [None, None]
            rows.append([*whose, f"{area}. {words}", level, unit.number(f"mkdo_{area}")])
        parents.append(
            [unit.ogrn, unit.name, unit.written("parents_asked_n"),
             unit.written("parents_satisfied_n")]
        )  # fmt: skip
    title: Row = [f"МКДО: уровни качества по областям, {year.words_of_year}"]
    header: Row = ["ОГРН", "Детский сад", "Область качества", "Самооценка", "Эксперт"]
    asked: Row = ["Анкетирование родителей (МКДО)"]
    asked_header: Row = ["ОГРН", "Детский сад", "Опрошено родителей", "Удовлетворены, чел."]
    year.save(
        MKDO_NAME, SheetRows("Области", [title, [], header, *rows]),
        SheetRows("Родители", [asked, asked_header, *parents]),
    )  # fmt: skip


def self_levels(unit: SourceUnit, turn: int) -> Sequence[float]:
    """Self-assessment of the nine areas: about the expert's levels, their mean the true one.

    ``turn`` shifts where a preschool thinks better or worse of itself than on the whole.
    """
    number = len(MKDO_AREAS)
    # In hundredths, so that the mean is exact.
    expert = [round(100 * unit.number(f"mkdo_{area}")) for area in MKDO_AREAS]
    wanted = round(100 * number * unit.number("mkdo_self"))
    kinder = (wanted - sum(expert)) / number
    own = [
        min(max(level + round(kinder) + 12 * ((place + turn) % 3 - 1), _LOWEST), _HIGHEST)
        for place, level in enumerate(expert)
    ]
    place = 0
    while sum(own) != wanted:
        step = 1 if wanted > sum(own) else -1
        own[place % number] = min(max(own[place % number] + step, _LOWEST), _HIGHEST)
        place += 1
    return [level / 100 for level in own]
