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
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.project import Project
from msoko_lib.publication.figures import Figure, Unit
from msoko_lib.publication.open_data import INDICATORS
from msoko_lib.publication.protect import Decision, decide
from msoko_lib.publication.rules import Rules, load_rules
from msoko_lib.publication.shown import protected_rows
from msoko_lib.publication.site import Heading, site_files

PROJECT = Project(Path(__file__).resolve().parents[3])
TOWNS = 25
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


def possible(
    figures: Town, told: list[dict[str, Told]], known: dict[str, tuple[int, ...]], most: int
) -> Iterator[tuple[tuple[int, ...], list[tuple[int, int]]]]:
    """Every size of the hidden groups that agrees with the editions, with the hidden numerators.

    Parameters
    ----------
    known : dict
        Hidden school that the reader knows → its size and its numerators.
    """
    units = figures[0].units
    hidden = [name for name, unit in units.items() if unit.hidden]
    seen_n = int(sum(unit.denominator for unit in units.values() if not unit.hidden))
    seen = [int(sum(u.numerator for u in f.units.values() if not u.hidden)) for f in figures]
    ranges = [(known[name][0],) if name in known else range(most + 1) for name in hidden]
    for sizes in itertools.product(*ranges):
        total = seen_n + sum(sizes)
        spans = []
        for place, figure in enumerate(figures):
            inside = [
                (known[name][1 + place],) * 2 if name in known else (0, size)
                for name, size in zip(hidden, sizes, strict=True)
            ]
            low, high = (sum(ends) for ends in zip(*inside, strict=True)) if inside else (0, 0)
            for edition in told:
                fact = edition[figure.name]
                if fact.n and not fact.n[0] <= total <= fact.n[1]:
                    low, high = 1, 0
                if fact.share:
                    # Whole counts with share[0] <= count / total < share[1].
                    low = max(low, int(np.ceil(fact.share[0] * total - 1e-9)) - seen[place])
                    high = min(high, int(np.ceil(fact.share[1] * total - 1e-9)) - 1 - seen[place])
            spans.append((low, high))
        if all(low <= high for low, high in spans):
            yield sizes, spans


def narrowest(figures: Town, told: list[dict[str, Told]], insider: str, most: int) -> float:
    """Width of the narrowest interval of a hidden count of another school; infinite: none."""
    units = figures[0].units
    hidden = [name for name, unit in units.items() if unit.hidden]
    known = {}
    if insider:
        own = [int(figure.units[insider].numerator) for figure in figures]
        known[insider] = (int(units[insider].denominator), *own)
    ends: dict[tuple[str, str], list[float]] = {}

    def note(name: str, what: str, low: float, high: float) -> None:
        found = ends.setdefault((name, what), [low, high])
        found[0], found[1] = min(found[0], low), max(found[1], high)

    for sizes, spans in possible(figures, told, known, most):
        for place, name in enumerate(hidden):
            if name in known:
                continue
            size = sizes[place]
            note(name, "n", size, size)
            for number, (low, high) in enumerate(spans):
                fixed = sum(row[1 + number] for row in known.values())
                others = sum(
                    other
                    for spot, other in enumerate(sizes)
                    if spot != place and hidden[spot] not in known
                )
                least, greatest = max(0, low - fixed - others), min(size, high - fixed)
                note(name, f"{number}", least, greatest)
                note(name, f"rest {number}", size - greatest, size - least)
    assert ends or not [name for name in hidden if name not in known], "no town agrees"
    return min((high - low for low, high in ends.values()), default=np.inf)


def total_width(figure: Figure, told: list[dict[str, Told]]) -> float:
    """Narrowest interval of a small total, for a reader who guesses the participants well."""
    around = 10 * int(figure.denominator / 10 + 0.5)
    parts, rests, wholes = set(), set(), set()
    for total in range(around - 5, around + 5):
        fits = [True] * (total + 1)
        for edition in told:
            share = edition[figure.name].share
            if share:
                fits = [
                    ok and share[0] - 1e-9 <= part / total < share[1] - 1e-9
                    for part, ok in enumerate(fits)
                ]
        found = [part for part, ok in enumerate(fits) if ok]
        parts |= set(found)
        rests |= {total - part for part in found}
        wholes |= {total} if found else set()
    small = []
    if figure.numerator < PEOPLE:
        small.append(max(parts) - min(parts))
    if figure.denominator - figure.numerator < PEOPLE:
        small.append(max(rests) - min(rests))
    return min(small, default=np.inf)


def check(figures: Town, told: list[dict[str, Told]], label: object) -> None:
    """All readers against one town."""
    hidden = [name for name, unit in figures[0].units.items() if unit.hidden]
    if any(edition[figure.name].share for edition in told for figure in figures):
        for insider in ("", *(hidden if len(hidden) > 1 else ())):
            assert narrowest(figures, told, insider, MOST) >= WIDTH, (label, insider)
            assert narrowest(figures, told, insider, FEW) >= INSIDE_FEW, (label, insider)
    for figure in figures:
        if any(edition[figure.name].share for edition in told):
            assert figure.denominator >= GROUP, label
            assert total_width(figure, told) >= WIDTH, (label, figure.name)


def test_nobody_is_found_in_two_hundred_towns(rules: Rules, catalogue: Catalogue) -> None:
    shown = hidden = 0
    for seed in range(TOWNS):
        figures = town(seed)
        decision = decide(figures, rules)
        files = written(figures, decision, rules, catalogue)
        told = read_csv(files)
        check(figures, [told], seed)
        shown += sum(fact.share is not None for fact in told.values())
        hidden += sum(fact.share is None for fact in told.values())
    # A site that tells nothing would be safe too.
    assert shown > hidden > 0
