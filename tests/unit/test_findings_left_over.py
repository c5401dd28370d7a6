"""Advice to the office that finds no room in «Что сделать» is not lost."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.apply import FINDING_COLUMNS
from msoko_lib.reporting.blocks import MAX_ACTIONS
from msoko_lib.subsystems.findings import actions_of, left_over


def rows(count: int) -> pd.DataFrame:
    """Findings told to the office, the most important first; the last has no advice."""
    made = [
        {
            "rule_id": f"МР-Р{place:02d}", "unit_kind": "municipality", "addressee": "управление",
            "advice": f"Дело {place}." if place < count else "", "deadline": "до 1 октября",
            "control": "МР-06", "weight": 5 if place == count - 1 else 3, "rank": place + 1,
            "ground": "основание", "evidence": "установлено", "works": "", "anchor": "",
            "value": 1.0, "n": float("nan"),
        }
        for place in range(count + 1)
    ]  # fmt: skip
    return pd.DataFrame(made, columns=FINDING_COLUMNS)


def test_what_has_no_room_at_the_top_follows_below_once() -> None:
    found = rows(MAX_ACTIONS + 3)
    top = [item.text for item in actions_of(found)]
    below = left_over(found, set(found["rule_id"]))["advice"].tolist()
    assert len(top) == MAX_ACTIONS and top[0] == f"Дело {MAX_ACTIONS + 2}.", "weight goes first"
    assert sorted([*top, *below]) == sorted(f"Дело {place}." for place in range(MAX_ACTIONS + 3))


def test_advice_of_the_organisations_own_is_not_repeated() -> None:
    found = rows(MAX_ACTIONS + 3)
    assert left_over(found, set()).empty
    assert left_over(rows(MAX_ACTIONS), set(found["rule_id"])).empty
