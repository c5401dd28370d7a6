"""How time and memory grow with the number of schools: 14, 50, 200 and, if asked, 1,000.

For each size a municipality is made. Its newest year, without history, is read, its indicators
computed, then all its reports made with documents, workbook and edition; what one more report of a
school takes by the clock is the difference between runs of few and of more schools. The exponent k
of ``a + b * schools ** k`` is fitted over the sizes: 1 is linear.

Run: ``python tests/benchmarks/bench_growth.py [SCHOOLS …]``. With ``MSOKO_BENCH_FOLDER`` the
municipalities are made there, taken from there and left there. Asserts nothing.
"""

from __future__ import annotations

import shutil
import sys

import numpy as np
from harness import MSOKO, Figures, municipality, timed, told
from scipy.optimize import least_squares

from msoko_lib.bank import Bank
from msoko_lib.batch.plan import reported_schools
from msoko_lib.project import Project

SIZES = (14, 50, 200)
FEW, MORE = 4, 14


def measure(project: Project) -> dict[str, Figures]:
    """What a year of this size takes, step by step."""
    years = project.raw_years()
    year, root = max(years), project.root
    for old in years[:-1]:
        shutil.rmtree(project.raw(old))
    shutil.rmtree(project.root / "data" / "processed", ignore_errors=True)
    shutil.rmtree(project.root / "outputs", ignore_errors=True)
    found = {"intake of a year": timed([*MSOKO, "intake", year], root, may_fail=True)}
    found["indicators and one report"] = timed([*MSOKO, "run", year, "--only", "14"], root)
    found["all reports of the year"] = timed([*MSOKO, "run", year], root)
    told("  one more report of a school", one_more(project, year))
    return found


def one_more(project: Project, year: str) -> Figures:
    """What a report of a school takes where many are made."""
    schools = list(reported_schools(Bank(project, year))["school_id"])
    few, more = (
        timed(
            [*MSOKO, "run", year, "--force"]
            + [word for school in schools[:count] for word in ("--school", school)],
            project.root,
        )
        for count in (FEW, MORE)
    )
    n = MORE - FEW
    return Figures((more.wall - few.wall) / n, (more.cpu - few.cpu) / n, more.memory_mb)


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
        with municipality(schools) as project:
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
