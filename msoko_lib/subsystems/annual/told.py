"""Findings of all subsystems as the annual report tells them: organisations counted, not named.

The report is published: no school is compared with another in it, least of all on ВПР. Who is
meant stands in the reports of the subsystems.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from msoko_lib.recommendations.apply import KINDS, MUNICIPALITY, summaries
from msoko_lib.recommendations.judge import COMPLETE, ESTABLISHED
from msoko_lib.subsystems.findings import findings_of, names_of, rules_of_year
from msoko_lib.subsystems.year import Year, per_year

OWN = "18"
SURE = (COMPLETE, ESTABLISHED)


@per_year
def told_findings(year: Year) -> pd.DataFrame:
    """Findings of every subsystem but this report's own, in order of rank.

    Returns
    -------
    DataFrame
        ``FINDING_COLUMNS`` of the office with ``units_n`` (organisations where the rule fired;
        missing where it is about the municipality), ``sure_n`` (those where chance is ruled out),
        ``asked_n`` (organisations of the kinds that the rule is about) and ``place`` (1 is first).
    """
    rules = [item for item in rules_of_year(year) if item.subsystem != OWN]
    found = findings_of(year)
    found = found[found["subsystem"] != OWN]
    told = summaries(found, rules, None)
    units = found[found["unit_kind"] != MUNICIPALITY]
    fired = units.groupby("rule_id")["unit_id"].nunique()
    sure = units[units["evidence"].isin(SURE)].groupby("rule_id")["unit_id"].nunique()
    kinds = year.inputs.schools["unit_kind"].value_counts()
    asked = {
        item.rule.id: float(sum(kinds.get(KINDS.get(unit, ""), 0) for unit in item.rule.units))
        for item in rules
    }
    told = _without_names(year, told)
    units_n = told["rule_id"].map(fired)
    table = told.assign(
        units_n=units_n.astype("float64"),
        sure_n=told["rule_id"].map(sure).where(units_n.isna(), told["rule_id"].map(sure).fillna(0)),
        asked_n=told["rule_id"].map(asked).where(units_n.notna()),
    )
    return table.assign(place=range(1, len(table) + 1)).reset_index(drop=True)


def _without_names(year: Year, told: pd.DataFrame) -> pd.DataFrame:
    """Rows that name no organisation; a ground that does is replaced by where it stands."""
    names = tuple(year.unit_names.values())

    def is_naming(text: object) -> bool:
        return any(name in str(text) for name in names)

    kept = told[~(told["finding"].map(is_naming) | told["advice"].map(is_naming))]
    elsewhere = "основание – в отчёте " + kept["subsystem"].astype(str)
    return kept.assign(ground=kept["ground"].mask(kept["ground"].map(is_naming), elsewhere))


def named_findings(year: Year) -> pd.DataFrame:
    """The same findings with the organisations named, by rule (index)."""
    rules = [item for item in rules_of_year(year) if item.subsystem != OWN]
    found = findings_of(year)
    return summaries(found[found["subsystem"] != OWN], rules, names_of(year)).set_index("rule_id")


def anchor_of(subsystem: str) -> str:
    """Anchor of the section of a subsystem in this report."""
    return f"podsistema-{subsystem}"


def anchors(year: Year) -> Callable[[pd.Series], str]:
    """Where a finding's ground stands: the section of its subsystem, else the list of problems."""
    parts = {part.number for part in year.catalogue.subsystems}

    def of(row: pd.Series) -> str:
        number = str(row["subsystem"])
        return anchor_of(number) if number in parts else "problemy"

    return of
