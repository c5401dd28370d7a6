"""What was planted among teachers, preschools and conditions is found and said by its report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from conftest import Made

NEWEST = "2024-2025"
Open = Callable[[str], Year]
# Planted phenomenon → the rules that must speak of its organisation.
RULES_OF = {
    "retirement_wave": ("ПП-Р01", "ПП-Р05"),
    "no_routes": ("ПП-Р07",),
    "self_rating_high": ("ДО-Р03", "ДО-Р04"),
    "sick_days_many": ("ДО-Р05",),
    "noko_access_weak": ("УС-Р01", "УС-Р02"),
    "site_incomplete": ("УС-Р03",),
    "bad_building": ("УС-Р04",),
    "open_orders": ("УС-Р06",),
}


@pytest.mark.parametrize("code", RULES_OF)
def test_the_rules_speak_of_the_organisation_alone(
    demo_project: Made, open_demo: Open, code: str
) -> None:
    planted = demo_project.truth.phenomenon(code)
    found = findings_of(open_demo(NEWEST))
    for rule in RULES_OF[code]:
        units = found[found["rule_id"] == rule]["unit_id"].tolist()
        assert units == [planted.login], (rule, units)
