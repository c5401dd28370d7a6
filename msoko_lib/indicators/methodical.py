"""Indicators of methodical work that come from results (МР-07)."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.values import UNIT, VALUES, with_wilson
from msoko_lib.indicators.vpr import task_limits, task_rates

SKILL = [*UNIT, "subject", "grade", "skill"]
OWN = ("school", "cluster", "municipality")


def skill_states(inputs: Inputs, back: int = 0) -> pd.DataFrame:
    """Skills of each unit with ``reached`` (True at or above the sufficient level of its tasks)."""
    rates = task_rates(inputs, back)
    rates = rates[rates["skill"].notna() & rates["task_level"].notna() & rates["level"].isin(OWN)]
    limit = rates["task_level"].map(task_limits(inputs, "sufficient")).astype("float64")
    grouped = rates.assign(limit=limit).groupby(SKILL, sort=True)
    rows = grouped.agg(rate=("rate", "mean"), limit=("limit", "mean"), n=("n", "max"))
    return rows.assign(reached=rows["rate"] >= rows["limit"]).reset_index()


def deficits_closed(inputs: Inputs) -> pd.DataFrame:
    """МР-07: last year's skills below the sufficient level that have reached it, over all of them.

    The same skill in the same subject and grade: other pupils, the same teaching.
    """
    before = skill_states(inputs, back=1)
    before = before[~before["reached"]] if len(before) else before
    now = skill_states(inputs)
    both = before[SKILL].merge(now, on=SKILL) if len(before) else before
    if both.empty:
        return pd.DataFrame(columns=[*UNIT, *VALUES])
    counted = both.assign(hit=both["reached"].astype("int64")).groupby(UNIT, sort=True)
    rows = counted.agg(numerator=("hit", "sum"), denominator=("hit", "size")).reset_index()
    return with_wilson(rows)
