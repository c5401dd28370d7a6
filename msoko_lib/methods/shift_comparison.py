"""A school's shift between journal and external marks against that of a reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import FloatArray, check_share, to_labels
from msoko_lib.methods.agreement import direction_counts, shift_moments
from msoko_lib.methods.mark_tables import square_counts
from msoko_lib.methods.proportion_intervals import newcombe_difference

_FEW_PUPILS = 10
_EXACT_UP_TO = 40


@dataclass(frozen=True)
class ShiftComparison:
    """A table of marks against a reference table.

    Attributes
    ----------
    n, reference_n : int
        Pupils in the table and in the reference.
    shift, reference_shift : float
        Mean of journal minus external mark, in marks.
    difference, ci_low, ci_high : float
        ``shift − reference_shift`` with its interval.
    z : float
        The difference in standard errors under "no difference".
    p_greater, p_less, p_value : float
        Permutation p-values that the shift is greater than, less than, different from that of the
        reference.
    shares : DataFrame
        Rows ``lowered, confirmed, raised``: ``count, n, share, reference_count, reference_n,
        reference_share, difference, ci_low, ci_high`` (Newcombe), ``p_greater, p_less, p_value``
        (Fisher's exact test).
    """

    n: int
    reference_n: int
    shift: float
    reference_shift: float
    difference: float
    ci_low: float
    ci_high: float
    z: float
    p_greater: float
    p_less: float
    p_value: float
    shares: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """The three shares beside those of the reference."""
        return self.shares.copy()


def compare_shift(
    table: Any,
    reference: Any,
    marks: Sequence[float] | None = None,
    reference_includes_table: bool = False,
    level: float = 0.95,
) -> ShiftComparison:
    """Compare a school's shift and shares with those of the municipality or region.

    Shares: Fisher's exact test and Newcombe's interval. Mean shift: interval
    ``D ± t·√(s²/n + s_r²/n_r)`` (Welch's t) and a permutation test: under "no difference" the
    school's n differences (−3…3 marks) are any n of those of all pupils together. Its p-value is
    exact up to 40 pupils, normal (``D/(s_all·√(1/n + 1/n_r))``) above.

    Parameters
    ----------
    table, reference : DataFrame or array-like, shape (K, K)
        Counts with journal marks in rows, external marks in columns.
    marks : sequence of numbers, optional
        Values of the marks, as in `compare_marks`.
    reference_includes_table : bool
        Whether the school is part of the reference; it is then subtracted.
    level : float
        Confidence level.

    Returns
    -------
    ShiftComparison
        NaN statistics when one of the tables is empty.

    Raises
    ------
    ValueError
        If a table is not square, the two do not match, or the school exceeds its reference.

    Notes
    -----
    Fisher, R. A. (1935). *The Design of Experiments*; Newcombe (1998), see `newcombe_difference`.
    Below ten pupils the interval uses at least the standard deviation of the reference: five
    equal differences are not certainty. Two-sided p-values are twice the smaller tail.

    Examples
    --------
    >>> school = [[0, 0, 0, 0], [4, 6, 0, 0], [0, 8, 12, 0], [0, 0, 0, 0]]
    >>> district = [[100, 0, 0, 0], [50, 200, 0, 0], [0, 100, 300, 0], [0, 0, 0, 150]]
    >>> result = compare_shift(school, district)
    >>> round(result.difference, 3), round(float(result.shares.loc["lowered", "p_greater"]), 5)
    (0.233, 0.00253)
    """
    one, values = square_counts(table, marks)
    other, other_values = square_counts(reference, marks)
    if one.ndim != 2 or one.shape != other.shape or not np.array_equal(values, other_values):
        raise ValueError(
            f"table and reference must be square tables of the same marks, found {one.shape} and "
            f"{other.shape}"
        )
    row = compare_many_shifts(
        one[None], other, values.tolist(), reference_includes_table, level
    ).iloc[0]
    shares = pd.DataFrame(
        {
            column: [row[f"{name}_{column}"] for name in ("lowered", "confirmed", "raised")]
            for column in _SHARE_COLUMNS
        },
        index=["lowered", "confirmed", "raised"],
    )
    counts = ["count", "n", "reference_count", "reference_n"]
    own = {
        name: float(row[name])
        for name in ShiftComparison.__annotations__
        if name not in {"n", "reference_n", "shares"}
    }
    return ShiftComparison(
        n=int(row["n"]),
        reference_n=int(row["reference_n"]),
        shares=shares.astype(dict.fromkeys(counts, int)),
        **own,
    )


_SHARE_COLUMNS = (
    "count",
    "n",
    "share",
    "reference_count",
    "reference_n",
    "reference_share",
    "difference",
    "ci_low",
    "ci_high",
    "p_greater",
    "p_less",
    "p_value",
)


def compare_many_shifts(
    tables: Any,
    reference: Any,
    marks: Sequence[float] | None = None,
    reference_includes_table: bool = False,
    level: float = 0.95,
    unit: Any = None,
) -> pd.DataFrame:
    """Do the comparison of `compare_shift` for a stack of tables against one reference.

    Parameters
    ----------
    tables : array-like, shape (tables, K, K)
    reference : array-like, shape (K, K) or (tables, K, K)
    marks, reference_includes_table, level
        As in `compare_shift`; with ``reference_includes_table`` each table is compared with the
        reference without it (leave-one-out).
    unit : array-like, shape (tables,), optional
        Labels of the tables; default 0, 1, …

    Returns
    -------
    DataFrame
        One row per table: ``unit`` and the fields of `ShiftComparison`; the columns of its
        ``shares`` are prefixed with ``lowered_``, ``confirmed_``, ``raised_``.

    Examples
    --------
    >>> tables = np.array([[[9, 1], [9, 20]], [[10, 2], [1, 26]], [[12, 1], [2, 25]]])
    >>> compare_many_shifts(tables, tables.sum(axis=0), (3, 4), True).p_value.round(3).tolist()
    [0.008, 0.083, 0.52]
    """
    counts, values = square_counts(tables, marks)
    if counts.ndim != 3:
        raise ValueError(f"tables must have the shape (tables, K, K), found {counts.shape}")
    others = np.broadcast_to(square_counts(reference, values.tolist())[0], counts.shape)
    if reference_includes_table:
        others = others - counts
        if np.any(others < 0):
            raise ValueError("a table has more pupils in a cell than the reference it belongs to")
    check_share(level, "level")
    n, mean, sd = shift_moments(counts, values)
    other_n, other_mean, other_sd = shift_moments(others, values)
    spread = np.where(n < _FEW_PUPILS, np.fmax(sd, other_sd), sd)
    with np.errstate(divide="ignore", invalid="ignore"):
        own, rest = spread**2 / n, other_sd**2 / other_n
        df = (own + rest) ** 2 / (own**2 / (n - 1) + rest**2 / (other_n - 1))
        half = stats.t.ppf(0.5 + level / 2, df) * np.sqrt(own + rest)
        _, _, common_sd = shift_moments(counts + others, values)
        z = (mean - other_mean) / (common_sd * np.sqrt(1 / n + 1 / other_n))
    greater, less = _shift_tails(counts, others, values, z)
    columns: dict[str, Any] = {
        "unit": np.arange(len(counts)) if unit is None else to_labels(unit),
        "n": n.astype(int),
        "reference_n": other_n.astype(int),
        "shift": mean,
        "reference_shift": other_mean,
        "difference": mean - other_mean,
        "ci_low": mean - other_mean - half,
        "ci_high": mean - other_mean + half,
        "z": z,
        "p_greater": greater,
        "p_less": less,
        "p_value": np.minimum(1, 2 * np.minimum(greater, less)),
    }
    theirs = direction_counts(others)
    for name, count in direction_counts(counts).items():
        compared = _compare_shares(count, n, theirs[name], other_n, level)
        columns.update({f"{name}_{column}": compared[column] for column in _SHARE_COLUMNS})
    return pd.DataFrame(columns)


def _compare_shares(
    x1: FloatArray, n1: FloatArray, x2: FloatArray, n2: FloatArray, level: float
) -> dict[str, Any]:
    with np.errstate(divide="ignore", invalid="ignore"):
        p1, p2 = x1 / n1, x2 / n2
    low, high = newcombe_difference(x1, n1, x2, n2, level)
    known = np.where((n1 > 0) & (n2 > 0), 1.0, np.nan)
    greater = stats.hypergeom.sf(x1 - 1, n1 + n2, x1 + x2, n1) * known
    less = stats.hypergeom.cdf(x1, n1 + n2, x1 + x2, n1) * known
    return {
        "count": x1,
        "n": n1,
        "share": p1,
        "reference_count": x2,
        "reference_n": n2,
        "reference_share": p2,
        "difference": p1 - p2,
        "ci_low": low,
        "ci_high": high,
        "p_greater": greater,
        "p_less": less,
        "p_value": np.minimum(1, 2 * np.minimum(greater, less)),
    }


def _shift_tails(
    counts: FloatArray, others: FloatArray, values: FloatArray, z: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """One-sided p-values: exact permutation for few pupils, normal for many."""
    step = np.gcd.reduce(np.rint(np.diff(values) * 1000).astype(int)) / 1000
    offset = np.rint((values[:, None] - values) / step).astype(int)
    offset -= offset.min()
    known = (counts.sum(axis=(1, 2)) > 0) & (others.sum(axis=(1, 2)) > 0)
    # z is undefined when every pupil has the same difference: then nothing is unusual.
    greater = np.where(np.isnan(z), 1.0, stats.norm.sf(z))
    less = np.where(np.isnan(z), 1.0, stats.norm.cdf(z))
    for t in np.flatnonzero(known & (counts.sum(axis=(1, 2)) <= _EXACT_UP_TO)):
        own, pooled = counts[t], counts[t] + others[t]
        pool = np.bincount(offset.ravel(), pooled.ravel()).astype(int)
        sums = _permutation_distribution(pool, int(own.sum()))
        observed = int((own * offset).sum())
        greater[t], less[t] = sums[observed:].sum(), sums[: observed + 1].sum()
    gap = np.where(known, 1.0, np.nan)
    return np.minimum(greater, 1) * gap, np.minimum(less, 1) * gap


def _permutation_distribution(pool: np.ndarray, n: int) -> FloatArray:
    """Distribution of the sum of n values drawn without replacement from a pool of counts.

    ``pool[v]`` is how many items have the value v. The number drawn of each value is binomial
    given that all numbers add up to n (the multivariate hypergeometric law), so the values are
    folded in one by one over (items drawn, sum).
    """
    table = np.zeros((n + 1, n * (pool.size - 1) + 1))
    table[0, 0] = 1.0
    share = n / pool.sum()
    for value in np.flatnonzero(pool):
        weights = stats.binom.pmf(np.arange(min(pool[value], n) + 1), pool[value], share)
        folded = np.zeros_like(table)
        for drawn, weight in enumerate(weights):
            width = table.shape[1] - drawn * value
            folded[drawn:, drawn * value :] += weight * table[: n + 1 - drawn, :width]
        table = folded
    return np.asarray(table[n] / table[n].sum())
