"""The linear system behind a release: unknown cells, and what the published numbers say of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from msoko_lib.methods.disclosure_release import Cell, Relation, Release

Array = NDArray[np.float64]
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class System:
    """Relations among unknown cells, published numbers already moved to the right-hand side."""

    names: list[Cell]
    matrix: sparse.csr_array
    row_low: Array
    row_high: Array
    low: Array
    high: Array


def linear_system(release: Release, unknown: list[Cell]) -> System:
    """Move everything known to the right-hand side and keep relations with an unknown cell.

    Raises
    ------
    ValueError
        If a relation does not hold for the true values.
    """
    place = {name: number for number, name in enumerate(unknown)}
    rows: list[int] = []
    columns: list[int] = []
    entries: list[float] = []
    row_low: list[float] = []
    row_high: list[float] = []
    for relation in release.relations:
        constant, terms = 0.0, []
        _require_truth(release, relation)
        for name, share in relation.coefficients.items():
            if name in place:
                terms.append((place[name], share))
            else:
                constant += share * release.values[name]
        if not terms:
            continue
        for column, share in terms:
            rows.append(len(row_low))
            columns.append(column)
            entries.append(share)
        row_low.append(relation.low - constant)
        row_high.append(relation.high - constant)
    matrix = sparse.csr_array(
        (entries, (rows, columns)), shape=(len(row_low), len(unknown)), dtype=float
    )
    bounds = np.array([release.bounds.get(name, (0.0, inf)) for name in unknown], dtype=float)
    bounds = bounds.reshape(len(unknown), 2)
    return System(
        unknown, matrix, np.array(row_low), np.array(row_high), bounds[:, 0], bounds[:, 1]
    )


def _require_truth(release: Release, relation: Relation) -> None:
    """Refuse a told number that the cells contradict: the audit would prove nothing."""
    value = sum(share * release.values[name] for name, share in relation.coefficients.items())
    slack = _TOLERANCE * max(1.0, abs(value))
    if not relation.low - slack <= value <= relation.high + slack:
        raise ValueError(
            f"a published number contradicts the cells: {dict(relation.coefficients)} is "
            f"{value:g}, told to lie in [{relation.low:g}, {relation.high:g}]"
        )


def components(system: System) -> list[System]:
    """Split into systems that share no relation: each is a small programme of its own."""
    n_rows, n_cells = system.matrix.shape
    if n_cells == 0:
        return []
    graph = sparse.block_array([[None, system.matrix], [system.matrix.T, None]])
    if n_rows == 0:
        labels = np.arange(n_cells)
        row_labels = np.empty(0, dtype=int)
    else:
        _, both = connected_components(graph, directed=False)
        row_labels, labels = both[:n_rows], both[n_rows:]
    parts = []
    for label in np.unique(labels):
        cells, rows = np.flatnonzero(labels == label), np.flatnonzero(row_labels == label)
        parts.append(
            System(
                [system.names[number] for number in cells],
                sparse.csr_array(system.matrix[rows][:, cells]),
                system.row_low[rows],
                system.row_high[rows],
                system.low[cells],
                system.high[cells],
            )
        )
    return parts
