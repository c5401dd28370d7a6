"""Result of each school against the expected one, year by year: what resilience is judged from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.expected import fit_without_odd, selective_schools
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.low_results import context_index
from msoko_lib.indicators.standing import earlier, school_means, vpr_pupils
from msoko_lib.methods.context import predictor_budget

WINDOW = 3
COLUMNS = ["school_id", "school_year", "index", "outcome", "variance", "n", "effect", "line"]


def yearly_results(inputs: Inputs, years: int = WINDOW) -> pd.DataFrame:
    """Standing of each school in ВПР, year by year, and its distance from the expected one.

    The index of conditions is the mean of the years, so that a school does not move between
    conditions by a year's answer. ``effect`` is missing where there are too few schools for one
    predictor or the school's conditions are not known.

    Returns
    -------
    DataFrame
        One row a school × year: ``outcome`` and ``effect`` in standard deviations of pupils,
        ``variance`` of the outcome by sampling, ``line`` – variance of the expectation. The latter
        is the same error in all years: the same schools make the line.
    """
    minimum = int(inputs.settings.threshold("report_minimum_n").value)
    index = context_index(inputs, years).rename("index")
    selective = selective_schools(inputs)
    parts = []
    for back in range(years):
        year = earlier(inputs, back)
        means = school_means(vpr_pupils(year), minimum).join(index)
        if means.empty:
            continue
        judged = means.join(_effects(means, selective)).rename(columns={"estimate": "outcome"})
        parts.append(judged.reset_index().assign(school_year=year.bank.school_year))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _effects(means: pd.DataFrame, selective: set[str]) -> pd.DataFrame:
    """Distance from the line of the other schools and the line's variance, one row a school."""
    usable = means[means["index"].notna()]
    ordinary = usable[~usable.index.isin(selective)]
    if not predictor_budget(len(ordinary), 1).is_within:
        ordinary = usable
    empty = pd.DataFrame({"effect": np.nan, "line": np.nan}, index=means.index)
    if not predictor_budget(len(ordinary), 1).is_within or ordinary["index"].nunique() < 2:
        return empty
    fit, inside = fit_without_odd(ordinary)
    outside = usable[~usable.index.isin(inside)]
    judged = fit.schools["difference"]
    if len(outside):
        added = fit.apply(outside["estimate"], outside["index"])["difference"]
        judged = pd.concat([judged, added])
    design = np.column_stack([np.ones(len(usable)), usable["index"].to_numpy(dtype=float)])
    spread = np.einsum("ij,jk,ik->i", design, fit.covariance.to_numpy(), design)
    line = pd.Series(spread, usable.index)
    return empty.assign(effect=judged.reindex(means.index), line=line.reindex(means.index))
