"""Tasks of ВПР in which a school is below the others, and whether the gap is the task's own.

A school may be below in a task because it is below in everything. Its pupils are therefore put
beside pupils of the other schools with the same total score of the work (Mantel–Haenszel): what
stays is the task's own gap.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import Inputs, comparable
from msoko_lib.indicators.vpr import task_rates
from msoko_lib.intake.compact import with_texts
from msoko_lib.methods.items import deficits, specific_gaps

WORK = ["subject", "grade"]
TASK = [*WORK, "task"]
ESTABLISHED = "established"
NEEDED = ["school_id", "pupil_id", "task", "score", "max_score"]
COLUMNS = [
    "unit_id", *TASK, "task_level", "skill", "n", "rate", "reference", "reference_n", "gap",
    "gap_low", "gap_high", "q_value", "state", "nature",
]  # fmt: skip


def task_deficits(inputs: Inputs) -> pd.DataFrame:
    """Every school × task beside the other schools, all states of evidence.

    Returns
    -------
    DataFrame
        :data:`COLUMNS`. The reference is the mean of the other schools in the same task, of those
        where it was done by enough pupils to be told; one
        family is all schools and tasks of the year. ``nature`` of an established deficit:
        ``specific_gap``, ``general_weakness``, ``no_difference`` (neither can be told) or
        ``no_data``; empty for the rest.
    """
    done = _done(inputs)
    own = done.groupby(["school_id", *TASK], sort=True).agg(
        n=("rate", "size"), rate=("rate", "mean"), rate_sd=("rate", "std"),
        total=("rate", "sum"), max_score=("max_score", "first"),
        task_level=("task_level", "first"),
    ).reset_index()  # fmt: skip
    own = with_texts(own)
    # A handful is not compared, and others are not compared with it: what a report of one school
    # tells of all the others must not tell of three pupils of another.
    own = own[own["n"] >= inputs.settings.threshold("report_minimum_n").value]
    whole = own.groupby(TASK)[["n", "total"]].transform("sum")
    others_n = whole["n"] - own["n"]
    own = own[others_n > 0].assign(
        reference=(whole["total"] - own["total"]) / others_n, reference_n=others_n
    )
    if own.empty:
        return pd.DataFrame(columns=COLUMNS)
    skills = task_rates(inputs).dropna(subset="skill").drop_duplicates(TASK)
    found = deficits(own.reset_index(drop=True), family=None)
    found = found.merge(skills[[*TASK, "skill"]], on=TASK, how="left")
    found = found.rename(columns={"school_id": "unit_id"})
    minimum = int(inputs.settings.threshold("mark_group_minimum_n").value)
    natures = _natures(done, found[found["state"] == ESTABLISHED], minimum)
    found = found.merge(natures, on=["unit_id", *TASK], how="left")
    return found.assign(nature=found["nature"].fillna(""))[COLUMNS]


def _done(inputs: Inputs) -> pd.DataFrame:
    """Tasks as pupils did them; one not attempted got nothing."""
    done = comparable(inputs.table("vpr_tasks"))
    done = done[done["state"].isin(["scored", "not_attempted"]) & (done["max_score"] > 0)]
    score = done["score"].fillna(0.0).astype("float64")
    return done.assign(score=score, rate=score / done["max_score"])


def _natures(done: pd.DataFrame, sure: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Nature of every established deficit; one family is the tasks of one school's work."""
    rows = []
    for (subject, grade), mine in sure.groupby(WORK, sort=True):
        work = with_texts(done[(done["subject"] == subject) & (done["grade"] == grade)], NEEDED)
        # Pupils who lack a task have no total that the others share; the method leaves them out.
        matrix = work.set_index(["school_id", "pupil_id", "task"])["score"]
        matrix = matrix[~matrix.index.duplicated()].unstack("task")
        maxima = work.groupby("task")["max_score"].max().astype("float64").to_dict()
        schools = np.asarray(matrix.index.get_level_values("school_id"))
        for school_id, part in mine.groupby("unit_id", sort=True):
            table = specific_gaps(
                matrix.reset_index(drop=True), schools == school_id, maxima, min_n=minimum
            )
            for task in part["task"]:
                rows.append((school_id, subject, grade, task, table.loc[task, "state"]))
    return pd.DataFrame(rows, columns=["unit_id", *TASK, "nature"])
