"""Indicators of the calendar and the road map (КП-21, КП-34, МР-11)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import MUNICIPALITY, Inputs
from msoko_lib.indicators.values import UNIT, VALUES, with_wilson
from msoko_lib.versions import build_date


def testing_load(inputs: Inputs) -> pd.DataFrame:
    """КП-21: lessons taken by procedures over the year's lessons of a grade, the heaviest grade.

    The year's lessons of a grade stand in the parameters: hours of the curriculum a year.
    """
    rows = inputs.table("procedures")
    rows = rows[rows["lesson_hours"].notna() & rows["grade"].notna()]
    if rows.empty:
        return pd.DataFrame(columns=[*UNIT, "grade", *VALUES])
    hours = rows.groupby("grade")["lesson_hours"].sum()
    year = inputs.settings.threshold("lessons_a_year").value
    return pd.DataFrame(
        {
            "level": MUNICIPALITY, "unit_id": MUNICIPALITY, "grade": hours.index,
            "value": hours.to_numpy() / year, "numerator": hours.to_numpy(),
            "denominator": year, "n": rows.groupby("grade").size().to_numpy(),
            "ci_low": np.nan, "ci_high": np.nan,
        }
    )  # fmt: skip


def published_in_time(inputs: Inputs) -> pd.DataFrame:
    """КП-34: procedures whose analysis was published within the term, over those already due."""
    rows = inputs.table("procedures")
    term = inputs.settings.threshold("publication_days").value
    ended = pd.to_datetime(rows["end_date"], errors="coerce")
    published = pd.to_datetime(rows["published_date"], errors="coerce")
    due = ended + pd.Timedelta(days=term)
    judged = ended.notna() & (published.notna() | (due < pd.Timestamp(build_date())))
    in_time = (published <= due)[judged]
    return _of_municipality(int(in_time.sum()), int(judged.sum()))


def roadmap_done(inputs: Inputs) -> pd.DataFrame:
    """МР-11: items of the road map carried out, over those whose deadline has passed."""
    rows = inputs.table("roadmap")
    deadline = pd.to_datetime(rows["deadline"], errors="coerce")
    passed = deadline.notna() & (deadline < pd.Timestamp(build_date()))
    judged = rows[passed & (rows["state"] != "снят")]
    found = _of_municipality(int((judged["state"] == "выполнен").sum()), len(judged))
    return found.assign(ci_low=np.nan, ci_high=np.nan)


def dates_passed(inputs: Inputs) -> int:
    """How many dates that these indicators wait for have passed: a kept value fits till the next.

    Terms of publication of ended procedures and deadlines of the road map before the edition's
    date.
    """
    if not inputs.bank.exists:
        return 0
    term = pd.Timedelta(days=inputs.settings.threshold("publication_days").value)
    ended = pd.to_datetime(inputs.table("procedures")["end_date"], errors="coerce") + term
    deadline = pd.to_datetime(inputs.table("roadmap")["deadline"], errors="coerce")
    return int((pd.concat([ended, deadline]) < pd.Timestamp(build_date())).sum())


def _of_municipality(numerator: int, denominator: int) -> pd.DataFrame:
    rows = pd.DataFrame(
        {"level": [MUNICIPALITY], "unit_id": [MUNICIPALITY], "numerator": [numerator],
         "denominator": [denominator]}
    )  # fmt: skip
    return with_wilson(rows[rows["denominator"] > 0].reset_index(drop=True))
