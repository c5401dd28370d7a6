"""Reports 10–17 and the page of a preschool come out whatever is missing, and say nothing absurd.

One year made by hand serves all of them: nothing, half of the forms, organisations of nine people.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hand_made_year import year_of
from reports_by_cell import blocks_of
from test_reports_without_data import CATALOGUE, KINDS, invented

from msoko_lib.batch.plan import SUBSYSTEM_NOTEBOOKS
from msoko_lib.passports import FormField
from msoko_lib.reporting.blocks import Block, Lead
from msoko_lib.subsystems import school
from msoko_lib.subsystems.school_year import SchoolYear
from msoko_lib.subsystems.year import Year

NUMBERS = ("10", "11", "12", "13", "14", "15", "16", "17")
ASKED = ("10", "11", "09", "06")
# What no reader should meet: traces of the program, counts of nothing, empty lists.
ABSURD = re.compile(
    r"\bnan\b|\bNone\b|NaN|\binf\b|\{[a-z_]+\}|(?<![\d,])0 из 0|\bиз 0\b|: ;|: \.|– ;|\(\)|,,|  "
)
Given = dict[str, dict[str, object]]


def answers_of(units: str, size: int) -> Given:
    given: Given = {}
    for unit in units:
        told: dict[str, object] = {}
        for number in ASKED:
            told |= invented(CATALOGUE, number, unit, size)
        given[unit] = told | _scores(unit)
    return given


def _scores(unit: str) -> dict[str, object]:
    """Points of experts and operators, which ``invented`` leaves out."""

    def value(field: FormField) -> float:
        return field.low if field.low is not None else 1.0

    fields = [item for part in CATALOGUE.subsystems for item in part.fields]
    return {item.id: value(item) for item in fields
            if item.kind == "балл" and KINDS[unit] in item.units}  # fmt: skip


YEARS = {
    "nothing": lambda: {},
    "half": lambda: answers_of("acek", 60),
    "tiny": lambda: answers_of("abcdefkmd", 9),
}


def text_of(block: Block) -> str:
    bare = re.sub(r"data:image/[^\"']*|<style.*?</style>", "", block.html(), flags=re.DOTALL)
    return re.sub(r"<[^>]+>", "\n", bare).replace("\u00a0", " ")


@pytest.fixture(scope="module", params=YEARS, name="hard")
def _hard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Year:
    root: Path = tmp_path_factory.mktemp(request.param)
    return year_of(root, YEARS[request.param](), kinds=KINDS)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_report_comes_out(hard: Year, number: str) -> None:
    blocks = blocks_of(SUBSYSTEM_NOTEBOOKS[number][0], hard)
    for call, block in blocks.items():
        assert block.plain().strip(), call
        wrong = ABSURD.search(text_of(block))
        assert wrong is None, (call, text_of(block)[max(0, wrong.start() - 60) : wrong.end() + 40])
    lead = next(block for block in blocks.values() if isinstance(block, Lead))
    assert len(lead.sentences) <= 5 and len(lead.actions) <= 7


def test_parts_of_a_school_come_out(hard: Year) -> None:
    ours = SchoolYear(hard, "a", hard.school_names["a"], "")
    for part in (school.expected_part, school.effects_part, school.conditions_part):
        text = text_of(part(ours))
        assert text.strip() and ABSURD.search(text) is None, text
