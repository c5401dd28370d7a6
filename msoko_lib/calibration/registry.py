"""Registry of the simulations and the one table they all return."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

COLUMNS = (
    "simulation",
    "J",
    "n",
    "measure",
    "value",
    "monte_carlo_se",
    "runs",
    "band_low",
    "band_high",
    "verdict",
)
MEASURES = ("false_flag_rate", "power", "bias", "coverage", "silent_rate")
ALLOWED_SE = 3.0


@dataclass(frozen=True)
class Plan:
    """How much to simulate.

    Attributes
    ----------
    runs : int
        Simulated municipalities per cell.
    schools : tuple of int
        Values of J.
    pupils : tuple of int
        Values of n.
    seed : int
    """

    runs: int
    schools: tuple[int, ...] = (8, 14, 30)
    pupils: tuple[int, ...] = (5, 10, 15, 20, 25, 50, 100)
    seed: int = 0

    def rng(self, *key: int) -> np.random.Generator:
        """Random numbers of one cell, the same in every run of the page."""
        return np.random.default_rng([self.seed, *key])


Simulation = Callable[[Plan], pd.DataFrame]


@dataclass(frozen=True)
class Entry:
    """A registered simulation.

    Attributes
    ----------
    name : str
        English code, first column of its rows.
    title, meaning : str
        Russian heading and explanation of its numbers, for the page.
    run : callable
        Plan → rows (see ``rows``).
    full, quick : Plan
        Size for the page and for the tests.
    labels : mapping
        Russian names of the variants, the part after ": " in the first column.
    """

    name: str
    title: str
    meaning: str
    run: Simulation
    full: Plan
    quick: Plan
    labels: Mapping[str, str]


SIMULATIONS: dict[str, Entry] = {}


def simulation(
    name: str,
    *,
    title: str,
    meaning: str,
    runs: int,
    quick_runs: int,
    schools: tuple[int, ...] = (8, 14, 30),
    pupils: tuple[int, ...] = (5, 10, 15, 20, 25, 50, 100),
    quick_schools: tuple[int, ...] = (14,),
    quick_pupils: tuple[int, ...] = (15, 50),
    labels: Mapping[str, str] | None = None,
) -> Callable[[Simulation], Simulation]:
    """Register a simulation: a function of a ``Plan`` that returns ``rows(...)``.

    Parameters
    ----------
    name : str
        Code of the simulation.
    title, meaning : str
        Russian texts for the page: what was simulated, how to read the numbers.
    runs, quick_runs : int
        Runs per cell on the page and in the tests.
    schools, pupils, quick_schools, quick_pupils : tuple of int
        Cells on the page and in the tests.
    labels : mapping, optional
        Russian names of the variants of the simulation.

    Returns
    -------
    callable
        Decorator that leaves the function as it is.

    Raises
    ------
    ValueError
        When the name is taken.
    """

    def register(function: Simulation) -> Simulation:
        if name in SIMULATIONS:
            raise ValueError(f"simulation {name!r} is registered twice")
        full = Plan(runs, schools, pupils)
        quick = Plan(quick_runs, quick_schools, quick_pupils)
        SIMULATIONS[name] = Entry(name, title, meaning, function, full, quick, labels or {})
        return function

    return register


def proportion_row(
    name: str,
    measure: str,
    hits: Any,
    band: tuple[float, float] | None = None,
    *,
    schools: int | None = None,
    pupils: int | None = None,
) -> dict[str, Any]:
    """Row for a rate: mean of ``hits`` (one number per run) and its Monte Carlo error.

    Parameters
    ----------
    name, measure : str
        Simulation and one of ``MEASURES``.
    hits : array-like
        One rate or 0/1 per independent run; missing values are left out.
    band : (low, high), optional
        Values the rate should lie in; without it the row is for information.
    schools, pupils : int, optional
        J and n of the cell.

    Returns
    -------
    dict

    Examples
    --------
    >>> row = proportion_row("demo", "coverage", [1, 1, 0, 1], (0.5, 1.0), schools=8)
    >>> row["value"], row["verdict"]
    (0.75, 'inside')
    """
    values = np.asarray(hits, dtype=float).ravel()
    values = values[np.isfinite(values)]
    mean = float(values.mean()) if values.size else np.nan
    spread = float(values.std(ddof=1)) if values.size > 1 else np.nan
    error = spread / np.sqrt(values.size) if values.size > 1 else np.nan
    if measure != "bias":
        error = max(error, smallest_error(values.size))
    return value_row(name, measure, mean, error, values.size, band, schools=schools, pupils=pupils)


def smallest_error(runs: int) -> float:
    """Monte Carlo error of a rate when all runs agree.

    By the rule of three "0 of n" still allows a rate of 3/n; with three errors allowed that is 1/n.
    """
    return 1.0 / max(runs, 1)


def value_row(
    name: str,
    measure: str,
    value: float,
    error: float,
    runs: int,
    band: tuple[float, float] | None = None,
    *,
    schools: int | None = None,
    pupils: int | None = None,
) -> dict[str, Any]:
    """Row for a number whose Monte Carlo error is known (0 for an exact computation).

    The verdict is "inside" when the value lies in the band widened by three Monte Carlo errors,
    "outside" when not, "report" without a band.
    """
    if measure not in MEASURES:
        raise ValueError(f"measure must be one of {MEASURES}, found {measure!r}")
    low, high = band if band is not None else (np.nan, np.nan)
    margin = ALLOWED_SE * (error if np.isfinite(error) else 0.0)
    if band is None or not np.isfinite(value):
        verdict = "report"
    else:
        verdict = "inside" if low - margin <= value <= high + margin else "outside"
    return dict(
        zip(
            COLUMNS,
            (name, schools, pupils, measure, value, error, runs, low, high, verdict),
            strict=True,
        )
    )


def rows(records: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Records as the table every simulation returns."""
    table = pd.DataFrame(list(records), columns=list(COLUMNS))
    return table.astype({"J": "Int64", "n": "Int64", "runs": int})


def run(name: str, quick: bool = False, runs: int | None = None) -> pd.DataFrame:
    """Run one simulation at the size of the page or of the tests.

    Parameters
    ----------
    name : str
        Registered name.
    quick : bool
        Size of the tests instead of the page.
    runs : int, optional
        Other number of runs per cell.

    Returns
    -------
    DataFrame
        One row per cell and measure, columns ``COLUMNS``.
    """
    load_all()
    if name not in SIMULATIONS:
        raise ValueError(f"no simulation {name!r}; there are {sorted(SIMULATIONS)}")
    entry = SIMULATIONS[name]
    plan = entry.quick if quick else entry.full
    return entry.run(plan if runs is None else replace(plan, runs=runs))


def load_all() -> list[str]:
    """Import every module of the package, so that its simulations are registered."""
    package = importlib.import_module("msoko_lib.calibration")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name not in ("__main__", "page", "registry"):
            importlib.import_module(f"msoko_lib.calibration.{module.name}")
    return sorted(SIMULATIONS)
