"""How far an index depends on the choices behind it: rank intervals, sensitivity, bands.

An index has no true weights. Two thousand times the weights are drawn around the declared ones,
the normalisation and the averaging are drawn from those in use, an indicator is left out and
every value is drawn within its sampling error. A place that does not survive this is not
printed; what is printed is a band.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from msoko_lib.methods.composite_model import (
    AGGREGATIONS,
    CHOICES,
    NORMALISATIONS,
    IndexModel,
)
from msoko_lib.methods.composite_scores import Indicator, composite_index
from msoko_lib.methods.sobol import grouped_sobol

Array = NDArray[np.float64]


@dataclass(frozen=True)
class IndexUncertainty:
    """What is left of the order of units when the choices behind the index vary.

    Attributes
    ----------
    units : pandas.DataFrame
        One row per unit: ``index`` (declared choices), ``rank_median``, ``rank_low``,
        ``rank_high`` (1 is best; NaN where there is no index), ``above_middle`` (share of draws
        in the better half), ``band``: "upper", "lower" or "not_distinguished", or "no_data".
        Internal: ranks are never published.
    draws : int
    confidence : float
    """

    units: pd.DataFrame
    draws: int
    confidence: float

    def bands(self) -> pd.DataFrame:
        """Return what may be published: units with index and band, sorted by label, no places."""
        return self.units[["index", "band"]].sort_index()


def rank_uncertainty(
    values: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    standard_errors: pd.DataFrame | None = None,
    block_weights: Mapping[str, float] | None = None,
    method: str = "arithmetic",
    concentration: float = 50.0,
    normalisations: Sequence[str] = NORMALISATIONS,
    aggregations: Sequence[str] = AGGREGATIONS,
    leave_one_out: bool = True,
    draws: int = 2_000,
    confidence: float = 0.90,
    seed: int = 0,
) -> IndexUncertainty:
    """Monte Carlo rank intervals and bands of a composite index.

    Parameters
    ----------
    values, indicators, block_weights, method
        See `composite_index`.
    standard_errors : pandas.DataFrame, optional
        Sampling error of each value, shaped and labelled as `values`; zero when omitted.
    concentration : float
        Block weights are drawn from a Dirichlet distribution with mean the declared weights and
        this concentration: 50 gives a weight of .25 a standard deviation of .06.
    normalisations : sequence of {"goalposts", "z_score", "rank"}
        Drawn with equal probability.
    aggregations : sequence of {"arithmetic", "geometric"}
        Drawn with equal probability.
    leave_one_out : bool
        In each draw leave out one indicator or none (of blocks with at least two).
    draws, confidence, seed
        Monte Carlo draws, level of the rank interval, random seed.

    Returns
    -------
    IndexUncertainty

    Notes
    -----
    "upper": the whole rank interval lies in the better half; "lower": in the other; else the
    unit cannot be told from the middle.

    References
    ----------
    Saisana, Saltelli & Tarantola (2005), JRSS A 168: 307-323; OECD/JRC (2008), step 7.

    Examples
    --------
    >>> values = pd.DataFrame({"a": [10.0, 50, 52, 90], "b": [15.0, 55, 50, 95]})
    >>> parts = [Indicator("a", "one", 0, 100), Indicator("b", "two", 0, 100)]
    >>> rank_uncertainty(values, parts, draws=200).bands()["band"].tolist()
    ['lower', 'not_distinguished', 'not_distinguished', 'upper']
    """
    if draws < 1 or not 0 < confidence < 1:
        raise ValueError("draws must be at least 1 and confidence lie in (0, 1)")
    model = IndexModel.build(
        values,
        indicators,
        standard_errors,
        block_weights,
        concentration,
        normalisations,
        aggregations,
        leave_one_out,
    )
    declared = composite_index(values, indicators, block_weights=block_weights, method=method)
    rng = np.random.default_rng(seed)
    ranks = model.ranks(rng.random((draws, model.dimensions)))
    units = pd.DataFrame({"index": declared["index"]}, index=values.index)
    usable = declared["index"].notna().to_numpy() & ~np.isnan(ranks).all(axis=0)
    tails = [(1 - confidence) / 2, 0.5, (1 + confidence) / 2]
    low = median = high = np.empty(0)
    if usable.any():
        # Ranks are whole places: interval ends are taken from places that occurred.
        low, median, high = np.nanquantile(ranks[:, usable], tails, axis=0, method="inverted_cdf")
    for name, column in (("rank_median", median), ("rank_low", low), ("rank_high", high)):
        units[name] = np.nan
        units.loc[usable, name] = column
    middle = (usable.sum() + 1) / 2
    units["above_middle"] = np.where(usable, (ranks < middle).mean(axis=0), np.nan)
    units["band"] = np.select(
        [~usable, units["rank_high"] < middle, units["rank_low"] > middle],
        ["no_data", "upper", "lower"],
        default="not_distinguished",
    )
    return IndexUncertainty(units, draws, confidence)


def index_sensitivity(
    values: pd.DataFrame,
    indicators: Sequence[Indicator],
    *,
    standard_errors: pd.DataFrame | None = None,
    block_weights: Mapping[str, float] | None = None,
    concentration: float = 50.0,
    normalisations: Sequence[str] = NORMALISATIONS,
    aggregations: Sequence[str] = AGGREGATIONS,
    samples: int = 256,
    seed: int = 0,
) -> pd.DataFrame:
    """Which choice moves the order of units most: Sobol' indices of the average rank shift.

    The output is the mean absolute difference between a draw's ranks and the median ranks; its
    variance is divided among the five choices.

    Parameters
    ----------
    values, indicators, standard_errors, block_weights, concentration, normalisations, aggregations
        See `rank_uncertainty`.
    samples : int
        Power of two; the model is run (5 + 2) times that often.
    seed : int

    Returns
    -------
    pandas.DataFrame
        One row per choice: ``choice``, ``first_order`` (its own share of the variance),
        ``total`` (with all its interactions).

    Notes
    -----
    Each choice is a group of uniform inputs (the weights of several blocks, for instance), as
    in Saltelli's group design; Saltelli (2010) for first-order, Jansen for total indices.

    References
    ----------
    Saltelli et al. (2010), Computer Physics Communications 181: 259-270.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> values = pd.DataFrame(rng.uniform(0, 100, (8, 3)), columns=list("abc"))
    >>> parts = [Indicator(name, name, 0, 100) for name in "abc"]
    >>> table = index_sensitivity(values, parts, samples=64)
    >>> table["choice"].tolist()
    ['weights', 'normalisation', 'aggregation', 'left_out', 'sampling_error']
    >>> float(table.loc[4, "total"])  # no sampling error was given
    0.0
    """
    model = IndexModel.build(
        values,
        indicators,
        standard_errors,
        block_weights,
        concentration,
        normalisations,
        aggregations,
        True,
    )
    pilot = np.random.default_rng(seed).random((200, model.dimensions))
    typical = np.nanmedian(model.ranks(pilot), axis=0)

    def rank_shift(points: Array) -> Array:
        return np.nanmean(np.abs(model.ranks(points) - typical), axis=1)

    first, total = grouped_sobol(rank_shift, model.groups, samples=samples, seed=seed)
    return pd.DataFrame({"choice": CHOICES, "first_order": first, "total": total})
