"""Audit of a release: how closely can a reader work out each withheld cell?

For every withheld cell a linear programme finds the least and the greatest value that agree
with everything published: totals, captions, shares, other editions. A cell that should be
hidden but whose interval is narrower than the protection is not hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import inf

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp

from msoko_lib.methods.disclosure_release import Cell, Release
from msoko_lib.methods.disclosure_system import System, components, linear_system

Array = NDArray[np.float64]
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Audit:
    """What a reader can work out.

    Attributes
    ----------
    cells : pandas.DataFrame
        One row per withheld cell and attacker: ``cell``, ``attacker`` ("reader" or an insider),
        ``primary``, ``value`` (true), ``low``, ``high``, ``width``, ``exposed``. Internal: it
        holds the true values and must not be published.
    protection : float
        Width asked for.
    """

    cells: pd.DataFrame
    protection: float

    @property
    def safe(self) -> bool:
        """True if no primary cell can be narrowed below the protection."""
        return not bool(self.cells["exposed"].any())

    @property
    def exposed(self) -> pd.DataFrame:
        """The rows that make the release unsafe."""
        return self.cells[self.cells["exposed"]].reset_index(drop=True)


def audit(
    release: Release,
    *,
    primary: Collection[Cell] | None = None,
    protection: float = 5.0,
    insiders: Mapping[Hashable, Iterable[Cell]] | None = None,
    whole_numbers: bool = True,
    exact_integers: bool = False,
) -> Audit:
    """Find for each withheld cell the interval that the published numbers leave.

    Parameters
    ----------
    release : Release
        The whole linked release, other editions included.
    primary : collection of Cell, optional
        The cells that must be hidden; every withheld cell when omitted. The others are
        complements, whose interval is reported but not judged.
    protection : float
        Smallest acceptable width of a primary cell's interval.
    insiders : mapping, optional
        Who → the cells that this reader knows besides, e.g. a school its own row. Their own cells
        are not judged for them.
    whole_numbers : bool
        Cells are counts: ends of the interval are rounded inwards.
    exact_integers : bool
        Solve in whole numbers (slower). Within one two-way table the linear programme is already
        exact; between linked tables it may give a wider interval than a patient reader would.

    Returns
    -------
    Audit

    Raises
    ------
    ValueError
        If a published number contradicts the cells.

    References
    ----------
    Cox (1980), JASA 75: 377-385; Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.

    Examples
    --------
    >>> from msoko_lib.methods.disclosure_release import Table
    >>> counts = pd.DataFrame([[3, 14, 9], [12, 20, 11], [8, 16, 2]])
    >>> table = Table(counts)
    >>> release = Release()
    >>> release.add_table(table, withheld=[table.cell(0, 0), table.cell(2, 2)])
    >>> audit(release).cells[["value", "low", "high"]].to_numpy().tolist()
    [[3.0, 3.0, 3.0], [2.0, 2.0, 2.0]]
    """
    if protection < 0:
        raise ValueError(f"protection must not be negative, got {protection}")
    guarded = release.withheld if primary is None else set(primary)
    strange = [name for name in guarded if name not in release.withheld]
    if strange:
        raise ValueError(f"primary cells that the release publishes: {strange[:3]}")
    readers: dict[Hashable, set[Cell]] = {"reader": set()}
    readers.update({who: set(known) for who, known in (insiders or {}).items()})
    frames = []
    for who, known in readers.items():
        bounds = cell_intervals(
            release,
            known=known,
            wanted=None if who == "reader" else guarded - known,
            whole_numbers=whole_numbers,
            exact_integers=exact_integers,
        )
        frames.append(_judged(release, bounds, who, guarded, protection))
    return Audit(pd.concat(frames, ignore_index=True), protection)


def cell_intervals(
    release: Release,
    *,
    known: Collection[Cell] = (),
    wanted: Collection[Cell] | None = None,
    whole_numbers: bool = True,
    exact_integers: bool = False,
) -> dict[Cell, tuple[float, float]]:
    """Return the interval of each withheld cell, for a reader who also knows `known`.

    Parameters
    ----------
    release, whole_numbers, exact_integers
        See `audit`.
    known : collection of Cell
        Withheld cells whose value this reader knows.
    wanted : collection of Cell, optional
        Only these cells.

    Returns
    -------
    dict
        Cell → (low, high); high is infinite where nothing bounds it.

    Examples
    --------
    Rows add up to 17 and 32, columns to 15 and 34; who knows one cell of four knows them all.

    >>> from msoko_lib.methods.disclosure_release import Table
    >>> table = Table(pd.DataFrame([[3, 14], [12, 20]]))
    >>> cells = [table.cell(row, column) for row in (0, 1) for column in (0, 1)]
    >>> release = Release()
    >>> release.add_table(table, withheld=cells)
    >>> cell_intervals(release)[cells[0]]
    (0.0, 15.0)
    >>> cell_intervals(release, known=cells[3:])[cells[0]]
    (3.0, 3.0)
    """
    unknown = [
        name for name in release.values if name in release.withheld and name not in set(known)
    ]
    system = linear_system(release, unknown)
    chosen = set(unknown) if wanted is None else set(wanted)
    intervals: dict[Cell, tuple[float, float]] = {}
    for part in components(system):
        targets = [place for place, name in enumerate(part.names) if name in chosen]
        if not targets:
            continue
        low, high = _extremes(part, targets, whole_numbers and exact_integers)
        if whole_numbers:
            # Adding 0.0 turns the solver's -0.0 into 0.
            low = np.ceil(low - _TOLERANCE) + 0.0
            high = np.floor(high + _TOLERANCE) + 0.0
        for place, lowest, highest in zip(targets, low, high, strict=True):
            intervals[part.names[place]] = (float(lowest), float(highest))
    return intervals


def _extremes(part: System, targets: list[int], integers: bool) -> tuple[Array, Array]:
    """Least and greatest value of each target cell."""
    size = len(part.names)
    if part.matrix.shape[0] == 0:
        return part.low[targets], part.high[targets]
    # A solution that touches a cell's own bound settles that end: no programme can pass it.
    touched_low = np.zeros(size, dtype=bool)
    low, high = np.full(size, np.nan), np.full(size, np.nan)
    for place in targets:
        for sign in (1.0, -1.0):
            if sign > 0 and touched_low[place]:
                low[place] = part.low[place]
                continue
            objective = np.zeros(size)
            objective[place] = sign
            solution = _solve(part, objective, integers)
            if solution is None:
                (high if sign < 0 else low)[place] = -sign * inf
                continue
            (low if sign > 0 else high)[place] = solution[place]
            touched_low |= solution <= part.low + 1e-9
    return low[targets], high[targets]


def _solve(part: System, objective: Array, integers: bool) -> Array | None:
    """Minimise; None where there is no end."""
    if integers:
        result = milp(
            objective,
            constraints=LinearConstraint(part.matrix, part.row_low, part.row_high),
            bounds=Bounds(part.low, part.high),
            integrality=np.ones(objective.size),
        )
    else:
        result = _linear(part, objective)
    if result.status == 3:
        return None
    if result.x is None:
        raise ValueError(f"the audit could not be solved: {result.message}")
    solution: Array = result.x
    return solution


def _linear(part: System, objective: Array) -> OptimizeResult:
    equal = part.row_low == part.row_high
    upper, lower = ~equal & np.isfinite(part.row_high), ~equal & np.isfinite(part.row_low)
    inequality = None
    if upper.any() or lower.any():
        inequality = sparse.vstack([part.matrix[upper], -part.matrix[lower]])
    programme = {
        "A_ub": inequality,
        "b_ub": None
        if inequality is None
        else np.concatenate([part.row_high[upper], -part.row_low[lower]]),
        "A_eq": part.matrix[equal] if equal.any() else None,
        "b_eq": part.row_high[equal] if equal.any() else None,
        "bounds": np.column_stack([part.low, part.high]),
        "method": "highs",
    }
    result = linprog(objective, **programme)
    if result.status == 4:
        # Presolve may stop at "unbounded or infeasible"; without it the solver says which.
        result = linprog(objective, **programme, options={"presolve": False})
    return result


def _judged(
    release: Release,
    bounds: Mapping[Cell, tuple[float, float]],
    who: Hashable,
    guarded: Collection[Cell],
    protection: float,
) -> pd.DataFrame:
    rows = [
        (name, who, name in guarded, release.values[name], low, high, high - low)
        for name, (low, high) in bounds.items()
    ]
    columns = ["cell", "attacker", "primary", "value", "low", "high", "width"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["primary"] = frame["primary"].astype(bool)
    exposed = frame["primary"] & (frame["width"].astype(float) < protection - _TOLERANCE)
    return frame.assign(exposed=exposed.astype(bool))
