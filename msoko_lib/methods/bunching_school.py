"""One school at the mark cut-offs, exactly: Poisson-binomial over cut-offs and works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from msoko_lib.methods.bunching_chance import binomial_pmf, convolve, window_count_pmf
from msoko_lib.methods.intervals import clopper_pearson
from msoko_lib.methods.score_counts import FloatArray, ScoreCounts, as_score_counts, count_scores

ONE_WORK = "work"
CELL_COLUMNS = (
    "work",
    "cutoff",
    "n_window",
    "at_cutoff",
    "reference_share",
    "expected",
    "p_value",
)


@dataclass(frozen=True)
class SchoolBunching:
    """A school's pupils around the cut-offs, compared with the reference.

    Attributes
    ----------
    cells : DataFrame
        One row per work × cut-off: ``work, cutoff, n_window, at_cutoff, reference_share, expected,
        p_value`` (exact, one-sided).
    n : int
        Pupil results in all works.
    n_window : int
        Pupil results inside the windows, over all works.
    at_cutoff : int
    expected : float
    share_moved : float
        Estimated share of pupils below who were moved: (K − Σnπ)/Σn(1 − π), cut at 0.
    ci_low, ci_high : float
        Interval of that share from the Clopper–Pearson interval of K/n.
    p_value : float
        P(at least this many exactly on the cut-offs | the reference), Poisson-binomial, exact.
    power : float
        Chance to reach ``alpha`` if ``target_share`` of the pupils below were moved.
    status : str
        "ok", or "not_enough_data" when ``power`` is below ``min_power``.
    """

    cells: pd.DataFrame
    n: int
    n_window: int
    at_cutoff: int
    expected: float
    share_moved: float
    ci_low: float
    ci_high: float
    p_value: float
    power: float
    status: str

    def to_frame(self) -> pd.DataFrame:
        """One row per work × cut-off."""
        return self.cells.copy()


def school_bunching(
    scores: Any,
    reference: Any,
    cutoffs: Any,
    window: int = 2,
    *,
    leave_out: bool = False,
    reference_error: bool = False,
    alpha: float = 0.05,
    target_share: float = 0.40,
    min_power: float = 0.80,
    level: float = 0.95,
) -> SchoolBunching:
    """Do too many of a school's pupils sit exactly on the cut-offs, given those near them?

    Formula: among the n_t pupils with a score in [t − window, t], K_t sit on t; under the reference
    K_t ~ Bin(n_t, π_t) with π_t = c_t / Σ_{s=t−window}^{t} c_s of the reference counts. The counts
    are added over cut-offs and works; ΣK_t is Poisson-binomial and its upper tail is exact (by
    convolution). The reference carries heaping and closed-item combs itself, so they cancel.

    Parameters
    ----------
    scores : array-like, or mapping work → array-like
        Whole scores of the school's pupils, one per pupil and work; missing ones are left out.
    reference : counts by score (see ``as_score_counts``), or mapping work → counts
        Region, or the sample with independent observers; not the school's own pool.
    cutoffs : sequence of int, or mapping work → sequence of int
        Lowest score of each higher mark.
    window : int
        Points below the cut-off that count as near.
    leave_out : bool
        Subtract the school's own pupils from the reference first.
    reference_error : bool
        Allow for the finite size of the reference: K_t is beta-binomial with the reference counts
        + ½ as parameters. Use it when the reference is one municipality.
    alpha, target_share, min_power : float
        The status is "ok" when a share ``target_share`` moved would be found at one-sided ``alpha``
        with probability ``min_power`` or more.
    level : float
        Confidence level of the interval.

    Returns
    -------
    SchoolBunching

    Raises
    ------
    ValueError
        When works of scores, reference and cut-offs do not match, or cut-offs are off the scale.

    Notes
    -----
    Poisson-binomial tail by convolution: exact. A small p-value says the school differs from the
    reference at the cut-offs; it does not say why.

    Examples
    --------
    >>> scores = [14] * 15 + [13] * 2 + [10] * 43
    >>> reference = {10: 500, 11: 400, 12: 340, 13: 330, 14: 330, 15: 300}
    >>> found = school_bunching(scores, reference, [14])
    >>> found.n_window, found.at_cutoff, f"{found.p_value:.1e}"
    (17, 15, '3.9e-06')
    """
    works = []
    for work, (values, reference_counts, cuts) in _as_works(scores, reference, cutoffs).items():
        pupils = count_scores(values)
        works.append((work, pupils.to_numpy(float), dense_counts(reference_counts), cuts))
    return compare_counts(
        works,
        window,
        leave_out=leave_out,
        reference_error=reference_error,
        alpha=alpha,
        target_share=target_share,
        min_power=min_power,
        level=level,
    )


def compare_counts(
    works: list[tuple[Any, FloatArray, FloatArray, NDArray[np.int64]]],
    window: int,
    *,
    leave_out: bool,
    reference_error: bool,
    alpha: float,
    target_share: float,
    min_power: float,
    level: float,
) -> SchoolBunching:
    """``school_bunching`` on counts by score from 0: (work, own, reference, cut-offs) each."""
    rows, pmfs, powered = [], [], []
    total = 0.0
    for work, own_counts, reference_counts, cuts in works:
        total += own_counts.sum()
        for cutoff in cuts:
            if cutoff < window or cutoff >= reference_counts.size:
                raise ValueError(
                    f"cut-off {cutoff} lies outside the reference scores "
                    f"{window}…{reference_counts.size - 1}"
                )
            near = slice(cutoff - window, cutoff + 1)
            own = np.zeros(window + 1)
            seen = own_counts[near]
            own[: seen.size] = seen
            against = reference_counts[near] - own * leave_out
            if against.min() < 0:
                raise ValueError(
                    f"leave_out: the reference of {work!r} has fewer pupils than the "
                    f"school near cut-off {cutoff}"
                )
            if against.sum() <= 0:
                continue
            n, k = int(own.sum()), int(own[-1])
            share = float(against[-1] / against.sum())
            pmf = window_count_pmf(n, against, reference_error)
            lifted = share + target_share * (1 - share)
            pmfs.append(pmf)
            powered.append(binomial_pmf(n, lifted))
            rows.append((work, cutoff, n, k, share, n * share, float(pmf[k:].sum())))
    return _pooled(rows, pmfs, powered, int(total), alpha, min_power, level)


def dense_counts(reference: ScoreCounts) -> FloatArray:
    """Reference counts as an array indexed by score from 0."""
    if reference.scores[0] < 0:
        raise ValueError(f"scores must not be negative, found {reference.scores[0]}")
    dense = np.zeros(int(reference.scores[-1]) + 1)
    dense[reference.scores] = reference.counts
    return dense


def _as_works(
    scores: Any, reference: Any, cutoffs: Any
) -> dict[Any, tuple[Any, Any, NDArray[np.int64]]]:
    if not isinstance(scores, Mapping):
        scores, reference, cutoffs = {ONE_WORK: scores}, {ONE_WORK: reference}, {ONE_WORK: cutoffs}
    if not isinstance(cutoffs, Mapping):
        cutoffs = dict.fromkeys(scores, cutoffs)
    if not isinstance(reference, Mapping):
        raise ValueError("scores name several works: reference must be a mapping work → counts")
    lacking = [w for w in scores if w not in reference or w not in cutoffs]
    if lacking:
        raise ValueError(f"no reference or cut-offs for works {lacking}")
    return {
        work: (
            values,
            as_score_counts(reference[work]),
            np.unique(np.atleast_1d(np.asarray(cutoffs[work], dtype=np.int64))),
        )
        for work, values in scores.items()
    }


def _pooled(
    rows: list[tuple[Any, ...]],
    pmfs: list[FloatArray],
    powered: list[FloatArray],
    total: int,
    alpha: float,
    min_power: float,
    level: float,
) -> SchoolBunching:
    cells = pd.DataFrame(rows, columns=list(CELL_COLUMNS))
    n, k = sum(row[2] for row in rows), sum(row[3] for row in rows)
    expected = float(sum(row[5] for row in rows))
    upper = convolve(pmfs)[::-1].cumsum()[::-1]
    reach = np.flatnonzero(upper <= alpha)
    power = float(convolve(powered)[reach[0] :].sum()) if reach.size else 0.0
    below = n - expected
    low, high = clopper_pearson(k, n, level) if n else (np.nan, np.nan)
    share, ci_low, ci_high = (
        float(np.clip((value * n - expected) / below, 0, 1)) if below > 0 else np.nan
        for value in (k / n if n else np.nan, low, high)
    )
    return SchoolBunching(
        cells,
        total,
        n,
        k,
        expected,
        share,
        ci_low,
        ci_high,
        float(min(1.0, upper[k])),
        power,
        "ok" if power >= min_power else "not_enough_data",
    )
