"""What was planted becomes a finding with its advice; where nothing was, hardly anything fires."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from msoko_lib.subsystems.findings import findings_of, lead, office_findings, unit_findings
from msoko_lib.subsystems.school import main_points
from msoko_lib.subsystems.school.opened import open_school
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from conftest import Made

NEWEST = "2024-2025"
Open = Callable[[str], Year]
# Planted phenomenon → the rules of which one must speak of that school.
SIGNS = ("ОБ-Р01", "ОБ-Р02", "ОБ-Р03")
RULES_OF = {
    "journal_gap": ("ОБ-Р04",),
    "boundary_peak": SIGNS,
    "drop_4_5": SIGNS,
    "vpr_oge_gap": SIGNS,
    "annual_not_confirmed": ("ОБ-Р05",),
    "olympiad_drop": ("ТЛ-Р03",),
    "no_observers": ("ОБ-Р07",),
    "low_results": ("КП-Р10",),
    "skill_deficit": ("КП-Р12",),
}
# What the office must not say of a school without a ground.
GRAVE = ("ОБ-Р01", "ОБ-Р02", "ОБ-Р04", "ОБ-Р05", "ОБ-Р06", "ОБ-Р07")


@pytest.mark.parametrize("code", RULES_OF)
def test_a_rule_speaks_of_the_school(demo_project: Made, open_demo: Open, code: str) -> None:
    planted = demo_project.truth.phenomenon(code)
    own = unit_findings(open_demo(NEWEST), planted.login)
    assert set(own["rule_id"]) & set(RULES_OF[code]), own["rule_id"].tolist()


@pytest.mark.parametrize("code", RULES_OF)
def test_the_office_reads_of_it_first_or_does_something(
    demo_project: Made, open_demo: Open, code: str
) -> None:
    """Each planted truth is in «Главное» or «Что сделать» of its report, the school named."""
    planted = demo_project.truth.phenomenon(code)
    year = open_demo(NEWEST)
    report = lead(year, "01" if RULES_OF[code][0].startswith("КП") else "05")
    told = [item.text for item in [*report.sentences, *report.actions]]
    assert any(year.school_names[planted.login] in text for text in told), told


@pytest.mark.parametrize("code", RULES_OF)
def test_the_school_reads_of_it_and_of_no_other(
    demo_project: Made, open_demo: Open, code: str
) -> None:
    planted = demo_project.truth.phenomenon(code)
    year = open_demo(NEWEST)
    report = main_points.lead(open_school(NEWEST, planted.login))
    own = unit_findings(year, planted.login)
    own = own[own["rule_id"].isin(RULES_OF[code])]
    texts = [item.text for item in [*report.sentences, *report.actions]]
    assert set(own["finding"]) & set(texts) or set(own["advice"]) & set(texts), texts
    others = set(year.school_names.values()) - {year.school_names[planted.login]}
    assert not [name for name in others for text in texts if name in text]


def test_medals_are_told_of_the_municipality_alone(demo_project: Made, open_demo: Open) -> None:
    demo_project.truth.phenomenon("medal_not_confirmed")
    found = findings_of(open_demo(NEWEST))
    told = found[found["rule_id"].isin(["ОБ-Р10", "ОБ-Р13", "ОБ-Р14"])]
    assert told["unit_id"].tolist() == ["municipality"]


def test_a_tiny_school_hears_of_no_single_work(demo_project: Made, open_demo: Open) -> None:
    smallest = min(demo_project.truth.schools, key=lambda item: item.pupils_per_grade)
    own = unit_findings(open_demo(NEWEST), smallest.login)
    assert "КП-Р18" in set(own["rule_id"])
    of_works = {"КП-Р10", "КП-Р11", "КП-Р12", "КП-Р16", "КП-Р17", "КП-Р22"}
    assert not of_works & set(own["rule_id"])
    report = main_points.lead(open_school(NEWEST, smallest.login))
    assert any("писали единицы" in item.text for item in report.sentences)


def test_findings_are_computed_once(demo_project: Made, open_demo: Open, monkeypatch) -> None:
    """A report of a school reads the kept table: no source of facts is asked again."""
    year = open_demo(NEWEST)
    first = findings_of(year)
    monkeypatch.setattr(
        "msoko_lib.subsystems.findings.facts_of", lambda _: pytest.fail("computed again")
    )
    pd.testing.assert_frame_equal(findings_of(open_demo(NEWEST)), first)


def test_every_anchor_of_the_office_stands_in_order(demo_project: Made, open_demo: Open) -> None:
    year = open_demo(NEWEST)
    for subsystem in ("01", "05"):
        found = office_findings(year, subsystem)
        assert found["rank"].tolist() == list(range(1, len(found) + 1))
        # A rule without a section of its own leads to «Мониторинг».
        assert all(sentence.anchor for sentence in lead(year, subsystem).sentences)


def test_where_nothing_was_planted_grave_rules_are_silent(quiet_years: list[Year]) -> None:
    """Single signs have their own rate (test_planted); combinations and marks hardly ever fire."""
    fired = [findings_of(year) for year in quiet_years]
    units = sum(len(year.schools) for year in quiet_years)
    grave = sum(int(frame["rule_id"].isin(GRAVE).sum()) for frame in fired)
    assert units >= 80
    # Four families a year at 5 % and two rules without chance.
    assert grave <= 4, [frame.loc[frame["rule_id"].isin(GRAVE), "rule_id"] for frame in fired]
