"""What the screening can find at this size, and what chance alone would show."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import FloatArray, check_share
from msoko_lib.methods.bunching_chance import bunching_power


def domain_power(
    n: Any,
    *,
    alpha: float = 0.05,
    reference_share: float = 0.30,
    share_difference: float = 0.25,
    share_moved: float = 0.40,
    near_cutoff: float = 0.40,
    shift: float = 0.5,
    group_sd: float = 0.2,
    pupil_sd: float = 0.75,
    sd_ratio: float = 0.6,
) -> pd.DataFrame:
    """Power of one test of each domain at n pupils.

    Formulas, all one-sided at ``alpha``:

    - concordance: exact binomial, share of lowered marks p₀ against p₀ + ``share_difference``;
    - bunching: ``bunching_power`` with ``near_cutoff · n`` results near the cut-offs;
    - consistency: Φ(shift / √(σu² + σe²/n) − z_{1−α}), shift in pupil standard deviations;
    - spread: P(χ²_{n−1}·ratio² ≤ χ²_{n−1,α}).

    Parameters
    ----------
    n : int or array-like
        Pupil results pooled in the test.
    alpha : float
        One-sided level of a single test (before the false discovery rate).
    reference_share, share_difference : float
        Concordance: usual share of lowered marks and the excess to be found.
    share_moved, near_cutoff : float
        Bunching: share of those below a cut-off who are moved; share of results near a cut-off.
    shift, group_sd, pupil_sd : float
        Consistency: size to be found, σu and σe, all in pupil standard deviations.
    sd_ratio : float
        Spread: true standard deviation over the expected one.

    Returns
    -------
    DataFrame
        One row per n: ``n, concordance, bunching, consistency, spread`` (power, 0…1).

    Examples
    --------
    >>> domain_power([15, 50]).round(2).values.tolist()
    [[15.0, 0.45, 0.23, 0.56, 0.8], [50.0, 0.98, 0.76, 0.71, 1.0]]
    """
    check_share(alpha, "alpha")
    sizes = np.atleast_1d(np.asarray(n, dtype=int))
    near = np.floor(sizes * near_cutoff).astype(int)
    raised = min(reference_share + share_difference, 1.0)
    critical = stats.binom.isf(alpha, sizes, reference_share) + 1
    se = np.sqrt(group_sd**2 + pupil_sd**2 / np.maximum(sizes, 1))
    df = np.maximum(sizes - 1, 1)
    return pd.DataFrame(
        {
            "n": sizes,
            "concordance": stats.binom.sf(critical - 1, sizes, raised),
            "bunching": bunching_power(near, share=share_moved, alpha=alpha),
            "consistency": stats.norm.cdf(shift / se - stats.norm.isf(alpha)),
            "spread": stats.chi2.cdf(stats.chi2.ppf(alpha, df) / sd_ratio**2, df),
        }
    )


def expected_false_flags(
    n_schools: int,
    n_domains: int = 4,
    *,
    alpha: float = 0.05,
    rho: float = 0.0,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """What the screening shows when no school has any problem.

    Formula: z-values of ``n_domains`` domains with common correlation ρ, independent between
    schools and years; Benjamini–Hochberg inside each domain; counted over ``draws`` simulated
    municipalities. Without the adjustment ``n_schools · n_domains · alpha`` flags are expected.

    Parameters
    ----------
    n_schools, n_domains : int
    alpha : float
        False discovery rate, and the level of the unadjusted tests.
    rho : float
        Correlation of the domains, 0…1.
    draws, seed : int

    Returns
    -------
    DataFrame
        ``measure, expected`` (per municipality and year), ``share_of_schools,
        monte_carlo_se`` (of ``expected``) for the measures "unadjusted_flags", "domain_flags",
        "check" (two or more domains) and "priority" (the same school twice running).

    Examples
    --------
    >>> table = expected_false_flags(30, 4, draws=200)
    >>> table.loc[table.measure == "unadjusted_flags", "expected"].item()
    6.0
    """
    if n_schools < 1 or n_domains < 1:
        raise ValueError(
            f"n_schools and n_domains must be positive, found {n_schools} and {n_domains}"
        )
    if not 0 <= rho <= 1:
        raise ValueError(f"rho must lie in 0…1, found {rho}")
    rng = np.random.default_rng(seed)
    shape = (draws, 2, n_schools)
    common = rng.standard_normal((*shape, 1))
    own = rng.standard_normal((*shape, n_domains))
    p = stats.norm.sf(np.sqrt(rho) * common + np.sqrt(1 - rho) * own)
    flagged = _rejected(np.moveaxis(p, 2, -1), alpha)
    domains = flagged.sum(axis=2)
    check = domains >= 2
    counts = {
        "domain_flags": flagged[:, 1].sum(axis=(1, 2)),
        "check": check[:, 1].sum(axis=1),
        "priority": (check[:, 0] & check[:, 1]).sum(axis=1),
    }
    rows = [("unadjusted_flags", n_schools * n_domains * alpha, np.nan, 0.0)]
    rows += [
        (name, float(v.mean()), float(v.mean()) / n_schools, float(v.std(ddof=1) / np.sqrt(draws)))
        for name, v in counts.items()
    ]
    return pd.DataFrame(rows, columns=["measure", "expected", "share_of_schools", "monte_carlo_se"])


def _rejected(p: FloatArray, alpha: float) -> np.ndarray:
    """Benjamini–Hochberg along the last axis, for many families at once."""
    size = p.shape[-1]
    ordered = np.sort(p, axis=-1)
    passes = ordered <= alpha * np.arange(1, size + 1) / size
    last = size - np.argmax(passes[..., ::-1], axis=-1)
    limit = np.where(passes.any(axis=-1), last * alpha / size, -1.0)
    return np.asarray(p <= limit[..., None])
