"""Classical analysis of tasks: difficulty and discrimination.

Everything about tasks can be imported from here; the parts live in `work_reliability` (alpha,
SEM), `deficits` (a group against a reference), `task_gaps` (specific gap or general weakness) and
`irt` (Rasch, 2PL).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods.deficits import deficits, task_rates
from msoko_lib.methods.irt import IrtFit, fit_irt
from msoko_lib.methods.score_matrix import complete_pupils, maximum_scores, score_matrix
from msoko_lib.methods.task_gaps import (
    MantelHaenszel,
    mantel_haenszel,
    mantel_haenszel_tables,
    specific_gaps,
)
from msoko_lib.methods.work_reliability import (
    Reliability,
    alpha,
    reliability,
    sem,
    skill_reliability,
)

__all__ = [
    "IrtFit",
    "MantelHaenszel",
    "Reliability",
    "alpha",
    "deficits",
    "difficulty",
    "discrimination",
    "fit_irt",
    "mantel_haenszel",
    "mantel_haenszel_tables",
    "reliability",
    "sem",
    "skill_reliability",
    "specific_gaps",
    "task_rates",
    "task_statistics",
    "upper_lower_difference",
]

MaxScores = float | Sequence[float] | Mapping[Any, float] | None


def difficulty(scores: Any, max_scores: MaxScores = None) -> pd.Series:
    r"""Difficulty of each task: mean score as a share of the maximum, :math:`p_k=\bar x_k/m_k`.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points. Missing scores are left out task by task.
    max_scores : number, sequence, mapping or None
        Maximum points; None only for 0/1 scores.

    Returns
    -------
    Series of shares 0…1 (1 = everyone solved it fully), indexed by task.

    Raises
    ------
    ValueError
        See `score_matrix` and `maximum_scores`.

    References
    ----------
    Crocker & Algina (1986), Introduction to Classical and Modern Test Theory, ch. 14.

    Examples
    --------
    >>> difficulty([[1, 0], [1, 1], [0, 0], [1, 0]]).tolist()
    [0.75, 0.25]
    """
    frame = score_matrix(scores)
    return frame.mean() / maximum_scores(frame, max_scores)


def discrimination(scores: Any) -> pd.Series:
    r"""Corrected item–rest correlation :math:`r(x_k, T-x_k)`; below .2 the task is weak.

    The task itself is taken out of the total: with few tasks the plain item–total correlation is
    high by construction.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points. Pupils with any missing score are left out.

    Returns
    -------
    Series of correlations indexed by task; NaN where the task or the rest score is constant.

    Raises
    ------
    ValueError
        If there are fewer than 2 tasks, or see `score_matrix`.

    References
    ----------
    Henrysson (1963), Psychometrika 28:211–218.

    Examples
    --------
    >>> discrimination([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]).round(3).tolist()
    [0.522, 0.707, 0.522]
    """
    complete = complete_pupils(scores)
    values = complete.to_numpy()
    rest = values.sum(axis=1, keepdims=True) - values
    return pd.Series(_column_correlations(values, rest), index=complete.columns)


def upper_lower_difference(
    scores: Any, max_scores: MaxScores = None, share: float = 0.27
) -> pd.Series:
    r"""Difference of difficulty between the strongest and the weakest pupils, :math:`D=p_U-p_L`.

    Both groups hold ``round(share·n)`` pupils (at least one), by total score; pupils tied at a
    border enter with equal fractional weight, so the answer does not depend on the row order.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points. Pupils with any missing score are left out.
    max_scores : number, sequence, mapping or None
        Maximum points; None only for 0/1 scores.
    share : float
        Share of pupils in each of the two groups, .27 by Kelley (1939).

    Returns
    -------
    Series of differences −1…1 indexed by task.

    Raises
    ------
    ValueError
        If `share` is outside (0, .5], or see `score_matrix`.

    References
    ----------
    Kelley (1939), J. Educational Psychology 30:17–24.

    Examples
    --------
    >>> upper_lower_difference([[1, 1], [1, 0], [1, 0], [0, 0]], share=0.25).tolist()
    [1.0, 1.0]
    """
    if not 0 < share <= 0.5:
        raise ValueError(f"share must be in (0, 0.5], found {share}")
    complete = complete_pupils(scores)
    maxima = maximum_scores(complete, max_scores)
    total = complete.sum(axis=1).to_numpy()
    size = max(1, round(share * total.size))
    upper = _tail_weights(total, size)
    lower = _tail_weights(-total, size)
    difference = (upper - lower) @ complete.to_numpy() / size
    return pd.Series(difference, index=complete.columns) / maxima


def task_statistics(scores: Any, max_scores: MaxScores = None) -> pd.DataFrame:
    """Classical statistics of every task in one table.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points.
    max_scores : number, sequence, mapping or None
        Maximum points; None only for 0/1 scores.

    Returns
    -------
    DataFrame, one row = one task: ``n`` (pupils with a score), ``max_score``, ``difficulty``,
    ``discrimination``, ``upper_lower_difference``, ``alpha_without_task``, ``is_weak``
    (discrimination below .2).

    Raises
    ------
    ValueError
        See `score_matrix`, `maximum_scores`, `alpha`.

    Examples
    --------
    >>> table = task_statistics([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> table["alpha_without_task"].round(3).tolist()
    [0.727, 0.5, 0.727]
    """
    frame = score_matrix(scores)
    item_rest = discrimination(frame)
    without = [
        alpha(frame.drop(columns=task)) if frame.shape[1] > 2 else float("nan")
        for task in frame.columns
    ]
    return pd.DataFrame(
        {
            "n": frame.count(),
            "max_score": maximum_scores(frame, max_scores),
            "difficulty": difficulty(frame, max_scores),
            "discrimination": item_rest,
            "upper_lower_difference": upper_lower_difference(frame, max_scores),
            "alpha_without_task": without,
            "is_weak": item_rest < 0.2,
        }
    ).rename_axis("task")


def _column_correlations(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Pearson correlation of paired columns, NaN where either is constant."""
    left = left - left.mean(axis=0)
    right = right - right.mean(axis=0)
    scale = np.sqrt((left**2).sum(axis=0) * (right**2).sum(axis=0))
    return np.divide(
        (left * right).sum(axis=0), scale, out=np.full(scale.shape, np.nan), where=scale > 1e-12
    )


def _tail_weights(total: np.ndarray, size: int) -> np.ndarray:
    """Weights summing to `size` for the highest totals, ties at the border sharing equally."""
    border = np.sort(total)[-size]
    above = total > border
    tied = total == border
    return above + tied * (size - above.sum()) / tied.sum()
