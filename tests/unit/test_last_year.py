"""What became of last year's recommendations."""

from __future__ import annotations

import pandas as pd
from hand_made_year import year_of

from msoko_lib.recommendations.apply import FINDING_COLUMNS
from msoko_lib.reporting.blocks import Nothing
from msoko_lib.subsystems.last_year import followed_up, results, year_before


def finding(rule: str, unit: str, fact: str = "ПП-09", **more: object) -> dict[str, object]:
    return {"rule_id": rule, "unit_id": unit, "fact_id": fact, "subsystem": "07",
            "unit_kind": "school", "advice": "Закрепить наставника.", **more}  # fmt: skip


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=FINDING_COLUMNS)


def test_a_ground_is_gone_only_where_there_is_a_value_to_judge_by() -> None:
    before = frame(
        finding("ПП-Р01", "а"), finding("ПП-Р01", "б"), finding("ПП-Р01", "в"),
        finding("ПП-Р02", "а", fact="волна"), finding("ПП-Р03", "а", advice=""),
        finding("КП-Р01", "а", subsystem="01"),
    )  # fmt: skip
    indicators = pd.DataFrame(
        {"indicator_id": ["ПП-09"] * 3, "unit_id": list("абв"),
         "status": ["ok", "ok", "no_data"]}
    )  # fmt: skip
    rows = followed_up(before, frame(finding("ПП-Р01", "а")), indicators, "07")
    told = {(row.rule_id, row.unit_id): row.state for row in rows.itertuples()}
    assert told == {
        ("ПП-Р01", "а"): "holds", ("ПП-Р01", "б"): "gone", ("ПП-Р01", "в"): "unknown",
        ("ПП-Р02", "а"): "gone",
    }  # fmt: skip


def test_the_first_year_has_nothing_to_tell(tmp_path) -> None:
    year = year_of(tmp_path, {"а": {"teachers_n": 9}})
    assert year_before(year) is None
    block = results(year, "07")
    assert isinstance(block, Nothing) and "прошлый год" in block.plain()
