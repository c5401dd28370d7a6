"""Report 12 finds what was planted, on the right side, and hardly anything where nothing was."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from scipy import stats

from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.reporting.blocks import Section
from msoko_lib.subsystems import comparable, kept
from msoko_lib.subsystems.comparable import computed, nearest, reached
from msoko_lib.subsystems.comparable.school_part import school_part
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year, open_year

if TYPE_CHECKING:
    from conftest import Made

NEWEST = "2024-2025"
NULL_SEEDS = (101, 102, 103)
SECTIONS = (
    comparable.lead, comparable.goals, comparable.conditions, comparable.groups,
    comparable.similar, comparable.expected, comparable.added, comparable.links,
)  # fmt: skip


@pytest.fixture(scope="module")
def demo_year(demo_project: Made) -> Year:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ROOT_VARIABLE, str(demo_project.project.root))
        return open_year(NEWEST)


def test_resilient_and_low_school_stand_on_their_sides(demo_project: Made, demo_year: Year) -> None:
    marks = reached.verdicts(demo_year).set_index("school_id")["mark"]
    truth = demo_project.truth
    assert marks[truth.phenomenon("resilient").login] == "up"
    assert marks[truth.phenomenon("low_results").login] == "attention"
    rest = marks.drop([truth.phenomenon(code).login for code in ("resilient", "low_results")])
    assert not rest.isin(["up", "attention"]).any()


def test_the_groups_are_town_and_village_and_every_school_is_sure(demo_year: Year) -> None:
    members = computed.clusters_of(demo_year).members.set_index("school_id")
    assert set(members["status"]) == {"ok"}
    territory = demo_year.schools.set_index("school_id")["territory"]
    assert members.groupby("cluster").apply(
        lambda rows: territory[rows.index].nunique(), include_groups=False
    ).tolist() == [1, 1]
    assert (members["confidence"] > 0.7).all()


def test_similar_schools_are_of_one_kind_of_place(demo_year: Year) -> None:
    pairs = kept.similar_schools(demo_year).dropna(subset=["rank"])
    territory = demo_year.schools.set_index("school_id")["territory"]
    assert (pairs["school_id"].map(territory) == pairs["neighbour_id"].map(territory)).all()
    assert (pairs["distance"] <= 0.5).all()
    kinds = {found.kind for found in computed.peers(demo_year).values()}
    assert "none" not in kinds


def test_an_unconfirmed_grade_8_is_left_out_of_the_line(
    demo_project: Made, demo_year: Year
) -> None:
    """Planted: a school's ВПР 8 stands far above its ОГЭ; with it the line is nearly flat."""
    login = demo_project.truth.phenomenon("vpr_oge_gap").login
    assert login in computed.under_question(demo_year)
    every, trusted = computed.added_of(demo_year)
    assert every is not None and trusted is not None
    assert login in set(every.schools["school_id"]) and login in trusted.excluded
    assert float(trusted.fit.fixed_effects["prior"]) > 2 * float(every.fit.fixed_effects["prior"])
    assert not trusted.schools["evidence"].isin(["above", "below"]).any()
    assert every.schools.set_index("school_id")["effect"].idxmin() != ""


def test_a_school_is_told_its_own_expected_result_and_no_other(
    demo_project: Made, demo_year: Year
) -> None:
    names = demo_year.school_names
    for code, words in (("resilient", "выше, чем обычно"), ("low_results", "ниже, чем обычно")):
        login = demo_project.truth.phenomenon(code).login
        block = school_part(SchoolYear(demo_year, login, names[login], ""))
        assert isinstance(block, Section) and words in block.finding
        text = block.html()
        assert not any(name in text for unit, name in names.items() if unit != login)
        assert "репетиторы" in text, "the caution stands beside the figures"


def test_every_section_can_be_told(demo_year: Year) -> None:
    for section in SECTIONS:
        assert section(demo_year).plain()


@pytest.fixture(scope="module")
def quiet_years(made_once: Callable[..., Made]) -> list[Year]:
    options = {"schools": 14, "years": 2, "pupils_scale": 0.6, "planted": False}
    years = []
    for seed in NULL_SEEDS:
        project = made_once(f"quiet{seed}", seed=seed, **options).project
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(ROOT_VARIABLE, str(project.root))
            years += [open_year(school_year) for school_year in project.raw_years()]
    return years


def test_nothing_planted_hardly_a_school_is_named(quiet_years: list[Year]) -> None:
    """5–6 % outside one interval is the stated rate; outside both sources' – far fewer."""
    judged = outside = named = 0
    for year in quiet_years:
        for found in computed.expected_of(year):
            positions = found.schools["position"]
            judged += int((positions != "no_data").sum())
            outside += int(positions.isin(["above", "below"]).sum())
        named += int(reached.verdicts(year)["mark"].isin(["up", "attention"]).sum())
    assert judged > 120
    assert outside <= int(stats.binom.isf(0.001, judged, 0.06))
    assert named <= 2


def test_nothing_planted_no_value_added_is_claimed(quiet_years: list[Year]) -> None:
    found = [computed.added_of(year)[0] for year in quiet_years]
    fitted = [item for item in found if item is not None]
    assert len(fitted) >= len(NULL_SEEDS)
    named = sum(int(item.schools["evidence"].isin(["above", "below"]).sum()) for item in fitted)
    assert named <= 1


def test_nothing_planted_peers_differ_at_the_stated_rate(quiet_years: list[Year]) -> None:
    families = [nearest.against_peers(year) for year in quiet_years]
    flagged = [bool(rows["mark"].isin(["up", "attention"]).any()) for rows in families if len(rows)]
    assert len(flagged) == len(quiet_years)
    assert sum(flagged) <= int(stats.binom.isf(0.001, len(flagged), 0.05))


@pytest.mark.parametrize(
    ("name", "options"),
    [("six", {"schools": 6, "years": 1}), ("first14", {"schools": 14, "years": 1})],
)
def test_a_small_municipality_and_a_first_year_get_a_sensible_report(
    made_once: Callable[..., Made], monkeypatch: pytest.MonkeyPatch, name: str, options: dict
) -> None:
    made = made_once(name, **options)
    monkeypatch.setenv(ROOT_VARIABLE, str(made.project.root))
    year = open_year(made.newest)
    for section in SECTIONS:
        assert section(year).plain()
    lead = comparable.lead(year)
    assert 2 <= len(lead.sentences) <= 5
    members = computed.clusters_of(year).members
    if options["schools"] < 12:
        assert set(members["status"]) == {"too_few_schools"}
        assert {item.reason for item in computed.expected_of(year)} == {"few_schools"}
        assert {found.kind for found in computed.peers(year).values()} <= {"expert", "none"}
    else:
        assert set(members["movement"]) == {"no_data"}
    assert computed.added_of(year) == (None, None), "there is no grade 8 of the year before"
