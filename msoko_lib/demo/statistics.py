"""Federal statistics of the demo: ОО-1 and ОО-2 of each school, 85-К of each preschool.

Sections, rows and graphs are those of ``params/coordinate_maps``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msoko_lib.demo.federal_form import section, title_page
from msoko_lib.demo.source_year import SourceUnit, SourceYear
from msoko_lib.demo.staff import Teacher
from msoko_lib.demo.truth import Phenomenon
from msoko_lib.demo.xlsx import SheetRows, Value

FOLDER = "Статистика"
_AGES = (25, 30, 35, 40, 45, 50, 55, 60, 65)
_AGE_TITLES = ("моложе 25", "25–29", "30–34", "35–39", "40–44", "45–49", "50–54", "55–59",
               "60–64", "65 и более")  # fmt: skip
_STAFF_LINES = (
    "Численность работников – всего", "руководящие работники", "из них директор",
    "заместители директора", "руководители филиалов", "педагогические работники – всего",
)  # fmt: skip
# What ОО-1 says otherwise than the school's own form: field → place of the school, by how much.
CONTRADICTIONS: tuple[tuple[str, str, int], ...] = (
    ("oo1_pupils_n", "pupils_n", 3),
    ("oo1_pupils_n", "pupils_n", -2),
    ("oo1_teachers_n", "teachers_n", 2),
)


def write_statistics(year: SourceYear, staff: Mapping[str, Sequence[Teacher]]) -> None:
    """Write the forms of a year; in the newest one some contradict what the schools say."""
    told = _contradictions(year)
    for unit in year.schools:
        year.save(_name("ОО-1", unit), *_oo1(year, unit, staff[unit.unit_id], told))
        year.save(_name("ОО-2", unit), *_oo2(year, unit, year.end_year - 1))
    for place, unit in enumerate(year.gardens, start=1):
        # Two preschools may bear one name, so their files are numbered.
        year.save(f"{FOLDER}/85-К/85-К {place}.xlsx", *_k85(year, unit))
    if year.is_spoilt and year.schools:
        unit = year.schools[-1]
        name = _name("ОО-2", unit).replace(".xlsx", " (старая).xlsx")
        year.save(name, *_oo2(year, unit, year.end_year - 2))
        year.spoilt("form_of_other_year", name, "форма за прошлый год")


def _name(form: str, unit: SourceUnit) -> str:
    short = unit.name.removeprefix("МБОУ ").removeprefix("МКОУ ").strip("«»")
    return f"{FOLDER}/{form}/{form} {short}.xlsx"


def _contradictions(year: SourceYear) -> dict[tuple[str, str], int]:
    """(school, field) → by how much ОО-1 differs; told in the truth."""
    if not year.is_spoilt:
        return {}
    told: dict[tuple[str, str], int] = {}
    # The last schools are tiny: one more or less would say nothing there.
    for place, (field_id, asked, change) in enumerate(CONTRADICTIONS):
        if place >= len(year.schools):
            break
        unit = year.schools[place]
        told[unit.unit_id, field_id] = change
        true = unit.whole(asked)
        details: dict[str, object] = {
            "field": asked, "oo1_field": field_id, "true": true, "said": true + change,
        }  # fmt: skip
        year.phenomena.append(
            Phenomenon("sources_differ", (year.school_year,), unit.unit_id, (), details)
        )
    return told


def _oo1(
    year: SourceYear, unit: SourceUnit, people: Sequence[Teacher],
    told: Mapping[tuple[str, str], int],
) -> list[SheetRows]:  # fmt: skip
    def said(field_id: str) -> Value:
        change = told.get((unit.unit_id, field_id), 0)
        value = unit.written(field_id)
        return value + change if isinstance(value, (int, float)) else value

    first, pupils = unit.written("first_shift_n"), unit.whole("pupils_n")
    ages = Counter(sum(each.age >= start for start in _AGES) for each in people)
    by_age = {(6, 4 + place): ages[place] or None for place in range(len(_AGE_TITLES))}
    high, certified = said("oo1_teachers_high_n"), said("oo1_teachers_first_n")
    second = pupils - unit.whole("first_shift_n")
    return [
        title_page(
            "ОО-1", "СВЕДЕНИЯ ОБ ОРГАНИЗАЦИИ, ОСУЩЕСТВЛЯЮЩЕЙ ОБРАЗОВАТЕЛЬНУЮ ДЕЯТЕЛЬНОСТЬ",
            f"на начало {year.words_of_year.replace('учебный год', 'учебного года')}",
            unit.name, unit.ogrn,
        ),
        section("2.1.1", "Распределение обучающихся", ["Численность обучающихся – всего"],
                ["Всего"], {(1, 3): said("oo1_pupils_n")}),
        section("2.2.1", "Сменность занятий", ["Численность обучающихся – всего"],
                ["Всего", "в первую смену", "во вторую смену"],
                {(1, 3): pupils, (1, 4): first, (1, 5): second or None}),
        section("2.5.1", "Обучающиеся с ОВЗ и инвалидностью", ["Численность – всего"],
                ["Всего"], {(1, 3): said("oo1_ovz_pupils_n")}),
        section("2.7.1", "Выбытие обучающихся",
                ["Выбыло – всего", "из них без продолжения образования"], ["Всего"],
                {(1, 3): said("oo1_dropped_out_n"), (2, 3): said("oo1_dropped_out_n")}),
        section("3.1", "Распределение персонала по образованию и категории", _STAFF_LINES,
                ["Всего", "высшее", "из них педагогическое", "среднее профессиональное",
                 "из них педагогическое", "высшая категория", "первая категория"],
                {(6, 3): said("oo1_teachers_n"), (6, 8): high, (6, 9): certified}),
        section("3.3", "Распределение персонала по возрасту", _STAFF_LINES,
                ["Всего", *_AGE_TITLES], {(6, 3): len(people), **by_age}),
        section("3.4", "Штатная численность",
                ["Педагогические работники – всего", "учителя", "педагоги-организаторы",
                 "социальные педагоги", "педагоги-психологи"],
                ["Ставок по штату", "занято"],
                {(1, 3): unit.written("posts_n"), (1, 4): unit.written("posts_filled_n"),
                 (5, 4): unit.written("psychologist_posts")}),
    ]  # fmt: skip


def _oo2(year: SourceYear, unit: SourceUnit, calendar_year: int) -> list[SheetRows]:
    bad = unit.whole("buildings_bad_n")
    return [
        title_page(
            "ОО-2", "СВЕДЕНИЯ О МАТЕРИАЛЬНО-ТЕХНИЧЕСКОЙ И ИНФОРМАЦИОННОЙ БАЗЕ",
            f"за {calendar_year} год", unit.name, unit.ogrn,
        ),
        section("1.2", "Здания", ["Зданий – всего", "аварийные", "требуют капитального ремонта"],
                ["Всего"], {(1, 3): unit.written("buildings_n"), (2, 3): 0, (3, 3): bad}),
        section("2.1", "Компьютеры",
                ["Персональные компьютеры – всего", "из них исправные, не старше пяти лет"],
                ["Всего", "для обучающихся"], {(2, 4): unit.written("computers_n")}),
        section("2.3", "Доступ в интернет", ["Скорость доступа, Мбит/с"], ["Значение"],
                {(1, 3): unit.written("oo2_internet_mbit")}),
    ]  # fmt: skip


def _k85(year: SourceYear, unit: SourceUnit) -> list[SheetRows]:
    return [
        title_page(
            "85-К", "СВЕДЕНИЯ О ДЕЯТЕЛЬНОСТИ ДОШКОЛЬНОЙ ОРГАНИЗАЦИИ",
            f"за {year.end_year - 1} год", unit.name, unit.ogrn,
        ),
        section("2.1", "Численность воспитанников", ["Воспитанники – всего"], ["Всего"],
                {(1, 3): unit.written("k85_children_n")}),
        section("2.4", "Посещаемость",
                ["Число дней, проведённых в группах", "Число дней пропусков – всего",
                 "из них по болезни"], ["Всего"], {(3, 3): unit.written("sick_days_n")}),
        section("3.1", "Кадры",
                ["Численность работников – всего", "руководящие работники",
                 "педагогические работники – всего"],
                ["Всего", "высшее образование", "из них педагогическое"],
                {(3, 3): unit.written("k85_teachers_n"),
                 (3, 5): unit.written("teachers_degree_n")}),
    ]  # fmt: skip
