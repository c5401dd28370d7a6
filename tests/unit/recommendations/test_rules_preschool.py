"""Rules of report 10: each fires on one case and stays silent on another."""

from __future__ import annotations

import pytest
from rule_cases import Case, absent, assert_case, assert_whole, number, rules_of, share, told

RULES = rules_of("10_preschool.yml")
SAD = "preschool"
PLACES = {"detail": "1,5–3 лет: 6 мест"}
SICK = {"detail": "23,0", "complete": True}
CASES = [
    Case("ДО-Р01", (told("Не хватает мест детям", **PLACES),),
         (told("Не хватает мест детям", False, **PLACES),), says="детям 1,5–3 лет: 6 мест"),
    Case("ДО-Р02", (told("Не хватает мест детям", **PLACES),),
         (told("Не хватает мест детям", False, **PLACES),), SAD),
    Case("ДО-Р03", (number("ДО-05", 1.9, 0.5, -1),), (number("ДО-05", 0.6, 0.5, -1),), SAD,
         says="на 1,9 балла"),
    Case("ДО-Р04", (number("ДО-03", 2.7, 3),), (number("ДО-03", 3.0, 3),), SAD),
    Case("ДО-Р05", (told("Дети болеют чаще", **SICK),), (told("Дети болеют чаще", False, **SICK),),
         SAD, says="23,0 дня"),
    Case("ДО-Р06", (share("ДО-11", 40, 80, 0.85),), (share("ДО-11", 66, 80, 0.85),), SAD),
    Case("ДО-Р07", (share("ДО-12", 9, 25, 0.85),), (share("ДО-12", 20, 25, 0.85),), SAD),
    Case("ДО-Р08", (share("ДО-02", 5, 6, 1.0),), (share("ДО-02", 6, 6, 1.0),),
         says="в 5 из 6 детских садов"),
    Case("ДО-Р09", (share("ДО-10", 19, 21, 1.0),), (share("ДО-10", 21, 21, 1.0),), SAD,
         says="19 из 21 ребёнка"),
    Case("ДО-Р10", (absent("ДО-03"),), (number("ДО-03", 3.2, 3),)),
    Case("ДО-Р11", (share("ДО-11", 560, 580, 0.85),), (share("ДО-11", 400, 580, 0.85),)),
]  # fmt: skip


def test_every_rule_has_a_case() -> None:
    assert_whole(RULES, CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule(case: Case) -> None:
    assert_case(RULES, case)
