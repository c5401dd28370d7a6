"""Indicators of schools with low results (ШН-01…ШН-07)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.gia import MATHEMATICS, RUSSIAN, below_minimum, exam_results
from msoko_lib.indicators.inputs import Inputs, comparable
from msoko_lib.indicators.values import UNIT, VALUES, shares
from msoko_lib.methods.context import expected_result, social_index

CORE = (RUSSIAN, MATHEMATICS)
VPR_GRADES = (5, 6)
MOST_ANSWERED = 0.8
# One predictor needs ten schools (the budget of the methods).
SMALLEST_REGRESSION = 10
NAMES = ["school_id", "procedure", "low_n", "n"]


def procedures(inputs: Inputs, back: int = 0) -> pd.DataFrame:
    """Participants below the low boundary, one row a school × procedure of the year.

    Procedures: ВПР in Russian and mathematics of grades 5 and 6 (mark 2), ОГЭ in both (mark 2),
    ЕГЭ in Russian and mathematics (below the minimum).
    """
    pupils = comparable(inputs.table("vpr_pupils", back))
    pupils = pupils[
        pupils["subject"].isin(CORE) & pupils["grade"].isin(VPR_GRADES) & pupils["mark"].notna()
    ]
    vpr = pupils.assign(
        procedure="ВПР " + pupils["subject"] + " " + pupils["grade"].astype(str),
        low=pupils["mark"] == 2,
    )
    parts = [vpr[["school_id", "procedure", "low"]]]
    if back == 0:
        oge = exam_results(inputs, "oge")
        oge = oge[oge["subject"].isin(CORE) & oge["mark"].notna()]
        parts.append(oge.assign(procedure="ОГЭ " + oge["subject"], low=oge["mark"] == 2))
        ege = exam_results(inputs, "ege")
        low = below_minimum(ege, inputs)
        ege = ege[low.notna() & ege["subject"].str.startswith(CORE)]
        parts.append(ege.assign(procedure="ЕГЭ " + ege["subject"], low=low))
    rows = pd.concat([part[["school_id", "procedure", "low"]] for part in parts])
    rows = rows.assign(low=rows["low"].astype("boolean").fillna(False).astype("int64"))
    grouped = rows.groupby(["school_id", "procedure"])["low"].agg(low_n="sum", n="size")
    return grouped.reset_index()[NAMES]


def evaluated(inputs: Inputs) -> pd.DataFrame:
    """Procedures of the year with enough participants: columns of ``procedures`` and ``is_low``."""
    rows = procedures(inputs)
    rows = rows[rows["n"] >= inputs.settings.threshold("report_minimum_n").value]
    limit = inputs.settings.threshold("shnor_low_share").value / 100
    # At the limit itself an error of rounding must not decide.
    return rows.assign(is_low=rows["low_n"] / rows["n"] >= limit - 1e-9).reset_index(drop=True)


def low_index(inputs: Inputs) -> pd.DataFrame:
    """Procedures with many low results over all procedures with enough participants, by school.

    Columns: school_id, numerator, denominator, shnor (1 if the rule of the parameters holds).
    """
    by_school = evaluated(inputs).groupby("school_id")["is_low"]
    by_school = by_school.agg(numerator="sum", denominator="size")
    needed = inputs.settings.threshold("shnor_procedures").value
    return by_school.assign(shnor=(by_school["numerator"] >= needed).astype("int64")).reset_index()


def shnor_share(inputs: Inputs) -> pd.DataFrame:
    """ШН-01: share of schools with low results by the rule of the parameters."""
    rows = low_index(inputs)
    return shares(rows.assign(numerator=rows["shnor"], denominator=1), inputs, [])


def low_results_index(inputs: Inputs) -> pd.DataFrame:
    """ШН-02: share of procedures in which 30 % and more are below the boundary."""
    rows = shares(low_index(inputs), inputs, [])
    # Procedures are no sample: no interval is claimed.
    return rows.assign(ci_low=np.nan, ci_high=np.nan)


def pupils_at_risk(inputs: Inputs) -> pd.DataFrame:
    """ШН-03: share of ВПР participants with mark 2 in Russian or mathematics."""
    pupils = comparable(inputs.table("vpr_pupils"))
    pupils = pupils[pupils["subject"].isin(CORE) & pupils["mark"].notna()]
    lowest = pupils.groupby(["school_id", "pupil_id"])["mark"].min().reset_index()
    hit = (lowest["mark"] == 2).astype("int64")
    return shares(lowest.assign(numerator=hit, denominator=1), inputs, [])


def context_frame(inputs: Inputs, years: int = 1) -> pd.DataFrame:
    """Context variables, one row a school; only those with a declared sign.

    Parameters
    ----------
    years : int
        Means of each variable over so many years, the newest included.
    """
    rows = pd.concat([inputs.table("context", back) for back in range(years)])
    rows = rows[rows["variable"].isin(inputs.settings.context_signs)]
    wide = rows.pivot_table(index="school_id", columns="variable", values="value")
    # A variable that few schools answered would leave the others without an index.
    return wide.loc[:, wide.notna().mean() >= MOST_ANSWERED] if len(wide) else wide


def context_index(inputs: Inputs, years: int = 1) -> pd.Series:
    """Context index of every school with complete answers (mean 50, SD 10); empty without data."""
    wide = context_frame(inputs, years).dropna()
    if len(wide) < 3 or wide.shape[1] == 0 or not (wide.nunique() > 1).all():
        return pd.Series(dtype="float64")
    signs = {name: inputs.settings.context_signs[name] for name in wide.columns}
    return social_index(wide, signs).values


def low_context_share(inputs: Inputs) -> pd.DataFrame:
    """ШН-04: share of schools whose context index is below the limit."""
    index = context_index(inputs)
    limit = inputs.settings.threshold("low_context_index").value
    rows = index.rename("index").rename_axis("school_id").reset_index()
    return shares(
        rows.assign(numerator=(rows["index"] < limit).astype("int64"), denominator=1), inputs, []
    )


def school_outcome(inputs: Inputs) -> pd.DataFrame:
    """Mean standing of a school's pupils in ВПР: z-scores inside each work, all works pooled.

    Columns: school_id, outcome (pupil standard deviations), n, variance of the mean.
    """
    pupils = comparable(inputs.table("vpr_pupils"))
    pupils = pupils[pupils["score"].notna()]
    works = pupils.groupby("work_id")["score"]
    spread = works.transform("std")
    known = spread > 0
    z = ((pupils["score"] - works.transform("mean")) / spread.where(known))[known]
    rows = pupils.loc[known, ["school_id"]].assign(z=z)
    grouped = rows.groupby("school_id")["z"].agg(["mean", "var", "size"])
    usable = grouped[grouped["size"] >= inputs.settings.threshold("report_minimum_n").value]
    return usable.rename(columns={"mean": "outcome", "size": "n"}).reset_index()


def residuals(inputs: Inputs) -> pd.DataFrame:
    """Outcome against what context leads one to expect, one row a school."""
    outcome = school_outcome(inputs).set_index("school_id")
    index = context_index(inputs)
    both = outcome.join(index.rename("index"), how="inner")
    if len(both) < SMALLEST_REGRESSION:
        return pd.DataFrame(
            columns=["school_id", "outcome", "expected", "difference", "n", "index"]
        )
    found = expected_result(both["outcome"], both["index"]).schools
    return both.join(found[["expected", "difference", "pi_low", "pi_high"]]).reset_index()


def context_residual(inputs: Inputs) -> pd.DataFrame:
    """ШН-06: distance of a school's result from the expected one, in pupil standard deviations."""
    rows = residuals(inputs)
    if rows.empty:
        return pd.DataFrame(columns=[*UNIT, *VALUES])
    half = (rows["pi_high"] - rows["pi_low"]) / 2
    return pd.DataFrame(
        {
            "level": "school", "unit_id": rows["school_id"], "value": rows["difference"],
            "numerator": np.nan, "denominator": np.nan, "n": rows["n"],
            "ci_low": rows["difference"] - half, "ci_high": rows["difference"] + half,
        }
    )  # fmt: skip


def resilient_share(inputs: Inputs) -> pd.DataFrame:
    """ШН-05: schools in low context with results not below the median, over schools in low context.

    A label of one year: who is resilient with what probability is for the report to say.
    """
    rows = residuals(inputs)
    if rows.empty:
        return pd.DataFrame(columns=[*UNIT, *VALUES])
    limit = inputs.settings.threshold("low_context_index").value
    low = rows[rows["index"] < limit]
    hit = (low["outcome"] >= rows["outcome"].median()).astype("int64")
    return shares(low.assign(numerator=hit, denominator=1), inputs, [])


def left_the_list(inputs: Inputs) -> pd.DataFrame:
    """ШН-07: schools on last year's list that are not on this year's, over last year's list."""
    now = low_index(inputs).set_index("school_id")["shnor"]
    before = Inputs(inputs.bank.previous(), inputs.settings)
    if not before.bank.exists:
        return pd.DataFrame(columns=[*UNIT, *VALUES])
    listed = low_index(before)
    listed = listed[listed["shnor"] == 1]
    gone = listed["school_id"].map(now).fillna(1) == 0
    return shares(listed.assign(numerator=gone.astype("int64"), denominator=1), inputs, [])
