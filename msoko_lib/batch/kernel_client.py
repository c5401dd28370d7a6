"""The client's end of the process that kernels are forked from; light: it starts at once."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# One thread a process: there are as many processes as cores, and a thread is lost in a fork.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# Pixels of charts and columns of tables come and go: what is given back to the system each time
# has to be asked for, and cleared by it, each time again. Read by the C library of Linux.
_KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}


def can_fork() -> bool:
    """True where kernels may be forked: Linux. macOS's own libraries do not survive a fork."""
    return sys.platform.startswith("linux")


class KernelServer:
    """The client's end of :mod:`msoko_lib.batch.kernel_server`.

    Parameters
    ----------
    root, school_year : str
        Project and year that every forked kernel finds opened.
    kinds : sequence of str
        Kinds of organisation («school», «preschool») that many reports will be made of.
    memory_mb : int
        How much memory a kernel may take; 0: as much as there is.
    waits : bool
        Only load the library; the year is not touched until :meth:`begin`.
    """

    def __init__(
        self,
        root: str,
        school_year: str,
        kinds: Sequence[str] = (),
        memory_mb: int = 0,
        waits: bool = False,
    ) -> None:
        module = "msoko_lib.batch.kernel_server"
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, root, school_year],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**_ONE_THREAD, **_KEPT_MEMORY, **os.environ},
        )
        self._news = threading.Condition()
        self._answers: dict[int, int] = {}
        self._exit_codes: dict[int, int] = {}
        self._asked = 0
        self._closed = False
        self._begun = False
        threading.Thread(target=self._listen, daemon=True).start()
        if not waits:
            self.begin(kinds, memory_mb)

    def begin(self, kinds: Sequence[str], memory_mb: int) -> None:
        """Open the year; kernels are forked from here on. A server that has gone is told of then.

        Only the first call counts.

        Parameters
        ----------
        kinds, memory_mb
            As for the class.
        """
        if self._begun:
            return
        self._begun = True
        with contextlib.suppress(OSError):
            self._write({"begin": list(kinds), "memory_mb": memory_mb})

    def __enter__(self) -> KernelServer:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def fork(
        self,
        connection_file: str,
        cwd: str,
        env: Mapping[str, str] | None = None,
        kind: str = "",
        reads: str = "",
    ) -> int:
        """Process id of a new kernel.

        Parameters
        ----------
        connection_file, cwd : str
            Where the kernel finds its ports; its working folder.
        env : mapping, optional
            Its environment; by default the caller's.
        kind : str
            Kind of organisation that the report is about: the kernel is forked once what such
            reports share has been computed.
        reads : str
            File that the kernel is to leave the record of what it has read in; empty: none.

        Raises
        ------
        RuntimeError
            If the server is gone.
        """
        return self._ask(
            kind=kind,
            reads=reads,
            connection_file=connection_file,
            cwd=cwd,
            env=dict(os.environ if env is None else env),
        )

    def call(self, task: str, *arguments: str) -> Any:
        """What a task of the server gives, done in a fork that finds the year opened.

        Raises
        ------
        RuntimeError
            If the server is gone or the task failed.
        """
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer.json"
            pid = self._ask(
                kind="", task=task, arguments=arguments, answer=str(answer), cwd=folder,
                env=dict(os.environ),
            )  # fmt: skip
            with self._news:
                self._news.wait_for(lambda: pid in self._exit_codes or self._closed)
            try:
                return json.loads(answer.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                raise RuntimeError(f"the task {task} failed") from None

    def _ask(self, **request: Any) -> int:
        """Process id of the fork that does what is asked."""
        with self._news:
            self._asked += 1
            number = self._asked
            try:
                self._write({"id": number, **request})
            # A pipe that the other end has broken, or that was closed at this end.
            except (OSError, ValueError):
                raise RuntimeError("the kernel server is gone") from None
            # It answers once it has loaded the year, however long that takes.
            self._news.wait_for(lambda: number in self._answers or self._closed)
            if number not in self._answers:
                raise RuntimeError("the kernel server is gone")
            return self._answers.pop(number)

    def exit_code(self, pid: int) -> int | None:
        """Exit code of a kernel that has ended; None while it runs."""
        with self._news:
            if pid in self._exit_codes:
                return self._exit_codes[pid]
            return -signal.SIGKILL if self._closed else None

    def close(self) -> None:
        """End the server and whatever kernels it still has."""
        if not self._begun:
            # It has nothing to end, and would hear of the closed pipe only when all is loaded.
            self._process.kill()
        # A server that died before it was asked leaves a broken pipe.
        with contextlib.suppress(OSError):
            self._stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _write(self, message: Mapping[str, Any]) -> None:
        self._stdin.write(json.dumps(message).encode() + b"\n")
        self._stdin.flush()

    @property
    def _stdin(self) -> Any:
        return self._process.stdin

    def _listen(self) -> None:
        if self._process.stdout is None:
            raise RuntimeError("the kernel server has no output")
        for line in self._process.stdout:
            message = json.loads(line)
            with self._news:
                if "pid" in message:
                    self._answers[message["id"]] = message["pid"]
                elif "exited" in message:
                    self._exit_codes[message["exited"]] = message["code"]
                self._news.notify_all()
        with self._news:
            self._closed = True
            self._news.notify_all()
