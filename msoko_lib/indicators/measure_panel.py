"""The indicator that a measure aims at, year by year, and which years lie before and after."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from msoko_lib.indicators.measure_register import Measure
from msoko_lib.methods.effects import (
    minimum_detectable_effect,
    planned_standard_error,
    variance_over_years,
)
from msoko_lib.project import end_year_of
from msoko_lib.settings import Settings

Z95 = 1.959964
FEWEST_FOR_A_GAP = 6
FEWEST_LEFT = 3


@dataclass(frozen=True)
class Periods:
    """School years of an indicator sorted by a measure's start, oldest first.

    ``before`` were known when the measure began; the last of them is the year of the choice.
    ``between`` were under way or came too soon to show it. ``after`` can show it.
    """

    before: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def indicator_panel(values: pd.DataFrame, indicator_id: str, minimum_n: int) -> pd.DataFrame:
    """An indicator of every organisation and year against all of them together.

    Works differ in difficulty from year to year and are not the same in every school, so what is
    followed is the distance from the mean of all organisations in the same work (subject, grade,
    component) and year; distances of several works are averaged by participants. An indicator
    that fewer than six organisations have is followed as it is: their mean would be themselves.

    Parameters
    ----------
    values : DataFrame
        Indicator tables of the years (column ``year``), level ``school``.
    minimum_n : int
        A year of an organisation with fewer people is left out.

    Returns
    -------
    DataFrame
        school_id, year, value (in the unit of computation, shares 0…1), variance of sampling (NaN
        where the indicator has no interval), n, ``is_gap`` (false: the value as it is).
    """
    rows = values[
        (values["indicator_id"] == indicator_id)
        & (values["level"] == "school")
        & values["value"].notna()
    ]
    rows = rows[_may_enter(rows)]
    if rows.empty:
        return pd.DataFrame(columns=["school_id", "year", "value", "variance", "n", "is_gap"])
    n = rows["n"].astype("float64").fillna(1.0).clip(lower=1.0)
    cuts = [rows[name].astype(object).where(rows[name].notna(), "").astype(str)
            for name in ("subject", "grade", "component")]  # fmt: skip
    work = cuts[0] + "|" + cuts[1] + "|" + cuts[2]
    value = rows["value"].astype("float64")
    whole = (value * n).groupby([rows["year"], work]).transform("sum") / n.groupby(
        [rows["year"], work]
    ).transform("sum")
    is_gap = bool(rows.groupby("year")["unit_id"].nunique().min() >= FEWEST_FOR_A_GAP)
    if not is_gap:
        whole = whole * 0.0
    error = (rows["ci_high"] - rows["ci_low"]).astype("float64") / (2 * Z95)
    frame = pd.DataFrame(
        {
            "school_id": rows["unit_id"],
            "year": rows["year"],
            "n": n,
            "weighted": (value - whole) * n,
            "noise": (error * n) ** 2,
            "known": error.notna(),
        }
    )
    grouped = frame.groupby(["school_id", "year"])
    summed = grouped[["n", "weighted", "noise"]].sum()
    panel = pd.DataFrame(
        {
            "value": summed["weighted"] / summed["n"],
            "variance": (summed["noise"] / summed["n"] ** 2).where(grouped["known"].all()),
            "n": summed["n"],
            "is_gap": is_gap,
        }
    ).reset_index()
    return panel[panel["n"] >= minimum_n].reset_index(drop=True)


def _may_enter(rows: pd.DataFrame) -> pd.Series:
    """Rows that are shown; of an organisation with nothing but small works all of them together.

    Beside reports of the others, what a measure gave must not tell of three pupils in one work of
    a school whose other works are known.
    """
    if "status" not in rows:
        return pd.Series(True, index=rows.index)
    shown = rows["status"] == "ok"
    return shown | ~shown.groupby([rows["year"], rows["unit_id"]]).transform("any")


def periods_of(measure: Measure, years: Sequence[str], settings: Settings) -> Periods:
    """Sort the years of an indicator by the start of a measure."""
    if measure.start is None:
        return Periods()
    month = int(settings.threshold("measure_results_month").value)
    lead = int(settings.threshold("measure_lead_months").value)
    before, between, after = [], [], []
    for year in sorted(years):
        results = dt.date(end_year_of(year), month, 1)
        if results <= measure.start:
            before.append(year)
        elif _months_before(results, lead) >= measure.start:
            after.append(year)
        else:
            between.append(year)
    return Periods(tuple(before), tuple(between), tuple(after))


def _months_before(day: dt.date, months: int) -> dt.date:
    place = day.year * 12 + day.month - 1 - months
    return dt.date(place // 12, place % 12 + 1, 1)


def smallest_visible(
    panel: pd.DataFrame,
    treated: Sequence[int],
    sizes: Sequence[int],
    years_after: int = 1,
    years_before: int = 2,
) -> pd.DataFrame:
    """Smallest effect that a measure of so many schools, of such a size, would show.

    The passing variance of a school's year is that of its pupils, s²/n, and what is left of the
    variance between years; s² and the rest come from the panel.

    Parameters
    ----------
    panel : DataFrame
        Of :func:`indicator_panel`.
    treated : sequence of int
        Numbers of schools under a measure.
    sizes : sequence of int
        People behind a school's yearly value.

    Returns
    -------
    DataFrame
        One row a size: ``size`` and one column ``k1``, ``k3``… for each number of schools; in the
        unit of computation. Empty without sampling variances or with too few schools.
    """
    parts = passing_variance(panel)
    if parts is None:
        return pd.DataFrame()
    rows = []
    for size in sizes:
        row: dict[str, float] = {"size": float(size)}
        for number in treated:
            error, freedom = planned_error(parts, number, size, years_after, years_before)
            row[f"k{number}"] = (
                minimum_detectable_effect(error, degrees_of_freedom=freedom)
                if error == error
                else float("nan")
            )
        rows.append(row)
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class PassingVariance:
    """Why a school's yearly value moves though nothing has happened.

    Attributes
    ----------
    pupil : float
        Variance of one person's result: divided by n it is that of a school's year.
    rest : float
        What is left between years besides.
    schools : int
        Schools that the panel has.
    """

    pupil: float
    rest: float
    schools: int


def passing_variance(panel: pd.DataFrame) -> PassingVariance | None:
    """Parts of the passing variance; None without sampling variances or with too few schools.

    Parameters
    ----------
    panel : DataFrame
        Of :func:`indicator_panel`.
    """
    known = panel[panel["variance"].notna() & (panel["variance"] > 0)]
    schools = int(panel["school_id"].nunique())
    if known.empty or schools < 4:
        return None
    pupil = float(np.average(known["variance"] * known["n"], weights=known["n"]))
    wide = panel.pivot(index="school_id", columns="year", values="value")
    rest = 0.0
    try:
        within = variance_over_years(wide.to_numpy(dtype=float)).within_variance
        rest = max(0.0, within - float(known["variance"].mean()))
    except ValueError:
        pass  # One year: what lasts cannot be told from what passes.
    return PassingVariance(pupil, rest, schools)


def planned_error(
    parts: PassingVariance, number: int, size: float, years_after: int = 1, years_before: int = 2
) -> tuple[float, int]:
    """Standard error of a measure's estimate known beforehand, and its degrees of freedom.

    Parameters
    ----------
    number : int
        Schools under the measure; NaN comes back where fewer than three are left to compare with.
    size : float
        People behind a school's yearly value.
    """
    freedom = parts.schools - 2
    if parts.schools - number < FEWEST_LEFT:
        return float("nan"), freedom
    error = planned_standard_error(
        parts.pupil / size + parts.rest, number, parts.schools - number,
        periods_before=years_before, periods_after=years_after,
    )  # fmt: skip
    return error, freedom
