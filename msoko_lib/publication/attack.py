"""The reader who puts everything side by side: how closely can a withheld number be worked out?

Readers who are reckoned with: one who holds all public editions; one who also holds the reports
of all schools; a school that besides knows its own hidden counts. What a school's report prints of
other schools is no relation here: it is made of counts that those schools' own reports show
(``compare.share_of_others``, ``references``), so that it says nothing of the hidden ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from msoko_lib.methods.disclosure import Cell
from msoko_lib.publication.attack_exact import (
    hidden_intervals,
    hidden_units,
    is_simple,
    total_intervals,
)
from msoko_lib.publication.attack_scene import TOTAL, Exposed, Scene, largest_size
from msoko_lib.publication.records import Record


@dataclass(frozen=True)
class Limits:
    """Thresholds of the public edition."""

    people: float
    group: float
    units: float
    protection: float
    inside_few: float
    rounding: float


def groups_of(records: Sequence[Record]) -> list[list[Record]]:
    """Figures that say something of each other: they share counts, a name, or a sum."""
    parent = list(range(len(records)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[object, int] = {}
    for place, record in enumerate(records):
        marks: list[object] = [*record.keys.values(), ("name", record.name)]
        marks += [("name", name) for name in record.sum_of]
        for mark in marks:
            other = first.setdefault(mark, place)
            parent[root(place)] = root(other)
    found: dict[int, list[Record]] = defaultdict(list)
    for place, record in enumerate(records):
        found[root(place)].append(record)
    return list(found.values())


def exposed_cells(
    group: Sequence[Record], limits: Limits, *, first: bool = False, exact: bool = True
) -> list[Exposed]:
    """Counts of one linked group that some reader could narrow below the protection.

    Parameters
    ----------
    group : sequence of Record
        With what each of them tells.
    first : bool
        Stop at the first reader who finds something.
    exact : bool
        In whole numbers (closed form or mixed-integer programmes); else by linear programmes, which
        are another way to the same answer, at worst a little less strict.
    """
    if not any(record.value or record.n_told for record in group):
        return []
    found: list[Exposed] = []
    simple = exact and is_simple(group)
    for more in _simply(group, limits) if simple else _attempts(group, limits, exact):
        found += more
        if found and first:
            break
    return found


def _attempts(group: Sequence[Record], limits: Limits, exact: bool) -> Iterator[list[Exposed]]:
    yield _from_totals(group, limits, exact)
    if any(unit.hidden for record in group for unit in record.units.values()):
        # The first reader takes «мало» for no more than a gap, the second knows that it is < 5.
        yield from _from_reports(Scene(group, limits.protection, exact, rule_known=False))
        yield from _from_reports(Scene(group, limits.inside_few, exact, rule_known=True))


def _simply(group: Sequence[Record], limits: Limits) -> Iterator[list[Exposed]]:
    """The same readers before shares of the same people, in closed form."""
    for record in group:
        if not record.edition:
            others = [other for other in group if other.edition and other.name == record.name]
            yield _simple_totals(record, others, limits)
    hidden = hidden_units(group[0])
    if not hidden:
        return
    scene = Scene(group, limits.protection, exact=True)
    insiders = _insiders(scene, hidden) or [""]
    for rule_known in (False, True):
        needed = limits.inside_few if rule_known else limits.protection
        largest = {}
        for name in hidden:
            unit = group[0].units[name]
            largest[name] = int(largest_size(unit, limits.protection, rule_known))
        for insider in insiders:
            intervals = hidden_intervals(group, largest, insider)
            yield [
                Exposed((group[place].keys[role], name), f"организация {insider}", low, high)
                for (place, role, name), (low, high) in intervals.items()
                if high - low < min(needed, largest[name]) - 1e-6
            ]


def _simple_totals(record: Record, others: Sequence[Record], limits: Limits) -> list[Exposed]:
    found = []
    for role, (low, high) in total_intervals(record, others, limits.protection).items():
        enough = limits.group if role == "denominator" else limits.people
        if sum(record.part(role).values()) < enough and high - low < limits.protection - 1e-6:
            found.append(Exposed((record.keys[role], TOTAL), "читатель", low, high))
    return found


def _from_totals(group: Sequence[Record], limits: Limits, exact: bool) -> list[Exposed]:
    """Totals of a handful of people, of nobody or of everybody, before the public editions alone.

    How many took part is guessed well enough even where it is not printed.
    """
    scene = Scene(group, limits.protection, exact, units=False)
    small: set[Cell] = set()
    needed: dict[Cell, float] = {}
    for record in group:
        for role, key in record.keys.items():
            if record.edition or (role == "numerator" and record.kind != "share"):
                continue
            enough = limits.group if role == "denominator" else limits.people
            total = (key, TOTAL)
            if scene.release.values[total] < enough:
                small.add(total)
                whole = scene.release.values[(record.keys["denominator"], TOTAL)]
                needed[total] = min(limits.protection, whole) if record.known else limits.protection
    return scene.exposed("читатель", scene.public, small, needed)


def _from_reports(scene: Scene) -> Iterator[list[Exposed]]:
    """Counts that a school's report hides, before readers who hold the reports of all schools."""
    hidden_of: dict[str, set[Cell]] = defaultdict(set)
    seen = set(scene.public)
    for record in scene.group:
        for name in scene.units & record.units.keys():
            cells = {(key, name) for key in record.keys.values()}
            if record.units[name].hidden:
                hidden_of[name] |= cells
            else:
                seen |= cells
    own = {name: cells - seen for name, cells in hidden_of.items()}
    hidden = set().union(*own.values()) if own else set()
    needed = {name: min(scene.protection, scene.width(name, seen)) for name in hidden}
    insiders = _insiders(scene, [name for name, cells in own.items() if cells])
    if not insiders:
        yield scene.exposed("читатель с отчётами школ", seen, hidden, needed)
    for name in insiders:
        # A school knows all that the others know and its own hidden counts besides.
        others = hidden - own[name]
        yield scene.exposed(f"организация {name}", seen | own[name], others, needed)


def _insiders(scene: Scene, hidden: list[str]) -> list[str]:
    """Schools with hidden counts that can do most with what they know: those with most people.

    The more of a hidden sum a school knows, the less is left for the others. Two by each count,
    so that the first is tried by the second.
    """
    if len(hidden) < 2:
        return []
    chosen: dict[str, None] = {}
    for record in scene.group:
        for role in record.keys:
            part = {name: value for name, value in record.part(role).items() if name in hidden}
            chosen |= dict.fromkeys(sorted(part, key=lambda name: (-part[name], name))[:2])
    return list(chosen)
