"""Rules of report 13: each speaks where it should and is silent where it should be."""

from __future__ import annotations

import pytest
from real_rules import Case, check, check_every_rule_has_a_case, flag

from msoko_lib.recommendations.facts import MUNICIPALITY

TOLD = {"detail": "«Занятия» (+6,1 п.п., интервал от +1,2 до +11,0 п.п.)", "numerator": 2,
        "denominator": 5, "n": 5}  # fmt: skip


def whole(rule: str, fact: str, says: str) -> Case:
    """A rule about the municipality that a fact fires."""
    return Case(
        rule,
        (flag(fact, MUNICIPALITY, **TOLD),),
        (flag(fact, MUNICIPALITY, state="same", **TOLD),),
        says,
    )


def unsure(rule: str, fact: str, says: str) -> Case:
    """A rule that says the data do not suffice: never with the evidence of a finding."""
    few = flag(fact, MUNICIPALITY, **{**TOLD, "status": "not_enough"})
    return Case(rule, (few,), (flag(fact, MUNICIPALITY, state="same", **TOLD),), says)


CASES = (
    whole("ЭМ-Р01", "Эффект меры виден", "Эффект виден: «Занятия» (+6,1 п.п."),
    whole("ЭМ-Р02", "После меры хуже ожидаемого", "стало хуже ожидаемого"),
    whole("ЭМ-Р03", "Запланированного изменения нет", "не получилось"),
    unsure("ЭМ-Р04", "Эффект меры не доказан", "не доказан, но и не исключён"),
    unsure("ЭМ-Р05", "У меры видна только динамика", "Видна только динамика"),
    unsure("ЭМ-Р06", "Оценить меру пока нельзя", "Оценки пока нет у 2 мер"),
    whole("ЭМ-Р07", "О мере записано не всё", "У 2 из 5 мер записано не всё"),
    whole("ЭМ-Р08", "Мера записана после результатов", "2 из 5"),
    Case("ЭМ-Р09", (flag("Мер в реестре нет", MUNICIPALITY, status="no_data"),),
         (flag("Мер в реестре нет", MUNICIPALITY),), "сказать, что дали меры, не по чему"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_rule(case: Case) -> None:
    check("13", case)


def test_the_organisation_itself_hears_of_its_effect() -> None:
    from real_rules import findings

    fact = "В организации шла мера, эффект виден"
    found = findings("13", [flag(fact, **TOLD)])
    assert found["rule_id"].tolist() == ["ЭМ-Р10"] and "«Занятия»" in found["finding"].iloc[0]
    assert findings("13", [flag(fact, state="same", **TOLD)]).empty


def test_every_rule_has_a_case() -> None:
    own = Case("ЭМ-Р10", (), ())
    check_every_rule_has_a_case("13", [*CASES, own])


def test_without_rungs_the_word_effect_is_only_denied() -> None:
    from real_rules import findings

    for fact in ("У меры видна только динамика", "Оценить меру пока нельзя"):
        few = flag(fact, MUNICIPALITY, **{**TOLD, "status": "not_enough"})
        found = findings("13", [few])
        assert found["evidence"].tolist() == ["данных недостаточно"]
        text = found["finding"].iloc[0]
        assert "эффект" not in text.replace("об эффекте сказать нельзя", "")
