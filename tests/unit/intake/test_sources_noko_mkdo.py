"""The НОКО operator's workbook and the levels of МКДО."""

from __future__ import annotations

from pathlib import Path

import builders_sources as s
import pytest
import yaml

from msoko_lib.intake.mkdo import area_of
from msoko_lib.intake.source_params import load_source_params
from msoko_lib.project import Project
from msoko_lib.settings import SettingsProblem

CRITERIA = {"noko_k1": 89, "noko_k2": 95, "noko_k3": 57, "noko_k4": 95.6, "noko_k5": 92}
GIVEN = load_source_params(s.b.REPOSITORY)


def test_criteria_from_sub_indicators() -> None:
    reading = s.read_rows(s.noko(), "source:noko")
    found = s.values(reading)
    assert {name: found[name] for name in CRITERIA} == pytest.approx(CRITERIA)
    assert found["noko_p12"] == 90 and found["noko_p53"] == 92
    assert found["noko_clients_n"] == 500 and found["noko_respondents_n"] == 200
    assert found["noko_plan_n"] == 10 and found["noko_plan_done_n"] == 7
    assert found["noko_shortcomings_n"] == 4 and found["noko_year"] == 2024
    assert s.codes(reading) == []


def test_criteria_alone_are_taken_as_they_are() -> None:
    rows = [["Школа", "K1", "Критерий 2", "К3", "К 4", "К5"], [s.NAME, 81, "80,5", 70, 99, 60]]
    assert s.values(s.read_rows(rows, "source:noko")) == {
        "noko_k1": 81, "noko_k2": 80.5, "noko_k3": 70, "noko_k4": 99, "noko_k5": 60,
    }  # fmt: skip


def test_sub_indicators_written_in_words_and_as_numbers() -> None:
    header = ["ОО", "1.1. Соответствие информации", 1.2, "Показатель 1.3", "П 2.1", "2.3 Доля"]
    rows = [header, [s.NAME, 100, 60, 90, 80, 100]]
    found = s.values(s.read_rows(rows, "source:noko"))
    assert found["noko_k1"] == pytest.approx(0.3 * 100 + 0.3 * 60 + 0.4 * 90)
    assert found["noko_k2"] == 90
    assert "noko_k3" not in found


def test_the_operators_criterion_is_replaced_and_told_of() -> None:
    reading = s.read_rows(s.noko(s.noko_row(К3=60)))
    assert s.values(reading)["noko_k3"] == pytest.approx(57)
    found = s.only(reading, "source_noko_differs")
    assert "Доступность для инвалидов: у оператора 60, по показателям и коэффициентам 57" in (
        found.found
    )
    reading = s.read_rows(s.noko(s.noko_row(**{"Итоговый балл": 88})))
    assert "Итоговый балл: у оператора 88" in s.only(reading, "source_noko_differs").found


def test_small_samples_parts_above_wholes_and_bad_scores() -> None:
    reading = s.read_rows(s.noko(s.noko_row(**{"Число респондентов": 150})))
    assert "не меньше 200" in s.only(reading, "source_noko_small_sample").expected
    reading = s.read_rows(s.noko(s.noko_row(**{"Выполнено мероприятий": 11})))
    assert s.codes(reading) == ["source_part_above_whole"]
    reading = s.read_rows(s.noko(s.noko_row(**{"П1.1": 101})))
    assert s.codes(reading) == ["source_bad_value"]
    # The operator's К1 stands where the sub-indicator could not be read.
    assert s.values(reading)["noko_k1"] == 89 and "noko_p11" not in s.values(reading)


def test_an_organisation_named_twice_is_taken_once() -> None:
    reading = s.read_rows(s.noko(s.noko_row(), s.noko_row(**{"П1.1": 0, "К1": 59})))
    assert s.values(reading)["noko_p11"] == 100
    assert set(s.codes(reading)) == {"source_same_unit", "source_noko_differs"}


def test_mkdo_levels_by_area() -> None:
    reading = s.read_rows(s.mkdo(), "source:mkdo")
    assert s.values(reading) == {
        "mkdo_1": 3, "mkdo_2": 3.5, "mkdo_3": 2, "mkdo_self": pytest.approx(12.5 / 3),
        "mkdo_base": 0, "mkdo_self_1": 4, "mkdo_self_2": 5, "mkdo_self_3": 3.5,
    }  # fmt: skip
    assert s.codes(reading) == ["source_school_above"]


def test_mkdo_groups_of_a_kindergarten_give_their_mean() -> None:
    rows = s.mkdo([s.NAME, 1, 4, 3], [s.NAME, 1, 5, 4], [111002, 2, 3, 3])
    reading = s.read_rows(rows)
    assert s.values(reading) == {
        "mkdo_1": 3.5, "mkdo_self": 4.5, "mkdo_self_1": 4.5, "mkdo_base": 1,
    }  # fmt: skip
    assert s.values(reading, s.SECOND)["mkdo_base"] == 1


def test_mkdo_self_assessment_is_of_the_areas_that_the_expert_saw() -> None:
    rows = s.mkdo([s.NAME, 1, 4, 3], [s.NAME, 2, 1, None])
    assert s.values(s.read_rows(rows))["mkdo_self"] == 4
    reading = s.read_rows(s.mkdo([s.NAME, 1, 4, None], [s.NAME, 2, 2, None]))
    assert s.values(reading) == {"mkdo_self": 3, "mkdo_self_1": 4, "mkdo_self_2": 2}
    assert s.codes(reading) == ["source_mkdo_no_expert"]


def test_mkdo_in_wide_form() -> None:
    rows = [
        ["ДОО", "Кто оценивал", "Образовательные ориентиры", "Образовательная программа",
         "Область 9"],
        [s.NAME, "Самооценка", 4, 4, 5], [s.NAME, "Эксперт", 3, 2, 5], [s.NAME, "сосед", 1, 1, 1],
    ]  # fmt: skip
    reading = s.read_rows(rows, "source:mkdo")
    assert s.values(reading) == {
        "mkdo_1": 3, "mkdo_2": 2, "mkdo_9": 5, "mkdo_self": pytest.approx(13 / 3), "mkdo_base": 1,
        "mkdo_self_1": 4, "mkdo_self_2": 4, "mkdo_self_9": 5,
    }  # fmt: skip
    assert s.only(reading, "source_bad_value").cell == "B4"


def test_mkdo_parents() -> None:
    rows = [["Анкетирование родителей (МКДО)"], ["Детский сад", "Опрошено родителей",
            "Удовлетворены, чел."], [s.NAME, 80, 72], [111002, 10, 12]]  # fmt: skip
    reading = s.read_rows(rows, "source:mkdo")
    assert s.values(reading) == {"parents_asked_n": 80, "parents_satisfied_n": 72}
    assert s.codes(reading) == ["source_part_above_whole"]


@pytest.mark.parametrize(
    ("asked", "satisfied", "told"),
    [(80, None, ["C3"]), ("—", 72, ["B3"]), (None, "—", []), (80, "много", [])],
)
def test_half_of_the_parents_numbers_is_told_of(
    asked: object, satisfied: object, told: list[str]
) -> None:
    rows = [["Анкетирование родителей (МКДО)"], ["Детский сад", "Опрошено родителей",
            "Удовлетворены, чел."], [s.NAME, asked, satisfied], [111002, 12, 10]]  # fmt: skip
    reading = s.read_rows(rows, "source:mkdo")
    assert [item.cell for item in reading.findings if item.rule == "source_half_pair"] == told


@pytest.mark.parametrize(
    ("cell", "area"),
    [
        (9, 9), ("9", 9), ("Область 3", 3), ("7. Взаимодействие с родителями", 7), (10, None),
        ("Образовательные условия", 5), ("образовательная\nсреда", 5), ("ОВЗ", 6),
        ("Питание детей", 8), ("Погода", None), (None, None),
    ],
)  # fmt: skip
def test_areas(cell: object, area: int | None) -> None:
    assert area_of(GIVEN, cell) == area  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda given: given["thresholds"].pop("mkdo_base_level"), "нет порогов: mkdo_base_level"),
        (lambda given: given["mkdo_areas"]["items"][1].update(number=1), "номер области"),
        (lambda given: given.pop("mkdo_areas"), "mkdo_areas"),
    ],
)
def test_faults_of_the_parameters(tmp_path: Path, change: object, words: str) -> None:
    given = yaml.safe_load((s.PARAMS / "sources.yml").read_text(encoding="utf-8"))
    change(given)  # type: ignore[operator]
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "sources.yml").write_text(
        yaml.safe_dump(given, allow_unicode=True), "utf-8"
    )
    with pytest.raises(SettingsProblem, match=r"sources\.yml") as caught:
        load_source_params(Project(tmp_path))
    assert words in str(caught.value)
