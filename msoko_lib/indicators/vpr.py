"""Indicators from ВПР: marks, scores, tasks, skills (КП-01…КП-07)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import EXPORT_LEVELS, Inputs, comparable
from msoko_lib.indicators.values import UNIT, VALUES, exported, means, shares, with_wilson
from msoko_lib.intake.compact import with_texts
from msoko_lib.methods.intervals import newcombe_difference

CUTS = ["subject", "grade"]
MARKS = (2, 3, 4, 5)
TASK_DRAWS = 200


def mark_counts(inputs: Inputs, back: int = 0) -> pd.DataFrame:
    """Number of each mark, one row a school × work: from pupils, else from the mark shares.

    Columns: school_id, subject, grade, mark_2 … mark_5, participants_n.
    """
    pupils = comparable(inputs.table("vpr_pupils", back))
    pupils = pupils[pupils["mark"].notna()]
    counted = (
        pupils.groupby(["school_id", *CUTS, "mark"]).size().unstack("mark", fill_value=0)
        .reindex(columns=list(MARKS), fill_value=0)
        .set_axis([f"mark_{mark}" for mark in MARKS], axis=1)
        .reset_index()
    )  # fmt: skip
    marks = comparable(inputs.table("vpr_marks", back))
    marks = marks[(marks["level"] == "school") & marks["participants_n"].notna()]
    shares_n = marks[["unit_id", *CUTS]].rename(columns={"unit_id": "school_id"})
    for mark in MARKS:
        people = marks[f"share_{mark}"] * marks["participants_n"].astype("float64")
        shares_n[f"mark_{mark}"] = people.round().astype("int64")
    both = pd.concat([counted, shares_n], ignore_index=True)
    both = both.drop_duplicates(["school_id", *CUTS], keep="first")
    columns = [f"mark_{mark}" for mark in MARKS]
    return both.assign(participants_n=both[columns].sum(axis=1)).query("participants_n > 0")


def _mark_share(inputs: Inputs, marks: tuple[int, ...], back: int = 0) -> pd.DataFrame:
    counts = mark_counts(inputs, back)
    chosen = [f"mark_{mark}" for mark in marks]
    counts = counts.assign(
        numerator=counts[chosen].sum(axis=1), denominator=counts["participants_n"]
    )
    own = shares(counts, inputs, CUTS)
    groups = comparable(inputs.table("vpr_marks", back))
    groups = groups[groups["level"].isin(EXPORT_LEVELS)]
    value = groups[[f"share_{mark}" for mark in marks]].sum(axis=1)
    return pd.concat([own, exported(groups, value, CUTS)], ignore_index=True)


def pass_share(inputs: Inputs) -> pd.DataFrame:
    """КП-01: share of marks 3, 4 and 5."""
    return _mark_share(inputs, (3, 4, 5))


def quality_share(inputs: Inputs) -> pd.DataFrame:
    """КП-02: share of marks 4 and 5."""
    return _mark_share(inputs, (4, 5))


def low_share(inputs: Inputs) -> pd.DataFrame:
    """КП-03: share of marks 2 and, where the year before is comparable, its change."""
    now = _mark_share(inputs, (2,)).assign(component="доля")
    before = _mark_share(inputs, (2,), back=1)
    key = [*UNIT, *CUTS]
    both = now.merge(before[[*key, *VALUES]], on=key, suffixes=("", "_before"))
    both = both[both["numerator"].notna() & both["numerator_before"].notna()]
    if both.empty:
        return now
    interval = newcombe_difference(
        *(both[name].to_numpy(dtype=float)
          for name in ("numerator", "denominator", "numerator_before", "denominator_before"))
    )  # fmt: skip
    change = both[key].assign(
        component="изменение за год",
        value=both["value"] - both["value_before"],
        numerator=np.nan,
        denominator=np.nan,
        n=np.minimum(both["n"], both["n_before"]),
        ci_low=interval.low,
        ci_high=interval.high,
    )
    return pd.concat([now, change], ignore_index=True)


def mean_score_share(inputs: Inputs) -> pd.DataFrame:
    """КП-04: mean score as a share of the maximum."""
    pupils = comparable(inputs.table("vpr_pupils"))
    pupils = pupils[pupils["score"].notna() & (pupils["max_score"] > 0)]
    pupils = pupils.assign(value=pupils["score"] / pupils["max_score"])
    own = means(pupils[["school_id", *CUTS, "value"]], inputs, CUTS)
    scores = comparable(inputs.table("vpr_scores"))
    scores = scores[scores["level"].isin(EXPORT_LEVELS)]
    if scores.empty:
        return own
    work_max = pupils.groupby("work_id")["max_score"].max()
    maximum = (
        scores["work_id"]
        .map(work_max)
        .astype("float64")
        .fillna(scores.groupby("work_id")["score"].transform("max").astype("float64"))
    )
    weighted = scores.assign(part=scores["share"] * scores["score"].astype("float64") / maximum)
    key = [*UNIT, *CUTS]
    groups = weighted.groupby(key, sort=True).agg(
        part=("part", "sum"), whole=("share", "sum"), participants_n=("participants_n", "first")
    )
    groups = groups[groups["whole"] > 0].reset_index()
    given = groups[key].assign(
        value=groups["part"] / groups["whole"], numerator=np.nan, denominator=np.nan,
        n=groups["participants_n"].astype("float64"), ci_low=np.nan, ci_high=np.nan,
    )  # fmt: skip
    return pd.concat([own, given], ignore_index=True)


def task_rates(inputs: Inputs, back: int = 0) -> pd.DataFrame:
    """Mean share of the maximum for each unit × work × task, from pupils and from the exports.

    Columns: level, unit_id, subject, grade, task, task_order, task_level, skill, rate, n.
    A pupil who did not attempt the task got nothing for it; one who was not taught the topic, or
    whose cell is blank, does not count.
    """
    return inputs.once("task rates", back, lambda: _task_rates(inputs, back))


def _task_rates(inputs: Inputs, back: int) -> pd.DataFrame:
    tasks = comparable(inputs.table("vpr_tasks", back))
    tasks = tasks[tasks["state"].isin(["scored", "not_attempted"]) & (tasks["max_score"] > 0)]
    done = tasks.assign(rate=tasks["score"].fillna(0.0) / tasks["max_score"])
    key = [*CUTS, "task"]
    facts = with_texts(done.drop_duplicates(key), [*key, "task_order", "task_level"])
    # Summed by school first: repeated for every level the pupils' rows would not fit into memory.
    sums = done.groupby(["school_id", *key], sort=True)["rate"].agg(["sum", "size"])
    own = inputs.by_level(with_texts(sums.reset_index()))
    own = own.groupby([*UNIT, *key], sort=True)[["sum", "size"]].sum().reset_index()
    own = own.assign(rate=own["sum"] / own["size"], n=own["size"]).drop(columns=["sum", "size"])
    groups = comparable(inputs.table("vpr_task_rates", back))
    skills = with_texts(groups[groups["skill"].notna()].drop_duplicates(key), [*key, "skill"])
    whole = with_texts(groups[groups["mark_group"].isna() & groups["level"].isin(EXPORT_LEVELS)])
    whole = whole.sort_values("report", ascending=False).drop_duplicates([*UNIT, *key])
    given = whole[[*UNIT, *key, "rate"]].assign(n=whole["participants_n"].astype("float64"))
    rates = pd.concat([own, given], ignore_index=True)
    return rates.merge(facts, on=key, how="left").merge(skills, on=key, how="left")


def task_limits(inputs: Inputs, kind: str) -> pd.Series:
    """Limit of each task level (Б, П, В) as a share; ``kind`` is sufficient or insufficient."""
    names = {"Б": "basic", "П": "advanced", "В": "advanced"}
    return pd.Series(
        {
            level: inputs.settings.threshold(f"vpr_{name}_task_{kind}").value / 100
            for level, name in names.items()
        }
    )


def _share_of_tasks(rates: pd.DataFrame, reached: pd.Series) -> pd.DataFrame:
    counted = rates.assign(hit=reached.astype(float)).groupby([*UNIT, *CUTS], sort=True)
    rows = counted.agg(
        numerator=("hit", "sum"), denominator=("hit", "size"), n=("n", "max")
    ).reset_index()
    people = rows["n"]
    # Tasks of one work are not a sample of tasks: no interval is claimed.
    return with_wilson(rows).assign(n=people, ci_low=np.nan, ci_high=np.nan)


def basic_tasks_below(inputs: Inputs) -> pd.DataFrame:
    """КП-05: share of basic tasks below the sufficient level."""
    rates = task_rates(inputs)
    rates = rates[rates["task_level"] == "Б"]
    limit = rates["task_level"].map(task_limits(inputs, "insufficient")).astype("float64")
    return _share_of_tasks(rates, rates["rate"] < limit)


def advanced_tasks_sufficient(inputs: Inputs) -> pd.DataFrame:
    """КП-06: share of advanced and high tasks at the sufficient level."""
    rates = task_rates(inputs)
    rates = rates[rates["task_level"].isin(["П", "В"])]
    limit = rates["task_level"].map(task_limits(inputs, "sufficient")).astype("float64")
    return _share_of_tasks(rates, rates["rate"] >= limit)


def skills_reached(inputs: Inputs) -> pd.DataFrame:
    """КП-07: share of skills whose mean task rate reaches the level of its tasks."""
    rates = task_rates(inputs)
    rates = rates[rates["skill"].notna() & rates["task_level"].notna()]
    limit = rates["task_level"].map(task_limits(inputs, "sufficient")).astype("float64")
    by_skill = rates.assign(limit=limit).groupby([*UNIT, *CUTS, "skill"], sort=True)
    by_skill = by_skill.agg(rate=("rate", "mean"), limit=("limit", "mean"), n=("n", "max"))
    skills = by_skill.reset_index()
    return _share_of_tasks(skills, skills["rate"] >= skills["limit"])
