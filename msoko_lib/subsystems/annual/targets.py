"""How the municipality stands to its targets: by indicator, by subsystem, over the years."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.last_year import year_before
from msoko_lib.subsystems.monitoring.judged import judged
from msoko_lib.subsystems.year import Year, per_year

# So many years stand beside each other in a table of eight columns.
YEARS_SHOWN = 4


def opened_years(year: Year) -> list[Year]:
    """The year and those before it that have a bank without a gap, oldest first."""
    return [*_years_before(year), year]


@per_year
def _years_before(year: Year) -> list[Year]:
    # Without the year itself: a year that kept itself would never be let go.
    found = [year]
    while len(found) < YEARS_SHOWN and (before := year_before(found[0])) is not None:
        found.insert(0, before)
    return found[:-1]


@per_year
def whole_facts(year: Year) -> pd.DataFrame:
    """Values of the municipality over all indicators in force, with their marks and subsystem.

    Returns
    -------
    DataFrame
        Columns of :func:`msoko_lib.subsystems.monitoring.judged.judged` with ``subsystem``; rows
        without data are left out.
    """
    of_part = {
        item.id: part.number
        for part in year.catalogue.subsystems
        for item in part.indicators
        if item.is_valid_in(year.school_year)
    }
    facts = judged(year, list(of_part), MUNICIPALITY)
    facts = facts[facts["status"] != "no_data"]
    return facts.assign(subsystem=facts["fact_id"].map(of_part)).reset_index(drop=True)


def states_of(facts: pd.DataFrame) -> pd.DataFrame:
    """One row an indicator: has it a target, is it reached, missed beyond chance, or near.

    An indicator with parts (subjects, grades) is missed if any part is, reached if all are.

    Returns
    -------
    DataFrame
        ``subsystem``, ``fact_id``, ``aimed``, ``behind``, ``reached``.
    """
    sided = facts["better"] != 0
    marked = facts.assign(
        aimed=facts["target"].notna() & sided,
        behind=facts["mark"].eq("attention"),
        reached=facts["mark"].eq("up"),
    )
    states = marked.groupby(["subsystem", "fact_id"], sort=True)[["aimed", "behind", "reached"]]
    found = states.agg({"aimed": "any", "behind": "any", "reached": "all"}).reset_index()
    return found.assign(
        behind=found["behind"] & found["aimed"], reached=found["reached"] & found["aimed"]
    )


def by_subsystem(states: pd.DataFrame) -> pd.DataFrame:
    """Counts of :func:`states_of` by subsystem (index): ``known_n``, ``aimed_n``, ``reached_n``,
    ``near_n``, ``behind_n``."""
    grouped = states.groupby("subsystem")
    counts = grouped[["aimed", "behind", "reached"]].sum().astype(int)
    counts.columns = ["aimed_n", "behind_n", "reached_n"]
    counts["known_n"] = grouped.size()
    counts["near_n"] = counts["aimed_n"] - counts["behind_n"] - counts["reached_n"]
    return counts
