"""Tasks in which a group is below its reference, with intervals and a false discovery rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import to_labels
from msoko_lib.methods.intervals import (
    benjamini_hochberg,
    mean_interval_from_summary,
    newcombe_difference,
    wilson,
)
from msoko_lib.methods.score_matrix import maximum_scores, score_matrix

STATES = ("established", "possible", "no_difference", "no_data")


def task_rates(
    scores: Any,
    max_scores: float | Sequence[float] | Mapping[Any, float] | None = None,
    groups: Any = None,
) -> pd.DataFrame:
    r"""Summaries per group and task that `deficits` needs: n, share of the maximum, its SD.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points; missing scores are left out task by task.
    max_scores : number, sequence, mapping or None
        Maximum points; None only for 0/1 scores.
    groups : array-like of labels, length pupils, optional
        School, class or another group; without it all pupils are one group ``"all"``.

    Returns
    -------
    DataFrame, one row = one group × task: ``group``, ``task``, ``n``, ``rate`` (mean score /
    maximum, 0…1), ``rate_sd`` (of single pupils, n − 1), ``max_score``.

    Raises
    ------
    ValueError
        If lengths differ, or see `score_matrix` and `maximum_scores`.

    Examples
    --------
    >>> task_rates([[1, 0], [1, 1], [0, 1]], groups=["a", "a", "b"])["rate"].tolist()
    [1.0, 0.5, 0.0, 1.0]
    """
    frame = score_matrix(scores)
    maxima = maximum_scores(frame, max_scores)
    labels = np.full(len(frame), "all") if groups is None else to_labels(groups)
    if len(labels) != len(frame):
        raise ValueError(f"groups has {len(labels)} labels for {len(frame)} pupils")
    shares = (frame / maxima).groupby(labels)
    parts = {"n": shares.count(), "rate": shares.mean(), "rate_sd": shares.std(ddof=1)}
    table = pd.DataFrame({name: part.stack() for name, part in parts.items()})
    table = table.rename_axis(["group", "task"]).reset_index()
    table["n"] = table["n"].astype(int)
    table["max_score"] = table["task"].map(maxima)
    return table


def deficits(
    rates: pd.DataFrame,
    reference: Any = None,
    family: str | Sequence[str] | None = "group",
    min_gap: float = 0.10,
    fdr: float = 0.05,
    min_n: int = 5,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Compare each group × task with its reference: established, possible or no deficit.

    :math:`\Delta=\hat p_{group}-p_{ref}`. A one-point task has a Wilson interval and the exact
    binomial test; a task of several points has the t interval of its mean (``rate_sd`` known) or,
    without it, Wilson's interval, which is never too narrow since a share cannot vary more than
    0/1 scores do. Where the reference is itself a sample (``reference_n``), Newcombe's hybrid
    interval of the difference is used. Tests are adjusted (Benjamini–Hochberg) within `family`.

    Parameters
    ----------
    rates : DataFrame
        One row = one group × task, columns ``n`` (pupils), ``rate`` (0…1) and, where known,
        ``rate_sd``, ``max_score`` (1 if absent), ``reference`` (0…1), ``reference_n``, ``task``.
        Either the columns of `task_rates` or an aggregated export.
    reference : number, sequence, or mapping task → share, optional
        Reference shares when `rates` has no column ``reference``.
    family : column name(s) or None
        The declared family of tests: by default the tasks of one group; None = the whole table.
        The default is also the whole table when there is no column ``group``.
    min_gap : float
        Smallest gap of practical meaning, as a share (.10 = 10 percentage points).
    fdr : float
        False discovery rate within the family.
    min_n : int
        Groups with fewer pupils get ``no_data``.
    level : float
        Coverage of the intervals.

    Returns
    -------
    DataFrame with the rows and columns of `rates` and: ``reference``, ``gap`` (Δ, share),
    ``gap_low``, ``gap_high``, ``p_value`` (two-sided), ``q_value``, ``detectable_gap`` (the gap a
    group of this n shows with 80 % power), ``state``:

    * ``established``: the interval lies wholly below the reference, Δ ≤ −min_gap and q ≤ fdr;
    * ``possible``: Δ ≤ −min_gap without that evidence, or a deficit with that evidence whose
      interval reaches −min_gap;
    * ``no_difference``: anything else; read it with the interval and ``detectable_gap``;
    * ``no_data``: fewer than `min_n` pupils, or a rate or reference is missing.

    Raises
    ------
    ValueError
        If columns are missing or shares lie outside 0…1.

    References
    ----------
    Wilson (1927), JASA 22:209–212; Newcombe (1998), Stat. Med. 17:873–890; Benjamini & Hochberg
    (1995), JRSS-B 57:289–300.

    Examples
    --------
    9 of 24 against 58 %: 20 points lower, and still only possible (exact p = .060).

    >>> found = deficits(pd.DataFrame({"n": [24], "rate": [9 / 24]}), reference=0.58)
    >>> found["state"].item(), found["p_value"].round(3).item()
    ('possible', 0.06)
    """
    table = _with_reference(rates, reference)
    usable = ((table["n"] >= min_n) & table["rate"].notna() & table["reference"].notna()).to_numpy()
    for name in ("gap_low", "gap_high", "p_value"):
        table[name] = np.nan
    table["gap"] = table["rate"] - table["reference"]
    sampled = usable & table["reference_n"].notna().to_numpy()
    by_mean = usable & ~sampled & ((table["max_score"] > 1) & (table["rate_sd"] > 0)).to_numpy()
    by_share = usable & ~sampled & ~by_mean
    results = ["gap_low", "gap_high", "p_value"]
    for rows, compare in (
        (sampled, _against_sample),
        (by_mean, _mean_against_value),
        (by_share, _share_against_value),
    ):
        if rows.any():
            table.loc[rows, results] = compare(table[rows], level)
    families = _family_labels(table, family)
    table["q_value"] = benjamini_hochberg(table["p_value"], families, alpha=fdr).q
    table["detectable_gap"] = _detectable_gap(table, level).where(usable)
    evidence = (table["gap_high"] < 0) & (table["q_value"] <= fdr)
    large = table["gap"] <= -min_gap + 1e-12
    table["state"] = np.select(
        [~usable, evidence & large, large | (evidence & (table["gap_low"] <= -min_gap))],
        ["no_data", "established", "possible"],
        default="no_difference",
    )
    return table.drop(columns=[name for name in ("rate_sd", "reference_n", "max_score")
                               if name not in rates])  # fmt: skip


def _with_reference(rates: pd.DataFrame, reference: Any) -> pd.DataFrame:
    table = pd.DataFrame(rates).copy()
    missing = {"n", "rate"} - set(table.columns)
    if missing:
        raise ValueError(f"expected columns n and rate, missing {sorted(missing)}")
    if table.empty:
        raise ValueError("rates has no rows")
    if isinstance(reference, (Mapping, pd.Series)):
        if "task" not in table:
            raise ValueError("a reference by task needs a column task in rates")
        table["reference"] = table["task"].map(dict(reference))
    elif reference is not None:
        table["reference"] = reference
    elif "reference" not in table:
        raise ValueError("give the reference, as a column of rates or as an argument")
    for name, default in (("max_score", 1.0), ("rate_sd", np.nan), ("reference_n", np.nan)):
        if name not in table:
            table[name] = default
    for name in ("n", "rate", "reference", "max_score", "rate_sd", "reference_n"):
        table[name] = table[name].astype(float)
    for name in ("rate", "reference"):
        if ((table[name] < 0) | (table[name] > 1)).any():
            raise ValueError(f"{name} must be a share between 0 and 1, not per cent")
    return table


def _family_labels(table: pd.DataFrame, family: str | Sequence[str] | None) -> np.ndarray:
    names = [] if family is None else [family] if isinstance(family, str) else list(family)
    if names == ["group"] and "group" not in table:
        names = []
    absent = [name for name in names if name not in table]
    if absent:
        raise ValueError(f"family names columns {absent} that rates does not have")
    if not names:
        return np.zeros(len(table), int)
    return table.groupby(names, dropna=False).ngroup().to_numpy()


def _share_against_value(table: pd.DataFrame, level: float) -> np.ndarray:
    """Wilson interval and exact binomial test; shares of several points keep their fraction."""
    n, p0 = table["n"].to_numpy(), table["reference"].to_numpy()
    solved = np.clip(table["rate"].to_numpy() * n, 0, n)
    whole = np.rint(solved)
    # A rate printed with two digits is a whole count again once rounded.
    binary = table["max_score"].to_numpy() == 1
    solved = np.where(binary, whole, solved)
    bounds = wilson(solved, n, level)
    # The count nearest the reference in case of a fraction: the cautious side.
    count = np.where(solved < n * p0, np.ceil(solved - 1e-9), np.floor(solved + 1e-9))
    return np.column_stack([bounds.low - p0, bounds.high - p0, _exact_p(count, n, p0)])


def _exact_p(count: np.ndarray, n: np.ndarray, p0: np.ndarray) -> np.ndarray:
    """Two-sided exact p: the outcomes no likelier than the one seen, as R's binom.test sums them.

    One table of probabilities for each n, so that a region of small schools takes a second.
    """
    found = np.empty(len(n))
    for total in np.unique(n):
        rows = np.flatnonzero(n == total)
        outcomes = np.arange(total + 1)
        # Large groups are few: their long rows are taken in parts to spare memory.
        for part in np.array_split(rows, int(np.ceil(rows.size * outcomes.size / 2e6))):
            law = stats.binom.pmf(outcomes, total, p0[part, None])
            seen = stats.binom.pmf(count[part], total, p0[part])
            no_likelier = law <= seen[:, None] * (1 + 1e-7)
            found[part] = np.minimum(1, (law * no_likelier).sum(axis=1))
    return found


def _mean_against_value(table: pd.DataFrame, level: float) -> np.ndarray:
    n, sd = table["n"].to_numpy(), table["rate_sd"].to_numpy()
    bounds = mean_interval_from_summary(table["rate"], sd, n, level)
    statistic = table["gap"].to_numpy() / (sd / np.sqrt(n))
    p0 = table["reference"].to_numpy()
    p_value = 2 * stats.t.sf(np.abs(statistic), n - 1)
    return np.column_stack([bounds.low - p0, bounds.high - p0, p_value])


def _against_sample(table: pd.DataFrame, level: float) -> np.ndarray:
    """Newcombe interval; Fisher's exact test, doubled smaller tail, on whole counts."""
    n, m = table["n"].to_numpy(), table["reference_n"].to_numpy()
    x, y = table["rate"].to_numpy() * n, table["reference"].to_numpy() * m
    binary = table["max_score"].to_numpy() == 1
    x, y = np.where(binary, np.rint(x), x), np.where(binary, np.rint(y), y)
    bounds = newcombe_difference(x, n, y, m, level)
    solved, reference = np.rint(x), np.rint(y)
    law = stats.hypergeom(n + m, solved + reference, n)
    tail = np.minimum(law.cdf(solved), law.sf(solved - 1))
    return np.column_stack([bounds.low, bounds.high, np.minimum(1, 2 * tail)])


def _detectable_gap(table: pd.DataFrame, level: float) -> pd.Series:
    """Normal approximation (z₁₋α/₂ + z₀.₈)·SE at the reference share."""
    multiplier = stats.norm.ppf((1 + level) / 2) + stats.norm.ppf(0.8)
    spread = table["reference"] * (1 - table["reference"])
    spread = spread.where(
        ~((table["max_score"] > 1) & (table["rate_sd"] > 0)), table["rate_sd"] ** 2
    )
    both = 1 / table["n"] + (1 / table["reference_n"]).fillna(0)
    return multiplier * np.sqrt(spread * both)
