"""Reports print the target of their own year and, for a school, of its own group."""

from __future__ import annotations

from pathlib import Path

import pytest
from hand_made import YEAR, town

from msoko_lib.catalogue import Catalogue
from msoko_lib.indicators.engine import compute_indicators
from msoko_lib.passports import Target
from msoko_lib.reporting.tables import ReportTable
from msoko_lib.subsystems.common import goals
from msoko_lib.subsystems.school.olympiad import talents
from msoko_lib.subsystems.school.opened import SchoolYear
from msoko_lib.subsystems.year import Year

CHANGED = "ТЛ-02"


def aim(words: str, **more: object) -> Target:
    return Target.model_validate(
        {"words": words, "source": "решение", "status": "муниципальный", **more}
    )


@pytest.fixture
def year(tmp_path: Path) -> Year:
    """A year in which an indicator has other targets than usually, one of them for villages."""
    given = town(tmp_path, {
        "olympiad_results": [
            {"school_year": YEAR, "stage": "municipal", "subject": "Физика", "school_id": school,
             "pupil_id": f"{school}{place}", "grade": 9, "task_grade": 9, "score": 30.0,
             "max_score": 50.0, "status": "призёр"}
            for school in "ac" for place in range(6)
        ],
        "enrolment": [
            {"school_year": YEAR, "school_id": school, "grade": 9, "pupils_n": 20}
            for school in "abcd"
        ],
    })  # fmt: skip
    part = given.catalogue.of_subsystem("03")
    others = (aim("для этого года", year=2025), aim("для сёл", year=2025, cluster="село"),
              aim("для другого года", year=2031))  # fmt: skip
    passports = tuple(
        item.model_copy(update={"other_targets": others}) if item.id == CHANGED else item
        for item in part.indicators
    )
    parts = tuple(
        part.model_copy(update={"indicators": passports}) if each is part else each
        for each in given.catalogue.subsystems
    )
    catalogue = Catalogue(subsystems=parts)
    bank, settings = given.inputs.bank, given.inputs.settings
    opened = Year(bank.project, YEAR, settings, catalogue, given.inputs)
    opened.__dict__["indicators"] = compute_indicators(catalogue, given.inputs)
    return opened


def targets(table: ReportTable, key: str) -> dict[str, str]:
    return {row[key]: row["target"] for row in table.records()}


def test_goals_name_the_target_of_the_year(year: Year) -> None:
    table = goals(year, "03").table
    assert isinstance(table, ReportTable)
    assert targets(table, "id")[CHANGED] == "для этого года"


@pytest.mark.parametrize(("school_id", "words"), [("a", "для этого года"), ("c", "для сёл")])
def test_a_school_s_report_names_the_target_of_its_group(
    year: Year, school_id: str, words: str
) -> None:
    cluster = str(year.inputs.cluster_of[school_id])
    section = talents(SchoolYear(year, school_id, "Школа", cluster))
    table = section.table  # type: ignore[attr-defined]
    assert targets(table, "title")[year.catalogue[CHANGED].title] == words
