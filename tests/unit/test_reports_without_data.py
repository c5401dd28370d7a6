"""A report comes out whatever is missing: no data, one year, half of the forms, tiny schools."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hand_made_year import year_of
from reports_by_cell import blocks_of

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.passports import FormField
from msoko_lib.project import Project
from msoko_lib.reporting.blocks import Lead, Nothing, Section
from msoko_lib.subsystems.fact_sources import SOURCES
from msoko_lib.subsystems.year import Year

REPORTS = {
    "02": "02_low_results.ipynb", "03": "03_talents.ipynb", "04": "04_career.ipynb",
    "06": "06_heads.ipynb", "07": "07_teachers.ipynb", "08": "08_methodical.ipynb",
    "09": "09_upbringing.ipynb",
}  # fmt: skip
SCHOOLS = {name: "school" for name in "abcdef"}
KINDS = SCHOOLS | {"k": "preschool", "m": "preschool", "d": "additional"}
Given = Mapping[str, Mapping[str, object]]
CATALOGUE = load_catalogue(Project.find(Path(__file__).parent))


def invented(catalogue: Catalogue, subsystem: str, unit: str, size: int) -> dict[str, object]:
    """Answers of an organisation to every field of a subsystem: parts are two thirds of wholes."""
    known: dict[str, float] = {"pupils_n": size, "teachers_n": max(size // 10, 2)}
    fields = {item.id: item for part in catalogue.subsystems for item in part.fields}

    def value(field: FormField) -> float:
        if field.id not in known:
            whole = fields.get(field.part_of or "")
            known[field.id] = value(whole) * 2 // 3 if whole else size // 3
        return known[field.id]

    asked = [
        *catalogue.of_subsystem(subsystem).fields, fields["pupils_n"], fields["teachers_n"],
    ]  # fmt: skip
    return {
        field.id: 1 if field.kind == "да/нет" else value(field)
        for field in asked
        if KINDS[unit] in field.units and field.kind in ("целое", "число", "да/нет")
    }


def answered(size_of: Callable[[int], int], units: str = "abcdefkmd") -> Given:
    """Answers of these organisations to the fields of all the reports tried here."""
    found: dict[str, dict[str, object]] = {}
    for place, unit in enumerate(KINDS):
        if unit in units:
            found[unit] = {}
            for subsystem in REPORTS:
                found[unit] |= invented(CATALOGUE, subsystem, unit, size_of(place))
    return found


GIVEN: dict[str, Given] = {
    "nothing": {},
    "half": answered(lambda place: 60 + 40 * place, "ace"),
    "tiny": answered(lambda place: 9),
}


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Year]:
    """One year for all reports: what they share is computed once."""
    opened: dict[str, Year] = {}

    def year(given: str) -> Year:
        if given not in opened:
            opened[given] = year_of(tmp_path_factory.mktemp(given), GIVEN[given], kinds=KINDS)
        return opened[given]

    return year


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("subsystem", REPORTS)
def test_the_report_comes_out(subsystem: str, given: str, years: Callable[[str], Year]) -> None:
    blocks = blocks_of(REPORTS[subsystem], years(given))
    assert len(blocks) > 10
    for call, block in blocks.items():
        assert block.plain().strip() and block.html(), call
        text = re.sub(r"data:image/[^\"']*", "", block.html())
        assert not re.search(r"\bnan\b|\bNone\b|NaN|\{[a-z_]+\}", text), call
    lead = next(block for block in blocks.values() if isinstance(block, Lead))
    if given == "nothing":
        # Silence would mislead: the report says what is missing and what to collect.
        assert any(item.mark == "few" for item in lead.sentences)
        assert lead.actions
        sections = [block for block in blocks.values() if isinstance(block, Section | Nothing)]
        assert sum(isinstance(block, Nothing) for block in sections) > len(sections) / 3


def test_every_source_of_facts_bears_a_year_without_data(tmp_path: Path) -> None:
    """The lead of each report asks all sources: one that falls takes every report with it."""
    year = year_of(tmp_path, {}, kinds=KINDS)
    for source in SOURCES:
        assert set(source.compute(year)["fact_id"]) <= set(source.ids)
