"""Run a plan: only what changed, in processes, and say what became of each report."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from msoko_lib.bank import write_atomically
from msoko_lib.batch.editions import owe
from msoko_lib.batch.forked_kernels import ENGINE, KernelServer, can_fork, register
from msoko_lib.batch.plan import UNIT_NOTEBOOKS, Job, safe_name
from msoko_lib.batch.report import Outcome, make_report, tables_path
from msoko_lib.privacy.patterns import personal_data
from msoko_lib.project import Project

STATE = ".state.json"
# Of so many organisations of a kind and more, what their reports share is computed beforehand.
WORTH_REHEARSING = 3
LOGS = ".log"
ASKED, NEW = "просили сделать заново", "отчёта ещё не было"
GONE = "файла отчёта нет на месте"
# Report → what it was made from, in words → hash.
State = dict[str, dict[str, str]]
NOT_TOLD = "Подробности не записаны: в них сведения о человеке.\n"
Progress = Callable[[str, int, int], None]


@dataclass
class RunResult:
    """Reports made, reports that were up to date, and the failed ones with their reason.

    ``reasons`` says of each report that was to be made why; ``unprinted`` are pages that were to be
    printed and were not, with the reason; ``told`` is what a person should know besides.
    """

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    reasons: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    unprinted: dict[str, str] = field(default_factory=dict)


def run_plan(
    project: Project,
    school_year: str,
    jobs: Sequence[Job],
    workers: int,
    force: bool,
    progress: Progress,
) -> RunResult:
    """Make every report of a plan that is stale, missing or asked for by ``force``.

    A failed report stops no other; its old edition, if there is one, stays in place.
    """
    outputs = project.outputs(school_year)
    outputs.mkdir(parents=True, exist_ok=True)
    state = read_state(outputs)
    result = RunResult()
    todo = []
    for job in jobs:
        reason = ASKED if force else why_stale(job, outputs, state)
        if reason:
            result.reasons[job.key] = reason
            todo.append(job)
        else:
            result.kept.append(job.key)
    progress("отчёты", 0, len(todo))
    for done, (job, outcome) in enumerate(
        _outcomes(project, school_year, outputs, todo, workers), start=1
    ):
        if outcome.problem:
            result.failed[job.key] = outcome.problem
            _keep_details(outputs, outcome)
        else:
            result.made.append(job.key)
            # First: a report that counts as made must reach an edition, whatever happens next.
            owe(outputs, job.key)
            state[job.key] = dict(job.sources)
            write_atomically(outputs / STATE, json.dumps(state, indent=1).encode())
        progress("отчёты", done, len(todo))
    return result


def _outcomes(
    project: Project, school_year: str, outputs: Path, jobs: Sequence[Job], workers: int
) -> Iterator[tuple[Job, Outcome]]:
    if not jobs:
        return
    root, place = str(project.root), str(outputs)
    if can_fork():
        yield from _on_forked_kernels(root, place, school_year, jobs, workers)
    else:
        yield from _in_processes(root, place, jobs, workers)


def _on_forked_kernels(
    root: str, place: str, school_year: str, jobs: Sequence[Job], workers: int
) -> Iterator[tuple[Job, Outcome]]:
    """Kernels do the work in processes of their own; threads here only wait for them.

    One report more than there are workers is under way: it starts its kernel and exports its
    page while the others compute.
    """
    register()
    counts = Counter[str](job.kind for job in jobs)
    many = [kind for kind in UNIT_NOTEBOOKS if counts[kind] >= WORTH_REHEARSING]
    server = KernelServer(root, school_year, many, jobs[0].limits.memory_mb)
    try:
        with ThreadPoolExecutor(min(workers + 1, len(jobs))) as pool:
            pending = {}
            for job in jobs:
                kind = job.kind if job.kind in many else ""
                engine = {"engine_name": ENGINE, "server": server, "kind": kind}
                pending[pool.submit(make_report, job, root, place, engine)] = job
            for future in as_completed(pending):
                yield pending[future], future.result()
    finally:
        server.close()


def _in_processes(
    root: str, place: str, jobs: Sequence[Job], workers: int
) -> Iterator[tuple[Job, Outcome]]:
    """Where nothing can be forked: a pool of processes, each starting kernels anew."""
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=get_context("spawn")) as pool:
        pending = {pool.submit(make_report, job, root, place): job for job in jobs}
        for future in as_completed(pending):
            job = pending[future]
            try:
                yield job, future.result()
            except BrokenProcessPool:
                why = "процесс прерван системой (возможно, не хватило памяти)"
                yield job, Outcome(job.key, why)


def _keep_details(outputs: Path, outcome: Outcome) -> None:
    """Details of a failure go to a file: a person is told only what failed."""
    if outcome.details:
        path = outputs / LOGS / f"{safe_name(outcome.key)}.txt"
        # A traceback may quote a value; what looks personal stays out of the log.
        details = NOT_TOLD if personal_data(outcome.details) else outcome.details
        write_atomically(path, details.encode())


def why_stale(job: Job, outputs: Path, state: State) -> str:
    """Why a report is to be made, in plain words; empty if it is in place and nothing changed."""
    then = state.get(job.key)
    if then is None:
        return NEW
    if not (outputs / job.output).is_file() or not tables_path(outputs, job).is_file():
        return GONE
    names = dict.fromkeys([*job.sources, *then])
    changed = [name for name in names if job.sources.get(name) != then.get(name)]
    return f"изменилось: {', '.join(changed)}" if changed else ""


def read_state(outputs: Path) -> State:
    """What the reports in place were made from; empty where nothing was made or it is damaged."""
    try:
        loaded = json.loads((outputs / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(loaded, dict):
        return {}
    return {key: then for key, then in loaded.items() if isinstance(then, dict)}
