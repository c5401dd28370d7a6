"""Standing of a school's pupils among all pupils of the municipality, one number a pupil.

Inside each work (or exam subject) and year a result becomes the distance from the municipality's
mean in standard deviations; a pupil's works are averaged first, so that the same child is counted
once and the variance of a school's mean is that of its pupils.
"""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.gia import MATHEMATICS, RUSSIAN, exam_results
from msoko_lib.indicators.inputs import Inputs, comparable
from msoko_lib.methods.value_added import pool_years, sampling_variance

CORE = (RUSSIAN, MATHEMATICS)
SOURCES = ("vpr", "oge")
NAMES = ["school_id", "estimate", "variance", "n", "years"]


def vpr_pupils(inputs: Inputs, grade: int | None = None, core_only: bool = False) -> pd.DataFrame:
    """Standing of each ВПР participant of the year: school_id, pupil_id, z (mean of the works).

    Parameters
    ----------
    grade : int, optional
        Only works of this grade.
    core_only : bool
        Only Russian and mathematics, which every pupil of a cohort writes.
    """
    pupils = comparable(inputs.table("vpr_pupils"))
    pupils = pupils[pupils["score"].notna()]
    if grade is not None:
        pupils = pupils[pupils["grade"] == grade]
    if core_only:
        pupils = pupils[pupils["subject"].isin(CORE)]
    return _pupil_means(pupils, "work_id", "score")


def oge_pupils(inputs: Inputs) -> pd.DataFrame:
    """The same in the compulsory ОГЭ, first attempts: primary score, or mark where there is none.

    An exam of choice is sat by those who chose it, so only Russian and mathematics stand here.
    """
    results = exam_results(inputs, "oge")
    results = results[results["subject"].isin(CORE)]
    scored = results["primary_score"].notna().groupby(results["subject"]).transform("mean") > 0.5
    score = results["primary_score"].where(scored, results["mark"].astype("float64"))
    return _pupil_means(results.assign(score=score)[score.notna()], "subject", "score")


def pupil_spread(inputs: Inputs, source: str, years: int) -> float:
    """How much one standard deviation of pupils is in the unit people know.

    Percentage points of the mean share of the maximum for ВПР, marks for ОГЭ (mean of a pupil's
    works); NaN without data. Weighted by pupils over the years.
    """
    squares, degrees = 0.0, 0
    for back in range(years):
        year = earlier(inputs, back)
        if source == "vpr":
            rows = comparable(year.table("vpr_pupils"))
            rows = rows.assign(told=100 * rows["score"] / rows["max_score"])
        else:
            rows = exam_results(year, "oge")
            rows = rows[rows["subject"].isin(CORE)]
            rows = rows.assign(told=rows["mark"].astype("float64"))
        means = rows[rows["told"].notna()].groupby("pupil_id")["told"].mean()
        if len(means) > 1:
            squares += float(means.var()) * (len(means) - 1)
            degrees += len(means) - 1
    return (squares / degrees) ** 0.5 if degrees else float("nan")


def _pupil_means(rows: pd.DataFrame, work: str, score: str) -> pd.DataFrame:
    works = rows.groupby(work)[score]
    spread = works.transform("std")
    z = (rows[score].astype("float64") - works.transform("mean")) / spread.where(spread > 0)
    told = rows.assign(z=z)[z.notna()]
    return told.groupby(["school_id", "pupil_id"])["z"].mean().reset_index()


def school_means(pupils: pd.DataFrame, minimum_n: int) -> pd.DataFrame:
    """Mean standing of each school with its sampling variance.

    Parameters
    ----------
    pupils : DataFrame
        school_id, z: one row a pupil.
    minimum_n : int
        Schools of fewer pupils are left out.

    Returns
    -------
    DataFrame indexed by school_id: estimate, variance (never below what the spread of all schools
    together gives a school of fewer than ten pupils), n.
    """
    grouped = pupils.groupby("school_id")["z"].agg(estimate="mean", sd="std", n="size")
    grouped = grouped[grouped["n"] >= minimum_n]
    if not (grouped["n"] >= 2).any():
        return grouped.assign(variance=float("nan")).iloc[:0][["estimate", "variance", "n"]]
    # A hard minimum: a school where all scored the same is not known without error.
    floor = (grouped["sd"] ** 2 * (grouped["n"] - 1)).sum() / (grouped["n"] - 1).sum() * 0.01
    variance = sampling_variance(grouped["sd"], grouped["n"])
    grouped["variance"] = pd.Series(variance, grouped.index).clip(lower=floor / grouped["n"])
    return grouped[["estimate", "variance", "n"]]


def pooled_standing(inputs: Inputs, source: str, years: int) -> pd.DataFrame:
    """Standing of every school over the last years together.

    Parameters
    ----------
    source : {"vpr", "oge"}
    years : int
        How many years, the newest included.

    Returns
    -------
    DataFrame, one row a school: school_id, estimate (pupil standard deviations), variance,
    n (pupils of all years), years (with data).
    """
    if source not in SOURCES:
        raise ValueError(f"source must be one of {SOURCES}, found {source!r}")
    minimum = int(inputs.settings.threshold("report_minimum_n").value)
    yearly = []
    for back in range(years):
        year = earlier(inputs, back)
        pupils = vpr_pupils(year) if source == "vpr" else oge_pupils(year)
        yearly.append(school_means(pupils, minimum))
    return pooled(yearly)


def pooled(yearly: list[pd.DataFrame]) -> pd.DataFrame:
    """Frames of :func:`school_means` of several years put together, weighted by precision."""
    known = [frame for frame in yearly if len(frame)]
    if not known:
        return pd.DataFrame(columns=NAMES)
    estimates = pd.concat([frame["estimate"] for frame in known], axis=1)
    variances = pd.concat([frame["variance"] for frame in known], axis=1).reindex(estimates.index)
    total = pd.concat([frame["n"] for frame in known], axis=1).sum(axis=1)
    found = pool_years(estimates, variances)
    return pd.DataFrame(
        {
            "school_id": estimates.index.astype("str"),
            "estimate": found["estimate"].to_numpy(),
            "variance": found["variance"].to_numpy(),
            "n": total.reindex(estimates.index).astype("int64").to_numpy(),
            "years": found["n_years"].to_numpy(),
        }
    )


def earlier(inputs: Inputs, back: int) -> Inputs:
    """Inputs of an earlier year with this year's schools and parameters."""
    return _Earlier(inputs, back) if back else inputs


class _Earlier(Inputs):
    """Tables of an earlier year, of the schools that the newest directory knows."""

    def __init__(self, inputs: Inputs, back: int) -> None:
        super().__init__(inputs.bank.previous(back), inputs.settings)
        self._newest, self._back = inputs, back

    @property
    def schools(self) -> pd.DataFrame:
        """Schools of the newest year."""
        return self._newest.schools

    def table(self, name: str, back: int = 0) -> pd.DataFrame:
        """A bank table of the earlier year, schools known in the newest one only."""
        return self._newest.table(name, self._back + back)
