"""Classical analysis of tasks: difficulty, discrimination, reliability.

Everything about tasks can be imported from here; the parts live in `deficits` (a group against a
reference), `task_gaps` (specific gap or general weakness) and `irt` (Rasch and 2PL).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods.deficits import deficits, task_rates
from msoko_lib.methods.irt import IrtFit, fit_irt
from msoko_lib.methods.score_matrix import maximum_scores, score_matrix
from msoko_lib.methods.task_gaps import (
    MantelHaenszel,
    mantel_haenszel,
    mantel_haenszel_tables,
    specific_gaps,
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


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha of one work with what is needed to read it.

    Attributes
    ----------
    alpha : float
        Share of the total score's variance that is not task error; NaN when nobody differs.
    ci_low, ci_high : float
        Feldt interval of alpha.
    sem : float
        Standard error of measurement, in primary points.
    n : int
        Pupils with a score in every task.
    tasks : int
        Number of tasks.
    dropped : int
        Pupils left out because a task score is missing.
    """

    alpha: float
    ci_low: float
    ci_high: float
    sem: float
    n: int
    tasks: int
    dropped: int


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
    complete = _complete_pupils(scores)
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
    complete = _complete_pupils(scores)
    maxima = maximum_scores(complete, max_scores)
    total = complete.sum(axis=1).to_numpy()
    size = max(1, round(share * total.size))
    upper = _tail_weights(total, size)
    lower = _tail_weights(-total, size)
    difference = (upper - lower) @ complete.to_numpy() / size
    return pd.Series(difference, index=complete.columns) / maxima


def alpha(scores: Any) -> float:
    r"""Cronbach's alpha, :math:`\alpha=\frac{K}{K-1}\left(1-\sum_k s_k^2/s_T^2\right)`.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points. Pupils with any missing score are left out.

    Returns
    -------
    float; NaN when all complete pupils have the same total.

    Raises
    ------
    ValueError
        If there are fewer than 2 tasks or 2 complete pupils.

    References
    ----------
    Cronbach (1951), Psychometrika 16:297–334.

    Examples
    --------
    >>> round(alpha([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]), 3)
    0.75
    """
    return reliability(scores).alpha


def sem(scores: Any) -> float:
    r"""Standard error of measurement :math:`s_T\sqrt{1-\alpha}`, in primary points.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points. Pupils with any missing score are left out.

    Returns
    -------
    float, points of the total score; NaN when alpha is not defined.

    Raises
    ------
    ValueError
        As in `alpha`.

    Examples
    --------
    >>> round(sem([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]), 3)
    0.645
    """
    return reliability(scores).sem


def reliability(scores: Any, level: float = 0.95) -> Reliability:
    r"""Alpha with its Feldt interval and the standard error of measurement.

    .. math:: 1-(1-\hat\alpha)\,F_{(1\pm level)/2}\bigl(n-1,\,(n-1)(K-1)\bigr)

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points. Pupils with any missing score are left out and counted in `dropped`.
    level : float
        Coverage of the interval.

    Returns
    -------
    Reliability

    Raises
    ------
    ValueError
        If there are fewer than 2 tasks or 2 complete pupils.

    References
    ----------
    Feldt (1965), Psychometrika 30:357–370.

    Examples
    --------
    >>> reliability([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, None]]).dropped
    1
    """
    frame = score_matrix(scores)
    complete = _complete_pupils(frame)
    pupils, tasks = complete.shape
    total_variance = float(complete.sum(axis=1).var(ddof=1))
    if total_variance == 0:
        value = low = high = error = float("nan")
    else:
        task_variance = float(complete.var(ddof=1).sum())
        value = tasks / (tasks - 1) * (1 - task_variance / total_variance)
        degrees = (pupils - 1, (pupils - 1) * (tasks - 1))
        low, high = (
            1 - (1 - value) * float(stats.f.ppf((1 + side * level) / 2, *degrees))
            for side in (1, -1)
        )
        error = float(np.sqrt(total_variance * (1 - value)))
    return Reliability(value, low, high, error, pupils, tasks, len(frame) - pupils)


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
    [0.667, 0.5, 0.667]
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


def skill_reliability(
    scores: Any, skill_of_task: Mapping[Any, Any], min_tasks: int = 4, min_alpha: float = 0.6
) -> pd.DataFrame:
    """Whether each skill (a subset of tasks) is measured well enough to be spoken about.

    Parameters
    ----------
    scores : DataFrame or array-like, shape (pupils, tasks)
        Primary points.
    skill_of_task : mapping task → skill
        Tasks without a skill are left out.
    min_tasks : int
        Fewest tasks for a claim about the skill.
    min_alpha : float
        Lowest alpha for a claim about the skill; a declared convention, not a law.

    Returns
    -------
    DataFrame, one row = one skill: ``tasks``, ``n``, ``alpha``, ``ci_low``, ``ci_high``, ``sem``,
    ``is_claim_allowed``.

    Raises
    ------
    ValueError
        If no task of the table has a skill.

    Examples
    --------
    >>> data = [[1, 1, 1, 0], [1, 1, 0, 0], [1, 0, 0, 1], [0, 0, 0, 0]]
    >>> skill_reliability(data, {0: "reading", 1: "reading", 2: "reading"})["tasks"].tolist()
    [3]
    """
    frame = score_matrix(scores)
    skills = pd.Series({task: skill_of_task.get(task) for task in frame.columns}).dropna()
    if skills.empty:
        raise ValueError("no task of the table has a skill in skill_of_task")
    rows = []
    for skill, tasks in skills.groupby(skills).groups.items():
        part = frame[list(tasks)]
        found = reliability(part) if len(tasks) > 1 else None
        rows.append(
            {
                "skill": skill,
                "tasks": len(tasks),
                "n": found.n if found else int(part.notna().all(axis=1).sum()),
                "alpha": found.alpha if found else np.nan,
                "ci_low": found.ci_low if found else np.nan,
                "ci_high": found.ci_high if found else np.nan,
                "sem": found.sem if found else np.nan,
            }
        )
    table = pd.DataFrame(rows).set_index("skill")
    table["is_claim_allowed"] = (table["tasks"] >= min_tasks) & (table["alpha"] >= min_alpha)
    return table


def _complete_pupils(scores: Any) -> pd.DataFrame:
    """Rows without a missing score; at least 2 pupils and 2 tasks are needed to correlate."""
    complete = score_matrix(scores).dropna()
    if complete.shape[0] < 2 or complete.shape[1] < 2:
        raise ValueError(
            "expected at least 2 pupils with all scores and 2 tasks, "
            f"found {complete.shape[0]} pupils and {complete.shape[1]} tasks"
        )
    return complete


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
