"""The true answers: whole, consistent with the exam files, quiet where nothing is planted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import pytest

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.demo.answers import Answers, answers
from msoko_lib.demo.build import found_town
from msoko_lib.demo.exam_sitting import sittings
from msoko_lib.demo.municipality import make_additional, make_preschools
from msoko_lib.demo.vpr_year import Town, vpr_works
from msoko_lib.intake.form_cells import NUMERIC_KINDS, bounds_of
from msoko_lib.intake.form_checks import is_jump
from msoko_lib.project import Project, school_year_of

YEARS = (2023, 2024, 2025)
BOTH = pytest.mark.parametrize("planted", [True, False], ids=["planted", "quiet"])
OF_KIND = {"да/нет": bool, "целое": int, "число": float, "балл": float, "выбор": str,
           "текст": str, "дата": date}  # fmt: skip


@dataclass(frozen=True)
class Collected:
    """A municipality and its true answers of every year."""

    town: Town
    years: dict[int, Answers]
    kinds: dict[str, str]

    def every(self) -> list[tuple[int, str, str, object]]:
        """Year, organisation, field, answer."""
        return [
            (year, unit, name, value)
            for year, units in self.years.items()
            for unit, fields in units.items()
            for name, value in fields.items()
        ]


@cache
def collected(planted: bool, schools: int = 14, seed: int = 1) -> Collected:
    town = found_town(schools, YEARS, seed, planted)
    preschools, additional = make_preschools(planted), make_additional()
    kinds = {unit.unit_id: "school" for unit in town.schools}
    kinds |= {unit.unit_id: "preschool" for unit in preschools}
    kinds |= {unit.unit_id: "additional" for unit in additional}
    years = {year: answers(town, preschools, additional, year) for year in YEARS}
    return Collected(town, years, kinds)


@cache
def catalogue() -> Catalogue:
    return load_catalogue(Project.find())


@BOTH
def test_every_field_is_answered_by_the_organisations_it_concerns(planted: bool) -> None:
    sample = collected(planted)
    fields = catalogue().fields
    for year, units in sample.years.items():
        for name, item in fields.items():
            who = {sample.kinds[unit] for unit, given in units.items() if name in given}
            # A field that one year does not ask may be known all the same.
            assert who == set(item.units), (year, name)
    assert {name for _, _, name, _ in sample.every()} == set(fields)


@BOTH
@pytest.mark.parametrize("schools", [4, 14, 120])
def test_answers_are_of_their_kind_within_bounds_and_no_part_exceeds_its_whole(
    planted: bool, schools: int
) -> None:
    sample = collected(planted, schools)
    fields = catalogue().fields
    for year, unit, name, value in sample.every():
        item, given = fields[name], sample.years[year][unit]
        assert type(value) is OF_KIND[item.kind], (name, value)
        if item.kind in NUMERIC_KINDS:
            low, high = bounds_of(item)
            assert low is None or value >= low, (year, unit, name, value)
            assert high is None or value <= high, (year, unit, name, value)
            if item.part_of is not None:
                assert value <= given[item.part_of], (year, unit, name)
        if item.kind == "выбор":
            assert value in item.choices


@BOTH
def test_sums_and_what_two_sources_both_say(planted: bool) -> None:
    for units in collected(planted).years.values():
        for given in units.values():
            if "pupils_n" in given:
                stages = ("pupils_noo_n", "pupils_ooo_n", "pupils_soo_n")
                assert sum(given.get(name, 0) for name in stages) == given["pupils_n"]
                assert given["graduates9_n"] + given.get("graduates11_n", 0) == given["graduates_n"]
                placed = given["graduates9_college_n"] + given.get("graduates11_by_profile_n", 0)
                assert placed + given["graduates_unplaced_n"] <= given["graduates_n"]
                assert (
                    given["teachers_under_35_n"] + given["teachers_pension_n"]
                    <= (given["teachers_n"])
                )
                for name in ("pupils_n", "ovz_pupils_n", "dropped_out_n", "teachers_n",
                             "teachers_first_n", "teachers_high_n"):  # fmt: skip
                    assert given[f"oo1_{name}"] == given[name]
            if "children_n" in given:
                assert given["k85_children_n"] == given["children_n"]
                assert given["k85_teachers_n"] == given["teachers_n"]
            assert given["teachers_first_n"] + given["teachers_high_n"] <= given["teachers_n"]
            criteria = {
                "noko_k1": 0.3 * given["noko_p11"] + 0.3 * given["noko_p12"]
                + 0.4 * given["noko_p13"],
                "noko_k2": (given["noko_p21"] + given["noko_p23"]) / 2,
                "noko_k3": 0.3 * given["noko_p31"] + 0.4 * given["noko_p32"]
                + 0.3 * given["noko_p33"],
            }  # fmt: skip
            for name, value in criteria.items():
                assert given[name] == pytest.approx(value, abs=0.051)


def test_answers_agree_with_the_exam_files_of_the_year() -> None:
    sample = collected(True)
    town = sample.town
    for year in YEARS:
        written = np.zeros(len(town.schools), dtype=int)
        for work in vpr_works(town, year):
            written += np.bincount(work.school, minlength=len(written))
        taken = [item for item in sittings(town, year) if item.exam.subject == "Русский язык"]
        ninth = np.zeros(len(town.schools), dtype=int)
        eleventh = ninth.copy()
        for item in taken:
            target = eleventh if item.exam.exam == "ege" else ninth
            target += np.bincount(item.school, minlength=len(target))
        for school in town.schools:
            given = sample.years[year][school.login]
            assert given["works_written_n"] == written[school.index]
            assert given["graduates9_n"] == ninth[school.index]
            assert given.get("graduates11_n", 0) == eleventh[school.index]


def test_who_goes_on_to_grade_10_did_not_go_to_college() -> None:
    sample = collected(True)
    for year in YEARS[:-1]:
        for school in sample.town.schools:
            now = sample.years[year][school.login]
            later = sample.town.pupils.in_grade(year + 1, 10)
            going_on = int((sample.town.pupils.school[later] == school.index).sum())
            assert now["graduates9_college_n"] + going_on <= now["graduates9_n"]


def test_the_same_arguments_give_the_same_answers() -> None:
    sample = collected(True)
    preschools, additional = make_preschools(True), make_additional()
    again = answers(sample.town, preschools, additional, YEARS[1])
    assert again == sample.years[YEARS[1]]
    other = found_town(14, YEARS, 2, True)
    assert answers(other, preschools, additional, YEARS[1]) != again


def test_quiet_answers_hardly_leap_from_year_to_year() -> None:
    sample = collected(False)
    fields = catalogue().fields
    leaps = [
        (year, unit, name)
        for year, unit, name, value in sample.every()
        if year > YEARS[0]
        and fields[name].kind in NUMERIC_KINDS
        and fields[name].is_asked_in(school_year_of(year - 1))
        and name in sample.years[year - 1][unit]
        and is_jump(sample.years[year - 1][unit][name], value, fields[name].jump)
    ]
    # Small cohorts leap by themselves; more than a handful would drown the true questions.
    assert len(leaps) <= 5, leaps
