"""Conditions in which schools work: what similar schools and groups are looked for by.

Never a result: groups made of results would explain the results by themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.low_results import MOST_ANSWERED, context_index

CONDITION_YEARS = 3
# Sizes and distances: twice as many pupils means the same whether of 50 or of 500.
SIZES = ("pupils", "distance_to_centre")
VILLAGE = "село"


@dataclass(frozen=True)
class Conditions:
    """Conditions of the schools of a year.

    Attributes
    ----------
    values : DataFrame
        One row a school with every condition known, in the original units.
    lacking : dict
        School id → names of the conditions that are not known of it.
    unused : tuple of str
        Declared conditions that too few schools have told, or that are the same everywhere.
    weights : dict
        Declared weight of each used condition.
    years : int
        Years whose means these are, as far as the bank reaches.
    """

    values: pd.DataFrame
    lacking: dict[str, tuple[str, ...]]
    unused: tuple[str, ...]
    weights: dict[str, float]
    years: int

    @property
    def sizes(self) -> list[str]:
        """Conditions that are taken as logarithms."""
        return [name for name in self.values if name in SIZES]


def conditions(inputs: Inputs, years: int = CONDITION_YEARS) -> Conditions:
    """Declared conditions of every school, means of the last years.

    Parameters
    ----------
    years : int
        Years to average over, the newest included; years without data add nothing.
    """
    frame = all_conditions(inputs, years)
    declared = inputs.settings.comparison_conditions
    known = {name: frame[name] for name in declared if name in frame}
    used = [
        name
        for name, column in known.items()
        if len(column) and column.notna().mean() >= MOST_ANSWERED and column.nunique() > 1
    ]
    whole = frame[used]
    lacking = {
        str(school): tuple(str(name) for name in whole.columns[row.isna()])
        for school, row in whole.iterrows()
        if row.isna().any()
    }
    covered = sum(not inputs.table("schools", back).empty for back in range(years))
    return Conditions(
        values=whole.dropna() if used else whole.iloc[:0],
        lacking=lacking,
        unused=tuple(name for name in declared if name not in used),
        weights={name: declared[name] for name in used},
        years=covered,
    )


def all_conditions(inputs: Inputs, years: int) -> pd.DataFrame:
    """Every condition that the bank can tell, one row a school of the directory."""
    schools = inputs.schools[inputs.schools["unit_kind"] == "school"].set_index("school_id")
    rows = pd.concat([inputs.table("context", back) for back in range(years)])
    told = rows.pivot_table(index="school_id", columns="variable", values="value")
    frame = told.reindex(schools.index).astype("float64")
    frame["social_index"] = context_index(inputs, years).reindex(schools.index)
    frame["pupils"] = _pupils(inputs, years).reindex(schools.index)
    territory = schools["territory"]
    frame["village"] = (territory == VILLAGE).astype("float64").where(territory.notna())
    return frame


def _pupils(inputs: Inputs, years: int) -> pd.Series:
    """Pupils of each school: by grades, else as the social passport says; mean of the years."""
    yearly = []
    for back in range(years):
        grades = inputs.table("enrolment", back).groupby("school_id")["pupils_n"].sum()
        told = inputs.table("context", back)
        passport = told[told["variable"] == "pupils_n"].set_index("school_id")["value"]
        yearly.append(grades.astype("float64").combine_first(passport))
    return pd.concat(yearly, axis=1).mean(axis=1)
