"""Rows that the register «Исполнение рекомендаций» goes out with: last year's advice."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from msoko_lib.intake.schemas import TABLES
from msoko_lib.project import Project, previous_school_year
from msoko_lib.recommendations.issued import REPLIES, issued, standing
from msoko_lib.reporting.blocks import MAX_ACTIONS


def with_last_years_advice(
    project: Project, school_year: str, answered: pd.DataFrame, units: Collection[str]
) -> pd.DataFrame:
    """Answers that are known and, below them, the advice of last year that has none yet.

    Parameters
    ----------
    answered : DataFrame
        The year's ``recommendation_replies``.
    units : collection of str
        Organisations of this year: who is closed is not asked.

    Returns
    -------
    DataFrame
        Columns of the table; of each organisation what stood in its «Что сделать».
    """
    given = standing(issued(project, previous_school_year(school_year)))
    given = given[given["unit_id"].isin(list(units)) & (given["place"] <= MAX_ACTIONS)]
    known = set(zip(answered["rule_id"], answered["school_id"], strict=True))
    is_open = [pair not in known for pair in zip(given["rule_id"], given["unit_id"], strict=True)]
    asked = given[pd.Series(is_open, index=given.index, dtype=bool)]
    asked = asked.sort_values(["unit_id", "place"], kind="stable")
    asked = asked.rename(columns={"unit_id": "school_id"})
    columns = TABLES[REPLIES].columns
    parts = [part.reindex(columns=columns) for part in (answered, asked) if not part.empty]
    return pd.concat(parts, ignore_index=True) if parts else answered
