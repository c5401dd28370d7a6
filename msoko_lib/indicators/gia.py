"""Indicators from ОГЭ and ЕГЭ (КП-08…КП-16)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.values import means, shares, statistics
from msoko_lib.project import end_year_of

RUSSIAN, MATHEMATICS = "Русский язык", "Математика"
BASE_MATHEMATICS = "Математика базовая"
REQUIRED_OGE = 4


def exam_results(inputs: Inputs, exam: str, attempt: str = "first", back: int = 0) -> pd.DataFrame:
    """Results of an exam, one row a pupil × subject.

    Parameters
    ----------
    exam : {"oge", "ege", "gve"}
    attempt : {"first", "best"}
        Which of several attempts in a year counts.
    back : int
        Years before the year of the inputs.
    """
    results = inputs.table("gia_results", back)
    results = results[results["exam"] == exam]
    if attempt == "first":
        ordered = results.sort_values("exam_date", kind="stable")
    else:
        marks = results["mark"].astype("float64")
        results = results.assign(_rank=results["test_score"].fillna(marks))
        ordered = results.sort_values("_rank", ascending=False, kind="stable")
    return ordered.drop_duplicates(["pupil_id", "subject"], keep="first").reset_index(drop=True)


def oge_basics_passed(inputs: Inputs) -> pd.DataFrame:
    """КП-08: share with 3 or more in both Russian and mathematics at the first attempt."""
    results = exam_results(inputs, "oge")
    results = results[results["subject"].isin([RUSSIAN, MATHEMATICS]) & results["mark"].notna()]
    pupils = results.groupby(["school_id", "pupil_id"]).agg(
        lowest=("mark", "min"), subjects=("subject", "nunique")
    )
    both = pupils[pupils["subjects"] == 2].reset_index()
    return shares(_flag(both, both["lowest"] >= 3), inputs, [])


def oge_quality(inputs: Inputs) -> pd.DataFrame:
    """КП-09: share of marks 4 and 5 by subject."""
    results = exam_results(inputs, "oge")
    results = results[results["mark"].notna()]
    return shares(_flag(results, results["mark"] >= 4), inputs, ["subject"])


def oge_sums(inputs: Inputs) -> pd.DataFrame:
    """Sum of the marks, the lowest of them, one row a pupil who sat all four exams."""
    results = exam_results(inputs, "oge", attempt="best")
    results = results[results["mark"].notna()]
    pupils = results.groupby(["school_id", "pupil_id"]).agg(
        total=("mark", "sum"), lowest=("mark", "min"), subjects=("subject", "nunique")
    )
    return pupils[pupils["subjects"] == REQUIRED_OGE].reset_index()


def oge_basic_level(inputs: Inputs) -> pd.DataFrame:
    """КП-10: share with 12 or more over four subjects and no 2."""
    pupils = oge_sums(inputs)
    limit = inputs.settings.threshold("oge_four_subjects_basic").value
    return shares(_flag(pupils, (pupils["total"] >= limit) & (pupils["lowest"] >= 3)), inputs, [])


def oge_high_level(inputs: Inputs) -> pd.DataFrame:
    """КП-11: share with 18 or more over four subjects."""
    pupils = oge_sums(inputs)
    limit = inputs.settings.threshold("oge_four_subjects_high").value
    return shares(_flag(pupils, pupils["total"] >= limit), inputs, [])


def below_minimum(results: pd.DataFrame, inputs: Inputs) -> pd.Series:
    """True where a result is below the passing minimum of its subject and year; NA if unknown.

    The minimum of the parameters goes first; where there is none, that of the file's footer.
    """
    year = end_year_of(inputs.bank.school_year)
    known = {
        subject: inputs.settings.ege_minimum(subject, year)
        for subject in results["subject"].unique()
    }
    limits = results["subject"].map(
        {subject: rule.minimum if rule else np.nan for subject, rule in known.items()}
    )
    limits = limits.astype("float64").fillna(results["minimum"])
    by_mark = results["subject"].map(
        {subject: bool(rule and rule.measured_in == "отметка") for subject, rule in known.items()}
    )
    reached = results["test_score"].where(~by_mark.astype(bool), results["mark"].astype("float64"))
    return (reached < limits).astype("boolean").mask(limits.isna() | reached.isna())


def ege_below_minimum(inputs: Inputs) -> pd.DataFrame:
    """КП-12: share below the minimum by subject, at the first attempt."""
    results = exam_results(inputs, "ege")
    low = below_minimum(results, inputs)
    known = results[low.notna()]
    return shares(_flag(known, low[low.notna()]), inputs, ["subject"])


def ege_mean(inputs: Inputs) -> pd.DataFrame:
    """КП-13: mean test score by subject."""
    results = exam_results(inputs, "ege")
    results = results[results["test_score"].notna()].rename(columns={"test_score": "value"})
    return means(results[["school_id", "subject", "value"]], inputs, ["subject"])


def three_subject_sums(inputs: Inputs) -> pd.DataFrame:
    """Sum of the three best test scores, one row a pupil with at least three."""
    results = exam_results(inputs, "ege", attempt="best")
    results = results[results["test_score"].notna()]
    ordered = results.sort_values("test_score", ascending=False)
    grouped = ordered.groupby(["school_id", "pupil_id"])["test_score"]
    pupils = grouped.agg(total=lambda scores: scores.head(3).sum(), subjects="size")
    return pupils[pupils["subjects"] >= 3].reset_index()


def ege_mass_quality(inputs: Inputs) -> pd.DataFrame:
    """КП-14: share with 160 or more over three subjects."""
    pupils = three_subject_sums(inputs)
    limit = inputs.settings.threshold("ege_three_subjects_mass").value
    return shares(_flag(pupils, pupils["total"] >= limit), inputs, [])


def ege_high_scores(inputs: Inputs) -> pd.DataFrame:
    """КП-15: share of graduates with a high score in at least one subject."""
    results = exam_results(inputs, "ege", attempt="best")
    best = results.groupby(["school_id", "pupil_id"])["test_score"].max().reset_index()
    limit = inputs.settings.threshold("ege_high_score").value
    return shares(_flag(best, (best["test_score"] >= limit).fillna(False)), inputs, [])


def ege_spread(inputs: Inputs) -> pd.DataFrame:
    """КП-16: distance between the 90th and the 10th percentile of test scores by subject."""
    results = exam_results(inputs, "ege")
    results = results[results["test_score"].notna()]
    return statistics(results, inputs, ["subject"], ["test_score"], _p90_minus_p10)


def _p90_minus_p10(scores: np.ndarray) -> np.ndarray:
    low, high = np.quantile(scores, [0.1, 0.9], axis=1)
    return high - low


def _flag(frame: pd.DataFrame, hit: pd.Series) -> pd.DataFrame:
    return frame.assign(numerator=hit.astype("int64"), denominator=1)
