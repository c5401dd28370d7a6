"""Every rule of other sources has a bad input that calls it, and loses nothing that is good."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path

import pytest
from refusals import Desk, assert_whole
from refusals_sources import CASES

from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.layouts_sources import source_layouts
from msoko_lib.intake.reading import Layout
from msoko_lib.intake.rules import all_rules
from msoko_lib.project import Project

RULES = {rule.code: rule for rule in all_rules() if rule.code.startswith("source_")}


class SourceDesk(Desk):
    """A desk that reads other sources too."""

    @cached_property
    def layouts(self) -> list[Layout]:
        sources = source_layouts(self.project)
        own = {layout.code for layout in sources}
        others = [each for each in all_layouts(self.project) if each.code not in own]
        return sorted([*sources, *others], key=lambda layout: layout.order)


@pytest.fixture(scope="module")
def desk(new_project: Callable[[], Project]) -> Desk:
    return SourceDesk(new_project())


def test_every_rule_has_its_bad_input() -> None:
    assert CASES.keys() == RULES.keys()


@pytest.mark.parametrize("code", RULES)
def test_the_bad_input_is_told_of_and_the_rest_is_kept(
    code: str, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[code]
    outcome = case.feed(desk, tmp_path, monkeypatch)
    found = [item for item in outcome.findings if item.rule == code]
    assert found, f"called instead: {[item.rule for item in outcome.findings]}"
    assert (found[0].file, found[0].sheet, found[0].cell) == case.place
    for item in outcome.findings:
        assert_whole(item)
    for table, expected in case.kept.items():
        assert outcome.rows(table) == expected
    if not case.kept:
        assert not any(outcome.rows(table) for table in outcome.tables)
    if RULES[code].severity == "refused_rows":
        assert any(case.kept.values())
