"""Run a plan: only what changed, in processes, and say what became of each report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from msoko_lib.atomic import write_atomically
from msoko_lib.batch.depends import Present, Record, read_record, tables_of, write_record
from msoko_lib.batch.editions import owe
from msoko_lib.batch.hands import kinds_of_many
from msoko_lib.batch.plan import DATA, Job, banks_read, data_sources, safe_name, tables_path
from msoko_lib.batch.result import RunResult
from msoko_lib.privacy.patterns import personal_data
from msoko_lib.project import Project

if TYPE_CHECKING:
    from msoko_lib.batch.hands import Hands
    from msoko_lib.batch.report import Outcome
    from msoko_lib.batch.workers import Documents

STATE = ".state.json"
LOGS = ".log"
ASKED, NEW = "просили сделать заново", "отчёта ещё не было"
GONE = "файла отчёта нет на месте"
# Report → what it was made from, in words → hash.
State = dict[str, dict[str, str]]
NOT_TOLD = "Подробности не записаны: в них сведения о человеке.\n"
Progress = Callable[[str, int, int], None]


def run_plan(
    project: Project,
    school_year: str,
    jobs: Sequence[Job],
    hands: Hands,
    force: bool,
    progress: Progress,
    documents: Documents | None = None,
) -> RunResult:
    """Make every report of a plan that is stale, missing or asked for by ``force``.

    A failed report stops no other; its old edition, if there is one, stays in place.

    Parameters
    ----------
    documents : callable, optional
        Told what became of the year's documents, which are then written beside the reports; not
        called where no report is made.
    """
    outputs = project.outputs(school_year)
    outputs.mkdir(parents=True, exist_ok=True)
    state = read_state(outputs)
    result = RunResult()
    result.reasons = _reasons(project, school_year, jobs, state, force)
    todo = [job for job in jobs if job.key in result.reasons]
    for job in jobs:
        if job.key in result.reasons:
            continue
        result.kept.append(job.key)
        if state[job.key] != job.sources:
            result.moved.append(job.key)
            _move(outputs, job, state)
    if result.moved:
        write_atomically(outputs / STATE, json.dumps(state, indent=1).encode())
    if not todo:
        return result
    if hands.server is not None:
        # It opens the year while this process loads the rest.
        hands.server.begin(kinds_of_many(todo), todo[0].limits.memory_mb)
    # Loaded only where there is work: a run with nothing to do must not wait for it.
    from msoko_lib.batch.workers import outcomes_of

    progress("отчёты", 0, len(todo))
    for done, (job, outcome) in enumerate(
        outcomes_of(project, school_year, outputs, todo, hands, documents), start=1
    ):
        if outcome.problem:
            result.failed[job.key] = outcome.problem
            _keep_details(outputs, outcome)
        else:
            result.made.append(job.key)
            # First: a report that counts as made must reach an edition, whatever happens next.
            owe(outputs, job.key)
            write_record(outputs, job, _record(project, job, outcome))
            state[job.key] = dict(job.sources)
            write_atomically(outputs / STATE, json.dumps(state, indent=1).encode())
        progress("отчёты", done, len(todo))
    return result


def _keep_details(outputs: Path, outcome: Outcome) -> None:
    """Details of a failure go to a file: a person is told only what failed."""
    if outcome.details:
        path = outputs / LOGS / f"{safe_name(outcome.key)}.txt"
        # A traceback may quote a value; what looks personal stays out of the log.
        details = NOT_TOLD if personal_data(outcome.details) else outcome.details
        write_atomically(path, details.encode())


def _reasons(
    project: Project, school_year: str, jobs: Sequence[Job], state: State, force: bool
) -> dict[str, str]:
    """Reports to be made → why."""
    outputs = project.outputs(school_year)
    # What it has opened to compare is let go before the reports are made.
    present = Present(project, banks_read(project, school_year))
    told = {job.key: ASKED if force else why_stale(job, outputs, state, present) for job in jobs}
    return {key: why for key, why in told.items() if why}


def _record(project: Project, job: Job, outcome: Outcome) -> Record | None:
    """What a report just made has read; None if it is not sure of what these data were."""
    if outcome.reads is None or data_sources(project, job.parameters.school_year) != _data(
        job.sources
    ):
        return None
    tables = tables_of(banks_read(project, job.parameters.school_year))
    return Record(job.sources, dict(outcome.reads), tables)


def _move(outputs: Path, job: Job, state: State) -> None:
    """A report that has read nothing of what changed counts as made from the data of now."""
    record = read_record(outputs, job, state[job.key])
    if record is not None:
        write_record(outputs, job, replace(record, sources=job.sources))
    state[job.key] = dict(job.sources)


def _data(sources: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in sources.items() if name.startswith(DATA)}


def why_stale(job: Job, outputs: Path, state: State, present: Present | None = None) -> str:
    """Why a report is to be made, in plain words; empty if it is in place and nothing changed.

    Parameters
    ----------
    present : Present, optional
        Knows of what a report has read whether it is still so. Without it all data of a year
        count, whatever the report has read of them.
    """
    then = state.get(job.key)
    if then is None:
        return NEW
    if not (outputs / job.output).is_file() or not tables_path(outputs, job).is_file():
        return GONE
    names = dict.fromkeys([*job.sources, *then])
    changed = [name for name in names if job.sources.get(name) != then.get(name)]
    if not changed:
        return ""
    coarse = f"изменилось: {', '.join(changed)}"
    # A year that has come or gone is more than a change of what was read.
    if present is None or not all(
        name.startswith(DATA) and name in job.sources and name in then for name in changed
    ):
        return coarse
    record = read_record(outputs, job, then)
    if record is None:
        return coarse
    other = present.changed(record.reads)
    if not other:
        return ""
    return f"изменилось: {present.in_words(other, record)}"


def read_state(outputs: Path) -> State:
    """What the reports in place were made from; empty where nothing was made or it is damaged."""
    try:
        loaded = json.loads((outputs / STATE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(loaded, dict):
        return {}
    return {key: then for key, then in loaded.items() if isinstance(then, dict)}
