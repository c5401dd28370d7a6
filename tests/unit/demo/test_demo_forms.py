"""Filled forms and registers, read back by the readers of real ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from msoko_lib.bank import Bank
from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.demo import DemoTruth
from msoko_lib.demo.source_fields import from_sources
from msoko_lib.indicators import calendar
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.intake.pipeline import IntakeResult, intake_year
from msoko_lib.project import Project, end_year_of, school_year_of
from msoko_lib.settings import load_settings

REPOSITORY = Project.find(Path(__file__).parent)
COLLECTED = ("Формы", "Реестры", "Справочники/Справочник ОО.xlsx")
NEWEST, BEFORE, OLDEST = "2024-2025", "2023-2024", "2022-2023"
RULES = {
    "form_numbers_as_text": "form_unit_words", "form_sheet_deleted": "form_sheets_missing",
    "form_corrected": "older_edition", "form_part_above": "form_part_above_whole",
    "form_date_unreadable": "form_not_date", "form_jump": "form_jump",
    "form_last_year": "form_wrong_year", "form_none_is_zero": "form_none_is_zero",
}  # fmt: skip
REGISTERS = ("measures", "roadmap", "procedures", "observers", "replies")


@dataclass(frozen=True)
class ReadBack:
    """A demo of which forms, registers and the directory alone were read into the bank."""

    project: Project
    truth: DemoTruth
    results: dict[str, IntakeResult]
    catalogue: Catalogue

    def table(self, name: str, school_year: str = NEWEST) -> pd.DataFrame:
        return Bank(self.project, school_year).table(name)

    def read(self, school_year: str) -> dict[tuple[str, str], object]:
        """Organisation and field → what the bank says."""
        frame = self.table("form_values", school_year)
        return {
            (row.school_id, row.field_id): row.text if pd.isna(row.value) else row.value
            for row in frame.itertuples()
        }

    def true(self, school_year: str) -> dict[tuple[str, str], object]:
        """The same from the truth, as a bank would say it; what other files tell is left out."""
        fields = self.catalogue.fields
        kinds = {unit.unit_id: "preschool" for unit in self.truth.preschools}
        kinds |= {unit.unit_id: "additional" for unit in self.truth.additional}

        def is_told(unit_id: str, name: str, given: dict[str, object]) -> bool:
            if not fields[name].is_asked_in(school_year):
                return False
            known = from_sources(kinds.get(unit_id, "school"), given, end_year_of(school_year))
            return fields[name].filled_by == "организация" or name not in known

        return {
            (unit_id, name): value.isoformat() if isinstance(value, date)
            else value if isinstance(value, str) else float(value)
            for unit_id, given in self.truth.answers[school_year].items()
            for name, value in given.items()
            if is_told(unit_id, name, given)
        }  # fmt: skip

    def severities(self, school_year: str) -> list[tuple[str, str]]:
        return [(item.rule, item.severity) for item in self.results[school_year].findings]


def read_back(truth: DemoTruth, root: Path) -> ReadBack:
    shutil.copytree(REPOSITORY.params, root / "params")
    project = Project(root)
    results = {}
    for school_year in truth.school_years:
        old, new = Project(truth.root).raw(school_year), project.raw(school_year)
        for name in COLLECTED:
            if (old / name).is_dir():
                shutil.copytree(old / name, new / name)
            else:
                (new / name).parent.mkdir(parents=True)
                shutil.copy(old / name, new / name)
        results[school_year] = intake_year(project, school_year)
    return ReadBack(project, truth, results, load_catalogue(project))


@pytest.fixture(scope="session")
def planted(demo: DemoTruth, tmp_path_factory: pytest.TempPathFactory) -> ReadBack:
    return read_back(demo, tmp_path_factory.mktemp("read") / "planted")


@pytest.fixture(scope="session")
def quiet(quiet_demo: DemoTruth, tmp_path_factory: pytest.TempPathFactory) -> ReadBack:
    return read_back(quiet_demo, tmp_path_factory.mktemp("read") / "quiet")


@pytest.mark.parametrize("school_year", [OLDEST, BEFORE, NEWEST])
def test_quiet_forms_give_the_true_answers_without_a_refusal(
    quiet: ReadBack, school_year: str
) -> None:
    said = quiet.severities(school_year)
    assert [item for item in said if item[1].startswith("refused") or item[1] == "set_aside"] == []
    # Cohorts of two or three leap by themselves.
    questions = [rule for rule, severity in said if severity == "question"]
    assert set(questions) <= {"form_jump"} and len(questions) <= 5
    read, true = quiet.read(school_year), quiet.true(school_year)
    assert set(read) == set(true)
    assert {key: value for key, value in read.items() if value != true[key]} == {}


@pytest.mark.parametrize("school_year", [OLDEST, BEFORE])
def test_planted_forms_of_earlier_years_give_the_true_answers(
    planted: ReadBack, school_year: str
) -> None:
    assert planted.read(school_year) == planted.true(school_year)


def test_planted_forms_differ_from_the_truth_where_they_were_spoilt_alone(
    planted: ReadBack,
) -> None:
    fields = planted.catalogue.fields
    subsystem = {item.id: part.number for part in planted.catalogue.subsystems
                 for item in part.fields}  # fmt: skip
    of_code = {item.code: item.details for item in planted.truth.defects
               if item.school_year == NEWEST}  # fmt: skip
    silent = planted.truth.phenomenon("form_missing").login
    half = planted.truth.phenomenon("form_half_filled").login
    read, true = planted.read(NEWEST), planted.true(NEWEST)
    assert set(read) <= set(true)

    def is_lost(key: tuple[str, str]) -> bool:
        unit_id, name = key
        if fields[name].filled_by == "управление":
            return False
        return (
            unit_id in (silent, of_code["form_last_year"]["unit_id"])
            or (unit_id == half and subsystem[name] >= "06")
            or (unit_id == of_code["form_sheet_deleted"]["unit_id"]
                and subsystem[name] == of_code["form_sheet_deleted"]["subsystem"])
            or any(unit_id == of_code[code]["unit_id"] and name == of_code[code]["field"]
                   for code in ("form_part_above", "form_date_unreadable"))
        )  # fmt: skip

    assert set(true) - set(read) == {key for key in true if is_lost(key)}
    jump = of_code["form_jump"]
    wrong = {key: value for key, value in read.items() if value != true[key]}
    key = (jump["unit_id"], jump["field"])
    assert wrong == {key: 10 * true[key]}


def test_every_planted_fault_of_a_form_is_said(planted: ReadBack) -> None:
    defects = [item for item in planted.truth.defects if item.code in RULES]
    assert {item.code for item in defects} == set(RULES)
    for item in defects:
        said = {(one.rule, one.file) for one in planted.results[item.school_year].findings}
        assert (RULES[item.code], item.file) in said, item


@pytest.mark.parametrize("school_year", [OLDEST, BEFORE, NEWEST])
def test_registers_are_read_whole(planted: ReadBack, quiet: ReadBack, school_year: str) -> None:
    for sample in (planted, quiet):
        rules = {rule for rule, _ in sample.severities(school_year)}
        assert not {rule for rule in rules if rule.startswith("register_")}
        for name in REGISTERS:
            assert len(sample.table(name, school_year)) > 0, name
        measures = sample.table("measures", school_year)
        results = f"{school_year[-4:]}-04-01"
        # Recorded before the results of the spring that they aim at.
        assert (measures["document_date"] < measures["start_date"]).all()
        assert (measures["start_date"] < results).all()
        filled = ["reason", "indicator_id", "planned_change", "responsible"]
        assert measures[filled].notna().all(axis=None)


def test_measures_of_the_truth_stand_in_the_register(planted: ReadBack) -> None:
    measures = planted.table("measures")
    of_indicator = measures[measures["indicator_id"] == "КП-04"]
    schools = of_indicator.groupby("measure_id")["school_id"].agg(tuple).tolist()
    worked = planted.truth.phenomenon("measure_worked").login
    chosen = planted.truth.phenomenon("measure_without_effect").details["schools"]
    assert sorted(schools) == sorted([(worked,), chosen])


def of_calendar(sample: ReadBack, compute: Callable[[Inputs], pd.DataFrame]) -> pd.DataFrame:
    bank = Bank(sample.project, NEWEST)
    return compute(Inputs(bank, load_settings(sample.project, NEWEST)))


def test_calendar_and_road_map(planted: ReadBack, quiet: ReadBack) -> None:
    load = of_calendar(planted, calendar.testing_load).set_index("grade")["value"]
    overloaded = planted.truth.phenomenon("grade_overloaded").details["grade"]
    assert set(load[load > 0.1].index) == {overloaded}
    assert of_calendar(quiet, calendar.testing_load)["value"].between(0.001, 0.06).all()
    in_time = of_calendar(planted, calendar.published_in_time).iloc[0]
    # One late, one never published.
    assert in_time["denominator"] - in_time["numerator"] == 2
    assert of_calendar(quiet, calendar.published_in_time)["value"].tolist() == [1.0]
    done = of_calendar(planted, calendar.roadmap_done).iloc[0]
    assert done["denominator"] - done["numerator"] == 1
    assert of_calendar(quiet, calendar.roadmap_done)["value"].tolist() == [1.0]


# Phenomenon → indicator of forms that must set its organisation apart, how far from the others'
# median at least (in the formula's own unit) and on which side.
STANDS_OUT = [
    ("extra_education_low", "ТЛ-07", -0.35), ("gifted_without_plans", "ТЛ-11", -0.4),
    ("pupils_leave", "ТЛ-13", -0.25), ("career_hours_low", "ПР-01", -30),
    ("graduates_unplaced", "ПР-08", 0.08), ("recheck_not_confirmed", "ОБ-14", -0.2),
    ("open_orders", "РК-07", 4), ("no_reserve", "РК-11", -1),
    ("retirement_wave", "ПП-15", 0.2), ("retirement_wave", "ПП-07", 0.1),
    ("no_routes", "ПП-03", -0.5), ("events_not_on_deficits", "МР-03", -0.4),
    ("events_not_on_deficits", "МР-09", -0.6), ("recommendations_not_done", "МР-06", -0.5),
    ("registered_jump", "ВС-05", 0.02), ("self_rating_high", "ДО-05", 1.2),
    ("sick_days_many", "ДО-09", 8), ("noko_access_weak", "УС-03", -25),
    ("noko_access_weak", "УС-07", -0.5), ("site_incomplete", "УС-14", -0.3),
    ("bad_building", "УС-11", 0.9),
]  # fmt: skip


# Smallest denominator with which an organisation is compared, where three are too many or few.
FEWEST = {"УС-11": 1, "РК-11": 1, "ВС-05": 40}


def by_unit(sample: ReadBack, indicator: str, school_year: str) -> dict[str, float]:
    """Value of an indicator of forms for each organisation, from the true answers."""
    formula = sample.catalogue[indicator].from_fields
    values = {}
    for unit_id, given in sample.truth.answers[school_year].items():
        if all(name in given for name in formula.fields):
            columns = {name: pd.Series([float(given[name])]) for name in formula.fields}
            top, *bottom = (part.evaluate(columns).iloc[0] for part in formula.parts)
            if not bottom or bottom[0] >= FEWEST.get(indicator, 3):
                values[unit_id] = top / bottom[0] if bottom and bottom[0] else top
    kinds = sample.catalogue[indicator].units
    schools = {school.login for school in sample.truth.schools}
    return {unit: value for unit, value in values.items()
            if ("school" in kinds or unit not in schools)}  # fmt: skip


@pytest.mark.parametrize(("code", "indicator", "distance"), STANDS_OUT)
def test_a_planted_organisation_stands_out_and_in_a_quiet_town_none_does(
    planted: ReadBack, quiet: ReadBack, code: str, indicator: str, distance: float
) -> None:
    item = planted.truth.phenomenon(code)
    for sample, expected in ((planted, {item.login}), (quiet, set())):
        values = by_unit(sample, indicator, item.school_years[-1])
        middle = float(np.median(list(values.values())))
        apart = {
            unit for unit, value in values.items()
            if (value - middle) * np.sign(distance) >= abs(distance)
        }  # fmt: skip
        assert apart == expected, (sorted(values.items()), middle)


def test_the_list_of_low_results(planted: ReadBack, quiet: ReadBack) -> None:
    truth = planted.truth
    left, alone = (truth.phenomenon(code).login
                   for code in ("helped_and_left", "listed_without_help"))  # fmt: skip
    for year in truth.school_years:
        given = truth.answers[year]
        assert given[left]["shnor_listed"] == (year != NEWEST)
        assert given[left]["shnor_helped"] == given[left]["shnor_listed"]
        assert given[alone]["shnor_listed"] == (year != OLDEST)
        assert not given[alone]["shnor_helped"] and (
            year == OLDEST or given[alone]["visits_n"] == 0
        )
    for given in quiet.truth.answers[NEWEST].values():
        if given.get("shnor_listed"):
            assert given["shnor_helped"] and given["visits_n"] >= 2


def test_heads(planted: ReadBack) -> None:
    strong = planted.truth.phenomenon("strong_head").login
    given = planted.truth.answers[NEWEST][strong]
    assert given["orders_open_n"] == 0 and given["reserve_n"] >= 1 and given["head_management"]
    assert given["assignment_done_n"] == given["assignment_items_n"]
    assert min(given[f"noko_k{number}"] for number in range(1, 6)) > 95
    without = planted.truth.phenomenon("no_psychologist").login
    posts = {unit: given["psychologist_posts"]
             for unit, given in planted.truth.answers[NEWEST].items()
             if "psychologist_posts" in given}  # fmt: skip
    assert {unit for unit, number in posts.items() if number == 0} == {without}


def test_registered_pupils_leap_in_one_school_of_the_newest_year(planted: ReadBack) -> None:
    here = planted.truth.phenomenon("registered_jump").login
    leaps = {}
    for school in planted.truth.schools:
        before, now = (planted.truth.answers[year][school.login]["registered_n"]
                       for year in (BEFORE, NEWEST))  # fmt: skip
        leaps[school.login] = now > 2 * max(before, 2)
    assert {login for login, leap in leaps.items() if leap} == {here}


def test_years_follow_each_other(demo: DemoTruth) -> None:
    assert list(demo.answers) == [school_year_of(year) for year in (2023, 2024, 2025)]
    assert list(demo.school_years) == list(demo.answers)
