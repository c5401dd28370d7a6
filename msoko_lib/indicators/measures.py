"""What a measure gave: the estimate, at the highest rung of evidence that the record allows.

The answer to «what did it bring» is decided by the record and the calendar alone, never by the
result: which years are before and after, which schools are compared with, which rung of the
evidence ladder is allowed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pandas as pd

from msoko_lib.indicators.measure_panel import Periods, indicator_panel, periods_of
from msoko_lib.indicators.measure_register import Measure
from msoko_lib.indicators.measure_rule import Rule, follows, rule_score
from msoko_lib.methods.effects import (
    EffectEstimate,
    MeasureDesign,
    RungChoice,
    choose_rung,
    estimate_effect,
    measure_design,
)
from msoko_lib.project import end_year_of
from msoko_lib.settings import Settings

# Why a measure has no estimate at all.
NO_INDICATOR, NO_START, NO_VALUES = "no_indicator", "no_start", "no_values"
NOT_YET, NO_BASELINE, NOTHING = "not_yet", "no_baseline", "nothing"
ESTIMATED = "estimated"


@dataclass(frozen=True)
class MeasureResult:
    """What can be said of a measure.

    Attributes
    ----------
    status : str
        ``estimated`` or why there is no estimate: ``no_indicator``, ``no_start``, ``no_values``
        (no value of the indicator for the measure's organisations), ``not_yet`` (no result after
        the start), ``no_baseline`` (none before it), ``nothing`` (not even a dynamic).
    panel : DataFrame
        Values of the indicator, see :func:`indicator_panel`.
    compared : tuple of str
        Organisations compared with.
    apart : tuple of str
        Organisations left out of the comparison: another measure aimed at the same indicator.
    is_late : bool
        The measure was written down after its first results: not more than a dynamic.
    is_rule_broken : bool
        A rule was written down, but by it other organisations would have been chosen.
    """

    measure: Measure
    status: str
    periods: Periods = field(default_factory=Periods)
    panel: pd.DataFrame = field(default_factory=pd.DataFrame)
    design: MeasureDesign | None = None
    choice: RungChoice | None = None
    estimate: EffectEstimate | None = None
    compared: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    is_late: bool = False
    is_rule_broken: bool = False


def evaluate(
    measure: Measure,
    values: pd.DataFrame,
    everyone: Sequence[Measure],
    kinds: pd.Series,
    groups: pd.Series,
    settings: Settings,
    rule: Rule | None = None,
) -> MeasureResult:
    """What the data say of a measure, at the highest rung that they allow.

    Parameters
    ----------
    values : DataFrame
        Indicator tables of the years.
    everyone : sequence of Measure
        All measures: schools under another one with the same indicator are no comparison.
    kinds, groups : Series
        Kind and group by conditions (or expert group) of each organisation.
    rule : Rule, optional
        How to read the indicator of the measure's rule; without it the rule is as not written.
    """
    if not measure.indicator_id:
        return MeasureResult(measure, NO_INDICATOR)
    if measure.start is None:
        return MeasureResult(measure, NO_START)
    minimum = int(settings.threshold("report_minimum_n").value)
    panel = indicator_panel(values, measure.indicator_id, minimum)
    treated = [unit for unit in measure.units if unit in set(panel["school_id"])]
    if not treated:
        return MeasureResult(measure, NO_VALUES, panel=panel)
    own_kinds = {kinds.get(unit) for unit in treated}
    panel = panel[panel["school_id"].map(kinds).isin(own_kinds)]
    periods = periods_of(measure, sorted(panel["year"].unique()), settings)
    if not periods.after:
        return MeasureResult(measure, NOT_YET, periods, panel)
    if not periods.before:
        return MeasureResult(measure, NO_BASELINE, periods, panel)
    apart = _under_other_measures(measure, everyone)
    others = _comparison(panel, treated, apart, groups, settings)
    used = panel[panel["school_id"].isin([*treated, *others])]
    score, is_broken = _scored(measure, values, treated, others, periods, rule)
    design = _design(used, treated, periods, None if is_broken else score)
    is_late = _is_late(measure, periods, settings)
    choice = choose_rung(design)
    estimate = _estimate(design, choice, is_late)
    return MeasureResult(
        measure,
        ESTIMATED if estimate is not None else NOTHING,
        periods,
        panel,
        design,
        choice,
        estimate,
        tuple(others),
        tuple(sorted(set(apart) & set(panel["school_id"]))),
        is_late,
        is_broken,
    )


def _scored(
    measure: Measure,
    values: pd.DataFrame,
    treated: Collection[str],
    others: Collection[str],
    periods: Periods,
    rule: Rule | None,
) -> tuple[pd.Series | None, bool]:
    """Score of the written rule, or that there is none; true if the rule was not kept."""
    if rule is None or not measure.rule_indicator_id or measure.rule_cutoff is None:
        return None, False
    score = rule_score(values, measure.rule_indicator_id, periods.before[-1], rule)
    if not follows(score, measure.rule_cutoff, treated, others, rule):
        return None, True
    return score, False


def _design(
    panel: pd.DataFrame, treated: list[str], periods: Periods, score: pd.Series | None
) -> MeasureDesign:
    kept = panel[panel["year"].isin([*periods.before, *periods.between, *periods.after])]
    return measure_design(
        kept,
        treated,
        selection_periods=periods.before[-1],
        after_periods=list(periods.after),
        score=score,
        variance="variance" if kept["variance"].notna().all() else None,
    )


def _estimate(design: MeasureDesign, choice: RungChoice, is_late: bool) -> EffectEstimate | None:
    """The highest rung allowed; a dynamic where it cannot be computed or came too late."""
    rungs = [] if is_late else [choice.rung]
    for rung in [*rungs, "D"]:
        if rung == "none" or choice.missing(rung):
            continue
        try:
            return estimate_effect(design, rung=rung)
        except ValueError:
            # Too little varies for this rung: fall to the next below.
            continue
    return None


def _comparison(
    panel: pd.DataFrame,
    treated: Collection[str],
    apart: Collection[str],
    groups: pd.Series,
    settings: Settings,
) -> list[str]:
    """Schools to compare with: of the same groups where there are enough, else all the others."""
    others = [unit for unit in sorted(panel["school_id"].unique())
              if unit not in set(treated) and unit not in set(apart)]  # fmt: skip
    own = {groups.get(unit) for unit in treated} - {None, ""}
    alike = [unit for unit in others if groups.get(unit) in own]
    enough = settings.threshold("measure_comparison_minimum").value
    return alike if len(alike) >= enough else others


def _under_other_measures(measure: Measure, everyone: Sequence[Measure]) -> list[str]:
    return [
        unit
        for other in everyone
        if other.indicator_id == measure.indicator_id
        and (other.measure_id, other.title) != (measure.measure_id, measure.title)
        for unit in other.units
        if unit not in measure.units
    ]


def _is_late(measure: Measure, periods: Periods, settings: Settings) -> bool:
    """Written down after the first results that it was to change."""
    month = int(settings.threshold("measure_results_month").value)
    first = dt.date(end_year_of(periods.after[0]), month, 1)
    written = measure.document_date
    if written is not None:
        return written >= first
    # Without a date the register's own year tells: it is closed by the end of that school year.
    return end_year_of(measure.registered) > end_year_of(periods.after[0])
