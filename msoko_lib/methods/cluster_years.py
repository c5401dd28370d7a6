"""Clusters over years: frozen centres, assignment of a new year, movements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from msoko_lib.methods.context_scaling import ContextScale
from msoko_lib.methods.gower import gower_distances
from msoko_lib.methods.partition import squared_distances


@dataclass(frozen=True)
class FrozenClusters:
    """What must be kept to put the schools of later years into the same clusters.

    Attributes
    ----------
    clusters : tuple of int
        Cluster codes, in the order of the centres.
    scale : ContextScale or None
        Scale of the variables; None for Gower.
    centers : ndarray or None
        Centroids in weighted scaled units, shape (k, variables); None for Gower.
    medoids : DataFrame or None
        Rows of the medoid schools in the original units, for Gower.
    gower : dict
        ``kinds``, ``ranges`` and ``weights`` for Gower.
    """

    clusters: tuple[int, ...]
    scale: ContextScale | None = None
    centers: np.ndarray | None = None
    medoids: pd.DataFrame | None = None
    gower: dict[str, Any] | None = None

    def distances(self, context: pd.DataFrame) -> pd.DataFrame:
        """Distance of each complete school to each centre, one column = one cluster."""
        if self.scale is not None and self.centers is not None:
            scaled = self.scale.apply(context)
            matrix = np.sqrt(squared_distances(self.scale.weighted(scaled), self.centers))
            return pd.DataFrame(matrix, index=scaled.index, columns=list(self.clusters))
        if self.medoids is None:
            raise ValueError("frozen clusters hold neither centroids nor medoids")
        known = context[self.medoids.columns]
        matrix = gower_distances(known, other=self.medoids, **(self.gower or {}))
        table = pd.DataFrame(matrix, index=known.index, columns=list(self.clusters))
        return table.dropna()


def assign_to_frozen(frozen: FrozenClusters, context: pd.DataFrame) -> pd.DataFrame:
    r"""Put the schools of another year into the nearest frozen cluster.

    Parameters
    ----------
    frozen : FrozenClusters
        From `cluster_schools(...).frozen`.
    context : DataFrame
        One row = one school, the same variables in the same units.

    Returns
    -------
    DataFrame indexed by school: ``cluster``, ``distance`` to its centre, ``second`` (next nearest
    cluster), ``margin`` :math:`1-d_1/d_2` (0 = halfway between two clusters), ``status`` (``ok``
    or ``no_data``). A school with a missing variable has no cluster.

    Raises
    ------
    ValueError
        If a variable of the frozen scale is absent.

    Examples
    --------
    >>> from msoko_lib.methods.context_scaling import scale_context
    >>> old = pd.DataFrame({"pupils": [100.0, 120.0, 800.0, 820.0]})
    >>> scaled, scale = scale_context(old)
    >>> frozen = FrozenClusters((1, 2), scale, np.array([[-0.86], [0.86]]))
    >>> assign_to_frozen(frozen, pd.DataFrame({"pupils": [150.0, 790.0]}))["cluster"].tolist()
    [1, 2]
    """
    distances = frozen.distances(context)
    codes = np.asarray(frozen.clusters)
    order = distances.to_numpy().argsort(axis=1)
    rows = np.arange(len(distances))
    nearest = distances.to_numpy()[rows, order[:, 0]]
    placed = pd.DataFrame({"cluster": codes[order[:, 0]], "distance": nearest}, distances.index)
    if len(codes) > 1:
        second = distances.to_numpy()[rows, order[:, 1]]
        placed["second"] = codes[order[:, 1]]
        placed["margin"] = 1 - np.divide(nearest, second, np.ones_like(second), where=second > 0)
    else:
        placed["second"], placed["margin"] = pd.NA, 1.0
    placed = placed.reindex(context.index)
    for name in ("cluster", "second"):
        placed[name] = placed[name].astype("Int64")
    placed["status"] = np.where(placed["cluster"].isna(), "no_data", "ok")
    return placed


def movements(earlier: pd.Series, later: pd.Series) -> pd.DataFrame:
    """Which schools changed cluster between two years.

    Parameters
    ----------
    earlier, later : Series indexed by school
        Cluster of each school; missing where a school has none.

    Returns
    -------
    DataFrame indexed by school (the union of both years): ``earlier``, ``later``, ``movement``:
    ``stayed``, ``moved``, ``appeared`` or ``left``.

    Raises
    ------
    ValueError
        If a school is repeated.

    Examples
    --------
    >>> moved = movements(pd.Series({"A": 1, "B": 1}), pd.Series({"A": 2, "C": 1}))
    >>> moved["movement"].to_dict()
    {'A': 'moved', 'B': 'left', 'C': 'appeared'}
    """
    for year in (earlier, later):
        if not year.index.is_unique:
            raise ValueError("a school occurs twice in one year")
    table = pd.DataFrame({"earlier": earlier.astype("Int64"), "later": later.astype("Int64")})
    before, after = table["earlier"].notna(), table["later"].notna()
    same = (table["earlier"] == table["later"]).fillna(False).astype(bool)
    table["movement"] = np.select(
        [~before & ~after, ~before, ~after, same],
        ["no_data", "appeared", "left", "stayed"],
        default="moved",
    )
    return table
