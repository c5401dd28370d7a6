"""Coverage of the intervals of shares, computed exactly by enumeration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.calibration.registry import Plan, rows, simulation, value_row
from msoko_lib.methods.intervals import clopper_pearson, jeffreys, newcombe_difference, wilson

SHARES = np.linspace(0.02, 0.98, 193)
DIFFERENCE_SHARES = (0.1, 0.2, 0.3, 0.5, 0.7)

MEANING = (
    "Доля случаев, когда 95-процентный интервал накрывает истинную долю; среднее по истинным долям "
    "от 2 до 98 %. Посчитано точно, без случайных чисел, поэтому ошибка равна нулю."
)


def exact_coverage(interval: Callable[..., Any], n: int) -> float:
    """Mean over true shares of P(interval covers), by summing the binomial probabilities."""
    x = np.arange(n + 1)
    low, high = interval(x, np.full(n + 1, n))
    probability = stats.binom.pmf(x[None, :], n, SHARES[:, None])
    covered = (low[None, :] <= SHARES[:, None]) & (SHARES[:, None] <= high[None, :])
    return float((probability * covered).sum(axis=1).mean())


def exact_difference_coverage(n: int) -> float:
    """Mean over pairs of true shares of P(Newcombe's interval covers), two groups of n."""
    x1, x2 = (v.ravel() for v in np.meshgrid(np.arange(n + 1), np.arange(n + 1)))
    size = np.full(x1.size, n)
    low, high = newcombe_difference(x1, size, x2, size)
    found = []
    for one in DIFFERENCE_SHARES:
        for two in DIFFERENCE_SHARES:
            probability = stats.binom.pmf(x1, n, one) * stats.binom.pmf(x2, n, two)
            found.append(probability[(low <= one - two) & (one - two <= high)].sum())
    return float(np.mean(found))


def _table(name: str, interval: Callable[..., Any], plan: Plan, band: Any) -> pd.DataFrame:
    return rows(
        [
            value_row(name, "coverage", exact_coverage(interval, n), 0.0, 1, band, pupils=n)
            for n in plan.pupils
        ]
    )


@simulation(
    "wilson_coverage", title="Интервал доли (Уилсон)", meaning=MEANING, runs=1, quick_runs=1
)
def wilson_coverage(plan: Plan) -> pd.DataFrame:
    """Exact mean coverage of ``wilson``."""
    return _table("wilson_coverage", wilson, plan, (0.93, 0.98))


@simulation(
    "jeffreys_coverage", title="Интервал доли (Джеффрис)", meaning=MEANING, runs=1, quick_runs=1
)
def jeffreys_coverage(plan: Plan) -> pd.DataFrame:
    """Exact mean coverage of ``jeffreys``."""
    return _table("jeffreys_coverage", jeffreys, plan, (0.93, 0.98))


@simulation(
    "clopper_pearson_coverage",
    title="Точный интервал доли (Клоппер — Пирсон)",
    meaning=MEANING + " Точный интервал по построению не накрывает реже, чем в 95 % случаев.",
    runs=1,
    quick_runs=1,
)
def clopper_pearson_coverage(plan: Plan) -> pd.DataFrame:
    """Exact mean coverage of ``clopper_pearson``."""
    return _table("clopper_pearson_coverage", clopper_pearson, plan, (0.95, 1.0))


@simulation(
    "newcombe_coverage",
    title="Интервал разности двух долей (Ньюкомб)",
    meaning="Доля случаев, когда 95-процентный интервал накрывает истинную разность долей двух "
    "групп по n человек; среднее по парам долей от 10 до 70 %. Посчитано точно.",
    runs=1,
    quick_runs=1,
)
def newcombe_coverage(plan: Plan) -> pd.DataFrame:
    """Exact mean coverage of ``newcombe_difference`` for two equal groups."""
    return rows(
        [
            value_row(
                "newcombe_coverage",
                "coverage",
                exact_difference_coverage(n),
                0.0,
                1,
                (0.93, 0.985),
                pupils=n,
            )
            for n in plan.pupils
        ]
    )
