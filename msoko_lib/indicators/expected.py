"""What a school's results are against what its conditions lead one to expect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from msoko_lib.indicators.conditions import CONDITION_YEARS
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.low_results import context_index
from msoko_lib.indicators.standing import pooled_standing, pupil_spread
from msoko_lib.methods.context import ExpectedResult, expected_result, predictor_budget
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.methods.value_added import fit_school_means

PREDICTORS = 1
FALSE_DISCOVERY_RATE = 0.05
ODD_P = 0.01
ODD_SHARE = 0.25
COLUMNS = [
    "school_id", "n", "years", "index", "observed", "expected", "difference", "low", "high",
    "is_selective", "position", "q",
]  # fmt: skip


@dataclass(frozen=True)
class ExpectedYear:
    """Results of one source against the expected ones, the last years together.

    Attributes
    ----------
    source : str
        ``vpr`` or ``oge``.
    schools : DataFrame
        One row a school with results: see ``COLUMNS``, in standard deviations of pupils;
        ``position`` is ``above``, ``below``, ``as_expected`` (inside the interval or closer than
        the smallest difference worth a word) or ``no_data`` (no expectation); ``q`` is the
        probability corrected for the number of schools (Benjamini–Hochberg).
    fit : ExpectedResult or None
        None where there are too few schools for one predictor or no index of conditions.
    reason : str
        Why there is no fit: ``few_schools``, ``no_index``, ``no_results``; empty with a fit.
    spread : float
        One standard deviation of pupils in percentage points (ВПР) or marks (ОГЭ).
    """

    source: str
    schools: pd.DataFrame
    fit: ExpectedResult | None
    reason: str
    spread: float


def expected_year(inputs: Inputs, source: str, years: int = CONDITION_YEARS) -> ExpectedYear:
    """Expected and reached result of every school, each judged by a fit without itself.

    Schools that choose their pupils do not enter the fit while there are enough of the others:
    what they reach is no measure of what others could.
    """
    standing = pooled_standing(inputs, source, years).set_index("school_id")
    index = context_index(inputs, years).rename("index")
    both = standing.join(index)
    both["is_selective"] = both.index.isin(selective_schools(inputs))
    usable = both["index"].notna() & both["estimate"].notna()
    ordinary = usable & ~both["is_selective"]
    if not _enough(int(ordinary.sum())):
        ordinary = usable
    reason = (
        "no_results" if both.empty else "no_index" if index.empty
        else "" if _enough(int(ordinary.sum())) else "few_schools"
    )  # fmt: skip
    spread = pupil_spread(inputs, source, years)
    if reason:
        return ExpectedYear(source, _unjudged(both), None, reason, spread)
    fit, inside = fit_without_odd(both[ordinary])
    outside = both[usable & ~both.index.isin(inside)]
    judged = fit.schools
    if len(outside):
        judged = pd.concat([judged, fit.apply(outside["estimate"], outside["index"])])
    smallest = inputs.settings.threshold("expected_minimum_effect").value
    return ExpectedYear(source, _judged(both, judged, smallest), fit, "", spread)


def fit_without_odd(rows: pd.DataFrame) -> tuple[ExpectedResult, list[str]]:
    """Fit of the schools without those that lie far from all others, and who stayed in.

    A school far out hides every other one: it widens all intervals. It is left out while its
    probability is below 1 %, one at a time, at most a quarter of the schools and never so many
    that one predictor is too much for the rest. Schools left out are judged by the fit all the
    same. In simulations with nothing odd 5–6 % of the schools fall outside their 95 % interval.
    """
    kept = rows
    fit = expected_result(kept["estimate"], kept["index"], precision_weights(kept))
    for _ in range(int(ODD_SHARE * len(rows))):
        p_value = fit.schools["p_value"]
        if not p_value.min() < ODD_P or not _enough(len(kept) - 1):
            break
        kept = kept.drop(index=p_value.idxmin())
        fit = expected_result(kept["estimate"], kept["index"], precision_weights(kept))
    return fit, [str(school) for school in kept.index]


def precision_weights(rows: pd.DataFrame) -> pd.Series:
    """Weights 1/(τ² + v): a small school says less; τ² given the index, never below 0."""
    tau2 = fit_school_means(rows["estimate"], rows["variance"], rows["index"]).tau2
    return pd.Series(1 / (tau2 + rows["variance"]), rows.index)


def selective_schools(inputs: Inputs) -> set[str]:
    """Schools of a kind that chooses its pupils, by the parameters."""
    kinds = {kind.casefold() for kind in inputs.settings.selective_kinds}
    schools = inputs.schools
    chosen = schools["kind"].fillna("").astype(str).str.casefold().isin(kinds)
    return set(schools.loc[chosen, "school_id"])


def _enough(schools: int) -> bool:
    return predictor_budget(schools, PREDICTORS).is_within


def _unjudged(both: pd.DataFrame) -> pd.DataFrame:
    empty = dict.fromkeys(("expected", "difference", "low", "high", "q"), np.nan)
    table = both.assign(observed=both["estimate"], position="no_data", **empty)
    return table.rename_axis("school_id").reset_index().reindex(columns=COLUMNS)


def _judged(both: pd.DataFrame, judged: pd.DataFrame, smallest: float) -> pd.DataFrame:
    names = ["expected", "difference", "pi_low", "pi_high", "position", "p_value"]
    table = both.join(judged[names])
    half = (table["pi_high"] - table["pi_low"]) / 2
    close = table["difference"].abs() < smallest
    position = (
        table["position"]
        .fillna("no_data")
        .mask(close & table["position"].isin(["above", "below"]), "as_expected")
    )
    table = table.assign(
        observed=table["estimate"],
        low=table["difference"] - half,
        high=table["difference"] + half,
        position=position,
        q=benjamini_hochberg(table["p_value"].to_numpy(dtype=float)).q,
    )
    return table.rename_axis("school_id").reset_index()[COLUMNS]


def agreed_positions(found: list[ExpectedYear]) -> pd.DataFrame:
    """What the sources say together: one row a school of any of them.

    Returns
    -------
    DataFrame
        school_id, one column a source with its position, ``mark``: ``up`` or ``attention`` where
        both sources say so, or the only one that judges the school does and its difference stands
        the correction for the number of schools; ``one`` where one source alone says so without
        that; ``same``; ``few`` where none judges. Two sources err apart, so a school that chance
        alone puts outside one interval rarely lies outside both; one source has no such witness.
    """
    columns = {item.source: item.schools.set_index("school_id")["position"] for item in found}
    table = pd.DataFrame(columns).rename_axis("school_id")
    judged = table.where(table != "no_data")
    told = judged.notna().sum(axis=1)
    high, low = (judged == "above").sum(axis=1), (judged == "below").sum(axis=1)
    corrected = {item.source: item.schools.set_index("school_id")["q"] for item in found}
    stands = (pd.DataFrame(corrected).reindex(table.index) <= FALSE_DISCOVERY_RATE).any(axis=1)
    is_named = (told > 1) | stands
    mark = np.select(
        [told == 0, is_named & (high == told), is_named & (low == told), (high > 0) | (low > 0)],
        ["few", "up", "attention", "one"],
        "same",
    )
    return table.assign(mark=mark).reset_index()
