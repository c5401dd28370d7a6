"""Indicators of objectivity (ОБ-01…ОБ-08)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.gia import BASE_MATHEMATICS, RUSSIAN, exam_results
from msoko_lib.indicators.inputs import EXPORT_LEVELS, Inputs, comparable
from msoko_lib.indicators.values import UNIT, VALUES, exported, means, shares
from msoko_lib.project import end_year_of

CUTS = ["subject", "grade"]
JOURNAL_PARTS = {"понизили": "lowered", "подтвердили": "confirmed", "повысили": "raised"}
PEAK_NEIGHBOURS = (-2, -1, 1, 2)
COHORT = (4, 5)


def schools_with_markers(inputs: Inputs) -> pd.DataFrame:
    """ОБ-01: share of schools with at least one marker in the list of ФИОКО."""
    bias = inputs.table("vpr_bias")
    hit = (bias["markers_n"] >= 1).astype("int64")
    return shares(bias.assign(numerator=hit, denominator=1), inputs, [])


def markers(inputs: Inputs) -> pd.DataFrame:
    """ОБ-02: number of markers of a school; the mean over schools above it."""
    bias = inputs.table("vpr_bias").rename(columns={"markers_n": "value"})
    bias = bias.assign(value=bias["value"].astype("float64"))
    return means(bias[["school_id", "value"]], inputs, [])


def journal_counts(inputs: Inputs) -> pd.DataFrame:
    """Lowered, confirmed and raised, one row a school × work: from pupils, else from the export."""
    pupils = comparable(inputs.table("vpr_pupils"))
    pupils = pupils[pupils["mark"].notna() & pupils["journal_mark"].notna()]
    difference = (pupils["mark"] - pupils["journal_mark"]).astype("int64")
    counted = pupils[["school_id", *CUTS]].assign(
        lowered=(difference < 0).astype("int64"),
        confirmed=(difference == 0).astype("int64"),
        raised=(difference > 0).astype("int64"),
    )
    counted = counted.groupby(["school_id", *CUTS]).sum().reset_index()
    journal = comparable(inputs.table("vpr_journal"))
    journal = journal[journal["level"] == "school"].rename(columns={"unit_id": "school_id"})
    columns = {f"{part}_n": part for part in JOURNAL_PARTS.values()}
    given = journal[["school_id", *CUTS, *columns]].dropna().rename(columns=columns)
    both = pd.concat([counted, given], ignore_index=True)
    both = both.drop_duplicates(["school_id", *CUTS], keep="first")
    parts = list(JOURNAL_PARTS.values())
    return both.assign(participants_n=both[parts].sum(axis=1).astype("int64"))


def _journal_share(inputs: Inputs, words: tuple[str, ...]) -> pd.DataFrame:
    counts = journal_counts(inputs)
    groups = comparable(inputs.table("vpr_journal"))
    groups = groups[groups["level"].isin(EXPORT_LEVELS)]
    rows = []
    for word in words:
        part = JOURNAL_PARTS[word]
        counted = counts.assign(
            numerator=counts[part].astype("int64"), denominator=counts["participants_n"]
        )
        rows.append(shares(counted, inputs, CUTS).assign(component=word))
        known = groups[groups[f"{part}_share"].notna()]
        rows.append(exported(known, known[f"{part}_share"], CUTS).assign(component=word))
    return pd.concat(rows, ignore_index=True)


def confirmed_share(inputs: Inputs) -> pd.DataFrame:
    """ОБ-03: share whose work confirmed the journal mark."""
    return _journal_share(inputs, ("подтвердили",)).drop(columns="component")


def changed_shares(inputs: Inputs) -> pd.DataFrame:
    """ОБ-04: shares of lowered and of raised."""
    return _journal_share(inputs, ("понизили", "повысили"))


def mark_boundaries(pupils: pd.DataFrame) -> pd.DataFrame:
    """Lowest score of each mark 3, 4, 5 in each work, as the pupils' own marks show it.

    The cut is the one that most pupils obey, so that a single wrong mark does not move it.
    Columns: work_id, mark, boundary.
    """
    known = pupils[pupils["score"].notna() & pupils["mark"].notna()]
    rows = []
    for work_id, work in known.groupby("work_id", sort=True):
        scores = work["score"].to_numpy(dtype=float)
        marks = work["mark"].to_numpy(dtype=int)
        for mark in (3, 4, 5):
            reached = marks >= mark
            if not reached.any() or reached.all():
                continue
            candidates = np.unique(scores[reached])
            errors = [int(((scores >= cut) != reached).sum()) for cut in candidates]
            rows.append((work_id, mark, float(candidates[int(np.argmin(errors))])))
    return pd.DataFrame(rows, columns=["work_id", "mark", "boundary"])


def boundary_peaks(inputs: Inputs) -> pd.DataFrame:
    """ОБ-05: largest ratio of the count at a mark boundary to the mean of its four neighbours."""
    pupils = comparable(inputs.table("vpr_pupils"))
    boundaries = mark_boundaries(pupils)
    expanded = inputs.by_level(pupils[pupils["score"].notna()])
    key = [*UNIT, "work_id", *CUTS]
    counts = expanded.groupby([*key, "score"]).size().rename("count").reset_index()
    totals = counts.groupby(key)["count"].sum().rename("n").reset_index()
    at = totals.merge(boundaries, on="work_id")
    lookup = counts.set_index([*UNIT, "work_id", "score"])["count"]

    def count_at(shift: int) -> np.ndarray:
        places = pd.MultiIndex.from_arrays(
            [at["level"], at["unit_id"], at["work_id"], at["boundary"] + shift]
        )
        return lookup.reindex(places).fillna(0).to_numpy(dtype=float)

    around = np.mean([count_at(shift) for shift in PEAK_NEIGHBOURS], axis=0)
    # An empty neighbourhood gives no ratio rather than an infinite one.
    ratio = count_at(0) / np.where(around > 0, around, 1)
    at = at.assign(value=np.where(around > 0, ratio, np.nan))
    peaks = at.groupby([*UNIT, *CUTS], sort=True).agg(value=("value", "max"), n=("n", "max"))
    return peaks.reset_index().assign(
        numerator=np.nan, denominator=np.nan, ci_low=np.nan, ci_high=np.nan
    )[[*UNIT, *CUTS, *VALUES]]


def cohort_gap(inputs: Inputs) -> pd.DataFrame:
    """ОБ-06: change of the mean share of the maximum from grade 4 to the same cohort's grade 5.

    Above the school only schools that wrote both years count, so that the cohort stays the same.
    """
    early, late = _cohort(inputs, COHORT[0], back=1), _cohort(inputs, COHORT[1], back=0)
    key = ["school_id", "subject"]
    pairs = early[key].drop_duplicates().merge(late[key].drop_duplicates(), on=key)
    both = _score_summary(inputs, late.merge(pairs, on=key)).merge(
        _score_summary(inputs, early.merge(pairs, on=key)),
        on=[*UNIT, "subject"],
        suffixes=("", "_early"),
    )
    value = both["mean"] - both["mean_early"]
    error = np.sqrt(both["var"] / both["count"] + both["var_early"] / both["count_early"])
    return both[[*UNIT, "subject"]].assign(
        value=value,
        numerator=np.nan,
        denominator=np.nan,
        n=np.minimum(both["count"], both["count_early"]),
        ci_low=value - 1.96 * error,
        ci_high=value + 1.96 * error,
    )


def _cohort(inputs: Inputs, grade: int, back: int) -> pd.DataFrame:
    """Share of the maximum of every pupil of a grade: school_id, subject, value."""
    pupils = comparable(inputs.table("vpr_pupils", back))
    pupils = pupils[(pupils["grade"] == grade) & pupils["score"].notna()]
    pupils = pupils.assign(value=pupils["score"] / pupils["max_score"])
    return pupils[["school_id", "subject", "value"]]


def _score_summary(inputs: Inputs, cohort: pd.DataFrame) -> pd.DataFrame:
    grouped = inputs.by_level(cohort).groupby([*UNIT, "subject"])["value"]
    return grouped.agg(["mean", "var", "count"]).reset_index()


def annual_against_oge(inputs: Inputs) -> pd.DataFrame:
    """ОБ-07: share whose ОГЭ mark is lower than the annual mark, by subject."""
    annual = inputs.table("annual_marks")
    annual = annual[annual["grade"] == 9][["pupil_id", "subject", "mark"]]
    exams = exam_results(inputs, "oge")
    exams = exams[exams["mark"].notna()]
    both = exams.merge(annual, on=["pupil_id", "subject"], suffixes=("", "_annual"))
    lower = (both["mark"] < both["mark_annual"]).astype("int64")
    return shares(both.assign(numerator=lower, denominator=1), inputs, ["subject"])


def observed_rooms(inputs: Inputs) -> pd.DataFrame:
    """ОБ-09: rooms with an independent observer over all rooms, by procedure."""
    rows = inputs.table("observers").rename(
        columns={"procedure": "component", "observed_rooms_n": "numerator",
                 "rooms_n": "denominator"}
    )  # fmt: skip
    rows = rows[rows["numerator"] <= rows["denominator"]]
    found = shares(rows, inputs, ["component"])
    # All rooms are counted, not a sample of them: no interval is claimed.
    return found.assign(ci_low=np.nan, ci_high=np.nan)


def medal_confirmation(inputs: Inputs) -> pd.DataFrame:
    """Candidates for a medal with what they reached, one row a candidate.

    Columns: school_id, pupil_id, degree, confirmed (NA where no exam result was found).
    """
    candidates = inputs.table("medal_candidates")
    results = exam_results(inputs, "ege", attempt="best")
    year = end_year_of(inputs.bank.school_year)
    exams = results.groupby("pupil_id")
    facts = pd.DataFrame(
        {
            "exams_n": exams["subject"].nunique(),
            "russian": results[results["subject"] == RUSSIAN].set_index("pupil_id")["test_score"],
            "other": results[results["subject"] != RUSSIAN]
            .groupby("pupil_id")["test_score"].max(),
            "base_mark": results[results["subject"] == BASE_MATHEMATICS]
            .set_index("pupil_id")["mark"].astype("float64"),
        }
    )  # fmt: skip
    rows = candidates[["school_id", "pupil_id", "degree"]].merge(
        facts, left_on="pupil_id", right_index=True, how="left"
    )
    confirmed = pd.Series(pd.NA, index=rows.index, dtype="boolean")
    for degree in ("I", "II"):
        rule = inputs.settings.medal_rule(degree, year)
        mine = (rows["degree"] == degree) & rows["exams_n"].notna()
        if rule is None:
            continue
        other = rows["other"] >= rule.other
        if rule.base_mathematics_mark is not None:
            other |= (rows["exams_n"] == 2) & (rows["base_mark"] >= rule.base_mathematics_mark)
        confirmed = confirmed.mask(mine, (rows["russian"] >= rule.russian) & other)
    return rows[["school_id", "pupil_id", "degree"]].assign(confirmed=confirmed)


def medals_not_confirmed(inputs: Inputs) -> pd.DataFrame:
    """ОБ-08: share of candidates whose ЕГЭ did not confirm the medal."""
    rows = medal_confirmation(inputs)
    rows = rows[rows["confirmed"].notna()]
    failed = (~rows["confirmed"].astype(bool)).astype("int64")
    return shares(rows.assign(numerator=failed, denominator=1), inputs, [])
