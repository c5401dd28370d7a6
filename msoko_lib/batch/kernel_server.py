"""A process that has loaded everything once and forks a clean kernel for every report.

A kernel of its own spends most of its start on imports. Forked from a process that has imported
them, it starts in a fraction of that, and still begins clean: what one report does to its process
dies with it, so results do not depend on order or number of jobs. Kernels are never reused.

Run as ``python -m msoko_lib.batch.kernel_server ROOT YEAR``; it speaks JSON lines. It loads the
library at once and opens the year when it is told ``{"begin": [kind, …], "memory_mb": …}``: the
kinds of organisation that many reports will be made of, and the memory that a kernel may take
(0: as much as there is). Asked ``{"id": 1, "kind": …, "connection_file": …, "cwd": …, "env": …}``
it answers ``{"id": 1, "pid": …}`` and, when a kernel has ended, ``{"exited": pid, "code": …}``.
Asked with ``"task"`` and ``"answer"`` in place of a connection file, the fork does that task and
writes what it gave into the file ``answer``. Its input closed, it ends with its kernels.

What the reports share is computed between requests; a request waits only for the part that reports
of its own kind ask for.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from msoko_lib.reads import begin, so_far

if TYPE_CHECKING:
    from msoko_lib.subsystems.warm import Step

# Imported here, once, for every kernel; nothing of them may start a thread at import.
PRELOADED = (
    "IPython.core.interactiveshell",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "msoko_lib.reporting.figures",
    "msoko_lib.subsystems.year",
)
# What every kernel imports at its start or its first chart; other versions may do without.
_ASKED_LATER = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.extensions.storemagic",
    "PIL.GifImagePlugin",
    "PIL.JpegImagePlugin",
    "PIL.PpmImagePlugin",
    "encodings.utf_8_sig",
    "pandas.core.methods.to_dict",
    "pyarrow.acero",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
)
_WAIT_S = 0.05
# Nobody steps through a report of the batch; to look for the debugger costs each kernel a tenth of
# a second.
_DEBUGGER = "debugpy"
DOCUMENTS = "documents"
# What a kernel tells of itself: how many cells it has run, what they have read.
CELLS, READS = "cells", "reads"


def preload(root: str) -> None:
    """Import what reports need."""
    import importlib

    os.environ["MSOKO_ROOT"] = root
    sys.modules.setdefault(_DEBUGGER, None)  # type: ignore[arg-type]
    for name in PRELOADED:
        importlib.import_module(name)
    for name in _ASKED_LATER:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def take(step: Step) -> None:
    """Do a step of the shared work.

    A year that cannot be opened, or of which something cannot be computed, is no fault here:
    the report that needs it says why, and the others are made.
    """
    with contextlib.suppress(Exception):
        step.run()


def serve(school_year: str) -> None:
    """Fork kernels until the input closes, doing the work that they share in between."""
    # What is computed here keeps with it what was read for it: see ``msoko_lib.reads``.
    begin()
    from msoko_lib.subsystems.warm import ALL, Step, warm_steps

    todo, waiting = deque[Step](), deque[dict[str, Any]]()
    begun, memory_mb = False, 0
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    # What a kernel prints must not mix with the answers.
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 0)
    os.dup2(silence, 1)
    server = os.getpid()
    children: set[int] = set()
    rest = b""
    while True:
        readable, _, _ = select.select([requests], [], [], 0 if todo else _WAIT_S)
        if readable:
            chunk = requests.read(65536)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            for message in map(json.loads, lines):
                if "begin" in message:
                    begun, memory_mb = True, message["memory_mb"]
                    todo += warm_steps(school_year, message["begin"])
                else:
                    waiting.append(message)
        left = {step.kind for step in todo}
        ready = [request for request in waiting if begun and not left & {ALL, request["kind"]}]
        for request in ready:
            waiting.remove(request)
            # Else the first full collection in every fork would write to, and so copy, all that
            # it shares with this process.
            gc.freeze()
            pid = os.fork()
            if pid == 0:
                # The kernel must not hold the server's ends: it would outlive the client.
                requests.close()
                answers.close()
                _be_a_child(request, server, memory_mb)
            children.add(pid)
            _tell(answers, {"id": request["id"], "pid": pid})
        if todo and not ready:
            take(todo.popleft())
        for pid in list(children):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                children.discard(pid)
                _tell(answers, {"exited": pid, "code": os.waitstatus_to_exitcode(status)})
    for pid in children:
        _end(pid)


def _end(pid: int) -> None:
    """Kill a kernel with whatever it has started, and wait for it: nothing is left behind."""
    for kill in (os.killpg, os.kill):
        # A kernel just forked may have no group of its own yet.
        with contextlib.suppress(ProcessLookupError):
            kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _tell(answers: Any, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message).encode() + b"\n")


def _be_a_child(request: dict[str, Any], server: int, memory_mb: int) -> NoReturn:
    """Do in this fork what was asked, and end the process with it."""
    code = 1
    try:
        os.setsid()
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        if memory_mb:
            _limit_memory(memory_mb)
        if "task" in request:
            told = _TASKS[request["task"]](*request["arguments"])
            Path(request["answer"]).write_text(json.dumps(told), encoding="utf-8")
        else:
            _run_kernel(request["connection_file"], server, request["reads"])
        code = 0
    finally:
        os._exit(code)


def _limit_memory(memory_mb: int) -> None:
    """A report that eats memory fails by itself; the machine and the other reports go on.

    What the fork has from the server is shared and not counted.
    """
    import resource

    taken = _data_bytes()
    limit = taken + (memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _data_bytes() -> int:
    """Bytes that this process holds as data, as the system counts them for its limit."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _run_kernel(connection_file: str, server: int, reads: str) -> None:
    from ipykernel.kernelapp import IPKernelApp

    # The kernel ends when the server is gone; it reads its parent at import, so told again.
    app = IPKernelApp.instance(parent_handle=server)
    with _no_modules_to_debug():
        app.initialize(["-f", connection_file, "--HistoryManager.enabled=False", "--log-level=40"])
    if reads and app.shell is not None:
        record_reads(app.shell.events, Path(reads))
    app.start()


@contextlib.contextmanager
def _no_modules_to_debug() -> Iterator[None]:
    """Let a kernel that begins list no files for its debugger.

    It asks every module where it comes from; to be asked is to be written to, so that it would get
    thousands of pages of its own that it shares with this process, a third of its start.
    """
    from ipykernel import ipkernel

    names = vars(ipkernel)
    names["sys"] = _NoModules()
    try:
        yield
    finally:
        names["sys"] = sys


class _NoModules:
    """The module ``sys`` of a program that has loaded nothing."""

    modules: ClassVar[dict[str, object]] = {}

    def __getattr__(self, name: str) -> object:
        return getattr(sys, name)


def record_reads(events: Any, path: Path) -> None:
    """Leave in a file, after every cell, how many were run and what they have read.

    Parameters
    ----------
    events : EventManager
        Those of the kernel's shell.
    """
    begin()
    cells_n = 0

    def after_cell(_: object) -> None:
        nonlocal cells_n
        cells_n += 1
        # Cut short, it tells of fewer cells than the notebook has, and counts for nothing.
        told = {CELLS: cells_n, READS: so_far()}
        with contextlib.suppress(OSError):
            path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")

    events.register("post_run_cell", after_cell)


def _documents(root: str, school_year: str) -> str:
    from msoko_lib.batch.documents_step import documents_written
    from msoko_lib.project import Project

    return documents_written(Project(Path(root)), school_year)


_TASKS: dict[str, Callable[..., object]] = {DOCUMENTS: _documents}


if __name__ == "__main__":
    # Ctrl-C in the console is the client's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload(sys.argv[1])
    serve(sys.argv[2])
