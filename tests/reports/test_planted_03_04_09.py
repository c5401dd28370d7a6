"""What was planted about talents, career guidance and upbringing is found and named."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.subsystems.findings import findings_of, lead
from msoko_lib.subsystems.year import Year, open_year

if TYPE_CHECKING:
    from conftest import Made

# Planted phenomenon → report, rule that must speak of the organisation.
RULE_OF = {
    "olympiad_drop": ("03", "ТЛ-Р03"),
    "extra_education_low": ("03", "ТЛ-Р06"),
    "gifted_without_plans": ("03", "ТЛ-Р07"),
    "pupils_leave": ("03", "ТЛ-Р09"),
    "career_hours_low": ("04", "ПР-Р01"),
    "graduates_unplaced": ("04", "ПР-Р08"),
    "registered_jump": ("09", "ВС-Р01"),
    "no_psychologist": ("09", "ВС-Р05"),
}


@pytest.fixture
def newest(demo_project: Made, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Year]:
    monkeypatch.setenv(ROOT_VARIABLE, str(demo_project.project.root))
    return lambda: open_year(demo_project.newest)


@pytest.mark.parametrize("code", RULE_OF)
def test_the_rule_speaks_of_it_and_the_office_reads_its_name(
    demo_project: Made, newest: Callable[[], Year], code: str
) -> None:
    subsystem, rule = RULE_OF[code]
    unit = demo_project.truth.phenomenon(code).login
    year = newest()
    found = findings_of(year)
    assert found[found["rule_id"] == rule]["unit_id"].tolist() == [unit]
    report = lead(year, subsystem)
    told = [item.text for item in [*report.sentences, *report.actions]]
    assert any(year.unit_names[unit] in text for text in told), told
