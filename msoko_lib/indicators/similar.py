"""Similar schools: which schools any report may compare a school with."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from msoko_lib.indicators.conditions import Conditions, conditions
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.methods.clusters import nearest_schools, transform_context

COLUMNS = ["school_id", "neighbour_id", "rank", "distance", "n_inside", "status"]


def similar_schools(inputs: Inputs) -> pd.DataFrame:
    """The nearest schools by conditions, one row a school × neighbour, nearest first.

    Columns: school_id, neighbour_id, rank, distance (root mean square over conditions, standard
    deviations), n_inside (schools no farther than the caliper), ``status``: ``ok``; ``few`` (some
    are similar, too few to compare with their mean); ``none``; ``no_data`` (a condition of the
    school is not known). A school without a neighbour has one row, its neighbour missing.
    """
    found = conditions(inputs)
    schools = inputs.schools[inputs.schools["unit_kind"] == "school"]["school_id"]
    parts = [_pairs(found, inputs)] if len(found.values) > 1 else []
    told = set(parts[0]["school_id"]) if parts else set()
    silent = [school for school in schools if school not in told]
    parts.append(pd.DataFrame({"school_id": silent, "n_inside": 0, "status": "no_data"}))
    table = pd.concat(parts, ignore_index=True).reindex(columns=COLUMNS)
    return table.astype(
        {
            "rank": "Int64",
            "n_inside": "int64",
            "distance": "float64",
            "neighbour_id": "str",
            "school_id": "str",
            "status": "str",
        }
    ).sort_values(["school_id", "rank"], kind="stable", ignore_index=True)


def _pairs(found: Conditions, inputs: Inputs) -> pd.DataFrame:
    settings = inputs.settings
    table = nearest_schools(
        transform_context(found.values, found.sizes),
        k=int(settings.threshold("similar_most").value),
        caliper=settings.threshold("similar_caliper").value,
        min_found=1,
        weights=found.weights,
    ).rename(columns={"school": "school_id", "neighbour": "neighbour_id"})
    enough = table["n_inside"] >= settings.threshold("similar_minimum").value
    status = enough.map({True: "ok", False: "few"}).where(table["n_inside"] > 0, "none")
    return table.assign(status=status)


@dataclass(frozen=True)
class Peers:
    """With whom a school may be compared, and on what ground.

    Attributes
    ----------
    kind : str
        ``similar`` (nearest schools by conditions), ``cluster`` (the group by conditions),
        ``expert`` (the group of the directory) or ``none``.
    schools : tuple of str
        Ids of the schools, the nearest first where there is an order.
    """

    kind: str
    schools: tuple[str, ...]


def peers_of(
    school_id: str, similar: pd.DataFrame, clusters: pd.DataFrame, schools: pd.DataFrame
) -> Peers:
    """Schools to compare one school with: the closest ground that gives any.

    Similar schools where there are enough; else the other schools of its group by conditions,
    unless the school is on the border; else those of its expert group in the directory.

    Parameters
    ----------
    similar, clusters : DataFrame
        Tables of the year, see ``store.similar_table`` and ``store.cluster_table``.
    schools : DataFrame
        Schools of the directory: school_id, cluster.
    """
    own = similar[(similar["school_id"] == school_id) & (similar["status"] == "ok")]
    if len(own):
        return Peers("similar", tuple(own["neighbour_id"]))
    placed = clusters.set_index("school_id")["cluster"]
    settled = clusters[(clusters["status"] == "ok") & ~clusters["is_border"].fillna(False)]
    mine = placed.get(school_id)
    if school_id in set(settled["school_id"]):
        together = clusters[(clusters["cluster"] == mine) & (clusters["school_id"] != school_id)]
        if len(together):
            return Peers("cluster", tuple(together["school_id"]))
    expert = schools.set_index("school_id")["cluster"]
    label = expert.get(school_id)
    if pd.notna(label):
        same = expert[(expert == label) & (expert.index != school_id)]
        if len(same):
            return Peers("expert", tuple(same.index))
    return Peers("none", ())
