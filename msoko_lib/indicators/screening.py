"""Objectivity screening on the bank: one p-value per school × independent domain × year.

Domains: journal against work (concordance), steps at mark boundaries (bunching), the same cohort a
year later (consistency), too little spread (spread). The methods are in
:mod:`msoko_lib.methods.objectivity`; here the bank's tables are brought to them.
"""

from __future__ import annotations

import zlib

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.indicators.gia import MATHEMATICS, RUSSIAN, exam_results
from msoko_lib.indicators.inputs import Inputs, comparable
from msoko_lib.indicators.objectivity import mark_boundaries
from msoko_lib.methods.bunching import school_bunching
from msoko_lib.methods.cohort_changes import cohort_changes
from msoko_lib.methods.intervals import flag_outliers
from msoko_lib.methods.objectivity import ObjectivityScreen, screen_objectivity, stouffer_z
from msoko_lib.methods.spread import spread_test_scores

SPREAD_DRAWS = 2000
SMALLEST_P, LARGEST_P = 1e-12, 0.999
SMALLEST_POOL = 20
COLUMNS = ["school", "domain", "n", "effect", "p_value", "status"]
EVERYBODY_WRITES = (RUSSIAN, MATHEMATICS)
OK, NOT_ENOUGH = "ok", "not_enough_data"


def screen_years(results: pd.DataFrame, correlation: float) -> ObjectivityScreen | None:
    """Screen every year that has ВПР results; None where no year has any.

    Parameters
    ----------
    results : DataFrame
        Rows of :func:`domain_results` of several years with the column ``year``.
    correlation : float
        Of the domains where nothing is wrong (a parameter with source and status).
    """
    if results.empty:
        return None
    # A domain that looks fine says little for another: its z is kept above −3.
    p_value = results["p_value"].astype("float64").clip(SMALLEST_P, LARGEST_P)
    return screen_objectivity(results.assign(z=stats.norm.isf(p_value)), rho=correlation)


def domain_results(inputs: Inputs) -> pd.DataFrame:
    """One row a school × domain: n, effect in the domain's own unit, p-value, status."""
    pupils = comparable(inputs.table("vpr_pupils"))
    if pupils.empty:
        return pd.DataFrame(columns=COLUMNS)
    parts = [
        concordance(pupils),
        bunching(pupils, inputs),
        consistency(inputs),
        spread(pupils),
    ]
    filled = [part for part in parts if not part.empty]
    if not filled:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(filled, ignore_index=True)[COLUMNS]


def concordance(pupils: pd.DataFrame) -> pd.DataFrame:
    """Share of lowered marks, all works pooled, against the other schools; effect is the excess.

    The allowance for over-dispersion covers both true differences of grading between schools and
    the same pupil standing in several works.
    """
    both = pupils[pupils["mark"].notna() & pupils["journal_mark"].notna()]
    lowered = (both["mark"] < both["journal_mark"]).astype("int64")
    counts = both.assign(lowered=lowered).groupby("school_id")["lowered"].agg(["sum", "size"])
    if len(counts) < 3:
        return pd.DataFrame(columns=COLUMNS)
    lowered_n, total_n = counts["sum"].to_numpy(), counts["size"].to_numpy()
    first = flag_outliers(lowered_n, total_n, alternative="greater", min_n=SMALLEST_POOL)
    # Second pass: a school far above the others must not make the rest look too good.
    usual = ~first["flagged"].to_numpy(dtype=bool)
    base_n, base = (total_n * usual).sum(), (lowered_n * usual).sum()
    others = (base - lowered_n * usual) / np.maximum(base_n - total_n * usual, 1)
    target = np.clip(others, 1e-6, 1 - 1e-6)
    flagged = flag_outliers(lowered_n, total_n, target, alternative="greater", min_n=SMALLEST_POOL)
    enough = counts["size"].to_numpy() >= SMALLEST_POOL
    return pd.DataFrame(
        {
            "school": counts.index,
            "domain": "concordance",
            "n": counts["size"].to_numpy(),
            "effect": (flagged["share"] - flagged["target"]).to_numpy(),
            "p_value": np.fmax(flagged["p"], first["p"]).to_numpy(),
            "status": np.where(enough, OK, NOT_ENOUGH),
        }
    )


def bunching(pupils: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Pupils exactly on mark boundaries given those near them; effect is the share moved.

    Reference: the region's score distribution where the exports have it, else the other schools
    of the municipality with allowance for their number.
    """
    scored = pupils[pupils["score"].notna() & (pupils["score"] % 1 == 0)]
    boundaries = mark_boundaries(pupils).groupby("work_id")["boundary"].agg(list)
    region = _region_counts(inputs)
    rows = []
    for school_id, own in scored.groupby("school_id", sort=True):
        outcome = _school_steps(own, scored, boundaries, region)
        if outcome is not None:
            rows.append((school_id, "bunching", *outcome))
    return pd.DataFrame(rows, columns=COLUMNS)


def _region_counts(inputs: Inputs) -> dict[str, pd.Series]:
    """Region's counts by score and work; only where the export tells how many took part."""
    scores = comparable(inputs.table("vpr_scores"))
    scores = scores[(scores["level"] == "region") & scores["participants_n"].notna()]
    counts = {}
    for work_id, work in scores.groupby("work_id"):
        people = (work["share"] * work["participants_n"].astype("float64")).round()
        counts[str(work_id)] = pd.Series(
            people.to_numpy().astype("int64"), index=work["score"].astype("int64")
        )
    return counts


def _school_steps(
    own: pd.DataFrame,
    everyone: pd.DataFrame,
    boundaries: pd.Series,
    region: dict[str, pd.Series],
) -> tuple[int, float, float, str] | None:
    results = []
    for use_region in (True, False):
        scores, references, cuts = {}, {}, {}
        for work_id, work in own.groupby("work_id"):
            if work_id not in boundaries.index or (work_id in region) != use_region:
                continue
            others = everyone[
                (everyone["work_id"] == work_id)
                & (everyone["school_id"] != own["school_id"].iloc[0])
            ]
            reference = region.get(
                str(work_id), others["score"].astype("int64").value_counts().sort_index()
            )
            if reference.sum() == 0:
                continue
            scores[work_id] = work["score"].astype("int64").to_numpy()
            references[work_id] = at_the_level_of(reference, scores[work_id])
            cuts[work_id] = [int(cut) for cut in boundaries[work_id]]
        if scores:
            results.append(
                school_bunching(scores, references, cuts, reference_error=not use_region)
            )
    if not results:
        return None
    # Works with and without a regional distribution are two samples; the larger one speaks.
    best = max(results, key=lambda result: result.n_window)
    return best.n_window, best.share_moved, best.p_value, best.status


def at_the_level_of(reference: pd.Series, scores: np.ndarray) -> pd.Series:
    """Reference counts tilted to a school's mean: a strong school climbs towards the boundary.

    Weights ``exp(θ·score)`` with θ = (school mean - reference mean) / reference variance, the
    first step towards the distribution nearest to the reference with that mean. Without it the
    rising slope of a strong school's own distribution looks like points given away.

    Parameters
    ----------
    reference : Series
        Whole counts by score.
    scores : array of int
        The school's scores.
    """
    points = reference.index.to_numpy(dtype=float)
    counts = reference.to_numpy(dtype=float)
    mean = np.average(points, weights=counts)
    variance = np.average((points - mean) ** 2, weights=counts)
    if variance <= 0 or len(scores) == 0:
        return reference
    theta = (float(np.mean(scores)) - mean) / variance
    tilted = counts * np.exp(theta * (points - mean))
    whole = np.rint(tilted * counts.sum() / tilted.sum()).astype("int64")
    return pd.Series(whole, index=reference.index)


def consistency(inputs: Inputs) -> pd.DataFrame:
    """Cohorts a year later: ВПР of the next grade, ОГЭ after ВПР 8; effect is the worst residual.

    One-sided: a fall after a high early result. Russian and mathematics alone, because every pupil
    of a cohort writes them. The two subjects of a transition are put together by Stouffer's
    formula with an assumed correlation (the same pupils wrote both), a school's transitions by
    Šidák's.
    """
    cohorts = cohort_pairs(inputs)
    if cohorts.empty:
        return pd.DataFrame(columns=COLUMNS)
    found = cohort_changes(cohorts)
    found = found[(found["status"] == OK) & found["subject"].isin(EVERYBODY_WRITES)]
    probability = found["fall_probability"].clip(SMALLEST_P, LARGEST_P)
    found = found.assign(z=stats.norm.isf(probability))
    correlation = inputs.settings.threshold("cohort_subject_correlation").value
    rows = []
    for school_id, cohort in found.groupby("school", sort=True):
        z = cohort.groupby("grade")["z"].agg(lambda part: stouffer_z(part, correlation))
        p = smallest_of(float(stats.norm.sf(z.max())), len(z))
        worst = cohort[cohort["grade"] == z.idxmax()].nlargest(1, "z").iloc[0]
        n = int(np.minimum(cohort["n1"], cohort["n2"]).sum())
        status = OK if n >= SMALLEST_POOL else NOT_ENOUGH
        rows.append((school_id, "consistency", n, float(worst["residual"]), p, status))
    return pd.DataFrame(rows, columns=COLUMNS)


def cohort_pairs(inputs: Inputs) -> pd.DataFrame:
    """Means of the same cohort a year apart, one row a school × subject × grade of the later test.

    Columns as :func:`cohort_changes` asks: school, subject, grade (text), n1, mean1, n2, mean2;
    means are per cent of the maximum, of ОГЭ marks. An exam of choice is sat by a part of the
    cohort that chose itself, so of ОГЭ only the compulsory subjects stand here.
    """
    before = _means(comparable(inputs.table("vpr_pupils", 1)))
    now = _means(comparable(inputs.table("vpr_pupils")))
    later = now.assign(early_grade=now["grade"] - 1)
    vpr = later.merge(
        before,
        left_on=["school_id", "subject", "early_grade"],
        right_on=["school_id", "subject", "grade"],
        suffixes=("2", "1"),
    )
    vpr = vpr.assign(grade=vpr["grade2"].astype(str))
    exams = exam_results(inputs, "oge")
    exams = exams[exams["mark"].notna() & exams["subject"].isin(EVERYBODY_WRITES)]
    exams = exams.assign(rate=exams["mark"].astype("float64"))
    oge = exams.groupby(["school_id", "subject"])["rate"].agg(n="size", mean="mean").reset_index()
    eighth = before[before["grade"] == 8].drop(columns="grade")
    oge = oge.merge(eighth, on=["school_id", "subject"], suffixes=("2", "1"))
    oge = oge.assign(grade="ОГЭ")
    columns = ["school_id", "subject", "grade", "n1", "mean1", "n2", "mean2"]
    both = pd.concat([vpr[columns], oge[columns]], ignore_index=True)
    return both.rename(columns={"school_id": "school"})


def _means(pupils: pd.DataFrame) -> pd.DataFrame:
    scored = pupils[pupils["score"].notna()]
    scored = scored.assign(rate=100 * scored["score"] / scored["max_score"])
    grouped = scored.groupby(["school_id", "subject", "grade"])["rate"]
    return grouped.agg(n="size", mean="mean").reset_index()


def spread(pupils: pd.DataFrame) -> pd.DataFrame:
    """Too little spread given the mean, against the other schools; effect is the variance ratio.

    A school's works are combined by Šidák's formula.
    """
    scored = pupils[pupils["score"].notna() & (pupils["score"] % 1 == 0)]
    tests = []
    for work_id, work in scored.groupby("work_id", sort=True):
        counts = work["score"].astype("int64").value_counts()
        icc = _share_between_schools(work)
        for school_id, own in work.groupby("school_id", sort=True):
            values = own["score"].astype("int64")
            others = counts.sub(values.value_counts(), fill_value=0).astype("int64").sort_index()
            if others.sum() == 0:
                continue
            seed = zlib.crc32(f"{work_id} {school_id}".encode())
            found = spread_test_scores(
                values, others[others > 0], icc=icc, draws=SPREAD_DRAWS, seed=seed
            ).iloc[0]
            if found["status"] == OK:
                tests.append((school_id, int(found["n"]), found["ratio"], found["p_value"]))
    frame = pd.DataFrame(tests, columns=["school", "n", "ratio", "p"])
    rows = []
    for school_id, group in frame.groupby("school", sort=True):
        first = group.loc[group["p"].idxmin()]
        n = int(group["n"].sum())
        p = smallest_of(float(first["p"]), len(group))
        status = OK if n >= SMALLEST_POOL else NOT_ENOUGH
        rows.append((school_id, "spread", n, float(first["ratio"]), p, status))
    return pd.DataFrame(rows, columns=COLUMNS)


def smallest_of(p: float, tests: int) -> float:
    """Probability that the smallest of so many p-values is this small (Šidák).

    >>> round(smallest_of(0.01, 5), 4)
    0.049
    """
    return 1.0 - (1.0 - p) ** tests


def _share_between_schools(work: pd.DataFrame) -> float:
    """Share of score variance between schools by moments, kept within 0…0.9."""
    grouped = work.groupby("school_id")["score"].agg(["mean", "var", "size"])
    large = grouped[grouped["size"] >= 5]
    if len(large) < 3:
        return 0.0
    within = float(np.average(large["var"], weights=large["size"] - 1))
    between = float(large["mean"].var(ddof=1) - (large["var"] / large["size"]).mean())
    total = within + max(between, 0.0)
    return min(max(between, 0.0) / total, 0.9) if total > 0 else 0.0
