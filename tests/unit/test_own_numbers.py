"""Answers of organisations, and the numbers of one organisation beside the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_made_year import year_of

from msoko_lib.reporting.blocks import Nothing, Section
from msoko_lib.reporting.numbers_ru import NBSP
from msoko_lib.subsystems.answers import answers, asked_of
from msoko_lib.subsystems.own_numbers import own_numbers

SIX = "абвгде"


def rows_of(block: object) -> dict[str, dict[str, str]]:
    assert isinstance(block, Section) and block.table is not None
    (payload,) = block.table.table_payloads()
    return {row["indicator"]: {name: str(text).replace(NBSP, " ") for name, text in row.items()}
            for row in payload["records"]}  # fmt: skip


def test_answers_are_wide_and_only_of_the_kinds_asked(tmp_path: Path) -> None:
    given = {"б": {"teachers_n": 9}, "а": {"teachers_n": 7, "posts_n": 8.5}, "с": {"teachers_n": 4}}
    year = year_of(tmp_path, given, kinds={"с": "preschool", "г": "school"})
    wide = answers(year, ["teachers_n", "posts_n"])
    assert wide["school_id"].tolist() == ["а", "б"]
    assert wide["teachers_n"].tolist() == [7, 9]
    assert wide["posts_n"].isna().tolist() == [False, True]
    assert asked_of(year) == 3


def staff(diagnosed: int, teachers: int = 20) -> dict[str, int]:
    return {"teachers_n": teachers, "teachers_diagnosed_n": diagnosed, "teachers_pension_n": 8}


def test_one_school_stands_beside_the_others_together(tmp_path: Path) -> None:
    given = {name: staff(10) for name in SIX} | {"а": staff(1)}
    year = year_of(tmp_path, given)
    block = own_numbers(year, "а", ["ПП-02", "ПП-15", "ПП-03"], "Педагоги", name="07 Школа")
    rows = rows_of(block)
    own = rows["Диагностика профессиональных дефицитов"]
    assert own["own"] == "5 % (1 из 20; до ориентира ещё 7)"
    assert own["others"] == "50 %"
    assert own["verdict"] == "▼ не достигнут"
    # Less is better: the target asks for fewer, not for more.
    assert rows["Педагоги пенсионного возраста"]["own"] == "40 % (8 из 20; больше ориентира на 4)"
    assert rows["Индивидуальные маршруты по итогам диагностики"]["own"] == "нет данных"
    text = block.html()
    assert not any(f"Организация {name}" in text for name in SIX), "nobody else is named"


def test_two_others_are_too_few_to_be_told(tmp_path: Path) -> None:
    year = year_of(tmp_path, {name: staff(10) for name in "абв"})
    rows = rows_of(own_numbers(year, "а", ["ПП-02"], "Педагоги", name="07 Школа"))
    assert rows["Диагностика профессиональных дефицитов"]["others"] == "мало"


def test_a_handful_is_not_judged(tmp_path: Path) -> None:
    given = {name: staff(10) for name in SIX} | {"а": {**staff(0, 3), "teachers_pension_n": 0}}
    rows = rows_of(own_numbers(year_of(tmp_path, given), "а", ["ПП-02"], "П", name="07 Школа"))
    assert rows["Диагностика профессиональных дефицитов"]["own"] == "мало"


@pytest.mark.parametrize("unit", ["а", "я"])
def test_without_answers_that_is_said(tmp_path: Path, unit: str) -> None:
    year = year_of(tmp_path, {"б": staff(3)}, kinds={"а": "school"})
    block = own_numbers(year, unit, ["ПП-02"], "Педагоги", name="07 Школа")
    assert isinstance(block, Nothing)
