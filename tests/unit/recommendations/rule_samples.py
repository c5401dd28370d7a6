"""Facts and rules made by hand."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import facts_frame

RULE = """
subsystem: "07"
rules:
  - id: ПП-Р01
    units: [школа]
    when:
      - {fact: ПП-09, is: хуже ориентира}
    mark: attention
    finding: "Без наставника {rest:педагог|педагога|педагогов}, ориентир {target}."
    summary: "Наставники есть не у всех: {units}."
    addressee: руководитель
    advice: "Закрепить наставника."
    deadline: до 1 ноября
    control: ПП-09
    weight: 3
"""


def fact(unit_id: str, numerator: float, denominator: float, **more: object) -> dict[str, object]:
    """A share of people with a target of 80 %, of a school unless said otherwise."""
    return {
        "fact_id": "ПП-09",
        "level": "school",
        "unit_id": unit_id,
        "title": "Наставничество",
        "unit": "%",
        "scale": 100,
        "better": 1,
        "value": numerator / denominator,
        "numerator": numerator,
        "denominator": denominator,
        "n": denominator,
        "target": 0.8,
        "target_words": "не ниже 80 %",
        "target_status": "муниципальный",
        "status": "ok",
        **more,
    }


def frame(*facts: dict[str, object]) -> pd.DataFrame:
    return facts_frame(pd.DataFrame(list(facts)))
