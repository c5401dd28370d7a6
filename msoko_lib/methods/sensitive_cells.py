"""Primary suppression: which numbers must not be published as they are, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from msoko_lib.methods.disclosure_release import Cell, Table


def sensitive_counts(
    numerators: ArrayLike,
    denominators: ArrayLike | None = None,
    *,
    threshold: int = 5,
    minimum_denominator: int = 10,
    zeros_sensitive: bool = False,
    all_or_nothing: bool = True,
    guard_complement: bool = True,
) -> NDArray[np.str_]:
    """Say which counts must not be published as they are, and why.

    Parameters
    ----------
    numerators : array_like
        Counts of people.
    denominators : array_like, optional
        Size of the group each is a part of, same shape (or broadcastable).
    threshold : int
        Counts from 1 to threshold - 1 are sensitive (5 by default; 5 to 11 are in use).
    minimum_denominator : int
        Groups smaller than this are not shown at all.
    zeros_sensitive : bool
        Also hide zeros where no denominator is given.
    all_or_nothing : bool
        Hide 0 % and 100 % of a group: they tell it of each of its members.
    guard_complement : bool
        Hide n - x below the threshold as well: 28 of 30 tells of the two others.

    Returns
    -------
    ndarray of str
        "" (may be published), "small_denominator", "all_or_nothing", "small_count",
        "small_complement"; the first that applies.

    Raises
    ------
    ValueError
        If a count is missing, negative, or larger than its group.

    Examples
    --------
    >>> sensitive_counts([3, 7, 0, 30, 28], [30, 9, 30, 30, 30]).tolist()
    ['small_count', 'small_denominator', 'all_or_nothing', 'all_or_nothing', 'small_complement']
    """
    x = np.asarray(numerators, dtype=float)
    if np.isnan(x).any() or (x < 0).any():
        raise ValueError("counts must be known and not negative")
    if threshold < 1 or minimum_denominator < 0:
        raise ValueError("threshold must be at least 1, minimum_denominator not negative")
    small = (x < threshold) & ((x > 0) | zeros_sensitive)
    if denominators is None:
        return np.where(small, "small_count", "").astype(str)
    n = np.broadcast_to(np.asarray(denominators, dtype=float), x.shape)
    if np.isnan(n).any() or (x > n).any():
        raise ValueError("every count must have a group at least as large")
    rest = n - x
    tests = {
        "small_denominator": (n < minimum_denominator) & (n > 0),
        "all_or_nothing": all_or_nothing & ((x == 0) | (rest == 0)) & (n > 0),
        "small_count": small,
        "small_complement": guard_complement & (rest > 0) & (rest < threshold),
    }
    return np.select(list(tests.values()), list(tests), default="").astype(str)


def dominated_cells(
    contributions: pd.DataFrame,
    *,
    cell_column: str = "cell",
    value_column: str = "value",
    largest: int = 2,
    share: float = 0.9,
    margin: float = 0.1,
) -> pd.Series:
    """Say which sums are given away by their largest contributors.

    (n, k) rule: the `largest` contributors together exceed `share` of the sum; p rule: the sum
    without the two largest is below `margin` of the largest, so the second can work it out.

    Parameters
    ----------
    contributions : pandas.DataFrame
        One row per contributor and cell, non-negative values (money, hours, prizes).
    cell_column, value_column : str
        Its columns.
    largest, share, margin : int, float, float
        The rules' constants (defaults of the ACRO project: 2, 0.9, 0.1).

    Returns
    -------
    pandas.Series of bool
        Cell → True if the sum must be withheld.

    Examples
    --------
    >>> rows = pd.DataFrame({"cell": list("aaabbb"), "value": [90, 5, 5, 40, 30, 30]})
    >>> dominated_cells(rows).to_dict()
    {'a': True, 'b': False}
    """
    values = contributions[value_column]
    if values.isna().any() or (values < 0).any():
        raise ValueError("contributions must be known and not negative")

    def given_away(column: pd.Series) -> bool:
        parts = np.sort(column.to_numpy(dtype=float))[::-1]
        total = parts.sum()
        if total == 0:
            return False
        concentrated = parts[:largest].sum() > share * total
        return bool(concentrated or parts[2:].sum() < margin * parts[0])

    return contributions.groupby(cell_column)[value_column].apply(given_away).astype(bool)


def suppress_primary(
    table: Table,
    *,
    threshold: int = 5,
    minimum_denominator: int = 10,
    groups: str = "rows",
    zeros_sensitive: bool = False,
    all_or_nothing: bool = True,
) -> dict[Cell, str]:
    """Find the sensitive cells of a table, printed margins included.

    Parameters
    ----------
    table : Table
        Counts of people.
    threshold, minimum_denominator, zeros_sensitive
        See `sensitive_counts`.
    groups : {"rows", "columns", "none"}
        Which margin is the group that an inner cell is a part of (pupils of a school over
        marks: "rows"). With "none" only the threshold applies.
    all_or_nothing : bool
        Where everybody in a group is in one cell, hide that cell and the group's zeros. A single
        zero in a group that is spread over other cells is published.

    Returns
    -------
    dict
        Cell → reason, as in `sensitive_counts`.

    Examples
    --------
    >>> table = Table(pd.DataFrame([[3, 14, 9], [12, 20, 11], [8, 16, 2]]))
    >>> for name, reason in suppress_primary(table).items():
    ...     print(name, reason)
    ('release', ('column', 0), ('row', 0)) small_count
    ('release', ('column', 2), ('row', 2)) small_count
    """
    if groups not in ("rows", "columns", "none"):
        raise ValueError(f"groups must be rows, columns or none, got {groups!r}")
    counts = table.counts.to_numpy(dtype=float)
    reasons = sensitive_counts(counts, threshold=threshold, zeros_sensitive=zeros_sensitive).astype(
        object
    )
    if groups != "none":
        axis = 1 if groups == "rows" else 0
        size = counts.sum(axis=axis, keepdims=True)
        if all_or_nothing:
            alone = (counts == size).any(axis=axis, keepdims=True) & (size > 0)
            reasons = np.where(alone, "all_or_nothing", reasons)
        reasons = np.where((size < minimum_denominator) & (size > 0), "small_denominator", reasons)
    found = {
        table.cell(row, column): str(reasons[i, j])
        for i, row in enumerate(table.counts.index)
        for j, column in enumerate(table.counts.columns)
        if reasons[i, j]
    }
    for name, (value, _) in table.margins().items():
        if 0 < value < threshold:
            found[name] = "small_count"
    return found
