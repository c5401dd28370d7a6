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
    What a school is put beside is made of the schools whose own numbers are shown: reports of
    schools print it, and beside one another they must not tell of a handful elsewhere.
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
        if level in ("cluster", FALLBACK):
            found = _without_hidden(values, found, _whole_of(values, inputs, level))
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


def _whole_of(values: pd.DataFrame, inputs: Inputs, level: str) -> pd.Series:
    """Of each school's row the whole that the level means: its group, or everybody."""
    if level == "cluster":
        return values["unit_id"].map(inputs.cluster_of).astype(object)
    return pd.Series(FALLBACK, index=values.index, dtype=object)


def _without_hidden(values: pd.DataFrame, found: np.ndarray, whole: pd.Series) -> np.ndarray:
    """References of schools without the parts of those whose own numbers are hidden.

    Where the value is no sum over a sum of its schools, or only one school is left, there is none.
    """
    schools = ((values["level"] == "school") & values["value"].notna()).to_numpy()
    hidden = schools & (values["status"] != "ok").to_numpy()
    if not hidden.any():
        return found
    keys = [*(values[name] for name in CUTS), whole]

    def added(name: str, rows: np.ndarray) -> np.ndarray:
        """Sum over the schools of the same cut and whole; of rows where it is missing, missing."""
        part = values[name].astype("float64").where(rows, 0.0)
        sums = part.groupby(keys, dropna=False).transform(lambda column: column.sum(skipna=False))
        return sums.to_numpy(dtype=float)

    def counted(rows: np.ndarray) -> np.ndarray:
        marks = pd.Series(rows.astype(float), index=values.index)
        return marks.groupby(keys, dropna=False).transform("sum").to_numpy(dtype=float)

    def divided(rows: np.ndarray) -> np.ndarray:
        top, bottom = added("numerator", rows), added("denominator", rows)
        return np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)

    all_of_them, shown = divided(schools), divided(schools & ~hidden)
    times = np.divide(found, all_of_them, out=np.ones_like(found), where=all_of_them > 0)
    # A share, or a sum over a sum times a constant, is the same for every school of the cut.
    own = values["value"].to_numpy(dtype=float)
    top, bottom = (values[name].to_numpy(dtype=float) for name in ("numerator", "denominator"))
    agrees = np.isclose(own * bottom, times * top) | ~schools
    additive = counted(~agrees) == 0
    safe = np.where(additive & (counted(schools & ~hidden) > 1), times * shown, np.nan)
    affected = (values["level"] == "school").to_numpy() & (counted(hidden) > 0)
    return np.where(affected, safe, found)
