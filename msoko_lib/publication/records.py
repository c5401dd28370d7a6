"""What an edition has told, in a form that outlives it: figures, their parts, intervals told.

The next edition of the same year, and next year's, are proved safe beside all that was told
before; so each edition leaves its records. They hold true counts and never leave the data folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from msoko_lib.publication.figures import Figure, Unit

#: low <= what was told <= high
Interval = tuple[float, float]
ROLES = ("numerator", "denominator", "rest")


@dataclass(frozen=True)
class Record:
    """One figure about people and what the public was told of it.

    Parameters
    ----------
    name, kind
        As in :class:`Figure`.
    units : mapping
        Organisation → its part.
    n : interval
        What the number of participants in print says, or would say.
    value : interval, optional
        What the printed value (numerator over denominator) says; None: it is not printed.
    coarser : interval, optional
        What a coarser print of the value would say; None: there is none, or it is printed already.
    n_told : bool
        Whether the number of participants is printed.
    known : bool
        The denominators are public by themselves, organisation by organisation.
    sum_of : tuple of str
        Names of the figures that it adds up, if it is no figure but what shares leave over.
    edition : str
        Empty in the edition being made, else «2024-2025/1».
    """

    name: str
    kind: str
    units: Mapping[str, Unit]
    n: Interval
    value: Interval | None = None
    coarser: Interval | None = None
    n_told: bool = False
    known: bool = False
    sum_of: tuple[str, ...] = ()
    edition: str = ""

    def part(self, role: str) -> dict[str, float]:
        """Organisation → numerator, denominator or the rest (those without the property)."""
        pick = {
            "numerator": lambda unit: unit.numerator,
            "denominator": lambda unit: unit.denominator,
            "rest": lambda unit: unit.denominator - unit.numerator,
        }[role]
        return {name: float(pick(unit)) for name, unit in self.units.items()}

    @property
    def roles(self) -> tuple[str, ...]:
        """Counts in it; only of a share is there a rest."""
        return ROLES if self.kind == "share" else ROLES[:2]

    @cached_property
    def keys(self) -> dict[str, str]:
        """Role → name of the counts: equal counts of the same organisations are one and the same.

        Two figures with the same participants, a share and its opposite, a figure that did not
        change between editions link by themselves. Nobody and everybody keep names of their own:
        that they are nobody or everybody is what must stay hidden.
        """
        found = {}
        whole = self._counts("denominator")
        for role in self.roles:
            counts = self._counts(role)
            # Half and half: the two halves are different people.
            halves = role == "rest" and counts == self._counts("numerator")
            own = role != "denominator" and (
                halves or counts == whole or not any(value for _, value in counts)
            )
            text = repr((self.edition, self.name, role)) if own else repr(counts)
            found[role] = hashlib.sha256(text.encode()).hexdigest()[:20]
        return found

    def _counts(self, role: str) -> list[tuple[str, float]]:
        return sorted((name, round(value, 6)) for name, value in self.part(role).items())

    def as_plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "kind": self.kind,
            "units": {
                name: [unit.numerator, unit.denominator, unit.hidden, unit.most]
                for name, unit in self.units.items()
            },
            "value": self.value,
            "coarser": self.coarser,
            "n": self.n,
            "n_told": self.n_told,
            "known": self.known,
            "sum_of": list(self.sum_of),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], edition: str) -> Record:
        """Read what :meth:`as_plain` wrote."""
        value, coarser, n = plain["value"], plain["coarser"], plain["n"]
        return cls(
            name=plain["name"],
            kind=plain["kind"],
            units={name: Unit(*row) for name, row in plain["units"].items()},
            value=(value[0], value[1]) if value else None,
            coarser=(coarser[0], coarser[1]) if coarser else None,
            n=(n[0], n[1]),
            n_told=plain["n_told"],
            known=plain["known"],
            sum_of=tuple(plain["sum_of"]),
            edition=edition,
        )

    def without_n(self) -> Record:
        """The same with the number of participants not told."""
        return replace(self, n_told=False)

    def rounded(self) -> Record:
        """The same with the value told more coarsely."""
        return replace(self, value=self.coarser, coarser=None)

    def silent(self) -> Record:
        """The same with nothing told."""
        return replace(self, value=None, coarser=None, n_told=False)


def record_of(
    figure: Figure, value: Interval, coarser: Interval | None, n: Interval, known: bool
) -> Record:
    """Record of a figure with both its numbers told.

    The points of a mean are measured in mean points of one person, so that the protection, a
    number of people, means the same for them.
    """
    scale = figure.numerator / figure.denominator if figure.kind == "mean" else 1.0
    scale = scale or 1.0
    units = {
        name: replace(unit, numerator=unit.numerator / scale) for name, unit in figure.units.items()
    }

    def of_one(says: Interval) -> Interval:
        return says[0] / (scale * figure.times), says[1] / (scale * figure.times)

    return Record(
        name=figure.name,
        kind=figure.kind,
        units=units,
        n=n,
        value=of_one(value),
        coarser=of_one(coarser) if coarser else None,
        n_told=True,
        known=known,
    )


def left_over(records: Sequence[Record]) -> Record | None:
    """What several shares of one whole leave over, as a record of which nothing is told.

    None where they are not shares of the same people, or add up to more than all of them.
    """
    first = records[0]
    if any(record.keys["denominator"] != first.keys["denominator"] for record in records):
        return None
    units = {}
    for name, unit in first.units.items():
        told = sum(record.units[name].numerator for record in records)
        if told > unit.denominator:
            return None
        units[name] = replace(unit, numerator=told)
    names = tuple(record.name for record in records)
    return Record(" + ".join(names), "share", units, first.n, known=first.known, sum_of=names)
