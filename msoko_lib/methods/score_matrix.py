"""Reading a pupil × task score matrix once, with one sentence for every way it can be wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd


def score_matrix(scores: Any) -> pd.DataFrame:
    """Pupil × task scores as a float frame.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points; a missing value means the pupil was not shown the task or did not sit it.

    Returns
    -------
    DataFrame of float, one row = one pupil, one column = one task.

    Raises
    ------
    ValueError
        If the input is not two-dimensional, is empty, is not numeric or has a negative score.

    Examples
    --------
    >>> score_matrix([[1, 0], [1, None]]).shape
    (2, 2)
    """
    frame = scores if isinstance(scores, pd.DataFrame) else pd.DataFrame(np.asarray(scores, object))
    if frame.shape[0] == 0 or frame.shape[1] == 0:
        raise ValueError(f"expected a pupil × task table, found shape {frame.shape}")
    if not frame.columns.is_unique:
        repeated = list(frame.columns[frame.columns.duplicated()].unique())
        raise ValueError(f"task names repeat: {repeated}")
    try:
        numeric = frame.astype(float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"scores must be numbers or missing: {error}") from error
    if np.isinf(numeric.to_numpy()).any():
        raise ValueError("scores must be finite or missing, found infinity")
    lowest = numeric.min().min()
    if lowest < 0:
        raise ValueError(f"scores must not be negative, found {lowest:g}")
    return numeric


def maximum_scores(
    scores: pd.DataFrame, max_scores: float | Sequence[float] | Mapping[Any, float] | None
) -> pd.Series:
    """Maximum points of each task, checked against the scores.

    The maximum is never guessed from the data: a task that nobody solved fully would look easier
    than it is. Only a table of nothing but 0 and 1 may come without maxima.

    Parameters
    ----------
    scores : DataFrame
        What `score_matrix` returned.
    max_scores : number, sequence, mapping task → points, or None
        None is allowed only when every score is 0 or 1.

    Returns
    -------
    Series of float indexed by task.

    Raises
    ------
    ValueError
        If maxima are missing, not positive, or lower than a score found.

    Examples
    --------
    >>> maximum_scores(score_matrix([[1, 0], [1, 1]]), None).tolist()
    [1.0, 1.0]
    """
    if max_scores is None:
        values = scores.to_numpy()
        if not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
            raise ValueError("scores above 1 found: give max_scores, the maximum of each task")
        maxima = pd.Series(1.0, index=scores.columns)
    elif isinstance(max_scores, (Mapping, pd.Series)):
        maxima = pd.Series(dict(max_scores), dtype=float).reindex(scores.columns)
    elif np.ndim(max_scores) == 0:
        maxima = pd.Series(float(max_scores), index=scores.columns)  # type: ignore[arg-type]
    else:
        listed = np.asarray(max_scores, float)
        if listed.size != scores.shape[1]:
            raise ValueError(f"{listed.size} maxima given for {scores.shape[1]} tasks")
        maxima = pd.Series(listed, index=scores.columns)
    missing = list(maxima.index[maxima.isna()])
    if missing:
        raise ValueError(f"no maximum given for tasks {missing}")
    if (maxima <= 0).any():
        raise ValueError(f"maxima must be positive, found {maxima[maxima <= 0].to_dict()}")
    above = scores.max() > maxima + 1e-9
    if above.any():
        raise ValueError(f"scores above the maximum in tasks {list(scores.columns[above])}")
    return maxima


def complete_pupils(scores: Any) -> pd.DataFrame:
    """Rows without a missing score; correlations need at least 2 pupils and 2 tasks.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points.

    Returns
    -------
    DataFrame of float.

    Raises
    ------
    ValueError
        If fewer than 2 complete pupils or 2 tasks are left.

    Examples
    --------
    >>> complete_pupils([[1, 0], [1, None], [0, 1]]).shape
    (2, 2)
    """
    complete = score_matrix(scores).dropna()
    if complete.shape[0] < 2 or complete.shape[1] < 2:
        raise ValueError(
            "expected at least 2 pupils with all scores and 2 tasks, "
            f"found {complete.shape[0]} pupils and {complete.shape[1]} tasks"
        )
    return complete
