"""Similar schools: the nearest by context within a caliper, and a fair comparison with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods.context_scaling import scale_context
from msoko_lib.methods.gower import gower_distances
from msoko_lib.methods.school_means import fit_school_means

# Half a standard deviation; for Gower an eighth of the range, the same in a sample four SDs wide.
CALIPERS = {"index": 0.5, "euclidean": 0.5, "mahalanobis": 0.5, "gower": 0.125}


def nearest_schools(
    context: Any,
    school: Any = None,
    k: int = 10,
    method: str = "euclidean",
    caliper: float | None = None,
    min_found: int = 5,
    kinds: Mapping[Any, str] | None = None,
    weights: Mapping[Any, float] | None = None,
    region: pd.DataFrame | None = None,
) -> pd.DataFrame:
    r"""The k most similar schools of each school, none farther than the caliper.

    Distances are root mean squares per variable, in standard deviations, so that one caliper
    serves any number of variables: :math:`d=\sqrt{\tfrac1p\sum_k z_k^2}` (``euclidean``),
    :math:`d=\sqrt{\tfrac1p\,\delta'S^{-1}\delta}` (``mahalanobis``: variables that repeat each
    other count once), :math:`|z|` of a single index (``index``), or Gower's distance.

    Parameters
    ----------
    context : DataFrame or Series
        One row = one school (index = its id), context variables or a context index; never an
        outcome. Transform sizes and shares first (`transform_context`).
    school : label, optional
        Neighbours of this school only; otherwise of every school.
    k : int
        Most neighbours.
    method : {"euclidean", "mahalanobis", "index", "gower"}
        Distance.
    caliper : float, optional
        Largest distance: standard deviations (default .5), for ``gower`` a share of the range
        (default .125).
    min_found : int
        With fewer schools inside the caliper the school has ``no_similar_schools``.
    kinds : mapping
        For ``gower``.
    weights : mapping variable → weight
        For ``euclidean`` and ``gower``.
    region : DataFrame, optional
        More schools (with the same columns) to look for neighbours among.

    Returns
    -------
    DataFrame, one row = one school × neighbour, nearest first: ``school``, ``neighbour``, ``rank``,
    ``distance``, ``n_inside`` (schools inside the caliper), ``status`` (``ok``,
    ``no_similar_schools`` or ``no_data``). A school that is not ``ok`` has one row without a
    neighbour.

    Raises
    ------
    ValueError
        If the method, the school or an argument is unknown, or ids repeat.

    References
    ----------
    ACARA, Guide to understanding the Index of Community Socio-educational Advantage.

    Examples
    --------
    >>> index = pd.Series([1.0, 1.1, 1.2, 1.3, 9.0], index=list("ABCDE"))
    >>> nearest_schools(index, "A", k=2, method="index", min_found=2)["neighbour"].tolist()
    ['B', 'C']
    >>> nearest_schools(index, "E", method="index")["status"].item()
    'no_similar_schools'
    """
    if method not in CALIPERS:
        raise ValueError(f"method must be one of {sorted(CALIPERS)}, found {method!r}")
    if k < 1 or min_found < 1:
        raise ValueError(f"k and min_found must be at least 1, found {k} and {min_found}")
    frame = context.to_frame("index") if isinstance(context, pd.Series) else pd.DataFrame(context)
    everyone = frame if region is None else pd.concat([frame, region[frame.columns]])
    if not everyone.index.is_unique:
        raise ValueError("school ids must not repeat")
    asked = list(frame.index) if school is None else [school]
    if school is not None and school not in frame.index:
        raise ValueError(f"school {school!r} is not in context")
    limit = CALIPERS[method] if caliper is None else caliper
    distance = _distances(everyone, method, kinds, weights)
    rows: list[dict[str, Any]] = []
    for name in asked:
        rows.extend(_neighbours_of(name, distance, k, limit, min_found))
    table = pd.DataFrame(
        rows, columns=["school", "neighbour", "rank", "distance", "n_inside", "status"]
    )
    return table.astype({"rank": "Int64", "distance": float})


def compare_with_neighbours(
    values: pd.Series,
    variances: pd.Series,
    neighbours: pd.DataFrame,
    between_variance: float | None = None,
    count_neighbour_scatter: bool = True,
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Compare each school's result with the mean of its similar schools.

    .. math:: D_j=y_j-\frac1k\sum_{l\in N_j}y_l,\qquad
       SE_j=\sqrt{v_j+\tau^2+\frac{\tau^2}{k}+\frac{\sum_l v_l}{k^2}}

    Parameters
    ----------
    values : Series indexed by school
        Outcome y, any unit.
    variances : Series indexed by school
        Known sampling variance v of each outcome, in the unit squared.
    neighbours : DataFrame
        From `nearest_schools`.
    between_variance : float, optional
        Variance τ² between schools of equal context. By default estimated from all schools given
        (REML, not below 0), which takes context differences in too: cautious.
    count_neighbour_scatter : bool
        Keep the term τ²/k: the neighbours are themselves schools with effects of their own.
        Without it (neighbours taken as fixed) the interval misses 5 % for a handful of them.
    level : float
        Coverage of the interval.

    Returns
    -------
    DataFrame indexed by school: ``value``, ``neighbours_n``, ``neighbours_mean``, ``difference``,
    ``se``, ``ci_low``, ``ci_high``, ``p_value``, ``status`` (``ok``, ``no_similar_schools``,
    ``no_data``). A neighbour without a value is left out of the mean.

    Raises
    ------
    ValueError
        If a variance is negative or too few values are known to estimate τ².

    References
    ----------
    Formula of the difference of independent random effects; the case with fixed neighbours is
    the one used for Australia's "similar schools".

    Examples
    --------
    >>> pairs = pd.DataFrame({"school": ["A", "A"], "neighbour": ["B", "C"], "status": "ok"})
    >>> y = pd.Series({"A": 60.0, "B": 50.0, "C": 54.0})
    >>> found = compare_with_neighbours(y, y * 0 + 4, pairs, between_variance=10.0)
    >>> found["difference"].item(), found["se"].round(3).item()
    (8.0, 4.583)
    """
    values, variances = values.astype(float), variances.astype(float)
    if (variances < 0).any():
        raise ValueError("variances must not be negative")
    if between_variance is None:
        between_variance = fit_school_means(values, variances.reindex(values.index)).tau2
    pairs = neighbours.copy()
    pairs["y"] = pairs["neighbour"].map(values)
    pairs["v"] = pairs["neighbour"].map(variances)
    usable = pairs.dropna(subset=["y", "v"]).groupby("school")
    table = pd.DataFrame(index=pd.Index(pairs["school"].unique(), name="school"))
    table["value"] = values.reindex(table.index)
    count = usable.size().reindex(table.index).fillna(0).astype(int)
    table["neighbours_n"] = count
    table["neighbours_mean"] = usable["y"].mean().reindex(table.index)
    table["difference"] = table["value"] - table["neighbours_mean"]
    size = count.where(count > 0).astype(float)
    scatter = between_variance / size if count_neighbour_scatter else 0.0
    table["se"] = np.sqrt(
        variances.reindex(table.index)
        + between_variance
        + scatter
        + usable["v"].sum().reindex(table.index) / size**2
    )
    half = stats.norm.ppf((1 + level) / 2) * table["se"]
    table["ci_low"], table["ci_high"] = table["difference"] - half, table["difference"] + half
    table["p_value"] = 2 * stats.norm.sf((table["difference"] / table["se"]).abs())
    status = pairs.groupby("school")["status"].first().reindex(table.index)
    table["status"] = status.where((status != "ok") | table["se"].notna(), "no_data")
    computed = ["neighbours_mean", "difference", "se", "ci_low", "ci_high", "p_value"]
    table.loc[table["status"] != "ok", computed] = np.nan
    return table


def _distances(
    frame: pd.DataFrame,
    method: str,
    kinds: Mapping[Any, str] | None,
    weights: Mapping[Any, float] | None,
) -> pd.DataFrame:
    """Square table of distances between complete schools (Gower: all schools)."""
    if method == "gower":
        return pd.DataFrame(gower_distances(frame, kinds, weights), frame.index, frame.index)
    if method == "index" and frame.shape[1] != 1:
        raise ValueError(f"method 'index' expects one variable, found {frame.shape[1]}")
    # Nothing is dropped for correlation here: Mahalanobis takes care of it by itself.
    scaled, scale = scale_context(frame, max_correlation=1.0, weights=weights)
    values = scaled.to_numpy()
    if method == "mahalanobis":
        values = _whitened(values)
        weight_sum = float(values.shape[1])
    else:
        values = scale.weighted(scaled)
        weight_sum = float(scale.weights.sum())
    square = (values**2).sum(axis=1)
    squared = np.maximum(square[:, None] + square - 2 * values @ values.T, 0)
    return pd.DataFrame(np.sqrt(squared / weight_sum), scaled.index, scaled.index)


def _whitened(values: np.ndarray) -> np.ndarray:
    """Principal components at unit variance; directions without variation are left out."""
    centered = values - values.mean(axis=0)
    left, singular, _ = np.linalg.svd(centered, full_matrices=False)
    return left[:, singular > 1e-8 * singular[0]] * np.sqrt(len(values) - 1)


def _neighbours_of(
    name: Any, distance: pd.DataFrame, k: int, limit: float, min_found: int
) -> list[dict[str, Any]]:
    empty = {"school": name, "neighbour": None, "rank": None, "distance": np.nan, "n_inside": 0}
    if name not in distance.index:
        return [{**empty, "status": "no_data"}]
    own = distance.loc[name].drop(name).dropna()
    inside = own[own <= limit + 1e-12].sort_values(kind="stable")
    if len(inside) < min_found:
        return [{**empty, "n_inside": len(inside), "status": "no_similar_schools"}]
    return [
        {
            "school": name,
            "neighbour": neighbour,
            "rank": rank,
            "distance": gap,
            "n_inside": len(inside),
            "status": "ok",
        }
        for rank, (neighbour, gap) in enumerate(inside.head(k).items(), start=1)
    ]
