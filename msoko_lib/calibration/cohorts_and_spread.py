"""Cohort changes and too little spread: false discoveries and power."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.calibration.registry import Plan, proportion_row, rows, simulation
from msoko_lib.methods.consistency import cohort_residuals, spread_test, spread_test_scores

CHANGE_SD = 0.2
NOISE = 0.5


@simulation(
    "cohort_residuals",
    title="Изменение среднего одного и того же потока за год",
    meaning="n — средний размер потока (от половины до полутора n). Истинные изменения школ "
    "различаются (стандартное отклонение 0,2). Ложные отметки: доля семейств «год × предмет × "
    "класс», где отмечена хоть одна школа. Мощность: как часто отмечен поток, упавший на целое "
    "стандартное отклонение. В сводный вывод идёт осторожное правило; опубликованное показано для "
    "сравнения.",
    labels={"prescribed": "опубликованное правило", "cautious": "осторожное правило"},
    runs=2000,
    quick_runs=400,
)
def cohort_changes(plan: Plan) -> pd.DataFrame:
    """Family-wise false discoveries and power of ``cohort_residuals``."""
    records = []
    for j in plan.schools:
        for n in plan.pupils:
            frame = _cohorts(plan, j, n)
            null = cohort_residuals(frame)
            dropped = cohort_residuals(
                frame.assign(mean2=frame["mean2"] - 1.0 * (frame["school"] == 0))
            )
            for label, column in (
                ("prescribed", "q_value"),
                ("cautious", "cautious_q_value"),
            ):
                name = f"cohort_residuals: {label}"
                alarms = null[column].le(0.05).groupby(null["year"]).any()
                found = dropped.loc[dropped["school"] == 0, column].le(0.05)
                band = (0.0, 0.05) if label == "cautious" else None
                cell = {"schools": j, "pupils": n}
                records.append(proportion_row(name, "false_flag_rate", alarms, band, **cell))
                records.append(proportion_row(name, "power", found, None, **cell))
    return rows(records)


def _cohorts(plan: Plan, j: int, n: int) -> pd.DataFrame:
    """All runs in one frame: a run is a year."""
    rng = plan.rng(20, j, n)
    size = rng.integers(max(2, n // 2), n + n // 2 + 1, (plan.runs, j))
    before = rng.normal(0, 0.4, size.shape)
    after = 0.8 * before + rng.normal(0, np.sqrt(CHANGE_SD**2 + NOISE / size))
    return pd.DataFrame(
        {
            "year": np.repeat(np.arange(plan.runs), j),
            "school": np.tile(np.arange(j), plan.runs),
            "n1": size.ravel(),
            "n2": size.ravel(),
            "mean1": before.ravel(),
            "mean2": after.ravel(),
        }
    )


@simulation(
    "spread_test",
    title="Слишком малый разброс баллов в классе",
    meaning="Баллы целые, от 0 до 20, класс сильный (много баллов у верхней границы). Ложные "
    "отметки: доля честных классов с p < 0,05; мощность: доля классов, где разброс вдвое меньше "
    "ожидаемого. Учебный критерий хи-квадрат показан для сравнения.",
    labels={
        "textbook": "хи-квадрат без поправки",
        "corrected": "хи-квадрат с поправкой на эксцесс",
        "simulated": "сравнение с выборками того же среднего",
    },
    runs=2000,
    quick_runs=400,
    schools=(1,),
    quick_schools=(1,),
    pupils=(10, 15, 20, 25, 50, 100),
)
def spread(plan: Plan) -> pd.DataFrame:
    """Size of the three forms of the spread test on bounded whole scores, power of the last two."""
    score = np.arange(21)
    shares = stats.betabinom.pmf(score, 20, 6, 2)
    mean = float(shares @ score)
    sigma = float(np.sqrt(shares @ (score - mean) ** 2))
    kurtosis = float(shares @ (score - mean) ** 4 / sigma**4 - 3)
    reference = np.rint(shares * 1e6).astype(int)
    records = []
    for n in plan.pupils:
        rng = plan.rng(21, n)
        drawn = rng.multinomial(n, shares, size=plan.runs)
        sd = np.sqrt(((drawn * (score - (drawn @ score / n)[:, None]) ** 2).sum(axis=1)) / (n - 1))
        few = drawn[: max(plan.runs // 10, 20)]
        simulated = [
            spread_test_scores(np.repeat(score, row), reference, draws=400, seed=k)["p_value"][0]
            for k, row in enumerate(few)
        ]
        tests = {
            "textbook": spread_test(n, sd, sigma)["p_value"],
            "corrected": spread_test(n, sd, sigma, kurtosis)["p_value"],
            "simulated": pd.Series(simulated),
        }
        for label, p in tests.items():
            band = None if label == "textbook" else (0.0, 0.06)
            records.append(
                proportion_row(
                    f"spread_test: {label}", "false_flag_rate", p <= 0.05, band, pupils=n
                )
            )
        power = spread_test(n, sd / 2, sigma, kurtosis)["p_value"] <= 0.05
        band = (0.80, 1.0) if n >= 50 else None
        records.append(proportion_row("spread_test: corrected", "power", power, band, pupils=n))
    return rows(records)
