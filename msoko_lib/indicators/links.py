"""Links of results with blocks of conditions, staff and management, one index a block.

Links, not causes; one pre-specified index a block, because a dozen schools carry no more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.indicators.conditions import CONDITION_YEARS
from msoko_lib.indicators.expected import fit_without_odd, precision_weights, selective_schools
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.low_results import MOST_ANSWERED, context_index
from msoko_lib.indicators.standing import pooled_standing
from msoko_lib.methods.context import social_index
from msoko_lib.methods.factors import block_r2, predictor_budget, variance_inflation
from msoko_lib.settings import FactorBlock

CONTEXT = "Условия школы"
POWER, LEVEL = 0.8, 0.95


@dataclass(frozen=True)
class Links:
    """Links of one source of results with the blocks.

    Attributes
    ----------
    source : str
        ``vpr`` or ``oge``.
    single : DataFrame
        One row a block, each alone: block, schools_n, slope (pupil SD per 10 points of the
        index), low, high, p_value, r2, r2_left_out, visible (smallest correlation that so many
        schools would show with 80 % power), status (``ok``, ``few_schools``, ``no_data``).
    stepwise : DataFrame
        Blocks entered one after another as far as the budget reaches: block, predictors, r2,
        delta_r2, p_value; empty where only one block fits the budget.
    inflation : float
        Largest variance inflation of the blocks entered; NaN with fewer than two.
    allowed : int
        How many blocks at once so many schools carry.
    """

    source: str
    single: pd.DataFrame
    stepwise: pd.DataFrame
    inflation: float
    allowed: int


def block_indices(inputs: Inputs, indicators: pd.DataFrame) -> pd.DataFrame:
    """Index of every block (mean 50, SD 10), one row a school; a block without data is absent.

    Parameters
    ----------
    indicators : DataFrame
        Indicator table of the year.
    """
    columns = {CONTEXT: context_index(inputs, CONDITION_YEARS)}
    for block in inputs.settings.factor_blocks:
        columns[block.title] = _index(block, indicators)
    known = {title: values for title, values in columns.items() if len(values)}
    return pd.DataFrame(known).rename_axis("school_id")


def block_indicators(block: FactorBlock, indicators: pd.DataFrame) -> pd.DataFrame:
    """Values of a block's indicators that enough schools have, one column an indicator."""
    rows = indicators[
        (indicators["level"] == "school")
        & indicators["indicator_id"].isin(block.indicators)
        & indicators["value"].notna()
    ]
    wide = rows.pivot_table(index="unit_id", columns="indicator_id", values="value")
    return wide.loc[:, wide.notna().mean() >= MOST_ANSWERED] if len(wide) else wide


def _index(block: FactorBlock, indicators: pd.DataFrame) -> pd.Series:
    wide = block_indicators(block, indicators).dropna()
    varied = [name for name in wide.columns if wide[name].nunique() > 1]
    if len(wide) < 3 or not varied:
        return pd.Series(dtype="float64")
    return social_index(wide[varied], {name: block.indicators[name] for name in varied}).values


def links(inputs: Inputs, indices: pd.DataFrame, source: str) -> Links:
    """Links of the schools' results of three years with every block.

    Schools that choose their pupils are left out while enough others remain.
    """
    standing = pooled_standing(inputs, source, CONDITION_YEARS).set_index("school_id")
    ordinary = standing[~standing.index.isin(selective_schools(inputs))]
    rows = ordinary if predictor_budget(len(ordinary), 1).is_within else standing
    titles = [CONTEXT, *(block.title for block in inputs.settings.factor_blocks)]
    single = pd.DataFrame([_single(title, rows, indices) for title in titles])
    known = single.loc[single["status"] == "ok", "block"].tolist()
    whole = rows.join(indices[known], how="inner").dropna(subset=known)
    allowed = predictor_budget(len(whole), len(known)).allowed
    entered = known[:allowed]
    if len(entered) < 2:
        return Links(source, single, pd.DataFrame(), float("nan"), allowed)
    weights = precision_weights(whole.rename(columns={entered[0]: "index"}))
    added = block_r2(
        whole["estimate"], whole[entered], {name: [name] for name in entered}, weights=weights
    )
    inflation = float(variance_inflation(whole[entered]).max())
    return Links(source, single, added.reset_index(), inflation, allowed)


def _single(title: str, rows: pd.DataFrame, indices: pd.DataFrame) -> dict[str, object]:
    empty = dict.fromkeys(("slope", "low", "high", "p_value", "r2", "r2_left_out"), np.nan)
    if title not in indices:
        return {"block": title, "schools_n": 0, **empty, "visible": np.nan, "status": "no_data"}
    both = rows.join(indices[title].rename("index"), how="inner").dropna(subset=["index"])
    told = {"block": title, "schools_n": len(both), "visible": visible_correlation(len(both))}
    if not predictor_budget(len(both), 1).is_within or both["index"].nunique() < 2:
        return {**told, **empty, "status": "few_schools"}
    fit, _ = fit_without_odd(both)
    line = fit.coefficients.loc["index"]
    t = abs(line["estimate"] / line["se"])
    return {
        **told,
        "slope": 10 * line["estimate"],
        "low": 10 * line["ci_low"],
        "high": 10 * line["ci_high"],
        "p_value": float(2 * stats.t.sf(t, fit.n - 2)),
        "r2": fit.r2,
        "r2_left_out": fit.r2_left_out,
        "status": "ok",
    }


def visible_correlation(schools: int) -> float:
    """Smallest correlation that so many schools would show with 80 % power (Fisher's z).

    Examples
    --------
    >>> round(visible_correlation(14), 2), round(visible_correlation(100), 2)
    (0.69, 0.28)
    """
    if schools <= 3:
        return float("nan")
    reach = stats.norm.ppf((1 + LEVEL) / 2) + stats.norm.ppf(POWER)
    return float(np.tanh(reach / np.sqrt(schools - 3)))
