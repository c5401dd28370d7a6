"""Groups of schools by conditions: made in a base year, kept for the years after it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.indicators.conditions import Conditions, conditions
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.methods.clusters import Clustering, assign_to_frozen, cluster_schools, movements
from msoko_lib.project import end_year_of

COLUMNS = [
    "school_id", "cluster", "title", "confidence", "is_border", "movement", "base_year", "status",
]  # fmt: skip
NAMED = ("ok", "unstable")
# From half a standard deviation on, a group is called by that condition.
NOTABLE = 0.5
MOSTLY = 0.8
_WORDS = {
    "pupils": ("крупные", "малые"),
    "distance_to_centre": ("далеко от центра", "близко к центру"),
    "social_index": ("условия благополучнее среднего", "условия труднее среднего"),
}


@dataclass(frozen=True)
class YearClusters:
    """Groups that hold in a year.

    Attributes
    ----------
    clustering : Clustering
        How the groups were made, in the base year.
    made_of : Conditions
        Conditions of the base year.
    base_year : str
        School year whose data made the groups.
    members : DataFrame
        One row a school of the directory: see ``COLUMNS``. ``movement`` against the base year, or,
        where the groups are this year's own, against the oldest year of the window: ``stayed``,
        ``moved``, ``appeared``, ``no_data``. ``is_border`` and ``confidence`` are missing for a
        school that stands elsewhere than in the base year.
    titles : dict
        Group → its name by the conditions that set it apart.
    """

    clustering: Clustering
    made_of: Conditions
    base_year: str
    members: pd.DataFrame
    titles: dict[int, str]


def year_clusters(inputs: Inputs) -> YearClusters:
    """Groups of the year: of the base year named in the parameters, else made anew."""
    base = _base_inputs(inputs)
    made_of = conditions(base)
    clustering = _cluster(made_of, base)
    titles = cluster_titles(clustering)
    members = _members(clustering, made_of, inputs, base)
    base_year = base.bank.school_year
    return YearClusters(
        clustering,
        made_of,
        base_year,
        members.assign(
            title=members["cluster"].map(titles).astype("str"),
            base_year=base_year,
            status=np.where(
                members["cluster"].isna() & (clustering.status in NAMED),
                "no_data",
                clustering.status,
            ),
        )[COLUMNS],
        titles,
    )


def school_clusters(inputs: Inputs) -> pd.DataFrame:
    """Group of every school of the year: :attr:`YearClusters.members`."""
    return year_clusters(inputs).members


def _base_inputs(inputs: Inputs) -> Inputs:
    """The base year as the bank holds it; the year itself where none is named or it is gone."""
    base = inputs.settings.cluster_base_year
    if base and end_year_of(base) < end_year_of(inputs.bank.school_year):
        bank = Bank(inputs.bank.project, base)
        if bank.exists:
            return Inputs(bank, inputs.settings)
    return inputs


def _cluster(found: Conditions, inputs: Inputs) -> Clustering:
    settings = inputs.settings
    return cluster_schools(
        found.values,
        log=found.sizes,
        weights=found.weights,
        min_size=int(settings.threshold("cluster_minimum_size").value),
        min_schools=int(settings.threshold("cluster_minimum_schools").value),
    )


def _members(
    clustering: Clustering, made_of: Conditions, inputs: Inputs, base: Inputs
) -> pd.DataFrame:
    schools = inputs.schools[inputs.schools["unit_kind"] == "school"]["school_id"]
    table = pd.DataFrame({"school_id": schools}).reset_index(drop=True)
    if clustering.status not in NAMED or clustering.frozen is None:
        kinds = {"cluster": "Int64", "confidence": "float64", "is_border": "boolean"}
        empty = {name: pd.Series(dtype=kind).reindex(table.index) for name, kind in kinds.items()}
        return table.assign(**empty, movement="no_data")
    if base is inputs:
        now = clustering.members["cluster"]
        before = _placed(clustering, _conditions_of_oldest(inputs))
        latest = _placed(clustering, conditions(inputs, 1).values)
        moved = movements(before, latest)["movement"]
        if before.empty:
            moved = moved.where(moved == "no_data", "no_data")
    else:
        now = _placed(clustering, conditions(inputs).values)
        moved = movements(clustering.members["cluster"], now)["movement"]
    same = clustering.members["cluster"].reindex(now.index) == now
    confidence = clustering.members["confidence"].reindex(now.index).where(same)
    limit = inputs.settings.threshold("cluster_confidence").value
    border = (confidence < limit).astype("boolean").mask(confidence.isna())
    return table.assign(
        cluster=table["school_id"].map(now).astype("Int64"),
        confidence=table["school_id"].map(confidence).astype("float64"),
        is_border=table["school_id"].map(border).astype("boolean"),
        movement=moved.reindex(table["school_id"]).fillna("no_data").to_numpy(),
    )


def _conditions_of_oldest(inputs: Inputs) -> pd.DataFrame:
    """Conditions of the oldest year of the window alone; empty where there is no earlier year."""
    for back in (2, 1):
        earlier = inputs.bank.previous(back)
        if earlier.exists:
            return conditions(Inputs(earlier, inputs.settings), 1).values
    return pd.DataFrame()


def _placed(clustering: Clustering, context: pd.DataFrame) -> pd.Series:
    """Group of each school by the kept centres; empty where a condition was not asked then."""
    frozen = clustering.frozen
    if frozen is None or frozen.scale is None:
        return pd.Series(dtype="Int64")
    if not set(frozen.scale.variables) <= set(context.columns):
        return pd.Series(dtype="Int64")
    return assign_to_frozen(frozen, context)["cluster"]


def cluster_titles(clustering: Clustering) -> dict[int, str]:
    """Names of the groups: town or village, and the conditions that set a group apart."""
    if clustering.explanation is None:
        return {}
    titles = {}
    for cluster, profile in clustering.explanation.standardised.iterrows():
        words = []
        village = clustering.explanation.profile.loc[cluster].get("village")
        if village is not None and not 1 - MOSTLY < village < MOSTLY:
            words.append("сельские" if village >= MOSTLY else "городские")
        for name, (high, low) in _WORDS.items():
            value = profile.get(name, 0.0)
            if abs(value) >= NOTABLE:
                words.append(high if value > 0 else low)
        title = ", ".join(words) or "средние условия"
        titles[int(str(cluster))] = title[:1].upper() + title[1:]
    twice = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    return {
        cluster: f"{title} ({cluster})" if title in twice else title
        for cluster, title in titles.items()
    }
