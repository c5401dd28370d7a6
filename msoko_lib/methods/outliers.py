"""Flags: which units differ from their reference, with the error rate declared in advance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import (
    FloatArray,
    check_share,
    counts_and_totals,
    scalar_or_array,
    to_floats,
    to_labels,
)
from msoko_lib.methods.funnel import smallest_flagging_count, spread_of_z
from msoko_lib.methods.multiplicity import benjamini_hochberg


def exact_binomial_p(x: Any, n: Any, p0: Any, alternative: str = "two-sided") -> Any:
    """Exact binomial p-value against a known share; vectorised.

    ``greater``: P(X ≥ x), ``less``: P(X ≤ x), ``two-sided``: twice the smaller of the two, at
    most 1.

    Parameters
    ----------
    x, n : float or array-like
        Events and totals; n = 0 or a missing value gives NaN.
    p0 : float or array-like
        Reference share, 0…1.
    alternative : {"two-sided", "greater", "less"}
        Direction of interest.

    Returns
    -------
    float or numpy.ndarray

    Notes
    -----
    The two-sided value is the central one (the Clopper–Pearson inversion), so "p ≤ .05" agrees
    with `smallest_flagging_count` at .025 a side; ``scipy.stats.binomtest`` adds up the less
    likely outcomes instead and can flag a count that no one-sided .025 test would. The one-sided
    values are the same.

    Examples
    --------
    >>> round(exact_binomial_p(5, 10, 0.2, "greater"), 4), round(exact_binomial_p(5, 10, 0.2), 4)
    (0.0328, 0.0656)
    """
    count, total = counts_and_totals(x, n)
    share = check_share(p0, "p0", open_ends=False)
    known = np.where(total > 0, 1.0, np.nan)
    at_least = stats.binom.sf(count - 1, total, share) * known
    at_most = stats.binom.cdf(count, total, share) * known
    return scalar_or_array(_choose_tail(at_least, at_most, alternative))


def _choose_tail(at_least: FloatArray, at_most: FloatArray, alternative: str) -> FloatArray:
    if alternative == "greater":
        return np.asarray(at_least)
    if alternative == "less":
        return np.asarray(at_most)
    if alternative == "two-sided":
        return np.asarray(np.minimum(1, 2 * np.minimum(at_least, at_most)))
    raise ValueError(f"alternative must be 'two-sided', 'greater' or 'less', found {alternative!r}")


def flag_outliers(
    x: Any,
    n: Any,
    target: Any = None,
    *,
    unit: Any = None,
    family: Any = None,
    alpha: float = 0.05,
    alternative: str = "two-sided",
    min_n: int = 1,
    adjust_overdispersion: bool = True,
) -> pd.DataFrame:
    """Say which units lie above or below their reference share, family by family.

    1. An exact p-value: binomial against a given target; without a target each unit is compared
       with all the others of its family by the exact conditional (hypergeometric) test, which
       allows for the others being a sample too.
    2. If the *other* units of the family spread more than chance (`overdispersion`), a normal
       p-value of ``z_D = (p − θ)/√(s² + τ²)``; the larger of the two p-values counts.
    3. Benjamini–Hochberg inside the family.

    Parameters
    ----------
    x, n : array-like, shape (units,)
        Events and totals.
    target : float or array-like, optional
        Known reference share(s), strictly between 0 and 1, e.g. of the region. None: the rest of
        the family (leave-one-out).
    unit : array-like, optional
        Labels of the units; by default 0, 1, …
    family : array-like, optional
        Label of each row's family (one indicator × all schools × one year); default one family.
    alpha : float
        False discovery rate inside a family.
    alternative : {"two-sided", "greater", "less"}
        Direction of interest.
    min_n : int
        Units with fewer pupils are not tested and not counted in the family.
    adjust_overdispersion : bool
        Whether step 2 is done.

    Returns
    -------
    DataFrame
        One row per unit in the order given: ``unit, family, x, n, share, target, z, z_adjusted,
        phi, tau2, p_exact, p, q, flagged, status, count_to_flag_above, count_to_flag_below``.
        ``phi`` and ``tau2`` are those of the other units; ``z`` and ``z_adjusted`` are
        distances in standard errors (for reading; ``p`` decides). ``status`` is one of ``above,
        below, not_different, not_enough, no_data``. ``count_to_flag_above`` / ``_below`` are the
        counts a single test of this n would need at ``alpha/2`` a side (NaN: no count would do).

    Notes
    -----
    Spiegelhalter 2005 (see `overdispersion`); Fisher's exact test for the comparison with the
    rest; Benjamini & Hochberg 1995.

    Examples
    --------
    >>> table = flag_outliers([9, 2, 3, 1], [20, 22, 30, 3], target=0.1, min_n=5)
    >>> table["status"].tolist()
    ['above', 'not_different', 'not_different', 'not_enough']
    """
    count, total = (np.atleast_1d(values) for values in counts_and_totals(x, n))
    if count.ndim != 1 or count.size == 0:
        raise ValueError(f"x and n must be non-empty lists, found shape {count.shape}")
    if np.any(count % 1 > 0) or np.any(total % 1 > 0):
        raise ValueError("x and n must be whole numbers: the tests are exact")
    known_target = None
    if target is not None:
        known_target = np.broadcast_to(check_share(target, "target"), count.shape).astype(float)
    table = pd.DataFrame(
        {
            "unit": np.arange(count.size) if unit is None else to_labels(unit),
            "family": np.zeros(count.size, int) if family is None else to_labels(family),
            "x": count,
            "n": total,
        }
    )
    has_data = (total > 0) & ~np.isnan(count)
    enough = has_data & (total >= min_n)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["share"] = np.where(has_data, count / total, np.nan)
    columns = ["target", "z", "z_adjusted", "phi", "tau2", "p_exact", "p"]
    for column in columns:
        table[column] = np.nan
    for _, rows in table.index[enough].groupby(table["family"][enough]).items():
        own_target = None if known_target is None else known_target[rows]
        result = _test_family(
            count[rows], total[rows], own_target, alternative, adjust_overdispersion
        )
        table.loc[rows, columns] = result[columns].to_numpy()
    table["q"], flagged = benjamini_hochberg(table["p"], table["family"], alpha)
    table["flagged"] = flagged
    side = np.where(table["share"] > table["target"], "above", "below")
    table["status"] = np.select(
        [~has_data, ~enough | table["p"].isna(), flagged],
        ["no_data", "not_enough", side],
        "not_different",
    )
    table["count_to_flag_above"], table["count_to_flag_below"] = _needed_counts(
        total, to_floats(table["target"], "target"), enough, alpha / 2
    )
    return table


def _test_family(
    count: FloatArray, total: FloatArray, target: FloatArray | None, alternative: str, adjust: bool
) -> pd.DataFrame:
    """Exact and over-dispersion-adjusted p-values of the units of one family."""
    rest_n = total.sum() - total
    if target is None:
        with np.errstate(divide="ignore", invalid="ignore"):
            theta = (count.sum() - count) / rest_n
        pooled, draws = int(total.sum()), total
        hits = int(count.sum())
        at_least = stats.hypergeom.sf(count - 1, pooled, hits, draws)
        at_most = stats.hypergeom.cdf(count, pooled, hits, draws)
        exact = np.where(rest_n > 0, _choose_tail(at_least, at_most, alternative), np.nan)
    else:
        theta = target
        exact = np.asarray(exact_binomial_p(count, total, theta, alternative))
    phi, tau2 = _spread_of_others(count, total, theta, target is None)
    share = count / total
    with np.errstate(divide="ignore", invalid="ignore"):
        chance, shared = 1 / total, np.ones_like(total)
        if target is None:
            # The rest of the family is a sample with its own chance and between-unit variance.
            chance = chance + 1 / rest_n
            shared = shared + ((total**2).sum() - total**2) / rest_n**2
            base = count.sum() / total.sum() * (1 - count.sum() / total.sum())
        else:
            base = theta * (1 - theta)
        z = (share - theta) / np.sqrt(base * chance)
        z_adjusted = (share - theta) / np.sqrt(base * chance + tau2 * shared)
    p = exact
    if adjust:
        normal = _choose_tail(stats.norm.sf(z_adjusted), stats.norm.cdf(z_adjusted), alternative)
        p = np.where(tau2 > 0, np.maximum(exact, normal), exact)
    return pd.DataFrame(
        {
            "target": theta,
            "z": z,
            "z_adjusted": z_adjusted,
            "phi": phi,
            "tau2": tau2,
            "p_exact": exact,
            "p": p,
        }
    )


def _spread_of_others(
    count: FloatArray, total: FloatArray, theta: FloatArray, leave_one_out: bool
) -> tuple[FloatArray, FloatArray]:
    """φ and τ² of the family without the unit that is being judged.

    In a family of eight schools one true outlier would otherwise widen its own limits until it
    hides itself.
    """
    phi, tau2 = np.full(count.size, np.nan), np.zeros(count.size)
    share = count / total
    for j in range(count.size):
        others = np.arange(count.size) != j
        target = np.full(others.sum(), theta[j]) if leave_one_out else theta[others]
        se = np.sqrt(target * (1 - target) / total[others])
        if np.all(se > 0):
            spread = spread_of_z((share[others] - target) / se, se)
            phi[j], tau2[j] = spread.phi, spread.tau2
    return phi, tau2


def _needed_counts(
    total: FloatArray, target: FloatArray, enough: np.ndarray, tail: float
) -> tuple[FloatArray, FloatArray]:
    above, below = np.full(total.size, np.nan), np.full(total.size, np.nan)
    usable = enough & (target > 0) & (target < 1)
    if usable.any():
        n, p0 = total[usable], target[usable]
        above[usable] = smallest_flagging_count(n, p0, tail)
        below[usable] = n - smallest_flagging_count(n, 1 - p0, tail)
    return above, below
