"""Run a command of msoko in a process of its own and kill it, with all it has started."""

from __future__ import annotations

import math
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from small_town import State, what_is_broken

import msoko_lib.batch.year
import msoko_lib.publication.publish  # noqa: F401  (loaded once for every fork)
from msoko_lib.indicators.store import (
    cluster_table,
    indicator_table,
    screening_table,
    similar_table,
)
from msoko_lib.project import ROOT_VARIABLE, Project
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.year import open_year_of
from msoko_lib.versions import EPOCH_VARIABLE

EPOCH = "1750000000"
TRACEBACK = "Traceback (most recent call last)"


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code (negative: the signal), what it said, what it took."""

    code: int
    said: str
    seconds: float
    memory_mb: float


def command(
    project: Project,
    words: tuple[str, ...],
    kill_after: float | None = None,
    prepare: Callable[[], None] | None = None,
) -> Ended:
    """Run ``msoko WORDS`` in a fork of this process; the library is loaded already.

    Parameters
    ----------
    kill_after : float, optional
        Seconds after which the whole process group gets SIGKILL.
    prepare : callable, optional
        Called in the new process before the command.
    """
    out = project.root / "said.txt"
    begun = time.monotonic()
    pid = os.fork()
    if pid == 0:
        _be_the_command(project, words, out, prepare)
    status = usage = None
    while status is None:
        done, ended, used = os.wait4(pid, os.WNOHANG)
        if done:
            status, usage = ended, used
        elif kill_after is not None and time.monotonic() - begun > kill_after:
            os.killpg(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
        else:
            time.sleep(0.002)
    # Kernels are in groups of their own; they end with their server, which is killed too.
    memory = 0.0 if usage is None else usage.ru_maxrss / 1024
    said = out.read_text(encoding="utf-8", errors="replace")
    return Ended(os.waitstatus_to_exitcode(status), said, time.monotonic() - begun, memory)


def _be_the_command(
    project: Project, words: tuple[str, ...], out: Path, prepare: Callable[[], None] | None
) -> None:
    code = 1
    try:
        os.setsid()
        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
        os.environ[EPOCH_VARIABLE] = EPOCH
        os.environ["MSOKO_LOG"] = str(project.root / "fault.txt")
        os.environ.pop(ROOT_VARIABLE, None)
        sys.argv = ["msoko", *words, "--root", str(project.root)]
        from msoko_lib import cli
        from msoko_lib.cli.common import console

        console.width = 200
        if prepare is not None:
            prepare()
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        sys.stdout.flush()
    finally:
        os._exit(code)


def warm(project: Project, year: str) -> None:
    """Compute what every report asks for, as of the day on which the commands run.

    Kept beside the bank; what a command computes itself would be most of its time.
    """
    before = os.environ.get(EPOCH_VARIABLE)
    os.environ[EPOCH_VARIABLE] = EPOCH
    try:
        for table in (indicator_table, screening_table, similar_table, cluster_table):
            table(project, year)
        findings_of(open_year_of(project, year))
    finally:
        del os.environ[EPOCH_VARIABLE]
        if before is not None:
            os.environ[EPOCH_VARIABLE] = before


@dataclass
class Count:
    """Kills of one command and what came of them; ``spoilt`` has a line for each kill that lost."""

    tried: int = 0
    killed: int = 0
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0
    memory_mb: float = 0.0
    spoilt: list[str] = field(default_factory=list)

    def plus(self, other: Count) -> Count:
        """Both together; the longer time, the larger memory."""
        return Count(
            self.tried + other.tried,
            self.killed + other.killed,
            self.broken + other.broken,
            max(self.seconds, other.seconds),
            max(self.memory_mb, other.memory_mb),
            self.spoilt + other.spoilt,
        )


def kill_many(
    words: tuple[str, ...],
    before: Project,
    change: Callable[[Project], None],
    times: int,
    seed: int,
    folder: Path,
    until: float = math.inf,
) -> Count:
    """Kill a command at random moments; each time the next run must bring everything to its end.

    Parameters
    ----------
    before : Project
        The project as it stands before the command; copied for every attempt.
    change : callable
        What happens to the copy's inputs, so that the command has something to do.
    until : float
        Moment of the monotonic clock after which no other kill begins.
    """
    old = State.of(before)
    # At one path: what is shown or hashed with a path must be the same.
    place = folder / "killed"
    undisturbed = _copy(before, place, change)
    whole = command(undisturbed, words)
    count = Count(memory_mb=whole.memory_mb, seconds=whole.seconds)
    if whole.code not in (0, 1) or TRACEBACK in whole.said:
        count.broken.append(f"undisturbed: {whole.code} {whole.said}")
        return count
    new = State.of(undisturbed)
    chance = random.Random(seed)
    for _ in range(times):
        if time.monotonic() > until:
            break
        project = _copy(before, place, change)
        moment = chance.uniform(0, whole.seconds * 1.05)
        ended = command(project, words, kill_after=moment)
        count.tried += 1
        count.killed += ended.code == -signal.SIGKILL
        told = what_is_broken(project, old, new)
        again = command(project, words)
        count.memory_mb = max(count.memory_mb, again.memory_mb)
        if again.code != whole.code:
            told.append(f"the next run: code {again.code}, {again.said[-500:]}")
        told += [
            f"the next run gives another {name}" for name in State.of(project).differs_from(new)
        ]
        told += [TRACEBACK] * (TRACEBACK in ended.said + again.said)
        count.spoilt += told[:1]
        count.broken += [f"{' '.join(words)} killed after {moment:.2f} s: {line}" for line in told]
    return count


def _copy(before: Project, place: Path, change: Callable[[Project], None]) -> Project:
    project = copy_of(before, place)
    change(project)
    return project


def copy_of(before: Project, place: Path) -> Project:
    """The project at another place, in place of what stood there."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(before.root, place)
    return Project(place.resolve())
