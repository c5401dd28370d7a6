"""Does a condition hold for a fact, and how sure is that?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.recommendations.rules import Condition

# Grades of evidence, from the surest.
COMPLETE = "полный учёт"
ESTABLISHED = "установлено"
POSSIBLE = "возможно"
FEW = "данных недостаточно"
GRADES = (COMPLETE, ESTABLISHED, POSSIBLE, FEW)
FALSE_DISCOVERY_RATE = 0.05
Z_95 = 1.959964


def judge(facts: pd.DataFrame, condition: Condition, family: pd.Series | None = None) -> pd.Series:
    """Evidence that a condition holds, fact by fact.

    Parameters
    ----------
    facts : DataFrame
        Rows of one fact (:data:`msoko_lib.recommendations.facts.FACT_COLUMNS`), or of several with
        their families.
    condition : Condition
    family : Series, optional
        Label of the family of each row; by default all rows are one.

    Returns
    -------
    Series of str
        A grade of evidence where the condition holds, empty where it does not.
    """
    grade = _grade(facts, condition, family)
    if condition.sure:
        grade = grade.where(grade.isin([COMPLETE, ESTABLISHED]), "")
    return grade


def _grade(facts: pd.DataFrame, condition: Condition, family: pd.Series | None) -> pd.Series:
    test = condition.test
    if test == "нет данных":
        return _where(facts["status"] == "no_data", FEW, facts)
    if test == "мало данных":
        return _where(facts["status"] == "not_enough", FEW, facts)
    known = facts["status"] == "ok"
    if test == "есть":
        return _where(known, COMPLETE, facts)
    if test in ("отмечено", "не отмечено"):
        # A subsystem has judged already: its state carries the correction for many comparisons.
        possible = facts["state"].eq("possible")
        is_noted = facts["state"].eq("attention") | possible
        wanted = known & (is_noted == (test == "отмечено"))
        grade = _where(wanted, ESTABLISHED, facts)
        return grade.mask(wanted & facts["complete"], COMPLETE).mask(wanted & possible, POSSIBLE)
    if test in ("ухудшилось", "улучшилось"):
        direction = -1 if test == "ухудшилось" else 1
        return _against_last_year(facts, condition, direction, family)
    if condition.below is not None or condition.above is not None:
        limit = condition.below if condition.below is not None else condition.above
        side = -1.0 if condition.below is not None else 1.0
        bound = pd.Series(float(limit or 0.0), index=facts.index) / facts["scale"]
        return _beyond(facts, bound, pd.Series(side, index=facts.index), condition.by, family)
    bound = facts["target"] if "ориентира" in str(test) else facts["reference"]
    worse = test in ("хуже ориентира", "хуже сравнения")
    side = facts["better"] * (-1.0 if worse else 1.0)
    if test == "не хуже ориентира":
        # Reaching the target exactly is enough.
        bound = bound - 1e-9 * facts["better"]
    return _beyond(facts, bound, side, condition.by, family)


def _beyond(
    facts: pd.DataFrame, bound: pd.Series, side: pd.Series, by: float, family: pd.Series | None
) -> pd.Series:
    """Grade where the value lies beyond a bound on a side (+1 above, -1 below) by a distance."""
    distance = (facts["value"] - bound) * side * facts["scale"]
    holds = (facts["status"] == "ok") & (side != 0) & (distance > max(by, 1e-9))
    return _graded(facts, holds, _p_beyond(facts, bound, side), family)


def _against_last_year(
    facts: pd.DataFrame, condition: Condition, direction: int, family: pd.Series | None
) -> pd.Series:
    """Change for the better or the worse since last year."""
    change = (facts["value"] - facts["previous"]) * facts["better"] * direction
    holds = (
        (facts["status"] == "ok")
        & facts["previous"].notna()
        & (facts["better"] != 0)
        & (change * facts["scale"] > max(condition.by, 1e-9))
    )
    return _graded(facts, holds, _p_change(facts), family)


def _graded(
    facts: pd.DataFrame, holds: pd.Series, p: np.ndarray, family: pd.Series | None
) -> pd.Series:
    """Complete counts are facts; else chance must be ruled out among all units of the family.

    One family is one fact, all units and works of the year: Benjamini–Hochberg at 5 %.
    """
    tested = np.where(facts["status"] == "ok", p, np.nan)
    sure = np.zeros(len(facts), dtype=bool)
    if np.isfinite(tested).any():
        sure = benjamini_hochberg(tested, family).q <= FALSE_DISCOVERY_RATE
    grade = np.select([facts["complete"], sure], [COMPLETE, ESTABLISHED], POSSIBLE)
    return pd.Series(np.where(holds, grade, ""), index=facts.index)


def _p_beyond(facts: pd.DataFrame, bound: pd.Series, side: pd.Series) -> np.ndarray:
    """One-sided probability of a value at least so far beyond the bound.

    Exact binomial where the value is a share of counted people, from the interval elsewhere.
    """
    limit = bound.to_numpy(dtype=float)
    above = side.to_numpy(dtype=float) > 0
    error = (facts["ci_high"] - facts["ci_low"]).to_numpy(dtype=float) / (2 * Z_95)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (facts["value"].to_numpy(dtype=float) - limit) / np.where(error > 0, error, np.nan)
    p = stats.norm.sf(np.where(above, z, -z))
    counted = _is_share_of_counts(facts, "numerator", "denominator", "value")
    counted &= (limit >= 0) & (limit <= 1)
    if counted.any():
        x = facts.loc[counted, "numerator"].to_numpy(dtype=float)
        n = facts.loc[counted, "denominator"].to_numpy(dtype=float)
        share = limit[counted]
        exact = np.where(
            above[counted], stats.binom.sf(x - 1, n, share), stats.binom.cdf(x, n, share)
        )
        p[counted] = exact
    return p


def _p_change(facts: pd.DataFrame) -> np.ndarray:
    """Two-sided probability that two shares of counted people differ so much by chance."""
    p = np.full(len(facts), np.nan)
    counted = _is_share_of_counts(facts, "numerator", "denominator", "value")
    counted &= _is_share_of_counts(facts, "previous_numerator", "previous_denominator", "previous")
    if not counted.any():
        return p
    x1, n1, x0, n0 = (
        facts.loc[counted, name].to_numpy(dtype=float)
        for name in ("numerator", "denominator", "previous_numerator", "previous_denominator")
    )
    pooled = (x1 + x0) / (n1 + n0)
    # Yates: small schools must not be sure of a change of one pupil.
    distance = np.maximum(np.abs(x1 / n1 - x0 / n0) - (1 / n1 + 1 / n0) / 2, 0)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n0))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(error > 0, distance / error, 0)
    p[counted] = 2 * stats.norm.sf(z)
    return p


def _is_share_of_counts(facts: pd.DataFrame, top: str, bottom: str, value: str) -> np.ndarray:
    x, n = facts[top].to_numpy(dtype=float), facts[bottom].to_numpy(dtype=float)
    share = facts[value].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        fits = np.abs(x / n - share) < 1e-6
    return (n > 0) & (x >= 0) & (x <= n) & (x % 1 == 0) & (n % 1 == 0) & fits


def _where(mask: pd.Series, grade: str, facts: pd.DataFrame) -> pd.Series:
    return pd.Series(np.where(mask, grade, ""), index=facts.index)
