"""Towns to be attacked and the patient reader who goes through all that agree with the print.

The reader shares no code with the audit.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from msoko_lib.publication.figures import Figure, Unit
from msoko_lib.publication.open_data import INDICATORS

MOST = 15  # a reader of reports takes no hidden group for larger
FEW = 4  # the largest group that a report calls «мало»
PEOPLE, GROUP, WIDTH, INSIDE_FEW = 5, 10, 5, 2
# Shares in reports of schools are printed in tenths of a per cent.
PRINT = 0.0005 + 1e-12
# Indicators of pupils that share their participants: passed, quality, basic, high.
SHARES = ("КП-01", "КП-02")

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
        figure_of(name, part, pupils, grade)
        for name, part in zip(SHARES, (passed, good), strict=True)
    ]


def figure_of(indicator: str, part: list[int], whole: list[int], grade: str) -> Figure:
    units = {
        f"школа {place}": Unit(float(a), float(n), n <= FEW, float(FEW) if n <= FEW else None)
        for place, (a, n) in enumerate(zip(part, whole, strict=True))
    }
    return Figure(
        name=f"{indicator}|Математика|{grade}|", indicator_id=indicator, about="люди",
        kind="share", unit="%", numerator=float(sum(part)), denominator=float(sum(whole)),
        units=units, subject="Математика", grade=grade,
    )  # fmt: skip


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


@dataclass(frozen=True)
class Issue:
    """An edition: the town as it was counted then, and what the reader found in its files.

    ``beside``: figure → school → share of the other schools that its own report prints.
    """

    figures: Town
    told: dict[str, Told]
    beside: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


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
    places = range(len(issues[0].figures))
    telling = [[_telling(issue, place) for place in places] for issue in issues]
    for sizes in itertools.product(*ranges):
        spans = []
        for place, figure in enumerate(issues[0].figures):
            own = [
                (known[name][1 + place],) * 2 if name in known else (0, size)
                for name, size in zip(hidden, sizes, strict=True)
            ]
            low, high = sum(pair[0] for pair in own), sum(pair[1] for pair in own)
            for issue, beside in zip(issues, telling, strict=True):
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
                for school, share in beside[place].items():
                    own_part = issue.figures[place].units[school]
                    rest = total - own_part.denominator
                    known_part = counted - own_part.numerator
                    low = max(low, int(np.ceil((share - PRINT) * rest - 1e-9 - known_part)))
                    high = min(high, int(np.floor((share + PRINT) * rest + 1e-9 - known_part)))
            spans.append((low, high))
        if all(low <= high for low, high in spans):
            yield sizes, spans


def _telling(issue: Issue, place: int) -> Mapping[str, float]:
    """Shares of the others that tell of hidden schools: those that the seen ones do not explain.

    The reader knows the seen schools and tries whether the shares are made of them alone.
    """
    figure = issue.figures[place]
    seen = {name: unit for name, unit in figure.units.items() if not unit.hidden}
    told = issue.beside.get(figure.name, {})
    good = sum(unit.numerator for unit in seen.values())
    whole = sum(unit.denominator for unit in seen.values())
    nobody = Unit(0.0, 0.0)
    explained = all(
        abs(
            (good - seen.get(name, nobody).numerator) / (whole - seen.get(name, nobody).denominator)
            - share
        ) <= PRINT
        for name, share in told.items()
        if whole > seen.get(name, nobody).denominator
    )  # fmt: skip
    return {} if explained else {name: share for name, share in told.items() if name in seen}


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
    beside = any(issue.beside for issue in issues)
    if beside or any(fact.share or fact.n for issue in issues for fact in issue.told.values()):
        for insider in ("", *(hidden if len(hidden) > 1 else ())):
            assert narrowest(issues, insider, MOST) >= WIDTH, (label, insider)
            assert narrowest(issues, insider, FEW) >= INSIDE_FEW, (label, insider)
    same = [issue for issue in issues if issue.figures == figures]
    for figure in figures:
        if any(issue.told[figure.name].share for issue in same):
            assert figure.denominator >= GROUP, label
            assert total_width(figure, same) >= WIDTH, (label, figure.name)
