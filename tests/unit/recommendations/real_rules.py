"""The rules of the repository put to facts made by hand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from msoko_lib.project import Project
from msoko_lib.recommendations.apply import apply_rules, summaries
from msoko_lib.recommendations.facts import MUNICIPALITY, facts_frame
from msoko_lib.recommendations.rules import NumberedRule, load_rules
from msoko_lib.reporting.numbers_ru import NBSP

YEAR = "2024-2025"
KINDS = {"a": "school", "b": "school", "k": "preschool", "d": "additional"}
NAMES = {"a": "Лесная СОШ", "b": "Озёрная СОШ", "k": "Сад «Ёлочка»", "d": "Центр творчества"}
# Nothing of a filled sentence may look like this.
_UNFILLED = re.compile(r"[{}]|\bnan\b|\bNone\b|нет данных|  | [,.;:]|\(\)|\.\.|«»")


@dataclass(frozen=True)
class Case:
    """A rule, facts on which it speaks, facts on which it keeps silent, what it must say."""

    rule: str
    fires: tuple[dict[str, object], ...]
    silent: tuple[dict[str, object], ...]
    says: str = ""
    means_no_data: bool = False


@lru_cache(maxsize=2)
def rules_of(subsystem: str) -> tuple[NumberedRule, ...]:
    """Rules of a subsystem as the repository has them."""
    project = Project(Path(__file__).resolve().parents[3])
    return tuple(item for item in load_rules(project) if item.subsystem == subsystem)


def findings(subsystem: str, facts: Iterable[dict[str, object]]) -> pd.DataFrame:
    """Findings of a subsystem's rules on facts made by hand."""
    frame = facts_frame(pd.DataFrame(list(facts)))
    return apply_rules(rules_of(subsystem), frame, KINDS, YEAR)


def check(subsystem: str, case: Case) -> None:
    """The rule fires on its facts in whole sentences, and stays silent on the others."""
    found = findings(subsystem, case.fires)
    own = found[found["rule_id"] == case.rule]
    assert len(own) >= 1, (case.rule, found["rule_id"].tolist())
    told = [*own["finding"], *own["advice"], *own["ground"]]
    gathered = summaries(own, rules_of(subsystem), NAMES)
    told += [*gathered["finding"], *gathered["advice"], *gathered["ground"]]
    for text in told:
        plain = text.replace(NBSP, " ")
        if case.means_no_data:
            plain = plain.replace("нет данных", "")
        assert not _UNFILLED.search(plain), (case.rule, text)
    assert case.says in own["finding"].iloc[0].replace(NBSP, " "), own["finding"].iloc[0]
    quiet = findings(subsystem, case.silent)
    assert case.rule not in set(quiet["rule_id"]), (case.rule, quiet)


def check_every_rule_has_a_case(subsystem: str, cases: Iterable[Case]) -> None:
    """No rule of the file goes untested."""
    assert {case.rule for case in cases} == {item.rule.id for item in rules_of(subsystem)}


def flag(
    fact_id: str, unit_id: str = "a", state: str = "attention", **more: object
) -> dict[str, object]:
    """A fact that a subsystem has judged; the whole municipality where ``unit_id`` says so."""
    level = MUNICIPALITY if unit_id == MUNICIPALITY else "school"
    return {"fact_id": fact_id, "level": level, "unit_id": unit_id, "state": state,
            "status": "ok", "ground": "основание", **more}  # fmt: skip


def share(
    fact_id: str, numerator: float, denominator: float, unit_id: str = "a", **more: object
) -> dict[str, object]:
    """A share of counted people or things."""
    level = MUNICIPALITY if unit_id == MUNICIPALITY else "school"
    return {"fact_id": fact_id, "level": level, "unit_id": unit_id, "title": "Показатель",
            "unit": "%", "scale": 100, "better": 1, "value": numerator / denominator,
            "numerator": numerator, "denominator": denominator, "n": denominator, "status": "ok",
            **more}  # fmt: skip
