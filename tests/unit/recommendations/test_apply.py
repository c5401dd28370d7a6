"""Which rules fire for whom, in which words and order."""

from __future__ import annotations

import pandas as pd
import yaml
from rule_samples import RULE, fact, frame

from msoko_lib.recommendations.apply import apply_rules, joined_names, summaries
from msoko_lib.recommendations.judge import COMPLETE, ESTABLISHED, POSSIBLE
from msoko_lib.recommendations.rules import NumberedRule, RuleFile
from msoko_lib.reporting.numbers_ru import NBSP

KINDS = {"a": "school", "b": "school", "c": "preschool"}
YEAR = "2024-2025"


def rules_of(text: str) -> list[NumberedRule]:
    content = RuleFile.model_validate(yaml.safe_load(text))
    return [NumberedRule(content.subsystem, rule) for rule in content.rules]


def found(text: str, facts: pd.DataFrame) -> pd.DataFrame:
    return apply_rules(rules_of(text), facts, KINDS, YEAR)


def test_a_rule_speaks_of_the_units_it_is_about() -> None:
    low = {"complete": True}
    rows = found(RULE, frame(fact("a", 1, 4, **low), fact("b", 4, 4), fact("c", 1, 4, **low)))
    assert rows["unit_id"].tolist() == ["a"]
    row = rows.iloc[0]
    assert row["finding"].replace(NBSP, " ") == "Без наставника 3 педагога, ориентир не ниже 80 %."
    assert row["evidence"] == COMPLETE
    assert "25 % (1 из 4)" in row["ground"].replace(NBSP, " ")
    assert "статус муниципальный" in row["ground"]


def test_it_stays_silent_where_nothing_is_wrong() -> None:
    assert found(RULE, frame(fact("a", 4, 4), fact("b", 9, 10))).empty


def test_all_conditions_must_hold_for_the_unit() -> None:
    more = RULE.replace(
        "is: хуже ориентира}", "is: хуже ориентира}\n      - {fact: ПП-10, is: есть}"
    )
    other = fact("a", 1, 1, fact_id="ПП-10")
    assert found(more, frame(fact("a", 1, 4), fact("b", 1, 4))).empty
    assert found(more, frame(fact("a", 1, 4), fact("b", 1, 4), other))["unit_id"].tolist() == ["a"]


def test_several_works_make_one_sentence_about_the_farthest() -> None:
    text = RULE.replace("ориентир {target}", "{works}")
    facts = frame(fact("a", 3, 4, label="ОГЭ"), fact("a", 1, 4, label="ЕГЭ"))
    (sentence,) = found(text, facts)["finding"]
    assert sentence.replace(NBSP, " ") == "Без наставника 3 педагога, ОГЭ; ЕГЭ."


def test_order_is_by_weight_then_reach_then_evidence() -> None:
    template = RULE.split("  - id:")[1]
    text = RULE.split("  - id:")[0]
    for number, weight, reach in ((1, 2, True), (2, 5, False), (3, 5, True)):
        rule = template.replace("ПП-Р01", f"ПП-Р0{number}").replace(
            "weight: 3", f"weight: {weight}"
        )
        text += f"  - id:{rule.rstrip()}\n    within_reach: {str(reach).lower()}\n"
    rows = found(text, frame(fact("a", 1, 4)))
    assert rows["rule_id"].tolist() == ["ПП-Р03", "ПП-Р02", "ПП-Р01"]
    assert rows["rank"].tolist() == [1, 2, 3]


def test_the_office_reads_one_sentence_for_all_organisations() -> None:
    rows = found(RULE, frame(fact("a", 2, 4), fact("b", 1, 4, complete=True)))
    (row,) = summaries(rows, rules_of(RULE), {"a": "Лесная СОШ", "b": "Озёрная СОШ"}).to_dict(
        "records"
    )
    assert row["finding"] == "Наставники есть не у всех: Лесная СОШ и Озёрная СОШ."
    assert (row["value"], row["evidence"]) == (2.0, COMPLETE)
    assert set(rows["evidence"]) == {COMPLETE, POSSIBLE}


NAMES = {"a": "Лесная СОШ", "b": "Озёрная СОШ"}
OFFICE = (
    RULE.rstrip()
    + """
    office: {addressee: методическая служба, advice: "Найти наставников: {units}."}
"""
)


def office_row(text: str, facts: pd.DataFrame) -> dict[str, object]:
    (row,) = summaries(found(text, facts), rules_of(text), NAMES).to_dict("records")
    return {name: str(value).replace(NBSP, " ") for name, value in row.items()}


def test_the_office_has_an_advice_of_its_own() -> None:
    row = office_row(OFFICE, frame(fact("a", 2, 4), fact("b", 1, 4)))
    assert row["addressee"] == "методическая служба"
    assert row["advice"] == "Найти наставников: Лесная СОШ и Озёрная СОШ."
    assert (row["deadline"], row["control"]) == ("до 1 ноября", "ПП-09")


def test_names_are_told_with_their_figures() -> None:
    text = RULE.replace("не у всех: {units}", "не у всех: {units_told}")
    row = office_row(text, frame(fact("a", 2, 4), fact("b", 1, 4, brief="один из четырёх")))
    told = "Лесная СОШ (2 из 4) и Озёрная СОШ (один из четырёх)"
    assert row["finding"] == f"Наставники есть не у всех: {told}."
    # The ground is of all organisations, not of the first.
    assert row["ground"] == f"ПП-09: {told}; ориентир не ниже 80 %, статус муниципальный"


def test_numbers_of_one_organisation_are_not_said_of_all() -> None:
    text = RULE.replace("Закрепить наставника.", "Закрепить {rest:наставника|наставников|-}.")
    row = office_row(text, frame(fact("a", 2, 4), fact("b", 1, 4)))
    assert row["advice"] == "Например, Лесная СОШ: Закрепить 2 наставников."
    row = office_row(text, frame(fact("a", 2, 4)))
    assert row["advice"] == "Закрепить 2 наставников."


def test_what_is_said_to_the_organisation_alone_is_not_in_the_office() -> None:
    text = RULE.replace("weight: 3", "weight: 3\n    in_office: false")
    rows = found(text, frame(fact("a", 2, 4)))
    assert len(rows) == 1 and summaries(rows, rules_of(text), NAMES).empty


def test_a_flag_that_counts_everybody_is_complete() -> None:
    text = RULE.replace("хуже ориентира", "отмечено")
    facts = frame(
        fact("a", 2, 4, state="attention"), fact("b", 1, 4, state="attention", complete=True)
    )
    assert found(text, facts)["evidence"].tolist() == [ESTABLISHED, COMPLETE]


def test_a_long_list_of_names_is_cut() -> None:
    assert joined_names(list("абвгдеж")) == "а, б, в, г, д и ещё 2"
    assert joined_names(["а"]) == "а"
