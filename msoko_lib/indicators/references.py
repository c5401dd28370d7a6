"""What a value is put beside: the same cut of the region, the country, the group, the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.values import CUTS
from msoko_lib.passports import Passport

FALLBACK = "municipality"


def with_reference(values: pd.DataFrame, passport: Passport, inputs: Inputs) -> pd.DataFrame:
    """Add ``reference`` and ``reference_level`` to the values of an indicator.

    The reference is the value of the passport's reference level in the same cut, for a school's
    group that of its own group; of the municipality where that level has none. Nobody is
    compared with oneself: neither a level with itself nor a school with a group in which no
    other school has a value. A total (pupils, cases) has none: a part is not put beside its sum.
    """
    values = values.assign(reference=np.nan, reference_level="")
    usable = values[values["status"] == "ok"]
    if usable.empty:
        return values
    is_total = (values["numerator"].notna() & values["denominator"].isna()).to_numpy()
    for level in dict.fromkeys((passport.reference, FALLBACK)):
        if level is None:
            continue
        found = _of_own_cluster(values, usable, inputs) if level == "cluster" else _of_level(
            values, usable, level
        )  # fmt: skip
        open_ = values["reference"].isna().to_numpy() & ~np.isnan(found) & ~is_total
        values["reference"] = np.where(open_, found, values["reference"])
        values["reference_level"] = np.where(open_, level, values["reference_level"])
    return values


def _of_level(values: pd.DataFrame, usable: pd.DataFrame, level: str) -> np.ndarray:
    """Value of the one unit of a level in the cut of each row."""
    chosen = usable[usable["level"] == level][[*CUTS, "value"]].drop_duplicates(CUTS)
    found = values[CUTS].merge(chosen, on=CUTS, how="left")["value"].to_numpy(dtype=float)
    return np.where(values["level"] == level, np.nan, found)


def _of_own_cluster(values: pd.DataFrame, usable: pd.DataFrame, inputs: Inputs) -> np.ndarray:
    """Value of each school's own group in the cut of its row, where others are in it too."""
    cluster = values["unit_id"].map(inputs.cluster_of).where(values["level"] == "school")
    key = values[CUTS].assign(cluster=cluster)
    chosen = usable[usable["level"] == "cluster"]
    chosen = chosen[[*CUTS, "unit_id", "value"]].rename(columns={"unit_id": "cluster"})
    found = key.merge(chosen, on=[*CUTS, "cluster"], how="left")["value"].to_numpy(dtype=float)
    known = cluster.notna() & values["value"].notna()
    members = key[known].groupby([*CUTS, "cluster"], dropna=False)["cluster"].transform("size")
    alone = ~(members.reindex(values.index).to_numpy(dtype=float) > 1)
    return np.where(alone, np.nan, found)
