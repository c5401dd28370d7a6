"""Rules of subsystem 04: each speaks where it should and is silent where it should be."""

from __future__ import annotations

import pytest
from real_rules import Case, check, check_every_rule_has_a_case, flag, share

from msoko_lib.recommendations.facts import MUNICIPALITY

TRIALS = {"target": 0.3, "target_words": "не ниже 30 %", "target_status": "муниципальный"}
DIAGNOSED = {"target": 0.8, "target_words": "не ниже 80 %", "target_status": "муниципальный"}
EXAM = {"target": 0.7, "target_words": "не ниже 70 %", "target_status": "муниципальный"}
PLACED = {"target": 0.6, "target_words": "не ниже 60 %", "target_status": "муниципальный"}
OTHERS = {"reference": 0.6, "reference_level": "municipality"}
PARTNERS = {"unit": "шт.", "scale": 1, "complete": True, "target": 2,
            "target_words": "не меньше 2 на школу", "target_status": "муниципальный"}  # fmt: skip
CONTRACTS = {"unit": "шт.", "scale": 1, "complete": True, "numerator": None, "denominator": None}
NONE = {"value": None, "numerator": None, "denominator": None, "n": 0, "status": "no_data"}

CASES = (
    Case("ПР-Р01", (flag("профминимум", detail="28 часов", complete=True),),
         (flag("профминимум", state="same", detail="40 часов", complete=True),),
         "приходится 28 часов"),
    Case("ПР-Р02", (share("ПР-02", 60, 100),), (share("ПР-02", 11, 12),),
         "занимаются 60 из 100 учеников"),
    Case("ПР-Р03", (share("ПР-03", 10, 120, **TRIALS),), (share("ПР-03", 1, 6, **TRIALS),),
         "прошли 10 из 120 учеников 6–11 классов (8,3 %); до ориентира (не ниже 30 %) не хватает "
         "26 учеников"),
    Case("ПР-Р04", (share("ПР-04", 30, 90, **DIAGNOSED),), (share("ПР-04", 5, 8, **DIAGNOSED),),
         "прошли 30 из 90 учеников"),
    Case("ПР-Р05", (share("проба-после-регистрации", 792, 1107, MUNICIPALITY),),
         (share("проба-после-регистрации", 900, 1000, MUNICIPALITY),),
         "прошли 792 из 1 107 учеников (72 %): остальные 315 учеников"),
    Case("ПР-Р06", (share("ПР-05", 12, 47, **EXAM),), (share("ПР-05", 3, 5, **EXAM),),
         "сдавали 12 из 47 выпускников"),
    Case("ПР-Р07", (share("ПР-06", 10, 56, **PLACED),), (share("ПР-06", 3, 7, **PLACED),),
         "поступили 10 из 56 выпускников"),
    Case("ПР-Р08", (flag("выпускники-не-определились", detail="11 из 79 выпускников"),),
         (flag("выпускники-не-определились", state="same"),), "не служат 11 из 79 выпускников"),
    Case("ПР-Р09", (share("ПР-09", 1, 1, **PARTNERS) | {"value": 1.0},),
         (share("ПР-09", 2, 1, **PARTNERS) | {"value": 2.0},), "вузами: 1; ориентир"),
    Case("ПР-Р10", (flag("профориентация-овз", complete=True),),
         (flag("профориентация-овз", state="same", complete=True),), "охвачены не все дети"),
    Case("ПР-Р11",
         (share("ПР-10", 1, 1, MUNICIPALITY) | CONTRACTS | {"value": 30.0, "previous": 42.0},),
         (share("ПР-10", 1, 1, MUNICIPALITY) | CONTRACTS | {"value": 42.0, "previous": 42.0},),
         "меньше: 30, год назад 42"),
    Case("ПР-Р12", (share("ПР-06", 50, 56, **OTHERS),), (share("ПР-06", 4, 5, **OTHERS),),
         "поступили 50 из 56 выпускников"),
    Case("ПР-Р13", (share("ПР-08", 0, 1, MUNICIPALITY) | NONE,),
         (share("ПР-08", 6, 90, MUNICIPALITY),), "Пути выпускников неизвестны", True),
    Case("ПР-Р14", (share("ПР-04", 0, 1, MUNICIPALITY) | NONE,),
         (share("ПР-04", 80, 90, MUNICIPALITY),), "не посчитан", True),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_the_rule_speaks_and_keeps_silent(case: Case) -> None:
    check("04", case)


def test_every_rule_has_a_case() -> None:
    check_every_rule_has_a_case("04", CASES)
