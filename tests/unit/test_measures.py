"""Measures: what was recorded, which years count, what may be said – on results made by hand."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from msoko_lib.indicators.measure_panel import indicator_panel, periods_of, smallest_visible
from msoko_lib.indicators.measure_register import Measure, measures_of
from msoko_lib.indicators.measure_rule import Rule, follows
from msoko_lib.indicators.measures import ESTIMATED, MeasureResult, evaluate
from msoko_lib.project import Project
from msoko_lib.settings import load_settings
from msoko_lib.subsystems.effects.computed import verdict_of

SETTINGS = load_settings(Project.find(Path(__file__).parent), "2024-2025")
YEARS = ("2022-2023", "2023-2024", "2024-2025")
NAMES = [f"s{place:02d}" for place in range(14)]
KINDS = pd.Series("school", index=NAMES)
GROUPS = pd.Series("", index=NAMES)
SHARE = SimpleNamespace(direction="больше – лучше", unit="%")
FEWER = SimpleNamespace(direction="меньше – лучше", unit="%")
BASE = Measure(
    "1", "2024-2025", "Занятия", "01", ("s00", "s01"), "КП-04", 5.0, dt.date(2024, 10, 1),
    document_date=dt.date(2024, 9, 10), reason="правило",
)  # fmt: skip


def results(
    seed: int = 0,
    effect: float = 0.0,
    treated: tuple[str, ...] = (),
    years: tuple[str, ...] = YEARS,
) -> pd.DataFrame:
    """Mean shares of 14 schools by year: lasting level, year of the school, chance of pupils."""
    rng = np.random.default_rng(seed)
    level = 0.06 * rng.standard_normal(len(NAMES))
    rows = []
    for year in years:
        hard = 0.05 * rng.standard_normal()
        for place, name in enumerate(NAMES):
            error = 0.02
            value = 0.6 + level[place] + hard + 0.01 * rng.standard_normal()
            value += error * rng.standard_normal()
            value += effect * (name in treated and year == years[-1])
            rows.append(
                {"indicator_id": "КП-04", "level": "school", "unit_id": name, "year": year,
                 "subject": "Математика", "grade": 5, "component": None, "value": value, "n": 60.0,
                 "ci_low": value - 1.96 * error, "ci_high": value + 1.96 * error}
            )  # fmt: skip
    return pd.DataFrame(rows)


def judge(measure: Measure, values: pd.DataFrame, *others: Measure) -> MeasureResult:
    return evaluate(measure, values, [measure, *others], KINDS, GROUPS, SETTINGS)


# --- the register --------------------------------------------------------------------------------


def test_rows_of_one_measure_are_one_measure_as_it_was_first_written() -> None:
    rows = pd.DataFrame(
        [
            {"school_year": year, "measure_id": "7", "school_id": school, "title": "Наставник",
             "subsystem": "02", "indicator_id": "КП-04", "planned_change": planned,
             "start_date": "2023-10-02", "end_date": None, "document": None,
             "document_date": None, "responsible": None, "reason": None}
            for year, planned in (("2024-2025", 9.0), ("2023-2024", 4.0))
            for school in ("b", "a")
        ]
    )  # fmt: skip
    (found,) = measures_of(rows)
    assert found.registered == "2023-2024" and found.planned_change == 4.0
    assert found.units == ("a", "b") and found.start == dt.date(2023, 10, 2)
    assert found.lacks == ("reason",)
    bare = measures_of(rows.assign(indicator_id=None, planned_change=None, start_date="скоро"))
    assert bare[0].lacks == ("indicator", "change", "start", "reason")
    assert measures_of(rows.iloc[:0]) == []


# --- the panel -----------------------------------------------------------------------------------


def test_the_difficulty_of_a_year_and_work_leaves_no_trace() -> None:
    values = results()
    harder = values.assign(
        value=values["value"] - 0.2 * (values["year"] == YEARS[1]),
        ci_low=values["ci_low"] - 0.2 * (values["year"] == YEARS[1]),
        ci_high=values["ci_high"] - 0.2 * (values["year"] == YEARS[1]),
    )
    one, other = (indicator_panel(frame, "КП-04", 5) for frame in (values, harder))
    assert one["value"].to_numpy() == pytest.approx(other["value"].to_numpy())
    assert one["variance"].to_numpy() == pytest.approx(np.full(len(one), 0.02**2), rel=1e-3)
    assert one["is_gap"].all()
    weighted = one.groupby("year")["value"].mean()
    assert weighted.to_numpy() == pytest.approx(np.zeros(3), abs=1e-12)


def test_works_are_averaged_by_participants_and_a_handful_is_left_out() -> None:
    values = results(years=YEARS[:1])
    second = values.assign(subject="Русский язык", n=180.0, value=values["value"] + 0.1)
    both = indicator_panel(pd.concat([values, second]), "КП-04", 5).set_index("school_id")
    assert (both["n"] == 240).all()
    first = indicator_panel(values, "КП-04", 5).set_index("school_id")["value"]
    assert both["value"].to_numpy() == pytest.approx(first.to_numpy())
    few = indicator_panel(values.assign(n=4.0), "КП-04", 5)
    assert few.empty and indicator_panel(values, "КП-02", 5).empty


def test_an_indicator_of_a_few_schools_is_followed_as_it_is() -> None:
    values = results()
    panel = indicator_panel(values[values["unit_id"].isin(NAMES[:3])], "КП-04", 5)
    assert not panel["is_gap"].any() and panel["value"].between(0.3, 0.9).all()


# --- the calendar --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "before", "between", "after"),
    [
        (dt.date(2024, 10, 1), 2, 0, 1),
        (dt.date(2025, 2, 1), 2, 0, 1),
        (dt.date(2025, 2, 2), 2, 1, 0),
        (dt.date(2025, 4, 30), 2, 1, 0),
        (dt.date(2025, 5, 1), 3, 0, 0),
        (dt.date(2022, 9, 1), 0, 0, 3),
        (None, 0, 0, 0),
    ],
)
def test_years_before_and_after(
    start: dt.date | None, before: int, between: int, after: int
) -> None:
    """Results are known in May; a measure needs three months to show in them."""
    found = periods_of(replace(BASE, start=start), YEARS, SETTINGS)
    assert (len(found.before), len(found.between), len(found.after)) == (before, between, after)


# --- the estimate --------------------------------------------------------------------------------


def test_a_measure_that_worked_is_found() -> None:
    found = judge(BASE, results(3, 0.12, BASE.units))
    assert found.status == ESTIMATED and found.estimate is not None
    assert found.estimate.rung == "C" and found.estimate.may_be_called_effect
    assert found.estimate.ci_low < 0.12 < found.estimate.ci_high
    assert verdict_of(found, SHARE) == "effect"  # type: ignore[arg-type]
    assert verdict_of(found, FEWER) == "harm"  # type: ignore[arg-type]


def test_a_measure_without_effect_on_the_lowest_schools_claims_none() -> None:
    """Before and after would praise it; the estimate is unbiased and covers zero."""
    estimates, plain, covered, claimed = [], [], 0, 0
    for seed in range(40):
        values = results(seed)
        chosen = values[values["year"] == YEARS[1]].nsmallest(3, "value")["unit_id"]
        found = judge(replace(BASE, units=tuple(sorted(chosen))), values)
        assert found.estimate is not None and found.design is not None
        estimates.append(found.estimate.estimate)
        covered += found.estimate.ci_low <= 0 <= found.estimate.ci_high
        claimed += verdict_of(found, SHARE) == "effect"  # type: ignore[arg-type]
        design = found.design
        change = design.values[YEARS[2]] - design.values[YEARS[1]]
        plain.append(float(change[design.treated].mean()))
    assert np.mean(plain) > 0.005, "the trap is there"
    assert abs(float(np.mean(estimates))) < 0.006
    assert covered >= 35 and claimed <= 4


def test_one_year_before_gives_a_dynamic_only() -> None:
    found = judge(BASE, results(3, 0.2, BASE.units, YEARS[1:]))
    assert found.estimate is not None and found.estimate.rung == "D"
    assert not found.estimate.may_be_called_effect
    assert verdict_of(found, SHARE) == "dynamics"  # type: ignore[arg-type]


def test_a_measure_written_down_after_its_results_is_no_effect() -> None:
    late = replace(BASE, document_date=dt.date(2025, 6, 20))
    found = judge(late, results(3, 0.2, BASE.units))
    assert found.is_late and found.estimate is not None and found.estimate.rung == "D"
    undated = replace(BASE, document_date=None, registered="2025-2026")
    assert judge(undated, results(3)).is_late
    assert not judge(replace(BASE, document_date=None), results(3)).is_late


def test_five_years_reach_rung_b() -> None:
    years = tuple(f"{first}-{first + 1}" for first in range(2019, 2025))
    measure = replace(BASE, start=dt.date(2022, 10, 1), document_date=dt.date(2022, 9, 1))
    found = judge(measure, results(1, years=years))
    assert len(found.periods.before) == 3 and len(found.periods.after) == 3
    assert found.estimate is not None and found.estimate.rung in ("B", "C")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"indicator_id": ""}, "no_indicator"),
        ({"start": None}, "no_start"),
        ({"units": ("x",)}, "no_values"),
        ({"start": dt.date(2025, 9, 1)}, "not_yet"),
        ({"start": dt.date(2021, 9, 1)}, "no_baseline"),
    ],
)
def test_what_cannot_be_estimated_is_said(change: dict, status: str) -> None:
    found = judge(replace(BASE, **change), results())
    assert found.status == status and found.estimate is None
    assert verdict_of(found, SHARE) == "silent"  # type: ignore[arg-type]


def test_schools_under_another_measure_are_no_comparison() -> None:
    other = replace(BASE, measure_id="2", title="Другая", units=("s05", "s06"))
    elsewhere = replace(other, measure_id="3", indicator_id="КП-09", units=("s07",))
    found = judge(BASE, results(), other, elsewhere)
    assert found.apart == ("s05", "s06")
    assert set(found.compared) == set(NAMES) - {"s00", "s01", "s05", "s06"}


def test_schools_of_the_same_group_are_compared_where_there_are_enough() -> None:
    groups = pd.Series(["село"] * 13 + ["город"], index=NAMES)
    found = evaluate(BASE, results(), [BASE], KINDS, groups, SETTINGS)
    assert "s13" not in found.compared and len(found.compared) == 11
    few = pd.Series(["село"] * 6 + ["город"] * 8, index=NAMES)
    assert len(evaluate(BASE, results(), [BASE], KINDS, few, SETTINGS).compared) == 12


def test_a_handful_of_schools_gives_a_dynamic() -> None:
    values = results(3, 0.2, BASE.units)
    found = judge(BASE, values[values["unit_id"].isin(NAMES[:4])])
    assert found.estimate is not None and found.estimate.rung == "D"


def test_a_planned_change_beyond_the_interval_is_not_there() -> None:
    found = judge(replace(BASE, planned_change=40.0), results(5))
    assert verdict_of(found, SHARE) == "no_plan"  # type: ignore[arg-type]
    unplanned = judge(replace(BASE, planned_change=None), results(5))
    assert verdict_of(unplanned, SHARE) == "unproved"  # type: ignore[arg-type]


# --- planning ------------------------------------------------------------------------------------


def test_the_smallest_visible_effect_falls_with_schools_and_pupils() -> None:
    panel = indicator_panel(results(2), "КП-04", 5)
    found = smallest_visible(panel, (1, 3, 12), (25, 100)).set_index("size")
    assert (found.loc[100, ["k1", "k3"]] < found.loc[25, ["k1", "k3"]]).all()
    assert (found["k3"] < found["k1"]).all()
    assert found["k12"].isna().all(), "three schools must stay to compare with"
    # One school of 14 and pupils alone: t(12) quantiles times the error by hand.
    pupil = 0.02**2 * 60
    least = (2.179 + 0.873) * math.sqrt(pupil / 100 * 1.5 * (1 + 1 / 13))
    assert found.loc[100, "k1"] >= 0.99 * least


def test_a_first_year_has_a_lower_bound_and_few_schools_none() -> None:
    one = indicator_panel(results(years=YEARS[:1]), "КП-04", 5)
    assert smallest_visible(one, (1,), (50,))["k1"].gt(0).all()
    assert smallest_visible(one[one["school_id"].isin(NAMES[:3])], (1,), (50,)).empty


# --- the rule of the choice ----------------------------------------------------------------------


def by_rule(values: pd.DataFrame, chosen_n: int = 4) -> tuple[Measure, float]:
    """A measure of the lowest schools of the year before, and the cutoff that says so."""
    before = values[values["year"] == YEARS[1]].set_index("unit_id")["value"]
    printed = (100 * before).round(1).sort_values()
    cutoff = float(printed.iloc[chosen_n - 1])
    units = tuple(sorted(printed.index[printed <= cutoff]))
    return replace(BASE, units=units, rule_indicator_id="КП-04", rule_cutoff=cutoff), cutoff


def ruled(measure: Measure, values: pd.DataFrame) -> MeasureResult:
    return evaluate(measure, values, [measure], KINDS, GROUPS, SETTINGS, Rule(100, 1))


def test_a_written_rule_that_was_kept_lifts_to_the_highest_rung() -> None:
    values = results(3)
    measure, _ = by_rule(values)
    found = ruled(measure, values)
    assert found.estimate is not None and found.estimate.rung == "A"
    assert not found.is_rule_broken
    plain = ruled(replace(measure, rule_indicator_id=""), values)
    assert plain.estimate is not None and plain.estimate.rung == "C"


def test_by_rule_an_effect_is_found_and_none_is_invented() -> None:
    """Schools chosen for a bad year rise by themselves; the score takes that away."""
    naive, ruled_estimates, found_n = [], [], 0
    for seed in range(24):
        values = results(seed)
        measure, _ = by_rule(values)
        found = ruled(measure, values)
        assert found.estimate is not None and found.design is not None
        ruled_estimates.append(found.estimate.estimate)
        gap = found.design.values
        rise = (gap[YEARS[2]] - gap[YEARS[1]])[found.design.treated]
        naive.append(float(rise.mean()))
        raised = ruled(measure, results(seed, 0.15, measure.units))
        assert raised.estimate is not None
        found_n += raised.estimate.ci_low > 0
    error = np.std(ruled_estimates) / np.sqrt(len(ruled_estimates))
    assert abs(np.mean(ruled_estimates)) < 3 * error
    assert np.mean(naive) > abs(np.mean(ruled_estimates)), "before and after praises the measure"
    assert found_n > 12


@pytest.mark.parametrize("change", ["cutoff", "left out", "added"])
def test_a_rule_that_was_not_kept_is_no_rule(change: str) -> None:
    values = results(3)
    measure, cutoff = by_rule(values)
    broken = {
        "cutoff": replace(measure, rule_cutoff=cutoff + 5),
        "left out": replace(measure, units=measure.units[1:]),
        "added": replace(
            measure, units=(*measure.units, next(n for n in NAMES if n not in measure.units))
        ),
    }[change]
    found = ruled(broken, values)
    assert found.is_rule_broken
    assert found.estimate is not None and found.estimate.rung != "A"


def test_less_is_better_turns_the_rule_round() -> None:
    score = pd.Series({"a": 5.0, "b": 1.0, "c": 6.0})
    assert follows(score, 5.0, ["a", "c"], ["b"], Rule(1, -1))
    assert not follows(score, 5.0, ["a", "c"], ["b"], Rule(1, 1))
    assert not follows(pd.Series(dtype=float), 5.0, ["a"], ["b"], Rule(1, 1))
