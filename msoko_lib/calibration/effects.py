"""A measure that does nothing, given to the lowest schools: what does each design report?

The truth is zero in every run. The designs of the ladder (A, B, C) must report zero on average
and cover it in 95 % of runs; before-after, differences in differences from the selection year
and matching on that year are shown beside them as the traps they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from msoko_lib.methods.effects import (
    EffectEstimate,
    ancova_on_score,
    before_after,
    difference_in_differences,
    empirical_bayes_effect,
)

Array = NDArray[np.float64]

SIMULATION = "zero_effect_measure"
#: Numbers of schools and how many of the lowest receive the measure.
CHOSEN_OF = {8: 2, 14: 5, 30: 5}
PUPILS = (5, 10, 25, 50, 100)
#: Mean reported effect and coverage that the designs A to C must keep.
BIAS_BAND = (-0.02, 0.02)
COVERAGE_BAND = (0.93, 0.97)


@dataclass(frozen=True)
class ZeroEffectPanel:
    """School means in pupil standard deviations: two years before, selection, two after."""

    values: Array
    treated: NDArray[np.bool_]

    before = slice(0, 2)
    selection = 2
    after = slice(3, 5)


def zero_effect_panel(
    rng: np.random.Generator,
    schools: int,
    chosen: int,
    *,
    pupils: int = 25,
    between_sd: float = 0.30,
    pupil_sd: float = 0.90,
    year_sd: float = 0.10,
) -> ZeroEffectPanel:
    """Draw a municipality in which the lowest schools of one year get a measure of no effect.

    Parameters
    ----------
    rng : numpy.random.Generator
    schools, chosen, pupils : int
        Number of schools, how many of the lowest are chosen, pupils a school and year.
    between_sd, pupil_sd, year_sd : float
        Lasting differences of schools, pupils within a school, a school's shock of one year.

    Returns
    -------
    ZeroEffectPanel
    """
    level = rng.normal(0.0, between_sd, schools)[:, None]
    noise_sd = np.hypot(year_sd, pupil_sd / np.sqrt(pupils))
    values = level + rng.normal(0.0, noise_sd, (schools, 5))
    treated = np.zeros(schools, dtype=bool)
    treated[np.argsort(values[:, ZeroEffectPanel.selection])[:chosen]] = True
    return ZeroEffectPanel(values, treated)


def matched_on_selection_year(panel: ZeroEffectPanel) -> float:
    """Difference to the untreated school nearest in the selection year (a trap: do not use)."""
    score = panel.values[:, panel.selection]
    after = panel.values[:, panel.after.start]
    others = np.flatnonzero(~panel.treated)
    distance = np.abs(score[panel.treated][:, None] - score[others][None, :])
    return float((after[panel.treated] - after[others[distance.argmin(axis=1)]]).mean())


def _rule(panel: ZeroEffectPanel) -> EffectEstimate:
    outcome = panel.values[:, panel.after].mean(axis=1)
    return ancova_on_score(outcome, panel.values[:, panel.selection], panel.treated)


def _change(panel: ZeroEffectPanel) -> EffectEstimate:
    return difference_in_differences(
        panel.values[:, panel.before],
        panel.values[:, panel.after],
        panel.treated,
        permutations=False,
    )


def _expected(panel: ZeroEffectPanel) -> EffectEstimate:
    return empirical_bayes_effect(
        panel.values[:, : panel.selection + 1],
        panel.values[:, panel.after],
        panel.treated,
        per_school=False,
    )


def _dynamic(panel: ZeroEffectPanel) -> EffectEstimate:
    rows = panel.values[panel.treated]
    return before_after(rows[:, panel.selection], rows[:, panel.after.start])


def _from_selection_year(panel: ZeroEffectPanel) -> EffectEstimate:
    return difference_in_differences(
        panel.values[:, panel.selection],
        panel.values[:, panel.after.start],
        panel.treated,
        permutations=False,
    )


DESIGNS: dict[str, Callable[[ZeroEffectPanel], EffectEstimate]] = {
    "A_ancova_on_score": _rule,
    "B_difference_in_differences": _change,
    "C_empirical_bayes": _expected,
}
TRAPS: dict[str, Callable[[ZeroEffectPanel], float]] = {
    "before_after": lambda panel: _dynamic(panel).estimate,
    "difference_from_selection_year": lambda panel: _from_selection_year(panel).estimate,
    "matching_on_selection_year": matched_on_selection_year,
}


def zero_effect_calibration(
    *,
    schools: Sequence[int] = (8, 14, 30),
    pupils: Sequence[int] = PUPILS,
    runs: int = 1_000,
    seed: int = 0,
) -> pd.DataFrame:
    """Run every design on measures of no effect and compare with the bands.

    Parameters
    ----------
    schools : sequence of int
        Numbers of schools; `CHOSEN_OF` says how many are treated (a sixth of others).
    pupils : sequence of int
        Pupils a school and year.
    runs : int
        Simulated municipalities for each combination.
    seed : int

    Returns
    -------
    pandas.DataFrame
        ``simulation, J, n, measure, value, monte_carlo_se, runs, band_low, band_high, verdict``;
        verdict "within" or "outside" counts two Monte Carlo errors, traps are "not_judged".
    """
    if runs < 2:
        raise ValueError(f"at least 2 runs are needed, got {runs}")
    rows: list[dict[str, object]] = []
    for number, (total, n) in enumerate((j, n) for j in schools for n in pupils):
        rng = np.random.default_rng([seed, number])
        chosen = CHOSEN_OF.get(total, max(1, total // 6))
        panels = [zero_effect_panel(rng, total, chosen, pupils=n) for _ in range(runs)]
        for name, design in DESIGNS.items():
            results = [design(panel) for panel in panels]
            estimates = np.array([result.estimate for result in results])
            covered = np.array([result.ci_low <= 0 <= result.ci_high for result in results])
            rows.append(_row(total, n, f"{name}: bias", estimates, BIAS_BAND))
            rows.append(_row(total, n, f"{name}: coverage", covered.astype(float), COVERAGE_BAND))
        for name, trap in TRAPS.items():
            rows.append(_row(total, n, f"{name}: bias", np.array([trap(p) for p in panels]), None))
    return pd.DataFrame(rows)


def _row(
    schools: int, pupils: int, measure: str, draws: Array, band: tuple[float, float] | None
) -> dict[str, object]:
    value, error = float(draws.mean()), float(draws.std(ddof=1) / np.sqrt(draws.size))
    low, high = band if band is not None else (float("nan"), float("nan"))
    inside = low - 2 * error <= value <= high + 2 * error
    return {
        "simulation": SIMULATION,
        "J": schools,
        "n": pupils,
        "measure": measure,
        "value": value,
        "monte_carlo_se": error,
        "runs": int(draws.size),
        "band_low": low,
        "band_high": high,
        "verdict": "not_judged" if band is None else ("within" if inside else "outside"),
    }
