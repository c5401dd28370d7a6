"""Every indicator at every level of its passport: a value with n and source, or a reason."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hand_made import YEAR, Row, Town, town
from test_catalogue_whole import an_answer, listed_ids

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.indicators.engine import compute_indicators
from msoko_lib.indicators.store import indicator_table
from msoko_lib.passports import FormField

if TYPE_CHECKING:
    from conftest import Made

UNITS_OF_A_KIND = 12
KINDS = ("school", "preschool", "additional")
LATIN = re.compile(r"[A-Za-z_]{2,}")
LATIN_ALLOWED = {"bus", "gov", "ru", "PISA", "msoko"}
SENTENCE = re.compile(r"[А-ЯЁ«№].*[.]", re.DOTALL)


@pytest.fixture(scope="module")
def all_answered(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Twelve organisations of each kind in two groups, each with an answer to every question."""
    units = [
        {"school_year": YEAR, "school_id": f"{kind}{place}", "short_name": f"{kind} {place}",
         "unit_kind": kind, "cluster": "город" if place % 2 else "село", "in_directory": True}
        for kind in KINDS
        for place in range(UNITS_OF_A_KIND)
    ]  # fmt: skip
    empty = town(tmp_path_factory.mktemp("empty"), {})
    fields = empty.catalogue.fields
    answers = [
        {"school_year": YEAR, "school_id": unit["school_id"], "subsystem": "01",
         "field_id": field.id, "value": possible(field, fields)}
        for unit in units
        for field in fields.values()
        if unit["unit_kind"] in field.units and field.is_asked_in(YEAR)
    ]  # fmt: skip
    tables: dict[str, list[Row]] = {"schools": units, "form_values": answers}
    return town(tmp_path_factory.mktemp("answered"), tables)


def possible(field: FormField, fields: dict[str, FormField]) -> float:
    """An answer within the field's own bounds and well below its whole."""
    answer = an_answer(field, fields)
    if field.part_of:
        answer = min(answer, 0.4 * possible(fields[field.part_of], fields))
    return answer if field.high is None else min(answer, field.high)


def assert_every_level_speaks(table: pd.DataFrame, catalogue: Catalogue) -> None:
    """Each passport in force × each of its levels: ok with n and source, or why not."""
    valid = [item for item in catalogue.passports.values() if item.is_valid_in(YEAR)]
    assert set(table["indicator_id"]) == {item.id for item in valid}
    by_level = dict(iter(table.groupby(["indicator_id", "level"])))
    for passport in valid:
        for level in passport.levels:
            rows = by_level.get((passport.id, level))
            assert rows is not None, f"{passport.id}, {level}: silent"
            ok = rows[rows["status"] == "ok"]
            assert ok["value"].notna().all() and (ok["n"] > 0).all(), f"{passport.id}, {level}"
            others = rows[rows["status"] != "ok"]
            assert others["reason"].ne("").all(), f"{passport.id}, {level}: no reason"
    assert table["source"].ne("").all()


def test_the_list_of_the_documents_is_whole(tiny_project: Made) -> None:
    assert set(listed_ids()) <= set(load_catalogue(tiny_project.project).passports)


def test_the_demo_says_something_at_every_level(tiny_project: Made) -> None:
    catalogue = load_catalogue(tiny_project.project)
    for school_year in tiny_project.truth.school_years:
        table = indicator_table(tiny_project.project, school_year)
        assert_every_level_speaks(table, catalogue)


def test_reasons_are_plain_sentences(tiny_project: Made, all_answered: Town) -> None:
    reasons = set(indicator_table(tiny_project.project, tiny_project.newest)["reason"])
    reasons |= set(compute_indicators(all_answered.catalogue, all_answered.inputs)["reason"])
    for reason in reasons - {""}:
        assert SENTENCE.fullmatch(reason), reason
        assert set(LATIN.findall(reason)) <= LATIN_ALLOWED, reason
        assert not re.search(r"«[^»]*«", reason) and "  " not in reason, reason


def test_what_everybody_has_answered_has_a_value_at_every_level(all_answered: Town) -> None:
    """A form indicator has no other excuse than a missing answer."""
    table = compute_indicators(all_answered.catalogue, all_answered.inputs)
    assert_every_level_speaks(table, all_answered.catalogue)
    known = table[table["status"] == "ok"].groupby("indicator_id")["level"].agg(set)
    silent = {
        passport.id: set(passport.levels) - known.get(passport.id, set())
        for passport in all_answered.catalogue.passports.values()
        if passport.from_fields and passport.is_valid_in(YEAR)
    }
    assert {name: levels for name, levels in silent.items() if levels} == {}
