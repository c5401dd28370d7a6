"""Inference with few clusters: the wild cluster restricted bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import to_labels

WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])
# With 2^5 = 32 sign vectors no p-value can be below .0625: Webb's six points are needed.
FEWEST_FOR_RADEMACHER = 6
FEWEST_TREATED = 5


@dataclass(frozen=True)
class WildBootstrap:
    """Test of one coefficient with few clusters.

    Attributes
    ----------
    coefficient, statistic : float
        Least-squares estimate and its cluster-robust t for the null value.
    p_value : float
        Wild cluster restricted bootstrap, two-sided.
    ci_low, ci_high : float
        Values of the coefficient not rejected (test inversion); infinite where no end was found,
        NaN when not asked for.
    p_cluster_t : float
        Cluster-robust t with G − 1 degrees of freedom, for comparison.
    p_naive : float
        Ordinary least squares as if pupils were independent, for comparison.
    groups : int
        Clusters G.
    draws : int
        Weight vectors used.
    weights : str
        ``rademacher_enumerated``, ``rademacher`` or ``webb``.
    varying_groups : int
        Clusters in which a 0/1 predictor is 1, or is 0, whichever are fewer; G for another kind.
    is_reliable : bool
        False with fewer than 5 such clusters: use `randomisation_test`.
    """

    coefficient: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    p_cluster_t: float
    p_naive: float
    groups: int
    draws: int
    weights: str
    varying_groups: int
    is_reliable: bool


def wild_cluster_bootstrap(
    y: Any,
    x: Any,
    groups: Any,
    parameter: Any = None,
    null: float = 0.0,
    weights: str = "auto",
    draws: int = 9999,
    interval: bool = False,
    level: float = 0.95,
    seed: int = 0,
) -> WildBootstrap:
    r"""Wild cluster bootstrap of a t statistic with the null imposed (WCR).

    The restricted residuals :math:`\tilde u_g` of each cluster are multiplied by one random
    :math:`v_g`; :math:`t^*` is computed from :math:`y^*=X\tilde\beta+v_g\tilde u_g`, and
    :math:`p=\Pr(|t^*|\ge|t|)`. Only G × G matrices are resampled, so the size of the clusters does
    not matter.

    Parameters
    ----------
    y : array-like, length rows
        Outcome.
    x : DataFrame or array-like, shape (rows, predictors)
        Predictors; an intercept is added unless some column is constant.
    groups : array-like of labels
        Cluster (school) of each row.
    parameter : label or position, optional
        The predictor tested, by default the first.
    null : float
        Value of the coefficient under the null.
    weights : {"auto", "rademacher", "webb"}
        ``auto``: all 2^G sign vectors for G ≥ 6 while there are at most `draws` + 1 of them, random
        signs beyond; Webb's six points for G ≤ 5.
    draws : int
        Random weight vectors.
    interval : bool
        Also invert the test into an interval.
    level : float
        Coverage of the interval.
    seed : int
        Seed.

    Returns
    -------
    WildBootstrap

    Raises
    ------
    ValueError
        If there are fewer than 3 clusters, collinear predictors, a constant outcome, or an
        unknown name.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Rev. Econ. Stat. 90:414–427; Webb (2014), QED WP 1315;
    MacKinnon, Nielsen & Webb (2023), J. Econometrics 232:272–299.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> school = np.repeat(np.arange(8), 20)
    >>> x = rng.standard_normal(160)
    >>> y = 1.0 * x + rng.standard_normal(8)[school] + rng.standard_normal(160)
    >>> found = wild_cluster_bootstrap(y, x, school)
    >>> found.draws, found.weights, found.p_value < 0.05
    (256, 'rademacher_enumerated', True)
    """
    parts = _prepare(y, x, groups, parameter)
    signs, kind = _weight_vectors(parts.groups, weights, draws, seed)
    p_value = _p_value(parts, null, signs)
    low, high = _interval(parts, signs, 1 - level) if interval else (np.nan, np.nan)
    statistic = (parts.coefficient - null) / parts.cluster_se
    naive = (parts.coefficient - null) / parts.naive_se
    return WildBootstrap(
        coefficient=parts.coefficient,
        statistic=statistic,
        p_value=p_value,
        ci_low=low,
        ci_high=high,
        p_cluster_t=float(2 * stats.t.sf(abs(statistic), parts.groups - 1)),
        p_naive=float(2 * stats.t.sf(abs(naive), parts.degrees)),
        groups=parts.groups,
        draws=len(signs),
        weights=kind,
        varying_groups=parts.varying_groups,
        is_reliable=parts.varying_groups >= FEWEST_TREATED,
    )


@dataclass(frozen=True)
class _Parts:
    """Everything the bootstrap needs, as functions of the null value r.

    Restricted residuals are linear in r: u(r) = u0 − r·x̃, hence so are the cluster sums below.
    """

    groups: int
    degrees: int
    coefficient: float
    cluster_se: float
    naive_se: float
    varying_groups: int
    square: float
    scores_y: np.ndarray
    scores_x: np.ndarray
    sums_y: np.ndarray
    sums_x: np.ndarray
    projection: np.ndarray


def _prepare(y: Any, x: Any, groups: Any, parameter: Any) -> _Parts:
    frame = x.to_frame() if isinstance(x, pd.Series) else pd.DataFrame(x)
    tested = frame.columns[0] if parameter is None else parameter
    if tested not in frame.columns:
        raise ValueError(f"no predictor {tested!r}, found {list(frame.columns)}")
    outcome, labels = np.asarray(y, float).ravel(), to_labels(groups)
    if not len(outcome) == len(frame) == len(labels):
        raise ValueError(f"lengths differ: {len(outcome)}, {len(frame)}, {len(labels)}")
    values = frame.astype(float).to_numpy()
    known = ~np.isnan(values).any(axis=1) & ~np.isnan(outcome) & ~pd.isna(labels)
    outcome, values = outcome[known], values[known]
    codes = pd.factorize(labels[known])[0]
    count = int(codes.max()) + 1 if codes.size else 0
    if count < 3:
        raise ValueError(f"expected at least 3 clusters, found {count}")
    if not (np.ptp(values, axis=0) == 0).any():
        values = np.column_stack([values, np.ones(len(values))])
    position = list(frame.columns).index(tested)
    own, others = values[:, position], np.delete(values, position, axis=1)
    if np.linalg.matrix_rank(values) < values.shape[1]:
        raise ValueError("predictors repeat each other")
    basis = np.linalg.qr(others)[0]
    x_left = own - basis @ (basis.T @ own)
    y_left = outcome - basis @ (basis.T @ outcome)
    if np.abs(y_left).max() < 1e-12 * max(np.abs(outcome).max(), 1e-300):
        raise ValueError("the outcome does not vary, given the other predictors")
    square = float(x_left @ x_left)
    coefficient = float(x_left @ y_left) / square
    residual = y_left - coefficient * x_left
    scores = np.bincount(codes, x_left * residual, count)
    degrees = len(outcome) - values.shape[1]
    factor = count / (count - 1) * (len(outcome) - 1) / degrees
    # In the orthonormal basis (others, x̃/|x̃|) the projection of resampled residuals is a product.
    full = np.column_stack([basis, x_left / np.sqrt(square)])
    return _Parts(
        groups=count,
        degrees=degrees,
        coefficient=coefficient,
        cluster_se=float(np.sqrt(factor * (scores**2).sum()) / square),
        naive_se=float(np.sqrt(residual @ residual / degrees / square)),
        varying_groups=_varying_groups(own, codes, count),
        square=square,
        scores_y=np.bincount(codes, x_left * y_left, count),
        scores_x=np.bincount(codes, x_left**2, count),
        sums_y=_cluster_sums(full, y_left, codes, count),
        sums_x=_cluster_sums(full, x_left, codes, count),
        projection=_cluster_sums(full, x_left, codes, count),
    )


def _cluster_sums(matrix: np.ndarray, by: np.ndarray, codes: np.ndarray, count: int) -> np.ndarray:
    """Per cluster Σ by·row, shape (clusters, columns)."""
    return np.column_stack([np.bincount(codes, by * column, count) for column in matrix.T])


def _varying_groups(own: np.ndarray, codes: np.ndarray, count: int) -> int:
    if not np.isin(own, (0.0, 1.0)).all():
        return count
    with_one = np.bincount(codes, own == 1, count) > 0
    with_zero = np.bincount(codes, own == 0, count) > 0
    return int(min(with_one.sum(), with_zero.sum()))


def _weight_vectors(groups: int, weights: str, draws: int, seed: int) -> tuple[np.ndarray, str]:
    if weights not in ("auto", "rademacher", "webb"):
        raise ValueError(f"weights must be 'auto', 'rademacher' or 'webb', found {weights!r}")
    rng = np.random.default_rng(seed)
    if weights == "webb" or (weights == "auto" and groups < FEWEST_FOR_RADEMACHER):
        return rng.choice(WEBB, (draws, groups)), "webb"
    if groups < 63 and 2**groups <= draws + 1:
        numbers = np.arange(2**groups)[:, None]
        return 1.0 - 2.0 * (numbers >> np.arange(groups) & 1), "rademacher_enumerated"
    return rng.choice([-1.0, 1.0], (draws, groups)), "rademacher"


def _p_value(parts: _Parts, null: float, signs: np.ndarray) -> float:
    """Share of |t*| ≥ |t|; constants of the variance cancel between t and t*."""
    scores = parts.scores_y - null * parts.scores_x
    sums = parts.sums_y - null * parts.sums_x
    estimate = signs @ scores
    # Cluster scores of the resampled residuals after projection on all predictors.
    new_scores = signs * scores - (signs @ sums) @ parts.projection.T
    with np.errstate(divide="ignore", invalid="ignore"):
        resampled = np.abs(estimate) / np.sqrt((new_scores**2).sum(axis=1))
    own_scores = scores - parts.projection @ sums.sum(axis=0)
    observed = abs(scores.sum()) / np.sqrt((own_scores**2).sum())
    resampled = np.where(np.isnan(resampled), 0.0, resampled)
    return float((resampled >= observed * (1 - 1e-10)).mean())


def _interval(parts: _Parts, signs: np.ndarray, alpha: float) -> tuple[float, float]:
    """Bisection on each side of the estimate for the null value at which p crosses alpha."""
    ends = []
    for side in (-1.0, 1.0):
        inside, step = parts.coefficient, 2 * parts.cluster_se
        outside = parts.coefficient + side * step
        for _ in range(40):
            if _p_value(parts, outside, signs) <= alpha:
                break
            inside, step = outside, 2 * step
            outside += side * step
        else:
            ends.append(side * np.inf)
            continue
        for _ in range(50):
            middle = (inside + outside) / 2
            if _p_value(parts, middle, signs) > alpha:
                inside = middle
            else:
                outside = middle
        ends.append((inside + outside) / 2)
    return float(ends[0]), float(ends[1])
