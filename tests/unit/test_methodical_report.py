"""Report 08 on answers and registers made by hand."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hand_made import YEAR, Row
from hand_made_year import year_of

from msoko_lib.reporting.blocks import Block, Nothing, Section
from msoko_lib.subsystems import methodical
from msoko_lib.subsystems.methodical import advice_register, own_deficits
from msoko_lib.subsystems.methodical.satisfaction import ratings
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year


def plain(block: Block) -> str:
    return block.plain().replace("\u00a0", " ")


NAMES = {name: f"Организация {name}" for name in "abcd"}


def reply(school: str, rule: str, state: str, document: str | None = None) -> Row:
    return {"school_year": YEAR, "school_id": school, "rule_id": rule, "state": state,
            "document": document, "comment": None}  # fmt: skip


REPLIES = [
    reply("a", "ПП-Р07", "выполнена", "приказ № 1"),
    reply("a", "УС-Р03", "выполнена", " "),
    reply("a", "ВС-Р05", "отклонена"),
    reply("b", "ПП-Р07", "выполняется"),
    reply("b", "ВС-Р05", "не выполнена", "приказ № 2"),
]


def form(given: float, done: float) -> dict[str, object]:
    return {"recommendations_n": given, "recommendations_done_n": done}


def test_a_recommendation_is_done_only_with_a_document(tmp_path: Path) -> None:
    year = year_of(
        tmp_path, {"a": form(3, 2), "b": form(2, 0), "c": {"teachers_n": 9}},
        tables={"recommendation_replies": REPLIES},
    )  # fmt: skip
    rows = advice_register.by_school(year).set_index("school_id")
    assert rows.loc["a", ["done", "no_paper", "refused"]].tolist() == [1, 1, 1]
    assert rows.loc["b", ["done", "under_way", "not_done"]].tolist() == [0, 1, 1]
    # The form of «a» counts two, the register has one document.
    assert rows["differs"].to_dict() == {"a": True, "b": False}
    told = plain(methodical.register(year))
    assert "В реестре 5 рекомендаций: с документом выполнено 1" in told
    assert "без документа: Организация a (1 из 3)" in told
    assert "с формой управления расходится: Организация a" in told


def test_an_empty_register_is_said(tmp_path: Path) -> None:
    block = methodical.register(year_of(tmp_path, {"a": form(3, 2)}))
    assert isinstance(block, Nothing) and "не заполнен" in block.plain()


def support(score: float | None, answered: int, teachers: int = 20) -> dict[str, object]:
    told: dict[str, object] = {"support_answers_n": answered, "teachers_n": teachers}
    return told if score is None else told | {"support_score": score}


def test_the_survey_is_told_with_its_answers_and_few_are_not(tmp_path: Path) -> None:
    year = year_of(
        tmp_path,
        {"a": support(3.4, 10), "b": support(4.4, 15), "c": support(2.0, 4), "d": support(None, 0)},
    )
    assert ratings(year).set_index("school_id")["mark"].to_dict() == {
        "a": "attention", "b": "up", "c": "few",
    }  # fmt: skip
    block = methodical.satisfaction(year)
    assert isinstance(block, Section)
    assert "ответили 29 из 60 педагогов" in plain(block)
    assert "Организация a (3,40; ответов 10)" in block.plain()
    assert "Организация c" not in block.plain()
    shown = block.table_payloads()[0]["records"]
    assert next(row for row in shown if row["unit"] == NAMES["c"])["score"] == "мало"


def test_networks_name_small_schools_outside_and_what_changed(tmp_path: Path) -> None:
    def answer(network: int, pupils: int) -> dict[str, object]:
        return {"network": network, "pupils_n": pupils, "teachers_n": 9}

    now = {"a": answer(1, 400), "b": answer(0, 60), "c": answer(1, 80), "d": answer(0, 500)}
    before = {**now, "c": answer(0, 80), "d": answer(1, 500)}
    told = plain(methodical.networks(year_of(tmp_path, now, before=before)))
    assert "участвуют 2 из 4 школ" in told
    assert "вошли за год – Организация c; вышли – Организация d" in told
    assert told.endswith("малые школы вне сетей: Организация b")


DEFICITS = pd.DataFrame(
    [
        ("a", "Математика", 5, "1", "established"), ("a", "Математика", 6, "2", "established"),
        ("a", "Математика", 6, "3", "established"), ("b", "Физика", 8, "1", "established"),
        ("c", "Физика", 8, "1", "possible"), ("d", "Физика", 8, "1", "established"),
    ],
    columns=["unit_id", "subject", "grade", "task", "state"],
)  # fmt: skip


def events(held: float, aimed: float) -> dict[str, object]:
    return {"events_n": held, "events_on_deficits_n": aimed}


@pytest.fixture
def deficits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Last year's deficits by hand; this year the first of them is still there."""
    now = DEFICITS.assign(state=np.where(DEFICITS.index == 0, "established", "none"))

    def table(year: Year, back: int = 0) -> pd.DataFrame:
        return DEFICITS if back else now

    monkeypatch.setattr(own_deficits, "task_deficits", table)


@pytest.mark.usefixtures("deficits")
def test_events_are_counted_against_works_with_own_deficits(tmp_path: Path) -> None:
    year = year_of(tmp_path, {"a": events(9, 1), "b": events(4, 1), "c": events(5, 0), "d": {}},
                   kinds=dict.fromkeys("abcd", "school"))  # fmt: skip
    rows = own_deficits.own_deficits(year).set_index("school_id")
    assert rows["state"].to_dict() == {"a": "short", "b": "enough", "c": "none", "d": "unknown"}
    assert rows.loc["a", ["tasks_n", "works_n", "still_n"]].tolist() == [3, 2, 1]
    told = plain(methodical.against_events(year))
    assert told.endswith("у 1 из 3 школ со своими дефицитами: Организация a (1 на 2 работы)")


def test_the_first_year_has_no_deficits_to_aim_at(tmp_path: Path) -> None:
    block = methodical.against_events(year_of(tmp_path, {"a": events(9, 1)}))
    assert isinstance(block, Nothing) and "за прошлый год" in block.plain()


@pytest.mark.parametrize(("wrote", "is_told"), [(19, False), (20, True), (0, False)])
def test_skills_that_left_are_hidden_where_few_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrote: int, is_told: bool
) -> None:
    year: Year = year_of(tmp_path, {name: {"rmo_members_n": 5, "teachers_n": 9} for name in "abcd"})
    # The package gives the function under the module's name.
    module = import_module("msoko_lib.subsystems.methodical.school_part")
    monkeypatch.setattr(module, "usual_writers", lambda school: float(wrote))
    block = methodical.school_part(SchoolYear(year, "a", NAMES["a"], "село"))
    titles = [row["indicator"] for row in block.table_payloads()[0]["records"]]
    assert ("Умения, вышедшие из числа дефицитов" in titles) is is_told
    assert ("её меняет один ученик" in block.html()) is (0 < wrote < 20)
