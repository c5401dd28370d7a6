"""Rules of subsystem 03: each speaks where it should and is silent where it should be."""

from __future__ import annotations

import pytest
from real_rules import Case, check, check_every_rule_has_a_case, flag, share

from msoko_lib.recommendations.facts import MUNICIPALITY

COVERAGE = {"target": 0.6, "target_words": "не ниже 60 %", "target_status": "муниципальный"}
EXTRA = {"target": 0.8, "target_words": "не ниже 80 %", "target_status": "муниципальный"}
REACHED = {"target": 0.25, "target_words": "не ниже 25 %", "target_status": "муниципальный"}
TEACHERS = {"target": 0.2, "target_words": "не ниже 20 %", "target_status": "муниципальный"}
STAYED = {"target": 0.85, "target_words": "не ниже 85 %", "target_status": "муниципальный"}
PLANS = {"reference": 0.7, "reference_level": "municipality"}
DIPLOMAS = {"reference": 0.26, "reference_level": "municipality"}
NONE = {"value": None, "numerator": None, "denominator": None, "n": 0, "status": "no_data"}

CASES = (
    Case("ТЛ-Р01", (share("ТЛ-01", 49, 135, **COVERAGE),), (share("ТЛ-01", 4, 8, **COVERAGE),),
         "участвовали 49 из 135 учеников 4–11 классов (36 %); до ориентира (не ниже 60 %) не "
         "хватает 32 учеников"),
    Case("ТЛ-Р02", (share("ТЛ-02", 4, 70, **REACHED),), (share("ТЛ-02", 1, 9, **REACHED),),
         "дошли 4 из 70 учеников"),
    Case("ТЛ-Р03", (flag("олимпиада-подтверждение", detail="−41,3 п.п."),),
         (flag("олимпиада-подтверждение", state="same", detail="−12,3 п.п."),),
         "в среднем на −41,3 п.п."),
    Case("ТЛ-Р04", (flag("олимпиада-предмет", label="Физика"), flag("олимпиада-предмет",
         label="История")), (flag("олимпиада-предмет", state="same", label="Физика"),),
         "меньше, чем в остальных школах: Физика; История."),
    Case("ТЛ-Р05",
         (share("ТЛ-01", 500, 1000, MUNICIPALITY, previous=0.6, previous_numerator=600,
                previous_denominator=1000),),
         (share("ТЛ-01", 5, 10, MUNICIPALITY, previous=0.6, previous_numerator=6,
                previous_denominator=10),),
         "снизился: 50 %, год назад 60 %"),
    Case("ТЛ-Р06", (share("ТЛ-07", 45, 150, **EXTRA), share("ТЛ-07", 20, 60, "k", **EXTRA)),
         (share("ТЛ-07", 75, 100, **EXTRA),), "45 из 150 детей"),
    Case("ТЛ-Р07", (share("ТЛ-11", 4, 72, **PLANS),), (share("ТЛ-11", 1, 3, **PLANS),),
         "у 4 из 72 учеников"),
    Case("ТЛ-Р08", (share("ТЛ-12", 1, 21, **TEACHERS),), (share("ТЛ-12", 3, 17, **TEACHERS),),
         "подготовлены 1 из 21 педагога; до ориентира (не ниже 20 %) не хватает 4 педагогов"),
    Case("ТЛ-Р09", (share("ТЛ-13", 222, 382, "d", **STAYED),),
         (share("ТЛ-13", 600, 665, "d", **STAYED),), "продолжали 222 из 382 детей"),
    Case("ТЛ-Р10", (share("ТЛ-14", 0, 25, "d"),), (share("ТЛ-14", 1, 25, "d"),), "всего 25"),
    Case("ТЛ-Р11", (flag("олимпиада-доступ", MUNICIPALITY, detail="в городе 67 %, на селе 48 %"),),
         (flag("олимпиада-доступ", MUNICIPALITY, "same"),), "в городе 67 %, на селе 48 %"),
    Case("ТЛ-Р12", (flag("олимпиада-нет-предметов", MUNICIPALITY, numerator=16, denominator=24),),
         (flag("олимпиада-нет-предметов", MUNICIPALITY, "same", numerator=0, denominator=24),),
         "по части предметов (16 из 24)"),
    Case("ТЛ-Р13", (share("ТЛ-01", 0, 1, MUNICIPALITY) | NONE,),
         (share("ТЛ-01", 5, 9, MUNICIPALITY),), "Охват олимпиадой не посчитан", True),
    Case("ТЛ-Р14", (share("ТЛ-07", 0, 1, MUNICIPALITY) | NONE,),
         (share("ТЛ-07", 5, 9, MUNICIPALITY),), "не посчитан", True),
    Case("ТЛ-Р15", (share("ТЛ-03", 60, 100, **DIPLOMAS),), (share("ТЛ-03", 3, 6, **DIPLOMAS),),
         "Дипломами закончились 60 из 100 участий"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_the_rule_speaks_and_keeps_silent(case: Case) -> None:
    check("03", case)


def test_every_rule_has_a_case() -> None:
    check_every_rule_has_a_case("03", CASES)
