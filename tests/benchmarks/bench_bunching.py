"""Seconds and peak memory of the bunching functions at the size of a region (reported only)."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from msoko_lib.methods.bunching import bunching_by_school, share_moved
from msoko_lib.methods.consistency import cohort_residuals, exam_residuals


def measure(title: str, call: Callable[[], Any]) -> None:
    """Print the wall time of one call and the peak memory of the process so far."""
    started = time.perf_counter()
    call()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{title}: {seconds:.2f} s, peak memory {peak:.0f} MB")


def main() -> None:
    """Run the benchmarks."""
    rng = np.random.default_rng(0)
    score = np.arange(71)
    shares = stats.norm.pdf(score, 37, 12)
    counts = rng.multinomial(360_000, shares / shares.sum())
    measure(
        "share_moved, 360 000 scores, 500 draws",
        lambda: share_moved(counts, [21, 35, 50], draws=500),
    )
    schools, pupils, works = 1000, 60, ("ru", "ma", "en")
    frame = pd.DataFrame(
        {
            "school": np.repeat(np.arange(schools), pupils * len(works)),
            "work": np.tile(np.repeat(works, pupils), schools),
            "score": np.clip(np.rint(rng.normal(13, 5, schools * pupils * len(works))), 0, 25),
        }
    )
    measure(
        "bunching_by_school, 1 000 schools × 3 works × 60 pupils",
        lambda: bunching_by_school(frame, [8, 14, 20]),
    )
    cohorts = pd.DataFrame(
        {
            "year": np.repeat(np.arange(40), 1000),
            "n1": rng.integers(5, 100, 40_000),
            "n2": rng.integers(5, 100, 40_000),
            "mean1": rng.normal(size=40_000),
            "mean2": rng.normal(size=40_000),
        }
    )
    measure("cohort_residuals, 40 000 cohorts in 40 models", lambda: cohort_residuals(cohorts))
    school = np.repeat(np.arange(200), 100)
    prior = rng.normal(size=school.size)
    exam = 0.6 * prior + rng.normal(0, 0.3, 200)[school] + rng.normal(0, 0.7, school.size)
    measure(
        "exam_residuals, 200 schools × 100 pupils, each left out",
        lambda: exam_residuals(exam, prior, school),
    )


if __name__ == "__main__":
    main()
