"""Measures of the register: what was recorded, which results lie before and after, the estimate.

The answer to «what did it bring» is decided by the record and the calendar alone, never by the
result: which years are before and after, which schools are compared with, which rung of the
evidence ladder is allowed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from msoko_lib.indicators.measure_rule import Rule, follows, rule_score
from msoko_lib.methods.effects import (
    EffectEstimate,
    MeasureDesign,
    RungChoice,
    choose_rung,
    estimate_effect,
    measure_design,
    minimum_detectable_effect,
    planned_standard_error,
    variance_over_years,
)
from msoko_lib.project import end_year_of
from msoko_lib.settings import Settings

Z95 = 1.959964
FEWEST_FOR_A_GAP = 6
# Why a measure has no estimate at all.
NO_INDICATOR, NO_START, NO_VALUES = "no_indicator", "no_start", "no_values"
NOT_YET, NO_BASELINE, NOTHING = "not_yet", "no_baseline", "nothing"
ESTIMATED = "estimated"


@dataclass(frozen=True)
class Measure:
    """One measure of the register, its organisations together.

    Dates are None where the register has none. ``planned_change`` is in the unit people read
    (percentage points for shares). ``registered`` is the school year of the register.
    """

    measure_id: str
    registered: str
    title: str
    subsystem: str
    units: tuple[str, ...]
    indicator_id: str = ""
    planned_change: float | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    document_date: dt.date | None = None
    document: str = ""
    responsible: str = ""
    reason: str = ""
    rule_indicator_id: str = ""
    rule_cutoff: float | None = None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What was not written down: ``indicator``, ``change``, ``start``, ``reason``."""
        absent = {
            "indicator": not self.indicator_id,
            "change": self.planned_change is None,
            "start": self.start is None,
            "reason": not self.reason,
        }
        return tuple(name for name, is_absent in absent.items() if is_absent)


@dataclass(frozen=True)
class Periods:
    """School years of an indicator sorted by a measure's start, oldest first.

    ``before`` were known when the measure began; the last of them is the year of the choice.
    ``between`` were under way or came too soon to show it. ``after`` can show it.
    """

    before: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


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


def measures_of(rows: pd.DataFrame) -> list[Measure]:
    """Measures of one or several years' registers, oldest first.

    Parameters
    ----------
    rows : DataFrame
        Bank table ``measures``. A measure kept under the same number and title in a later year's
        register is the same measure, as it was written first.
    """
    found: list[Measure] = []
    told = rows.assign(_order=rows["school_year"].map(end_year_of)) if len(rows) else rows
    for (number, title), part in told.groupby(["measure_id", "title"], sort=False):
        first = part[part["_order"] == part["_order"].min()]
        row = first.iloc[0]
        found.append(
            Measure(
                measure_id=str(number),
                registered=str(row["school_year"]),
                title=str(title),
                subsystem=str(row["subsystem"]),
                units=tuple(sorted(set(part["school_id"]))),
                indicator_id=_text(row["indicator_id"]),
                planned_change=None if pd.isna(row["planned_change"]) else
                float(row["planned_change"]),
                start=_earliest(first["start_date"]),
                end=_earliest(first["end_date"]),
                document_date=_earliest(first["document_date"]),
                document=_text(row["document"]),
                responsible=_text(row["responsible"]),
                reason=_text(row["reason"]),
                rule_indicator_id=_text(row.get("rule_indicator_id")),
                rule_cutoff=None if pd.isna(row.get("rule_cutoff"))
                else float(row["rule_cutoff"]),
            )
        )  # fmt: skip
    return sorted(found, key=lambda item: (item.registered, item.measure_id))


def indicator_panel(values: pd.DataFrame, indicator_id: str, minimum_n: int) -> pd.DataFrame:
    """An indicator of every organisation and year against all of them together.

    Works differ in difficulty from year to year and are not the same in every school, so what is
    followed is the distance from the mean of all organisations in the same work (subject, grade,
    component) and year; distances of several works are averaged by participants. An indicator
    that fewer than six organisations have is followed as it is: their mean would be themselves.

    Parameters
    ----------
    values : DataFrame
        Indicator tables of the years (column ``year``), level ``school``.
    minimum_n : int
        A year of an organisation with fewer people is left out.

    Returns
    -------
    DataFrame
        school_id, year, value (in the unit of computation, shares 0…1), variance of sampling (NaN
        where the indicator has no interval), n, ``is_gap`` (false: the value as it is).
    """
    rows = values[
        (values["indicator_id"] == indicator_id)
        & (values["level"] == "school")
        & values["value"].notna()
    ]
    rows = rows[_may_enter(rows)]
    if rows.empty:
        return pd.DataFrame(columns=["school_id", "year", "value", "variance", "n", "is_gap"])
    n = rows["n"].astype("float64").fillna(1.0).clip(lower=1.0)
    cuts = [rows[name].astype(object).where(rows[name].notna(), "").astype(str)
            for name in ("subject", "grade", "component")]  # fmt: skip
    work = cuts[0] + "|" + cuts[1] + "|" + cuts[2]
    value = rows["value"].astype("float64")
    whole = (value * n).groupby([rows["year"], work]).transform("sum") / n.groupby(
        [rows["year"], work]
    ).transform("sum")
    is_gap = bool(rows.groupby("year")["unit_id"].nunique().min() >= FEWEST_FOR_A_GAP)
    if not is_gap:
        whole = whole * 0.0
    error = (rows["ci_high"] - rows["ci_low"]).astype("float64") / (2 * Z95)
    frame = pd.DataFrame(
        {
            "school_id": rows["unit_id"],
            "year": rows["year"],
            "n": n,
            "weighted": (value - whole) * n,
            "noise": (error * n) ** 2,
            "known": error.notna(),
        }
    )
    grouped = frame.groupby(["school_id", "year"])
    summed = grouped[["n", "weighted", "noise"]].sum()
    panel = pd.DataFrame(
        {
            "value": summed["weighted"] / summed["n"],
            "variance": (summed["noise"] / summed["n"] ** 2).where(grouped["known"].all()),
            "n": summed["n"],
            "is_gap": is_gap,
        }
    ).reset_index()
    return panel[panel["n"] >= minimum_n].reset_index(drop=True)


def _may_enter(rows: pd.DataFrame) -> pd.Series:
    """Rows that are shown; of an organisation with nothing but small works all of them together.

    Beside reports of the others, what a measure gave must not tell of three pupils in one work of
    a school whose other works are known.
    """
    if "status" not in rows:
        return pd.Series(True, index=rows.index)
    shown = rows["status"] == "ok"
    return shown | ~shown.groupby([rows["year"], rows["unit_id"]]).transform("any")


def periods_of(measure: Measure, years: Sequence[str], settings: Settings) -> Periods:
    """Sort the years of an indicator by the start of a measure."""
    if measure.start is None:
        return Periods()
    month = int(settings.threshold("measure_results_month").value)
    lead = int(settings.threshold("measure_lead_months").value)
    before, between, after = [], [], []
    for year in sorted(years):
        results = dt.date(end_year_of(year), month, 1)
        if results <= measure.start:
            before.append(year)
        elif _months_before(results, lead) >= measure.start:
            after.append(year)
        else:
            between.append(year)
    return Periods(tuple(before), tuple(between), tuple(after))


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


def _months_before(day: dt.date, months: int) -> dt.date:
    place = day.year * 12 + day.month - 1 - months
    return dt.date(place // 12, place % 12 + 1, 1)


def _earliest(dates: pd.Series) -> dt.date | None:
    known = [text for text in (_text(value) for value in dates) if text]
    days = []
    for text in known:
        try:
            days.append(dt.date.fromisoformat(text[:10]))
        except ValueError:
            continue
    return min(days) if days else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) and value.strip() not in ("", "nan") else ""


def smallest_visible(
    panel: pd.DataFrame,
    treated: Sequence[int],
    sizes: Sequence[int],
    years_after: int = 1,
    years_before: int = 2,
) -> pd.DataFrame:
    """Smallest effect that a measure of so many schools, of such a size, would show.

    The passing variance of a school's year is that of its pupils, s²/n, and what is left of the
    variance between years; s² and the rest come from the panel.

    Parameters
    ----------
    panel : DataFrame
        Of :func:`indicator_panel`.
    treated : sequence of int
        Numbers of schools under a measure.
    sizes : sequence of int
        People behind a school's yearly value.

    Returns
    -------
    DataFrame
        One row a size: ``size`` and one column ``k1``, ``k3``… for each number of schools; in the
        unit of computation. Empty without sampling variances or with too few schools.
    """
    known = panel[panel["variance"].notna() & (panel["variance"] > 0)]
    schools = int(panel["school_id"].nunique())
    if known.empty or schools < 4:
        return pd.DataFrame()
    pupil = float(np.average(known["variance"] * known["n"], weights=known["n"]))
    wide = panel.pivot(index="school_id", columns="year", values="value")
    rest = 0.0
    try:
        within = variance_over_years(wide.to_numpy(dtype=float)).within_variance
        rest = max(0.0, within - float(known["variance"].mean()))
    except ValueError:
        pass  # One year: what lasts cannot be told from what passes.
    rows = []
    for size in sizes:
        row: dict[str, float] = {"size": float(size)}
        for number in treated:
            if schools - number < 3:
                row[f"k{number}"] = float("nan")
                continue
            error = planned_standard_error(
                pupil / size + rest, number, schools - number,
                periods_before=years_before, periods_after=years_after,
            )  # fmt: skip
            row[f"k{number}"] = minimum_detectable_effect(error, degrees_of_freedom=schools - 2)
        rows.append(row)
    return pd.DataFrame(rows)
