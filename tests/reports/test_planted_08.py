"""What was planted in methodical work is told by report 08."""

from __future__ import annotations

import pytest

from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.subsystems import methodical
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.methodical.advice_register import by_school, followed
from msoko_lib.subsystems.methodical.own_deficits import own_deficits
from msoko_lib.subsystems.year import open_year

PLANTED = {
    "events_not_on_deficits": "МР-Р04",
    "recommendations_not_done": "МР-Р05",
    "done_without_document": "МР-Р12",
}


@pytest.mark.parametrize(("code", "rule"), PLANTED.items())
def test_the_planted_school_is_named_and_no_other(
    code: str, rule: str, demo_project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(demo_project.project.root))
    year = open_year(demo_project.newest)
    login = demo_project.truth.phenomenon(code).login
    found = findings_of(year)
    assert found[found["rule_id"] == rule]["unit_id"].tolist() == [login]
    report = methodical.lead(year, "08")
    told = " ".join(item.text for item in [*report.sentences, *report.actions])
    assert year.school_names[login] in told


def test_deficits_of_a_school_without_events_are_told(
    demo_project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The school that lacks a skill is the one whose events are not about its deficits."""
    monkeypatch.setenv(ROOT_VARIABLE, str(demo_project.project.root))
    year = open_year(demo_project.newest)
    login = demo_project.truth.phenomenon("skill_deficit").login
    rows = own_deficits(year).set_index("school_id")
    assert rows.index[rows["state"] == "short"].tolist() == [login]
    assert rows.loc[login, "still_n"] >= 1
    assert year.school_names[login] in methodical.against_events(year).plain()


def test_the_register_agrees_with_the_form_and_shows_what_has_no_document(
    demo_project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(demo_project.project.root))
    year = open_year(demo_project.newest)
    rows = by_school(year).set_index("school_id")
    assert len(rows) == len(demo_project.truth.schools) and not rows["differs"].any()
    bare = demo_project.truth.phenomenon("done_without_document").login
    assert rows.index[rows["no_paper"] > 0].tolist() == [bare]
    assert year.school_names[bare] in methodical.register(year).plain()
    followed_rows = followed(year)
    assert set(followed_rows["told"]) > {"absent"}, "last year's reports gave some of this advice"
