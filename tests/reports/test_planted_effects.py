"""Report 13: the measure that worked is found, the one without effect is not praised."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.subsystems import effects
from msoko_lib.subsystems.effects import computed, facts, planning
from msoko_lib.subsystems.effects.school_part import unit_part
from msoko_lib.subsystems.year import Year, open_year

if TYPE_CHECKING:
    from conftest import Made

NEWEST = "2024-2025"
SECTIONS = (
    effects.goals, effects.register, effects.over_years, effects.outcome,
    effects.against_expected, effects.returned, effects.rungs, effects.lacking, effects.plan,
)  # fmt: skip


@pytest.fixture(scope="module")
def demo_year(demo_project: Made) -> Year:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ROOT_VARIABLE, str(demo_project.project.root))
        return open_year(NEWEST)


def of_units(year: Year, units: set[str], indicator: str) -> computed.MeasureResult:
    (found,) = [
        item for item in computed.results_of(year)
        if set(item.measure.units) == units and item.measure.indicator_id == indicator
        and item.measure.registered == NEWEST
    ]  # fmt: skip
    return found


def test_the_measure_that_worked(demo_project: Made, demo_year: Year) -> None:
    planted = demo_project.truth.phenomenon("measure_worked")
    found = of_units(demo_year, {planted.login}, planted.works[0])
    passport = demo_year.catalogue[planted.works[0]]
    assert found.estimate is not None and found.estimate.rung == "C"
    assert computed.verdict_of(found, passport) == "effect"
    assert found.estimate.ci_low > 0.03


def test_the_measure_without_effect(demo_project: Made, demo_year: Year) -> None:
    planted = demo_project.truth.phenomenon("measure_without_effect")
    found = of_units(demo_year, set(planted.details["schools"]), planted.works[0])
    passport = demo_year.catalogue[planted.works[0]]
    assert found.estimate is not None
    assert computed.verdict_of(found, passport) in ("unproved", "no_plan")
    assert found.estimate.ci_low < 0 < found.estimate.ci_high
    worked = demo_project.truth.phenomenon("measure_worked").login
    assert worked in found.apart, "a school under another measure is no comparison"


def test_a_measure_chosen_by_a_written_rule_stands_on_the_highest_rung(demo_year: Year) -> None:
    rows = computed.rows_of(demo_year)
    (row,) = rows[rows["indicator_id"] == "ПП-02"].to_dict("records")
    assert row["rung"] == "A" and row["compared_n"] >= 6
    assert row["verdict"] in ("unproved", "no_plan"), "it was planted without effect"


def test_below_rung_c_nothing_is_called_an_effect(demo_year: Year) -> None:
    rows = computed.rows_of(demo_year)
    below = rows[~rows["rung"].isin(["A", "B", "C"])]
    assert len(below) and below["verdict"].isin(["dynamics", "silent"]).all()


def test_an_organisation_reads_no_other_name(demo_year: Year) -> None:
    rows = facts.compute(demo_year)
    own = rows[rows["fact_id"] == facts.OWN_EFFECT]
    assert len(own)
    for row in own.itertuples():
        others = [name for unit, name in demo_year.unit_names.items() if unit != row.unit_id]
        assert not any(name in f"{row.ground} {row.detail}" for name in others)


def test_a_school_is_told_what_came_of_its_measures(demo_project: Made, demo_year: Year) -> None:
    worked = demo_project.truth.phenomenon("measure_worked").login
    vain = demo_project.truth.phenomenon("measure_without_effect").details["schools"][0]
    assert "эффект виден у одной меры" in unit_part(demo_year, worked).plain()
    assert "эффект пока не доказан ни у одной" in unit_part(demo_year, vain).plain()
    for unit in (worked, vain):
        text = unit_part(demo_year, unit).html()
        others = [name for other, name in demo_year.unit_names.items() if other != unit]
        assert not any(name in text for name in others)


def test_more_schools_and_pupils_see_more(demo_year: Year) -> None:
    found = planning.visible(demo_year, "КП-04").set_index("size")
    assert found["k1"].is_monotonic_decreasing
    assert (found["k5"] < found["k1"]).all()


def test_every_section_comes_out(demo_year: Year) -> None:
    for section in SECTIONS:
        assert section(demo_year).plain()
    assert 2 <= len(effects.lead(demo_year).sentences) <= 5


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("six", {"schools": 6, "years": 1}),
        ("tiny", {"schools": 6, "years": 2, "pupils_scale": 0.5}),
    ],
)
def test_a_small_municipality_gets_a_sensible_report(
    made_once: Callable[..., Made], monkeypatch: pytest.MonkeyPatch, name: str, options: dict
) -> None:
    made = made_once(name, **options)
    monkeypatch.setenv(ROOT_VARIABLE, str(made.project.root))
    year = open_year(made.newest)
    for section in SECTIONS:
        assert section(year).plain()
    rows = computed.rows_of(year)
    assert not rows["verdict"].isin(["effect", "harm"]).any(), "one year shows no effect"
