"""A release: everything the public can put side by side, as cells and linear relations.

A cell is named by what it counts, not by where it is printed: ``cell("vpr 2025", school="12",
mark="2")``; a margin is the same with fewer conditions, ``cell("vpr 2025", school="12")``, and
the grand total has none. Tables that share a population and conditions therefore share cells,
and their totals link by themselves. Numbers in titles and captions, published shares, other
editions and what a school knows about itself are added as further relations.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

import numpy as np
import pandas as pd

#: Population and the sorted conditions that define a counted group.
Cell = tuple[Hashable, ...]


def cell(population: Hashable, /, **conditions: Hashable) -> Cell:
    """Name the group of `population` that meets all the conditions.

    Examples
    --------
    >>> cell("vpr", school="12", mark="2")
    ('vpr', ('mark', '2'), ('school', '12'))
    >>> cell("vpr")
    ('vpr',)
    """
    return (population, *sorted(conditions.items()))


@dataclass(frozen=True)
class Table:
    """A table of counts (or sums) with the margins that are printed beside it.

    Attributes
    ----------
    counts : pandas.DataFrame
        Inner cells; rows and columns are the categories, together they exhaust the margins.
    population : hashable
        Who is counted; tables with one population share their cells.
    row_variable, column_variable : str
        What rows and columns are, e.g. "school" and "mark".
    totals : {"both", "rows", "columns", "none"}
        Which margins are printed: "rows" a total for each row, "columns" for each column,
        "both" these and the grand total. A margin that is not printed but is known otherwise
        belongs into `Release.add_statement`.
    conditions : tuple of (str, hashable)
        What all the cells have in common, e.g. ``(("grade", 5),)``.
    """

    counts: pd.DataFrame
    population: Hashable = "release"
    row_variable: str = "row"
    column_variable: str = "column"
    totals: str = "both"
    conditions: tuple[tuple[str, Hashable], ...] = ()

    def __post_init__(self) -> None:
        if self.totals not in ("both", "rows", "columns", "none"):
            raise ValueError(f"totals must be both, rows, columns or none, got {self.totals!r}")
        if self.row_variable == self.column_variable:
            raise ValueError(f"rows and columns are both called {self.row_variable!r}")
        if not (self.counts.index.is_unique and self.counts.columns.is_unique):
            raise ValueError("row and column labels must be unique")
        values = self.counts.to_numpy(dtype=float)
        if np.isnan(values).any() or (values < 0).any():
            raise ValueError("counts must be known and not negative")

    def cell(self, row: Hashable = None, column: Hashable = None) -> Cell:
        """Name an inner cell, or a margin where a label is left out."""
        conditions = dict(self.conditions)
        if row is not None:
            conditions[self.row_variable] = row
        if column is not None:
            conditions[self.column_variable] = column
        return cell(self.population, **conditions)

    def inner(self) -> dict[Cell, float]:
        """Return the inner cells with their true values."""
        return {
            self.cell(row, column): float(value)
            for row, line in zip(self.counts.index, self.counts.to_numpy(dtype=float), strict=True)
            for column, value in zip(self.counts.columns, line, strict=True)
        }

    def margins(self) -> dict[Cell, tuple[float, list[Cell]]]:
        """Return each printed margin with its value and the cells it adds up."""
        rows, columns = list(self.counts.index), list(self.counts.columns)
        found: dict[Cell, tuple[float, list[Cell]]] = {}
        if self.totals in ("both", "rows"):
            for row, total in self.counts.sum(axis=1).items():
                found[self.cell(row)] = (float(total), [self.cell(row, c) for c in columns])
        if self.totals in ("both", "columns"):
            for column, total in self.counts.sum(axis=0).items():
                parts = [self.cell(r, column) for r in rows]
                found[self.cell(None, column)] = (float(total), parts)
        if self.totals == "both":
            grand = float(self.counts.to_numpy(dtype=float).sum())
            found[self.cell()] = (grand, [self.cell(row) for row in rows])
        return found


@dataclass(frozen=True)
class Relation:
    """low <= sum of coefficient * cell <= high, known to the reader."""

    coefficients: Mapping[Cell, float]
    low: float
    high: float


@dataclass
class Release:
    """All the cells of one edition, which of them are withheld, and what links them.

    Attributes
    ----------
    values : dict
        Cell → true value.
    withheld : set of Cell
        Not published.
    relations : list of Relation
        Totals, statements, shares, links.
    bounds : dict
        Cell → (low, high) that a reader knows beside "not negative".

    Examples
    --------
    >>> counts = pd.DataFrame([[3, 14], [12, 20]], index=["s1", "s2"], columns=["2", "3"])
    >>> release = Release()
    >>> table = Table(counts, population="vpr", row_variable="school", column_variable="mark")
    >>> release.add_table(table)
    >>> release.withhold([table.cell("s1", "2")])
    >>> release.add_statement({table.cell("s1", "2"): 1, table.cell("s2", "2"): 1})
    >>> len(release.values), len(release.relations)
    (9, 7)
    """

    values: dict[Cell, float] = field(default_factory=dict)
    withheld: set[Cell] = field(default_factory=set)
    relations: list[Relation] = field(default_factory=list)
    bounds: dict[Cell, tuple[float, float]] = field(default_factory=dict)

    def add_cell(self, name: Cell, value: float, *, withheld: bool = False) -> None:
        """Add one number; the same cell may be printed in many places but has one value.

        Raises
        ------
        ValueError
            If the cell is already there with another value.
        """
        if name in self.values and abs(self.values[name] - value) > 1e-9:
            raise ValueError(
                f"the cell {name} has two values, {self.values[name]:g} and {value:g}: "
                "different populations need different names"
            )
        self.values[name] = float(value)
        if withheld:
            self.withheld.add(name)

    def add_table(self, table: Table, withheld: Iterable[Cell] = ()) -> None:
        """Add a table with its printed margins and the sums they stand for."""
        for name, value in table.inner().items():
            self.add_cell(name, value)
        margins = table.margins()
        for name, (value, _) in margins.items():
            self.add_cell(name, value)
        for name, (_, parts) in margins.items():
            self.add_sum(name, parts)
        if table.totals == "both":
            columns = [table.cell(None, column) for column in table.counts.columns]
            self.add_sum(table.cell(), columns)
        self.withhold(withheld)

    def add_sum(self, total: Cell, parts: Iterable[Cell]) -> None:
        """State that a cell is the sum of others."""
        names = list(parts)
        if names == [total]:
            return
        coefficients = dict.fromkeys(names, 1.0)
        coefficients[total] = coefficients.get(total, 0.0) - 1.0
        self._relate(coefficients, 0.0, 0.0)

    def add_statement(
        self, coefficients: Mapping[Cell, float], value: float | None = None, half_width: float = 0
    ) -> None:
        """Add a number told in words: a title, a caption, a sentence.

        Parameters
        ----------
        coefficients : mapping
            Cell → how many times it enters.
        value : float, optional
            What is told; the true value when omitted.
        half_width : float
            Half the rounding unit of the number told.
        """
        self._require(coefficients)
        if value is None:
            value = sum(share * self.values[name] for name, share in coefficients.items())
        self._relate(coefficients, value - half_width, value + half_width)

    def add_share(
        self, numerator: Cell, denominator: Cell, share: float, half_width: float = 0.005
    ) -> None:
        """Add a published share (0…1), rounded to within `half_width`.

        numerator - (share - h) * denominator >= 0 and numerator - (share + h) * denominator <= 0
        are linear whether or not the denominator is published.
        """
        self._require([numerator, denominator])
        if not 0 <= share <= 1:
            raise ValueError(f"share must lie in [0, 1], got {share}")
        self._relate({numerator: 1.0, denominator: -(share - half_width)}, 0.0, inf)
        self._relate({numerator: 1.0, denominator: -(share + half_width)}, -inf, 0.0)

    def add_rounded(self, name: Cell, base: int = 5) -> None:
        """State that a withheld cell is shown rounded to a multiple of `base`."""
        self._require([name])
        shown = base * np.floor(self.values[name] / base + 0.5)
        self.withheld.add(name)
        self.limit(name, shown - base / 2, shown + base / 2)

    def limit(self, name: Cell, low: float = 0.0, high: float = inf) -> None:
        """State that the reader knows a cell to lie in [low, high]."""
        self._require([name])
        if not low - 1e-9 <= self.values[name] <= high + 1e-9:
            raise ValueError(
                f"the cell {name} is {self.values[name]:g}, told to lie in [{low:g}, {high:g}]"
            )
        old_low, old_high = self.bounds.get(name, (0.0, inf))
        self.bounds[name] = (max(low, old_low), min(high, old_high))

    def link(self, first: Cell, second: Cell) -> None:
        """State that two cells under different names are the same number."""
        self._require([first, second])
        self._relate({first: 1.0, second: -1.0}, 0.0, 0.0)

    def withhold(self, cells: Iterable[Cell]) -> None:
        """Withhold cells from this edition."""
        names = list(cells)
        self._require(names)
        self.withheld.update(names)

    def add_edition(self, other: Release, label: Hashable, *, largest_change: float = 0.0) -> None:
        """Add another edition that the reader also holds: last year's, corrected, the school's.

        Cells of one name in both editions count the same group; between editions a cell may
        have changed by at most `largest_change` (0: same numbers, another pattern of gaps).

        Parameters
        ----------
        other : Release
            The other edition.
        label : hashable
            Name put before its cells.
        largest_change : float
            Largest correction of one cell between the editions, in people. Corrections larger
            than this are refused, because the audit would then be wrong.
        """

        def rename(name: Cell) -> Cell:
            return (label, *name)

        for name, value in other.values.items():
            if name in self.values and abs(self.values[name] - value) > largest_change + 1e-9:
                raise ValueError(
                    f"the cell {name} changed by {abs(self.values[name] - value):g}, more than "
                    f"the stated {largest_change:g}"
                )
            self.add_cell(rename(name), value, withheld=name in other.withheld)
        for relation in other.relations:
            renamed = {rename(name): share for name, share in relation.coefficients.items()}
            self._relate(renamed, relation.low, relation.high)
        for name, (low, high) in other.bounds.items():
            self.limit(rename(name), low, high)
        for name in other.values.keys() & self.values.keys():
            self._relate({name: 1.0, rename(name): -1.0}, -largest_change, largest_change)

    def cells(self, chosen: Callable[[Cell], bool]) -> list[Cell]:
        """Return the cells that meet a condition, e.g. all of one school."""
        return [name for name in self.values if chosen(name)]

    def copy(self) -> Release:
        """Return an independent copy."""
        return Release(
            dict(self.values), set(self.withheld), list(self.relations), dict(self.bounds)
        )

    def _relate(self, coefficients: Mapping[Cell, float], low: float, high: float) -> None:
        self._require(coefficients)
        self.relations.append(Relation(dict(coefficients), float(low), float(high)))

    def _require(self, cells: Iterable[Cell]) -> None:
        unknown = [name for name in cells if name not in self.values]
        if unknown:
            raise ValueError(f"cells that are not in the release: {unknown[:3]}")
