"""Bunching of whole scores at mark cut-offs: how many pupils were lifted over the line.

Three questions are kept apart: is there a step at the cut-off (``share_moved``), is it only a habit
of odd, even or round scores or the comb of closed items, and does one school differ from its
reference at the cut-offs (``school_bunching``, ``bunching_by_school``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from msoko_lib.methods.bunching_chance import bunching_power
from msoko_lib.methods.bunching_design import (
    Design,
    choose_design,
    window_positions,
)
from msoko_lib.methods.bunching_result import ShareMoved
from msoko_lib.methods.bunching_school import SchoolBunching, school_bunching
from msoko_lib.methods.bunching_schools import bunching_by_school
from msoko_lib.methods.bunching_steps import (
    missing_below,
    overall_misfit,
    placebo_steps,
    plain_step,
    step_misfits,
    step_sd,
    step_test,
    widened_interval,
    window_steps,
)
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.methods.score_counts import (
    FloatArray,
    ScoreCounts,
    as_score_counts,
    count_scores,
)

__all__ = [
    "SchoolBunching",
    "ShareMoved",
    "as_score_counts",
    "bunching_by_school",
    "bunching_power",
    "count_scores",
    "school_bunching",
    "share_moved",
]


# Below this many pupils in a window the normal approximation of the step is not to be trusted.
FEWEST_NEAR = 15
ROUND = 5
# A step is a habit when surely less than half of it is missing below the line.
HABIT_SHARE = 0.5
HABIT_Z = 1.645


def share_moved(
    counts: Any,
    cutoffs: Any,
    window: int = 2,
    degree: int = 5,
    draws: int = 500,
    seed: int = 0,
    *,
    level: float = 0.95,
    alpha: float = 0.05,
    min_share: float = 0.10,
    min_n: int = 500,
    heaping: bool = True,
) -> ShareMoved:
    """Share of the pupils just below each cut-off who were moved onto it.

    Formula: a polynomial of the given degree (and heaping terms where the other scores call for
    them) is fitted by least squares to the counts outside the windows ``[t − window, t]`` and
    outside the two end scores; it is rescaled in each window to the window's total, because movers
    come from just below. With c the count and ĉ the rescaled curve::

        moved_t = c_t − ĉ_t,     share_moved_t = moved_t / Σ_{s=t−window}^{t−1} ĉ_s

    The interval is a multinomial bootstrap of the counts, widened by the misfit. The test compares
    the standardised step at t with the step of every window that touches no cut-off (placebos):
    ``z = moved / (sd_Poisson · misfit)`` with ``misfit = max(1, scatter of the placebo steps)``,
    one-sided against Student's t. A comb of closed items or odd/even heaping makes such steps
    everywhere, so a step at the cut-off does not stand out; density tests misfire there. Lifting
    also empties the scores below the line: where surely less than half of ``moved`` is missing
    there (beyond what is missing above), the verdict is "heaping" as well.

    Parameters
    ----------
    counts : array-like, Series, mapping or DataFrame
        Pupils by score: an array is indexed by score from 0; a Series or mapping is indexed by
        score; a frame has the columns score, count. Missing counts are zero and are reported.
    cutoffs : int, sequence of int, or mapping mark → int
        Lowest score of each higher mark, in points.
    window : int
        Attainable points below the cut-off from which pupils are moved.
    degree : int
        Degree of the polynomial; lowered when few scores are left.
    draws, seed : int
        Bootstrap draws and their seed.
    level : float
        Confidence level of the intervals.
    alpha : float
        False discovery rate over the cut-offs for the verdict.
    min_share : float
        Smallest share moved that is called a threshold effect: with hundreds of thousands of pupils
        the smallest bend of the curve is significant.
    min_n : int
        Below this number of pupils, or 15 near a cut-off, the verdict is "not_enough_data".
    heaping : bool
        Look for heaping of period 2, 3, 5 or 10 and allow for it.

    Returns
    -------
    ShareMoved

    Raises
    ------
    ValueError
        On counts that are no counts, cut-offs off the scale or closer than ``window + 1``, or too
        few scores outside the windows.

    Notes
    -----
    Dee, Dobbie, Jacob & Rockoff (2019), AEJ: Applied 11(3), 382–423: about 40 % of the New York
    Regents scores near the cut-off were inflated. A share is an average over schools, not a number
    of frauds. Use ``school_bunching`` for one school.

    Examples
    --------
    >>> rise = [20, 30, 42, 55, 68, 80, 90, 97, 100]
    >>> smooth = np.array(rise + rise[::-1])
    >>> lifted = smooth * 10
    >>> lifted[[7, 8]] -= [388, 400]
    >>> lifted[9] += 788
    >>> found = share_moved(lifted, cutoffs=[9])
    >>> round(float(found.table.share_moved[0]), 2), found.table.verdict[0]
    (0.4, 'threshold')
    >>> share_moved(smooth * 10, cutoffs=[9]).table.verdict[0]
    'none'
    """
    cuts = _cutoffs(cutoffs)
    if draws < 2:
        raise ValueError(f"draws must be at least 2, found {draws}")
    data = as_score_counts(counts, cuts, window)
    windows = window_positions(data.scores, cuts, window)
    design = choose_design(data, windows, degree, heaping)
    placebos = placebo_steps(data.counts, design)
    overall = overall_misfit(data.counts, design, placebos)
    misfit, df = step_misfits(data.scores, design, placebos, overall)
    moved, share, expected, smooth = window_steps(data.counts, design)
    sd = step_sd(data.counts, expected, design)
    rng = np.random.default_rng(seed)
    sample = rng.multinomial(int(data.n), data.counts / data.n, size=draws).astype(float)
    sample_moved, sample_share, _, _ = window_steps(sample, design)
    below = expected[:, :-1].sum(axis=1)
    low, high = widened_interval(share, sample_share, misfit, level)
    z, p = step_test(moved, sd, misfit, df, placebos, alpha)
    plain_share, plain_p = plain_step(data.counts, choose_design(data, windows, degree, False))
    table = pd.DataFrame(
        {
            "cutoff": cuts,
            "observed": data.counts[windows[:, -1]],
            "expected": expected[:, -1],
            "moved": moved,
            "expected_below": below,
            "share_moved": share,
            "ci_low": low,
            "ci_high": high,
            "standard_error": sample_share.std(axis=0, ddof=1),
            "misfit": misfit,
            "z": z,
            "p_value": p,
            "q_value": benjamini_hochberg(p).q,
            "p_unadjusted": plain_p,
        }
    )
    free_round = int((data.scores[design.free] % ROUND == 0).sum())
    table["missing_below"], missing_sd = missing_below(data.counts, design)
    habit = table["missing_below"] + HABIT_Z * misfit * missing_sd < HABIT_SHARE * moved
    table["round_unchecked"] = (cuts % ROUND == 0) & (free_round < 2)
    table["verdict"] = _verdict(table, plain_share, habit, data.n, alpha, min_share, min_n)
    total_share, total_draws = _pooled_share(moved, below, sample_moved, sample, design)
    widest = misfit.max(keepdims=True)
    total_low, total_high = widened_interval(total_share, total_draws, widest, level)
    total_sd = np.sqrt((sd**2).sum(keepdims=True))
    _, total_p = step_test(
        moved.sum(keepdims=True), total_sd, widest, df.min(keepdims=True), placebos, alpha
    )
    pooled = {
        "moved": float(moved.sum()),
        "share_moved": float(total_share[0]),
        "ci_low": float(total_low[0]),
        "ci_high": float(total_high[0]),
        "p_value": float(total_p[0]),
    }
    return ShareMoved(
        table,
        _counterfactual_frame(data, design, smooth, expected),
        pooled,
        int(data.n),
        overall,
        int(placebos.steps.size),
        design.period,
        design.degree,
        data.missing,
        data.unattainable,
        level,
        draws,
    )


def _cutoffs(cutoffs: Any) -> NDArray[np.int64]:
    listed = cutoffs.values() if isinstance(cutoffs, Mapping) else cutoffs
    if isinstance(listed, Iterable) and not isinstance(listed, str):
        listed = list(listed)
    try:
        values = np.atleast_1d(np.asarray(listed, dtype=float))
    except (TypeError, ValueError) as error:
        raise ValueError(f"cutoffs must be one or more whole scores, found {cutoffs!r}") from error
    if values.ndim != 1 or values.size == 0 or not np.all(np.isfinite(values)):
        raise ValueError("cutoffs must be one or more whole scores")
    whole = np.unique(np.rint(values)).astype(np.int64)
    if whole.size != values.size or np.any(~np.isin(values, whole)):
        raise ValueError(f"cutoffs must be different whole scores, found {values.tolist()}")
    return whole


def _pooled_share(
    moved: FloatArray,
    below: FloatArray,
    sample_moved: FloatArray,
    sample: FloatArray,
    design: Design,
) -> tuple[FloatArray, FloatArray]:
    """Share moved over all cut-offs, and the same in each bootstrap sample (one column)."""
    _, _, sample_expected, _ = window_steps(sample, design)
    sample_below = sample_expected[..., :-1].sum(axis=(-1, -2))
    total = sample_moved.sum(axis=1)
    draws = np.divide(total, sample_below, out=np.zeros_like(total), where=sample_below > 0)
    share = moved.sum() / below.sum() if below.sum() > 0 else 0.0
    return np.array([share]), draws[:, None]


def _verdict(
    table: pd.DataFrame,
    plain_share: FloatArray,
    habit: pd.Series,
    n: float,
    alpha: float,
    min_share: float,
    min_n: int,
) -> list[str]:
    if n < min_n:
        return ["not_enough_data"] * len(table)
    threshold = (table["q_value"] < alpha) & (table["share_moved"] >= min_share)
    # On many pupils the smallest bend is significant: only a step worth the name needs explaining.
    looks_so = (table["p_unadjusted"] < alpha) & (plain_share >= min_share)
    explained = (looks_so & (table["p_value"] >= alpha)) | (threshold & habit)
    few = table["observed"] + table["expected_below"] < FEWEST_NEAR
    verdict = np.select(
        [few, threshold & ~habit, explained], ["not_enough_data", "threshold", "heaping"], "none"
    )
    return verdict.tolist()


def _counterfactual_frame(
    data: ScoreCounts, design: Design, smooth: FloatArray, expected: FloatArray
) -> pd.DataFrame:
    rescaled = smooth.copy()
    rescaled[design.windows] = expected
    in_window = np.zeros(data.scores.size, dtype=bool)
    in_window[design.windows.ravel()] = True
    return pd.DataFrame(
        {
            "score": data.scores,
            "count": data.counts,
            "smooth": smooth,
            "expected": rescaled,
            "in_window": in_window,
        }
    )
