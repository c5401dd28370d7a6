"""Rules of subsystem 02: each speaks where it should and is silent where it should be."""

from __future__ import annotations

import pytest
from real_rules import Case, check, check_every_rule_has_a_case, findings, flag, share

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.low_results import facts

LOW = {"numerator": 4, "denominator": 6, "detail": "ВПР рус. 5", "brief": "4 из 6 процедур"}
RISKS = {"target": 0.5, "target_words": "не ниже 50 %", "target_status": "муниципальный"}
POSTS = {"target": 0.95, "target_words": "не ниже 95 %", "target_status": "муниципальный",
         "complete": True}  # fmt: skip
TRAINED = {"target": 0.7, "target_words": "не ниже 70 %", "target_status": "муниципальный"}
NO_LIST = flag(facts.NO_LIST, MUNICIPALITY, "same") | {"status": "no_data", "ground": ""}


def quiet(fact_id: str, unit: str = "a", **more: object) -> dict[str, object]:
    return flag(fact_id, unit, "same", **more)


CASES = (
    Case("ШН-Р01", (flag(facts.LOW, **LOW), quiet(facts.STEADY)),
         (quiet(facts.LOW, **LOW), quiet(facts.STEADY)), "4 из 6 процедур (ВПР рус. 5)"),
    Case("ШН-Р02", (flag(facts.BORDER, **LOW),), (quiet(facts.BORDER, **LOW),), "у границы"),
    Case("ШН-Р03", (flag(facts.OUTSIDE, **LOW),), (quiet(facts.OUTSIDE, **LOW),),
         "в перечне ШНОР школы нет"),
    Case("ШН-Р04", (flag(facts.NOT_BY_RULE, **LOW | {"numerator": 0}),),
         (quiet(facts.NOT_BY_RULE, **LOW),), "не низкие (0 из 6 процедур)"),
    Case("ШН-Р05", (NO_LIST,), (quiet(facts.NO_LIST, MUNICIPALITY),), "сверить не с чем", True),
    Case("ШН-Р06", (flag(facts.LOW, **LOW), flag(facts.STEADY)),
         (flag(facts.LOW, **LOW), quiet(facts.STEADY)), "не первый год: 4 из 6 процедур"),
    Case("ШН-Р07", (flag(facts.LEFT),), (quiet(facts.LEFT),), "вышла"),
    Case("ШН-Р08", (flag(facts.NO_HELP, detail="помощи нет", brief="помощи нет"),),
         (quiet(facts.NO_HELP),), "помощи нет"),
    Case("ШН-Р09", (share("ШН-09", 1, 6, **RISKS),), (share("ШН-09", 3, 6, **RISKS),),
         "с положительной динамикой 1 из 6"),
    Case("ШН-Р10", (flag(facts.NO_PROFILE),), (quiet(facts.NO_PROFILE),), "профиля у школы нет"),
    Case("ШН-Р11", (share("ШН-10", 17, 20, **POSTS),), (share("ШН-10", 19, 20, **POSTS),),
         "Занято 85 % ставок педагогов при ориентире не ниже 95 %"),
    Case("ШН-Р12", (share("ШН-11", 8, 33, **TRAINED),), (share("ШН-11", 3, 5, **TRAINED),),
         "прошли 8 из 33 педагогов"),
    Case("ШН-Р13", (flag(facts.RESILIENT, detail="3 из 3 лет"),), (quiet(facts.RESILIENT),),
         "резильентная"),
    Case("ШН-Р14", (flag(facts.WIDER, MUNICIPALITY, detail="0,31"),),
         (quiet(facts.WIDER, MUNICIPALITY),), "выросло на 0,31"),
    Case("ШН-Р15", (flag(facts.NARROWER, MUNICIPALITY, detail="0,31"),),
         (quiet(facts.NARROWER, MUNICIPALITY),), "сократилось на 0,31"),
    Case("ШН-Р16", (flag(facts.GAP, MUNICIPALITY),), (quiet(facts.GAP, MUNICIPALITY),),
         "заметно не изменилось"),
    Case("ШН-Р17", (flag(facts.NO_CONTEXT),), (quiet(facts.NO_CONTEXT),), "условия работы"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_the_rule_speaks_and_keeps_silent(case: Case) -> None:
    check("02", case)


def test_every_rule_has_a_case() -> None:
    check_every_rule_has_a_case("02", CASES)


def test_a_school_is_not_told_twice_that_its_results_are_low() -> None:
    steady = findings("02", (flag(facts.LOW, **LOW), flag(facts.STEADY)))
    assert steady["rule_id"].tolist() == ["ШН-Р06"]


def test_too_few_pupils_are_no_low_results() -> None:
    few = findings("02", (quiet(facts.LOW) | {"status": "not_enough"},))
    assert few.empty
