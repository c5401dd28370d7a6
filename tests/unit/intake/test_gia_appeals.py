"""Appeals: layouts, order of reading, namesakes, contradictions."""

from __future__ import annotations

from pathlib import Path

import builders_gia as b
import pandas as pd
import pytest

from msoko_lib.intake.gia_appeals import GIA_APPEALS, apply_appeals

# The shape of a real appeals file of 2021 (names invented): two header rows, fillers, indents.
REAL = """;;;;;;;12 - Обществознание 2021.06.15;;;;;;;;;;;
  №;Код ОО;Класс;Код ППЭ;Аудитория;Фамилия;Имя;;Отчество;Документ;Тип апелляции / перепроверки;\
Состояние;;Дата отправки на обработку;Дата изменений;Балл до изменения;Текущие;;Разница
  ;;;;;;;;;;;;;;;;Первичный балл;Балл;
  1;111002;11;1111;0002;Иванов;Иван;;Иванович;1111 222222;Апелляция на результат;\
Апелляция удовлетворена;;02.07.2021 16:55:40;05.07.2021 9:54:41;41;22;42;1
"""
OGE = ["№", "Код ОО", "Класс", "Код ППЭ", "Аудитория", "ФИО", "Экзамен", "Апелляция",
       "Первичный балл", "Оценка"]  # fmt: skip


def results(*pupils: b.Row) -> pd.DataFrame:
    return b.read_rows(b.ege(*(pupils or (b.sparse_pupil(1),)))).tables["gia_results"]


def read(*rows: b.Row) -> pd.DataFrame:
    return b.read_rows(b.appeals(*rows), code="gia_appeals").tables["gia_appeals"]


def test_the_real_layout(tmp_path: Path) -> None:
    reading = b.read_path(b.save_text(tmp_path, REAL), b.open_context("2020-2021"))
    assert reading.layout == "gia_appeals" and b.codes(reading) == []
    appeal = reading.tables["gia_appeals"].iloc[0]
    assert (appeal["exam"], appeal["subject"], appeal["exam_date"], appeal["school_id"]) == (
        "ege", "Обществознание", "2021-06-15", "ris111002"
    )  # fmt: skip
    assert (appeal["before"], appeal["primary_score"], appeal["test_score"]) == (41, 22, 42)
    assert (appeal["difference"], appeal["changed"]) == (1, "2021-07-05T09:54:41")


@pytest.mark.parametrize("name", [["Петров Пётр Петрович"], ["Петров", "Пётр", "Петрович"]])
def test_the_oge_layout_with_the_name_in_one_cell_or_three(name: list[str]) -> None:
    header = [*OGE[:6], *[None] * (len(name) - 1), *OGE[6:]]
    row = [1, 111001, "9А", 1081, 5, *name, "Математика(2025.06.03)", "Удовлетворена", 8, 3]
    reading = b.read_rows([["Результаты апелляций"], header, row], code="gia_appeals")
    before = b.read_rows(b.oge(b.dense_pupil(1))).tables["gia_results"]
    after, told = apply_appeals(before, reading.tables["gia_appeals"])
    assert after[["primary_score", "mark", "appealed"]].iloc[0].tolist() == [8, 3, True]
    assert [item.rule for item in told] == ["appeals_applied"]


def test_a_result_is_overwritten_and_the_rest_stays() -> None:
    before = results(b.sparse_pupil(1), b.sparse_pupil(2, "Петров"))
    after, told = apply_appeals(before, read(b.appeal()))
    assert after["test_score"].tolist() == [45, 40]
    assert after["primary_score"].tolist() == [4, 3]
    assert after["appealed"].tolist() == [True, False]
    assert before["test_score"].tolist() == [40, 40]
    assert "изменено по апелляциям: 1; без изменения: 0" in told[0].found


def test_the_order_of_reading_does_not_matter_and_twice_is_once() -> None:
    earlier = b.appeal(before=40, primary=4, test=45, changed="05.07.2025 9:54:41")
    later = b.appeal(before=45, primary=5, test=50, changed="06.07.2025 9:00:00")
    for rows in ((earlier, later), (later, earlier)):
        after, _ = apply_appeals(results(), read(*rows))
        assert after["test_score"].tolist() == [50]
        again, _ = apply_appeals(after, read(*rows))
        assert again["test_score"].tolist() == [50] and again["appealed"].tolist() == [True]


def test_a_protocol_exported_after_the_appeal_needs_no_question() -> None:
    after, told = apply_appeals(results(b.sparse_pupil(1, primary=4, test=45)), read(b.appeal()))
    assert after["appealed"].tolist() == [True]
    assert [item.rule for item in told] == ["appeals_applied"]


def test_a_declined_appeal_changes_nothing() -> None:
    after, told = apply_appeals(results(), read(b.appeal(before=40, primary=3, test=40)))
    assert after["appealed"].tolist() == [False]
    assert "изменено по апелляциям: 0; без изменения: 1" in told[0].found


def test_an_appeal_of_a_namesake_finds_the_right_pupil() -> None:
    before = results(b.sparse_pupil(1), b.sparse_pupil(2, document=(1111, 777777)))
    after, told = apply_appeals(before, read(b.appeal(document="1111 777777")))
    assert after["test_score"].tolist() == [40, 45]
    assert [item.rule for item in told] == ["appeals_applied"]


def test_an_appeal_without_a_result_is_set_aside_with_its_address() -> None:
    after, told = apply_appeals(results(), read(b.appeal(surname="Чужой")))
    assert after["test_score"].tolist() == [40]
    assert [(item.rule, item.severity, item.cell) for item in told] == [
        ("appeal_no_result", "set_aside", "A4")
    ]


def test_no_results_at_all_and_no_appeals_at_all() -> None:
    nothing = results().iloc[:0]
    after, told = apply_appeals(nothing, read(b.appeal()))
    assert after.empty and [item.rule for item in told] == ["appeal_no_result"]
    same, told = apply_appeals(results(), GIA_APPEALS.empty())
    assert same.equals(results()) and told == []


def test_a_wrong_year_and_a_wrong_score_are_refused() -> None:
    old = b.read_rows(b.appeals(b.appeal(), title="01 - Русский язык 2023.05.30"))
    assert b.codes(old) == ["gia_wrong_year"] and old.tables["gia_appeals"].empty
    high = b.read_rows(b.appeals(b.appeal(test=140)))
    assert b.codes(high) == ["gia_test_above_100"]
