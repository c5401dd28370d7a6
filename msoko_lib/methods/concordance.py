"""Concordance of journal marks with an external work, one table or a region of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods._numbers import check_share, to_labels
from msoko_lib.methods.agreement import (
    direction_counts,
    marginal_tests,
    shift_moments,
    weighted_kappa,
)
from msoko_lib.methods.mark_tables import mark_table, square_counts
from msoko_lib.methods.mean_intervals import mean_interval_from_summary
from msoko_lib.methods.proportion_intervals import wilson
from msoko_lib.methods.shift_comparison import (
    ShiftComparison,
    compare_many_shifts,
    compare_shift,
)

__all__ = [
    "MarkComparison",
    "ShiftComparison",
    "compare_many_marks",
    "compare_many_shifts",
    "compare_marks",
    "compare_shift",
    "mark_table",
]

SMALL_TABLE = 25
_DIRECTIONS = ("lowered", "confirmed", "raised")


@dataclass(frozen=True)
class MarkComparison:
    """How the marks of an external work compare with the journal marks of the same pupils.

    Attributes
    ----------
    n : int
        Pupils.
    shift, shift_sd, shift_low, shift_high : float
        Mean of journal minus external mark, in marks (positive: the journal is higher), its
        standard deviation and t interval.
    shares : DataFrame
        Rows ``lowered, confirmed, raised`` (external mark below, equal to, above the journal
        mark): ``count, share, ci_low, ci_high`` (Wilson).
    kappa, kappa_se, kappa_se_null : float
        Cohen's kappa, its standard error and the one under κ = 0.
    kappa_linear, kappa_linear_se, kappa_quadratic, kappa_quadratic_se : float
        Weighted kappas and standard errors. Kappa falls when marks vary little: report it, never
        threshold it alone.
    stuart_maxwell, stuart_maxwell_df, stuart_maxwell_p : float
        Marginal homogeneity.
    bhapkar, bhapkar_p : float
        Bhapkar's version of it.
    bowker, bowker_df, bowker_p : float
        Symmetry.
    sign_p : float
        Exact two-sided sign test of lowered against raised.
    test_used, p_value : str, float
        ``sign`` below 25 pupils, otherwise ``stuart_maxwell``, and its p-value.
    """

    n: int
    shift: float
    shift_sd: float
    shift_low: float
    shift_high: float
    shares: pd.DataFrame
    kappa: float
    kappa_se: float
    kappa_se_null: float
    kappa_linear: float
    kappa_linear_se: float
    kappa_quadratic: float
    kappa_quadratic_se: float
    stuart_maxwell: float
    stuart_maxwell_df: float
    stuart_maxwell_p: float
    bhapkar: float
    bhapkar_p: float
    bowker: float
    bowker_df: float
    bowker_p: float
    sign_p: float
    test_used: str
    p_value: float

    def to_frame(self) -> pd.DataFrame:
        """The three shares with their intervals."""
        return self.shares.copy()


def compare_marks(
    table: Any, marks: Sequence[float] | None = None, level: float = 0.95
) -> MarkComparison:
    """Compare journal and external marks of the same pupils in one square table.

    Shift ``d̄ = mean(journal − external)``, shares lowered/confirmed/raised with Wilson intervals,
    kappas ``1 − Σw·o/Σw·e``, Stuart–Maxwell, Bhapkar, Bowker and the exact sign test; see
    `marginal_tests` and `weighted_kappa` for formulas and sources.

    Parameters
    ----------
    table : DataFrame or array-like, shape (K, K)
        Counts with **journal marks in rows, external marks in columns**, lowest first; see
        `mark_table` to count them from two columns. A ``pd.crosstab`` that lacks a mark is filled.
    marks : sequence of numbers, optional
        Values of the marks; default the labels of the DataFrame, 2…5 for a 4 × 4 table.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    MarkComparison
        For an empty table all statistics are NaN.

    Raises
    ------
    ValueError
        If the table is not square or does not hold counts.

    Notes
    -----
    The external work is not graded like the classroom: compare the shift with that of the
    municipality (`compare_shift`), not with zero.

    Examples
    --------
    >>> result = compare_marks([[2, 0, 0, 0], [3, 9, 1, 0], [0, 5, 12, 1], [0, 0, 2, 5]])
    >>> round(result.shift, 2), result.shares["count"].to_dict()
    (0.2, {'lowered': 10, 'confirmed': 28, 'raised': 2})
    >>> result.test_used, round(result.sign_p, 3)
    ('stuart_maxwell', 0.039)
    """
    counts, values = square_counts(table, marks)
    if counts.ndim != 2:
        raise ValueError(f"one table is needed, found shape {counts.shape}: compare_many_marks")
    row = compare_many_marks(counts[None], marks=values.tolist(), level=level).iloc[0]
    shares = pd.DataFrame(
        {
            "count": [int(row[f"{name}_n"]) for name in _DIRECTIONS],
            "share": [row[f"{name}_share"] for name in _DIRECTIONS],
            "ci_low": [row[f"{name}_low"] for name in _DIRECTIONS],
            "ci_high": [row[f"{name}_high"] for name in _DIRECTIONS],
        },
        index=list(_DIRECTIONS),
    )
    own = {
        name: float(row[name])
        for name in MarkComparison.__annotations__
        if name not in {"n", "shares", "test_used"}
    }
    return MarkComparison(n=int(row["n"]), shares=shares, test_used=str(row["test_used"]), **own)


def compare_many_marks(
    tables: Any, unit: Any = None, marks: Sequence[float] | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Do the comparison of `compare_marks` for a stack of tables at once.

    Parameters
    ----------
    tables : array-like, shape (tables, K, K)
        One table per school × subject × grade.
    unit : array-like, shape (tables,), optional
        Labels of the tables; default 0, 1, …
    marks, level
        As in `compare_marks`.

    Returns
    -------
    DataFrame
        One row per table: ``unit, n``, the statistics of `MarkComparison` under the same names,
        and for each of lowered, confirmed, raised the columns ``_n, _share, _low, _high``.

    Examples
    --------
    >>> compare_many_marks([[[5, 0], [6, 9]], [[1, 0], [0, 1]]], marks=(3, 4))[
    ...     ["n", "shift", "test_used", "p_value"]].round(3).to_dict("list")
    {'n': [20, 2], 'shift': [0.3, 0.0], 'test_used': ['sign', 'sign'], 'p_value': [0.031, 1.0]}
    """
    counts, values = square_counts(tables, marks)
    if counts.ndim != 3:
        raise ValueError(f"tables must have the shape (tables, K, K), found {counts.shape}")
    check_share(level, "level")
    n, mean, sd = shift_moments(counts, values)
    low, high = mean_interval_from_summary(mean, sd, n, level)
    columns: dict[str, Any] = {
        "unit": np.arange(len(counts)) if unit is None else to_labels(unit),
        "n": n.astype(int),
        "shift": mean,
        "shift_sd": sd,
        "shift_low": low,
        "shift_high": high,
    }
    with np.errstate(divide="ignore", invalid="ignore"):
        for name, count in direction_counts(counts).items():
            columns[f"{name}_n"] = count.astype(int)
            columns[f"{name}_share"] = count / n
            columns[f"{name}_low"], columns[f"{name}_high"] = wilson(count, n, level)
    columns["kappa"], columns["kappa_se"], columns["kappa_se_null"] = weighted_kappa(
        counts, values, "none"
    )
    for weights in ("linear", "quadratic"):
        kappa, se, _ = weighted_kappa(counts, values, weights)
        columns[f"kappa_{weights}"], columns[f"kappa_{weights}_se"] = kappa, se
    result = pd.concat([pd.DataFrame(columns), marginal_tests(counts)], axis=1)
    small = n < SMALL_TABLE
    result["test_used"] = np.where(small, "sign", "stuart_maxwell")
    result["p_value"] = np.where(small, result["sign_p"], result["stuart_maxwell_p"])
    return result
