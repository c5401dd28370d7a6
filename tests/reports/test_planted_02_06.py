"""What was planted about low results and about management is found, and quiet towns stay quiet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from scipy.stats import binom

from msoko_lib.recommendations.judge import ESTABLISHED, FALSE_DISCOVERY_RATE
from msoko_lib.subsystems import heads, low_results
from msoko_lib.subsystems.findings import findings_of, lead, rules_of_year
from msoko_lib.subsystems.heads.computed import assessment
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from conftest import Made

Open = Callable[[str], Year]
# Planted phenomenon → report, rule that must speak of its school and of no other.
RULE_OF = {
    "low_results": ("02", "ШН-Р06"),
    "helped_and_left": ("02", "ШН-Р07"),
    "listed_without_help": ("02", "ШН-Р08"),
    "resilient": ("02", "ШН-Р13"),
    "open_orders": ("06", "РК-Р05"),
    "no_reserve": ("06", "РК-Р10"),
    "strong_head": ("06", "РК-Р02"),
}
# Planted phenomenon → the section that shows its ground.
SECTION_OF = {
    "low_results": low_results.who,
    "helped_and_left": low_results.dynamics,
    "listed_without_help": low_results.help_to_schools,
    "resilient": low_results.resilient,
    "open_orders": heads.supervision,
    "no_reserve": heads.reserve,
    "strong_head": heads.bands,
}
QUIET = ("02", "03", "04", "06", "07", "08")


@pytest.mark.parametrize("code", RULE_OF)
def test_the_school_alone_is_found_and_named(
    demo_project: Made, open_demo: Open, code: str
) -> None:
    subsystem, rule = RULE_OF[code]
    school = demo_project.truth.phenomenon(code).login
    year = open_demo(demo_project.newest)
    found = findings_of(year)
    assert found[found["rule_id"] == rule]["unit_id"].tolist() == [school]
    report = lead(year, subsystem)
    name = year.unit_names[school]
    told = [item.text for item in [*report.sentences, *report.actions]]
    assert any(name in text for text in told), told
    assert name in SECTION_OF[code](year).plain()


def test_the_low_school_is_low_in_the_bands_too_and_the_strong_one_is_not(
    demo_project: Made, open_demo: Open
) -> None:
    year = open_demo(demo_project.newest)
    found = assessment(year)
    assert found is not None
    bands = found.schools.set_index("school_id")["band"]
    truth = demo_project.truth
    assert bands[truth.phenomenon("strong_head").login] == "upper"
    assert bands[truth.phenomenon("low_results").login] == "lower"
    # Never a league table: inside a band nobody stands before anybody.
    assert (bands == "upper").sum() + (bands == "lower").sum() <= len(bands) / 2


@pytest.mark.parametrize("subsystem", QUIET)
def test_nothing_planted_established_flags_keep_their_rate(
    quiet_years: list[Year], subsystem: str
) -> None:
    """One family is one rule in one year: chance may set it off in 5 % of them, not more."""
    raised, families = 0, 0
    said: list[str] = []
    for year in quiet_years:
        found = findings_of(year)
        own = found[(found["subsystem"] == subsystem) & (found["evidence"] == ESTABLISHED)]
        own = own[(own["mark"] == "attention") & (own["unit_kind"] != "municipality")]
        tried = _rules_on_units(year, subsystem)
        families += len(tried)
        raised += own["rule_id"].nunique()
        said += [f"{row.rule_id} {row.unit_id}: {row.ground}" for row in own.itertuples()]
    assert families >= len(quiet_years)
    assert raised <= binom.ppf(0.99, families, FALSE_DISCOVERY_RATE), said


def _rules_on_units(year: Year, subsystem: str) -> pd.Index:
    """Rules of the subsystem that speak of organisations and ask for attention."""
    return pd.Index(
        [
            item.rule.id
            for item in rules_of_year(year)
            if item.subsystem == subsystem
            and item.rule.mark == "attention"
            and not item.rule.of_municipality
        ]
    )
