"""A school's external exam against what its pupils' earlier scores lead one to expect."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import FloatArray, check_share, to_labels
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.methods.value_added import leave_one_out_residuals, prediction_interval

SMALLEST_REFERENCE = 5
ONE_WORK = "work"


def prediction_half_width(
    n: Any, group_variance: float, residual_variance: float, level: float = 0.95
) -> Any:
    """Half-width of the interval in which a school's mean residual is expected.

    Formula: ``z·√(σu² + σe²/n)``.

    Parameters
    ----------
    n : int or array-like
        Pupils.
    group_variance, residual_variance : float
        σu² and σe² of a random-intercept fit without the school, squared units of the exam.
    level : float

    Returns
    -------
    float or array of float
        Units of the exam.

    Examples
    --------
    >>> prediction_half_width([5, 10, 20, 50], 0.0921, 0.5657).round(3).tolist()
    [0.888, 0.756, 0.68, 0.63]
    """
    return prediction_interval(0.0, n, group_variance, residual_variance, level).high


def exam_residuals(
    y: Any, x: Any, group: Any, work: Any = None, *, level: float = 0.95, alpha: float = 0.05
) -> pd.DataFrame:
    """Mean residual of each school on a later external exam, the school itself left out of the fit.

    Formula: for every school j a random-intercept model (REML) is fitted to the other schools;
    ``r̄_j = ȳ_j − x̄_j'β̂`` and its prediction variance is ``σu² + σe²/n_j + x̄_j'Var(β̂)x̄_j``. With
    few schools σu² is itself uncertain, so the interval uses Student's t with J − 1 − p degrees of
    freedom (J − 1 other schools, p fixed effects); at J = 60 that is 2.00 instead of 1.96.

    Parameters
    ----------
    y : array-like, shape (pupils,)
        External exam, best standardised within subject and year.
    x : array-like, shape (pupils,) or (pupils, columns)
        The earlier score first (the one whose honesty is in question), further columns after it.
    group : array-like, shape (pupils,)
        School of each pupil.
    work : array-like, shape (pupils,), optional
        Subject or year × subject; each is fitted on its own.
    level : float
        Coverage of the prediction interval.
    alpha : float
        False discovery rate over the schools of one work.

    Returns
    -------
    DataFrame
        One row per work × school: ``work, group, n, mean_outcome, expected, mean_residual,
        prediction_se, interval_low, interval_high`` (around 0), ``t, degrees_of_freedom, p_value``
        (lower tail), ``q_value, prior_mean, prior_high`` (earlier mean above the mean of the other
        schools), ``below`` (residual under the interval), ``signal`` (below and prior_high: high
        earlier test, low exam), ``flagged`` (the same with FDR), ``status``. Works with fewer than
        5 other schools have status "not_enough_data" and no test.

    Raises
    ------
    ValueError
        When lengths differ or the model cannot be fitted (see ``fit_random_intercept``).

    Notes
    -----
    One low exam proves nothing: ask for the same in two works or years (``repeatedly_below``).
    Innocent causes: change of intake, absent pupils, a new teacher. The prior score inflated in
    school j biases only school j's own expectation, because it is left out of its fit.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> school = np.repeat(np.arange(12), 40)
    >>> prior = rng.normal(size=480) + 0.8 * (school == 3)
    >>> exam = 0.7 * rng.normal(size=480) + 0.6 * (prior - 1.6 * (school == 3))
    >>> found = exam_residuals(exam, prior, school)
    >>> found.loc[found.flagged, "group"].tolist()
    [3]
    """
    check_share(level, "level")
    outcome = np.asarray(pd.to_numeric(pd.Series(np.ravel(np.asarray(y, dtype=object)))), float)
    columns = _columns(x, outcome.size)
    labels = pd.Series(to_labels(group))
    works = pd.Series(ONE_WORK, index=labels.index) if work is None else pd.Series(to_labels(work))
    if not len(labels) == len(works) == outcome.size:
        raise ValueError(
            f"y, group and work differ in length: {outcome.size}, {len(labels)}, {len(works)}"
        )
    complete = np.isfinite(outcome) & np.isfinite(columns).all(axis=1) & labels.notna().to_numpy()
    complete &= works.notna().to_numpy()
    parts = []
    for name in pd.unique(works.dropna()):
        rows = complete & (works == name).to_numpy()
        part = _one_work(outcome[rows], columns[rows], labels[rows].to_numpy(), level, alpha)
        part.insert(0, "work", name)
        parts.append(part)
    if not parts:
        raise ValueError("no pupil has an exam result, an earlier score, a school and a work")
    result = pd.concat(parts, ignore_index=True)
    result.attrs["dropped"] = int((~complete).sum())
    return result


def _columns(x: Any, rows: int) -> FloatArray:
    frame = pd.DataFrame(x).apply(pd.to_numeric)
    if len(frame) != rows:
        raise ValueError(f"x has {len(frame)} rows for {rows} values of y")
    return np.asarray(frame, dtype=float)


def _one_work(y: FloatArray, x: FloatArray, group: Any, level: float, alpha: float) -> pd.DataFrame:
    prior = pd.Series(x[:, 0]).groupby(group)
    sums, sizes = prior.sum(), prior.size()
    if len(sizes) <= SMALLEST_REFERENCE:
        return _untested(pd.Series(y).groupby(group).mean(), sums / sizes, sizes)
    table = leave_one_out_residuals(y, x, group, reml=True, level=level).drop(columns="z")
    df = max(len(sizes) - 1 - (x.shape[1] + 1), 1)
    ratio = table["mean_residual"] / table["prediction_se"]
    half = stats.t.ppf(0.5 + level / 2, df) * table["prediction_se"]
    others = (sums.sum() - sums) / (sizes.sum() - sizes)
    mean_prior = (sums / sizes).reindex(table["group"]).to_numpy()
    table = table.assign(
        interval_low=-half,
        interval_high=half,
        t=ratio,
        degrees_of_freedom=float(df),
        p_value=stats.t.cdf(ratio, df),
        prior_mean=mean_prior,
        prior_high=mean_prior > others.reindex(table["group"]).to_numpy(),
        status="ok",
    )
    adjusted = benjamini_hochberg(table["p_value"], alpha=alpha)
    below = table["mean_residual"] < table["interval_low"]
    return table.assign(
        q_value=adjusted.q,
        below=below,
        signal=below & table["prior_high"],
        flagged=adjusted.rejected & table["prior_high"],
    )


def _untested(outcome: pd.Series, prior: pd.Series, sizes: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": sizes.index,
            "n": sizes.to_numpy(),
            "mean_outcome": outcome.to_numpy(),
            "prior_mean": prior.to_numpy(),
            "p_value": np.nan,
            "q_value": np.nan,
            "below": False,
            "prior_high": False,
            "signal": False,
            "flagged": False,
            "status": "not_enough_data",
        }
    )


def repeatedly_below(residuals: pd.DataFrame, times: int = 2) -> pd.DataFrame:
    """Schools whose exam was below the interval, after a high earlier test, several times.

    Formula: ``signals = Σ_work signal``; ``repeated = signals ≥ times``. Under chance alone, with
    one-sided level a per work (2.5 % at a 95 % interval), P(≥ 2 of w works) = 1 − (1 − a)^w −
    w·a·(1 − a)^(w − 1).

    Parameters
    ----------
    residuals : DataFrame
        From ``exam_residuals`` over several works or years.
    times : int
        How often it must happen.

    Returns
    -------
    DataFrame
        One row per school: ``group, works`` (tested), ``signals, smallest_p, chance`` (probability
        of as many signals by chance), ``repeated``.

    Examples
    --------
    >>> table = pd.DataFrame({"group": ["a", "a", "b", "b"], "signal": [True, True, False, True],
    ...                       "p_value": [0.001, 0.01, 0.5, 0.02], "status": "ok"})
    >>> repeatedly_below(table).repeated.tolist()
    [True, False]
    """
    tested = residuals[residuals["status"] == "ok"]
    by_school = tested.groupby("group", sort=True)
    result = pd.DataFrame(
        {
            "works": by_school.size(),
            "signals": by_school["signal"].sum().astype(int),
            "smallest_p": by_school["p_value"].min(),
        }
    ).reset_index()
    result["chance"] = stats.binom.sf(result["signals"] - 1, result["works"], 0.025)
    result["repeated"] = result["signals"] >= times
    return result
