"""The demo's other sources read back: the bank holds the true answers, each fault is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pytest

from msoko_lib.bank import Bank
from msoko_lib.catalogue import load_catalogue
from msoko_lib.demo.answers import Answers, answers
from msoko_lib.demo.build import found_town
from msoko_lib.demo.municipality import make_additional, make_preschools
from msoko_lib.demo.school_tables import write_directory, write_enrolment
from msoko_lib.demo.source_fields import OF_PRESCHOOLS, OF_SCHOOLS, from_sources
from msoko_lib.demo.source_year import SourceYear
from msoko_lib.demo.sources import write_sources
from msoko_lib.intake.pipeline import IntakeResult, intake_year
from msoko_lib.intake.source_params import load_source_params
from msoko_lib.project import Project, school_year_of

YEARS = (2023, 2024, 2025)
# What a planted fault is called → the rule that must tell of it.
RULE_OF_FAULT = {
    "teacher_twice": "source_teacher_merged", "form_of_other_year": "source_wrong_year",
    "per_cent_as_text": "source_bad_value", "total_differs": "source_total_differs",
    "ogrn_typo": "unknown_school",
}  # fmt: skip
# Said of a municipality where nothing is faulty: totals are left out, small schools are small.
QUIET_RULES = {
    "source_map_unverified", "source_rows_skipped", "source_teacher_small", "source_empty_cells",
    "map_totals", "map_empty_cells",
}  # fmt: skip
NOKO = {f"noko_k{number}" for number in range(1, 6)}
# Fields that a fault changes or loses in its organisation.
FIELDS_OF_FAULT = {
    "ogrn_typo": ("site_points", "site_points_max"),
    "per_cent_as_text": ("regional_tested_n", "regional_basic_n"),
}


def spoilt_fields(year: SourceYear) -> set[tuple[str, str]]:
    """(organisation, field) that the planted faults of a year change."""
    return {
        (str(item.details["unit_id"]), name)
        for item in year.defects
        for name in FIELDS_OF_FAULT.get(item.code, ())
    }


@dataclass(frozen=True)
class Sources:
    """Sources of one year in a project of their own, and what the intake made of them."""

    project: Project
    year: SourceYear
    result: IntakeResult

    @cached_property
    def bank(self) -> Bank:
        return Bank(self.project, self.year.school_year)

    @cached_property
    def values(self) -> dict[tuple[str, str], float]:
        """(organisation, field) → value in the bank."""
        frame = self.bank.table("form_values")
        keys = zip(frame["school_id"], frame["field_id"], strict=True)
        return dict(zip(keys, frame["value"], strict=True))

    def rules(self) -> set[str]:
        return {item.rule for item in self.result.findings}


@pytest.fixture(scope="module")
def made(new_project: Callable[[], Project]) -> Callable[[bool, int], Sources]:
    cache: dict[tuple[bool, int], Sources] = {}

    def make(planted: bool, end_year: int) -> Sources:
        if (planted, end_year) not in cache:
            cache[planted, end_year] = _make(new_project(), planted, end_year)
        return cache[planted, end_year]

    return make


def _make(project: Project, planted: bool, end_year: int) -> Sources:
    town = found_town(14, YEARS, 1, planted)
    gardens, extra = make_preschools(planted), make_additional()
    folder = project.raw(school_year_of(end_year))
    true: Answers = answers(town, gardens, extra, end_year)
    year = SourceYear(town, gardens, extra, true, end_year, folder)
    write_directory(folder, town, gardens, extra)
    write_enrolment(folder, town, end_year)
    write_sources(year)
    return Sources(project, year, intake_year(project, year.school_year))


CASES = pytest.mark.parametrize(
    ("planted", "end_year"), [(True, 2025), (True, 2024), (False, 2023)],
    ids=["newest", "earlier", "quiet"],
)  # fmt: skip


@CASES
def test_the_bank_holds_the_true_answers(
    made: Callable[[bool, int], Sources], planted: bool, end_year: int
) -> None:
    found = made(planted, end_year)
    fields = load_catalogue(found.project).fields
    lost = spoilt_fields(found.year)
    told = {(item.login, str(item.details.get("oo1_field"))) for item in found.year.phenomena}
    compared = 0
    for (unit, name), value in found.values.items():
        if name not in fields or unit not in found.year.answers:
            continue
        if (unit, name) in told | lost:
            continue
        true = found.year.answers[unit].get(name)
        if true is None:
            assert name == "accreditation", (unit, name)
            continue
        # The criteria of НОКО are rounded in the answers and computed from their parts here.
        assert value == pytest.approx(float(true), abs=0.051 if name in NOKO else 1e-6), (
            unit, name,
        )  # fmt: skip
        compared += 1
    assert compared > 900


@CASES
def test_what_is_said_to_come_from_sources_does(
    made: Callable[[bool, int], Sources], planted: bool, end_year: int
) -> None:
    found = made(planted, end_year)
    lost = spoilt_fields(found.year)
    for unit in found.year.everybody:
        for name in from_sources(unit.kind, unit.answers, end_year):
            if (unit.unit_id, name) not in lost:
                assert (unit.unit_id, name) in found.values, (unit.name, name)


def test_fields_said_to_come_from_sources_are_the_offices() -> None:
    fields = load_catalogue(Project.find()).fields
    for name in (*OF_SCHOOLS, *OF_PRESCHOOLS):
        assert fields[name].filled_by == "управление", name


def test_every_planted_fault_is_told_of(made: Callable[[bool, int], Sources]) -> None:
    found = made(True, 2025)
    said = {
        (item.rule, item.file): item.cell.lstrip("ABCDEFGHIJ") for item in found.result.findings
    }
    assert {item.code for item in found.year.defects} == RULE_OF_FAULT.keys()
    for fault in found.year.defects:
        row = said[RULE_OF_FAULT[fault.code], fault.file]
        assert "row" not in fault.details or row == str(fault.details["row"]), fault


def test_a_share_instead_of_a_number_costs_that_row_alone(
    made: Callable[[bool, int], Sources],
) -> None:
    found = made(True, 2025)
    fault = next(item for item in found.year.defects if item.code == "per_cent_as_text")
    unit = str(fault.details["unit_id"])
    true = float(str(found.year.answers[unit]["regional_tested_n"]))
    assert 0 < found.values[unit, "regional_tested_n"] < true


def test_contradictions_are_told_of_once_each_and_nothing_else_differs(
    made: Callable[[bool, int], Sources],
) -> None:
    """No forms stand here, so enrolment and the lists of teachers are the other witnesses."""
    found = made(True, 2025)
    told = [item.found for item in found.result.findings if item.rule == "source_two_values"]
    planted = [item for item in found.year.phenomena if item.code == "sources_differ"]
    assert len(told) == len(planted) == 3
    for item in planted:
        name = found.year.town.schools[
            [school.unit_id for school in found.year.town.schools].index(item.login)
        ].short_name
        values = {str(item.details["said"]), str(item.details["true"])}
        assert any(name in words and all(each in words for each in values) for words in told)
    assert made(True, 2024).rules().isdisjoint({"source_two_values", "conflict"})


def test_a_quiet_municipality_has_no_fault_and_no_contradiction(
    made: Callable[[bool, int], Sources],
) -> None:
    quiet = made(False, 2023)
    assert quiet.year.defects == [] and quiet.year.phenomena == []
    assert quiet.result.exit_code == 0
    assert quiet.rules() <= QUIET_RULES


def test_an_unverified_map_is_told_of_once_a_year(made: Callable[[bool, int], Sources]) -> None:
    told = [
        item for item in made(False, 2023).result.findings if item.rule == "source_map_unverified"
    ]
    assert len(told) == 3  # ОО-1, ОО-2, 85-К


def test_groups_of_teachers(made: Callable[[bool, int], Sources]) -> None:
    found = made(True, 2025)
    groups = found.bank.table("teacher_groups")
    assert set(groups["source"]) == {"list"}  # ОО-1 steps back where the school has a list
    ages = groups[groups["dimension"] == "age"]
    titles = load_source_params(found.project).teacher_ages.titles
    teachers = ages.groupby("school_id")["n"].sum()
    for school in found.year.schools:
        own = ages[ages["school_id"] == school.unit_id].sort_values("group_order")
        assert tuple(own["group"]) == titles
        assert teachers[school.unit_id] == school.whole("teachers_n")
        assert own["n"].iloc[:3].sum() == school.whole("teachers_under_35_n")
        assert own["n"].iloc[-2:].sum() == school.whole("teachers_pension_n")
    subjects = groups[groups["dimension"] == "subject"]
    assert "Другой предмет" not in set(subjects["group"])
    by_subject = subjects.pivot_table(
        index="group", columns="counted", values="n", aggfunc="sum"
    ).fillna(0)
    seen = by_subject[by_subject["diagnosed"] >= 10]
    assert (seen["deficits"] / seen["diagnosed"]).idxmax() == "Математика"
    vacant = sum(
        int(unit.number("posts_n") - unit.number("posts_filled_n")) for unit in found.year.schools
    )
    assert by_subject["vacancies"].sum() == vacant > 0


def test_ages_come_from_statistics_where_there_is_no_list(
    new_project: Callable[[], Project],
) -> None:
    project = new_project()
    town = found_town(4, YEARS, 1, True)
    gardens, extra = make_preschools(True), make_additional()
    folder = project.raw("2024-2025")
    year = SourceYear(town, gardens, extra, answers(town, gardens, extra, 2025), 2025, folder)
    write_directory(folder, town, gardens, extra)
    write_sources(year)
    for path in (folder / "Педагоги").iterdir():
        path.unlink()
    intake_year(project, "2024-2025")
    groups = Bank(project, "2024-2025").table("teacher_groups")
    assert set(groups["source"]) == {"statistics"} and set(groups["dimension"]) == {"age"}
    totals: pd.Series = groups.groupby("school_id")["n"].sum()
    for school in year.schools:
        assert totals[school.unit_id] == school.whole("teachers_n")


def test_mkdo_self_assessment_by_area(made: Callable[[bool, int], Sources]) -> None:
    found = made(True, 2025)
    for garden in found.year.gardens:
        own = [found.values[garden.unit_id, f"mkdo_self_{area}"] for area in range(1, 10)]
        assert sum(own) / 9 == pytest.approx(garden.number("mkdo_self"))
        assert all(1 <= level <= 5 for level in own) and len(set(own)) > 1
