"""A patient reader of the written site: no withheld count follows from what stands in it.

The reader here shares no code with the audit: it parses the pages and the csv and goes through
every whole-number town that agrees with them.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from attacked_towns import Issue, Town, check, figure_of, read_csv, town

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.project import Project
from msoko_lib.publication.attack import _attempts, exposed_cells, groups_of
from msoko_lib.publication.attack_exact import is_simple
from msoko_lib.publication.labels import printed_n, printed_value
from msoko_lib.publication.open_data import INDICATORS
from msoko_lib.publication.protect import Decision, NotProtected, audit, decide, limits_of
from msoko_lib.publication.records import record_of
from msoko_lib.publication.rules import Rules, load_rules
from msoko_lib.publication.shown import protected_rows
from msoko_lib.publication.site import Heading, site_files

PROJECT = Project(Path(__file__).resolve().parents[3])
CORRECTED_TOWNS = 15
TOP = Heading("Город", "Управление", "2024-2025", 1, "2025-08-01")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT)


@pytest.fixture(scope="module")
def rules(catalogue: Catalogue) -> Rules:
    return load_rules(PROJECT, catalogue)


def written(
    figures: Town, decision: Decision, rules: Rules, catalogue: Catalogue
) -> dict[str, bytes]:
    rows = protected_rows(figures, decision, rules, catalogue, {}, {})
    return site_files(rows, rules, catalogue, TOP, 0, ())


def read_page(page: bytes) -> list[str]:
    """Texts of the cells of all tables."""
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page.decode(), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).replace("\u00a0", " ") for cell in cells]


def test_nobody_is_found_between_two_editions(rules: Rules, catalogue: Catalogue) -> None:
    told_twice = 0
    for seed in range(CORRECTED_TOWNS):
        first = town(seed)
        before = decide(first, rules)
        files = written(first, before, rules, catalogue)
        second = corrected(first)
        earlier = [replace(record, edition="2024-2025/1") for record in before.records]
        after = decide(second, rules, earlier)
        audit(after.records, earlier, rules)
        again = written(second, after, rules, catalogue)
        issues = [Issue(second, read_csv(again)), Issue(first, read_csv(files))]
        check(issues, seed)
        told_twice += any(fact.share for fact in issues[0].told.values())
    assert told_twice > CORRECTED_TOWNS / 3


def corrected(figures: Town) -> Town:
    """The largest school found two more pupils, one of them good."""
    largest = max(figures[0].units, key=lambda name: figures[0].units[name].denominator)
    found = []
    for figure in figures:
        unit = figure.units[largest]
        more = replace(unit, numerator=unit.numerator + 1, denominator=unit.denominator + 2)
        units = {**figure.units, largest: more}
        found.append(
            replace(
                figure,
                units=units,
                numerator=figure.numerator + 1,
                denominator=figure.denominator + 2,
            )
        )
    return found


def test_pages_and_files_tell_the_same(rules: Rules, catalogue: Catalogue) -> None:
    for seed in range(10):
        figures = town(seed)
        files = written(figures, decide(figures, rules), rules, catalogue)
        text = files[INDICATORS].decode("utf-8-sig")
        for row in csv.DictReader(io.StringIO(text), delimiter=";"):
            number, sign = row["значение"], row["знак"]
            page = read_page(files[f"{row['подсистема']}.html"])
            printed = {
                "": f"{number} %",
                "около": f"около {number} %",
                "меньше": f"меньше {number} %",
                "не меньше": f"{number} % и больше",
            }[sign]
            assert (number if number == "н/д" else printed) in page


@pytest.mark.parametrize("seed", range(12))
def test_the_closed_form_agrees_with_programmes_in_whole_numbers(seed: int, rules: Rules) -> None:
    """Both ways of attack find the same counts narrowed."""
    limits = limits_of(rules)
    everything = [
        record_of(figure, printed_value(figure).says, None, printed_n(figure, 10).says, known=False)
        for figure in town(seed)
    ]
    for group in groups_of(everything):
        if not is_simple(group):
            continue
        short = {(item.cell, item.low, item.high) for item in exposed_cells(group, limits)}
        long = {
            (item.cell, item.low, item.high)
            for attempt in _attempts(group, limits, exact=True)
            for item in attempt
        }
        assert short == long


def test_an_audit_of_a_loose_edition_refuses(rules: Rules) -> None:
    """A town where one small school is left over when all others are known."""
    pupils, passed = [3, 100, 50], [0, 100, 50]
    figure = figure_of("КП-01", passed, pupils, "5")
    loose = record_of(
        figure, printed_value(figure).says, None, printed_n(figure, 10).says, known=False
    )
    with pytest.raises(NotProtected, match="Открытый выпуск не записан"):
        audit([loose], [], rules)
    assert audit(decide([figure], rules).records, [], rules) > 0
