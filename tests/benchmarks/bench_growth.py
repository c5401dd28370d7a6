"""How time and memory grow with the number of schools: 14, 50, 200 and, if asked, 1,000.

For each size a municipality is made and its newest year read; then, without history, indicators
are computed and the reports of all schools made. The exponent k of ``a + b * schools ** k`` is
fitted over the sizes: 1 is linear.

Run: ``python tests/benchmarks/bench_growth.py [SCHOOLS …]``. Asserts nothing.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from harness import MSOKO, Figures, made_project, timed, told
from scipy.optimize import least_squares

from msoko_lib.batch.plan import plan
from msoko_lib.project import Project

SIZES = (14, 50, 200)
KEEP = "MSOKO_BENCH_FOLDER"


def measure(project: Project) -> dict[str, Figures]:
    """What a year of this size takes, step by step."""
    years = project.raw_years()
    year, root = max(years), project.root
    for old in years[:-1]:
        shutil.rmtree(project.raw(old))
    found = {"intake of a year": timed([*MSOKO, "intake", year], root, may_fail=True)}
    found["indicators and one report"] = timed([*MSOKO, "run", year, "--only", "14"], root)
    jobs = plan(project, year)
    schools = [word for job in jobs if job.kind == "school" for word in ("--school", job.key)]
    reports = timed([*MSOKO, "run", year, *schools, "--force"], root)
    found["reports of all schools"] = reports
    told("  a school's report by the clock",
         Figures(*(value / (len(schools) / 2) for value in (reports.wall, reports.cpu)),
                 reports.memory_mb))  # fmt: skip
    found["whole run of the year"] = timed([*MSOKO, "run", year], root)
    return found


def exponent(sizes: list[int], values: list[float]) -> float:
    """k of ``a + b * n ** k`` with a, b not negative, by least squares of relative errors."""
    n, y = np.asarray(sizes, float), np.asarray(values, float)

    def errors(parts: np.ndarray) -> np.ndarray:
        a, b, k = parts
        return (a + b * n**k) / y - 1

    start = [y[0] / 2, (y[-1] - y[0] / 2) / n[-1], 1.0]
    bounds = ([0, 0, 0.1], [np.inf, np.inf, 3.0])
    return float(least_squares(errors, start, bounds=bounds).x[2])


def main(sizes: list[int]) -> None:
    """Measure each size and fit the growth."""
    rows: dict[str, list[Figures]] = {}
    for schools in sizes:
        with tempfile.TemporaryDirectory(dir=os.environ.get(KEEP)) as name:
            project = made_project(Path(name), schools)
            print(f"{schools} schools")
            for step, figures in measure(project).items():
                told(f"  {step}", figures)
                rows.setdefault(step, []).append(figures)
    for step, found in rows.items():
        cpu, memory = [row.cpu for row in found], [row.memory_mb for row in found]
        print(
            f"{step:<30} exponent of time {exponent(sizes, cpu):.2f}, "
            f"of memory {exponent(sizes, memory):.2f}"
        )


if __name__ == "__main__":
    main([int(value) for value in sys.argv[1:]] or list(SIZES))
