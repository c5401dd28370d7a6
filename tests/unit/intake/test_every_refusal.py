"""Every rule has a bad input that calls it, at the right place, in whole sentences, losing nothing.

A rule that somebody adds without a bad input in one of the tables ``refusals_*.py`` fails here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import refusals_any_file
import refusals_directory
import refusals_forms
import refusals_gia
import refusals_lists
import refusals_maps
import refusals_sources
import refusals_vpr
import refusals_year
from refusals import PEOPLE, SCHOOLS, BadFile, BadInput, Desk, Outcome, assert_whole

from msoko_lib.bank import Bank
from msoko_lib.intake.pipeline import intake_year
from msoko_lib.intake.rules import Finding, all_rules
from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project

TABLES_OF_CASES = (
    refusals_any_file, refusals_vpr, refusals_gia, refusals_lists, refusals_directory,
    refusals_maps, refusals_forms, refusals_sources, refusals_year,
)  # fmt: skip
CASES: dict[str, BadInput] = {
    code: case for table in TABLES_OF_CASES for code, case in table.CASES.items()
}
RULES = {rule.code: rule for rule in all_rules()}
SCALE_OF_2025 = """
oge_scales:
  - {subject: Математика, grade: 9, first_year: 2025, last_year: 2025, max_score: 31, from_3: 8,
     from_4: 15, from_5: 22, source: письмо № 1, status: нормативный}
"""


@pytest.fixture(scope="session")
def desk(new_project: Callable[[], Project]) -> Desk:
    """A project with a mark scale of 2025 and a column map of its own."""
    project = new_project()
    (project.params / "2024-2025.yml").write_text(SCALE_OF_2025, encoding="utf-8")
    own_map = project.params / "column_maps" / refusals_maps.MAP_NAME
    own_map.write_text(refusals_maps.MAP, encoding="utf-8")
    own_fields = project.params / "indicators" / refusals_forms.CATALOGUE_NAME
    own_fields.write_text(refusals_forms.CATALOGUE, encoding="utf-8")
    return Desk(project)


def test_no_case_is_of_a_rule_that_is_gone() -> None:
    assert CASES.keys() <= RULES.keys()
    assert len(CASES) == sum(len(table.CASES) for table in TABLES_OF_CASES)


@pytest.mark.parametrize("code", RULES)
def test_the_bad_input_is_told_of_and_the_rest_is_kept(
    code: str, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert code in CASES, f"no bad input calls the rule {code}: add one to refusals_*.py"
    case = CASES[code]
    outcome = case.feed(desk, tmp_path, monkeypatch)
    found = [item for item in outcome.findings if item.rule == code]
    assert found, f"called instead: {[item.rule for item in outcome.findings]}"
    assert (found[0].file, found[0].sheet, found[0].cell) == case.place
    for item in outcome.findings:
        assert_whole(item)
    assert_kept(case, outcome)
    if RULES[code].severity == "refused_rows":
        assert any(case.kept.values()), "one bad row must not cost the good ones"
    assert_nobody_is_named(outcome)


def assert_kept(case: BadInput, outcome: Outcome) -> None:
    """``table``: rows that were taken; ``table.column``: values that are there."""
    for name, expected in case.kept.items():
        table, _, column = name.partition(".")
        if not column:
            assert outcome.rows(table) == expected, name
        else:
            assert int(outcome.tables[table][column].notna().sum()) == expected, name
    if not case.kept:
        assert not any(outcome.rows(table) for table in outcome.tables)


def assert_nobody_is_named(outcome: Outcome) -> None:
    for name, frame in outcome.tables.items():
        # Shares are not looked through: 0,33 has the digits of a document.
        for column in frame.select_dtypes(exclude="float"):
            for value in frame[column].dropna().unique():
                assert not PEOPLE.search(str(value)), (name, column, value)


@pytest.mark.parametrize("year", ["2024-2025", "2025-2026"])
def test_a_folder_full_of_bad_files_is_read_to_the_end(
    year: str, new_project: Callable[[], Project], desk: Desk
) -> None:
    """All the bad files of a year at once: each is told of, and the run comes to its end."""
    project = new_project()
    for path in desk.project.params.rglob("*.*"):
        (project.params / path.relative_to(desk.project.params)).write_bytes(path.read_bytes())
    files = {
        code: case
        for code, case in CASES.items()
        if isinstance(case, BadFile) and type(case).feed is BadFile.feed
        and case.year == year and case.schools is SCHOOLS
        and not code.startswith("directory_")
    }  # fmt: skip
    for code, case in files.items():
        case.write(project.raw(year) / code)
    result = intake_year(project, year)
    said: dict[str, list[Finding]] = {}
    for item in result.findings:
        said.setdefault(item.file.partition("/")[0], []).append(item)
    for code in files:
        assert code in [item.rule for item in said.get(code, [])], code
    for item in result.findings:
        assert_whole(item)
    assert len(result.files) == len(files)
    assert result.exit_code == 1
    assert any(not Bank(project, year).table(name).empty for name in TABLES)
