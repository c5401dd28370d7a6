"""Rules of report 12: each speaks where it should and is silent where it should be."""

from __future__ import annotations

import pytest
from real_rules import Case, check, check_every_rule_has_a_case, flag

from msoko_lib.recommendations.facts import MUNICIPALITY

WORDS = {"detail": "ВПР −12,6 п.п. (от −18,2 до −6,9)", "brief": "ВПР −12,6 п.п."}


def school(rule: str, fact: str, says: str) -> Case:
    """A rule about one school that a subsystem's fact fires."""
    return Case(rule, (flag(fact, **WORDS),), (flag(fact, state="same", **WORDS),), says)


def whole(rule: str, fact: str, says: str = "так и есть", **more: object) -> Case:
    """A rule about the municipality."""
    told = {"detail": "Так и есть", **more}
    return Case(
        rule,
        (flag(fact, MUNICIPALITY, **told),),
        (flag(fact, MUNICIPALITY, state="same", **told),),
        says,
    )


CASES = (
    school("СГ-Р01", "Результат ниже ожидаемого при своих условиях", "ВПР −12,6 п.п. (от"),
    school("СГ-Р02", "Результат выше ожидаемого при своих условиях", "бывает при таких условиях"),
    school("СГ-Р03", "Результат выше ожидаемого, но есть вопрос к ВПР", "сначала проверка"),
    whole("СГ-Р04", "Результаты неотличимы от ожидаемых", "Результаты 14 школ неотличимы",
          numerator=14, denominator=14, n=14),
    whole("СГ-Р05", "Ожидаемый результат не построен", "не построен: Так и есть."),
    school("СГ-Р06", "Вклад девятого класса меньше обычного", "ОГЭ ниже, чем у школ"),
    school("СГ-Р07", "Вклад девятого класса больше обычного", "ОГЭ выше, чем у школ"),
    whole("СГ-Р08", "Вклады школ неотличимы от случайных", "Так и есть."),
    whole("СГ-Р09", "Группы по условиям не закреплены", "Так и есть."),
    whole("СГ-Р10", "Группы по условиям есть", "Так и есть."),
    whole("СГ-Р11", "Групп по условиям нет", "Так и есть."),
    whole("СГ-Р12", "Похожие школы найдены", "Так и есть."),
    whole("СГ-Р13", "Похожих школ не хватает никому", "Так и есть."),
    Case("СГ-Р14", (flag("Условия школ неизвестны", MUNICIPALITY, status="no_data"),),
         (flag("Условия школ неизвестны", MUNICIPALITY),), "сравнивать школы не с кем"),
    school("СГ-Р15", "Условия школы известны не полностью", "известно не всё"),
    school("СГ-Р16", "ОГЭ ниже сопоставимых школ", "в сопоставимых школах"),
    whole("СГ-Р17", "Анализ связей проведён", "Так и есть."),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule(case: Case) -> None:
    check("12", case)


def test_every_rule_has_a_case() -> None:
    check_every_rule_has_a_case("12", CASES)
