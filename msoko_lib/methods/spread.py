"""Too little spread: are marks closer together than marks with that mean ever are?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import optimize, stats

from msoko_lib.methods._numbers import FloatArray
from msoko_lib.methods.score_counts import as_score_counts, count_scores

SMALLEST_CLASS = 5


def spread_test(
    n: Any, sd: Any, sigma: Any, excess_kurtosis: Any = 0.0, within_share: Any = 1.0
) -> pd.DataFrame:
    """Lower-tail test of a class's standard deviation against the one to be expected.

    Formula: ``(n − 1)s²/σ²`` is compared with the lower tail of χ² with n − 1 degrees of freedom.
    Whole bounded marks are not normal: with excess kurtosis κ the variance of s² is
    ``σ⁴(2/(n − 1) + κ/n)``, so the degrees of freedom become ``f = 2/(2/(n − 1) + κ/n)`` and the
    statistic ``f·s²/σ²`` (Box, 1953). κ = 0 gives the textbook test, κ < 0 (flat, bounded marks) a
    sharper one, κ > 0 a milder one. Where the reference distribution itself is at hand,
    ``spread_test_scores`` simulates instead and assumes nothing.

    Parameters
    ----------
    n : int or array-like
        Pupils in each class.
    sd : float or array-like
        Standard deviation of the class (divisor n − 1), points.
    sigma : float or array-like
        Standard deviation expected at that class mean, points: see ``reference_sd``. Never the
        overall one: a high mean squeezes marks against the ceiling.
    excess_kurtosis : float or array-like
        κ of the reference scores inside a class.
    within_share : float or array-like
        Share of the reference variance that lies inside classes (1 − ICC); σ² is multiplied by it,
        because pupils of one class are alike for innocent reasons.

    Returns
    -------
    DataFrame
        One row per class: ``n, sd, sigma, ratio`` (variance ratio), ``statistic``,
        ``degrees_of_freedom``, ``p_value`` (lower tail), ``status`` ("ok", or "not_enough_data"
        below 5 pupils or without σ).

    Raises
    ------
    ValueError
        On negative standard deviations or a negative number of pupils.

    Notes
    -----
    Box, G. E. P. (1953). Non-normality and tests on variances. *Biometrika* 40, 318–335.

    Examples
    --------
    >>> spread_test(20, 2.0, 3.6).p_value.round(4).tolist()
    [0.0018]
    """
    sizes, s, sigmas, kurtosis, share = np.broadcast_arrays(
        *(
            np.atleast_1d(np.asarray(v, dtype=float))
            for v in (n, sd, sigma, excess_kurtosis, within_share)
        )
    )
    if np.any(s < 0) or np.any(sigmas < 0) or np.any(sizes < 0):
        raise ValueError("n, sd and sigma must not be negative")
    ok = np.isfinite(s) & (sizes >= SMALLEST_CLASS) & (sigmas > 0) & (share > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(ok, s**2 / (sigmas**2 * share), np.nan)
        df = np.where(ok, 2 / np.maximum(2 / (sizes - 1) + kurtosis / sizes, 1e-9), np.nan)
    return pd.DataFrame(
        {
            "n": sizes,
            "sd": s,
            "sigma": sigmas,
            "ratio": ratio,
            "statistic": df * ratio,
            "degrees_of_freedom": df,
            "p_value": stats.chi2.cdf(df * ratio, df),
            "status": np.where(ok, "ok", "not_enough_data"),
        }
    )


def spread_test_scores(
    scores: Any, reference: Any, *, icc: float = 0.0, draws: int = 4000, seed: int = 0
) -> pd.DataFrame:
    """The same question by simulation from the reference distribution, for one class.

    Formula: the reference counts c_s are tilted to the class mean, ``p_s ∝ c_s·e^{θs}`` with θ such
    that Σ s·p_s is the mean of the class: of all distributions with that mean the one nearest to
    the reference, still whole and bounded, so ceiling, gaps and combs are kept. n pupils are drawn
    ``draws`` times; ``p = (1 + #{s*² ≤ s²·c}) / (1 + draws)``, where c = 1/(1 − ICC) undoes the
    part of the reference variance that lies between classes.

    Parameters
    ----------
    scores : array-like of int
        Scores of the class; missing ones are left out.
    reference : counts by score
        See ``score_counts.as_score_counts``.
    icc : float
        Share of the reference variance between classes, 0…1.
    draws, seed : int

    Returns
    -------
    DataFrame
        One row: ``n, mean, sd, sigma`` (of the tilted reference inside a class), ``ratio``,
        ``p_value``, ``draws``, ``status`` ("ok", "not_enough_data" below 5 pupils, or "at_limit"
        when every pupil has the lowest or the highest score, where no spread is possible).

    Examples
    --------
    >>> reference = np.random.default_rng(1).binomial(20, 0.6, 5000)
    >>> counts = np.bincount(reference, minlength=21)
    >>> found = spread_test_scores([12] * 14 + [13] * 6, counts)
    >>> bool(found.p_value[0] < 0.001)
    True
    """
    if not 0 <= icc < 1:
        raise ValueError(f"icc must lie in 0…1, found {icc}")
    counted = count_scores(scores)
    values = np.repeat(counted.index.to_numpy(dtype=float), counted.to_numpy(dtype=np.int64))
    counts = as_score_counts(reference)
    n = values.size
    mean = float(values.mean()) if n else np.nan
    sd = float(values.std(ddof=1)) if n > 1 else np.nan
    inside = counts.scores[0] < mean < counts.scores[-1]
    status = "not_enough_data" if n < SMALLEST_CLASS else "ok" if inside else "at_limit"
    sigma = p = np.nan
    if status == "ok":
        weights = _tilt(counts.scores.astype(float), counts.counts, mean)
        sigma = float(np.sqrt(_variance(counts.scores, weights) * (1 - icc)))
        rng = np.random.default_rng(seed)
        drawn = rng.multinomial(n, weights, size=draws).astype(float)
        first, second = drawn @ counts.scores, drawn @ (counts.scores.astype(float) ** 2)
        simulated = (second - first**2 / n) / (n - 1)
        # The tolerance keeps ties of a discrete statistic on the cautious side.
        p = (1 + int((simulated <= sd**2 / (1 - icc) * (1 + 1e-9) + 1e-12).sum())) / (1 + draws)
    return pd.DataFrame(
        {
            "n": [n],
            "mean": [mean],
            "sd": [sd],
            "sigma": [sigma],
            "ratio": [sd**2 / sigma**2 if sigma > 0 else np.nan],
            "p_value": [p],
            "draws": [draws],
            "status": [status],
        }
    )


def _variance(scores: Any, weights: FloatArray) -> float:
    mean = float(weights @ scores)
    return float(weights @ (scores - mean) ** 2)


def _tilt(scores: FloatArray, counts: FloatArray, mean: float) -> FloatArray:
    """Reference shares tilted exponentially to a given mean."""
    present = counts > 0
    centred = scores - mean
    low, high = scores[present].min(), scores[present].max()
    if not low < mean < high:
        return np.asarray(np.where(scores == scores[np.abs(centred).argmin()], 1.0, 0.0))

    def shares(theta: float) -> FloatArray:
        exponent = np.where(present, theta * centred, -np.inf)
        raw = counts * np.exp(exponent - exponent.max())
        return np.asarray(raw / raw.sum())

    bound = 1.0
    while shares(bound) @ centred < 0 or shares(-bound) @ centred > 0:
        bound *= 2
    return shares(float(optimize.brentq(lambda theta: shares(theta) @ centred, -bound, bound)))


def reference_sd(
    mean: Any, sd: Any, n: Any, at: Any = None, *, minimum: float, maximum: float
) -> FloatArray:
    """Standard deviation inside a class to be expected at a class mean.

    Formula: on a scale from a to b the variance vanishes at both ends, so
    ``σ²(m) = (m − a)(b − m)·(β₀ + β₁·u)`` with u = (m − a)/(b − a) is fitted to the classes'
    variances by least squares, weighted by (n − 1)/((m − a)(b − m))². The result is kept between a
    fifth and five times the pooled ratio.

    Parameters
    ----------
    mean, sd, n : array-like
        Mean, standard deviation (points) and pupils of the reference classes; classes with fewer
        than 5 pupils, missing values or a mean at the limit are left out.
    at : array-like, optional
        Means at which the expectation is wanted; by default ``mean``.
    minimum, maximum : float
        Lowest and highest possible score, points.

    Returns
    -------
    array of float
        σ at each mean, points.

    Raises
    ------
    ValueError
        With fewer than 8 usable classes or an empty scale.

    Examples
    --------
    >>> means = np.linspace(4, 18, 30)
    >>> sds = np.sqrt(means * (20 - means) * 0.1)
    >>> reference_sd(means, sds, [25] * 30, at=[10.0], minimum=0, maximum=20).round(2).tolist()
    [3.16]
    """
    if not minimum < maximum:
        raise ValueError(f"the scale needs minimum < maximum, found {minimum} and {maximum}")
    m, s, size = (np.asarray(v, dtype=float) for v in (mean, sd, n))
    room = (m - minimum) * (maximum - m)
    use = np.isfinite(m) & np.isfinite(s) & (size >= SMALLEST_CLASS) & (room > 0)
    if use.sum() < 8:
        raise ValueError(f"reference_sd needs at least 8 classes of 5 pupils, found {use.sum()}")
    ratio, weight = (s**2)[use] / room[use], np.sqrt(size[use] - 1)
    u = (m[use] - minimum) / (maximum - minimum)
    design = np.column_stack([np.ones_like(u), u])
    beta = np.linalg.lstsq(design * weight[:, None], ratio * weight, rcond=None)[0]
    pooled = float(np.average(ratio, weights=weight**2))
    wanted = m if at is None else np.asarray(at, dtype=float)
    position = (wanted - minimum) / (maximum - minimum)
    fitted = np.clip(beta[0] + beta[1] * position, pooled / 5, pooled * 5)
    return np.asarray(np.sqrt(np.maximum((wanted - minimum) * (maximum - wanted), 0) * fitted))
