"""Is a school different from the others? One rule for all reports."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.methods.intervals import benjamini_hochberg, flag_outliers

FALSE_DISCOVERY_RATE = 0.05


def compare_with_others(
    values: pd.DataFrame, *, more_is_better: bool, minimum_n: int
) -> pd.DataFrame:
    """Mark each school × work as better, worse or no different from the other schools.

    Parameters
    ----------
    values : DataFrame
        unit_id, subject, grade, numerator, denominator at school level.
    more_is_better : bool
        Direction of the indicator.
    minimum_n : int
        Works of fewer participants are marked ``few``.

    Returns
    -------
    DataFrame
        ``values`` with ``others`` (share of the other schools whose own number is shown, NaN where
        there are none), ``q`` and ``mark``: up, attention, same, few.

    Notes
    -----
    Each school against all the others in the same work (exact conditional test); one family is
    one indicator, all schools and works of the year: Benjamini–Hochberg at 5 %.
    """
    if values.empty:
        return values.assign(others=pd.Series(dtype=float), q=pd.Series(dtype=float), mark="")
    # An indicator without cuts has neither subject nor grade: all its units are one work.
    work = (
        values["subject"].astype(object).fillna("").astype(str)
        + " "
        + values["grade"].astype(object).fillna("").astype(str)
    )
    flagged = flag_outliers(
        values["numerator"].to_numpy(dtype=float),
        values["denominator"].to_numpy(dtype=float),
        unit=values["unit_id"].to_numpy(),
        family=work.to_numpy(),
        min_n=minimum_n,
        adjust_overdispersion=False,
    )
    q = benjamini_hochberg(flagged["p"].to_numpy(dtype=float)).q
    tested = ~np.isnan(q)
    counted = values["denominator"] >= minimum_n
    if "status" in values:
        counted &= values["status"] == "ok"
    rest = share_of_others(values, counted, work)
    above = values["value"].to_numpy() > flagged["target"].to_numpy(dtype=float)
    marks = np.select(
        [~tested, q > FALSE_DISCOVERY_RATE, above == more_is_better],
        ["few", "same", "up"],
        "attention",
    )
    return values.assign(others=rest, q=q, mark=marks)


def share_of_others(values: pd.DataFrame, counted: pd.Series, work: pd.Series) -> np.ndarray:
    """Numerators over denominators of all the other counted units of the same work.

    Who may read this number beside the reports of all those others knows every part of it but the
    parts that are hidden for being small. So what is hidden does not enter it: then nothing hidden
    follows from it, however many such numbers are put together.

    Parameters
    ----------
    values : DataFrame
        numerator, denominator: one row a unit × work.
    counted : Series of bool
        Rows whose own numbers are shown to somebody.
    work : Series
        What is compared with what.

    Returns
    -------
    ndarray
        NaN where no other unit is counted.
    """
    kept = values[["numerator", "denominator"]].astype("float64").where(counted, 0.0)
    rest = kept.groupby(work).transform("sum") - kept
    good, count = (rest[name].to_numpy(dtype=float) for name in ("numerator", "denominator"))
    return np.divide(good, count, out=np.full(len(count), np.nan), where=count > 0)


def differs_from(row: pd.Series, reference: float) -> str:
    """Mark of a value against a fixed reference by its interval: up, attention, same, few."""
    if pd.isna(row["ci_low"]) or pd.isna(reference):
        return "few"
    if row["ci_low"] > reference:
        return "up"
    return "attention" if row["ci_high"] < reference else "same"
