"""What was planted in methodical work is told by report 08."""

from __future__ import annotations

import pytest

from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.subsystems import methodical
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.year import open_year

PLANTED = {"events_not_on_deficits": "МР-Р04", "recommendations_not_done": "МР-Р05"}


@pytest.mark.parametrize(("code", "rule"), PLANTED.items())
def test_the_planted_school_is_named_and_no_other(
    code: str, rule: str, demo_project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ROOT_VARIABLE, str(demo_project.project.root))
    year = open_year(demo_project.newest)
    login = demo_project.truth.phenomenon(code).login
    found = findings_of(year)
    assert found[found["rule_id"] == rule]["unit_id"].tolist() == [login]
    told = " ".join(sentence.text for sentence in methodical.lead(year, "08").sentences)
    assert year.school_names[login] in told
