"""What was planted in the calendar, in the documents of the cycle and in the files is told."""

from __future__ import annotations

import pytest

from msoko_lib.demo.cycle_rows import OUTDATED, UNDOCUMENTED
from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.subsystems import data_quality, management, schedule
from msoko_lib.subsystems.data_quality.refusals import silent_units
from msoko_lib.subsystems.management.links import DOCUMENT, OLD, links
from msoko_lib.subsystems.schedule.procedures import LATE, OVERDUE, load_by_grade, procedures
from msoko_lib.subsystems.year import Year, open_year


@pytest.fixture
def year(demo_project, monkeypatch: pytest.MonkeyPatch) -> Year:
    monkeypatch.setenv(ROOT_VARIABLE, str(demo_project.project.root))
    return open_year(demo_project.newest)


def text_of(lead) -> str:
    return " ".join(item.text for item in lead.sentences)


def test_late_and_missing_publications_are_named(year: Year, demo_project) -> None:
    state = procedures(year).groupby("title")["state"].agg(set)
    late = demo_project.truth.phenomenon("published_late").details["title"]
    absent = demo_project.truth.phenomenon("not_published").details["title"]
    assert LATE in state[late] and OVERDUE in state[absent]
    told = text_of(schedule.lead(year, "14"))
    assert str(late) in told and str(absent) in told


def test_the_overloaded_grade_is_named_and_no_other(year: Year, demo_project) -> None:
    grade = demo_project.truth.phenomenon("grade_overloaded").details["grade"]
    load = load_by_grade(year)
    assert load[load["over"]]["grade"].tolist() == [grade]
    assert f"{grade}\u00a0класс" in text_of(schedule.lead(year, "14"))


def test_undocumented_and_outdated_subsystems_are_named(year: Year) -> None:
    rows = links(year)
    assert not rows[rows["subsystem"] == UNDOCUMENTED]["confirmed"].any()
    assert set(rows[rows["subsystem"] == OUTDATED]["by"]) == {OLD}
    others = rows[~rows["subsystem"].isin([UNDOCUMENTED, OUTDATED])]
    assert set(others["by"]) == {DOCUMENT}
    told = text_of(management.lead(year, "15"))
    titles = {part.number: part.title for part in year.catalogue.subsystems}
    assert titles[UNDOCUMENTED] in told and titles[OUTDATED] in told


def test_who_sent_no_form_is_named(year: Year, demo_project) -> None:
    silent = silent_units(year)
    assert silent
    told = text_of(data_quality.lead(year, "17"))
    assert all(year.unit_names[unit] in told for unit in silent)
