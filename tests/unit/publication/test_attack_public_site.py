"""A patient reader of the written site: no withheld count follows from what stands in it.

The reader here shares no code with the audit: it parses the pages and the csv and goes through
every whole-number town that agrees with them.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.project import Project
from msoko_lib.publication.attack import _attempts, exposed_cells, groups_of
from msoko_lib.publication.attack_exact import is_simple
from msoko_lib.publication.figures import Figure, Unit
from msoko_lib.publication.labels import printed_n, printed_value
from msoko_lib.publication.open_data import INDICATORS
from msoko_lib.publication.protect import Decision, NotProtected, audit, decide, limits_of
from msoko_lib.publication.records import record_of
from msoko_lib.publication.rules import Rules, load_rules
from msoko_lib.publication.shown import protected_rows
from msoko_lib.publication.site import Heading, site_files

PROJECT = Project(Path(__file__).resolve().parents[3])
TOWNS = 200
CORRECTED_TOWNS = 15
MOST = 15  # a reader of reports takes no hidden group for larger
FEW = 4  # the largest group that a report calls «мало»
PEOPLE, GROUP, WIDTH, INSIDE_FEW = 5, 10, 5, 2
TOP = Heading("Город", "Управление", "2024-2025", 1, "2025-08-01")
# Indicators of pupils that share their participants: passed, quality, basic, high.
SHARES = ("КП-01", "КП-02")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(PROJECT)


@pytest.fixture(scope="module")
def rules(catalogue: Catalogue) -> Rules:
    return load_rules(PROJECT, catalogue)


Town = list[Figure]


def town(seed: int, grade: str = "5") -> Town:
    """Two shares of the same pupils in four to six schools, some of them tiny."""
    rng = np.random.default_rng(seed)
    schools = int(rng.integers(4, 7))
    tiny = int(rng.integers(0, 4))
    pupils = [int(rng.integers(1, FEW + 1)) for _ in range(tiny)]
    pupils += [int(rng.integers(5, 60)) for _ in range(schools - tiny)]
    easy = float(rng.choice([0.5, 0.85, 0.97, 1.0]))
    passed = [int(rng.binomial(n, easy)) for n in pupils]
    good = [int(rng.binomial(n, rng.choice([0.03, 0.5]))) for n in passed]
    return [
        _figure(name, part, pupils, grade)
        for name, part in zip(SHARES, (passed, good), strict=True)
    ]


def _figure(indicator: str, part: list[int], whole: list[int], grade: str) -> Figure:
    units = {
        f"школа {place}": Unit(float(a), float(n), n <= FEW, float(FEW) if n <= FEW else None)
        for place, (a, n) in enumerate(zip(part, whole, strict=True))
    }
    return Figure(
        name=f"{indicator}|Математика|{grade}|", indicator_id=indicator, about="люди",
        kind="share", unit="%", numerator=float(sum(part)), denominator=float(sum(whole)),
        units=units, subject="Математика", grade=grade,
    )  # fmt: skip


def written(
    figures: Town, decision: Decision, rules: Rules, catalogue: Catalogue
) -> dict[str, bytes]:
    rows = protected_rows(figures, decision, rules, catalogue, {}, {})
    return site_files(rows, rules, catalogue, TOP, 0, ())


@dataclass(frozen=True)
class Told:
    """What the reader found: share from … to below, participants from … to."""

    share: tuple[float, float] | None
    n: tuple[int, int] | None


def read_csv(files: Mapping[str, bytes]) -> dict[str, Told]:
    """The reader's own reading of the open data."""
    text = files[INDICATORS].decode("utf-8-sig")
    found = {}
    for row in csv.DictReader(io.StringIO(text), delimiter=";"):
        value, sign = row["значение"], row["знак"]
        share: tuple[float, float] | None = None
        if value != "н/д":
            number = float(value.replace(",", ".")) / 100
            half = 0.025 if sign == "около" else 0.005
            share = (number - half, number + half)
            share = (0.0, number) if sign == "меньше" else share
            share = (number, 2.0) if sign == "не меньше" else share
        n = None
        if row["из скольких"] != "н/д":
            shown = int(row["из скольких"])
            n = (shown - 5, shown + 4)
        found[f"{row['код']}|{row['предмет']}|{row['класс']}|"] = Told(share, n)
    return found


def read_page(page: bytes) -> list[str]:
    """Texts of the cells of all tables."""
    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page.decode(), re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).replace("\u00a0", " ") for cell in cells]


@dataclass(frozen=True)
class Issue:
    """An edition: the town as it was counted then, and what the reader found in its files."""

    figures: Town
    told: dict[str, Told]


def sizes_and_spans(
    issues: list[Issue], known: dict[str, tuple[int, ...]], most: int
) -> Iterator[tuple[tuple[int, ...], list[tuple[int, int]]]]:
    """Every size of the hidden groups that agrees with the editions, with the hidden numerators.

    The hidden schools are the same in all editions; others may have been corrected.

    Parameters
    ----------
    known : dict
        Hidden school that the reader knows → its size and its numerators.
    """
    hidden = hidden_of(issues[0].figures)
    ranges = [(known[name][0],) if name in known else range(most + 1) for name in hidden]
    for sizes in itertools.product(*ranges):
        spans = []
        for place, figure in enumerate(issues[0].figures):
            own = [
                (known[name][1 + place],) * 2 if name in known else (0, size)
                for name, size in zip(hidden, sizes, strict=True)
            ]
            low, high = sum(pair[0] for pair in own), sum(pair[1] for pair in own)
            for issue in issues:
                fact = issue.told[figure.name]
                seen = [u for u in issue.figures[place].units.values() if not u.hidden]
                total = int(sum(unit.denominator for unit in seen)) + sum(sizes)
                counted = int(sum(unit.numerator for unit in seen))
                if fact.n and not fact.n[0] <= total <= fact.n[1]:
                    low, high = 1, 0
                if fact.share:
                    # Whole counts with share[0] <= count / total < share[1].
                    low = max(low, int(np.ceil(fact.share[0] * total - 1e-9)) - counted)
                    high = min(high, int(np.ceil(fact.share[1] * total - 1e-9)) - 1 - counted)
            spans.append((low, high))
        if all(low <= high for low, high in spans):
            yield sizes, spans


def hidden_of(figures: Town) -> list[str]:
    return [name for name, unit in figures[0].units.items() if unit.hidden]


def narrowest(issues: list[Issue], insider: str, most: int) -> float:
    """Width of the narrowest interval of a hidden count of another school; infinite: none."""
    figures = issues[0].figures
    hidden = hidden_of(figures)
    known: dict[str, tuple[int, ...]] = {}
    if insider:
        own = [int(figure.units[insider].numerator) for figure in figures]
        known[insider] = (int(figures[0].units[insider].denominator), *own)
    ends: dict[tuple[str, str], list[float]] = {}

    def note(name: str, what: str, low: float, high: float) -> None:
        found = ends.setdefault((name, what), [low, high])
        found[0], found[1] = min(found[0], low), max(found[1], high)

    for sizes, spans in sizes_and_spans(issues, known, most):
        free = sum(size for name, size in zip(hidden, sizes, strict=True) if name not in known)
        for name, size in zip(hidden, sizes, strict=True):
            if name in known:
                continue
            note(name, "n", size, size)
            for number, (low, high) in enumerate(spans):
                fixed = sum(row[1 + number] for row in known.values())
                least = max(0, low - fixed - (free - size))
                greatest = min(size, high - fixed)
                note(name, f"{number}", least, greatest)
                note(name, f"rest {number}", size - greatest, size - least)
    assert ends or not set(hidden) - set(known), "no town agrees with what was published"
    return min((high - low for low, high in ends.values()), default=np.inf)


def total_width(figure: Figure, issues: list[Issue]) -> float:
    """Narrowest interval of a small total, for a reader who guesses the participants well."""
    around = 10 * int(figure.denominator / 10 + 0.5)
    parts, rests = set(), set()
    for total in range(around - 5, around + 5):
        for part in range(total + 1):
            shares = [issue.told[figure.name].share for issue in issues]
            if all(s is None or s[0] - 1e-9 <= part / total < s[1] - 1e-9 for s in shares):
                parts.add(part)
                rests.add(total - part)
    small = []
    if figure.numerator < PEOPLE:
        small.append(max(parts) - min(parts))
    if figure.denominator - figure.numerator < PEOPLE:
        small.append(max(rests) - min(rests))
    return min(small, default=np.inf)


def check(issues: list[Issue], label: object) -> None:
    """All readers against one town."""
    figures, hidden = issues[0].figures, hidden_of(issues[0].figures)
    if any(fact.share or fact.n for issue in issues for fact in issue.told.values()):
        for insider in ("", *(hidden if len(hidden) > 1 else ())):
            assert narrowest(issues, insider, MOST) >= WIDTH, (label, insider)
            assert narrowest(issues, insider, FEW) >= INSIDE_FEW, (label, insider)
    same = [issue for issue in issues if issue.figures == figures]
    for figure in figures:
        if any(issue.told[figure.name].share for issue in same):
            assert figure.denominator >= GROUP, label
            assert total_width(figure, same) >= WIDTH, (label, figure.name)


def test_nobody_is_found_in_two_hundred_towns(rules: Rules, catalogue: Catalogue) -> None:
    shown = hidden = 0
    for seed in range(TOWNS):
        figures = town(seed)
        told = read_csv(written(figures, decide(figures, rules), rules, catalogue))
        check([Issue(figures, told)], seed)
        shown += sum(fact.share is not None for fact in told.values())
        hidden += sum(fact.share is None for fact in told.values())
    # A site that tells nothing would be safe too.
    assert shown > hidden > 0


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
    figure = _figure("КП-01", passed, pupils, "5")
    loose = record_of(
        figure, printed_value(figure).says, None, printed_n(figure, 10).says, known=False
    )
    with pytest.raises(NotProtected, match="Открытый выпуск не записан"):
        audit([loose], [], rules)
    assert audit(decide([figure], rules).records, [], rules) > 0
