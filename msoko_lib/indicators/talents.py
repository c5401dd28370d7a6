"""Indicators of the olympiad (ТЛ-01…ТЛ-06, ТЛ-16)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.values import UNIT, VALUES, shares, statistics

DIPLOMAS = ("победитель", "призёр")
SCHOOL_STAGE_GRADES = range(4, 12)
MUNICIPAL_STAGE_GRADES = range(7, 12)


def _stage(inputs: Inputs, stage: str) -> pd.DataFrame:
    results = inputs.table("olympiad_results")
    return results[results["stage"] == stage]


def _coverage(inputs: Inputs, stage: str, grades: Iterable[int]) -> pd.DataFrame:
    results = _stage(inputs, stage)
    if results.empty:
        # No protocol of the stage was given: that nobody took part is not known.
        return pd.DataFrame(columns=[*UNIT, *VALUES])
    results = results[results["grade"].isin(list(grades))]
    unique = results.groupby("school_id")["pupil_id"].nunique()
    enrolment = inputs.table("enrolment")
    pupils = enrolment[enrolment["grade"].isin(list(grades))]
    counts = pupils.groupby("school_id")["pupils_n"].sum().rename("denominator").reset_index()
    counts = counts.assign(
        numerator=counts["school_id"].map(unique).fillna(0).astype("int64"),
        denominator=counts["denominator"].astype("int64"),
    )
    # More participants than pupils: the two sources disagree, and a share over 1 says nothing.
    return shares(counts[counts["numerator"] <= counts["denominator"]], inputs, [])


def school_stage_coverage(inputs: Inputs) -> pd.DataFrame:
    """ТЛ-01: unique participants of the school stage over pupils of grades 4–11."""
    return _coverage(inputs, "school", SCHOOL_STAGE_GRADES)


def municipal_stage_coverage(inputs: Inputs) -> pd.DataFrame:
    """ТЛ-02: unique participants of the municipal stage over pupils of grades 7–11."""
    return _coverage(inputs, "municipal", MUNICIPAL_STAGE_GRADES)


def municipal_stage_success(inputs: Inputs) -> pd.DataFrame:
    """ТЛ-03: diplomas over participations in the municipal stage."""
    return shares(_diplomas(_stage(inputs, "municipal")), inputs, [])


def regional_participants(inputs: Inputs) -> pd.DataFrame:
    """ТЛ-04: pupils who took part in the regional stage."""
    results = _stage(inputs, "regional")
    people = inputs.by_level(results).groupby(UNIT, sort=True)["pupil_id"].nunique().reset_index()
    number = people["pupil_id"].astype("float64")
    return people[UNIT].assign(
        value=number, numerator=number, denominator=np.nan, n=number, ci_low=np.nan, ci_high=np.nan
    )


def regional_success(inputs: Inputs) -> pd.DataFrame:
    """ТЛ-16: diplomas over participations in the regional stage."""
    return shares(_diplomas(_stage(inputs, "regional")), inputs, [])


def schools_with_diplomas(inputs: Inputs) -> pd.DataFrame:
    """ТЛ-05: share of schools with a diploma of the municipal stage."""
    results = _stage(inputs, "municipal")
    if results.empty:
        return pd.DataFrame(columns=[*UNIT, *VALUES])
    winners = set(results[results["status"].isin(DIPLOMAS)]["school_id"])
    schools = inputs.schools[inputs.schools["unit_kind"] == "school"][["school_id"]]
    hit = schools["school_id"].isin(winners).astype("int64")
    return shares(schools.assign(numerator=hit, denominator=1), inputs, [])


def stage_pairs(inputs: Inputs) -> pd.DataFrame:
    """Share of the maximum in the school and municipal stages, same pupil and subject."""
    key = ["school_id", "pupil_id", "subject"]
    stages = []
    for stage in ("school", "municipal"):
        results = _stage(inputs, stage)
        results = results[results["max_score"] > 0]
        rate = (results["score"] / results["max_score"]).rename(stage)
        best = pd.concat([results[key], rate], axis=1).groupby(key)[stage].max()
        stages.append(best)
    return pd.concat(stages, axis=1, join="inner").reset_index()


def stage_gap(inputs: Inputs) -> pd.DataFrame:
    """ТЛ-06: median of the municipal stage minus median of the school stage, same pupils."""
    return statistics(stage_pairs(inputs), inputs, [], ["school", "municipal"], _median_gap)


def _median_gap(school: np.ndarray, municipal: np.ndarray) -> np.ndarray:
    return np.median(municipal, axis=1) - np.median(school, axis=1)


def _diplomas(results: pd.DataFrame) -> pd.DataFrame:
    hit = results["status"].isin(DIPLOMAS).astype("int64")
    return results.assign(numerator=hit, denominator=1)
