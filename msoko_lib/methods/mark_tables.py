"""Square tables of two marks for the same pupils: journal in rows, external work in columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods._numbers import FloatArray, to_floats

MARKS = (2, 3, 4, 5)


def mark_table(journal: Any, external: Any, marks: Sequence[float] = MARKS) -> pd.DataFrame:
    """Count pupils by journal mark (rows) and mark of the external work (columns).

    Parameters
    ----------
    journal, external : array-like, shape (pupils,)
        The two marks of each pupil; pupils without both are not counted.
    marks : sequence of numbers
        All possible marks, lowest first.

    Returns
    -------
    DataFrame
        Counts, one row and one column per possible mark, also for marks nobody received.

    Raises
    ------
    ValueError
        If lengths differ or a mark is not among the possible ones.

    Examples
    --------
    >>> mark_table([4, 5, 4, None], [4, 4, 3, 5], marks=(3, 4, 5)).to_numpy().tolist()
    [[0, 0, 0], [1, 1, 0], [0, 1, 0]]
    """
    first, second = to_floats(journal, "journal"), to_floats(external, "external")
    if first.ndim != 1 or first.shape != second.shape:
        raise ValueError(
            f"journal and external must be lists of one length, found {first.shape} and "
            f"{second.shape}"
        )
    both = ~(np.isnan(first) | np.isnan(second))
    known = np.asarray(marks, dtype=float)
    unknown = set(np.concatenate([first[both], second[both]])) - set(known)
    if unknown:
        raise ValueError(f"marks must be among {list(marks)}, found {sorted(unknown)}")
    counts = np.zeros((known.size, known.size), dtype=int)
    np.add.at(
        counts, (np.searchsorted(known, first[both]), np.searchsorted(known, second[both])), 1
    )
    return pd.DataFrame(
        counts, index=pd.Index(marks, name="journal"), columns=pd.Index(marks, name="external")
    )


def square_counts(
    table: Any, marks: Sequence[float] | None = None
) -> tuple[FloatArray, FloatArray]:
    """Check a table (or a stack of tables) and return its counts and the values of the marks.

    Parameters
    ----------
    table : DataFrame, array-like (K, K) or (tables, K, K)
        Counts, journal marks in rows, external marks in columns. A DataFrame with numeric labels
        may lack rows or columns (as ``pd.crosstab`` leaves them out): they are filled with 0. With
        text labels the columns are put in the order of the rows.
    marks : sequence of numbers, optional
        Values of the K categories, lowest first. Default: the labels of a DataFrame where they are
        numeric, 2…5 for a 4 × 4 table, otherwise 1…K.

    Returns
    -------
    counts : numpy.ndarray, shape (..., K, K)
    values : numpy.ndarray, shape (K,)

    Raises
    ------
    ValueError
        If the table is not square, too small, has totals in its last row and column, or holds
        something other than counts.

    Examples
    --------
    >>> counts, values = square_counts([[5, 1], [2, 7]], marks=(3, 4))
    >>> counts.tolist(), values.tolist()
    ([[5.0, 1.0], [2.0, 7.0]], [3.0, 4.0])
    """
    if isinstance(table, pd.DataFrame):
        table, marks = _complete_frame(table, marks)
    counts = to_floats(table, "table")
    if counts.ndim < 2 or counts.shape[-1] != counts.shape[-2] or counts.shape[-1] < 2:
        raise ValueError(f"the table must be square with two or more marks, found {counts.shape}")
    if not np.isfinite(counts).all() or np.any(counts < 0) or np.any(counts % 1 > 0):
        raise ValueError("the table must hold counts: whole numbers, not negative, none missing")
    _refuse_totals(counts)
    k = counts.shape[-1]
    if marks is None:
        marks = MARKS if k == len(MARKS) else range(1, k + 1)
    values = np.asarray(list(marks), dtype=float)
    if values.shape != (k,) or np.any(np.diff(values) <= 0):
        raise ValueError(f"marks must be {k} increasing numbers, found {list(values)}")
    return counts, values


def _complete_frame(table: pd.DataFrame, marks: Sequence[float] | None) -> tuple[Any, Any]:
    rows = pd.to_numeric(pd.Series(table.index), errors="coerce").to_numpy(dtype=float)
    columns = pd.to_numeric(pd.Series(table.columns), errors="coerce").to_numpy(dtype=float)
    if np.isnan(rows).any() or np.isnan(columns).any():
        return _ordered_as_rows(table).to_numpy(dtype=float), marks
    found = set(rows) | set(columns)
    if marks is None:
        marks = MARKS if found <= set(map(float, MARKS)) else sorted(found)
    extra = found - set(map(float, marks))
    if extra:
        raise ValueError(f"marks must be among {list(marks)}, found {sorted(extra)}")
    relabelled = pd.DataFrame(table.to_numpy(dtype=float), index=rows, columns=columns)
    wanted = [float(mark) for mark in marks]
    return relabelled.reindex(index=wanted, columns=wanted, fill_value=0).to_numpy(), marks


def _ordered_as_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Table with named marks, its columns in the order of the rows where the names are the same."""
    rows, columns = set(table.index), set(table.columns)
    if rows == columns:
        return table[list(table.index)]
    if rows & columns:
        raise ValueError(
            f"rows and columns must name the same marks, found {list(table.index)} and "
            f"{list(table.columns)}"
        )
    return table


def _refuse_totals(counts: FloatArray) -> None:
    inner = counts[..., :-1, :-1]
    if (
        counts.shape[-1] > 2
        and inner.sum() > 0
        and (
            np.array_equal(counts[..., -1, :-1], inner.sum(axis=-2))
            and np.array_equal(counts[..., :, -1], counts[..., :, :-1].sum(axis=-1))
        )
    ):
        raise ValueError("the last row and column are totals: leave them out of the table")
