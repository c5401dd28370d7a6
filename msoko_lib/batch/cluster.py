"""Reports of a run made by the machines of a Dask cluster.

The client decides everything: it sends each machine what the reports are made from, gives it one
report at a time for each of its threads, takes the ready report back as bytes and puts it in
place. So the machines share no folder, states and editions have one writer, and a report that is
given out again, because its machine was lost, is put in place once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import time
import traceback
from asyncio import CancelledError
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from msoko_lib.atomic import write_atomically
from msoko_lib.batch import cluster_worker
from msoko_lib.batch.cluster_files import files_of_reports, hashes_of, parcels
from msoko_lib.batch.cluster_link import (
    CALL_S,
    ClusterProblem,
    ask,
    connected,
    refusal,
    strangers,
    workers_of,
)
from msoko_lib.batch.cluster_worker import Made, Run
from msoko_lib.batch.hands import kinds_of_many
from msoko_lib.batch.plan import Job
from msoko_lib.batch.report import Outcome
from msoko_lib.problems import Problem
from msoko_lib.project import Project
from msoko_lib.troubles import of_system
from msoko_lib.versions import COMMIT_VARIABLE, EPOCH_VARIABLE, build_date, commit

# How long a scheduler may be out of reach, and how long a run waits for a machine to join.
LOST_S, NOBODY_S = 30.0, 60.0
LOOK_S = 2.0
# A report that has taken so many machines down with it is not tried on a further one.
ATTEMPTS = 3
AGAIN = "Готовые отчёты на месте; повторите команду, будут сделаны только оставшиеся."


def cluster_outcomes(
    project: Project, school_year: str, outputs: Path, jobs: Sequence[Job], address: str
) -> Iterator[tuple[Job, Outcome]]:
    """What became of each report, in the order in which they end.

    Parameters
    ----------
    jobs : sequence of Job
        At least one.
    address : str
        Of the scheduler: ``tcp://host:port`` or ``tls://host:port``.

    Raises
    ------
    ClusterProblem
        If the scheduler or all machines are lost; what was given before stays in place.
    """
    # The whole of the day that the client has, whatever the clock of a machine says.
    noon = dt.datetime.combine(build_date(), dt.time(12), dt.UTC)
    run = Run(
        name=secrets.token_hex(8),
        school_year=school_year,
        kinds=kinds_of_many(jobs),
        memory_mb=jobs[0].limits.memory_mb,
        environment={
            EPOCH_VARIABLE: os.environ.get(EPOCH_VARIABLE) or str(int(noon.timestamp())),
            COMMIT_VARIABLE: commit(project.delivery),
        },
    )
    with connected(address) as client:
        team = _Team(client, address, run, files_of_reports(project, school_year))
        try:
            for job, made in team.make_all(jobs):
                yield job, _put_in_place(outputs, made)
        finally:
            team.dismiss()


def _put_in_place(outputs: Path, made: Made) -> Outcome:
    """Write what a machine has made; the page last, as on one machine."""
    try:
        for name, content in made.files.items():
            write_atomically(outputs / name, content)
    except OSError as problem:
        return Outcome(made.outcome.key, of_system(problem))
    return made.outcome


class _Team:
    """The machines of a run, the reports that each of them is making, and those that wait.

    Parameters
    ----------
    client
        Of the scheduler.
    address : str
        Of the scheduler, for messages.
    run : Run
    files : mapping
        What every machine needs: name → file.
    """

    def __init__(self, client: Any, address: str, run: Run, files: Mapping[str, Path]) -> None:
        self._client, self._address = client, address
        self._run, self._files = run, files
        self._hashes = hashes_of(files)
        self._ready: dict[str, int] = {}
        self._refused: dict[str, str] = {}
        self._under_way: dict[Any, tuple[Job, str]] = {}
        self._attempts = Counter[str]()
        self._begun = self._has_looked = False
        self._reached = self._staffed = time.monotonic()

    def make_all(self, jobs: Sequence[Job]) -> Iterator[tuple[Job, Made]]:
        """Every report once, whatever becomes of the machines."""
        waiting = deque(jobs)
        while waiting or self._under_way:
            unmade = self._look_round()
            while waiting and (worker := self._free()):
                self._give(waiting.popleft(), worker)
            for future in self._ended():
                job, worker = self._under_way.pop(future)
                made = self._result(future, job)
                if made is not None and not made.stranger:
                    yield job, made
                    continue
                # The process at this address is another one, or its answer was lost with it.
                self._ready.pop(worker, None)
                self._has_looked = False
                unmade.append(job)
            for job in unmade:
                if self._attempts[job.key] < ATTEMPTS:
                    waiting.appendleft(job)
                else:
                    yield job, Made(Outcome(job.key, _killed()))

    def dismiss(self) -> None:
        """Take back whatever is not ready and let every machine clear up."""
        with contextlib.suppress(Exception):
            self._client.cancel(list(self._under_way), force=True)
        with contextlib.suppress(Exception):
            ask(self._client, list(self._ready), cluster_worker.leave, self._run.name)

    def _look_round(self) -> list[Job]:
        """See which machines are there; the reports of those that are gone.

        Raises
        ------
        ClusterProblem
            If the scheduler is out of reach or nobody has been there for long.
        """
        now = time.monotonic()
        if self._has_looked and self._ready and now - self._reached < LOOK_S:
            return []
        try:
            there = workers_of(self._client)
            self._prepare([worker for worker in there if worker not in self._ready], there)
            self._reached, self._has_looked = time.monotonic(), True
        # A client that has lost its scheduler says so in many ways.
        except (OSError, RuntimeError, ValueError, AttributeError):
            if self._client.status == "closed" or now - self._reached > LOST_S:
                raise ClusterProblem(
                    f"Связь с планировщиком {self._address} потеряна. {AGAIN}"
                ) from None
            time.sleep(min(LOOK_S, 0.5))
            return []
        self._ready = {worker: self._ready[worker] for worker in self._ready if worker in there}
        if self._ready:
            self._staffed = time.monotonic()
        elif time.monotonic() - self._staffed > NOBODY_S:
            raise ClusterProblem(
                f"У планировщика {self._address} не осталось рабочих машин. {AGAIN}"
            )
        else:
            time.sleep(min(LOOK_S, 0.5))
        gone = [future for future, (_, worker) in self._under_way.items() if worker not in there]
        lost = [self._under_way.pop(future)[0] for future in gone]
        if gone:
            self._client.cancel(gone, force=True)
        return lost

    def _prepare(self, workers: Sequence[str], threads: Mapping[str, int]) -> None:
        """Let machines into the run once they have what the reports are made from.

        At the beginning a machine that does not fit stops the run; one that comes later is left
        aside: the others go on.
        """
        new = [worker for worker in workers if worker not in self._refused]
        if not new:
            return
        refused = strangers(ask(self._client, new, cluster_worker.introduce))
        fit = [worker for worker in new if worker not in refused]
        wanting = {}
        for worker, answer in self._asked(fit, cluster_worker.take_part, self._hashes).items():
            if isinstance(answer, Problem):
                refused[worker] = str(answer)
            elif not isinstance(answer, Exception):
                wanting[worker] = bool(answer)
        sent_to = [worker for worker, wants in wanting.items() if wants]
        if sent_to:
            for parcel in parcels(self._files):
                self._asked(sent_to, cluster_worker.receive, parcel)
        for worker, wrong in self._asked(
            list(wanting), cluster_worker.check_received, self._hashes
        ).items():
            if wrong == []:
                self._ready[worker] = threads[worker]
            elif not isinstance(wrong, Exception):
                refused[worker] = f"файлы дошли не такими, какими посланы: {wrong[0]}"
        if refused and not self._begun:
            raise refusal(refused)
        self._refused |= refused
        self._begun = True

    def _asked(self, workers: Sequence[str], what: Any, *words: Any) -> dict[str, Any]:
        return ask(self._client, workers, what, self._run, *words)

    def _free(self) -> str:
        """A machine that has a thread to spare; empty if all are at work."""
        load = Counter(worker for _, worker in self._under_way.values())
        spare = {worker: threads - load[worker] for worker, threads in self._ready.items()}
        worker = max(spare, key=lambda each: spare[each], default="")
        return worker if worker and spare[worker] > 0 else ""

    def _give(self, job: Job, worker: str) -> None:
        self._attempts[job.key] += 1
        # A path of this system need not be one on the other machine; its name is enough.
        sent = replace(job, notebook=PurePosixPath(job.notebook.name))  # type: ignore[arg-type]
        future = self._client.submit(
            cluster_worker.make, self._run, sent,
            key=f"msoko-{self._run.name}-{job.key}-{self._attempts[job.key]}",
            workers=[worker], allow_other_workers=False, pure=False, retries=0,
        )  # fmt: skip
        self._under_way[future] = (job, worker)

    def _ended(self) -> list[Any]:
        """Reports that came to an end; waits a little for the first."""
        from distributed import wait

        if self._under_way:
            # A report that was lost ends the waiting too: what became of it is seen below.
            with contextlib.suppress(Exception, CancelledError):
                wait(list(self._under_way), timeout=LOOK_S, return_when="FIRST_COMPLETED")
        return [future for future in self._under_way if future.done()]

    def _result(self, future: Any, job: Job) -> Made | None:
        """What a machine gave back; None if the machine was lost and gave nothing."""
        from distributed import KilledWorker

        is_error = future.status == "error"
        try:
            made: Made = future.result(timeout=CALL_S)
        except (OSError, CancelledError, KilledWorker):
            return None
        except Exception:
            # Dask has more words for what was lost; an error is what the report itself ended in.
            if not is_error:
                return None
            return Made(Outcome(job.key, "внутренняя ошибка", traceback.format_exc()))
        finally:
            future.release()
        return made


def _killed() -> str:
    return (
        f"машины, делавшие отчёт, прерывались {ATTEMPTS} раза подряд (возможно, не хватило памяти)"
    )
