"""The rule by which organisations were chosen for a measure: its score, and whether it was kept.

A rule is an indicator and a cutoff: every organisation whose value of the year before was no
better than the cutoff is chosen. Only then does the score carry all of the regression to the mean.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from msoko_lib.methods.rounding import half_up


@dataclass(frozen=True)
class Rule:
    """How the indicator of a rule is read.

    Parameters
    ----------
    scale : float
        From the unit of computation to the unit people write: 100 for shares.
    better : int
        1 if more is better, -1 if less is.
    """

    scale: float
    better: int


def rule_score(values: pd.DataFrame, indicator_id: str, year: str, rule: Rule) -> pd.Series:
    """Value of the rule's indicator for each organisation in a year, as the office reads it.

    Works and subjects are averaged by participants; one digit after the comma, as printed: a
    cutoff of 47,3 must hold for whoever read 47,3.

    Examples
    --------
    >>> rows = pd.DataFrame({"indicator_id": "X", "level": "school", "year": "2023-2024",
    ...     "unit_id": ["a", "a", "b"], "value": [0.4, 0.6, 0.7], "n": [30, 10, 20]})
    >>> rule_score(rows, "X", "2023-2024", Rule(100, 1)).to_dict()
    {'a': 45.0, 'b': 70.0}
    """
    rows = values[
        (values["indicator_id"] == indicator_id)
        & (values["level"] == "school")
        & (values["year"] == year)
        & values["value"].notna()
    ]
    n = rows["n"].astype("float64").fillna(1.0).clip(lower=1.0)
    total = (rows["value"].astype("float64") * n).groupby(rows["unit_id"]).sum()
    mean = rule.scale * total / n.groupby(rows["unit_id"]).sum()
    mean.index.name = None
    return mean.map(lambda value: half_up(value, 1))


def follows(
    score: pd.Series,
    cutoff: float,
    treated: Collection[str],
    others: Collection[str],
    rule: Rule,
) -> bool:
    """Whether exactly those no better than the cutoff were chosen.

    An organisation without a score is no breach: it is left out of the comparison.

    Examples
    --------
    >>> score = pd.Series({"a": 45.0, "b": 70.0, "c": 50.0})
    >>> follows(score, 50, ["a", "c"], ["b"], Rule(100, 1))
    True
    >>> follows(score, 50, ["a"], ["b", "c"], Rule(100, 1))
    False
    """
    known = score.reindex([*treated, *others]).dropna()
    if known.empty:
        return False
    chosen = rule.better * known.to_numpy() <= rule.better * cutoff
    given = known.index.isin(list(treated))
    return bool(np.array_equal(chosen, given))
