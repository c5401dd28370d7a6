"""Indicators of the unified calendar of procedures (КП-21)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import MUNICIPALITY, Inputs
from msoko_lib.indicators.values import UNIT, VALUES


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
