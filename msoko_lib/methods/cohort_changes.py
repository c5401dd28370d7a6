"""Cohorts a year later against what the other schools' cohorts make expected of them.

The newspaper's screening rule (:func:`msoko_lib.methods.consistency.cohort_residuals`) fits one
line through all schools, so that a school far from the others bends the line towards itself and
tilts it for everybody else. With the dozen schools of a municipality this hides what is looked
for. Here each school is predicted from the others, twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods._numbers import FloatArray

FAMILY = ("subject", "grade")
NUMBERS = ("n1", "mean1", "n2", "mean2")
SMALLEST_FAMILY = 6
LEFT_OUT_P = 0.01
LEFT_OUT_SHARE = 0.25
# Variance of true changes between schools over that of one pupil: none … a quarter.
RATIOS = (0.0, 0.005, 0.01, 0.02, 0.04, 0.07, 0.12, 0.25)
RESULTS = ("predicted", "residual", "cautious_probability", "fall_probability")


@dataclass(frozen=True)
class _Family:
    """Cohorts of one subject and grade: positions in the frame and their numbers."""

    rows: np.ndarray
    early: FloatArray
    late: FloatArray
    size: FloatArray
    least: FloatArray


def cohort_changes(frame: pd.DataFrame) -> pd.DataFrame:
    """Each cohort's later mean against a prediction from the other schools' cohorts.

    Formula: in each subject × grade ``mean2 = a + b·mean1`` by weighted least squares with
    ``w = 1/(1/m + r)``, ``1/m = 1/n1 + 1/n2``; r, the variance of true changes over that of one
    pupil, is one number for the whole frame (maximum likelihood over all families, the most
    deviant cohort of each left out). First reading: the externally studentised residual of every
    cohort. Then the oddest cohort is left out while its two-sided probability is under 0.01 (one at
    a time, at most a quarter), and every cohort is predicted anew from the rest. A probability is
    the larger of the two readings', Student's t with ``min(n1, n2) − 1`` degrees of freedom or
    those of the fit if fewer: a small class is judged mildly.

    Parameters
    ----------
    frame : DataFrame
        One row per school × subject × grade: ``subject``, ``grade``, ``n1``, ``mean1`` (pupils
        and mean of the earlier test), ``n2``, ``mean2`` (of the later one, any scale). Further
        columns are carried through.

    Returns
    -------
    DataFrame
        Rows and index of ``frame`` with ``predicted`` and ``residual`` (scale of mean2, from the
        second reading: the school itself never enters its own prediction),
        ``cautious_probability`` (two-sided), ``fall_probability`` (one-sided: lower than
        predicted) and ``status``: "ok", "missing" or "family_too_small" (fewer than 6 schools).

    Raises
    ------
    ValueError
        When columns are absent.

    Notes
    -----
    The deleted residual: Cook & Weisberg, "Residuals and Influence in Regression" (1982), 2.2. The
    two readings are a forward step against masking and swamping (Hadi & Simonoff 1993, JASA 88):
    requiring both keeps the size of the first, which is exact for normal changes. Checked against
    ``cohort_residuals`` (first reading, r = 0) and by simulation with and without true changes.

    Examples
    --------
    >>> frame = pd.DataFrame({
    ...     "subject": "МА", "grade": "5", "school": list("abcdefgh"), "n1": 40, "n2": 40,
    ...     "mean1": [50, 54, 58, 62, 66, 70, 56, 84.0],
    ...     "mean2": [41, 46, 47, 52, 55, 60, 46, 50.0]})
    >>> found = cohort_changes(frame).set_index("school")
    >>> found.loc[found["fall_probability"] < 0.01, "residual"].round(1).to_dict()
    {'h': -22.0}
    """
    lacking = [name for name in (*FAMILY, *NUMBERS) if name not in frame]
    if lacking:
        raise ValueError(f"frame lacks the columns {lacking}; found {list(frame.columns)}")
    numbers = frame[list(NUMBERS)].apply(pd.to_numeric).astype(float)
    usable = np.isfinite(numbers).all(axis=1) & (numbers[["n1", "n2"]] >= 2).all(axis=1)
    status = np.where(usable, "family_too_small", "missing").astype(object)
    results = {name: np.full(len(frame), np.nan) for name in RESULTS}
    families = list(_families(frame, numbers, usable.to_numpy()))
    ratio = _ratio(families)
    for family in families:
        status[family.rows] = "ok"
        for name, values in zip(RESULTS, _two_readings(family, ratio), strict=True):
            results[name][family.rows] = values
    return frame.assign(**results, status=status.astype(str))


def _families(frame: pd.DataFrame, numbers: pd.DataFrame, usable: np.ndarray) -> Iterator[_Family]:
    groups = frame.assign(_place=np.arange(len(frame)))[usable].groupby(list(FAMILY), sort=False)
    for _, group in groups:
        rows = group["_place"].to_numpy()
        n1, early, n2, late = (numbers[name].to_numpy()[rows] for name in NUMBERS)
        if len(rows) >= SMALLEST_FAMILY and np.ptp(early) > 0:
            yield _Family(rows, early, late, 1 / (1 / n1 + 1 / n2), np.minimum(n1, n2))


def _ratio(families: list[_Family]) -> float:
    """Maximum-likelihood r over all families."""
    if not families:
        return 0.0
    fits = [sum(_log_likelihood(family, ratio) for family in families) for ratio in RATIOS]
    return RATIOS[int(np.argmax(fits))]


def _log_likelihood(family: _Family, ratio: float) -> float:
    """Normal log-likelihood of a family at its own best line and scale, without its oddest row."""
    weight = _weights(family, ratio)
    everyone = np.ones(len(weight), dtype=bool)
    t, _, _ = _deleted(family, weight, everyone)
    kept = everyone.copy()
    kept[int(np.argmax(np.nan_to_num(np.abs(t))))] = False
    _, sse = _line(family, weight, kept)
    n = int(kept.sum())
    return float(0.5 * np.log(weight[kept]).sum() - 0.5 * n * np.log(max(sse, 1e-12) / n))


def _weights(family: _Family, ratio: float) -> FloatArray:
    return np.asarray(1 / (1 / family.size + ratio))


def _two_readings(
    family: _Family, ratio: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    weight = _weights(family, ratio)
    kept = np.ones(len(weight), dtype=bool)
    first, _, first_df = _deleted(family, weight, kept)
    # One at a time: a school far out makes others look odd that are not.
    for _ in range(int(LEFT_OUT_SHARE * len(weight))):
        t, _, df = _deleted(family, weight, kept)
        odd = np.where(kept, _two_sided(t, _degrees(family, df)), 1.0)
        if odd.min() >= LEFT_OUT_P:
            break
        kept[int(np.argmin(odd))] = False
    second, predicted, second_df = _deleted(family, weight, kept)
    both = [(first, _degrees(family, first_df)), (second, _degrees(family, second_df))]
    two_sided = np.fmax(*(_two_sided(t, df) for t, df in both))
    fall = np.fmax(*(np.asarray(stats.t.cdf(t, df)) for t, df in both))
    return predicted, family.late - predicted, two_sided, fall


def _degrees(family: _Family, of_the_fit: FloatArray) -> FloatArray:
    return np.asarray(np.minimum(family.least - 1, of_the_fit))


def _two_sided(t: FloatArray, df: FloatArray) -> FloatArray:
    return np.asarray(2 * stats.t.sf(np.abs(t), df))


def _line(
    family: _Family, weight: FloatArray, kept: np.ndarray
) -> tuple[tuple[float, float, float, float, float], float]:
    """Weighted line through the kept rows: (Σw, centre, Sxx, mean of y, slope) and its SSE."""
    w, x, y = weight[kept], family.early[kept], family.late[kept]
    total = w.sum()
    centre, middle = (w * x).sum() / total, (w * y).sum() / total
    sxx = (w * (x - centre) ** 2).sum()
    slope = (w * (x - centre) * (y - middle)).sum() / sxx if sxx > 0 else 0.0
    residual = y - middle - slope * (x - centre)
    return (total, centre, sxx, middle, slope), float((w * residual**2).sum())


def _deleted(
    family: _Family, weight: FloatArray, kept: np.ndarray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Studentised deleted residual, prediction without the row itself, degrees of freedom."""
    (total, centre, sxx, middle, slope), sse = _line(family, weight, kept)
    away = family.early - centre
    raw = family.late - middle - slope * away
    spread = 1 / total + (away**2 / sxx if sxx > 0 else 0.0)
    n = int(kept.sum())
    # A kept row is taken out of line and scale; a row left out was never in them.
    share = np.where(kept, np.maximum(1 - weight * spread, 1e-10), 1 + weight * spread)
    residual = np.where(kept, raw / share, raw)
    df = np.where(kept, n - 3, n - 2)
    own = np.where(kept, weight * raw**2 / share, 0.0)
    scale = np.sqrt(np.maximum(sse - own, 1e-12) / df)
    t = np.sqrt(weight) * raw / (scale * np.sqrt(share))
    return np.asarray(t), np.asarray(family.late - residual), np.asarray(df, dtype=float)
