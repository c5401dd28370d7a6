"""Rasch (1PL) and 2PL models by marginal maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, log_expit

from msoko_lib.methods.score_matrix import score_matrix

# Fewer pupils than this and the parameters are noise: a convention, to be declared in a report.
MIN_PUPILS = {"1pl": 200, "2pl": 500}
MAX_DISCRIMINATION = 10.0


@dataclass(frozen=True)
class IrtFit:
    """A fitted 1PL or 2PL model; abilities are N(0, 1) by construction.

    Attributes
    ----------
    model : str
        ``1pl`` or ``2pl``.
    items : DataFrame
        One row = one task: ``discrimination`` a, ``discrimination_se``, ``difficulty`` b (ability
        at which half solve it, in standard deviations), ``difficulty_se``.
    abilities : Series
        Posterior mean (EAP) of each pupil, in standard deviations; NaN without any score.
    ability_se : Series
        Posterior standard deviation of each pupil.
    log_likelihood, aic, bic : float
        Without the multinomial constant, as R's ltm prints it.
    n : int
        Pupils with at least one score.
    dropped_tasks : tuple
        Tasks that everyone or no one solved: they carry no information.
    converged : bool
        Whether the largest gradient component per pupil is below 1e-5 and no discrimination ran
        off (|a| ≤ 10): a task that splits the pupils perfectly has no finite estimate.
    """

    model: str
    items: pd.DataFrame
    abilities: pd.Series
    ability_se: pd.Series
    log_likelihood: float
    aic: float
    bic: float
    n: int
    dropped_tasks: tuple[Any, ...]
    converged: bool


def fit_irt(
    responses: Any, model: str = "1pl", min_n: int | None = None, nodes: int = 41
) -> IrtFit:
    r"""Fit :math:`P(x_{ik}=1)=\mathrm{logit}^{-1}(a_k(\theta_i-b_k))`, :math:`\theta\sim N(0,1)`.

    In the 1PL the discrimination a is common to all tasks; the Rasch form with unit slope and
    ability variance :math:`\sigma^2` is the same model with :math:`\sigma=a`. The integral over
    ability is Gauss–Hermite quadrature; equal answer patterns are computed once, so a region costs
    no more than its distinct patterns. Missing answers are left out of the likelihood.

    Parameters
    ----------
    responses : DataFrame or array-like, shape (pupils, tasks)
        0 or 1; missing where the pupil did not meet the task.
    model : {"1pl", "rasch", "2pl"}
        ``rasch`` is a synonym of ``1pl``.
    min_n : int, optional
        Fewest pupils; by default 200 for the 1PL and 500 for the 2PL.
    nodes : int
        Quadrature points.

    Returns
    -------
    IrtFit

    Raises
    ------
    ValueError
        If there are not enough pupils or informative tasks, or a score is neither 0 nor 1.

    References
    ----------
    Bock & Lieberman (1970), Psychometrika 35:179–197; Rizopoulos (2006), J. Stat. Software 17(5).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> ability = rng.standard_normal((400, 1))
    >>> fit = fit_irt(rng.random((400, 4)) < expit(ability - [-1, 0, 0.5, 1]))
    >>> fit.items["difficulty"].is_monotonic_increasing and fit.converged
    True
    """
    name = {"rasch": "1pl"}.get(model.lower(), model.lower())
    if name not in MIN_PUPILS:
        raise ValueError(f"model must be '1pl', 'rasch' or '2pl', found {model!r}")
    frame = score_matrix(responses)
    kept = _informative_tasks(frame)
    data = frame[kept].dropna(how="all")
    needed = MIN_PUPILS[name] if min_n is None else min_n
    if len(data) < needed:
        raise ValueError(f"not enough pupils for {name}: found {len(data)}, expected {needed}")
    if len(kept) < 3:
        raise ValueError(f"not enough tasks for {name}: {len(kept)} informative, expected 3")
    answers, membership = _distinct_patterns(data.to_numpy())
    points, log_weights = _normal_quadrature(nodes)
    tasks = len(kept)
    slopes = 1 if name == "1pl" else tasks

    def objective(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        return _negative_log_likelihood(parameters, slopes, answers, points, log_weights)

    shares = data.mean().to_numpy()
    start = np.concatenate([np.ones(slopes), np.log(shares / (1 - shares))])
    best = minimize(objective, start, jac=True, method="BFGS", options={"gtol": 1e-6 * len(data)})
    best = minimize(objective, best.x, jac=True, method="BFGS", options={"gtol": 1e-8 * len(data)})
    estimate = best.x if best.x[:slopes].mean() > 0 else _flip(best.x, slopes)
    gradient = objective(estimate)[1]
    ability, spread = _posterior(estimate, slopes, answers, points, log_weights)
    log_likelihood = -float(best.fun)
    return IrtFit(
        model=name,
        items=_item_table(estimate, slopes, objective, kept),
        abilities=pd.Series(ability[membership], index=data.index).reindex(frame.index),
        ability_se=pd.Series(spread[membership], index=data.index).reindex(frame.index),
        log_likelihood=log_likelihood,
        aic=2 * estimate.size - 2 * log_likelihood,
        bic=np.log(len(data)) * estimate.size - 2 * log_likelihood,
        n=len(data),
        dropped_tasks=tuple(task for task in frame.columns if task not in kept),
        converged=bool(
            np.abs(gradient).max() < 1e-5 * len(data)
            and np.abs(estimate[:slopes]).max() <= MAX_DISCRIMINATION
        ),
    )


def _informative_tasks(frame: pd.DataFrame) -> list[Any]:
    values = frame.to_numpy()
    if not np.isin(values[~np.isnan(values)], (0.0, 1.0)).all():
        raise ValueError("expected answers 0 or 1 (or missing) for a Rasch or 2PL model")
    shares = frame.mean()
    return list(frame.columns[(shares > 0) & (shares < 1)])


@dataclass(frozen=True)
class _Answers:
    """Distinct answer patterns: solved and met tasks, also times the number of pupils."""

    solved: np.ndarray
    met: np.ndarray
    counts: np.ndarray
    solved_times: np.ndarray
    met_times: np.ndarray


def _distinct_patterns(values: np.ndarray) -> tuple[_Answers, np.ndarray]:
    """Distinct answer patterns and the pattern of each pupil."""
    coded = np.where(np.isnan(values), -1, values).astype(np.int8)
    patterns, membership, counts = np.unique(coded, axis=0, return_inverse=True, return_counts=True)
    solved, met, times = (patterns == 1).astype(float), (patterns >= 0).astype(float), counts
    column = times[:, None].astype(float)
    answers = _Answers(solved, met, times.astype(float), solved * column, met * column)
    return answers, membership.ravel()


def _normal_quadrature(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return points, np.log(weights) - 0.5 * np.log(2 * np.pi)


def _ability_weights(
    parameters: np.ndarray,
    slopes: int,
    answers: _Answers,
    points: np.ndarray,
    log_weights: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Posterior of ability (pattern × point), log marginals, and the solving probabilities."""
    slope, intercept = parameters[:slopes], parameters[slopes:]
    logits = np.multiply.outer(points, np.broadcast_to(slope, intercept.shape)) + intercept
    # ln P(x) = x·logit + ln(1 − p) for a task met, 0 for a task not met.
    weight = answers.solved @ logits.T + answers.met @ log_expit(-logits).T + log_weights
    highest = weight.max(axis=1, keepdims=True)
    np.exp(np.subtract(weight, highest, out=weight), out=weight)
    total = weight.sum(axis=1, keepdims=True)
    weight /= total
    return weight, (highest + np.log(total)).ravel(), expit(logits)


def _negative_log_likelihood(
    parameters: np.ndarray,
    slopes: int,
    answers: _Answers,
    points: np.ndarray,
    log_weights: np.ndarray,
) -> tuple[float, np.ndarray]:
    weight, marginal, probability = _ability_weights(
        parameters, slopes, answers, points, log_weights
    )
    # Expected numbers solved and met at each ability point: all that the gradient needs.
    solved = weight.T @ answers.solved_times
    met = weight.T @ answers.met_times
    residual = solved - met * probability
    by_slope = points @ residual
    slope_gradient = by_slope if slopes > 1 else np.array([by_slope.sum()])
    gradient = np.concatenate([slope_gradient, residual.sum(axis=0)])
    return -float(answers.counts @ marginal), -gradient


def _flip(parameters: np.ndarray, slopes: int) -> np.ndarray:
    """The mirror solution (ability reversed) has the same likelihood; keep 'more = better'."""
    mirrored = parameters.copy()
    mirrored[:slopes] *= -1
    return mirrored


def _posterior(
    parameters: np.ndarray,
    slopes: int,
    answers: _Answers,
    points: np.ndarray,
    log_weights: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    weight, _, _ = _ability_weights(parameters, slopes, answers, points, log_weights)
    mean = weight @ points
    return mean, np.sqrt(np.maximum(weight @ points**2 - mean**2, 0))


def _item_table(
    parameters: np.ndarray, slopes: int, objective: Any, tasks: list[Any]
) -> pd.DataFrame:
    """Slopes and difficulties with delta-method standard errors from the observed information."""
    covariance = np.linalg.pinv(_hessian(parameters, objective))
    count = len(tasks)
    slope = np.broadcast_to(parameters[:slopes], (count,))
    intercept = parameters[slopes:]
    slope_at = np.zeros(count, int) if slopes == 1 else np.arange(count)
    intercept_at = slopes + np.arange(count)
    variance = np.diag(covariance)
    derivative_slope, derivative_intercept = intercept / slope**2, -1 / slope
    difficulty_variance = (
        derivative_slope**2 * variance[slope_at]
        + derivative_intercept**2 * variance[intercept_at]
        + 2 * derivative_slope * derivative_intercept * covariance[slope_at, intercept_at]
    )
    return pd.DataFrame(
        {
            "discrimination": slope,
            "discrimination_se": np.sqrt(np.maximum(variance[slope_at], 0)),
            "difficulty": -intercept / slope,
            "difficulty_se": np.sqrt(np.maximum(difficulty_variance, 0)),
        },
        index=pd.Index(tasks, name="task"),
    )


def _hessian(parameters: np.ndarray, objective: Any, step: float = 1e-4) -> np.ndarray:
    columns = []
    for position in range(parameters.size):
        shift = np.zeros_like(parameters)
        shift[position] = step
        columns.append(objective(parameters + shift)[1] - objective(parameters - shift)[1])
    matrix = np.array(columns) / (2 * step)
    return (matrix + matrix.T) / 2
