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
from math import inf

from msoko_lib.methods.disclosure import Cell, Release, cell_intervals
from msoko_lib.methods.disclosure_release import Relation
from msoko_lib.publication.attack_exact import (
    hidden_intervals,
    hidden_units,
    is_simple,
    total_intervals,
)
from msoko_lib.publication.figures import Unit
from msoko_lib.publication.records import Record

TOTAL, REST = "", "остальные"
# An open end of a rounding interval: the reader knows that the value lies strictly below it.
OPEN_END = 1e-7
# A reader who knows no rule still takes no group called «мало» for so many times the protection.
PLAUSIBLE = 3.0
# Far above anything that a reader could take for possible.
FAR_TIMES, FAR = 10.0, 1000.0


@dataclass(frozen=True)
class Limits:
    """Thresholds of the public edition."""

    people: float
    group: float
    units: float
    protection: float
    inside_few: float
    rounding: float


@dataclass(frozen=True)
class Exposed:
    """A withheld count that a reader could narrow too far. Internal: never printed."""

    cell: Cell
    reader: str
    low: float
    high: float


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
        yield from _from_reports(_Scene(group, limits.protection, exact, rule_known=False))
        yield from _from_reports(_Scene(group, limits.inside_few, exact, rule_known=True))


def _simply(group: Sequence[Record], limits: Limits) -> Iterator[list[Exposed]]:
    """The same readers before shares of the same people, in closed form."""
    for record in group:
        if not record.edition:
            others = [other for other in group if other.edition and other.name == record.name]
            yield _simple_totals(record, others, limits)
    hidden = hidden_units(group[0])
    if not hidden:
        return
    scene = _Scene(group, limits.protection, exact=True)
    insiders = _insiders(scene, hidden) or [""]
    for rule_known in (False, True):
        needed = limits.inside_few if rule_known else limits.protection
        largest = {}
        for name in hidden:
            unit = group[0].units[name]
            largest[name] = int(_largest(unit, limits.protection, rule_known))
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


def _largest(unit: Unit, protection: float, rule_known: bool) -> float:
    """The largest size that a reader takes for possible of a group that a report hides."""
    if unit.most is None:
        return FAR_TIMES * unit.denominator + FAR
    most = unit.most if rule_known else PLAUSIBLE * max(unit.most, protection)
    return max(most, unit.denominator)


def _from_totals(group: Sequence[Record], limits: Limits, exact: bool) -> list[Exposed]:
    """Totals of a handful of people, of nobody or of everybody, before the public editions alone.

    How many took part is guessed well enough even where it is not printed.
    """
    scene = _Scene(group, limits.protection, exact, units=False)
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


def _from_reports(scene: _Scene) -> Iterator[list[Exposed]]:
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


def _insiders(scene: _Scene, hidden: list[str]) -> list[str]:
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


class _Scene:
    """A linked group as cells and relations.

    Organisations that no report hides are one known sum; with ``units=False`` there are totals
    only: a reader without the reports of schools learns of an organisation no more than of a total.
    """

    def __init__(
        self,
        group: Sequence[Record],
        protection: float,
        exact: bool,
        *,
        units: bool = True,
        rule_known: bool = False,
    ) -> None:
        self.group, self.protection, self.rule_known = group, protection, rule_known
        self.by_units = units
        hidden = {name for record in group for name, unit in record.units.items() if unit.hidden}
        self.units = hidden if units else set()
        self.release = Release()
        self.public: set[Cell] = set()
        for record in group:
            self._add(record)
        for record in group:
            self._add_sum(record)
        self._tie_editions()
        values = self.release.values.values()
        self.whole_numbers = all(value == round(value) for value in values)
        self.exact = exact and self.whole_numbers

    def places(self, record: Record) -> list[str]:
        """Organisations that are cells of their own; the total, where there are none."""
        return [name for name in record.units if name in self.units] if self.by_units else [TOTAL]

    def _add(self, record: Record) -> None:
        for role, key in record.keys.items():
            part = record.part(role)
            whole = sum(part.values())
            self._cell((key, TOTAL), whole, whole)
            if self.by_units:
                inner = {name: part[name] for name in self.places(record)}
                for name, value in inner.items():
                    self._cell((key, name), value, whole)
                if (key, REST) not in self.release.values:
                    self.release.add_cell((key, REST), whole - sum(inner.values()))
                    cells = [(key, name) for name in (*inner, REST)]
                    self.release.add_sum((key, TOTAL), cells)
        numerator, denominator = record.keys["numerator"], record.keys["denominator"]
        for name in self.places(record):
            if record.kind == "share":
                self.release.add_sum(
                    (denominator, name), [(numerator, name), (record.keys["rest"], name)]
                )
            unit = record.units.get(name)
            if unit is not None and unit.hidden and unit.most is not None:
                largest = _largest(unit, self.protection, self.rule_known)
                self.release.limit((denominator, name), 0.0, largest)
        if record.known:
            self.public |= {(denominator, name) for name in (*self.places(record), TOTAL)}
        if record.value is not None:
            self._tell((numerator, TOTAL), (denominator, TOTAL), *record.value)
        if record.n_told or (record.value is not None and not self.by_units):
            self.release.limit((denominator, TOTAL), *record.n)

    def _cell(self, name: Cell, value: float, whole: float) -> None:
        if name not in self.release.values:
            self.release.add_cell(name, value, withheld=True)
            # Everybody knows that a town has no million pupils; the solver needs an end too.
            self.release.limit(name, 0.0, FAR_TIMES * whole + FAR)

    def _tell(self, whole: Cell, people: Cell, low: float, high: float) -> None:
        """low <= whole / people < high; in thousandths, so that the solver sees whole numbers."""
        counts = (self.release.values[whole], self.release.values[people])
        strictly = 1.0 if all(value == round(value) for value in counts) else OPEN_END
        self._relate({whole: 1000.0, people: -round(1000 * low, 6)}, 0.0, inf)
        if high < inf:
            self._relate({whole: 1000.0, people: -round(1000 * high, 6)}, -inf, -strictly)

    def _relate(self, coefficients: dict[Cell, float], low: float, high: float) -> None:
        self.release.relations.append(Relation(coefficients, low, high))

    def _add_sum(self, record: Record) -> None:
        """The parts of a whole; editions do not mingle."""
        parts = [
            other
            for other in self.group
            if other.name in record.sum_of and other.edition == record.edition
        ]
        if len(parts) == len(record.sum_of) > 0:
            for name in self.places(record):
                inner = [(part.keys["numerator"], name) for part in parts]
                if len(set(inner)) == len(inner):
                    self.release.add_sum((record.keys["numerator"], name), inner)

    def _tie_editions(self) -> None:
        """A corrected count lies near the one it corrects, as readers will suppose."""
        now = {record.name: record for record in self.group if not record.edition}
        for old in self.group:
            new = now.get(old.name)
            if not old.edition or new is None:
                continue
            for role, before in old.keys.items():
                after = new.keys[role]
                for name in self.places(old):
                    if before == after or (after, name) not in self.release.values:
                        continue
                    values = self.release.values
                    change = abs(values[(after, name)] - values[(before, name)])
                    slack = max(change, self.protection) if change else 0.0
                    self._relate({(after, name): 1.0, (before, name): -1.0}, -slack, slack)

    def exposed(
        self, reader: str, known: set[Cell], guarded: set[Cell], needed: dict[Cell, float]
    ) -> list[Exposed]:
        """Guarded cells that this reader narrows below what is needed."""
        wanted = {name for name in guarded - known if needed[name] > 0}
        if not wanted:
            return []
        found = cell_intervals(
            self.release,
            known=known,
            wanted=wanted,
            whole_numbers=self.whole_numbers,
            exact_integers=self.exact,
        )
        return [
            Exposed(name, reader, low, high)
            for name, (low, high) in found.items()
            if high - low < needed[name] - 1e-6
        ]

    def width(self, name: Cell, known: set[Cell]) -> float:
        """How closely the reader knows an organisation's count without any public edition."""
        if name in known:
            return 0.0
        key, place = name
        widest = inf
        for record in self.group:
            unit = record.units.get(str(place))
            role = next((role for role, other in record.keys.items() if other == key), "")
            if unit is None or not role or (record.kind != "share" and role == "numerator"):
                continue
            if self.rule_known and unit.hidden and unit.most is not None:
                widest = min(widest, max(unit.most, unit.denominator))
            if (record.keys["denominator"], place) in known:
                widest = min(widest, unit.denominator)
        return widest
