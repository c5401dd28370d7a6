"""The result to be expected of a school given its context, from the other schools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods.predictor_budget import enforce_budget


@dataclass(frozen=True)
class ExpectedResult:
    """Regression of the result on context, each school judged by a fit without it.

    Attributes
    ----------
    schools : DataFrame
        Indexed by school: ``observed``, ``expected`` (from the other schools), ``difference``,
        ``pi_low``, ``pi_high`` (prediction interval of ``observed``), ``p_value``, ``position``
        (``above``, ``below``, ``as_expected`` or ``no_data``).
    coefficients : DataFrame
        Indexed by ``intercept`` and predictors, all schools: ``estimate``, ``se``, ``ci_low``,
        ``ci_high``.
    covariance : DataFrame
        Covariance of the coefficients.
    r2, r2_left_out : float
        Share of variance explained within the sample, and of predictions without the school;
        the latter can be negative: context then says nothing here.
    residual_sd : float
        Residual standard deviation at the mean weight.
    n : int
        Schools used.
    left_out : tuple
        Schools with a missing value.
    mean_weight : float
        Mean of the weights used.
    level : float
        Coverage of the intervals.
    budget : str
        The predictor budget in a sentence.
    """

    schools: pd.DataFrame
    coefficients: pd.DataFrame
    covariance: pd.DataFrame
    r2: float
    r2_left_out: float
    residual_sd: float
    n: int
    left_out: tuple[Any, ...]
    mean_weight: float
    level: float
    budget: str

    def apply(self, outcome: pd.Series, context: Any) -> pd.DataFrame:
        """Expectation of schools outside the fit: a municipality by its region's coefficients.

        Parameters
        ----------
        outcome : Series indexed by school
            Results in the unit of the fit.
        context : DataFrame or Series
            The predictors of the fit.

        Returns
        -------
        DataFrame with the columns of `schools`.
        """
        frame = _predictors(context).reindex(outcome.index)
        names = list(self.coefficients.index[1:])
        design = np.column_stack([np.ones(len(frame)), frame[names].to_numpy(float)])
        expected = design @ self.coefficients["estimate"].to_numpy()
        spread = np.einsum("ij,jk,ik->i", design, self.covariance.to_numpy(), design)
        error = np.sqrt(self.residual_sd**2 + spread)
        degrees = self.n - len(self.coefficients)
        table = _judged(outcome.to_numpy(float), expected, error, degrees, self.level)
        return table.set_index(outcome.index)


def expected_result(
    outcome: pd.Series,
    context: Any,
    weights: pd.Series | None = None,
    level: float = 0.95,
) -> ExpectedResult:
    r"""Expected result of each school given context, with a prediction interval.

    Least squares with school j left out: :math:`\hat y_{(j)}=y_j-e_j/(1-h_j)`, interval
    :math:`\hat y_{(j)}\pm t_{J-p-2}\,s_{(j)}\big/\sqrt{w_j(1-h_j)}`. Leaving the school out
    matters: with few schools an odd one pulls its own expectation towards itself. At most one
    predictor per ten schools is accepted.

    Parameters
    ----------
    outcome : Series indexed by school
        Result, any unit.
    context : DataFrame or Series indexed by school
        Predictors, as a rule one index (`social_index`).
    weights : Series, optional
        Known relative precision, for example 1/(τ² + v); equal by default.
    level : float
        Coverage of the prediction interval.

    Returns
    -------
    ExpectedResult

    Raises
    ------
    ValueError
        If the predictor budget is exceeded, weights are not positive, or predictors are collinear.

    References
    ----------
    Belsley, Kuh & Welsch (1980), Regression Diagnostics, ch. 2.

    Examples
    --------
    >>> index = pd.Series(range(12), dtype=float)
    >>> result = 40 + 2 * index + pd.Series([1, -1] * 6)
    >>> found = expected_result(result, index.rename("index"))
    >>> found.coefficients["estimate"].round(1).tolist(), set(found.schools["position"])
    ([40.2, 2.0], {'as_expected'})
    """
    outcome = pd.Series(outcome).astype(float)
    frame = _predictors(context).reindex(outcome.index)
    weight = pd.Series(1.0, outcome.index) if weights is None else weights.reindex(outcome.index)
    known = outcome.notna() & frame.notna().all(axis=1) & weight.notna()
    w = weight[known].to_numpy(float)
    if (w <= 0).any():
        raise ValueError("weights must be positive")
    budget = enforce_budget(int(known.sum()), frame.shape[1])
    y = outcome[known].to_numpy()
    design = np.column_stack([np.ones(len(y)), frame[known].to_numpy()])
    fit = _weighted_fit(y, design, w / w.mean())
    expected, error = _left_out(y, fit, w / w.mean())
    table = _judged(y, expected, error, len(y) - design.shape[1] - 1, level)
    table = table.set_index(outcome.index[known]).reindex(outcome.index)
    table["observed"] = outcome
    table["position"] = table["position"].fillna("no_data")
    names = ["intercept", *frame.columns]
    half = stats.t.ppf((1 + level) / 2, len(y) - design.shape[1]) * fit.se
    centered = y - np.average(y, weights=w)
    total = (w / w.mean() * centered**2).sum()
    missed = (w / w.mean() * (y - expected) ** 2).sum()
    return ExpectedResult(
        schools=table,
        coefficients=pd.DataFrame(
            {
                "estimate": fit.beta,
                "se": fit.se,
                "ci_low": fit.beta - half,
                "ci_high": fit.beta + half,
            },
            index=names,
        ),
        covariance=pd.DataFrame(fit.covariance, names, names),
        r2=float(1 - fit.squares / total) if total > 0 else float("nan"),
        r2_left_out=float(1 - missed / total) if total > 0 else float("nan"),
        residual_sd=float(np.sqrt(fit.squares / fit.degrees)),
        n=len(y),
        left_out=tuple(outcome.index[~known]),
        mean_weight=float(w.mean()),
        level=level,
        budget=budget.explanation,
    )


@dataclass(frozen=True)
class _Fit:
    beta: np.ndarray
    covariance: np.ndarray
    residual: np.ndarray
    leverage: np.ndarray
    squares: float
    degrees: int

    @property
    def se(self) -> np.ndarray:
        return np.sqrt(np.diag(self.covariance))


def _weighted_fit(y: np.ndarray, design: np.ndarray, w: np.ndarray) -> _Fit:
    root = np.sqrt(w)[:, None]
    if np.linalg.matrix_rank(design * root) < design.shape[1]:
        raise ValueError("predictors are constant or repeat each other")
    inverse = np.linalg.inv((design * root).T @ (design * root))
    beta = inverse @ (design.T @ (w * y))
    residual = y - design @ beta
    leverage = w * np.einsum("ij,jk,ik->i", design, inverse, design)
    squares = float((w * residual**2).sum())
    degrees = len(y) - design.shape[1]
    return _Fit(beta, inverse * squares / degrees, residual, leverage, squares, degrees)


def _left_out(y: np.ndarray, fit: _Fit, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Prediction of each school by the others and its standard error, in closed form."""
    # A school that alone carries a predictor has leverage 1: nothing is left to predict it from.
    free = np.where(fit.leverage < 1 - 1e-10, 1 - fit.leverage, np.nan)
    deleted = fit.residual / free
    squares = np.maximum(fit.squares - w * fit.residual**2 / free, 0)
    return y - deleted, np.sqrt(squares / (fit.degrees - 1) / (w * free))


def _judged(
    observed: np.ndarray, expected: np.ndarray, error: np.ndarray, degrees: int, level: float
) -> pd.DataFrame:
    half = stats.t.ppf((1 + level) / 2, degrees) * error
    difference = observed - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = 2 * stats.t.sf(np.abs(difference / error), degrees)
    position = np.select(
        [np.isnan(difference + half), difference > half, difference < -half],
        ["no_data", "above", "below"],
        default="as_expected",
    )
    return pd.DataFrame(
        {
            "observed": observed,
            "expected": expected,
            "difference": difference,
            "pi_low": expected - half,
            "pi_high": expected + half,
            "p_value": p_value,
            "position": position,
        }
    )


def _predictors(context: Any) -> pd.DataFrame:
    if isinstance(context, pd.Series):
        return context.to_frame(context.name if context.name is not None else "context")
    return pd.DataFrame(context).astype(float)
