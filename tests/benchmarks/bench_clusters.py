"""Seconds and peak memory of clusters, neighbours, importance, few-cluster tests and IRT.

Run: ``python tests/benchmarks/bench_clusters.py``. Reported, never asserted.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from msoko_lib.methods.clusters import cluster_schools, nearest_schools
from msoko_lib.methods.factors import lmg_importance, wild_cluster_bootstrap
from msoko_lib.methods.items import deficits, fit_irt


def _region(schools: int, seed: int = 0) -> pd.DataFrame:
    """Context of an invented region: three kinds of schools, six variables."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(3, size=schools)
    return pd.DataFrame(
        rng.normal(size=(schools, 6)) + 3 * kind[:, None] * np.array([1, 1, 1, 0, 0, 0]),
        columns=[f"variable {number}" for number in range(6)],
    )


def _pupils(pupils: int, tasks: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    logit = rng.normal(size=(pupils, 1)) - np.linspace(-2, 2, tasks)
    return (rng.random(logit.shape) < 1 / (1 + np.exp(-logit))).astype(float)


def _bootstrap(pupils: int, schools: int) -> None:
    rng = np.random.default_rng(0)
    school = rng.integers(schools, size=pupils)
    x = rng.normal(size=(pupils, 3))
    y = x[:, 0] + rng.normal(size=schools)[school] + rng.normal(size=pupils)
    wild_cluster_bootstrap(y, x, school, interval=True)


def _importance(rows: int, predictors: int) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, predictors))
    school = rng.integers(1000, size=rows)
    lmg_importance(x.sum(axis=1) + rng.normal(size=rows), x, school, draws=200)


def _deficits(schools: int, tasks: int) -> None:
    rng = np.random.default_rng(0)
    n = np.repeat(rng.integers(10, 120, schools), tasks)
    reference = np.tile(rng.uniform(0.3, 0.9, tasks), schools)
    table = pd.DataFrame({"group": np.repeat(np.arange(schools), tasks), "n": n})
    deficits(table.assign(rate=rng.binomial(n, reference) / n, reference=reference))


CASES: dict[str, Callable[[], object]] = {
    "clusters, 14 schools": lambda: cluster_schools(_region(14)),
    "clusters, 30 schools": lambda: cluster_schools(_region(30)),
    "clusters, 300 schools": lambda: cluster_schools(_region(300)),
    "clusters, 1000 schools": lambda: cluster_schools(_region(1000)),
    "k-medoids on Gower, 300 schools": lambda: cluster_schools(_region(300), method="kmedoids"),
    "nearest schools, 1000 schools": lambda: nearest_schools(_region(1000), method="mahalanobis"),
    "wild bootstrap with interval, 200,000 pupils in 12 schools": lambda: _bootstrap(200_000, 12),
    "LMG of 8 predictors, 20,000 pupils, 200 draws": lambda: _importance(20_000, 8),
    "deficits, 1000 schools × 20 tasks": lambda: _deficits(1000, 20),
    "2PL, 20,000 pupils × 20 tasks": lambda: fit_irt(_pupils(20_000, 20), "2pl"),
}


def main() -> None:
    """Print seconds of each case and the highest memory of the process so far."""
    for name, run in CASES.items():
        start = time.perf_counter()
        run()
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name:60s} {seconds:8.2f} s   peak {peak:6.0f} MB")


if __name__ == "__main__":
    main()
