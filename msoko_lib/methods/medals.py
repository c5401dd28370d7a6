"""Medals that the exams did not confirm."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods.intervals import clopper_pearson

FEWEST_MEDALLISTS = 5


def medal_confirmation(unconfirmed: Any, medallists: Any, level: float = 0.95) -> pd.DataFrame:
    """Index of medals not confirmed by the exams, with its exact interval.

    Formula: ``index = x / m``, Clopper–Pearson interval. Below 5 medallists no index is formed:
    the list is for internal use.

    Parameters
    ----------
    unconfirmed : int or array-like
        x, medallists (or candidates) whose exam results lie below the bar.
    medallists : int or array-like
        m, medallists or candidates.
    level : float

    Returns
    -------
    DataFrame
        ``unconfirmed, medallists, index, ci_low, ci_high, status`` ("ok", "internal_only" below 5,
        "no_data" at 0 or missing).

    Raises
    ------
    ValueError
        When x exceeds m or either is negative.

    Examples
    --------
    >>> medal_confirmation([2, 1], [8, 3]).status.tolist()
    ['ok', 'internal_only']
    """
    x, m = np.broadcast_arrays(
        *(np.atleast_1d(np.asarray(v, dtype=float)) for v in (unconfirmed, medallists))
    )
    low, high = clopper_pearson(x, m, level)
    enough = m >= FEWEST_MEDALLISTS
    known = np.isfinite(x) & (m > 0)
    status = np.where(~known, "no_data", np.where(enough, "ok", "internal_only"))
    share = np.divide(x, m, out=np.full(x.shape, np.nan), where=enough & known)
    return pd.DataFrame(
        {
            "unconfirmed": x,
            "medallists": m,
            "index": share,
            "ci_low": np.where(enough, low, np.nan),
            "ci_high": np.where(enough, high, np.nan),
            "status": status,
        }
    )
