"""Resilient schools: good results in hard conditions, as a probability and over years."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods.school_means import fit_school_means

STATES = ("resilient", "possible", "not_resilient", "not_disadvantaged", "not_enough")


def resilience(
    frame: pd.DataFrame,
    between_variance: float | None = None,
    reference_outcome: float | None = None,
    index_limit: float | None = None,
    quartile: float = 0.25,
    min_probability: float = 0.90,
    min_absolute: float = 0.5,
    min_years: int = 2,
    window: int = 3,
) -> pd.DataFrame:
    r"""Posterior probability that a disadvantaged school does better than its context predicts.

    The unshrunk adjusted results :math:`d_{jt}` (raw mean residuals) of the last `window` years
    are pooled with weights :math:`1/v_{jt}`, then shrunk: :math:`\hat u_j=B_jd_j`,
    :math:`B_j=\tau^2/(\tau^2+v_j)`, :math:`SE_j=\sqrt{B_jv_j}`, and
    :math:`\Pr(u_j>0\mid data)=\Phi(\hat u_j/SE_j)`. A school is **resilient** if

    * its context index is in the worst `quartile`,
    * :math:`\Pr(u_j>0)` ≥ `min_probability`,
    * the probability that its absolute result is above the reference median ≥ `min_absolute`,
    * the adjusted result was above zero in at least `min_years` of the years,
    * objectivity is not flagged (otherwise the state is ``possible``: check first).

    Parameters
    ----------
    frame : DataFrame
        One row = one school × year: ``school``, ``year``, ``context_index`` (higher = more
        favourable), ``effect`` (adjusted result **before** shrinkage), ``se`` (its sampling
        standard error, which must contain the school's year-to-year instability if it is known)
        and, where known, ``outcome`` and ``outcome_se`` (absolute result) and
        ``is_flagged`` (objectivity). Rows with a missing effect or se do not count as years.
    between_variance : float, optional
        τ² of the adjusted results between schools; by default REML from the pooled results, and
        0 when schools cannot be told from chance: then every probability is .5.
    reference_outcome : float, optional
        Median of the absolute result in the region; by default of the schools given.
    index_limit : float, optional
        Border of the worst quartile in the region; by default of the schools given.
    quartile : float
        Share of schools counted as disadvantaged.
    min_probability, min_absolute : float
        Probabilities asked for.
    min_years : int
        Years with a positive adjusted result; a school with fewer years is ``not_enough``.
    window : int
        Number of latest years used, of the years that occur in `frame`.

    Returns
    -------
    DataFrame indexed by school: ``context_index``, ``is_disadvantaged``, ``years_n``,
    ``years_above``, ``effect`` (shrunk), ``se``, ``reliability`` (B),
    ``probability_above_expected``, ``probability_above_median`` (NaN without ``outcome``),
    ``is_flagged``, ``state`` (``resilient``; ``possible``: all conditions but one, an unknown
    absolute result counting as one not met; ``not_resilient``; ``not_disadvantaged``;
    ``not_enough``).

    Raises
    ------
    ValueError
        If columns are missing, a school × year repeats, or a standard error is not positive.

    References
    ----------
    Agasisti et al. (2018), OECD Education Working Paper 167 (definition by quarters); the
    posterior probability in place of a single-year label is the usual empirical-Bayes one.

    Examples
    --------
    >>> data = pd.DataFrame({"school": ["A", "A", "B", "B"], "year": [1, 2, 1, 2],
    ...     "context_index": [40, 40, 60, 60], "effect": [0.5, 0.6, 0.1, 0.0], "se": 0.2,
    ...     "outcome": [61, 63, 58, 57], "outcome_se": 2.0})
    >>> found = resilience(data, between_variance=0.09, quartile=0.5)
    >>> found["state"].to_dict()
    {'A': 'resilient', 'B': 'not_disadvantaged'}
    """
    rows = _recent_rows(frame, window)
    schools = _pooled(rows)
    if between_variance is None:
        estimable = schools["pooled"].notna().sum() >= 3
        fit = fit_school_means(schools["pooled"], schools["variance"]) if estimable else None
        between_variance = fit.tau2 if fit is not None else 0.0
    _add_posterior(schools, between_variance)
    limit = schools["context_index"].quantile(quartile) if index_limit is None else index_limit
    schools["is_disadvantaged"] = schools["context_index"] <= limit
    median = rows["outcome"].median() if reference_outcome is None else reference_outcome
    error = schools["outcome_se"].where(schools["outcome_se"] > 0)
    above = stats.norm.cdf((schools["outcome"] - median) / error)
    certain = (schools["outcome"] > median).astype(float).where(schools["outcome"].notna())
    schools["probability_above_median"] = np.where(error.notna(), above, certain)
    schools["state"] = _states(schools, min_probability, min_absolute, min_years)
    return schools[
        [
            "context_index",
            "is_disadvantaged",
            "years_n",
            "years_above",
            "effect",
            "se",
            "reliability",
            "probability_above_expected",
            "probability_above_median",
            "is_flagged",
            "state",
        ]
    ]


def year_to_year_variance(frame: pd.DataFrame) -> float:
    """How much a school's adjusted result changes from year to year beyond sampling (moments).

    Pooled variance of ``effect`` within schools over their years minus the mean of ``se``²,
    truncated at 0. What the standard errors given to :func:`resilience` must contain besides
    sampling; 0 where no school has two years.

    Parameters
    ----------
    frame : DataFrame
        Rows as :func:`resilience` takes them: ``school``, ``effect``, ``se``.

    Examples
    --------
    >>> data = pd.DataFrame({"school": ["A", "A", "B", "B"], "effect": [0.0, 0.4, 0.2, 0.2],
    ...                      "se": 0.1})
    >>> round(year_to_year_variance(data), 3)
    0.03
    """
    known = frame[frame["effect"].notna() & frame["se"].notna()]
    work = known.groupby("school")["effect"]
    degrees = len(known) - known["school"].nunique()
    if degrees < 1:
        return 0.0
    within = float(((known["effect"] - work.transform("mean")) ** 2).sum()) / degrees
    repeated = known[work.transform("size") > 1]
    return max(0.0, within - float((repeated["se"] ** 2).mean()))


def _recent_rows(frame: pd.DataFrame, window: int) -> pd.DataFrame:
    needed = {"school", "year", "context_index", "effect", "se"}
    missing = needed - set(frame.columns)
    if missing:
        raise ValueError(f"expected columns {sorted(needed)}, missing {sorted(missing)}")
    rows = frame.copy()
    for name, default in (("outcome", np.nan), ("outcome_se", np.nan), ("is_flagged", False)):
        if name not in rows:
            rows[name] = default
    if rows.duplicated(["school", "year"]).any():
        raise ValueError("a school occurs twice in one year")
    if (rows["se"] <= 0).any():
        raise ValueError("standard errors must be positive")
    years = np.sort(rows["year"].dropna().unique())[-window:]
    return rows[rows["year"].isin(years)]


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """One row per school: inverse-variance means over its years."""
    known = rows["effect"].notna() & rows["se"].notna()
    work = rows.assign(
        weight=(1 / rows["se"] ** 2).where(known),
        product=(rows["effect"] / rows["se"] ** 2).where(known),
        above=(rows["effect"] > 0) & known,
        known=known,
        outcome_square=rows["outcome_se"] ** 2,
        is_flagged=rows["is_flagged"].fillna(False).astype(bool),
    ).groupby("school", sort=True)
    weight = work["weight"].sum()
    weight = weight.where(weight > 0)
    outcome_n = work["outcome"].count().astype(float)
    table = pd.DataFrame({"context_index": work["context_index"].mean()})
    table["pooled"] = work["product"].sum() / weight
    table["variance"] = 1 / weight
    table["years_n"] = work["known"].sum()
    table["years_above"] = work["above"].sum()
    table["is_flagged"] = work["is_flagged"].any()
    table["outcome"] = work["outcome"].mean()
    table["outcome_se"] = np.sqrt(work["outcome_square"].sum(min_count=1)) / outcome_n
    return table


def _add_posterior(schools: pd.DataFrame, between_variance: float) -> None:
    if between_variance < 0:
        raise ValueError(f"between_variance must not be negative, found {between_variance}")
    schools["reliability"] = between_variance / (between_variance + schools["variance"])
    schools["effect"] = schools["reliability"] * schools["pooled"]
    schools["se"] = np.sqrt(schools["reliability"] * schools["variance"])
    ratio = schools["effect"] / schools["se"].where(schools["se"] > 0)
    # No variance between schools: nothing but chance, either direction is as likely.
    ratio = ratio.where(schools["se"] > 0, 0.0).where(schools["pooled"].notna())
    schools["probability_above_expected"] = stats.norm.cdf(ratio)


def _states(
    schools: pd.DataFrame, min_probability: float, min_absolute: float, min_years: int
) -> np.ndarray:
    absolute = schools["probability_above_median"]
    conditions = np.column_stack(
        [
            schools["probability_above_expected"] >= min_probability,
            absolute >= min_absolute,  # False where the absolute result is unknown
            schools["years_above"] >= min_years,
            ~schools["is_flagged"],
        ]
    )
    met: Any = conditions.sum(axis=1)
    return np.select(
        [
            schools["context_index"].isna() | (schools["years_n"] < min_years),
            ~schools["is_disadvantaged"],
            met == 4,
            met == 3,
        ],
        ["not_enough", "not_disadvantaged", "resilient", "possible"],
        default="not_resilient",
    )
