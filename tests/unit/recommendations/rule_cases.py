"""Rules of the repository's files tried on facts made by hand: fires, stays silent, reads well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from msoko_lib.recommendations.apply import apply_rules, summaries
from msoko_lib.recommendations.facts import MUNICIPALITY, facts_frame
from msoko_lib.recommendations.rules import NumberedRule, RuleFile
from msoko_lib.reporting.numbers_ru import NBSP

YEAR = "2024-2025"
UNIT = "а"
_FOLDER = Path(__file__).parents[3] / "params" / "recommendations"
_BAD = ("{", "}", "nan", "None", "  ", " ,", " .")
Fact = dict[str, object]


@dataclass(frozen=True)
class Case:
    """A rule, facts on which it fires, facts on which it stays silent."""

    rule: str
    fires: tuple[Fact, ...]
    silent: tuple[Fact, ...]
    kind: str = "school"
    says: str = ""


def rules_of(file: str) -> dict[str, NumberedRule]:
    """Rules of a file by their id."""
    content = RuleFile.model_validate(yaml.safe_load((_FOLDER / file).read_text("utf-8")))
    return {rule.id: NumberedRule(content.subsystem, rule) for rule in content.rules}


def share(fact_id: str, x: float, n: float, target: float | None = None, better: int = 1,
          **more: object) -> Fact:  # fmt: skip
    """An indicator that is a share of counted people."""
    fact: Fact = {
        "fact_id": fact_id, "title": "Показатель", "unit": "%", "scale": 100, "better": better,
        "value": x / n, "numerator": x, "denominator": n, "n": n, "status": "ok",
    }  # fmt: skip
    if target is not None:
        fact |= {"target": target, "target_words": "не ниже ориентира",
                 "target_status": "муниципальный"}  # fmt: skip
    return fact | more


def number(fact_id: str, value: float, target: float | None = None, better: int = 1,
           **more: object) -> Fact:  # fmt: skip
    """An indicator that counts everything: no interval."""
    fact: Fact = {
        "fact_id": fact_id, "title": "Показатель", "unit": "шт.", "scale": 1, "better": better,
        "value": value, "n": 10, "complete": True, "status": "ok", "detail": "от 2 до 8",
    }  # fmt: skip
    if target is not None:
        fact |= {"target": target, "target_words": f"не больше {target:g}",
                 "target_status": "муниципальный"}  # fmt: skip
    return fact | more


def told(fact_id: str, is_noted: bool = True, **more: object) -> Fact:
    """A fact that a subsystem has judged itself."""
    return {"fact_id": fact_id, "state": "attention" if is_noted else "same", "status": "ok",
            "label": "физика", "value": 1, "n": 7, "detail": "от 2 до 8", "ground": "основание",
            **more}  # fmt: skip


def absent(fact_id: str, status: str = "no_data") -> Fact:
    """A fact that nobody told."""
    return {"fact_id": fact_id, "status": status}


def found(rule: NumberedRule, facts: tuple[Fact, ...], kind: str) -> pd.DataFrame:
    """Findings of one rule on the facts of one organisation (or of the municipality)."""
    whole = rule.rule.of_municipality
    placed = [
        {"level": MUNICIPALITY if whole else "school", "unit_id": MUNICIPALITY if whole else UNIT,
         **fact}
        for fact in facts
    ]  # fmt: skip
    return apply_rules([rule], facts_frame(pd.DataFrame(placed)), {UNIT: kind}, YEAR)


def assert_case(rules: Mapping[str, NumberedRule], case: Case) -> None:
    """The rule fires where it should, stays silent where it should, and its words are whole."""
    rule = rules[case.rule]
    rows = found(rule, case.fires, case.kind)
    assert len(rows) == 1, f"{case.rule} stays silent"
    assert found(rule, case.silent, case.kind).empty, f"{case.rule} fires where it should not"
    texts = [rows["finding"].iloc[0], rows["advice"].iloc[0]]
    if rule.rule.in_office and not rule.rule.of_municipality:
        gathered = summaries(rows, [rule], {UNIT: "Лесная СОШ"})
        texts += [gathered["finding"].iloc[0], gathered["advice"].iloc[0]]
    for text in filter(None, texts):
        plain = str(text).replace(NBSP, " ")
        assert not any(bad in plain for bad in _BAD), plain
        assert plain[:1].isupper() and plain.endswith("."), plain
        assert "нет данных" not in plain or "нет данных" in rule.rule.finding, plain
    assert case.says in texts[0].replace(NBSP, " "), texts[0]


def assert_whole(rules: Mapping[str, NumberedRule], cases: list[Case]) -> None:
    """Every rule of a file has its case."""
    assert {case.rule for case in cases} == set(rules)
