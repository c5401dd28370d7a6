"""Rules of report 08: each fires on one case and stays silent on another."""

from __future__ import annotations

import pytest
from rule_cases import Case, absent, assert_case, assert_whole, rules_of, share, told

RULES = rules_of("08_methodical.yml")
SKILLS = {"numerator": 5, "denominator": 9, "n": 9, "detail": "математика, 6 класс («задачи»)"}


def rated(score: float) -> dict[str, object]:
    """A school's mean score of the survey; 20 of 27 teachers answered."""
    return told("оценка-поддержки", value=score, target=4.0, target_words="не ниже 4",
                target_status="муниципальный", better=1.0, unit="балл", numerator=20,
                denominator=27, n=20)  # fmt: skip


CASES = [
    Case("МР-Р01", (told("умения-остаются", **SKILLS),),
         (told("умения-остаются", False, **SKILLS),), "municipality",
         says="второй год 5 умений из 9"),
    Case("МР-Р02", (told("умения-появились", **SKILLS),),
         (told("умения-появились", False, **SKILLS),), "municipality"),
    Case("МР-Р03", (told("шнор-без-выездов", numerator=0, n=1),),
         (told("шнор-без-выездов", False, numerator=2, n=1),), says="выездов за год – 0"),
    Case("МР-Р04", (share("МР-03", 1, 13, 0.6),), (share("МР-03", 6, 11, 0.6),),
         says="1 из 13"),
    Case("МР-Р05", (share("МР-06", 1, 6, 0.8),), (share("МР-06", 4, 6, 0.8),)),
    Case("МР-Р06", (share("МР-02", 13, 15, 1.0),), (share("МР-02", 15, 15, 1.0),), "municipality",
         says="у 13 из 15 методических объединений"),
    Case("МР-Р07", (share("МР-01", 10, 40, 0.85),), (share("МР-01", 33, 40, 0.85),),
         says="состоят 10 из 40 педагогов"),
    Case("МР-Р08", (share("МР-07", 4, 9, 0.4),), (share("МР-07", 3, 9, 0.4),), "municipality"),
    Case("МР-Р09", (absent("МР-07"),), (share("МР-07", 3, 9, 0.4),), "municipality"),
    Case("МР-Р11", (told("дефициты-без-мероприятий", numerator=1, denominator=3, n=13,
                         detail="математика, 5 и 6 классы; физика, 8 класс"),),
         (told("дефициты-без-мероприятий", False, numerator=4, denominator=3, n=13),),
         says="было 3, а мероприятий по дефицитам за год – 1: математика"),
    Case("МР-Р12", (told("выполнено-без-документа", numerator=3, denominator=6, n=6),),
         (told("выполнено-без-документа", False, numerator=0, denominator=6, n=6),),
         says="без документа 3 рекомендации из 6"),
    Case("МР-Р13", (rated(3.3),), (rated(3.8),), says="на 3,3, ориентир не ниже 4; ответили 20"),
    Case("МР-Р10", (share("МР-11", 13, 14, 1.0),), (share("МР-11", 14, 14, 1.0),), "municipality"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_a_rule_fires_where_it_should_and_stays_silent_elsewhere(case: Case) -> None:
    assert_case(RULES, case)


def test_every_rule_is_tried() -> None:
    assert_whole(RULES, CASES)
