"""ВПР exports with the small differences that real ones have: titles, headers, signs, shares."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from variants import Grid, as_xlsx, read, rules

from msoko_lib.intake.cells import Cell
from msoko_lib.intake.fisoko_individual_values import BLANK, WRONG, parse_mark_cell

YEAR = "2025-2026"
GROUPS = ["Вся выборка", "Энская область", "Энский район(reg20_m012)", "СОШ №1(edu123456)"]


def head(title: str, subject: str) -> Grid:
    return [
        ["Отчёт"], [], [title], ["Предмет:", subject], ["Максимальный первичный балл:", 3],
        ["Дата:", "20.04.2026"],
    ]  # fmt: skip


def f1(title: str, subject: str, journal: Cell = 3) -> bytes:
    """Ф1 of one pupil and one task."""
    return as_xlsx([
        *head(title, subject),
        [None, None, "Уровень сложности задания", None, None, None, "Б"],
        ["ОО", "Муниципалитет", "Название ОО", "Код участника", "Класс", "Вариант", "1 (3б)",
         "Первичный балл", "Отметка", "Отметка по журналу"],
        ["edu123456", "Энский район", "СОШ №1(edu123456)", 70001, 1, 1, 2, 2, 4, journal],
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("title", "label", "subject", "level", "work_id"),
    [
        ("ВПР 2026 Математика 7 класс (базовый)", "Математика", "Математика", "базовый",
         "2026 МА 7"),
        ("ВПР 2026 Физика (углублённый) 7 класс", "Физика (углублённый)", "Физика",
         "углублённый", "2026 ФИу 7"),
        ("ВПР 2026 Математика с углублённым изучением предмета 7 класс",
         "Математика с углублённым изучением предмета", "Математика", "углублённый",
         "2026 МАу 7"),
        ("ВПР 2026. 7 класс. Математика. Базовый уровень", "Математика. Базовый уровень",
         "Математика", "базовый", "2026 МА 7"),
        ("ВПР_2026 Русский язык 7кл.", "", "Русский язык", None, "2026 РУ 7"),
        ("ВПР 2026 Биология (компьютерная форма) 7 класс", "Биология (компьютерная форма)",
         "Биология (компьютерная форма)", None, "2026 БИк 7"),
        ("ВПР 2026 История 7 класс КФ", "История", "История (компьютерная форма)", None,
         "2026 ИСк 7"),
        ("ВПР 2026 Иностранный язык 7 класс", "Иностранный язык", "Иностранный язык", None,
         "2026 ИНЯ 7"),
        ("ВПР 2026 Иностранный язык (немецкий) 7 класс", "Иностранный язык (немецкий)",
         "Немецкий язык", None, "2026 НЯ 7"),
        ("ВПР 2026 Краеведение 7 класс", "Краеведение", "Краеведение", None, "2026 КР 7"),
    ],
)  # fmt: skip
def test_subject_level_and_form_of_a_work(
    tmp_path: Path, title: str, label: str, subject: str, level: str | None, work_id: str
) -> None:
    reading = read(tmp_path, "Ф1.xlsx", f1(title, label), YEAR)

    [row] = reading.tables["vpr_pupils"].to_dict("records")
    assert (row["subject"], row["work_id"], row["grade"]) == (subject, work_id, 7)
    assert (None if pd.isna(row["work_level"]) else row["work_level"]) == level
    assert rules(reading) == set()


def test_subject_nobody_knows_is_read_as_written(tmp_path: Path) -> None:
    reading = read(tmp_path, "Ф1.xlsx", f1("ВПР 2026 Черчение 7 класс", "Черчение"), YEAR)

    assert list(reading.tables["vpr_pupils"]["subject"]) == ["Черчение"]
    assert rules(reading) == {"vpr_unknown_subject"}


@pytest.mark.parametrize("sign", ["н/а", "Н/П", "осв.", "Отсутствовал", "не аттестован", "болен"])
def test_sign_of_absence_is_no_mark_and_no_refusal(tmp_path: Path, sign: str) -> None:
    assert parse_mark_cell(sign)[0] == BLANK
    reading = read(tmp_path, "Ф1.xlsx", f1("ВПР 2026 Химия 7 класс", "Химия", sign), YEAR)
    assert reading.tables["vpr_pupils"]["journal_mark"].isna().all()
    assert rules(reading) == {"vpr_no_journal_mark"}


@pytest.mark.parametrize("sign", ["6", "нет оценки?", "3-"])
def test_what_is_neither_mark_nor_absence_is_refused(sign: str) -> None:
    assert parse_mark_cell(sign)[0] == WRONG


def marks(headers: list[Cell], shares: Grid, below: list[Cell] | None = None) -> bytes:
    names = ["Группы участников", "Кол-во ОО", "Кол-во участников"]
    rows: Grid = [[name, None, 100, *cells] for name, cells in zip(GROUPS, shares, strict=False)]
    second = [below] if below else []
    title = "ВПР 2026 Русский язык 4 класс"
    return as_xlsx([*head(title, "Русский язык"), [], [*names, *headers], *second, *rows])


@pytest.mark.parametrize(
    ("headers", "below"),
    [
        ([2, 3, 4, 5], None),
        (["«2»", "«3»", "«4»", "«5»"], None),
        (["Отметка 2", "Отметка 3", "Отметка 4", "Отметка 5"], None),
        (["2, %", "3 (%)", "% 4", "на «5»"], None),
        (["Распределение групп баллов в %"], [None, None, None, 2, 3, 4, 5]),
        (["Распределение групп баллов в %"],
         ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5]),
    ],
)  # fmt: skip
def test_headers_of_marks(tmp_path: Path, headers: list[Cell], below: list[Cell] | None) -> None:
    content = marks(headers, [[10.0, 20.0, 30.0, 40.0]] * 4, below)

    table = read(tmp_path, "a.xlsx", content, YEAR).tables["vpr_marks"]

    assert list(table["level"]) == ["country", "region", "municipality", "school"]
    assert (
        table[[f"share_{mark}" for mark in (2, 3, 4, 5)]].to_numpy().tolist()
        == [[0.1, 0.2, 0.3, 0.4]] * 4
    )


def test_group_without_participants_has_no_shares(tmp_path: Path) -> None:
    grid: Grid = [
        *head("ВПР 2026 Химия 8 класс", "Химия"), [],
        ["Группы участников", "Кол-во ОО", "Кол-во участников", 2, 3, 4, 5],
        ["СОШ №1(edu123456)", None, 8, 0, 25.0, 25.0, 50.0],
        ["СОШ №2(edu123457)", None, 0, 0, 0, 0, 0],
    ]  # fmt: skip
    reading = read(tmp_path, "b.xlsx", as_xlsx(grid), YEAR)

    assert list(reading.tables["vpr_marks"]["unit_id"]) == ["edu123456"]
    assert rules(reading) == {"vpr_group_no_values"}


KINDS = ["Понизили (Отметка < Отметка по журналу)", "Подтвердили (Отметка = Отметке по журналу)",
         "Повысили (Отметка > Отметка по журналу)"]  # fmt: skip
COUNTS = (3, 15, 2)
PERCENT = (15.0, 75.0, 10.0)


def journal(layout: str, unit: float) -> Grid:
    """«Сравнение отметок» with its percentages times ``unit``."""
    above = [*head("ВПР 2026 Химия 8 класс", "Химия"), []]
    shares = [value * unit for value in PERCENT]
    pairs = [cell for pair in zip(shares, COUNTS, strict=True) for cell in pair]
    group, total = ["Группы участников"], "Кол-во участников(всего)"
    if layout == "one row":
        ends = (" %", " Кол-во участников")
        return [*above, [*group, total, *(k + end for k in KINDS for end in ends)],
                [GROUPS[3], 20, *pairs]]  # fmt: skip
    if layout == "people":
        ends = (", %", ", чел.")
        return [*above, [*group, total, *(k + end for k in KINDS for end in ends)],
                [GROUPS[3], 20, *pairs]]  # fmt: skip
    if layout == "merged":
        upper = [cell for kind in KINDS for cell in (kind, None)]
        return [*above, [*group, total, *upper],
                [None, None, *["%", "Кол-во участников"] * 3], [GROUPS[3], 20, *pairs]]  # fmt: skip
    rows = [[kind, n, share] for kind, n, share in zip(KINDS, COUNTS, shares, strict=True)]
    return [*above, [*group, "Кол-во участников", "%"], [GROUPS[3]], *rows,
            ["Всего", 20, 100 * unit]]  # fmt: skip


@pytest.mark.parametrize("layout", ["one row", "people", "merged", "block"])
@pytest.mark.parametrize("unit", [1.0, 0.01])
def test_journal_in_per_cent_and_in_cells_of_per_cent_format(
    tmp_path: Path, layout: str, unit: float
) -> None:
    content = as_xlsx(journal(layout, unit), "0.00%" if unit < 1 else "General")

    reading = read(tmp_path, "a.xlsx", content, YEAR)

    [row] = reading.tables["vpr_journal"].to_dict("records")
    assert (row["unit_id"], row["participants_n"]) == ("edu123456", 20)
    assert (row["lowered_n"], row["confirmed_n"], row["raised_n"]) == COUNTS
    shares = [row[f"{kind}_share"] for kind in ("lowered", "confirmed", "raised")]
    assert shares == pytest.approx([0.15, 0.75, 0.1])
    assert rules(reading) == (set() if unit == 1 else {"vpr_percent_as_share"})


def test_block_of_a_group_without_participants(tmp_path: Path) -> None:
    grid = [*journal("block", 1.0), ["СОШ №2(edu123457)"], *([k, 0, 0] for k in KINDS),
            ["Всего", 0, 0]]  # fmt: skip
    reading = read(tmp_path, "a.xlsx", as_xlsx(grid), YEAR)
    assert list(reading.tables["vpr_journal"]["unit_id"]) == ["edu123456"]
    assert rules(reading) == {"vpr_group_no_values"}
