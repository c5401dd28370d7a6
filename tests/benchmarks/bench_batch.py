"""The yearly run against a plain loop and against the floor: medians and ratios of one session.

- plain loop: ``papermill`` and ``jupyter nbconvert`` one after the other for each notebook, a
  user's default, measured on two reports of each kind and counted up to the whole year;
- run: ``msoko run --force`` on the same notebooks and data, documents, workbook, edition and all;
- floor: the cells of all reports in one warm process (``floor.py``), divided by the processors.

Run: ``python tests/benchmarks/bench_batch.py [SCHOOLS [RUNS]]``. Asserts nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import openpyxl
from harness import MSOKO, ONE_THREAD, Figures, made_project, median, timed, told

from msoko_lib.batch.plan import Job, plan
from msoko_lib.project import Project

# Reports of a kind that the plain loop is measured on.
SAMPLE = 2
# Folders of the demo: files that many or few reports depend on.
CHANGED = ("ВсОШ/Школьный этап", "ВПР", "Формы")


def plain(job: Job, folder: Path, root: Path) -> Figures:
    """What papermill and nbconvert need for one report."""
    done = folder / f"{job.key}.ipynb"
    values = [part for name, value in job.parameters.model_dump().items()
              for part in ("-r", name, str(value))]  # fmt: skip
    run = timed(
        [sys.executable, "-m", "papermill", str(job.notebook), str(done), *values,
         "--no-progress-bar"], root,
    )  # fmt: skip
    export = timed(
        [sys.executable, "-m", "nbconvert", "--to", "html", str(done), "--log-level", "ERROR"], root
    )
    return Figures(
        run.wall + export.wall, run.cpu + export.cpu, max(run.memory_mb, export.memory_mb)
    )


def plain_loop(jobs: list[Job], root: Path) -> Figures:
    """The loop over all reports, counted up from a sample of each kind."""
    wall = cpu = memory = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for kind in dict.fromkeys(job.kind for job in jobs):
            of_kind = [job for job in jobs if job.kind == kind]
            sample = of_kind[:: max(1, len(of_kind) // SAMPLE)][:SAMPLE]
            found = [plain(job, Path(folder), root) for job in sample]
            share = len(of_kind) / len(sample)
            wall += share * sum(item.wall for item in found)
            cpu += share * sum(item.cpu for item in found)
            memory = max(memory, *(item.memory_mb for item in found))
            told(f"  one report, plain: {kind}", median(found))
    return Figures(wall, cpu, memory)


def floor(root: Path, school_year: str) -> float:
    """Seconds of the cells alone, on all processors."""
    script = Path(__file__).with_name("floor.py")
    env = {**os.environ, **ONE_THREAD, "MSOKO_ROOT": str(root)}
    done = subprocess.run(
        [sys.executable, str(script), school_year], env=env, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return float(done.stdout.splitlines()[-1]) / (os.cpu_count() or 1)


def clear_a_number(project: Project, school_year: str, folder: str) -> None:
    """Empty the last cell with a number in the first file of a folder that is a workbook."""
    for path in sorted(project.raw(school_year).glob(f"{folder}/*.xlsx")):
        if not zipfile.is_zipfile(path):
            continue
        book = openpyxl.load_workbook(path)
        cells = [
            cell for sheet in book.worksheets if sheet.sheet_state == "visible"
            for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int)
        ]  # fmt: skip
        if cells:
            cells[-1].value = None
            book.save(path)
            return


def after_a_change(project: Project, school_year: str, jobs: list[Job], folder: str) -> None:
    """A run after one file has changed, and how many reports it made."""
    clear_a_number(project, school_year, folder)
    pages = [project.outputs(school_year) / job.output for job in jobs]
    before = [path.stat().st_mtime_ns for path in pages]
    figures = timed([*MSOKO, "run", school_year], project.root)
    made = sum(path.stat().st_mtime_ns != then for path, then in zip(pages, before, strict=True))
    told(f"one file changed: {folder}", figures, f"{made} of {len(pages)} reports made")


def main(schools: int = 14, runs: int = 3) -> None:
    """Measure all of it on one made municipality."""
    with tempfile.TemporaryDirectory() as name:
        project = made_project(Path(name), schools)
        root, year = project.root, max(project.raw_years())
        first = timed([*MSOKO, "run", year], root)
        jobs = plan(project, year)
        print(f"{schools} schools, {len(jobs)} reports, {os.cpu_count()} processors")
        told("first run: three years read, reports made", first)
        loops, forced, floors = [], [], []
        for _ in range(runs):
            forced.append(timed([*MSOKO, "run", year, "--force"], root))
            floors.append(floor(root, year))
        loops.append(plain_loop(jobs, root))
        loop, run = median(loops), median(forced)
        least = sorted(floors)[len(floors) // 2]
        told("plain loop, counted up", loop)
        told("msoko run --force", run, f"{loop.wall / run.wall:.1f} times faster than the loop")
        print(
            f"{'floor: the cells alone':<48} {least:9.2f} s  run / floor = {run.wall / least:.2f}"
        )
        told("nothing changed", median(timed([*MSOKO, "run", year], root) for _ in range(runs)))
        for folder in CHANGED:
            after_a_change(project, year, jobs, folder)


if __name__ == "__main__":
    main(*(int(value) for value in sys.argv[1:]))
