"""Sums and cross-products by group: all that a random-intercept likelihood needs of the data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods._numbers import FloatArray, to_floats, to_labels

INTERCEPT = "intercept"
_COLLINEAR = 1e-9


@dataclass(frozen=True)
class GroupSums:
    """Sufficient statistics of ``y ~ x + (1 | group)`` on centred and scaled columns.

    Attributes
    ----------
    names : tuple of str
        Fixed effects: the intercept, then the columns of x that vary.
    labels : Index, length J
        Group labels.
    n : array, shape (J,)
        Rows per group.
    sums : array, shape (J, p + 1)
        Group sums of the columns 1, x…, y (standardised).
    cross : array, shape (J, p + 1, p + 1)
        Cross-products of the same columns within each group.
    centre, scale : array, shape (p + 1,)
        What was subtracted from and divided out of each column.
    dropped_n : int
        Rows left out for a missing value.
    dropped_columns : tuple of str
        Columns of x left out because they are constant.
    """

    names: tuple[str, ...]
    labels: pd.Index
    n: FloatArray
    sums: FloatArray
    cross: FloatArray
    centre: FloatArray
    scale: FloatArray
    dropped_n: int
    dropped_columns: tuple[str, ...]

    @property
    def n_obs(self) -> int:
        """Rows used."""
        return int(self.n.sum())

    def group_means(self) -> FloatArray:
        """Group means of the columns 1, x…, y in their original units, shape (J, p + 1)."""
        return self.sums / self.n[:, None] * self.scale + self.centre

    def without(self, position: int) -> GroupSums:
        """Return the same statistics with one group left out."""
        keep = np.arange(self.n.size) != position
        return replace(
            self,
            labels=self.labels[keep],
            n=self.n[keep],
            sums=self.sums[keep],
            cross=self.cross[keep],
        )


def group_sums(y: Any, x: Any, group: Any) -> GroupSums:
    """Collect the sufficient statistics of a random-intercept model.

    Parameters
    ----------
    y : array-like, shape (rows,)
        Outcome, any unit.
    x : array-like, shape (rows,) or (rows, columns), Series, DataFrame or None
        Explanatory columns, matched to ``y`` by position. Constant columns are left out (the
        intercept is always there).
    group : array-like, shape (rows,)
        Group labels, in any order.

    Returns
    -------
    GroupSums

    Raises
    ------
    ValueError
        If lengths differ, a column is not numeric or not finite, columns are collinear, y does
        not vary, or there are not more rows than fixed effects.

    Notes
    -----
    Rows with a missing y, x or group are left out and counted in ``dropped_n``.

    Examples
    --------
    >>> sums = group_sums([1.0, 2.0, 3.0, None], None, ["b", "a", "b", "a"])
    >>> sums.labels.tolist(), sums.n.tolist(), sums.dropped_n
    (['a', 'b'], [1.0, 2.0], 1)
    """
    outcome = np.ravel(to_floats(y, "y"))
    columns, names = _columns_of(x, outcome.size)
    labels = to_labels(group)
    if labels.size != outcome.size:
        raise ValueError(f"group has {labels.size} labels for {outcome.size} values of y")
    kept = ~np.isnan(outcome) & ~pd.isna(labels) & ~np.isnan(columns).any(axis=1)
    outcome, columns, labels = outcome[kept], columns[kept], labels[kept]
    if outcome.size == 0:
        raise ValueError("no row has y, x and group")
    if not np.isfinite(outcome).all() or not np.isfinite(columns).all():
        raise ValueError("y and x must be finite, found an infinite value")
    varies = np.ptp(columns, axis=0) > 0
    constant = tuple(name for name, v in zip(names, varies, strict=True) if not v)
    names = [name for name, v in zip(names, varies, strict=True) if v]
    if outcome.size <= len(names) + 1:
        raise ValueError(f"{outcome.size} rows are too few for {len(names) + 1} fixed effects")
    if np.ptp(outcome) == 0:
        raise ValueError("y does not vary: there is nothing to explain")
    codes, index = _codes_of(labels)
    z = np.column_stack([columns[:, varies], outcome])
    centre, scale = z.mean(axis=0), z.std(axis=0)
    z = np.column_stack([np.ones(outcome.size), (z - centre) / scale])
    _refuse_collinear(z[:, :-1], names)
    sums, cross = _sum_by_group(z, codes, len(index))
    return GroupSums(
        (INTERCEPT, *names),
        index,
        np.bincount(codes).astype(float),
        sums,
        cross,
        np.concatenate([[0.0], centre]),
        np.concatenate([[1.0], scale]),
        int((~kept).sum()),
        constant,
    )


def _columns_of(x: Any, rows: int) -> tuple[FloatArray, list[str]]:
    if x is None:
        return np.empty((rows, 0)), []
    if isinstance(x, pd.DataFrame):
        columns = [to_floats(x.iloc[:, k], f"x column {x.columns[k]!r}") for k in range(x.shape[1])]
        names = [str(name) for name in x.columns]
        array = np.column_stack(columns) if columns else np.empty((len(x), 0))
    else:
        array = to_floats(x, "x")
        array = array.reshape(-1, 1) if array.ndim == 1 else array
        names = [f"x{k + 1}" for k in range(array.shape[-1])]
        if isinstance(x, pd.Series) and x.name is not None:
            names = [str(x.name)]
    if array.ndim != 2 or array.shape[0] != rows:
        raise ValueError(f"x must have one row per value of y ({rows}), found shape {array.shape}")
    return array, names


def _codes_of(labels: np.ndarray) -> tuple[np.ndarray, pd.Index]:
    try:
        codes, unique = pd.factorize(labels, sort=True)
    except TypeError:
        # Labels of mixed types have no order; they keep that of first appearance.
        codes, unique = pd.factorize(labels)
    return codes, pd.Index(unique)


def _refuse_collinear(design: FloatArray, names: list[str]) -> None:
    correlation = design.T @ design / design.shape[0]
    for k in range(1, correlation.shape[0]):
        before = correlation[:k, :k]
        explained = correlation[k, :k] @ np.linalg.solve(before, correlation[:k, k])
        if correlation[k, k] - explained < _COLLINEAR:
            raise ValueError(f"x column {names[k - 1]!r} is a combination of the columns before it")


def _sum_by_group(z: FloatArray, codes: np.ndarray, j: int) -> tuple[FloatArray, FloatArray]:
    order = np.argsort(codes, kind="stable")
    z = z[order]
    starts = np.searchsorted(codes[order], np.arange(j))
    width = z.shape[1]
    sums = np.add.reduceat(z, starts, axis=0)
    cross = np.empty((j, width, width))
    # One column at a time keeps the working memory at the size of the data.
    for k in range(width):
        cross[:, k, :] = np.add.reduceat(z * z[:, [k]], starts, axis=0)
    return sums, cross
