"""What is known of every measure of the register, computed once for the report."""

from __future__ import annotations

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.indicators.measure_register import Measure, measures_of
from msoko_lib.indicators.measure_rule import Rule
from msoko_lib.indicators.measures import ESTIMATED, MeasureResult, evaluate
from msoko_lib.indicators.store import WINDOW, indicator_table
from msoko_lib.passports import Passport
from msoko_lib.project import previous_school_year
from msoko_lib.reads import derived
from msoko_lib.recommendations.facts import scale_of
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.kept import school_groups
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.year import NO_INDICATOR, Year, per_year

# As far back as the bank may reach: a lasting level is learnt from several years.
MEASURE_YEARS = WINDOW
BETTER = {"больше – лучше": 1, "меньше – лучше": -1}
SHORT_WORD = 2
MARKS = {"effect": "up", "harm": "attention", "no_plan": "same", "unproved": "few",
         "dynamics": "few", "silent": "few"}  # fmt: skip
_ROW = [
    "measure_id", "title", "units", "units_n", "registered", "indicator_id", "indicator", "planned",
    "start", "status", "rung", "estimate", "low", "high", "minimum", "regression", "compared_n",
    "verdict", "mark", "is_late",
]  # fmt: skip


@per_year
def results_of(year: Year) -> list[MeasureResult]:
    """Every measure of the last years' registers with what can be said of it."""
    measures = measures_of(year.inputs.years("measures", MEASURE_YEARS))
    known = year.catalogue.passports
    asked = {name for item in measures for name in (item.indicator_id, item.rule_indicator_id)}
    values = pd.concat([values_of_one(year, name) for name in sorted(asked | {NO_INDICATOR})])
    units = year.inputs.schools.set_index("school_id")
    groups = units["cluster"].copy()
    placed = school_groups(year)
    settled = placed[placed["status"] == "ok"].set_index("school_id")["title"]
    groups.update(settled)
    return [
        evaluate(
            _known(item, known), values, measures, units["unit_kind"], groups, year.settings,
            _rule(item, known),
        )
        for item in measures
    ]  # fmt: skip


def _rule(measure: Measure, passports: dict[str, Passport]) -> Rule | None:
    """How the indicator of the measure's rule is read; None if there is no such indicator."""
    passport = passports.get(measure.rule_indicator_id)
    if passport is None or passport.direction not in BETTER:
        return None
    return Rule(scale_of(passport.unit), BETTER[passport.direction])


def _known(measure: Measure, passports: dict[str, Passport]) -> Measure:
    """A measure whose indicator the catalogue does not know has none."""
    from dataclasses import replace

    if measure.indicator_id and measure.indicator_id not in passports:
        return replace(measure, indicator_id="")
    return measure


@per_year
def values_of(year: Year) -> pd.DataFrame:
    """Indicator tables of all years that the bank has, as far back as measures look."""
    names = [previous_school_year(year.school_year, back) for back in range(MEASURE_YEARS)]
    frames = [
        indicator_table(year.project, name)
        for name in reversed(names)
        if Bank(year.project, name).exists
    ]
    return pd.concat(frames, ignore_index=True) if frames else year.indicators


@derived("показатель {0} по годам")
def values_of_one(year: Year, indicator_id: str) -> pd.DataFrame:
    """Rows of :func:`values_of` of one indicator."""
    rows = values_of(year)
    return rows[rows["indicator_id"] == indicator_id].reset_index(drop=True)


@derived("годы с показателями")
def years_with_values(year: Year) -> int:
    """Of how many years indicators are known."""
    return int(values_of(year)["year"].nunique())


def passport_of(year: Year, result: MeasureResult) -> Passport:
    """Passport of the indicator that a measure aims at."""
    return year.catalogue[result.measure.indicator_id]


@per_year
def rows_of(year: Year) -> pd.DataFrame:
    """One row a measure: who, what, rung, estimate with interval, verdict, mark.

    Estimates are in the unit of computation (shares 0…1), planned changes as they were written.
    """
    return pd.DataFrame([_row(year, found) for found in results_of(year)], columns=_ROW)


def _row(year: Year, found: MeasureResult) -> dict[str, object]:
    measure, estimate = found.measure, found.estimate
    passport = year.catalogue.passports.get(measure.indicator_id)
    verdict = verdict_of(found, passport)
    names = sorted(year.unit_names.get(unit, unit) for unit in measure.units)
    return {
        "measure_id": measure.measure_id,
        "title": measure.title,
        "units": names_in_words(names),
        "units_n": len(measure.units),
        "registered": measure.registered,
        "indicator_id": measure.indicator_id,
        "indicator": f"{passport.id} «{passport.title}»" if passport else "не назван",
        "planned": measure.planned_change,
        "start": measure.start.isoformat() if measure.start else None,
        "status": found.status,
        "rung": estimate.rung if estimate is not None else "none",
        "estimate": estimate.estimate if estimate is not None else None,
        "low": estimate.ci_low if estimate is not None else None,
        "high": estimate.ci_high if estimate is not None else None,
        "minimum": estimate.minimum_detectable if estimate is not None else None,
        "regression": estimate.expected_regression_to_mean if estimate is not None else None,
        "compared_n": len(found.compared),
        "verdict": verdict,
        "mark": MARKS[verdict],
        "is_late": found.is_late,
    }


def verdict_of(found: MeasureResult, passport: Passport | None) -> str:
    """What may be said: the word «effect» only from rung C up and outside chance."""
    estimate = found.estimate
    if found.status != ESTIMATED or estimate is None or passport is None:
        return "silent"
    if not estimate.may_be_called_effect:
        return "dynamics"
    better = BETTER.get(passport.direction, 1)
    low, high = sorted((better * estimate.ci_low, better * estimate.ci_high))
    if low > 0:
        return "effect"
    if high < 0:
        return "harm"
    planned = found.measure.planned_change
    if planned is not None and better * planned > high * scale_of(passport.unit):
        return "no_plan"
    return "unproved"


def first_words(text: str, most: int = 48) -> str:
    """The beginning of a title, cut between words.

    Examples
    --------
    >>> first_words("Дополнительные занятия с учениками, получившими «2» и «3»", 40)
    'Дополнительные занятия с учениками…'
    """
    if len(text) <= most:
        return text
    words = text[:most].rsplit(" ", 1)[0].split(" ")
    # A preposition or a conjunction at the end promises what is not there.
    while len(words) > 1 and len(words[-1].strip(",;:–")) <= SHORT_WORD:
        words.pop()
    return " ".join(words).rstrip(",;:– ") + "…"


def numbered(row: pd.Series) -> str:
    """«№ 2025-1: Еженедельные консультации…» for charts and lists."""
    return f"№{ru.NBSP}{row['measure_id']}: {first_words(str(row['title']))}"
