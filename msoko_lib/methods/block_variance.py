"""What each block of predictors adds: R² and the variance between schools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import to_labels
from msoko_lib.methods.predictor_budget import enforce_budget
from msoko_lib.methods.random_intercept import fit_random_intercept


def block_r2(
    y: Any,
    x: pd.DataFrame,
    blocks: Mapping[str, Sequence[Any]],
    groups: Any = None,
    weights: Any = None,
) -> pd.DataFrame:
    r"""Enter blocks of predictors one after another and report what each adds.

    School rows (no `groups`): weighted least squares, :math:`\Delta R^2_b=R^2_{1..b}-R^2_{1..b-1}`
    with its F test. Pupil rows: random-intercept fits (ML),
    :math:`R^2=1-(\sigma_u^2+\sigma_e^2)/(\sigma_{u0}^2+\sigma_{e0}^2)` and the fall of
    :math:`\sigma_u^2`. All fits use the same complete rows. The order of blocks is part of the
    result: declare it beforehand (context → staff → conditions → management).

    Parameters
    ----------
    y : array-like, length rows
        Outcome, any unit.
    x : DataFrame
        Predictors.
    blocks : mapping name → predictors, in the order of entry
    groups : array-like of labels, optional
        School of each pupil; without it a row is a school.
    weights : array-like, optional
        Weights of school rows, for example 1/(τ² + v).

    Returns
    -------
    DataFrame indexed by block: ``predictors`` (number entered so far), ``r2``, ``delta_r2``; for
    school rows ``adjusted_r2``, ``f_statistic``, ``p_value``; for pupil rows ``group_variance``
    (σu², unit of y squared), ``delta_group_variance`` (negative = explained),
    ``residual_variance``, ``likelihood_ratio``, ``p_value``.

    Raises
    ------
    ValueError
        If a predictor is unknown or used twice, weights come with groups, or there are more
        school-level predictors than one per ten schools.

    References
    ----------
    Cohen et al. (2003), Applied Multiple Regression, §5.3; Snijders & Bosker (2012), ch. 7.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = pd.DataFrame(rng.standard_normal((30, 2)), columns=["index", "vacancies"])
    >>> y = x["index"] + 0.1 * rng.standard_normal(30)
    >>> found = block_r2(y, x, {"context": ["index"], "staff": ["vacancies"]})
    >>> found["delta_r2"].round(2).tolist()
    [0.99, 0.0]
    """
    order = [name for names in blocks.values() for name in names]
    unknown = [name for name in order if name not in x]
    if unknown or len(set(order)) != len(order) or not order:
        raise ValueError(f"blocks must name columns of x once each, found {dict(blocks)}")
    if groups is not None and weights is not None:
        raise ValueError("weights are for school rows; pupil rows are weighted by the model")
    rows = x[order].astype(float).reset_index(drop=True)
    rows["__y"] = np.asarray(y, float)
    rows["__w"] = 1.0 if weights is None else np.asarray(weights, float)
    rows["__g"] = np.arange(len(rows)) if groups is None else to_labels(groups)
    rows = rows.dropna()
    if (rows["__w"] <= 0).any():
        raise ValueError("weights must be positive")
    schools = rows.groupby("__g")[order]
    is_school_level = (schools.nunique() <= 1).all()
    enforce_budget(int(rows["__g"].nunique()), int(is_school_level.sum()))
    steps: list[dict[str, Any]] = []
    for position in range(len(blocks) + 1):
        entered = [name for names in list(blocks.values())[:position] for name in names]
        steps.append(_school_step(rows, entered) if groups is None else _pupil_step(rows, entered))
    table = pd.DataFrame(steps, index=pd.Index(["(none)", *blocks], name="block"))
    added = table["predictors"].diff()
    table["delta_r2"] = table["r2"].diff()
    if groups is None:
        free = len(rows) - 1 - table["predictors"]
        table["adjusted_r2"] = 1 - (1 - table["r2"]) * (len(rows) - 1) / free
        statistic = table["delta_r2"] / added / ((1 - table["r2"]) / free)
        table["f_statistic"] = statistic
        table["p_value"] = stats.f.sf(statistic, added, free)
    else:
        total = table["group_variance"] + table["residual_variance"]
        table["r2"] = 1 - total / total.iloc[0]
        table["delta_r2"] = table["r2"].diff()
        table["delta_group_variance"] = table["group_variance"].diff()
        table["likelihood_ratio"] = -table.pop("minus_2_log_likelihood").diff()
        table["p_value"] = stats.chi2.sf(table["likelihood_ratio"].clip(lower=0), added)
    return table.iloc[1:]


def variance_inflation(x: Any) -> pd.Series:
    r"""Variance inflation factors, :math:`VIF_k=1/(1-R_k^2)`, of each predictor by the others.

    Parameters
    ----------
    x : DataFrame or array-like, shape (rows, predictors)
        Predictors without a constant column; rows with a gap are left out.

    Returns
    -------
    Series indexed by predictor, ≥ 1; infinite where a predictor repeats the others, NaN for a
    constant one. Above 5 the separate coefficients say little, above 10 nothing.

    Raises
    ------
    ValueError
        If there are not more complete rows than predictors.

    References
    ----------
    Marquardt (1970), Technometrics 12:591–612.

    Examples
    --------
    >>> variance_inflation([[1, 2], [2, 1], [3, 5], [4, 4]]).round(3).tolist()
    [2.0, 2.0]
    """
    frame = pd.DataFrame(x).astype(float).dropna()
    if len(frame) <= frame.shape[1]:
        raise ValueError(f"{len(frame)} complete rows for {frame.shape[1]} predictors are too few")
    spread = frame.std(ddof=0)
    varies = spread > 1e-10 * frame.abs().max().clip(lower=1e-300)
    standard = ((frame - frame.mean()) / spread)[frame.columns[varies]].to_numpy()
    found = pd.Series(np.nan, index=frame.columns, name="vif")
    for position, name in enumerate(frame.columns[varies]):
        others = np.delete(standard, position, axis=1)
        if others.shape[1] == 0:
            found[name] = 1.0
            continue
        fitted = others @ np.linalg.lstsq(others, standard[:, position], rcond=None)[0]
        unexplained = ((standard[:, position] - fitted) ** 2).mean()
        found[name] = 1 / unexplained if unexplained > 1e-12 else np.inf
    return found


def _school_step(rows: pd.DataFrame, entered: list[Any]) -> dict[str, Any]:
    root = np.sqrt(rows["__w"].to_numpy())
    y = rows["__y"].to_numpy() * root
    design = np.column_stack([np.ones(len(rows)), rows[entered].to_numpy()]) * root[:, None]
    null = y - root * (root @ y) / (root @ root)
    coefficients, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    left = y - design @ coefficients
    total = null @ null
    r2 = 1 - left @ left / total if total > 0 else np.nan
    return {"predictors": int(rank) - 1, "r2": float(r2)}


def _pupil_step(rows: pd.DataFrame, entered: list[Any]) -> dict[str, Any]:
    fit = fit_random_intercept(rows["__y"], rows[entered] if entered else None, rows["__g"])
    return {
        "predictors": len(entered) - len(fit.dropped_columns),
        "r2": np.nan,
        "group_variance": fit.group_variance,
        "residual_variance": fit.residual_variance,
        "minus_2_log_likelihood": fit.minus_2_log_likelihood,
    }
