"""Rules of report 07: each fires on one case and stays silent on another."""

from __future__ import annotations

import pytest
from rule_cases import Case, absent, assert_case, assert_whole, number, rules_of, share, told

RULES = rules_of("07_teachers.yml")
WAVE = {"unit": "%", "scale": 100, "better": -1, "target": 0.25, "target_words": "не больше 25 %",
        "target_status": "системный", "ground": "", "n": 17}  # fmt: skip
PART = {"unit": "%", "scale": 100}
FORECAST, BREAK = "Прогноз выбытия педагогов", "Разрыв от диагностики к закрытию дефицита"
POSTS, COURSES = "Предмет со свободными ставками", "Предмет с дефицитами педагогов"
BEFORE = {"previous": 0.6, "previous_numerator": 180, "previous_denominator": 300}
CASES = [
    Case("ПП-Р01", (told("Волна выбытия педагогов", value=0.3, **WAVE),),
         (told("Волна выбытия педагогов", False, value=0.2, **WAVE),),
         says="могут уйти от 2 до 8 из 17 педагогов"),
    Case("ПП-Р02", (number(FORECAST, 0.25, **PART),), (number(FORECAST, 0.15, **PART),)),
    Case("ПП-Р03", (number(FORECAST, 0.15, **PART),), (number(FORECAST, 0.25, **PART),)),
    Case("ПП-Р04", (absent(FORECAST),), (number(FORECAST, 0.15, **PART),)),
    Case("ПП-Р05", (number("ПП-07", 7.5, 1, -1),), (number("ПП-07", 4.5, 1, -1),),
         says="не занято 7,5 при ориентире не больше 1"),
    Case("ПП-Р06", (told(POSTS),), (absent(POSTS),)),
    Case("ПП-Р07", (share("ПП-03", 2, 21, 0.5),), (share("ПП-03", 3, 7, 0.5),),
         says="есть у 2 из 21 педагога с дефицитами"),
    Case("ПП-Р08", (share("ПП-04", 1, 12, 0.6),), (share("ПП-04", 3, 6, 0.6),)),
    Case("ПП-Р09", (number(BREAK, 0.4, **PART),), (number(BREAK, 0.2, **PART),)),
    Case("ПП-Р10", (told(COURSES),), (absent(COURSES),)),
    Case("ПП-Р11", (absent("ПП-02"),), (share("ПП-02", 1, 9, 0.4),)),
    Case("ПП-Р12", (share("ПП-01", 4, 20, 1.0),), (share("ПП-01", 14, 20, 1.0),)),
    Case("ПП-Р13", (share("ПП-08", 9, 20, 0.05, -1),), (share("ПП-08", 2, 20, 0.05, -1),)),
    Case("ПП-Р14", (share("ПП-09", 0, 1, 1.0),), (share("ПП-09", 4, 4, 1.0),),
         says="есть у 0 из 1 молодого педагога"),
    Case("ПП-Р15", (share("ПП-10", 2, 20, 0.7),), (share("ПП-10", 12, 20, 0.7),)),
    Case("ПП-Р16", (share("ПП-04", 20, 21, 0.6), share("ПП-03", 20, 21, 0.5)),
         (share("ПП-04", 20, 21, 0.6), share("ПП-03", 12, 21, 0.5))),
    Case("ПП-Р17", (share("ПП-14", 0.9, 1, 1.0),), (share("ПП-14", 0.97, 1, 1.0),)),
    Case("ПП-Р18", (share("ПП-05", 100, 300, **BEFORE),), (share("ПП-05", 170, 300, **BEFORE),)),
]  # fmt: skip


def test_every_rule_has_a_case() -> None:
    assert_whole(RULES, CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule(case: Case) -> None:
    assert_case(RULES, case)
