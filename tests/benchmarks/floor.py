"""The floor of a yearly run: the cells of all reports in one warm process, nothing else.

No kernel, no messages, no export, no file. Run in a project:
``python tests/benchmarks/floor.py YEAR``; prints the seconds that the cells took.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time

import nbformat
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from msoko_lib.batch.kernel_server import preload, take
from msoko_lib.batch.plan import Job, plan
from msoko_lib.project import Project
from msoko_lib.subsystems.warm import warm_steps


def main(school_year: str) -> None:
    """Run every report's cells one after another, the shared work of the year included."""
    project = Project.find()
    jobs = plan(project, school_year)
    preload(str(project.root))
    steps = warm_steps(school_year, ("school", "preschool"))
    shell = InteractiveShell.instance()
    shell.display_pub = CapturingDisplayPublisher(shell=shell)
    begun = time.perf_counter()
    for step in steps:
        take(step)
    for job in jobs:
        with contextlib.redirect_stdout(io.StringIO()):
            run_cells(shell, job)
    print(f"{time.perf_counter() - begun:.3f}")


def run_cells(shell: InteractiveShell, job: Job) -> None:
    """Run the code cells of a report with its parameters.

    Raises
    ------
    RuntimeError
        If a cell fails.
    """
    shell.reset(new_session=False)
    for cell in nbformat.read(job.notebook, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        done = shell.run_cell(cell.source, store_history=False)
        if not done.success:
            raise RuntimeError(f"{job.key}: {cell.source}")
        if "parameters" in cell.metadata.get("tags", []):
            shell.user_ns.update(job.parameters.model_dump())


if __name__ == "__main__":
    main(sys.argv[1])
