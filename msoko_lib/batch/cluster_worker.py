"""What a machine of a cluster does: tell who it is, take the files of a run, make its reports.

Every function here is called by :mod:`msoko_lib.batch.cluster` inside a worker of Dask. A worker
puts nothing in place: it gives a report's bytes back, so a report that is made twice, because a
machine was lost, leaves nothing behind. What was sent to it lies in the worker's own folder and is
taken away after the run; Dask removes that folder with the worker.
"""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import Any

from msoko_lib.batch.cluster_files import files_of_reports, hashes_of, must_agree
from msoko_lib.batch.forked_kernels import ENGINE, register
from msoko_lib.batch.kernel_client import KernelServer, can_fork
from msoko_lib.batch.plan import Job, tables_path
from msoko_lib.batch.report import Outcome, make_report
from msoko_lib.problems import Problem
from msoko_lib.project import OWN_VARIABLE, ROOT_VARIABLE, Project
from msoko_lib.versions import library_fingerprint, versions

# A project that the worker was started on. Read at import: making reports sets the variable.
_STARTED_ON = os.environ.get(ROOT_VARIABLE, "")


@dataclass(frozen=True)
class Made:
    """A report as it comes from a worker.

    ``files`` are the page and its tables, by their paths below the outputs of the year; empty
    where the report was not made. ``stranger`` is set by a worker that knows nothing of the run:
    it took the place of one that died.
    """

    outcome: Outcome
    files: Mapping[str, bytes] = field(default_factory=dict)
    stranger: bool = False


@dataclass(frozen=True)
class Run:
    """What the reports of one run have in common.

    Parameters
    ----------
    name : str
        No two runs have the same.
    school_year : str
    kinds : sequence of str
        Kinds of organisation that many reports are made of.
    memory_mb : int
        How much memory a report may take.
    environment : mapping
        Variables that fix the day and the commit which the reports print.
    """

    name: str
    school_year: str
    kinds: Sequence[str]
    memory_mb: int
    environment: Mapping[str, str]


@dataclass
class _Held:
    """A run that this worker takes part in."""

    root: Path
    is_sent: bool
    server: KernelServer | None = None


_runs: dict[str, _Held] = {}
_turn = threading.Condition()
_busy: list[str] = []


def introduce() -> dict[str, str]:
    """What must be the same on every machine, in words → version."""
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "distributed": metadata.version("distributed"),
        **versions(),
        "версия программы": library_fingerprint(),
    }


def take_part(run: Run, hashes: Mapping[str, str], dask_worker: Any) -> list[str]:
    """Begin a run; the names of the files that this worker must be sent.

    A worker that was started on a project of its own is sent nothing: its files must be the same.

    Raises
    ------
    Problem
        If they are not; the text names them.
    """
    if run.name in _runs:
        # Asked again after an answer was lost: its kernels may be warm.
        return [] if not _runs[run.name].is_sent else list(hashes)
    if _STARTED_ON:
        project = Project.find(_STARTED_ON)
        here = hashes_of(files_of_reports(project, run.school_year))
        names = [name for name in {**hashes, **here} if must_agree(name)]
        other = sorted(name for name in names if hashes.get(name) != here.get(name))
        if other:
            raise Problem(f"в папке {project.root} другие файлы: {_some(other)}")
        _runs[run.name] = _Held(project.root, is_sent=False)
        return []
    root = Path(dask_worker.local_directory) / f"msoko-{run.name}"
    root.mkdir(mode=0o700, exist_ok=True)
    _runs[run.name] = _Held(root, is_sent=True)
    return list(hashes)


def receive(run: Run, parcel: Mapping[str, bytes]) -> None:
    """Put files of the project where the reports of the run will look for them."""
    for name, content in parcel.items():
        path = _runs[run.name].root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def check_received(run: Run, hashes: Mapping[str, str]) -> list[str]:
    """Names of the files that did not arrive as they were sent."""
    held = _runs[run.name]
    if not held.is_sent:
        return []
    there = {name: held.root / name for name in hashes if (held.root / name).is_file()}
    arrived = hashes_of(there)
    return [name for name in hashes if arrived.get(name) != hashes[name]]


def make(run: Run, job: Job) -> Made:
    """Make one report and give it back; nothing of it stays here.

    Parameters
    ----------
    job : Job
        Its notebook is looked for by name in the project that this worker has.
    """
    with _only(run.name):
        held = _runs.get(run.name)
        if held is None:
            return Made(Outcome(job.key), stranger=True)
        os.environ.update(run.environment)
        if held.is_sent:
            # What was sent holds the municipality's own parameters where they are by default.
            os.environ.pop(OWN_VARIABLE, None)
        here = replace(job, notebook=Project(held.root).notebooks / job.notebook.name)
        with tempfile.TemporaryDirectory(prefix="msoko-") as folder:
            outputs = Path(folder)
            outcome = make_report(here, str(held.root), folder, _engine(run, held, job))
            # What is read here is read of a copy: the run counts all data of the year.
            outcome = replace(outcome, reads=None)
            if outcome.problem:
                return Made(outcome)
            tables = tables_path(outputs, job)
            return Made(
                outcome,
                {
                    tables.relative_to(outputs).as_posix(): tables.read_bytes(),
                    job.output: (outputs / job.output).read_bytes(),
                },
            )


def leave(name: str) -> None:
    """End a run: its kernels and the files that were sent for it."""
    with _turn:
        held = _runs.pop(name, None)
    if held is not None:
        # The worker goes on answering its scheduler meanwhile.
        threading.Thread(target=_clear, args=(held,), daemon=True).start()


def _clear(held: _Held) -> None:
    if held.server is not None:
        held.server.close()
    if held.is_sent:
        shutil.rmtree(held.root, ignore_errors=True)


@contextlib.contextmanager
def _only(name: str) -> Iterator[None]:
    """Reports of one run at a time: the project is named by a variable of the whole process."""
    with _turn:
        _turn.wait_for(lambda: set(_busy) <= {name})
        _busy.append(name)
    try:
        yield
    finally:
        with _turn:
            _busy.remove(name)
            _turn.notify_all()


def _engine(run: Run, held: _Held, job: Job) -> dict[str, Any]:
    """Forked kernels of one warm process, where that is possible; else none: papermill's own."""
    if not can_fork():
        return {}
    with _turn:
        if held.server is None:
            register()
            held.server = KernelServer(
                str(held.root), run.school_year, list(run.kinds), run.memory_mb
            )
    kind = job.kind if job.kind in run.kinds else ""
    return {"engine_name": ENGINE, "server": held.server, "kind": kind}


def _some(names: Sequence[str], most: int = 3) -> str:
    """The first of many names, and how many more there are."""
    more = f" и ещё {len(names) - most}" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"
