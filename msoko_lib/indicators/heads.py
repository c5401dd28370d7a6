"""Indicators of heads that come from results (РК-03…РК-05)."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators import gia
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.values import UNIT, VALUES, shares


def basic_preparation(inputs: Inputs) -> pd.DataFrame:
    """РК-03: КП-08, the share that passed both required ОГЭ at the first attempt."""
    return gia.oge_basics_passed(inputs)


def high_preparation(inputs: Inputs) -> pd.DataFrame:
    """РК-04: КП-11 and КП-14 side by side."""
    return pd.concat(
        [
            gia.oge_high_level(inputs).assign(component="ОГЭ"),
            gia.ege_mass_quality(inputs).assign(component="ЕГЭ"),
        ],
        ignore_index=True,
    )


def without_markers(inputs: Inputs) -> pd.DataFrame:
    """РК-05: schools without markers in the list of ФИОКО (1 or 0 for a school)."""
    bias = inputs.table("vpr_bias")
    if bias.empty:
        return pd.DataFrame(columns=[*UNIT, *VALUES])
    clean = (bias["markers_n"] == 0).astype("int64")
    return shares(bias.assign(numerator=clean, denominator=1), inputs, [])


# Criteria of a head: indicator → what is asked of the school's value.
AT_LEAST_CLUSTER = ("РК-03", "РК-04", "РК-06", "РК-09", "РК-10")
EXACTLY = {"РК-05": 1.0, "РК-07": 0.0, "РК-08": 0.0}


def criteria_met(values: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Criteria known and met, one row a school: school_id, known_n, met_n.

    Parameters
    ----------
    values : DataFrame
        Indicator table of the year without the indicators that are derived from it.
    """
    usable = values[values["status"] == "ok"]
    clusters = inputs.schools.set_index("school_id")["cluster"]
    own = usable[(usable["level"] == "school") & usable["indicator_id"].str.startswith("РК-")]
    own = own.assign(cluster=own["unit_id"].map(clusters))
    key = ["indicator_id", "component"]
    of_cluster = usable[usable["level"] == "cluster"][[*key, "unit_id", "value"]]
    both = own.merge(
        of_cluster.rename(columns={"unit_id": "cluster", "value": "usual"}),
        on=[*key, "cluster"],
        how="left",
    )
    ranked = both[both["indicator_id"].isin(AT_LEAST_CLUSTER) & both["usual"].notna()]
    exact = both[both["indicator_id"].isin(list(EXACTLY))]
    judged = pd.concat(
        [
            ranked.assign(met=ranked["value"] >= ranked["usual"]),
            exact.assign(met=exact["value"] == exact["indicator_id"].map(EXACTLY)),
        ]
    )
    # An indicator with two parts (ОГЭ, ЕГЭ) is one criterion: met where both are.
    by_criterion = judged.groupby(["unit_id", "indicator_id"])["met"].all().reset_index()
    counted = by_criterion.groupby("unit_id")["met"].agg(known_n="size", met_n="sum")
    return counted.rename_axis("school_id").reset_index()


def high_group(values: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """РК-12: heads who meet most of the known criteria, over heads with enough of them known."""
    rows = criteria_met(values, inputs)
    enough = inputs.settings.threshold("head_criteria_known").value
    limit = inputs.settings.threshold("head_criteria_share").value / 100
    rows = rows[rows["known_n"] >= enough]
    hit = (rows["met_n"] / rows["known_n"] >= limit).astype("int64")
    return shares(rows.assign(numerator=hit, denominator=1), inputs, [])
