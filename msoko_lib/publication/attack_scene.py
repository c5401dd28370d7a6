"""A linked group of figures as cells and relations: what a reader solves for hidden counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from msoko_lib.methods.disclosure import Cell, Release, cell_intervals
from msoko_lib.methods.disclosure_release import Relation
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
class Exposed:
    """A withheld count that a reader could narrow too far. Internal: never printed."""

    cell: Cell
    reader: str
    low: float
    high: float


def largest_size(unit: Unit, protection: float, rule_known: bool) -> float:
    """The largest size that a reader takes for possible of a group that a report hides."""
    if unit.most is None:
        return FAR_TIMES * unit.denominator + FAR
    most = unit.most if rule_known else PLAUSIBLE * max(unit.most, protection)
    return max(most, unit.denominator)


class Scene:
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
                largest = largest_size(unit, self.protection, self.rule_known)
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
