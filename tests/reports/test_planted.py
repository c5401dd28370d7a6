"""What was planted in the demo is found by the report that should find it; in a municipality where
nothing stands out, hardly anything is reported.

Only computed tables and marks are read here, never sentences: wording may change, findings may not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from msoko_lib.bank import Bank
from msoko_lib.demo.truth import Defect
from msoko_lib.indicators.objectivity import medal_confirmation
from msoko_lib.indicators.screening import cohort_pairs
from msoko_lib.project import Project, end_year_of
from msoko_lib.subsystems.objectivity import journal_gap, outside, signs
from msoko_lib.subsystems.olympiad_stages import olympiad_gaps
from msoko_lib.subsystems.quality import school_zones, task_gaps, work_marks
from msoko_lib.subsystems.school import vpr as school_vpr
from msoko_lib.subsystems.school.opened import open_school
from msoko_lib.subsystems.year import Year

if TYPE_CHECKING:
    from conftest import Made

NEWEST = "2024-2025"
Open = Callable[[str], Year]
# Planted fault of a file → the rule of the intake that must tell of it.
RULE_OF_DEFECT = {
    "blank_form": "vpr_upload_form", "pupil_twice": "vpr_pupil_twice",
    "login_typo": "unknown_school", "mark_against_score": "vpr_mark_misfit",
    "declared_count": "vpr_declared_count", "score_above_maximum": "vpr_task_above_max",
    "older_edition": "older_edition", "truncated": "broken_workbook", "password": "password",
    "wrong_year": "vpr_wrong_year",
    "teacher_twice": "source_teacher_merged", "form_of_other_year": "source_wrong_year",
    "per_cent_as_text": "source_bad_value", "total_differs": "source_total_differs",
    "ogrn_typo": "unknown_school",
    "form_numbers_as_text": "form_unit_words", "form_sheet_deleted": "form_sheets_missing",
    "form_corrected": "older_edition", "form_part_above": "form_part_above_whole",
    "form_date_unreadable": "form_not_date", "form_jump": "form_jump",
    "form_last_year": "form_wrong_year", "form_none_is_zero": "form_none_is_zero",
}  # fmt: skip


def marked(frame: pd.DataFrame, mark: str = "attention") -> set[str]:
    return set(frame.loc[frame["mark"] == mark, "unit_id"])


def flagged(year: Year, domain: str) -> set[str]:
    """Schools with a sign of the screening in the year."""
    rows = signs.flagged_signs(year)
    return set(rows.loc[(rows["domain"] == domain) & rows["flagged"].astype(bool), "school"])


# --- 05: objectivity -----------------------------------------------------------------------------


@pytest.mark.parametrize("school_year", ["2022-2023", "2023-2024", "2024-2025"])
def test_journal_gap(demo_project: Made, open_demo: Open, school_year: str) -> None:
    planted = demo_project.truth.phenomenon("journal_gap")
    year = open_demo(school_year)
    assert marked(journal_gap.lowered_zones(year)) == {planted.login}
    assert flagged(year, "concordance") == {planted.login}
    found = journal_gap.lowered_zones(year).set_index("unit_id")["value"]
    # Planted: 62 % of the marks lie below the journal; the screening's effect is the excess.
    assert found[planted.login] == pytest.approx(0.62, abs=0.08)
    gaps = journal_gap.wide_gaps(year).set_index("school_id")
    assert gaps["over"].idxmax() == planted.login


@pytest.mark.parametrize("school_year", ["2022-2023", "2023-2024", "2024-2025"])
def test_boundary_peak(demo_project: Made, open_demo: Open, school_year: str) -> None:
    planted = demo_project.truth.phenomenon("boundary_peak")
    year = open_demo(school_year)
    assert planted.login in flagged(year, "bunching")
    rows = signs.flagged_signs(year)
    rows = rows[rows["domain"] == "bunching"].set_index("school")
    # 40 % of those just below a boundary were moved; some works of the school were not touched.
    assert 0.2 < rows.loc[planted.login, "effect"] < 0.45
    assert rows["effect"].astype(float).idxmax() == planted.login


def test_drop_4_5(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("drop_4_5")
    for school_year in planted.school_years[1:]:
        year = open_demo(school_year)
        assert planted.login in flagged(year, "consistency"), school_year
        # The pupils of 2022 wrote grade 4 in autumn: not comparable, so no cohort then.
        drops = year.values("ОБ-06", "school")
        fallen = drops.loc[drops.groupby("subject")["value"].idxmin()]
        assert set(fallen["unit_id"]) == {planted.login}, school_year


def test_vpr_oge_gap(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("vpr_oge_gap")
    for school_year in planted.school_years[1:]:
        year = open_demo(school_year)
        assert planted.login in flagged(year, "consistency"), school_year
        pairs = cohort_pairs(year.inputs)
        oge = pairs[(pairs["grade"] == "ОГЭ") & (pairs["n1"] >= 5)]
        assert {"Русский язык", "Математика"} <= set(oge["subject"])


def test_olympiad_drop(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("olympiad_drop")
    for school_year in planted.school_years:
        gaps = olympiad_gaps(open_demo(school_year))
        assert marked(gaps) == {planted.login}, school_year


def test_annual_not_confirmed(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("annual_not_confirmed")
    for school_year in planted.school_years:
        zones = outside.annual_zones(open_demo(school_year))
        assert marked(zones) == {planted.login}, school_year


def test_no_observers(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("no_observers")
    for school_year in planted.school_years:
        rows = outside.observer_shares(open_demo(school_year))
        rooms = rows.groupby("school_id")[["rooms_n", "observed_rooms_n"]].sum()
        assert set(rooms.index[rooms["observed_rooms_n"] == 0]) == {planted.login}
        assert rooms.loc[planted.login, "rooms_n"] > 0


def test_medal_not_confirmed(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("medal_not_confirmed")
    year = open_demo(NEWEST)
    rows = medal_confirmation(year.inputs)
    failed = rows[~rows["confirmed"].fillna(True).astype(bool)]
    assert failed["school_id"].tolist() == [planted.login]
    value = year.values("ОБ-08", "municipality")
    assert value["numerator"].tolist() == [1] and value["status"].tolist() == ["ok"]
    assert value["denominator"].tolist() == [int(rows["confirmed"].notna().sum())]


# --- 01: quality ---------------------------------------------------------------------------------


def test_low_results(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("low_results")
    for school_year in planted.school_years:
        year = open_demo(school_year)
        zones = school_zones.quality_zones(year)
        summary = school_zones.zone_summary(year, zones).set_index("school_id")
        assert summary["attention"].idxmax() == planted.login, school_year
        assert summary.loc[planted.login, "attention"] >= 2
        assert summary.loc[planted.login, "up"] == 0


def test_resilient(demo_project: Made, open_demo: Open) -> None:
    """Its hard context is in the bank, and its results are not below the others'."""
    planted = demo_project.truth.phenomenon("resilient")
    year = open_demo(NEWEST)
    context = year.inputs.table("context")
    assert planted.login in set(context["school_id"])
    zones = school_zones.quality_zones(year)
    own = zones[zones["unit_id"] == planted.login]
    assert len(own) > 5 and not (own["mark"] == "attention").any()


def test_skill_deficit(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("skill_deficit")
    tasks = planted.details["tasks"]
    assert isinstance(tasks, dict)
    expected = {
        ("Математика", int(key.split()[1]), task) for key, labels in tasks.items()
        for task in labels
    }  # fmt: skip
    for school_year in planted.school_years:
        found = task_gaps.school_deficits(open_demo(school_year))
        own = found[(found["unit_id"] == planted.login) & (found["state"] == "established")]
        named = {(row.subject, row.grade, row.task) for row in own.itertuples()}
        assert expected <= named, school_year
        assert len(named - expected) <= 2, "and little else"
        planted_rows = [(r.subject, r.grade, r.task) in expected for r in own.itertuples()]
        assert set(own[planted_rows]["nature"]) == {"specific_gap"}, "the school is not weak itself"


def test_low_results_are_no_gap_of_a_single_task(demo_project: Made, open_demo: Open) -> None:
    """A school weak in everything has tasks below the others, but no gap of its own in them."""
    planted = demo_project.truth.phenomenon("low_results")
    found = task_gaps.school_deficits(open_demo(NEWEST))
    own = found[(found["unit_id"] == planted.login) & (found["state"] == "established")]
    assert len(own) >= 5
    assert (own["nature"] == "general_weakness").mean() > 0.7


# --- all reports ---------------------------------------------------------------------------------


def test_tiny_school_gets_a_report_and_no_verdict_on_a_handful(
    demo_project: Made, open_demo: Open
) -> None:
    planted = demo_project.truth.phenomenon("tiny")
    open_demo(NEWEST)
    school = open_school(NEWEST, planted.login)
    works = school_vpr.zones(school)
    assert len(works) > 5
    few = works["denominator"] < 5
    assert few.any() and (works.loc[few, "mark"] == "few").all()
    assert (works.loc[~few, "mark"] != "few").all()
    smallest = min(demo_project.truth.schools, key=lambda item: item.pupils_per_grade)
    least = open_school(NEWEST, smallest.login)
    assert (school_vpr.zones(least)["denominator"] <= 3).any()
    grades = signs.grades(least.year).set_index("school_id")["grade"]
    assert grades[smallest.login] == "not_enough_data"


def test_a_renamed_school_is_one_school(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("renamed")
    truth = demo_project.truth
    names = {}
    for school_year in truth.school_years:
        year = open_demo(school_year)
        names[school_year] = year.school_names[planted.login]
        rows = year.inputs.table("vpr_pupils")
        assert (rows["school_id"] == planted.login).sum() > 20, school_year
        assert len(year.schools) == len(truth.schools)
    history = open_demo(NEWEST).history
    own = history[(history["unit_id"] == planted.login) & (history["indicator_id"] == "КП-02")]
    assert own["year"].nunique() == len(truth.school_years), "its dynamics are not cut"
    raw = Bank(demo_project.project, truth.school_years[0]).table("vpr_marks")
    written = raw.loc[raw["unit_id"] == planted.login, "unit_name"]
    now = Bank(demo_project.project, NEWEST).table("vpr_marks")
    assert set(written).isdisjoint(now.loc[now["unit_id"] == planted.login, "unit_name"]), (
        "the exports do call it differently"
    )


def test_two_logins_are_one_school(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("two_logins")
    school = demo_project.truth.school(planted.login)
    assert school.second_login
    for school_year in demo_project.truth.school_years:
        year = open_demo(school_year)
        for table in ("vpr_pupils", "vpr_tasks", "gia_results", "olympiad_results"):
            ids = set(year.inputs.table(table)["school_id"])
            assert school.login in ids and school.second_login not in ids, (school_year, table)
        marks = year.inputs.table("vpr_marks")
        keys = marks[marks["unit_id"] == school.login]
        assert len(keys) and not keys.duplicated(["work_id", "level", "unit_id"]).any()


def test_autumn_of_2022_is_not_compared(demo_project: Made, open_demo: Open) -> None:
    planted = demo_project.truth.phenomenon("autumn_2022")
    (school_year,) = planted.school_years
    pupils = open_demo(school_year).inputs.table("vpr_pupils")
    autumn = pupils[pupils["session"] == "autumn"]
    assert len(autumn) > 1000 and not autumn["comparable"].any()
    assert pupils.loc[pupils["session"] == "spring", "comparable"].all()
    marks = work_marks.against_region(open_demo(school_year))
    spring = pupils[(pupils["session"] == "spring") & pupils["mark"].notna()]
    basic = spring[~spring["work_level"].eq("углублённый").fillna(False).astype(bool)]
    counts = basic.groupby(["subject", "grade"]).size()
    own = marks.set_index(["subject", "grade"])["n"]
    assert own["Русский язык", 5] == counts["Русский язык", 5], "autumn pupils are not added"


def test_appeals_change_results(demo_project: Made) -> None:
    for item in demo_project.truth.phenomena:
        if item.code != "appeals":
            continue
        changes = item.details["changes"]
        assert isinstance(changes, list) and changes
        results = Bank(demo_project.project, item.school_years[0]).table("gia_results")
        appealed = results[results["appealed"]]
        assert len(appealed) == len(changes)
        found = sorted(zip(appealed["subject"], appealed["primary_score"], strict=True))
        assert found == sorted((change.subject, change.primary_after) for change in changes)


def test_every_planted_fault_of_a_file_is_told(demo_project: Made) -> None:
    defects = demo_project.truth.defects
    assert {item.code for item in defects} == set(RULE_OF_DEFECT)
    for defect in defects:
        manifest = Bank(demo_project.project, defect.school_year).manifest()
        told = [
            item for item in manifest["findings"]
            if item["rule"] == RULE_OF_DEFECT[defect.code] and item["file"] == defect.file
        ]  # fmt: skip
        assert told, defect
        _assert_place(defect, told)


def _assert_place(defect: Defect, told: list[dict[str, str]]) -> None:
    """The cell named lies in the planted row."""
    row = defect.details.get("row")
    if row is not None:
        assert any(item["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == str(row) for item in told)


# --- nothing planted -----------------------------------------------------------------------------


def most_at(n: int, p: float) -> int:
    """Count that n independent events of probability p exceed once in a thousand times."""
    return int(stats.binom.isf(0.001, n, p))


def test_nothing_planted_no_school_to_be_checked(quiet_years: list[Year]) -> None:
    """The report states how many schools of a quiet municipality would get two signs by chance."""
    found = [signs.screen(year) for year in quiet_years]
    assert len(found) == len(quiet_years) >= 6 and all(found)
    grades = pd.concat([signs.grades(year)["grade"] for year in quiet_years])
    assert (grades == "no_grounds").sum() > 60, "the schools were tested"
    expected = sum(
        float(item.expected.set_index("measure")["expected"]["check"]) for item in found if item
    )
    assert expected < 0.5, "the stated rate"
    assert grades.isin(["check", "priority"]).sum() <= int(stats.poisson.isf(0.001, expected))


def test_nothing_planted_signs_keep_their_error_rate(quiet_years: list[Year]) -> None:
    """Benjamini–Hochberg at 5 % inside a sign and year: one family in twenty may have a flag."""
    families = []
    for year in quiet_years:
        rows = signs.flagged_signs(year)
        families += [bool(group["flagged"].any()) for _, group in rows.groupby("domain")]
    # Cohorts need the year before, so the older year of each pair has three signs, not four.
    assert len(families) >= 3 * len(quiet_years)
    assert sum(families) <= most_at(len(families), 0.05)


@pytest.mark.parametrize("what", ["journal", "annual"])
def test_nothing_planted_no_school_stands_out(quiet_years: list[Year], what: str) -> None:
    """Marks of the school tables: all schools of a year are one family at 5 %."""
    table = journal_gap.lowered_zones if what == "journal" else outside.annual_zones
    zones = [table(year) for year in quiet_years]
    assert sum(len(zone) for zone in zones) > 70
    standing_out = [bool(zone["mark"].isin(["attention", "up"]).any()) for zone in zones]
    assert sum(standing_out) <= most_at(len(zones), 0.05)


def test_nothing_planted_no_olympiad_drop(quiet_years: list[Year]) -> None:
    """A mark means a mean drop beyond 30 points for certain; the usual drop is about 13."""
    gaps = pd.concat([olympiad_gaps(year) for year in quiet_years])
    assert len(gaps) > 50
    assert not (gaps["mark"] == "attention").any()


def test_nothing_planted_no_medal_and_no_school_without_observers(quiet_years: list[Year]) -> None:
    for year in quiet_years:
        rows = medal_confirmation(year.inputs)
        assert rows["confirmed"].fillna(True).astype(bool).all()
        shares = outside.observer_shares(year)
        assert (shares.groupby("school_id")["observed_rooms_n"].sum() > 0).all()


def test_nothing_planted_hardly_any_task_is_a_schools_own_gap(quiet_years: list[Year]) -> None:
    """Established deficits of a year are one family at 5 %; schools do differ, tasks do not."""
    found = [task_gaps.school_deficits(year) for year in quiet_years]
    assert sum(len(frame) for frame in found) > 10_000
    any_flag = [bool((frame["state"] == "established").any()) for frame in found]
    assert sum(any_flag) <= most_at(len(found), 0.05)


def test_nothing_planted_no_refused_file(quiet: list[Project]) -> None:
    for project in quiet:
        for school_year in project.raw_years():
            findings = Bank(project, school_year).manifest()["findings"]
            refused = [item for item in findings if item["severity"].startswith("refused")]
            assert refused == [], school_year


def test_quality_zones_find_mostly_true_differences(quiet_years: list[Year]) -> None:
    """Schools of the quiet demo truly differ (spread of school effects), so marks are no errors;
    but a mark must point the way of the school's other works more often than chance would."""
    agreeing = []
    for year in quiet_years:
        zones = school_zones.quality_zones(year)
        zones = zones[zones["mark"] != "few"]
        zones = zones.assign(gap=zones["value"] - zones["others"])
        total = zones.groupby("unit_id")["gap"].transform("sum") - zones["gap"]
        strange = zones["mark"].isin(["up", "attention"])
        agreeing += list(np.sign(total[strange]) == np.sign(zones.loc[strange, "gap"]))
        assert strange.mean() < 0.10
    assert len(agreeing) < 5 or np.mean(agreeing) > 0.6


def test_the_years_of_the_demo_are_those_of_the_truth(demo_project: Made) -> None:
    assert [end_year_of(year) for year in demo_project.truth.school_years] == [2023, 2024, 2025]
    assert demo_project.newest == NEWEST
