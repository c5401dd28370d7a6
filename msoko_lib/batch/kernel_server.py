"""A process that has loaded everything once and forks a clean kernel for every report.

A kernel of its own spends most of its start on imports. Forked from a process that has imported
them, it starts in a fraction of that, and still begins clean: what one report does to its process
dies with it, so results do not depend on order or number of jobs. Kernels are never reused.

Run as ``python -m msoko_lib.batch.kernel_server ROOT YEAR [MEGABYTES]``; it speaks JSON lines.
Asked ``{"id": 1, "connection_file": …, "cwd": …, "env": …}`` it answers
``{"id": 1, "pid": …}`` and, when a kernel has ended, ``{"exited": pid, "code": …}``. Its input
closed, it ends with its kernels.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
from typing import Any, NoReturn

# Imported here, once, for every kernel; nothing of them may start a thread at import.
PRELOADED = (
    "IPython.core.interactiveshell",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "msoko_lib.reporting.figures",
    "msoko_lib.subsystems.year",
)
_WAIT_S = 0.05


def preload(root: str, school_year: str) -> None:
    """Import what reports need and open the year, so that forks share its memory.

    A year that cannot be opened, or of which something cannot be computed, is no fault here:
    the report that needs it says why, and the others are made.
    """
    import importlib

    os.environ["MSOKO_ROOT"] = root
    for name in PRELOADED:
        importlib.import_module(name)
    from msoko_lib.subsystems.warm import warm_year

    with contextlib.suppress(Exception):
        warm_year(school_year)


def serve(memory_mb: int = 0) -> None:
    """Fork kernels until the input closes; 0: a kernel may take as much memory as there is."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    # What a kernel prints must not mix with the answers.
    silence = os.open(os.devnull, os.O_RDWR)
    os.dup2(silence, 0)
    os.dup2(silence, 1)
    server = os.getpid()
    children: set[int] = set()
    _tell(answers, {"ready": server})
    rest = b""
    while True:
        readable, _, _ = select.select([requests], [], [], _WAIT_S)
        if readable:
            chunk = requests.read(65536)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                request = json.loads(line)
                pid = os.fork()
                if pid == 0:
                    # The kernel must not hold the server's ends: it would outlive the client.
                    requests.close()
                    answers.close()
                    _be_a_kernel(request, server, memory_mb)
                children.add(pid)
                _tell(answers, {"id": request["id"], "pid": pid})
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


def _be_a_kernel(request: dict[str, Any], server: int, memory_mb: int) -> NoReturn:
    """Run one kernel in this fork and end the process with it."""
    code = 1
    try:
        os.setsid()
        os.chdir(request["cwd"])
        os.environ.clear()
        os.environ.update(request["env"])
        if memory_mb:
            import resource

            # A report that eats memory fails by itself; the machine and the other reports go on.
            resource.setrlimit(resource.RLIMIT_DATA, (memory_mb << 20, memory_mb << 20))
        from ipykernel.kernelapp import IPKernelApp

        # The kernel ends when the server is gone; it reads its parent at import, so told again.
        app = IPKernelApp.instance(parent_handle=server)
        app.initialize(
            ["-f", request["connection_file"], "--HistoryManager.enabled=False", "--log-level=40"]
        )
        app.start()
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    # Ctrl-C in the console is the client's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    preload(sys.argv[1], sys.argv[2])
    serve(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
