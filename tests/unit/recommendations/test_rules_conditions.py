"""Rules of report 11: each fires on one case and stays silent on another."""

from __future__ import annotations

import pytest
from rule_cases import Case, Fact, absent, assert_case, assert_whole, number, rules_of, share, told

RULES = rules_of("11_conditions.yml")


def noted(rule: str, fact: str, detail: str = "7") -> Case:
    """A rule about what the subsystem has noted itself."""
    given: dict[str, object] = {"detail": detail}
    return Case(rule, (told(fact, **given),), (told(fact, False, **given),))


def per_cent(fact: str, value: float, target: float) -> Fact:
    return number(fact, value, target, unit="%", scale=100)


CASES = [
    noted("УС-Р01", "Слабая составляющая НОКО", "условия доступности – 40"),
    Case("УС-Р02", (share("УС-07", 1, 4, 1.0),), (share("УС-07", 3, 4, 1.0),),
         says="Из 4 мероприятий плана по итогам независимой оценки выполнено 1"),
    Case("УС-Р03", (per_cent("УС-14", 0.47, 1.0),), (per_cent("УС-14", 0.9, 1.0),), says="47 %"),
    Case("УС-Р04", (share("УС-11", 2, 2, 0.0, -1),), (share("УС-11", 0, 2, 0.0, -1),)),
    noted("УС-Р05", "Интернет медленнее нужного", "20"),
    noted("УС-Р06", "Есть неисполненные предписания"),
    noted("УС-Р07", "Требования безопасности не выполнены"),
    noted("УС-Р08", "Самообследование не в срок"),
    noted("УС-Р09", "Оценка НОКО устарела", "2019"),
    noted("УС-Р10", "Аккредитация действует не по всем программам"),
    Case("УС-Р11", (per_cent("УС-12", 0.9, 1.0),), (per_cent("УС-12", 0.99, 1.0),)),
    Case("УС-Р12", (number("УС-06", 98.0, 81),), (number("УС-06", 90.0, 81),)),
    Case("УС-Р13", (absent("УС-06"),), (number("УС-06", 90.0, 81),)),
]  # fmt: skip


def test_every_rule_has_a_case() -> None:
    assert_whole(RULES, CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule(case: Case) -> None:
    assert_case(RULES, case)
