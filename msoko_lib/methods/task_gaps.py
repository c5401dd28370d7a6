"""Specific gap in one task or general weakness: Mantel–Haenszel given the total score.

A school below its reference in a task may simply be weaker in everything. Comparing only pupils
with the same total score separates the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import to_labels
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.methods.score_matrix import maximum_scores, score_matrix

# ETS scale of the log odds ratio, and its border between negligible and noticeable differences.
ETS_SCALE = 2.35
ETS_NOTICEABLE = 1.0


@dataclass(frozen=True)
class MantelHaenszel:
    """Common odds ratio over strata.

    Attributes
    ----------
    odds_ratio : float
        Odds of the first row against the second, the same in every stratum by assumption.
    ci_low, ci_high : float
        Robins–Breslow–Greenland interval.
    statistic, p_value : float
        Mantel–Haenszel χ² (1 df, continuity-corrected) of odds ratio 1.
    ets_delta : float
        2.35·ln(odds ratio): negative when the first row (the focal group) does worse, as ETS has
        it; |Δ| < 1 is negligible, |Δ| ≥ 1.5 large.
    n : float
        Observations in the strata used.
    strata : int
        Strata that carry information (both rows and both columns present).
    """

    odds_ratio: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float
    ets_delta: float
    n: float
    strata: int


def mantel_haenszel_tables(
    tables: Any, level: float = 0.95, correction: bool = True
) -> MantelHaenszel:
    r"""Mantel–Haenszel odds ratio and test from a stack of 2×2 tables.

    .. math:: \widehat{OR}=\frac{\sum a_sd_s/n_s}{\sum b_sc_s/n_s},\qquad
       X^2=\frac{(|\sum a_s-\sum E_s|-\tfrac12)^2}{\sum V_s}

    Parameters
    ----------
    tables : array-like, shape (strata, 2, 2)
        Counts ``[[a, b], [c, d]]``: rows are the groups, columns success and failure.
    level : float
        Coverage of the interval.
    correction : bool
        Continuity correction of the test, as in R's ``mantelhaen.test``.

    Returns
    -------
    MantelHaenszel; the ratio is NaN where no stratum is informative, 0 or infinite (with an
    interval of NaN) where all successes of a comparison lie on one side.

    Raises
    ------
    ValueError
        If the shape is wrong or a count is negative or missing.

    References
    ----------
    Mantel & Haenszel (1959), JNCI 22:719–748; Robins, Breslow & Greenland (1986),
    Biometrics 42:311–323. Unlike statsmodels' ``StratifiedTable`` strata of one observation or
    of one group are left out, not divided by zero.

    Examples
    --------
    >>> found = mantel_haenszel_tables([[[10, 5], [5, 10]], [[8, 2], [6, 4]]])
    >>> round(found.odds_ratio, 3), found.strata
    (3.442, 2)
    """
    stack = np.asarray(tables, float)
    if stack.ndim == 2:
        stack = stack[None]
    if stack.ndim != 3 or stack.shape[1:] != (2, 2):
        raise ValueError(f"expected shape (strata, 2, 2), found {np.shape(tables)}")
    if not np.isfinite(stack).all() or (stack < 0).any():
        raise ValueError("counts must be finite and not negative")
    informative = (stack.sum(axis=1) > 0).all(axis=1) & (stack.sum(axis=2) > 0).all(axis=1)
    stack = stack[informative]
    if not len(stack):
        nan = float("nan")
        return MantelHaenszel(nan, nan, nan, nan, nan, nan, 0.0, 0)
    a, b, c, d = stack.reshape(-1, 4).T
    total = a + b + c + d
    agree, cross = a * d / total, b * c / total
    ratio = float(np.divide(agree.sum(), cross.sum())) if cross.sum() > 0 else float("inf")
    low, high = _robins_interval(a + d, b + c, agree, cross, total, level)
    expected = (a + b) * (a + c) / total
    variance = (a + b) * (c + d) * (a + c) * (b + d) / (total**2 * (total - 1))
    distance = abs(float((a - expected).sum()))
    # Yates' half is never larger than the distance itself: otherwise a perfect null looks extreme.
    distance -= min(0.5, distance) if correction else 0.0
    statistic = distance**2 / float(variance.sum())
    with np.errstate(divide="ignore"):
        delta = float(ETS_SCALE * np.log(ratio))
    return MantelHaenszel(
        ratio, low, high, statistic, float(stats.chi2.sf(statistic, 1)), delta,
        float(total.sum()), len(stack),
    )  # fmt: skip


def mantel_haenszel(
    correct: Any, focal: Any, strata: Any, level: float = 0.95, correction: bool = True
) -> MantelHaenszel:
    """Mantel–Haenszel comparison of a focal group with the rest, pupil by pupil.

    Parameters
    ----------
    correct : array-like of 0/1
        Whether the pupil solved the task.
    focal : array-like of bool
        True for the group asked about (the school), False for its reference.
    strata : array-like
        Labels within which pupils are comparable, as a rule the total score.
    level, correction
        As in `mantel_haenszel_tables`.

    Returns
    -------
    MantelHaenszel; an odds ratio below 1 means the focal group solves the task less often than
    pupils of the same stratum. Pupils with anything missing are left out.

    Raises
    ------
    ValueError
        If lengths differ or `correct` is not 0/1.

    Examples
    --------
    >>> found = mantel_haenszel([1, 0, 1, 1, 0, 0, 1, 1], [1, 1, 0, 0, 1, 1, 0, 0], [1] * 8)
    >>> found.n
    8.0
    """
    columns = [to_labels(values) for values in (correct, focal, strata)]
    if len({column.size for column in columns}) != 1:
        raise ValueError(f"lengths differ: {[column.size for column in columns]}")
    data = pd.DataFrame(dict(zip(("correct", "focal", "stratum"), columns, strict=True))).dropna()
    for name in ("correct", "focal"):
        if not data[name].isin((0, 1)).all():
            raise ValueError(f"{name} must be 0 or 1, found {list(data[name].unique()[:5])}")
    solved, is_focal = data["correct"].astype(float), data["focal"].astype(bool)
    cells = pd.DataFrame(
        {
            "a": is_focal & (solved == 1),
            "b": is_focal & (solved == 0),
            "c": ~is_focal & (solved == 1),
            "d": ~is_focal & (solved == 0),
        }
    )
    if cells.empty:
        return mantel_haenszel_tables(np.zeros((1, 2, 2)), level, correction)
    counts = cells.groupby(data["stratum"].to_numpy()).sum().to_numpy(float)
    return mantel_haenszel_tables(counts.reshape(-1, 2, 2), level, correction)


def specific_gaps(
    scores: Any,
    focal: Any,
    max_scores: float | Sequence[float] | Mapping[Any, float] | None = None,
    fdr: float = 0.05,
    min_n: int = 10,
    min_gap: float = 0.10,
) -> pd.DataFrame:
    """For each task: is the focal group's gap specific, or what its general level explains?

    Strata are the total score over all tasks (the studied task included, as Holland & Thayer
    require). A task of more than one point is compared as solved fully or not. Pupils with a
    missing score are left out.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points of the focal group and its reference together.
    focal : array-like of bool, length pupils
        True for the focal group.
    max_scores : number, sequence, mapping or None
        Maximum points; None only for 0/1 scores.
    fdr : float
        Benjamini–Hochberg level over the tasks of this work: the declared family.
    min_n : int
        Fewest pupils on each side in informative strata, otherwise ``no_data``.
    min_gap : float
        Gap of difficulty (share of 1) that counts as a weakness at all.

    Returns
    -------
    DataFrame, one row = one task: ``n_focal``, ``difficulty_focal``, ``difficulty_reference``,
    ``gap`` (share, focal minus reference), ``gap_low``, ``gap_high`` (Welch), ``odds_ratio``,
    ``ci_low``, ``ci_high`` (of the odds ratio), ``p_value``, ``q_value``, ``ets_delta``, ``state``:

    * ``specific_gap``: below the reference at equal total score (q ≤ fdr, ETS Δ ≥ 1);
    * ``specific_strength``: the same upwards;
    * ``general_weakness``: gap ≤ −min_gap with an interval wholly below zero, and no specific
      difference at equal total score;
    * ``no_difference``; ``no_data``.

    Raises
    ------
    ValueError
        If lengths differ, or see `score_matrix`.

    References
    ----------
    Holland & Thayer (1988), in Wainer & Braun (eds), Test Validity, ch. 9.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> school = np.arange(600) < 100
    >>> table = specific_gaps(rng.random((600, 6)) < 0.6, school)
    >>> set(table["state"])
    {'no_difference'}
    """
    frame = score_matrix(scores)
    labels = to_labels(focal)
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"focal must be true or false, found {list(pd.unique(labels)[:5])}")
    is_focal = labels.astype(bool)
    if is_focal.size != len(frame):
        raise ValueError(f"focal has {is_focal.size} values for {len(frame)} pupils")
    maxima = maximum_scores(frame, max_scores)
    complete = frame.notna().all(axis=1).to_numpy()
    frame, is_focal = frame[complete], is_focal[complete]
    total = frame.sum(axis=1).to_numpy()
    rows = [
        _one_task(frame[task].to_numpy(), maxima[task], is_focal, total) for task in frame.columns
    ]
    table = pd.DataFrame(rows, index=pd.Index(frame.columns, name="task"))
    enough = min(is_focal.sum(), (~is_focal).sum()) >= min_n
    tested = table["p_value"].notna() & enough
    table["q_value"] = np.nan
    if tested.any():
        table.loc[tested, "q_value"] = benjamini_hochberg(table.loc[tested, "p_value"]).q
    found = tested & (table["q_value"] <= fdr) & (table["ets_delta"].abs() >= ETS_NOTICEABLE)
    table["state"] = np.select(
        [
            ~tested,
            found & (table["odds_ratio"] < 1),
            found & (table["odds_ratio"] > 1),
            (table["gap"] <= -min_gap) & (table["gap_high"] < 0),
        ],
        ["no_data", "specific_gap", "specific_strength", "general_weakness"],
        default="no_difference",
    )
    return table


def _one_task(
    points: np.ndarray, maximum: float, is_focal: np.ndarray, total: np.ndarray
) -> dict[str, float]:
    share = points / maximum
    focal_mean, other_mean, half = np.nan, np.nan, np.nan
    if is_focal.sum() > 1 and (~is_focal).sum() > 1:
        welch = stats.ttest_ind(share[is_focal], share[~is_focal], equal_var=False)
        bounds = welch.confidence_interval(0.95)
        focal_mean, other_mean = share[is_focal].mean(), share[~is_focal].mean()
        half = (bounds.high - bounds.low) / 2
    found = mantel_haenszel(points >= maximum, is_focal, total)
    return {
        "n_focal": int(is_focal.sum()),
        "difficulty_focal": focal_mean,
        "difficulty_reference": other_mean,
        "gap": focal_mean - other_mean,
        "gap_low": focal_mean - other_mean - half,
        "gap_high": focal_mean - other_mean + half,
        "odds_ratio": found.odds_ratio,
        "ci_low": found.ci_low,
        "ci_high": found.ci_high,
        "p_value": found.p_value,
        "ets_delta": found.ets_delta,
    }


def _robins_interval(
    concordant: np.ndarray,
    discordant: np.ndarray,
    agree: np.ndarray,
    cross: np.ndarray,
    total: np.ndarray,
    level: float,
) -> tuple[float, float]:
    """Interval of the common odds ratio; NaN when the ratio itself is 0 or infinite."""
    if agree.sum() == 0 or cross.sum() == 0:
        return float("nan"), float("nan")
    p, q = concordant / total, discordant / total
    variance = (
        (p * agree).sum() / (2 * agree.sum() ** 2)
        + (p * cross + q * agree).sum() / (2 * agree.sum() * cross.sum())
        + (q * cross).sum() / (2 * cross.sum() ** 2)
    )
    half = stats.norm.ppf((1 + level) / 2) * np.sqrt(variance)
    centre = np.log(agree.sum() / cross.sum())
    return float(np.exp(centre - half)), float(np.exp(centre + half))
