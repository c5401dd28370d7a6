"""What the sections of report 02 stand on: states by year, results by year; computed once."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.low_lists import low_states
from msoko_lib.indicators.store import kept_table
from msoko_lib.indicators.yearly_results import yearly_results
from msoko_lib.reads import derived
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.year import Year, per_year

# A school with this probability of the rule holding or more is called with certainty; a school
# that just missed the rule is at the border from even chances on.
EVEN = 0.5


@derived("состояния школ по правилу ШНОР")
@per_year
def states(year: Year) -> pd.DataFrame:
    """State of every school in each of the last years, see ``low_states``."""
    return kept_table(year.project, year.school_year, "low_states", "", low_states)


@derived("результаты школ к ожидаемым")
@per_year
def results(year: Year) -> pd.DataFrame:
    """Result against the expected one by year, see ``yearly_results``."""
    return kept_table(year.project, year.school_year, "yearly_results", "", yearly_results)


@per_year
def now(year: Year) -> pd.DataFrame:
    """State of the opened year: columns of ``low_states``, ``school`` and ``at_border``.

    In alphabetical order of schools. ``at_border``: chance decides which side of the rule the
    school is on.
    """
    rows = with_border(year, states(year))
    rows = rows[rows["school_year"] == year.school_year]
    named = rows.assign(school=rows["school_id"].map(year.school_names))
    return named.sort_values("school", kind="stable").reset_index(drop=True)


def with_border(year: Year, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of :func:`states` with ``at_border``: chance decides on which side the school is."""
    sure = year.points("shnor_sure")
    low, missed = rows["computed"] == "low", rows["computed"] == "not_low"
    border = (low & (rows["probability"] < sure)) | (missed & (rows["probability"] >= EVEN))
    return rows.assign(at_border=border)


@per_year
def in_question(year: Year) -> pd.DataFrame:
    """Schools that the rule surely names or the office's list holds: rows of :func:`now`.

    A school at the border is not called one with low results: another year must tell.
    """
    rows = now(year)
    return rows[named_by_rule(rows) | (rows["listed"] == "yes")].reset_index(drop=True)


def named_by_rule(rows: pd.DataFrame) -> pd.Series:
    """Rows of :func:`now` that the rule names beyond chance."""
    return (rows["computed"] == "low") & ~rows["at_border"]


def list_is_known(rows: pd.DataFrame) -> bool:
    """True if the office has said of any school whether it is in the list."""
    return bool((rows["listed"] != "unknown").any())


def rule_words(year: Year) -> str:
    """The rule of the parameters in words."""
    limit, needed = plain(year.points("shnor_low_share")), plain(year.points("shnor_procedures"))
    return f"не менее {limit} % участников ниже границы в {needed} процедурах и больше за год"


def plain(value: float) -> str:
    """A parameter as it is written: «30», «2,5»."""
    return ru.number(value, 0 if float(value).is_integer() else 1)
