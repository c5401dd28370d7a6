"""Objectivity screening: what several independent signs say together, and what they cannot say.

The domains are concordance (journal against test), bunching (steps at the cut-offs), consistency
(later results) and spread (too little variance). Each gives a p-value per school and year from its
own module; here they are combined. The result is never a probability of cheating.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import FloatArray, check_share, normal_quantile
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.methods.medals import medal_confirmation
from msoko_lib.methods.objectivity_grade import GRADES, grade_over_years
from msoko_lib.methods.objectivity_power import domain_power, expected_false_flags

__all__ = [
    "DOMAINS",
    "GRADES",
    "ObjectivityScreen",
    "domain_correlation",
    "domain_power",
    "expected_false_flags",
    "grade_over_years",
    "medal_confirmation",
    "screen_objectivity",
    "stouffer_z",
]

DOMAINS = ("concordance", "bunching", "consistency", "spread")
# p-values of exactly 0 or 1 (a discrete test) would make z infinite.
SMALLEST_P = 1e-12


def stouffer_z(z: Any, rho: Any = 0.0) -> float:
    """Combine z-values of correlated domains.

    Formula: ``Z = Σz / √(k + 2 Σ_{i<j} ρ_ij)``.

    Parameters
    ----------
    z : array-like, shape (k,)
        One z per domain, positive = sign of a problem; missing ones are left out.
    rho : float or array-like, shape (k, k)
        Correlation of the domains where nothing is wrong (from the reference), one number for all
        pairs or a matrix in the order of ``z``.

    Returns
    -------
    float
        Standard normal when every domain is as in the reference; NaN without any z.

    Raises
    ------
    ValueError
        When the matrix does not fit or makes the variance of the sum zero or negative.

    Examples
    --------
    >>> round(stouffer_z([2.1, 1.4, 0.3]), 3), round(stouffer_z([2.1, 1.4, 0.3], rho=0.3), 3)
    (2.194, 1.734)
    """
    values = np.atleast_1d(np.asarray(z, dtype=float))
    matrix = np.asarray(rho, dtype=float)
    if matrix.ndim == 0:
        matrix = np.where(np.eye(values.size) > 0, 1.0, float(matrix))
    if matrix.shape != (values.size, values.size):
        raise ValueError(
            f"rho must be one number or a {values.size} × {values.size} matrix, "
            f"found shape {matrix.shape}"
        )
    known = np.isfinite(values)
    if not known.any():
        return float("nan")
    pairs = np.triu(matrix[np.ix_(known, known)], 1).sum()
    variance = known.sum() + 2 * pairs
    if variance <= 0:
        raise ValueError(f"rho gives the sum of the z-values the variance {variance:.3g}")
    return float(values[known].sum() / np.sqrt(variance))


def domain_correlation(reference: pd.DataFrame, fewest: int = 20) -> pd.DataFrame:
    """Correlation of the domains' z-values in the reference schools.

    Formula: Spearman's r_s turned into the normal correlation, ``ρ = 2 sin(π r_s / 6)``, so that a
    few schools with real problems do not set it; negative values count as 0, which is cautious.

    Parameters
    ----------
    reference : DataFrame
        One row per school (× year), one column of z per domain.
    fewest : int
        Pairs with fewer common schools get 0.

    Returns
    -------
    DataFrame
        Square matrix with 1 on the diagonal.

    Examples
    --------
    >>> z = pd.DataFrame({"spread": range(30), "bunching": range(30)})
    >>> domain_correlation(z).loc["spread", "bunching"].round(6)
    np.float64(1.0)
    """
    ranks = reference.corr(method="spearman", min_periods=fewest)
    rho = 2 * np.sin(np.pi * ranks / 6)
    cautious = rho.clip(lower=0.0, upper=1.0).fillna(0.0)
    values = cautious.to_numpy(copy=True)
    np.fill_diagonal(values, 1.0)
    return pd.DataFrame(values, index=cautious.index, columns=cautious.columns)


@dataclass(frozen=True)
class ObjectivityScreen:
    """Outcome of ``screen_objectivity``.

    Attributes
    ----------
    table : DataFrame
        One row per school × year: ``school, year, domains_tested, domains_flagged,
        flagged_domains`` (comma-separated), ``z_combined, z_low, z_high, grade``.
    domains : DataFrame
        One row per school × year × domain: the input with ``z, q_value, flagged``.
    expected : DataFrame
        What chance alone gives with as many schools and domains (``expected_false_flags``).
    """

    table: pd.DataFrame
    domains: pd.DataFrame
    expected: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row per school × year."""
        return self.table.copy()


def screen_objectivity(
    results: pd.DataFrame,
    *,
    rho: float | pd.DataFrame = 0.0,
    alpha: float = 0.05,
    min_n: int = 20,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> ObjectivityScreen:
    """Combine the domains of every school and year.

    Formula: Benjamini–Hochberg inside the family "one domain × one year × all schools"; number of
    domains flagged; Stouffer's Z with the correlation ρ of the domains; grade by
    ``grade_over_years``. Given ρ, Z has standard error 1, so its interval is Z ± z (the limit of a
    parametric bootstrap of the domains' z from a normal distribution with correlation ρ).

    Parameters
    ----------
    results : DataFrame
        One row per school × year × domain: ``school``, ``domain``, ``p_value`` (small = sign of a
        problem); optional ``year``, ``n``, ``z`` and ``status`` (only "ok" rows count; a missing
        p-value does not count either). By default z = Φ⁻¹(1 − p).
    rho : float or DataFrame
        Correlation of the domains, one number or a matrix labelled by domain (see
        ``domain_correlation``).
    alpha : float
        False discovery rate inside each family.
    min_n : int
        Rows with a known ``n`` below this are not enough data (FIOKO: fewer than 20 results are
        "limited").
    level : float
        Confidence level of the interval of Z.
    draws, seed : int
        Simulations for ``expected``.

    Returns
    -------
    ObjectivityScreen

    Raises
    ------
    ValueError
        When columns are absent, p-values lie outside 0…1 or a school × year × domain is repeated.

    Notes
    -----
    A school with fewer than two tested domains has the grade "not_enough_data": that is a result.

    Examples
    --------
    >>> results = pd.DataFrame({
    ...     "school": ["a", "a", "b", "b"], "domain": ["bunching", "spread"] * 2,
    ...     "p_value": [0.0001, 0.001, 0.6, 0.4]})
    >>> screen_objectivity(results, draws=20).table[["school", "grade"]].values.tolist()
    [['a', 'check'], ['b', 'no_grounds']]
    """
    check_share(alpha, "alpha")
    data = _checked(results, min_n)
    usable = data["p_value"].where(data["status"] == "ok")
    family = data.groupby(["year", "domain"], sort=False).ngroup()
    adjusted = benjamini_hochberg(usable.to_numpy(float), family=family, alpha=alpha)
    from_p = stats.norm.isf(usable.clip(SMALLEST_P, 1 - SMALLEST_P))
    data["z"] = data["z"].where(usable.notna()).fillna(pd.Series(from_p, index=data.index))
    data["q_value"], data["flagged"] = adjusted.q, adjusted.rejected
    half = normal_quantile(level)
    rows = []
    for (school, year), part in data.groupby(["school", "year"], sort=True):
        tested = part[part["z"].notna()]
        flagged = sorted(tested.loc[tested["flagged"], "domain"])
        z = (
            stouffer_z(tested["z"], _correlation_of(tested["domain"].tolist(), rho))
            if len(tested)
            else np.nan
        )
        rows.append(
            (
                school,
                year,
                len(tested),
                len(flagged),
                ", ".join(map(str, flagged)),
                z,
                z - half,
                z + half,
            )
        )
    table = pd.DataFrame(
        rows,
        columns=[
            "school",
            "year",
            "domains_tested",
            "domains_flagged",
            "flagged_domains",
            "z_combined",
            "z_low",
            "z_high",
        ],
    )
    table["grade"] = grade_over_years(table)
    tested_domains = data.loc[usable.notna(), "domain"].nunique()
    common = rho if isinstance(rho, float | int) else _mean_correlation(rho)
    expected = expected_false_flags(
        data["school"].nunique(),
        max(tested_domains, 1),
        alpha=alpha,
        rho=float(common),
        draws=draws,
        seed=seed,
    )
    return ObjectivityScreen(table, data, expected)


def _checked(results: pd.DataFrame, min_n: int) -> pd.DataFrame:
    lacking = {"school", "domain", "p_value"} - set(results.columns)
    if lacking:
        raise ValueError(f"results lack the columns {sorted(lacking)}")
    data = results.copy().reset_index(drop=True)
    for column, default in (("year", 0), ("status", "ok"), ("z", np.nan), ("n", np.nan)):
        if column not in data:
            data[column] = default
    data = data.dropna(subset=["school", "domain", "year"]).reset_index(drop=True)
    data["p_value"] = pd.to_numeric(data["p_value"]).astype(float)
    data["z"] = pd.to_numeric(data["z"]).astype(float)
    few = pd.to_numeric(data["n"]).astype(float) < min_n
    data.loc[few & (data["status"] == "ok"), "status"] = "not_enough_data"
    if ((data["p_value"] < 0) | (data["p_value"] > 1)).any():
        raise ValueError("p-values must lie between 0 and 1")
    repeated = data.duplicated(["school", "year", "domain"])
    if repeated.any():
        first = data.loc[repeated, ["school", "year", "domain"]].iloc[0].tolist()
        raise ValueError(
            f"each school × year × domain must appear once, found twice: {first}; "
            f"pool works inside a domain first"
        )
    return data


def _correlation_of(domains: list[Any], rho: float | pd.DataFrame) -> FloatArray | float:
    if isinstance(rho, pd.DataFrame):
        lacking = [d for d in domains if d not in rho.index]
        if lacking:
            raise ValueError(f"rho has no row for the domains {lacking}")
        return np.asarray(rho.loc[domains, domains], dtype=float)
    return float(rho)


def _mean_correlation(rho: pd.DataFrame) -> float:
    pairs = rho.to_numpy(dtype=float)[np.triu_indices(len(rho), 1)]
    return float(pairs.mean()) if pairs.size else 0.0
