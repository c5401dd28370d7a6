"""Rules of subsystem 06: each speaks where it should and is silent where it should be."""

from __future__ import annotations

import pytest
from real_rules import Case, check, check_every_rule_has_a_case, findings, flag, rules_of, share

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.heads import facts

ALL = {"target": 1.0, "target_words": "100 %", "target_status": "муниципальный"}
MOST = {"target": 0.8, "target_words": "не ниже 80 %", "target_status": "муниципальный"}
ORDERS = {"unit": "шт.", "scale": 1, "better": -1, "complete": True, "target": 0.0,
          "target_words": "0", "target_status": "муниципальный"}  # fmt: skip


def orders(number: float, unit: str = "a") -> dict[str, object]:
    return share("РК-07", number, 1, unit, **ORDERS) | {"denominator": None}


def quiet(fact_id: str, unit: str = "a", **more: object) -> dict[str, object]:
    return flag(fact_id, unit, "same", **more)


WEAK = {"detail": "кадры, базовая подготовка", "brief": "кадры, базовая подготовка"}
CASES = (
    Case("РК-Р01", (flag(facts.LOWER, **WEAK),), (quiet(facts.LOWER, **WEAK),),
         "слабые блоки: кадры, базовая подготовка"),
    Case("РК-Р02", (flag(facts.UPPER),), (quiet(facts.UPPER),), "выше середины своей группы"),
    Case("РК-Р03", (quiet(facts.BAND) | {"status": "not_enough"},), (quiet(facts.BAND),),
         "Полосы нет"),
    Case("РК-Р04", (quiet(facts.ASSESSED, MUNICIPALITY) | {"status": "no_data"},),
         (quiet(facts.ASSESSED, MUNICIPALITY),), "Сводной оценки руководителей нет", True),
    Case("РК-Р05", (orders(5), orders(1, "k")), (orders(0), orders(0, "k")),
         "Не исполнено в срок 5 предписаний"),
    Case("РК-Р06", (flag(facts.LEFT),), (quiet(facts.LEFT),), "нигде не продолжили"),
    Case("РК-Р07", (share("РК-13", 6, 10, **ALL),), (share("РК-13", 9, 10, **ALL),),
         "Выполнено 6 из 10 показателей"),
    Case("РК-Р08", (share("РК-15", 3, 5, "k", **ALL),), (share("РК-15", 4, 5, "k", **ALL),),
         "Достигнуто 3 из 5 показателей"),
    Case("РК-Р09", (share("РК-09", 20, 40, **ALL),), (share("РК-09", 21, 23, **ALL),),
         "созданы 20 из 40 детей"),
    Case("РК-Р10", (flag(facts.NO_RESERVE, "d"),), (quiet(facts.NO_RESERVE, "d"),), "никого нет"),
    Case("РК-Р11", (flag(facts.ALONE, "k"),), (quiet(facts.ALONE, "k"),), "наставник"),
    Case("РК-Р12", (share("РК-01", 20, 23, MUNICIPALITY, **ALL),),
         (share("РК-01", 23, 23, MUNICIPALITY, **ALL),), "у 20 из 23 руководителей"),
    Case("РК-Р13", (share("РК-02", 10, 23, MUNICIPALITY, **MOST),),
         (share("РК-02", 20, 23, MUNICIPALITY, **MOST),), "прошли 10 из 23 руководителей"),
    Case("РК-Р14", (share("РК-02", 20, 23, MUNICIPALITY, **MOST),),
         (share("РК-02", 10, 23, MUNICIPALITY, **MOST),), "ориентир достигнут"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_the_rule_speaks_and_keeps_silent(case: Case) -> None:
    check("06", case)


def test_every_rule_has_a_case() -> None:
    check_every_rule_has_a_case("06", CASES)


def test_no_rule_looks_at_results_of_vpr() -> None:
    asked = {condition.fact for item in rules_of("06") for condition in item.rule.when}
    assert not {name for name in asked if name.startswith(("КП-", "ШН-", "МР-"))}


def test_a_handful_of_pupils_is_not_counted() -> None:
    told = findings("06", (flag(facts.LEFT, numerator=2, value=2.0, n=2),))
    assert not any(letter.isdigit() for letter in told["finding"].iloc[0])
