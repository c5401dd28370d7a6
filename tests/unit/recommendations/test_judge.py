"""When a condition holds and how sure that is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from rule_samples import fact, frame

from msoko_lib.recommendations.judge import COMPLETE, ESTABLISHED, FEW, POSSIBLE, judge
from msoko_lib.recommendations.rules import Condition


def asked(**condition: object) -> Condition:
    return Condition.model_validate({"fact": "ПП-09", **condition})


def grades(facts: pd.DataFrame, **condition: object) -> list[str]:
    return judge(facts, asked(**condition)).tolist()


WORSE = {"is": "хуже ориентира"}


def test_chance_is_told_from_what_is_established() -> None:
    facts = frame(fact("a", 40, 100), fact("b", 7, 10), fact("c", 80, 100), fact("d", 95, 100))
    assert grades(facts, **WORSE) == [ESTABLISHED, POSSIBLE, "", ""]
    assert grades(facts, **WORSE, sure=True) == [ESTABLISHED, "", "", ""]


def test_who_counted_everybody_has_no_chance_to_speak_of() -> None:
    assert grades(frame(fact("a", 7, 10, complete=True)), **WORSE) == [COMPLETE]


def test_the_target_itself_is_reached() -> None:
    facts = frame(fact("a", 80, 100), fact("b", 79, 100))
    assert grades(facts, **{"is": "не хуже ориентира"})[0] != ""
    assert grades(facts, **WORSE)[0] == ""


def test_less_is_better_turns_the_sides() -> None:
    facts = frame(fact("a", 40, 100, better=-1), fact("b", 95, 100, better=-1))
    assert grades(facts, **WORSE) == ["", ESTABLISHED]


def test_without_a_direction_there_is_no_worse() -> None:
    assert grades(frame(fact("a", 1, 100, better=0)), **WORSE) == [""]


@pytest.mark.parametrize(("by", "found"), [(9, True), (11, False)])
def test_a_small_distance_does_not_count(by: float, found: bool) -> None:
    assert bool(grades(frame(fact("a", 700, 1000)), **WORSE, by=by)[0]) is found


def test_numbers_are_those_people_read() -> None:
    facts = frame(fact("a", 50, 100), fact("b", 3, 1, unit="шт.", scale=1))
    assert [bool(grade) for grade in grades(facts, below=60)] == [True, True]
    assert [bool(grade) for grade in grades(facts, above=49)] == [True, False]
    assert [bool(grade) for grade in grades(facts, above=2)] == [True, True]


def test_a_change_of_one_pupil_is_not_sure() -> None:
    small = fact("a", 3, 5, previous=0.8, previous_numerator=4, previous_denominator=5)
    large = fact("b", 50, 100, previous=0.8, previous_numerator=80, previous_denominator=100)
    none = fact("c", 50, 100)
    facts = frame(small, large, none)
    assert grades(facts, **{"is": "ухудшилось"}) == [POSSIBLE, ESTABLISHED, ""]
    assert grades(facts, **{"is": "улучшилось"}) == ["", "", ""]


def test_states_without_a_value() -> None:
    facts = frame(
        fact("a", 1, 2, status="no_data"),
        fact("b", 1, 2, status="not_enough"),
        fact("c", 1, 2, state="attention"),
    )
    assert grades(facts, **{"is": "нет данных"}) == [FEW, "", ""]
    assert grades(facts, **{"is": "мало данных"}) == ["", FEW, ""]
    assert grades(facts, **{"is": "отмечено"}) == ["", "", ESTABLISHED]
    assert grades(facts, **WORSE)[:2] == ["", ""]


def test_where_schools_do_not_differ_few_are_called_established() -> None:
    """300 municipalities of 30 schools at the target: false discoveries in about 5 % of them."""
    rng = np.random.default_rng(11)
    hit = 0
    for _ in range(300):
        people = rng.integers(20, 90, 30)
        good = rng.binomial(people, 0.8)
        facts = frame(
            *(
                fact(str(i), int(x), int(n))
                for i, (x, n) in enumerate(zip(good, people, strict=True))
            )
        )
        hit += ESTABLISHED in grades(facts, **WORSE)
    # Discrete counts make the exact test cautious: well below 5 % plus its error is what we ask.
    assert hit / 300 <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


def test_real_gaps_among_many_schools_are_found() -> None:
    rng = np.random.default_rng(12)
    found = 0
    for _ in range(50):
        people = np.full(30, 60)
        good = rng.binomial(people, np.where(np.arange(30) < 3, 0.45, 0.85))
        facts = frame(
            *(
                fact(str(i), int(x), int(n))
                for i, (x, n) in enumerate(zip(good, people, strict=True))
            )
        )
        found += sum(grade == ESTABLISHED for grade in grades(facts, **WORSE)[:3])
    assert found / 150 > 0.95


def test_facts_judged_together_are_judged_in_their_own_families() -> None:
    near = [fact(name, top, 100) for name, top in zip("abcd", (71, 90, 91, 92), strict=True)]
    far = [fact(name, top, 100) for name, top in zip("efghi", (2, 3, 5, 6, 7), strict=True)]
    facts, family = frame(*near, *far), pd.Series([0] * len(near) + [1] * len(far))
    apart = [*grades(frame(*near), **WORSE), *grades(frame(*far), **WORSE)]
    assert judge(facts, asked(**WORSE), family).tolist() == apart
    assert grades(facts, **WORSE) != apart, "else the families would not matter here"
