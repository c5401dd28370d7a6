"""A whole municipality through the objectivity screening: nobody guilty, and one school that is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from msoko_lib.calibration.cutoffs import CUTOFFS, TOP
from msoko_lib.calibration.registry import Plan, proportion_row, rows, simulation
from msoko_lib.methods.bunching import bunching_by_school
from msoko_lib.methods.concordance import compare_many_shifts
from msoko_lib.methods.consistency import cohort_residuals, reference_sd, spread_test
from msoko_lib.methods.objectivity import DOMAINS, screen_objectivity

YEARS = (2024, 2025)
WORKS = ("ru", "ma")
SCHOOL_SD = 0.3


@dataclass(frozen=True)
class YearOfTests:
    """Scores of one year, shape (works, schools, pupils), journal marks and next year's scores."""

    scores: np.ndarray
    journal: np.ndarray
    later: np.ndarray


def one_year(
    school_effect: np.ndarray, pupils: int, rng: np.random.Generator, guilty: bool = False
) -> YearOfTests:
    """Invent a year; ``guilty`` lets school 0 lift pupils, copy answers and write the marks up."""
    ability = school_effect[None, :, None] + rng.normal(0, 0.95, (1, school_effect.size, pupils))
    shape = (len(WORKS), school_effect.size, pupils)

    def test(noise: float = 0.6) -> np.ndarray:
        raw = 13 + 5 * (0.8 * ability + noise * rng.standard_normal(shape))
        return np.clip(np.rint(raw), 0, TOP).astype(int)

    scores, later = test(), test()
    journal = _marks(13 + 5 * (0.8 * ability + 0.5 * rng.standard_normal(shape)))
    if guilty:
        own = scores[:, 0]
        # Answers given on the board: everyone drifts half-way to a good result.
        own = np.rint(own + 0.5 * (17 - own)).astype(int)
        for cutoff in CUTOFFS:
            near = (own < cutoff) & (own >= cutoff - 2) & (rng.random(own.shape) < 0.4)
            own = np.where(near, cutoff, own)
        scores[:, 0] = own
    return YearOfTests(scores, journal, later)


def _marks(scores: np.ndarray) -> np.ndarray:
    return 2 + np.searchsorted(CUTOFFS, scores, side="right")


def domain_results(year: int, data: YearOfTests) -> pd.DataFrame:
    """p-value of every school in every domain, as the screening wants it."""
    schools, pupils = data.scores.shape[1:]
    n = pupils * len(WORKS)
    parts = {
        "concordance": _concordance(data),
        "bunching": _bunching(data),
        "consistency": _consistency(data),
        "spread": _spread(data),
    }
    frames = [
        pd.DataFrame(
            {
                "school": np.arange(schools),
                "year": year,
                "domain": domain,
                "p_value": p,
                "n": n if domain in ("concordance", "bunching") else pupils,
                "status": np.where(np.isfinite(p), "ok", "not_enough_data"),
            }
        )
        for domain, p in parts.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _concordance(data: YearOfTests) -> np.ndarray:
    """Test marks above the journal's, against the other schools."""
    external = _marks(data.scores) - 2
    journal = data.journal - 2
    schools = data.scores.shape[1]
    tables = np.zeros((schools, 4, 4))
    school = np.broadcast_to(np.arange(schools)[None, :, None], external.shape)
    np.add.at(tables, (school.ravel(), journal.ravel(), external.ravel()), 1)
    found = compare_many_shifts(tables, tables.sum(axis=0), reference_includes_table=True)
    return found["p_value"].to_numpy(float)


def _bunching(data: YearOfTests) -> np.ndarray:
    work, school, _ = np.indices(data.scores.shape)
    frame = pd.DataFrame(
        {"school": school.ravel(), "work": work.ravel(), "score": data.scores.ravel()}
    )
    table = bunching_by_school(frame, CUTOFFS)
    return table["p_value"].where(table["status"] == "ok").to_numpy(float)


def _consistency(data: YearOfTests) -> np.ndarray:
    """Fall of the cohort's mean a year later in the first work."""
    frame = pd.DataFrame(
        {
            "n1": data.scores.shape[2],
            "n2": data.scores.shape[2],
            "mean1": data.scores[0].mean(axis=1),
            "mean2": data.later[0].mean(axis=1),
        }
    )
    return cohort_residuals(frame)["cautious_probability"].to_numpy(float)


def _spread(data: YearOfTests) -> np.ndarray:
    """Standard deviation in the second work against that of schools with the same mean."""
    scores = data.scores[1].astype(float)
    mean, sd = scores.mean(axis=1), scores.std(axis=1, ddof=1)
    n = np.full(mean.size, scores.shape[1])
    sigma = reference_sd(mean, sd, n, minimum=0, maximum=TOP)
    return spread_test(n, sd, sigma)["p_value"].to_numpy(float)


def screen_two_years(
    schools: int, pupils: int, rng: np.random.Generator, guilty: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables of the screening: school × year and school × year × domain."""
    effect = rng.normal(0, SCHOOL_SD, schools)
    results = pd.concat(
        [domain_results(year, one_year(effect, pupils, rng, guilty)) for year in YEARS]
    )
    screen = screen_objectivity(results, draws=2)
    return screen.table, screen.domains


@simulation(
    "objectivity",
    title="Сводный вывод об объективности",
    meaning="Муниципалитет из J школ, по n учеников в каждой из двух работ, два года подряд. "
    "Ложные отметки по признаку: доля семейств «признак × год», где отмечена хоть одна честная "
    "школа (не больше 5 %). Ложные отметки в сводном выводе: доля честных школ с выводом "
    "«приоритет проверки» (не больше 1 %). Мощность: как часто этот вывод получает школа, которая "
    "два года подряд подсказывала ученикам и переводила через границу 40 % тех, кому не хватило "
    "одного-двух баллов. Молчание: доля школ с выводом «недостаточно данных».",
    runs=120,
    quick_runs=12,
    pupils=(15, 25, 50, 100),
    quick_schools=(30,),
    labels={
        "concordance": "журнал и проверочная работа",
        "bunching": "пики у границ отметок",
        "consistency": "следующая работа того же потока",
        "spread": "малый разброс",
        "priority": "вывод «приоритет проверки»",
        "grade": "сводный вывод",
    },
)
def objectivity(plan: Plan) -> pd.DataFrame:
    """False flags by domain, priority among honest schools, power and silence."""
    records = []
    for j in plan.schools:
        for n in plan.pupils:
            rng = plan.rng(30, j, n)
            false: dict[str, list[float]] = {d: [] for d in DOMAINS}
            priority, found, silent = [], [], []
            for _ in range(plan.runs):
                table, domains = screen_two_years(j, n, rng, guilty=False)
                tested = domains[domains["q_value"].notna()]
                alarms = tested.groupby(["domain", "year"])["flagged"].any()
                for domain in alarms.index.get_level_values(0).unique():
                    false[domain].append(float(alarms[domain].mean()))
                last = table[table["year"] == YEARS[-1]]
                priority.append((last["grade"] == "priority").mean())
                silent.append((last["grade"] == "not_enough_data").mean())
                table, _ = screen_two_years(j, n, rng, guilty=True)
                own = table[(table["school"] == 0) & (table["year"] == YEARS[-1])]
                found.append((own["grade"] == "priority").item())
            cell = {"schools": j, "pupils": n}
            for domain, rates in false.items():
                if rates:
                    name = f"objectivity: {domain}"
                    records.append(
                        proportion_row(name, "false_flag_rate", rates, (0.0, 0.05), **cell)
                    )
            records += [
                proportion_row(
                    "objectivity: priority", "false_flag_rate", priority, (0.0, 0.01), **cell
                ),
                proportion_row("objectivity: priority", "power", found, None, **cell),
                proportion_row("objectivity: grade", "silent_rate", silent, None, **cell),
            ]
    return rows(records)
