"""Time and memory of the value-added and concordance functions at the size of a region.

Run with ``python tests/benchmarks/bench_value_added.py``; figures are reported, not asserted.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable

import numpy as np

from msoko_lib.methods.concordance import compare_many_marks, compare_many_shifts
from msoko_lib.methods.intervals import flag_outliers
from msoko_lib.methods.value_added import (
    fit_random_intercept,
    fit_school_means,
    leave_one_out_residuals,
    rank_intervals,
)

PUPILS, SCHOOLS, TABLES = 200_000, 1_000, 5_000


def _report(name: str, call: Callable[[], object]) -> None:
    start = time.perf_counter()
    call()
    seconds = time.perf_counter() - start
    # ru_maxrss is the peak of the whole process so far, in kilobytes on Linux.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"{name:<58} {seconds:7.2f} s   peak {peak:5.2f} GB")


def main() -> None:
    """Print the measured seconds and the peak memory of each call."""
    rng = np.random.default_rng(0)
    code = rng.integers(0, SCHOOLS, PUPILS)
    school = np.array([f"school {k:04d}" for k in range(SCHOOLS)])[code]
    x = rng.normal(size=(PUPILS, 3))
    y = x @ [0.5, 0.1, 0.2] + rng.normal(0, 0.3, SCHOOLS)[code] + rng.normal(0, 0.8, PUPILS)
    _report(
        "fit_random_intercept, 200,000 pupils, 1,000 schools, ML",
        lambda: fit_random_intercept(y, x, school),
    )
    _report("the same, REML", lambda: fit_random_intercept(y, x, school, reml=True))
    _report("leave_one_out_residuals, the same data", lambda: leave_one_out_residuals(y, x, school))
    variances = rng.uniform(0.5, 2, SCHOOLS)
    means = rng.normal(0, 1, SCHOOLS) + rng.normal(0, np.sqrt(variances))
    _report("fit_school_means, 1,000 schools", lambda: fit_school_means(means, variances))
    _report(
        "rank_intervals, 1,000 schools, 4,000 draws",
        lambda: rank_intervals(means, np.sqrt(variances)),
    )
    n = rng.integers(5, 200, SCHOOLS)
    _report("flag_outliers, 1,000 schools", lambda: flag_outliers(rng.binomial(n, 0.2), n))
    cell = np.array([4, 1, 0, 0, 3, 9, 1, 0, 0, 6, 11, 1, 0, 0, 4, 6]) / 46
    tables = rng.multinomial(25, cell, size=TABLES).reshape(-1, 4, 4)
    _report("compare_many_marks, 5,000 tables", lambda: compare_many_marks(tables))
    _report(
        "compare_many_shifts, 5,000 tables",
        lambda: compare_many_shifts(tables, tables.sum(axis=0), reference_includes_table=True),
    )


if __name__ == "__main__":
    main()
