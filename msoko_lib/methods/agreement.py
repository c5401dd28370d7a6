"""Agreement and marginal change in square tables, for many tables at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import FloatArray
from msoko_lib.methods.outliers import exact_binomial_p

_NO_CHANGE = 1e-10


def shift_moments(
    counts: FloatArray, marks: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Pupils, mean and standard deviation (n − 1) of journal minus external mark per table.

    Parameters
    ----------
    counts : numpy.ndarray, shape (tables, K, K)
    marks : numpy.ndarray, shape (K,)

    Returns
    -------
    n, mean, sd : numpy.ndarray, shape (tables,)
        Mean and sd in marks; NaN where there are too few pupils.

    Examples
    --------
    >>> n, mean, sd = shift_moments(np.array([[[2.0, 0], [2, 0]]]), np.array([3.0, 4]))
    >>> n.tolist(), mean.tolist(), sd.round(3).tolist()
    ([4.0], [0.5], [0.577])
    """
    difference = marks[:, None] - marks
    n = counts.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (counts * difference).sum(axis=(1, 2)) / n
        squares = (counts * (difference - mean[:, None, None]) ** 2).sum(axis=(1, 2))
        sd = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
    return n, mean, sd


def direction_counts(counts: FloatArray) -> dict[str, FloatArray]:
    """Pupils whose external mark is lower than, equal to and higher than the journal mark.

    Examples
    --------
    >>> {k: v.tolist() for k, v in direction_counts(np.array([[[5.0, 1], [3, 7]]])).items()}
    {'lowered': [3.0], 'confirmed': [12.0], 'raised': [1.0]}
    """
    return {
        "lowered": np.tril(counts, -1).sum(axis=(1, 2)),
        "confirmed": np.trace(counts, axis1=1, axis2=2),
        "raised": np.triu(counts, 1).sum(axis=(1, 2)),
    }


def weighted_kappa(
    counts: FloatArray, marks: FloatArray, weights: str = "linear"
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Cohen's (weighted) kappa with its standard error, per table.

    ``κ = 1 − Σw·o/Σw·e`` with disagreement weights w: 0/1 (``none``), ``|i − j|`` (``linear``) or
    ``(i − j)²`` (``quadratic``) in marks.

    Parameters
    ----------
    counts : numpy.ndarray, shape (tables, K, K)
    marks : numpy.ndarray, shape (K,)
    weights : {"none", "linear", "quadratic"}

    Returns
    -------
    kappa, se, se_null : numpy.ndarray, shape (tables,)
        NaN where one mark is all there is. ``se`` for intervals, ``se_null`` for testing κ = 0.

    Notes
    -----
    Fleiss, J. L., Cohen, J., & Everitt, B. S. (1969). Large sample standard errors of kappa and
    weighted kappa. *Psychological Bulletin* 72, 323–327.

    Examples
    --------
    >>> table = np.array([[[75.0, 1, 4], [5, 4, 1], [0, 0, 10]]])
    >>> [round(float(v[0]), 4) for v in weighted_kappa(table, np.arange(3.0), "none")]
    [0.6765, 0.0877, 0.0762]
    """
    distance = np.abs(marks[:, None] - marks)
    if weights == "none":
        penalty = (distance > 0).astype(float)
    elif weights in ("linear", "quadratic"):
        penalty = (distance / distance.max()) ** (1 if weights == "linear" else 2)
    else:
        raise ValueError(f"weights must be 'none', 'linear' or 'quadratic', found {weights!r}")
    agreement = 1 - penalty
    n = counts.sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = counts / n[:, None, None]
        row, column = share.sum(axis=2), share.sum(axis=1)
        chance = row[:, :, None] * column[:, None, :]
        observed = (agreement * share).sum(axis=(1, 2))
        expected = (agreement * chance).sum(axis=(1, 2))
        kappa = np.where(expected < 1 - 1e-12, (observed - expected) / (1 - expected), np.nan)
        pull = (column @ agreement.T)[:, :, None] + (row @ agreement)[:, None, :]
        keep = (1 - kappa)[:, None, None]
        variance = (share * (agreement - pull * keep) ** 2).sum(axis=(1, 2))
        variance -= (kappa - expected * (1 - kappa)) ** 2
        null = (chance * (agreement - pull) ** 2).sum(axis=(1, 2)) - expected**2
        scale = n * (1 - expected) ** 2
        return (
            kappa,
            np.sqrt(np.maximum(variance, 0) / scale),
            np.sqrt(np.maximum(null, 0) / scale),
        )


def marginal_tests(counts: FloatArray) -> pd.DataFrame:
    """Stuart–Maxwell, Bhapkar, Bowker and exact sign test of every table.

    * Stuart–Maxwell ``d'V⁻d`` with ``d_i = n_i. − n_.i``, ``V_ii = n_i. + n_.i − 2n_ii``,
      ``V_ij = −(n_ij + n_ji)``; the generalised inverse drops marks that nobody changed, and the
      degrees of freedom are the rank of V.
    * Bhapkar ``S/(1 − S/n)`` with S of Stuart–Maxwell.
    * Bowker ``Σ(n_ij − n_ji)²/(n_ij + n_ji)`` over pairs that occur, which are its df.
    * Sign test: pupils lowered against raised, Bin(½), two-sided.

    Parameters
    ----------
    counts : numpy.ndarray, shape (tables, K, K)

    Returns
    -------
    DataFrame
        One row per table: ``stuart_maxwell, stuart_maxwell_df, stuart_maxwell_p, bhapkar,
        bhapkar_p, bowker, bowker_df, bowker_p, sign_p``. Where no pupil changed there is no
        evidence of change: statistics 0, df 0, p = 1; empty tables give NaN.

    Notes
    -----
    Stuart, A. (1955). *Biometrika* 42, 412–416; Maxwell, A. E. (1970). *British Journal of
    Psychiatry* 116, 651–655; Bhapkar, V. P. (1966). *JASA* 61, 228–235; Bowker, A. H. (1948).
    *JASA* 43, 572–574. Nothing is added to empty cells, as statsmodels' ``SquareTable`` does unless
    told otherwise.

    Examples
    --------
    >>> tests = marginal_tests(np.array([[[10.0, 2], [9, 20]]]))
    >>> tests[["stuart_maxwell", "bowker", "sign_p"]].round(3).to_numpy().tolist()
    [[4.455, 4.455, 0.065]]
    """
    n = counts.sum(axis=(1, 2))
    both = counts + counts.transpose(0, 2, 1)
    change = counts.sum(axis=2) - counts.sum(axis=1)
    v = -both
    diagonal = np.arange(counts.shape[-1])
    v[:, diagonal, diagonal] = both.sum(axis=2) - both[:, diagonal, diagonal]
    inverse = np.linalg.pinv(v, rcond=_NO_CHANGE, hermitian=True)
    stuart = np.einsum("ti,tij,tj->t", change, inverse, change)
    df = np.linalg.matrix_rank(v, hermitian=True).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        bhapkar = np.where(stuart < n, stuart / (1 - stuart / n), np.inf)
        gap = (counts - counts.transpose(0, 2, 1)) ** 2 / np.where(both > 0, both, np.nan)
    upper = np.triu_indices(counts.shape[-1], 1)
    bowker = np.nansum(gap[:, upper[0], upper[1]], axis=1)
    bowker_df = (both[:, upper[0], upper[1]] > 0).sum(axis=1).astype(float)
    moves = direction_counts(counts)
    discordant = moves["lowered"] + moves["raised"]
    sign = np.asarray(exact_binomial_p(moves["lowered"], discordant, 0.5))
    table = pd.DataFrame(
        {
            "stuart_maxwell": stuart,
            "stuart_maxwell_df": df,
            "stuart_maxwell_p": _chi2_tail(stuart, df),
            "bhapkar": bhapkar,
            "bhapkar_p": _chi2_tail(bhapkar, df),
            "bowker": bowker,
            "bowker_df": bowker_df,
            "bowker_p": _chi2_tail(bowker, bowker_df),
            "sign_p": np.where(discordant > 0, sign, 1.0),
        }
    )
    table.loc[n == 0] = np.nan
    return table


def _chi2_tail(statistic: FloatArray, df: FloatArray) -> FloatArray:
    return np.where(df > 0, stats.chi2.sf(statistic, np.maximum(df, 1)), 1.0)
