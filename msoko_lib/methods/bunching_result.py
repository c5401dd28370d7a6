"""What the municipal bunching test returns."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd


@dataclass(frozen=True)
class ShareMoved:
    """What ``share_moved`` found.

    Attributes
    ----------
    table : DataFrame
        One row per cut-off: ``cutoff``; ``observed`` and ``expected`` pupils exactly on it;
        ``moved`` pupils; ``share_moved`` of those expected just below; ``ci_low``, ``ci_high``;
        ``standard_error`` (bootstrap, sampling only); ``misfit`` of that cut-off;
        ``z`` and one-sided ``p_value`` judged
        against the placebo windows; ``q_value`` (Benjamini–Hochberg over the cut-offs);
        ``missing_below``: pupils missing just below the cut-off against the smooth curve, less
        those missing just above (a habit takes from both sides, or from nowhere near);
        ``round_unchecked``: the cut-off is a multiple of five and there is no other one to compare
        it with, so a liking for round scores cannot be told from it; ``p_unadjusted`` of the plain
        test without heaping terms and placebos; ``verdict``
        ("threshold"; "heaping": a step, but no larger than steps elsewhere or with too few pupils
        missing below it, so a habit, a comb or a rough curve explains it; "none";
        "not_enough_data").
    counterfactual : DataFrame
        ``score``, ``count``, ``smooth`` (before rescaling), ``expected`` (rescaled inside the
        windows), ``in_window``.
    pooled : dict
        ``moved``, ``share_moved``, ``ci_low``, ``ci_high``, ``p_value`` over all cut-offs.
    n : int
        Pupils.
    misfit : float
        How much wider the placebo windows scatter than chance alone explains (1 = not at all).
    placebo_windows : int
        Windows away from the cut-offs that ``misfit`` rests on.
    period : int
        Period of the heaping terms used, 0 for none.
    degree : int
        Degree of the polynomial used.
    missing, unattainable : int
        Input cells left out and scores nobody can get.
    """

    table: pd.DataFrame
    counterfactual: pd.DataFrame
    pooled: dict[str, float]
    n: int
    misfit: float
    placebo_windows: int
    period: int
    degree: int
    missing: int = 0
    unattainable: int = 0
    level: float = 0.95
    draws: int = field(default=500, repr=False)

    def to_frame(self) -> pd.DataFrame:
        """One row per cut-off."""
        return self.table.copy()

    @property
    def flagged(self) -> bool:
        """Whether any cut-off carries the verdict "threshold"."""
        return bool((self.table["verdict"] == "threshold").any())
