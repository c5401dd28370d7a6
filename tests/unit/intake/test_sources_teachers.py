"""Teachers: counts by hand, rows of one person, and not a name anywhere."""

from __future__ import annotations

import datetime as dt
import pickle
from pathlib import Path

import builders_gia as b
import builders_sources as s
import pandas as pd
import pytest
from refusals import PEOPLE

from msoko_lib.intake.named_subjects import subjects_taught
from msoko_lib.intake.reading import Reading
from msoko_lib.intake.source_params import load_source_params
from msoko_lib.intake.source_values import unit_of
from msoko_lib.intake.teacher_counts import Teacher, counts_of_school, groups_below, together
from msoko_lib.intake.teacher_groups import prefer_lists
from msoko_lib.intake.workbook import open_workbook

GIVEN = load_source_params(s.b.REPOSITORY)


def one(**cells: object) -> dict[str, float]:
    """Counts of a school whose only teacher has these cells (by header)."""
    row: s.Row = [1, s.NAME, "Иванова Анна", *[None] * (len(s.TEACHERS) - 3)]
    for header, value in cells.items():
        row[s.TEACHERS.index(header.replace("_", " "))] = value
    return s.values(s.read_rows(s.teachers(row), "source:teachers"))


def test_counts_by_hand() -> None:
    reading = s.read_rows(s.teachers(), "source:teachers")
    assert s.values(reading) == s.STAFF_VALUES


def test_a_list_from_a_file(tmp_path: Path) -> None:
    for suffix in (".xlsx", ".csv"):
        book = open_workbook(b.save(tmp_path, s.teachers(), suffix))
        assert s.values(s.read_book(book, "source:teachers")) == s.STAFF_VALUES, suffix


def test_no_name_leaves_the_reader() -> None:
    reading = s.read_rows(s.teachers(*s.STAFF, [6, "Чужой Пётр Ильич", "Яров Ян", *[None] * 15],
                                     [7, s.NAME, None, "учитель", *[None] * 14]))  # fmt: skip
    said = " ".join(item.sentence for item in reading.findings)
    frame = reading.tables["form_values"]
    held = " ".join(str(value) for column in frame for value in frame[column].dropna().unique())
    assert not PEOPLE.search(said) and not PEOPLE.search(held)
    assert not PEOPLE.search(pickle.dumps(reading).decode("utf-8", "ignore"))
    assert {"source_no_school", "source_teacher_no_name"} <= set(s.codes(reading))


@pytest.mark.parametrize(
    ("cell", "unit"),
    [
        ("СОШ № 2 им. А. С. Пушкина", "name:СОШ № 2 им. А. С. Пушкина"),
        ("Петрова Анна Ильинична, СОШ № 2", None), ("Петров П. П., школа", None),
        (s.NAME, s.FIRST), ("111002", s.SECOND), ("Петрова", None),
    ],
)  # fmt: skip
def test_a_cell_with_a_persons_name_is_no_school(cell: str, unit: str | None) -> None:
    assert unit_of(cell, s.context()) == unit


def test_small_groups_are_flagged() -> None:
    found = s.only(s.read_rows(s.teachers()), "source_teacher_small")
    every = [*s.STAFF_VALUES.values(), *s.STAFF_AGES.values(), *s.STAFF_EXPERIENCE.values()]
    assert f"Групп меньше 3 педагогов: {sum(value in (1, 2) for value in every)};" in found.found
    cells = ["учитель", None, None, 30, "высшая", *[None] * 10]
    many = [[n, s.NAME, f"Педагог {chr(1072 + n)}", *cells] for n in range(5)]
    assert "source_teacher_small" not in s.codes(s.read_rows(s.teachers(*many)))


SUBJECTS_HEADER = ["Школа", "ФИО", "Должность", "Предмет", "Диагностика", "Выявлен дефицит"]


def subject_rows(*rows: tuple[object, ...]) -> Reading:
    table = [SUBJECTS_HEADER, *([s.NAME, *row] for row in rows)]
    return s.read_rows(table, "source:teachers")


def test_groups_by_age_and_experience_by_hand() -> None:
    reading = s.read_rows(s.teachers())
    assert s.groups(reading, "age") == s.STAFF_AGES
    assert s.groups(reading, "experience") == s.STAFF_EXPERIENCE


def test_who_gives_no_age_stands_apart() -> None:
    header = ["Школа", "ФИО", "Должность", "Возраст", "Стаж", "Категория"]
    rows = [header, [s.NAME, "Яров Ян", "учитель", None, 3, "высшая"],
            [s.NAME, "Петров Пётр", "учитель", 25, 4.5, "высшая"]]  # fmt: skip
    reading = s.read_rows(rows, "source:teachers")
    ages = s.groups(reading, "age")
    assert ages["25–29"] == 1 and ages["не указано"] == 1 and sum(ages.values()) == 2
    assert s.groups(reading, "experience")["3–4"] == 2


def test_subjects_diagnosed_deficits_and_vacancies() -> None:
    reading = subject_rows(
        ("Яров Ян", "учитель", "математика, физика", "да", "да"),
        ("Иванова Анна", "учитель математики", None, "да", "нет"),
        ("Петров Пётр", "учитель начальных классов", None, None, None),
        ("Чужой Пётр", "педагог-психолог", "-", "да", "да"),
        ("ВАКАНСИЯ", "учитель физики", None, None, None),
        ("Вакансия", "учитель", "Физика", None, None),
    )
    assert s.groups(reading, "subject") == {"Начальные классы": 1, "Математика": 2, "Физика": 1}
    assert s.groups(reading, "subject", "diagnosed") == {"Математика": 2, "Физика": 1}
    assert s.groups(reading, "subject", "deficits") == {"Математика": 1, "Физика": 1}
    assert s.groups(reading, "subject", "vacancies") == {"Физика": 2}
    found = s.values(reading)
    assert (found["teachers_n"], found["teachers_deficit_n"]) == (4, 2)


def test_a_list_of_the_diagnosed_alone_says_nothing_of_the_whole_staff() -> None:
    rows = [["Школа", "ФИО", "Предмет", "Диагностика", "Выявлен дефицит"],
            [s.NAME, "Яров Ян", "химия", "да", "да"]]  # fmt: skip
    reading = s.read_rows(rows, "source:teachers")
    assert s.groups(reading, "subject") == {}
    assert s.groups(reading, "subject", "deficits") == {"Химия": 1}


def test_a_name_in_the_column_of_subjects_goes_nowhere() -> None:
    reading = subject_rows(("Яров Ян", "учитель", "Чужой Пётр Ильич", "да", "да"))
    assert s.groups(reading, "subject") == {"Другой предмет": 1}
    assert not PEOPLE.search(pickle.dumps(reading).decode("utf-8", "ignore"))


@pytest.mark.parametrize(
    ("cell", "subjects"),
    [
        ("Русский язык и литература", ("Русский язык", "Литература")),
        ("физическая культура", ("Физическая культура",)), ("Физика", ("Физика",)),
        ("алгебра; геометрия", ("Математика",)), ("рус. яз.", ("Русский язык",)),
        ("Иностранный язык (английский)", ("Английский язык",)),
        ("ИЗО", ("Изобразительное искусство",)),
        ("МА/ФИ", ("Математика", "Физика")), ("Труд (технология)", ("Технология",)),
        ("литературное чтение", ("Литературное чтение",)), ("нет", ()), (None, ()),
    ],
)  # fmt: skip
def test_subjects_as_schools_write_them(cell: object, subjects: tuple[str, ...]) -> None:
    assert subjects_taught(cell) == subjects  # type: ignore[arg-type]


def test_a_list_goes_before_statistics_where_it_speaks() -> None:
    of_list = s.read_rows(s.teachers()).tables["teacher_groups"]
    of_form = s.read_rows(s.oo1_on_one_sheet()).tables["teacher_groups"]
    other = of_form.assign(school_id=s.SECOND)
    kept = prefer_lists(pd.concat([of_list, of_form, other], ignore_index=True))
    assert len(kept) == len(of_list) + len(other)
    assert set(kept.loc[kept["school_id"] == s.FIRST, "source"]) == {"list"}
    assert set(kept.loc[kept["school_id"] == s.SECOND, "source"]) == {"statistics"}
    diagnosed = of_list[of_list["dimension"] == "subject"]
    assert len(prefer_lists(pd.concat([diagnosed, of_form]))) == len(diagnosed) + len(of_form)


def test_rows_of_one_person_are_one_teacher() -> None:
    first = [1, s.NAME, "Иванова Анна Ильинична", "учитель", "ж", 1980, 3, "первая", 2019, "да",
             *[None] * 8]  # fmt: skip
    second = [2, s.NAME, "ИВАНОВА  Анна Ильинична", "завуч", "ж", 1980, 3, "высшая", 2024, "нет",
              *[None] * 8]  # fmt: skip
    namesake = [3, s.NAME, "Иванова Анна Ильинична", "учитель", "ж", 1990, *[None] * 12]
    reading = s.read_rows(s.teachers(first, second, namesake))
    found = s.values(reading)
    assert (found["teachers_n"], found["teachers_high_n"], found["teachers_first_n"]) == (2, 1, 0)
    assert found["teachers_registry_courses_n"] == 1
    assert "строки: 4." in s.only(reading, "source_teacher_merged").found


def test_a_school_named_above_the_list_and_by_merged_cells() -> None:
    header = ["ФИО", "Должность", "Категория"]
    rows = [[f"Организация: {s.NAME}"], header, ["Яров Ян", "учитель", "высшая"]]
    assert s.values(s.read_rows(rows, "source:teachers"))["teachers_high_n"] == 1
    rows = s.teachers(*[[n, s.NAME if n == 1 else None, f"Педагог {'абв'[n]}", "учитель",
                         *[None] * 14] for n in (0, 1, 2)])  # fmt: skip
    reading = s.read_rows(rows)
    assert s.values(reading)["teachers_n"] == 2
    assert s.codes(reading)[:1] == ["source_no_school"]
    assert "source_school_above" in s.codes(reading)


def test_a_list_gives_only_what_its_columns_say() -> None:
    rows = [["Школа", "ФИО педагога", "Диагностика", "Выявлены дефициты"],
            [s.NAME, "Яров Ян", "да", "низкий"], [s.NAME, "Иванов Иван", "45 %", "высокий"],
            [s.NAME, "Петров Пётр", "нет", None]]  # fmt: skip
    reading = s.read_rows(rows, "source:teachers")
    assert s.values(reading) == {"teachers_diagnosed_n": 2, "teachers_deficit_n": 1}


@pytest.mark.parametrize(
    ("cell", "counts"),
    [
        (2022, 1), (2021, 0), ("01.09.2022", 1), ("31.08.2022", 0), (dt.date(2024, 3, 1), 1),
        ("март 2024 г.", 1), ("да", 1), ("нет", 0), ("-", 0), (None, 0),
    ],
)  # fmt: skip
def test_courses_within_three_years(cell: object, counts: int) -> None:
    assert one(Год_последнего_ПК=cell)["teachers_courses_n"] == counts


@pytest.mark.parametrize(
    ("birth", "sex", "young", "pension"),
    [
        # On 1 January 2025 born in 1990 is 34, in 1989 – 35, in 1964 – 60, in 1959 – 65.
        (1990, "ж", 1, 0), (1989, "ж", 0, 0), ("05.06.1964", "Ж", 0, 1), (1965, "жен.", 0, 0),
        (1964, "м", 0, 0), (1959, "муж", 0, 1), (None, "ж", 0, 0),
    ],
)  # fmt: skip
def test_ages(birth: object, sex: str, young: int, pension: int) -> None:
    found = one(Дата_рождения=birth, Пол=sex)
    assert (found["teachers_under_35_n"], found["teachers_pension_n"]) == (young, pension)


@pytest.mark.parametrize(
    ("header", "cell"),
    [("Категория", "особая"), ("Год последнего ПК", 2031), ("Дата рождения", "давно"),
     ("Стаж", 500), ("Пол", "?"), ("ИОМ", "нет данных"), ("Конкурсы профмастерства", "не знаю"),
     ("Дефицит закрыт", "частично")],
)  # fmt: skip
def test_bad_cells_are_refused_and_the_teacher_is_counted(header: str, cell: object) -> None:
    row: s.Row = [1, s.NAME, "Иванова Анна", "учитель", *[None] * 14]
    row[s.TEACHERS.index(header)] = cell
    reading = s.read_rows(s.teachers(row))
    found = s.only(reading, "source_bad_value")
    assert found.cell == f"{'ABCDEFGHIJKLMNOPQR'[s.TEACHERS.index(header)]}3"
    assert s.values(reading)["teachers_n"] == 1


def test_pension_age_needs_sex() -> None:
    rows = [["Школа", "ФИО", "Год рождения", "Категория", "Стаж"],
            [s.NAME, "Яров Ян", 1950, "высшая", 50]]  # fmt: skip
    reading = s.read_rows(rows, "source:teachers")
    assert "teachers_pension_n" not in s.values(reading)
    assert "source_teacher_no_sex" in s.codes(reading)
    rows = [["Школа", "ФИО", "Пенсионер", "Категория", "Стаж"],
            [s.NAME, "Яров Ян", "да", "высшая", 50]]  # fmt: skip
    assert s.values(s.read_rows(rows))["teachers_pension_n"] == 1


def test_counting_is_pure() -> None:
    merged = together(Teacher(category="first", iom=False), Teacher(category="none", iom=True))
    assert (merged.category, merged.iom, merged.age) == ("first", True, None)
    counts = counts_of_school([], frozenset({"category"}), GIVEN)
    assert set(counts.values()) == {0.0}
    assert groups_below([0, 1, 2, 3], 3) == 2
