"""All schools of a municipality or region at the mark cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from msoko_lib.methods.bunching_school import ONE_WORK, compare_counts, dense_counts
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.methods.score_counts import FloatArray, as_score_counts, count_scores

FIELDS = (
    "n",
    "n_window",
    "at_cutoff",
    "expected",
    "share_moved",
    "ci_low",
    "ci_high",
    "p_value",
    "power",
    "status",
)


def bunching_by_school(
    frame: pd.DataFrame,
    cutoffs: Any,
    reference: Any = None,
    window: int = 2,
    *,
    alpha: float = 0.05,
    target_share: float = 0.40,
    min_power: float = 0.80,
) -> pd.DataFrame:
    """``school_bunching`` for every school, with the false discovery rate over schools.

    Parameters
    ----------
    frame : DataFrame
        One row per pupil × work with ``school``, ``score`` and, for several works, ``work``. Rows
        without a school or score are left out (their number is in ``result.attrs["dropped"]``).
    cutoffs : sequence of int, or mapping work → sequence of int
    reference : counts by score, or mapping work → counts, optional
        Without it every school is compared with all the others (leave-one-out), allowing for the
        finite size of that reference.
    window, alpha, target_share, min_power
        As in ``school_bunching``; ``alpha`` is also the false discovery rate.

    Returns
    -------
    DataFrame
        One row per school: ``school, n, n_window, at_cutoff, expected, share_moved, ci_low,
        ci_high, p_value, q_value, power, status, flagged``. Schools without enough data are not
        tested and not counted in the family.

    Examples
    --------
    >>> rows = [("a", s) for s in [12, 13, 14] * 30] + [("b", 14)] * 30 + [("b", 13)] * 5
    >>> bunching_by_school(pd.DataFrame(rows, columns=["school", "score"]), [14]).flagged.tolist()
    [False, True]
    """
    lacking = {"school", "score"} - set(frame.columns)
    if lacking:
        raise ValueError(f"frame lacks the columns {sorted(lacking)}")
    work = frame["work"] if "work" in frame else pd.Series(ONE_WORK, index=frame.index)
    full = frame.assign(work=work)[["school", "work", "score"]]
    known = full.dropna()
    labels = list(pd.unique(known["work"]))
    cuts = cutoffs if isinstance(cutoffs, Mapping) else dict.fromkeys(labels, cutoffs)
    own_pool = reference is None
    if not own_pool and not _is_by_work(reference, labels):
        reference = dict.fromkeys(labels, reference)
    codes, schools = pd.factorize(known["school"], sort=True)
    works = []
    for label in labels:
        here = (known["work"] == label).to_numpy()
        cut = np.unique(np.atleast_1d(np.asarray(cuts[label], dtype=np.int64)))
        own = _counts_by_school(codes[here], known.loc[here, "score"], len(schools), int(cut.max()))
        against = own.sum(axis=0) if own_pool else dense_counts(as_score_counts(reference[label]))
        works.append((label, own, against, cut))
    rows = []
    for j, school in enumerate(schools):
        found = compare_counts(
            [(label, own[j], against, cut) for label, own, against, cut in works if own[j].any()],
            window,
            leave_out=own_pool,
            reference_error=own_pool,
            alpha=alpha,
            target_share=target_share,
            min_power=min_power,
            level=0.95,
        )
        rows.append((school, *(getattr(found, name) for name in FIELDS)))
    table = pd.DataFrame(rows, columns=["school", *FIELDS])
    tested = table["p_value"].where(table["status"] == "ok").to_numpy(float)
    adjusted = benjamini_hochberg(tested, alpha=alpha)
    table.insert(9, "q_value", adjusted.q)
    table["flagged"] = adjusted.rejected
    table.attrs["dropped"] = len(full) - len(known)
    return table


def _counts_by_school(
    codes: NDArray[np.int64], scores: pd.Series, schools: int, highest: int
) -> FloatArray:
    """Table of counts, schools × scores from 0 to at least ``highest``."""
    top = max(count_scores(scores).index[-1], highest) + 1
    cell = codes * top + scores.to_numpy(dtype=float).astype(np.int64)
    return np.bincount(cell, minlength=schools * top).reshape(schools, top).astype(float)


def _is_by_work(reference: Any, works: list[Any]) -> bool:
    named = isinstance(reference, Mapping) and all(w in reference for w in works)
    return named and not any(np.isscalar(reference[w]) for w in works)
