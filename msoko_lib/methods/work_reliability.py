"""Reliability of a work: Cronbach's alpha, its interval, the standard error of measurement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods.score_matrix import complete_pupils, score_matrix


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

    References
    ----------
    Crocker & Algina (1986), Introduction to Classical and Modern Test Theory, ch. 7.

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
    complete = complete_pupils(frame)
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
        error = float(np.sqrt(total_variance * max(1 - value, 0.0)))
    return Reliability(value, low, high, error, pupils, tasks, len(frame) - pupils)


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

    References
    ----------
    Sinharay (2010), J. Educational Measurement 47:150–174 (subscores are rarely worth reporting).

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
        complete = int(part.notna().all(axis=1).sum())
        found = reliability(part) if len(tasks) > 1 and complete > 1 else None
        rows.append(
            {
                "skill": skill,
                "tasks": len(tasks),
                "n": complete,
                "alpha": found.alpha if found else np.nan,
                "ci_low": found.ci_low if found else np.nan,
                "ci_high": found.ci_high if found else np.nan,
                "sem": found.sem if found else np.nan,
            }
        )
    table = pd.DataFrame(rows).set_index("skill")
    table["is_claim_allowed"] = (table["tasks"] >= min_tasks) & (table["alpha"] >= min_alpha)
    return table
