"""Make one report: run its notebook, export it, check it, put it in place."""

from __future__ import annotations

import json
import os
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import papermill_engines
from papermill.execute import raise_for_execution_errors
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from msoko_lib.atomic import write_atomically
from msoko_lib.batch.depends import reads_by_the_library_alone
from msoko_lib.batch.kernel_server import CELLS, READS
from msoko_lib.batch.plan import Job, Limits, tables_path
from msoko_lib.privacy.outgoing import outgoing_of
from msoko_lib.project import ROOT_VARIABLE, Project
from msoko_lib.reporting.collected import collect_tables
from msoko_lib.reporting.exporter import export_notebook
from msoko_lib.reporting.html_check import check_html
from msoko_lib.troubles import of_system

START_TIMEOUT_S = 120
# A notebook with its results, and what it has read.
Executed = tuple[nbformat.NotebookNode, dict[str, str] | None]


@dataclass(frozen=True)
class Outcome:
    """What became of a report.

    ``problem`` is empty if it is in place, else says in plain words why not; ``details`` are for
    whoever mends the program. ``reads`` is what the report has read (see :mod:`msoko_lib.reads`);
    None where nobody looked.
    """

    key: str
    problem: str = ""
    details: str = ""
    reads: Mapping[str, str] | None = None


def make_report(
    job: Job, root: str, outputs: str, engine: Mapping[str, Any] | None = None
) -> Outcome:
    """Run a job to its end; the old report stays in place unless a good new one is ready.

    Success is “the call returned”: after a dead kernel the saved notebook still says
    ``completed``, so nothing is read from there.

    Parameters
    ----------
    engine : mapping, optional
        Arguments that choose papermill's engine; none: its own, with a kernel started anew.
    """
    os.environ[ROOT_VARIABLE] = root
    try:
        notebook, reads = _execute(job, engine or {})
        html = export_notebook(notebook, job.meta)
        outgoing = outgoing_of(Project(Path(root)), job.parameters.school_year)
        problems = [*check_html(html), *outgoing.faults(job.output, html.encode())]
        if problems:
            return Outcome(job.key, "отчёт не прошёл проверку: " + "; ".join(problems))
        write_atomically(
            tables_path(Path(outputs), job),
            json.dumps(
                [dict(table.payload) for table in collect_tables(notebook, job.title)],
                ensure_ascii=False,
            ).encode(),
        )
        write_atomically(Path(outputs) / job.output, html.encode())
    # One failed report must not stop the others, whatever it failed of.
    except Exception as problem:
        return Outcome(job.key, _reason(problem, job.limits), traceback.format_exc())
    return Outcome(job.key, reads=reads)


def _execute(job: Job, engine: Mapping[str, Any]) -> Executed:
    try:
        return _execute_once(job, engine)
    except (DeadKernelError, RuntimeError):
        # A kernel's start fails now and then under load; once more is enough.
        return _execute_once(job, engine)


def _execute_once(job: Job, engine: Mapping[str, Any]) -> Executed:
    with tempfile.TemporaryDirectory(prefix="msoko-") as folder:
        reads = Path(folder) / "reads.json"
        # Only a kernel that is forked can tell what it has read.
        told = {"reads": str(reads)} if engine else {}
        notebook = _run(job, {"engine_name": None, **engine, **told})
        return notebook, _reads_of(notebook, reads)


def _run(job: Job, options: Mapping[str, Any]) -> nbformat.NotebookNode:
    """What ``papermill.execute_notebook`` does, but for the file: nobody reads the notebook again.

    To write it takes a third of all that a report costs outside its kernel.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        notebook = parameterize_notebook(
            load_notebook_node(str(job.notebook)),
            job.parameters.model_dump(),
            kernel_name="python3",
            engine_name=options["engine_name"],
        )
        executed = papermill_engines.execute_notebook_with_engine(
            nb=notebook,
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            start_timeout=START_TIMEOUT_S,
            execution_timeout=job.limits.cell_s,
            autosave_cell_every=0,
            **options,
        )
        raise_for_execution_errors(executed, None)
    return executed


def _reads_of(notebook: nbformat.NotebookNode, path: Path) -> dict[str, str] | None:
    """What the cells have read; None if that is not known of every one of them."""
    run = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.execution_count]
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        if told[CELLS] != len(run) or not reads_by_the_library_alone(notebook):
            return None
        return dict(told[READS])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _reason(problem: Exception, limits: Limits) -> str:
    """Why a report failed, in one line."""
    if isinstance(problem, papermill.PapermillExecutionError):
        if problem.ename == "MemoryError":
            return (
                f"ячейке {problem.exec_count} тетради не хватило памяти (предел report_memory_mb: "
                f"{limits.memory_mb} МБ)"
            )
        return f"ошибка при выполнении ячейки {problem.exec_count} тетради"
    # Before OSError: a time-out is one too.
    if isinstance(problem, CellTimeoutError):
        return f"ячейка тетради считалась дольше {limits.cell_s} с (предел report_cell_seconds)"
    if isinstance(problem, DeadKernelError):
        return "вычислительный процесс прервался (возможно, не хватило памяти)"
    if isinstance(problem, OSError):
        return of_system(problem)
    return "внутренняя ошибка"
