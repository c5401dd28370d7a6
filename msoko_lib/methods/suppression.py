"""Complementary suppression: the fewest further cells that keep the sensitive ones hidden."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from msoko_lib.methods.disclosure_audit import cell_intervals
from msoko_lib.methods.disclosure_release import Cell, Release
from msoko_lib.methods.disclosure_system import System, linear_system

Array = NDArray[np.float64]
#: A primary cell, and what its attacker knows besides.
Task = tuple[Cell, frozenset[Cell]]
#: Unknowns of one joint programme; above, primary cells are protected one after another.
LARGEST_JOINT_PROGRAMME = 6_000
#: Checks (complements x primary cells) worth spending to publish a needless complement again.
LARGEST_CLEANING = 3_000


@dataclass(frozen=True)
class SuppressionPlan:
    """What to withhold.

    Attributes
    ----------
    primary, complementary : tuple of Cell
        Sensitive cells, and cells withheld only to hide them.
    cost : float
        Sum of the complements' costs.
    optimal : bool
        True if no cheaper plan exists (one joint programme was solved).
    allowed : tuple of str
        Kinds of cells that had to be let in: "inner", then "margins", then "zeros".
    """

    primary: tuple[Cell, ...]
    complementary: tuple[Cell, ...]
    cost: float
    optimal: bool
    allowed: tuple[str, ...] = ("inner",)

    @property
    def withheld(self) -> frozenset[Cell]:
        """All the cells to withhold."""
        return frozenset(self.primary) | frozenset(self.complementary)


def suppress_complementary(
    release: Release,
    primary: Collection[Cell],
    *,
    protection: float = 5.0,
    cost: Mapping[Cell, float] | None = None,
    keep: Iterable[Cell] = (),
    allow: Sequence[str] = ("inner", "margins", "zeros"),
    insiders: Mapping[Hashable, Iterable[Cell]] | None = None,
    method: str = "auto",
) -> SuppressionPlan:
    """Withhold the cheapest further cells so that no primary cell can be worked out.

    For each primary cell two tables must exist that agree with everything published, differ from
    the true one only in withheld cells, and are `protection` apart in that cell. Solved as one
    mixed-integer programme, or for large releases one primary cell after another.

    Parameters
    ----------
    release : Release
        Cells and relations; cells already withheld stay withheld at no cost.
    primary : collection of Cell
        Cells to hide.
    protection : float
        Smallest width of the interval a reader may reach.
    cost : mapping, optional
        Cell → cost of withholding it; its value when omitted.
    keep : iterable of Cell
        Cells that must be published.
    allow : sequence of {"inner", "margins", "zeros"}
        Kinds of cells that may be complements, let in one after another as the earlier ones do
        not suffice: inner cells, totals, zeros (poor cover: readers often know why a cell is 0).
    insiders : mapping, optional
        Who → cells this reader knows (a school its own); primary cells must be hidden from each.
    method : {"auto", "joint", "sequential"}
        "auto" takes the joint programme when it is small enough.

    Returns
    -------
    SuppressionPlan

    Raises
    ------
    ValueError
        If no set of allowed cells hides the primary ones: merge rows or columns, or leave it out.

    Notes
    -----
    Deviations of any one cell are limited to twice the protection: exact within a two-way table
    with margins, at worst a little too careful between linked tables.

    References
    ----------
    Fischetti & Salazar (2000), JASA 95: 916-928; Kelly, Golden & Assad (1992), Networks 22: 397.

    Examples
    --------
    >>> import pandas as pd
    >>> from msoko_lib.methods.disclosure_release import Table
    >>> from msoko_lib.methods.sensitive_cells import suppress_primary
    >>> table = Table(pd.DataFrame([[3, 14, 9], [12, 20, 11], [8, 16, 2]]))
    >>> release = Release()
    >>> release.add_table(table)
    >>> plan = suppress_complementary(release, suppress_primary(table))
    >>> plan.complementary, plan.cost
    ((('release', ('column', 0), ('row', 2)), ('release', ('column', 2), ('row', 0))), 17.0)
    """
    if method not in ("auto", "joint", "sequential"):
        raise ValueError(f"method must be auto, joint or sequential, got {method!r}")
    if not allow or set(allow) - {"inner", "margins", "zeros"}:
        raise ValueError(f"allow must name inner, margins or zeros, got {list(allow)}")
    guarded = tuple(name for name in release.values if name in set(primary))
    if len(guarded) < len(set(primary)):
        raise ValueError("primary cells that are not in the release")
    tasks: list[Task] = [(name, frozenset()) for name in guarded]
    for known in (insiders or {}).values():
        outside = frozenset(known)
        tasks += [(name, outside) for name in guarded if name not in outside]
    problem = _Problem.build(release, guarded, set(keep), cost, protection)
    joint = len(problem.system.names) * (2 * len(tasks) + 1) <= LARGEST_JOINT_PROGRAMME
    optimal = method == "joint" or (method == "auto" and joint)
    if optimal:
        hidden, stage = problem.solve_in_stages(tasks, problem.withheld, allow)
    else:
        hidden, stage = _one_after_another(release, problem, tasks, allow, protection)
    added = [name for name in release.values if name in hidden - problem.withheld]
    total = float(sum(problem.costs[name] for name in added))
    complementary = tuple(sorted(added, key=str))
    return SuppressionPlan(guarded, complementary, total, optimal, tuple(allow[: stage + 1]))


@dataclass(frozen=True)
class _Problem:
    """The relations among all cells as deviations from the true table."""

    system: System
    place: dict[Cell, int]
    truth: Array
    costs: dict[Cell, float]
    kinds: list[str]
    withheld: frozenset[Cell]
    protection: float

    @classmethod
    def build(
        cls,
        release: Release,
        guarded: Collection[Cell],
        keep: set[Cell],
        cost: Mapping[Cell, float] | None,
        protection: float,
    ) -> _Problem:
        names = list(release.values)
        costs = {
            name: max(1.0, release.values[name]) if cost is None else float(cost.get(name, 0.0))
            for name in names
        }
        margins = _margins(release)

        def kind(name: Cell) -> str:
            if name in keep:
                return "kept"
            if name in margins:
                return "margins"
            return "inner" if release.values[name] > 0 else "zeros"

        return cls(
            linear_system(release, names),
            {name: number for number, name in enumerate(names)},
            np.array([release.values[name] for name in names]),
            costs,
            [kind(name) for name in names],
            frozenset(guarded) | release.withheld,
            protection,
        )

    def solve_in_stages(
        self, tasks: list[Task], free: Collection[Cell], allow: Sequence[str]
    ) -> tuple[set[Cell], int]:
        """Solve with the fewest kinds of complements that suffice."""
        for stage in range(len(allow)):
            hidden = self.solve(tasks, free, allow[: stage + 1])
            if hidden is not None:
                return hidden, stage
        raise ValueError(
            f"no set of allowed cells hides {[name for name, _ in tasks][:3]}: merge rows or "
            "columns, or leave the table out"
        )

    def solve(
        self, tasks: list[Task], free: Collection[Cell], kinds: Sequence[str]
    ) -> set[Cell] | None:
        """Cheapest set of withheld cells that protects every task; `free` are already withheld."""
        n, n_tasks = self.truth.size, len(tasks)
        if not tasks:
            return set(free)
        already = set(free)
        is_free = np.array([name in already for name in self.system.names])
        may = is_free | np.array([kind in kinds for kind in self.kinds])
        reach = 2 * max(self.protection, 1.0)
        down = np.minimum(self.truth - self.system.low, reach)
        up = np.minimum(self.system.high - self.truth, reach)
        # A small price on each cell prefers few complements among plans of equal cost.
        price = np.array([self.costs[name] for name in self.system.names]) + 1e-4
        price[is_free] = 0.0
        low, high = [is_free.astype(float)], [may.astype(float)]
        for _, known in tasks:
            open_cells = np.array([name not in known for name in self.system.names])
            for _flow in ("up", "down"):
                low.append(np.where(open_cells, -down, 0.0))
                high.append(np.where(open_cells, up, 0.0))
        result = milp(
            np.concatenate([price, np.zeros(2 * n * n_tasks)]),
            integrality=np.concatenate([np.ones(n), np.zeros(2 * n * n_tasks)]),
            bounds=Bounds(np.concatenate(low), np.concatenate(high)),
            constraints=self._constraints([self.place[name] for name, _ in tasks], down, up),
            options={"mip_rel_gap": 0.0},
        )
        if result.x is None:
            return None
        chosen = result.x[:n] > 0.5
        return {name for name, taken in zip(self.system.names, chosen, strict=True) if taken}

    def _constraints(self, targets: list[int], down: Array, up: Array) -> list[LinearConstraint]:
        n, n_flows = self.truth.size, 2 * len(targets)
        matrix, eye = self.system.matrix, sparse.eye_array(n, format="csr")
        ones = np.ones((n_flows, 1))
        reached = matrix @ self.truth
        balance = sparse.hstack(
            [
                sparse.csr_array((matrix.shape[0] * n_flows, n)),
                sparse.kron(sparse.eye_array(n_flows), matrix),
            ]
        )
        flows = sparse.eye_array(n * n_flows)
        ceiling = sparse.hstack([sparse.kron(ones, -eye.multiply(up[:, None])), flows])
        floor = sparse.hstack([sparse.kron(ones, eye.multiply(down[:, None])), flows])
        apart = sparse.lil_array((len(targets), n * (n_flows + 1)))
        for number, target in enumerate(targets):
            apart[number, n * (1 + 2 * number) + target] = 1.0
            apart[number, n * (2 + 2 * number) + target] = -1.0
        return [
            LinearConstraint(
                sparse.csr_array(balance),
                np.tile(self.system.row_low - reached, n_flows),
                np.tile(self.system.row_high - reached, n_flows),
            ),
            LinearConstraint(sparse.csr_array(ceiling), -inf, 0.0),
            LinearConstraint(sparse.csr_array(floor), 0.0, inf),
            LinearConstraint(sparse.csr_array(apart), self.protection, inf),
        ]


def _one_after_another(
    release: Release,
    problem: _Problem,
    tasks: list[Task],
    allow: Sequence[str],
    protection: float,
) -> tuple[set[Cell], int]:
    """Protect primary cells in turn, smallest first, then publish needless complements again."""
    hidden, stage = set(problem.withheld), 0
    trial = release.copy()
    trial.withhold(hidden)
    for target, known in sorted(tasks, key=lambda task: (release.values[task[0]], str(task[0]))):
        if _is_safe(trial, [(target, known)], protection):
            continue
        hidden, needed = problem.solve_in_stages([(target, known)], hidden, allow)
        stage = max(stage, needed)
        trial.withhold(hidden)
    complements = sorted(
        hidden - problem.withheld, key=lambda name: (-problem.costs[name], str(name))
    )
    if len(complements) * len(tasks) > LARGEST_CLEANING:
        return hidden, stage
    for name in complements:
        trial.withheld.discard(name)
        if _is_safe(trial, tasks, protection):
            hidden.discard(name)
        else:
            trial.withheld.add(name)
    return hidden, stage


def _is_safe(release: Release, tasks: list[Task], protection: float) -> bool:
    for target, known in tasks:
        low, high = cell_intervals(release, known=known, wanted=[target])[target]
        if high - low < protection - 1e-6:
            return False
    return True


def _margins(release: Release) -> set[Cell]:
    """Cells that a sum relation names as the total of others."""
    return {
        name
        for relation in release.relations
        if relation.low == relation.high == 0.0 and len(relation.coefficients) > 2
        for name, share in relation.coefficients.items()
        if share < 0
    }
