"""What the benchmarks share: whole processes measured, a municipality made for them."""

from __future__ import annotations

import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from msoko_lib.project import Project

REPOSITORY = Project.find(Path(__file__))
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# Variable: where municipalities are kept from one benchmark to the next.
KEEP = "MSOKO_BENCH_FOLDER"
# From sys/prctl.h.
_SET_CHILD_SUBREAPER = 36
# Often would be dear: the sum over all pages of a process takes a tenth of a second.
SAMPLING_S = 2.0
MSOKO = [str(Path(sys.executable).with_name("msoko"))]


@dataclass(frozen=True)
class Figures:
    """A finished process: seconds by the clock, of processors with all children, peak megabytes.

    Memory is the sum over the process and its children of what each would free by ending (PSS), so
    that pages which forks share are counted once.
    """

    wall: float
    cpu: float
    memory_mb: float


def timed(command: Sequence[str], root: Path, may_fail: bool = False) -> Figures:
    """Run a command to its end in the project ``root`` and measure it.

    Parameters
    ----------
    may_fail : bool
        Exit code 1 is a result: the demo has files that are refused.

    Raises
    ------
    RuntimeError
        If it fails: a figure of something that did not work is no figure.
    """
    env = {**os.environ, **ONE_THREAD, "MSOKO_ROOT": str(root)}
    _adopt_orphans()
    before = _children_cpu()
    begun = time.perf_counter()
    process = subprocess.Popen(
        list(command), env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process.pid, peak), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    wall = time.perf_counter() - begun
    _wait_for_orphans()
    if process.returncode > int(may_fail) or process.returncode < 0:
        raise RuntimeError(f"{' '.join(command)}:\n{output.decode(errors='replace')[-2000:]}")
    return Figures(wall, _children_cpu() - before, peak[0])


def _adopt_orphans() -> None:
    """Let processes whose parent ends become children of this one, so that they are counted."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _wait_for_orphans() -> None:
    try:
        while sys.platform == "linux":
            os.waitpid(-1, 0)
    except ChildProcessError:
        return


def _children_cpu() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _watch(pid: int, peak: list[float]) -> None:
    try:
        root = psutil.Process(pid)
        while root.is_running():
            total = sum(_pss(each) for each in [root, *root.children(recursive=True)])
            peak[0] = max(peak[0], total / 2**20)
            time.sleep(SAMPLING_S)
    except psutil.Error:
        return


def _pss(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().pss)
    except psutil.Error:
        return 0


def made_project(folder: Path, schools: int) -> Project:
    """A project with notebooks and parameters of the repository and the demo's raw files.

    One that stands there already is taken as it is.
    """
    project = Project(folder)
    if project.raw_years():
        return project
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("notebooks", "params"):
        (folder / name).symlink_to(REPOSITORY.root / name)
    timed([*MSOKO, "demo", "--schools", str(schools)], folder)
    return project


@contextmanager
def municipality(schools: int) -> Iterator[Project]:
    """One of so many schools: made anew, or taken from the folder that ``KEEP`` names and left."""
    kept = os.environ.get(KEEP)
    if kept:
        yield made_project(Path(kept) / f"{schools} schools", schools)
        return
    with tempfile.TemporaryDirectory() as name:
        yield made_project(Path(name), schools)


def median(figures: Iterable[Figures]) -> Figures:
    """Middle of each figure over several runs."""
    rows = list(figures)
    return Figures(
        statistics.median(row.wall for row in rows),
        statistics.median(row.cpu for row in rows),
        statistics.median(row.memory_mb for row in rows),
    )


def told(title: str, figures: Figures, more: str = "") -> None:
    """One line of a table."""
    print(
        f"{title:<48} {figures.wall:9.2f} s {figures.cpu:9.2f} s CPU "
        f"{figures.memory_mb:8.0f} MB  {more}".rstrip(),
        flush=True,
    )
