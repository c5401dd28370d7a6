"""Rules of the annual report: each speaks where it should and is silent where it should be."""

from __future__ import annotations

import pytest
from rule_cases import Case, absent, assert_case, assert_whole, rules_of, share, told

RULES = rules_of("18_annual.yml")
COUNTS = {"numerator": 3, "denominator": 21, "n": 21, "detail": "«Воспитание» (2)"}


def noted(rule: str, fact: str, says: str) -> Case:
    return Case(rule, (told(fact, **COUNTS),), (told(fact, False, **COUNTS),), says=says)


CASES = [
    noted("ГД-Р01", "доклад.отстают", "Не достигнут ориентир по 3 из 21 показателя"),
    Case("ГД-Р02", (told("доклад.отстают", False, **COUNTS),),
         (told("доклад.отстают", **COUNTS),), says="показателей с ориентиром 21"),
    noted("ГД-Р03", "доклад.хуже", "хуже стало по 3 из 21 показателя: «Воспитание»"),
    noted("ГД-Р04", "доклад.лучше", "лучше стало по 3 из 21 показателя"),
    Case("ГД-Р05", (absent("доклад.история"),), (told("доклад.история", False),),
         says="о динамике доклад не говорит"),
    noted("ГД-Р06", "доклад.пусто", "по 3 подсистемам: «Воспитание» (2). Судить о них нельзя"),
    Case("ГД-Р07", (share("РК-15", 60, 100, 1.0),), (share("РК-15", 100, 100, 1.0),),
         says="60 из 100"),
    Case("ГД-Р08", (share("РК-15", 100, 100, 1.0),), (share("РК-15", 60, 100, 1.0),),
         says="достигнуты: 100 из 100"),
    noted("ГД-Р09", "Эффект меры виден", "Эффект виден у 3 из 21 меры"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule(case: Case) -> None:
    assert_case(RULES, case)


def test_every_rule_has_a_case() -> None:
    assert_whole(RULES, CASES)
