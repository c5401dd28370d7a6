"""The indicator table: every passport computed at every level it names."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from msoko_lib.catalogue import Catalogue, CatalogueProblem, place_of
from msoko_lib.indicators import (
    calendar,
    gia,
    heads,
    low_results,
    methodical,
    objectivity,
    talents,
    vpr,
)
from msoko_lib.indicators.from_fields import from_fields
from msoko_lib.indicators.inputs import Inputs
from msoko_lib.indicators.reasons import reason_of_row, with_missing_levels
from msoko_lib.indicators.references import with_reference
from msoko_lib.indicators.values import CUTS, UNIT, VALUES
from msoko_lib.passports import Passport

Compute = Callable[[Inputs], pd.DataFrame]

FUNCTIONS: dict[str, Compute] = {
    f"{module.__name__.rsplit('.', 1)[-1]}.{function.__name__}": function
    for module, functions in {
        vpr: (
            vpr.pass_share, vpr.quality_share, vpr.low_share, vpr.mean_score_share,
            vpr.basic_tasks_below, vpr.advanced_tasks_sufficient, vpr.skills_reached,
        ),
        gia: (
            gia.oge_basics_passed, gia.oge_quality, gia.oge_basic_level, gia.oge_high_level,
            gia.ege_below_minimum, gia.ege_mean, gia.ege_mass_quality, gia.ege_high_scores,
            gia.ege_spread,
        ),
        objectivity: (
            objectivity.schools_with_markers, objectivity.markers, objectivity.confirmed_share,
            objectivity.changed_shares, objectivity.boundary_peaks, objectivity.cohort_gap,
            objectivity.annual_against_oge, objectivity.medals_not_confirmed,
            objectivity.observed_rooms,
        ),
        talents: (
            talents.school_stage_coverage, talents.municipal_stage_coverage,
            talents.municipal_stage_success, talents.regional_participants,
            talents.regional_success,
            talents.schools_with_diplomas, talents.stage_gap,
        ),
        low_results: (
            low_results.shnor_share, low_results.low_results_index, low_results.pupils_at_risk,
            low_results.low_context_share, low_results.resilient_share,
            low_results.context_residual, low_results.left_the_list,
        ),
        heads: (heads.basic_preparation, heads.high_preparation, heads.without_markers),
        methodical: (methodical.deficits_closed,),
        calendar: (
            calendar.testing_load, calendar.published_in_time, calendar.roadmap_done,
        ),
    }.items()
    for function in functions
}  # fmt: skip

# Computed from the values of other indicators, so after them.
DERIVED: dict[str, Callable[[pd.DataFrame, Inputs], pd.DataFrame]] = {
    "heads.high_group": heads.high_group,
}

COLUMNS = [
    "year", "indicator_id", *UNIT, *CUTS, *VALUES, "reference", "reference_level", "status",
    "reason", "source",
]  # fmt: skip
KEY = ["indicator_id", *UNIT, *CUTS]


def compute_indicators(catalogue: Catalogue, inputs: Inputs) -> pd.DataFrame:
    """Values of all indicators in force, one row an indicator × unit × cut.

    ``status`` is ``ok``, ``not_enough`` (fewer than the passport's minimum n) or ``no_data``
    (each with its ``reason``); ``reference`` is the value of the passport's reference level in
    the same cut (of a school's own group), or of the municipality where the level has none.
    """
    year = inputs.bank.school_year
    valid = [item for item in catalogue.passports.values() if item.is_valid_in(year)]
    titles = {item.id: item.title for item in catalogue.fields.values()}
    parts = [
        indicator_values(passport, inputs, titles=titles)
        for passport in valid
        if passport.computed_by not in DERIVED
    ]
    first = pd.concat(parts, ignore_index=True)[COLUMNS]
    derived = [
        indicator_values(passport, inputs, first, titles)
        for passport in valid
        if passport.computed_by in DERIVED
    ]
    return pd.concat([first, *derived], ignore_index=True)[COLUMNS]


def in_order(catalogue: Catalogue) -> list[Passport]:
    """Indicators as the table of a year has them: those derived from others come last."""
    return sorted(catalogue.passports.values(), key=lambda item: item.computed_by in DERIVED)


def indicator_values(
    passport: Passport,
    inputs: Inputs,
    others: pd.DataFrame | None = None,
    titles: dict[str, str] | None = None,
) -> pd.DataFrame:
    """Values of one indicator.

    Parameters
    ----------
    others : DataFrame, optional
        Values of the other indicators, for one that is derived from them.
    titles : dict, optional
        Field of a form → its title, for the reason why a value is missing.

    Raises
    ------
    CatalogueProblem
        If the passport names a function that does not exist.
    """
    values = _values_of(passport, inputs, others)
    for name in CUTS:
        if name not in values:
            values[name] = pd.NA
    values = values[values["level"].isin(passport.levels)].reset_index(drop=True)
    values = with_missing_levels(values, passport, inputs, titles or {})
    minimum = inputs.settings.threshold("report_minimum_n").value
    values = _with_status(values, passport, minimum).assign(
        year=inputs.bank.school_year,
        indicator_id=passport.id,
        source=passport.source,
        grade=values["grade"].astype("Int64"),
        subject=values["subject"].astype("str"),
        component=values["component"].astype("str"),
    )
    return with_reference(values, passport, inputs)[COLUMNS]


def _values_of(passport: Passport, inputs: Inputs, others: pd.DataFrame | None) -> pd.DataFrame:
    if passport.computed_by is None:
        return from_fields(passport, inputs)
    if others is not None and passport.computed_by in DERIVED:
        return DERIVED[passport.computed_by](others, inputs)
    function = FUNCTIONS.get(passport.computed_by)
    if function is None:
        where = place_of(inputs.bank.project, passport.id, "computed_by")
        whose = f"{where}, показатель" if where else "Показатель"
        raise CatalogueProblem(
            f"{whose} {passport.id}, поле «computed_by»: нет функции «{passport.computed_by}». "
            f"Есть: {', '.join(sorted(FUNCTIONS))}."
        )
    return function(inputs)


def tells_of_few(values: pd.DataFrame, passport: Passport, minimum: float) -> pd.Series:
    """Rows of a sensitive indicator that would tell of a handful of people, or that there is none.

    None is hidden with the handful, else a hidden count would follow from the total. Of a share
    the rest tells as well: 28 of 30 tells of the two others.
    """
    part = values["numerator"].astype("float64")
    few = part < minimum
    if passport.unit == "%":
        rest = values["denominator"].astype("float64") - part
        few |= (rest > 0) & (rest < minimum)
    return few & passport.sensitive


def _with_status(values: pd.DataFrame, passport: Passport, minimum: float) -> pd.DataFrame:
    """Status of each row, and the reason where it is not ``ok`` and none is stated yet."""
    own = values["level"].isin(["school", "cluster", "municipality"])
    too_few = own & (values["n"].fillna(0) < passport.minimum_n)
    no_data = values["value"].isna()
    has_reason = values["reason"].ne("")
    withheld = own & tells_of_few(values, passport, minimum)
    status = np.select(
        [has_reason | (no_data & ~too_few), too_few, withheld],
        ["no_data", "not_enough", "suppressed"],
        "ok",
    )
    reasons = [
        given or ("" if state == "ok" else
                  reason_of_row(n, passport.minimum_n, str(state)))
        for given, state, n in zip(values["reason"], status, values["n"].fillna(0), strict=True)
    ]  # fmt: skip
    return values.assign(status=status, reason=reasons)
