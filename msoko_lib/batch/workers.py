"""Who makes the reports of a run: kernels forked from one warm process, else processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

from msoko_lib.batch.documents_step import documents_written
from msoko_lib.batch.forked_kernels import ENGINE, register
from msoko_lib.batch.hands import Hands, kinds_of_many
from msoko_lib.batch.kernel_client import KernelServer, can_fork
from msoko_lib.batch.kernel_server import DOCUMENTS
from msoko_lib.batch.plan import Job
from msoko_lib.batch.report import Outcome, make_report
from msoko_lib.project import Project

# Says of the year's documents what is to be told of them; None: they could not be made beside.
Documents = Callable[[str | None], None]


def outcomes_of(
    project: Project,
    school_year: str,
    outputs: Path,
    jobs: Sequence[Job],
    hands: Hands,
    documents: Documents | None = None,
) -> Iterator[tuple[Job, Outcome]]:
    """What became of each report, in the order in which they end.

    Parameters
    ----------
    jobs : sequence of Job
        At least one.
    hands : Hands
        Who makes them.
    documents : callable, optional
        Where given, the documents of the year are written beside the reports: they speak of the
        same tables. Called once, when the last report has been made.
    """
    if hands.scheduler:
        from msoko_lib.batch.cluster import cluster_outcomes

        yield from cluster_outcomes(project, school_year, outputs, jobs, hands.scheduler)
        return
    root, place, workers, server = str(project.root), str(outputs), hands.workers, hands.server
    if server is not None:
        yield from _on_forked_kernels(server, root, place, school_year, jobs, workers, documents)
    elif can_fork():
        with KernelServer(root, school_year, waits=True) as own:
            yield from _on_forked_kernels(own, root, place, school_year, jobs, workers, documents)
    else:
        yield from _in_processes(root, place, school_year, jobs, workers, documents)


def _on_forked_kernels(
    server: KernelServer,
    root: str,
    place: str,
    school_year: str,
    jobs: Sequence[Job],
    workers: int,
    documents: Documents | None,
) -> Iterator[tuple[Job, Outcome]]:
    """Kernels do the work in processes of their own; threads here only wait for them.

    One report more than there are workers is under way: it starts its kernel and exports its
    page while the others compute.
    """
    register()
    many = kinds_of_many(jobs)
    server.begin(many, jobs[0].limits.memory_mb)
    with ThreadPoolExecutor(min(workers + 1, len(jobs))) as pool:
        pending = {}
        # First, because they take longer than most reports.
        written = pool.submit(server.call, DOCUMENTS, root, school_year) if documents else None
        for job in jobs:
            kind = job.kind if job.kind in many else ""
            engine = {"engine_name": ENGINE, "server": server, "kind": kind}
            pending[pool.submit(make_report, job, root, place, engine)] = job
        for future in as_completed(pending):
            yield pending[future], future.result()
        if documents and written:
            documents(_told(written))


def _in_processes(
    root: str,
    place: str,
    school_year: str,
    jobs: Sequence[Job],
    workers: int,
    documents: Documents | None,
) -> Iterator[tuple[Job, Outcome]]:
    """Where nothing can be forked: a pool of processes, each starting kernels anew."""
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=get_context("spawn")) as pool:
        written = None
        if documents:
            written = pool.submit(documents_written, Project(Path(root)), school_year)
        pending = {pool.submit(make_report, job, root, place): job for job in jobs}
        for future in as_completed(pending):
            job = pending[future]
            try:
                yield job, future.result()
            except BrokenProcessPool:
                why = "процесс прерван системой (возможно, не хватило памяти)"
                yield job, Outcome(job.key, why)
        if documents and written:
            documents(_told(written))


def _told(written: Future[str]) -> str | None:
    try:
        return written.result()
    # A process that was ended by the system: the run writes the documents itself.
    except (RuntimeError, BrokenProcessPool):
        return None
