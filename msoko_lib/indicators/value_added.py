"""Value added from ВПР of grade 8 to ОГЭ of grade 9, by means of schools.

A pupil of ВПР cannot be found again in ОГЭ (the assumptions log says why), so cohorts are compared:
the mean of the same school's eighth grade a year earlier stands for what its ninth brought along.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.standing import earlier, oge_pupils, pooled, school_means, vpr_pupils
from msoko_lib.methods.context import predictor_budget
from msoko_lib.methods.value_added import (
    SchoolMeansFit,
    classify_effects,
    fit_school_means,
    overlap_multiplier,
    rank_intervals,
)

PRIOR_GRADE = 8
COHORTS = 2
COLUMNS = [
    "school_id", "n", "prior", "reached", "expected", "effect", "se", "low", "high", "bar_low",
    "bar_high", "rank_low", "rank_high", "ranked_n", "evidence",
]  # fmt: skip


@dataclass(frozen=True)
class ValueAdded:
    """Value added of the schools.

    Attributes
    ----------
    schools : DataFrame
        One row a school in the fit: see ``COLUMNS``, in standard deviations of pupils. ``low``
        and ``high`` are the 95 % interval of the effect; bars that do not overlap tell two schools
        apart (on average at 5 %); places have intervals and are never single.
    fit : SchoolMeansFit
    excluded : tuple of str
        Schools left out on purpose.
    """

    schools: pd.DataFrame
    fit: SchoolMeansFit
    excluded: tuple[str, ...]

    @property
    def is_told_from_chance(self) -> bool:
        """False where the interval of the variance between schools begins at 0."""
        return self.fit.tau2_low > 0


def cohort_means(inputs: Inputs, cohorts: int = COHORTS) -> pd.DataFrame:
    """Mean standing of each school's cohorts in ВПР 8 (prior) and, a year later, in ОГЭ (reached).

    One row a school with both in at least one cohort: school_id, prior, reached, variance of
    reached, n (pupils in ОГЭ), cohorts.
    """
    minimum = int(inputs.settings.threshold("report_minimum_n").value)
    early, late = [], []
    for back in range(cohorts):
        reached = school_means(oge_pupils(earlier(inputs, back)), minimum)
        before = vpr_pupils(earlier(inputs, back + 1), grade=PRIOR_GRADE, core_only=True)
        prior = school_means(before, minimum)
        both = reached.index.intersection(prior.index)
        late.append(reached.loc[both])
        early.append(prior.loc[both])
    reached, prior = pooled(late), pooled(early)
    table = reached.merge(prior[["school_id", "estimate"]], on="school_id", suffixes=("", "_prior"))
    return table.rename(
        columns={"estimate": "reached", "estimate_prior": "prior", "years": "cohorts"}
    )


def value_added(
    means: pd.DataFrame, inputs: Inputs, excluded: Collection[str] = ()
) -> ValueAdded | None:
    """Effects of the schools given their cohorts' prior results; None with too few schools.

    Parameters
    ----------
    means : DataFrame
        From :func:`cohort_means`.
    excluded : collection of str
        Schools whose prior result is under question: they neither shape the line nor are judged.
    """
    rows = means[~means["school_id"].isin(list(excluded))].reset_index(drop=True)
    left_out = tuple(sorted(set(means["school_id"]) & set(excluded)))
    if not predictor_budget(len(rows), 1).is_within or rows["prior"].nunique() < 2:
        return None
    fit = fit_school_means(
        rows["reached"], rows["variance"], rows["prior"].rename("prior"), school=rows["school_id"]
    )
    effects = fit.effects
    bar = overlap_multiplier(effects["full_se"]) * effects["full_se"]
    places = rank_intervals(effects["effect"], effects["full_se"])
    settings = inputs.settings
    evidence = classify_effects(
        effects["effect"],
        effects["full_se"],
        rows["n"],
        min_n=int(settings.threshold("value_added_minimum_n").value),
        min_effect=settings.threshold("expected_minimum_effect").value,
    )
    table = pd.DataFrame(
        {
            "school_id": rows["school_id"],
            "n": rows["n"],
            "prior": rows["prior"],
            "reached": rows["reached"],
            "expected": effects["expected"],
            "effect": effects["effect"],
            "se": effects["full_se"],
            "low": effects["ci_low"],
            "high": effects["ci_high"],
            "bar_low": effects["effect"] - bar,
            "bar_high": effects["effect"] + bar,
            "rank_low": places["rank_low"].astype(int),
            "rank_high": places["rank_high"].astype(int),
            "ranked_n": len(rows),
            # Where schools cannot be told from chance, no single school can be.
            "evidence": np.where(
                (fit.tau2_low <= 0) & evidence.isin(["above", "below"]), "not_different", evidence
            ),
        }
    )
    return ValueAdded(table[COLUMNS], fit, left_out)
