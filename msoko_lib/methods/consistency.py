"""Does a later, independent result bear out an earlier one? Three questions, three functions.

``cohort_residuals``: did a cohort's mean change more than the means of other cohorts did?
``exam_residuals``: is a school's external exam below what its pupils' earlier scores predict?
``spread_test``: are a class's marks closer together than marks with that mean ever are?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import FloatArray
from msoko_lib.methods.cohort_changes import cohort_changes
from msoko_lib.methods.exam_consistency import (
    exam_residuals,
    prediction_half_width,
    repeatedly_below,
)
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.methods.spread import reference_sd, spread_test, spread_test_scores

__all__ = [
    "cohort_changes",
    "cohort_residuals",
    "exam_residuals",
    "prediction_half_width",
    "reference_sd",
    "repeatedly_below",
    "spread_test",
    "spread_test_scores",
    "t_probability",
]

MODEL_KEYS = ("year", "subject", "grade")
NUMBERS = ("n1", "mean1", "n2", "mean2")
PUBLISHED_NAMES = {"year": "test_year", "school": "school_id", "mean1": "ss1", "mean2": "ss2"}
SMALLEST_MODEL = 4


def cohort_residuals(
    frame: pd.DataFrame,
    *,
    alpha: float = 0.05,
    columns: Mapping[str, str] | None = None,
    degrees: str = "smaller",
) -> pd.DataFrame:
    """Which cohorts' means changed more than the other cohorts' of the same year and grade.

    Formula: for each year × subject × grade, weighted least squares ``mean2 = a + b·mean1`` with
    w = n1 + n2. With e the residual, h the leverage and s₍ᵢ₎ the residual standard deviation of the
    fit without row i, the externally studentised residual is ``t = √w·e / (s₍ᵢ₎ √(1 − h))``. Its
    two-sided probability is taken from Student's t with ``min(n1, n2) − 1`` degrees of freedom, the
    size of the class rather than of the model, so that small classes are judged mildly. The
    Benjamini–Hochberg family is one year × subject × grade.

    Parameters
    ----------
    frame : DataFrame
        One row per cohort of a school:

        - ``year``, ``subject``, ``grade``: the model the row belongs to; an absent column means
          that it does not vary;
        - ``school``: label of the unit, optional, carried through;
        - ``n1``, ``mean1``: pupils and mean of the cohort at the earlier test;
        - ``n2``, ``mean2``: pupils and mean of the same cohort a year later, any scale.

        Further columns are carried through.
    alpha : float
        False discovery rate inside a family.
    columns : mapping, optional
        Names in ``frame`` for the names above, e.g. ``{"mean1": "spring", "year": "season"}``.
        Those of ``eeptools::midsch`` (test_year, school_id, ss1, ss2) are understood without it.
    degrees : {"smaller", "later"}
        Degrees of freedom: ``min(n1, n2) − 1``, or ``n2 − 1`` as in the published newspaper data.

    Returns
    -------
    DataFrame
        The rows and the index of ``frame`` with ``predicted``, ``residual`` (points of mean2),
        ``leverage``, ``studentised``, ``studentised_unscaled`` (e/(s₍ᵢ₎√(1 − h)) with s₍ᵢ₎ per unit
        of mean weight: the form printed with the published data), ``cooks_distance``,
        ``degrees_of_freedom``, ``t_probability``, ``cautious_probability`` (the larger of the
        probabilities of the two studentised residuals, with no more degrees of freedom than the
        model has), ``q_value`` and ``cautious_q_value`` (Benjamini–Hochberg of the two),
        ``flagged`` (``cautious_q_value`` ≤ alpha), ``model_n`` and ``status``: "ok", "missing"
        (a number is missing, or n < 2), "model_too_small" (fewer than 4 cohorts) or "no_spread"
        (all earlier means equal, or the line fits exactly).

    Raises
    ------
    ValueError
        When columns are absent or sizes are negative.

    Notes
    -----
    Screening rule of the Atlanta Journal-Constitution ("Cheating our children", 2012); data with
    its residuals: ``eeptools::midsch`` (19 985 cohorts of one state). Critics' point, to be printed
    with any flag: a change of intake moves a mean as much as anything else. The rule treats the
    between-school part of a change as if it shrank with n, so it is hard on large schools wherever
    true changes differ (8 to 18 % of families with a false flag in simulation instead of 5 %);
    without weights it is hard on small ones. ``cautious_probability`` needs both readings to agree
    and keeps the false discovery rate; ``flagged`` and the screening of schools rest on it.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "school": list("abcdef"), "n1": 30, "n2": 30,
    ...     "mean1": [10, 12, 14, 16, 18, 20.0], "mean2": [11, 12.2, 15, 16.1, 25, 20.4]})
    >>> result = cohort_residuals(frame)
    >>> result.loc[result.flagged, "school"].tolist()
    ['e']
    """
    data = _standard_columns(frame, columns)
    if degrees not in ("smaller", "later"):
        raise ValueError(f'degrees must be "smaller" or "later", found {degrees!r}')
    numbers = data[list(NUMBERS)].apply(pd.to_numeric).astype(float).reset_index(drop=True)
    if (numbers[["n1", "n2"]] < 0).any().any():
        raise ValueError("n1 and n2 must not be negative")
    keys = [k for k in MODEL_KEYS if k in data]
    family = (
        data.groupby(keys, sort=False, dropna=True).ngroup().to_numpy()
        if keys
        else np.zeros(len(data), dtype=int)
    )
    usable = (
        np.isfinite(numbers).all(axis=1).to_numpy()
        & (numbers[["n1", "n2"]] >= 2).all(axis=1).to_numpy()
        & (family >= 0)
    )
    found = _fit_models(numbers, family, usable)
    smaller = np.minimum(numbers["n1"], numbers["n2"]) if degrees == "smaller" else numbers["n2"]
    found["degrees_of_freedom"] = np.where(usable, smaller - 1, np.nan)
    found["t_probability"] = t_probability(found["studentised"], found["degrees_of_freedom"])
    cautious_df = np.fmin(found["degrees_of_freedom"], found["model_n"] - 3)
    found["cautious_probability"] = np.fmax(
        t_probability(found["studentised"], cautious_df),
        t_probability(found["studentised_unscaled"], cautious_df),
    )
    family = np.where(family >= 0, family, -1)
    for p_column, q_column in (
        ("t_probability", "q_value"),
        ("cautious_probability", "cautious_q_value"),
    ):
        found[q_column] = _adjusted(found[p_column], family, alpha)
    found["flagged"] = found["cautious_q_value"] <= alpha
    status = np.where(usable, found.pop("status"), "missing")
    return data.assign(**{c: found[c].to_numpy() for c in found}, status=status)


def t_probability(studentised: Any, degrees_of_freedom: Any) -> FloatArray:
    """Two-sided Student probability of a studentised residual; NaN where either is missing.

    Formula: ``p = 2·P(T_df ≥ |t|)``.

    Parameters
    ----------
    studentised, degrees_of_freedom : array-like
        Residuals and their degrees of freedom (at least 1).

    Returns
    -------
    array of float

    Examples
    --------
    >>> t_probability([2.0], [39]).round(4).tolist()
    [0.0525]
    """
    t = np.abs(np.asarray(studentised, dtype=float))
    df = np.asarray(degrees_of_freedom, dtype=float)
    return np.asarray(2 * stats.t.sf(t, np.where(df >= 1, df, np.nan)))


def _adjusted(p: pd.Series, family: Any, alpha: float) -> Any:
    return benjamini_hochberg(p, family=family, alpha=alpha).q if len(p) else np.nan


def _standard_columns(frame: pd.DataFrame, columns: Mapping[str, str] | None) -> pd.DataFrame:
    # Where nothing is said, the names of the published newspaper data are understood too.
    names = {
        ours: theirs
        for ours, theirs in PUBLISHED_NAMES.items()
        if ours not in frame and theirs in frame and theirs not in (columns or {}).values()
    }
    names |= dict(columns or {})
    unknown = [v for v in names.values() if v not in frame]
    if unknown:
        raise ValueError(f"columns not in the frame: {unknown}")
    data = frame.rename(columns={theirs: ours for ours, theirs in names.items()})
    lacking = [c for c in NUMBERS if c not in data]
    if lacking:
        raise ValueError(f"frame lacks the columns {lacking}; found {list(frame.columns)}")
    return data


def _fit_models(numbers: pd.DataFrame, family: Any, usable: Any) -> pd.DataFrame:
    """All weighted regressions at once, by sums over families."""
    rows = numbers[usable]
    model = pd.Series(family[usable], index=rows.index)
    w = rows["n1"] + rows["n2"]

    def total(values: pd.Series) -> pd.Series:
        return values.groupby(model).transform("sum")

    weight, size = total(w), total(w * 0 + 1)
    x = rows["mean1"] - total(w * rows["mean1"]) / weight
    y = rows["mean2"] - total(w * rows["mean2"]) / weight
    sxx = total(w * x**2)
    spread = sxx > 1e-12 * total(w * rows["mean1"] ** 2).clip(lower=1e-300)
    slope = total(w * x * y) / sxx.where(spread)
    residual = y - slope * x
    leverage = w / weight + w * x**2 / sxx.where(spread)
    df = size - 3
    sse = total(w * residual**2)
    left = (1 - leverage).where(leverage < 1 - 1e-10)
    without = (sse - w * residual**2 / left) / df.where(df >= 1)
    # Rounding leaves a trace of variance on an exact fit: that is no scale to judge by.
    scale = np.sqrt(without.where(without > 1e-18 * total(w * rows["mean2"] ** 2) / size))
    studentised = np.sqrt(w) * residual / (scale * np.sqrt(left))
    flat = 1 / size + x**2 / total(x**2).where(spread)
    unscaled = residual / (scale / np.sqrt(weight / size) * np.sqrt((1 - flat).clip(lower=1e-10)))
    cooks = w * residual**2 * leverage / (2 * (sse / (size - 2)) * left**2)
    status = np.where(
        size < SMALLEST_MODEL, "model_too_small", np.where(studentised.notna(), "ok", "no_spread")
    )
    ok = status == "ok"
    result = pd.DataFrame(
        {
            "predicted": rows["mean2"] - residual,
            "residual": residual,
            "leverage": leverage,
            "studentised": studentised.where(ok),
            "studentised_unscaled": unscaled.where(ok),
            "cooks_distance": cooks.where(ok),
            "model_n": size,
            "status": status,
        },
        index=rows.index,
    )
    return result.reindex(numbers.index)
