"""Disclosure control: primary and complementary suppression, rounding, and the audit of a release.

How a release is put together (`Release`): add each table with its population; tables of one
population share cells and link by themselves; add what titles and captions tell
(`Release.add_statement`), published shares (`add_share`), other editions (`add_edition`), equal
numbers under two names (`link`). Then `protect` finds what to withhold and audits the whole.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from math import nan

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from msoko_lib.methods.disclosure_audit import Audit, audit, cell_intervals
from msoko_lib.methods.disclosure_release import Cell, Relation, Release, Table, cell
from msoko_lib.methods.rounding import half_up
from msoko_lib.methods.sensitive_cells import (
    dominated_cells,
    sensitive_counts,
    suppress_primary,
)
from msoko_lib.methods.suppression import SuppressionPlan, suppress_complementary

__all__ = [
    "Audit",
    "Cell",
    "Protected",
    "Relation",
    "Release",
    "SuppressionPlan",
    "Table",
    "audit",
    "cell",
    "cell_intervals",
    "dominated_cells",
    "protect",
    "round_to_base",
    "sensitive_counts",
    "share_label",
    "shown_table",
    "suppress_complementary",
    "suppress_primary",
]


@dataclass(frozen=True)
class Protected:
    """A release with its gaps, and the proof.

    Attributes
    ----------
    release : Release
        Copy with primary and complementary cells withheld.
    reasons : dict
        Primary cell → why it is sensitive.
    plan : SuppressionPlan
    audit : Audit
        Of the release as it would be published.
    """

    release: Release
    reasons: dict[Cell, str]
    plan: SuppressionPlan
    audit: Audit


def protect(
    release: Release,
    tables: Iterable[Table],
    *,
    threshold: int = 5,
    minimum_denominator: int = 10,
    groups: str = "rows",
    protection: float = 5.0,
    insiders: Mapping[Hashable, Iterable[Cell]] | None = None,
) -> Protected:
    """Withhold what must be withheld in all the tables at once, and audit the result.

    Parameters
    ----------
    release : Release
        To which captions, shares and other editions have been added; the tables are added here
        if their cells are not in it yet.
    tables : iterable of Table
        What is to be published.
    threshold, minimum_denominator, groups
        See `suppress_primary`.
    protection, insiders
        See `suppress_complementary` and `audit`.

    Returns
    -------
    Protected

    Examples
    --------
    >>> table = Table(pd.DataFrame([[3, 14, 9], [12, 20, 11], [8, 16, 2]]))
    >>> done = protect(Release(), [table])
    >>> len(done.plan.complementary), done.audit.safe
    (2, True)
    >>> done.audit.cells.query("primary")[["low", "high"]].to_numpy().tolist()
    [[1.0, 11.0], [0.0, 10.0]]
    """
    whole = release.copy()
    reasons: dict[Cell, str] = {}
    for table in tables:
        if any(name not in whole.values for name in table.inner()):
            whole.add_table(table)
        reasons |= suppress_primary(
            table, threshold=threshold, minimum_denominator=minimum_denominator, groups=groups
        )
    known = {who: list(cells) for who, cells in (insiders or {}).items()}
    plan = suppress_complementary(whole, reasons, protection=protection, insiders=known)
    whole.withhold(plan.withheld)
    return Protected(
        whole,
        reasons,
        plan,
        audit(whole, primary=plan.primary, protection=protection, insiders=known),
    )


def shown_table(table: Table, release: Release, *, total_label: Hashable = "total") -> pd.DataFrame:
    """Return the table as it may be printed: printed margins added, withheld cells missing.

    Parameters
    ----------
    table : Table
        Whose cells are in the release.
    release : Release
        With its gaps.
    total_label : hashable
        Label of the margins.

    Returns
    -------
    pandas.DataFrame
        NaN where a cell is withheld; a margin that is not printed is not there.

    Examples
    --------
    >>> table = Table(pd.DataFrame([[3, 14], [12, 20]]), totals="rows")
    >>> release = Release()
    >>> release.add_table(table, withheld=[table.cell(0, 0), table.cell(0, 1)])
    >>> shown_table(table, release)
          0     1  total
    0   NaN   NaN   17.0
    1  12.0  20.0   32.0
    """

    def value(name: Cell) -> float:
        return nan if name in release.withheld else release.values[name]

    columns = list(table.counts.columns)
    rows: dict[Hashable, dict[Hashable, float]] = {}
    for row in table.counts.index:
        rows[row] = {column: value(table.cell(row, column)) for column in columns}
        if table.totals in ("both", "rows"):
            rows[row][total_label] = value(table.cell(row))
    if table.totals in ("both", "columns"):
        rows[total_label] = {column: value(table.cell(None, column)) for column in columns}
    if table.totals == "both":
        rows[total_label][total_label] = value(table.cell())
    return pd.DataFrame.from_dict(rows, orient="index")


def round_to_base(
    counts: ArrayLike, base: int = 5, *, redact_up_to: int | None = None
) -> NDArray[np.float64]:
    """Round counts half up to a multiple of `base`.

    Rounded parts no longer add up to the rounded total: say so beside the table, and do not
    correct it, because the correction would give the cells away.

    Parameters
    ----------
    counts : array_like
        Counts of people; missing stays missing.
    base : int
        Multiple to round to.
    redact_up_to : int, optional
        Counts up to this become 0 first (OpenSAFELY's rule: 7, then base 5).

    Returns
    -------
    numpy.ndarray

    Examples
    --------
    >>> round_to_base([0, 2, 3, 7, 8, 12, 13]).tolist()
    [0.0, 0.0, 5.0, 5.0, 10.0, 10.0, 15.0]
    >>> round_to_base([3, 7, 8, 12], redact_up_to=7).tolist()
    [0.0, 0.0, 10.0, 10.0]
    """
    if base < 1:
        raise ValueError(f"base must be at least 1, got {base}")
    values = np.asarray(counts, dtype=float)
    if (values < 0).any():
        raise ValueError("counts must not be negative")
    rounded = base * np.floor(values / base + 0.5)
    if redact_up_to is None:
        return rounded
    return np.where(values <= redact_up_to, 0.0, rounded)


def share_label(
    share: float, *, decimals: int = 0, lowest: float = 0.01, highest: float = 0.99
) -> str:
    """Write a share in per cent, its ends masked: "<1 %" and ">99 %".

    0 % and 100 % tell of every member of the group; with the ends masked nobody can tell them
    from a very small and a very large share.

    Parameters
    ----------
    share : float
        0…1, not missing.
    decimals : int
        Digits after the decimal comma.
    lowest, highest : float
        Shares below and above are masked.

    Returns
    -------
    str
        With a no-break space and a decimal comma.

    Examples
    --------
    >>> [share_label(x).replace(chr(160), " ") for x in (0.0, 0.004, 0.01, 0.125, 0.992, 1.0)]
    ['<1 %', '<1 %', '1 %', '13 %', '>99 %', '>99 %']
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie in [0, 1], got {share}")
    if share < lowest:
        return f"<{_per_cent(lowest, decimals)}"
    if share > highest:
        return f">{_per_cent(highest, decimals)}"
    return _per_cent(share, decimals)


def _per_cent(share: float, decimals: int) -> str:
    value = half_up(100 * share, decimals)
    text = f"{value:.{decimals}f}"
    return text.replace(".", ",") + "\u00a0%"
