"""Registered pupils: rates per thousand with exact intervals, the funnel, change over a year.

A handful is never told: counts below five, none among them, are «мало» in print and are left out
of the chart; where fewer than three schools are hidden, the next count is withheld too.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.from_fields import field_values
from msoko_lib.methods._numbers import normal_quantile
from msoko_lib.methods.intervals import (
    benjamini_hochberg,
    flag_outliers,
    funnel_limits,
    overdispersion,
)
from msoko_lib.methods.proportion_intervals import Interval
from msoko_lib.methods.rate_intervals import poisson_interval, rate_change_p
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.protected import shown_list
from msoko_lib.subsystems.year import Year, per_year

THOUSAND = 1000
FALSE_DISCOVERY_RATE = 0.05
MINIMUM = "report_minimum_n"
FAR = 0.998
FIELDS = ("registered_n", "pupils_n")
_STEPS = 120


@per_year
def registered_rates(year: Year) -> pd.DataFrame:
    """Registered pupils of every school that answered, judged against all the others.

    Returns
    -------
    DataFrame
        school_id, unit, n (registered), pupils, rate, low, high (per thousand, exact Poisson),
        shown (what may be printed: a number, «мало», «н/д»), ``mark``: attention (more than the
        others even if schools usually differ), up (fewer), same.
    """
    rows = answers(year, FIELDS).rename(columns={"registered_n": "n", "pupils_n": "pupils"})
    rows = rows[(rows["pupils"] > 0) & rows["n"].notna() & (rows["n"] <= rows["pupils"])]
    rows = rows[["school_id", "unit", "n", "pupils"]].reset_index(drop=True)
    if rows.empty:
        return rows.assign(rate=np.nan, low=np.nan, high=np.nan, shown=None, mark="")
    interval = poisson_interval(rows["n"].to_numpy(), rows["pupils"].to_numpy(), THOUSAND)
    flagged = flag_outliers(rows["n"].to_numpy(), rows["pupils"].to_numpy(), min_n=1)
    marks = flagged["status"].map({"above": "attention", "below": "up"}).fillna("same")
    return rows.assign(
        rate=THOUSAND * rows["n"] / rows["pupils"],
        low=interval.low,
        high=interval.high,
        shown=shown_list(rows["n"], year.points(MINIMUM)),
        mark=marks.to_numpy(),
    )


def told(rows: pd.DataFrame, column: str = "shown") -> pd.Series:
    """True where a count may be printed."""
    return rows[column].map(lambda value: value is not None and not isinstance(value, str))


def limits_of_chance(rows: pd.DataFrame) -> tuple[pd.DataFrame, float, bool]:
    """Funnel limits per thousand, the pooled rate, and whether schools differ beyond chance.

    Where they do, the usual difference between schools is added to chance (τ of Spiegelhalter
    2005); otherwise the limits are exact binomial.
    """
    spread = overdispersion(rows["n"].to_numpy(), rows["pupils"].to_numpy())
    sizes = np.unique(np.linspace(1, 1.1 * rows["pupils"].max(), _STEPS).round())
    frame = pd.DataFrame({"n": sizes})
    for names, level in ((("low", "high"), 0.95), (("low_far", "high_far"), FAR)):
        found = _limits(sizes, spread.target, spread.tau, level)
        frame[names[0]], frame[names[1]] = THOUSAND * found.low, THOUSAND * found.high
    return frame, THOUSAND * spread.target, spread.is_overdispersed and spread.tau > 0


def _limits(sizes: np.ndarray, target: float, tau: float, level: float) -> Interval:
    exact = funnel_limits(sizes, target, level)
    if tau <= 0:
        return exact
    normal = funnel_limits(sizes, target, level, method="normal")
    half = np.asarray(normal.high) - target
    wider = np.sqrt(half**2 + (tau * normal_quantile(level)) ** 2)
    return Interval(
        np.minimum(exact.low, np.clip(target - wider, 0, 1)),
        np.maximum(exact.high, np.clip(target + wider, 0, 1)),
    )


def registered_changes(year: Year) -> pd.DataFrame:
    """Registered pupils now and a year before, one row a school that answered in both years.

    Returns
    -------
    DataFrame
        school_id, unit, before, now, pupils_before, pupils, shown_before, shown, ``q`` and
        ``mark``: attention (more than chance explains, with a correction for all schools), up
        (fewer), same.
    """
    now = answers(year, FIELDS).set_index("school_id")
    last = _answers_of_last_year(year)
    both = now.join(last.add_suffix("_before"), how="inner")
    both = both.dropna(subset=[*FIELDS, *(f"{name}_before" for name in FIELDS)])
    both = both[(both["pupils_n"] > 0) & (both["pupils_n_before"] > 0)].reset_index()
    rows = both.rename(
        columns={
            "registered_n": "now", "registered_n_before": "before", "pupils_n": "pupils",
            "pupils_n_before": "pupils_before",
        }
    )  # fmt: skip
    rows = rows[["school_id", "unit", "before", "now", "pupils_before", "pupils"]]
    if rows.empty:
        return rows.assign(shown_before=None, shown=None, q=np.nan, mark="")
    p = rate_change_p(
        *(rows[name].to_numpy() for name in ("before", "pupils_before", "now", "pupils"))
    )
    q = benjamini_hochberg(np.atleast_1d(p)).q
    more = rows["now"] / rows["pupils"] > rows["before"] / rows["pupils_before"]
    minimum = year.points(MINIMUM)
    return rows.assign(
        shown_before=shown_list(rows["before"], minimum),
        shown=shown_list(rows["now"], minimum),
        q=q,
        mark=np.where(q > FALSE_DISCOVERY_RATE, "same", np.where(more, "attention", "up")),
    )


def _answers_of_last_year(year: Year) -> pd.DataFrame:
    rows = year.inputs.table("form_values", 1)
    if rows.empty:
        return pd.DataFrame(columns=list(FIELDS)).rename_axis("school_id")
    before = type(year.inputs)(year.inputs.bank.previous(1), year.settings)
    return field_values(before, FIELDS, ("school",)).set_index("school_id").astype("float64")
