"""Indicators of the municipality cut by object of assessment and level of education."""

from __future__ import annotations

from typing import get_args

import pandas as pd

from msoko_lib.passports import Assesses, EducationLevel
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.monitoring.judged import judged
from msoko_lib.subsystems.year import Year

OBJECTS: tuple[str, ...] = get_args(Assesses)
LEVELS: tuple[str, ...] = get_args(EducationLevel)


def cut_values(year: Year) -> pd.DataFrame:
    """Values of the municipality, one row an indicator × part × level of education.

    An indicator that belongs to several levels stands in each of them.

    Returns
    -------
    DataFrame
        Columns of :func:`judged` with ``object`` and ``education_level``.
    """
    valid = [
        item for item in year.catalogue.passports.values() if item.is_valid_in(year.school_year)
    ]
    facts = judged(year, [item.id for item in valid], MUNICIPALITY)
    objects = pd.DataFrame(
        [(item.id, item.assesses, level) for item in valid for level in item.education_levels],
        columns=["fact_id", "object", "education_level"],
    )
    return facts.merge(objects, on="fact_id")


def counts(values: pd.DataFrame) -> pd.DataFrame:
    """How many indicators of each object × level have a value, a target, reach it or not.

    An indicator with parts (subject, grade) is behind if any part is.
    """
    known = values[values["status"] != "no_data"]
    by_indicator = (
        known.assign(
            behind=known["mark"].eq("attention"), reached=known["mark"].eq("up"),
            aimed=known["target"].notna(),
        )
        .groupby(["object", "education_level", "fact_id"])
        .agg(behind=("behind", "any"), reached=("reached", "all"), aimed=("aimed", "any"))
        .reset_index()
    )  # fmt: skip
    return (
        by_indicator.groupby(["object", "education_level"])
        .agg(known_n=("fact_id", "nunique"), aimed_n=("aimed", "sum"),
             behind_n=("behind", "sum"), reached_n=("reached", "sum"))
        .reset_index()
    )  # fmt: skip
