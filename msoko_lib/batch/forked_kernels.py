"""Kernels forked from a preloaded server, through the extension points of jupyter_client.

A notebook opened in JupyterLab is untouched: only the batch asks for these kernels.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

ENGINE = "msoko-forked"
PROVISIONER = "msoko-forked-provisioner"
# One thread a process: there are as many processes as cores, and a thread is lost in a fork.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


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
    """

    def __init__(
        self, root: str, school_year: str, kinds: Sequence[str] = (), memory_mb: int = 0
    ) -> None:
        module = "msoko_lib.batch.kernel_server"
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, root, school_year, str(memory_mb), *kinds],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**_ONE_THREAD, **os.environ},
        )
        self._news = threading.Condition()
        self._answers: dict[int, int] = {}
        self._exit_codes: dict[int, int] = {}
        self._asked = 0
        self._closed = False
        threading.Thread(target=self._listen, daemon=True).start()

    def fork(
        self,
        connection_file: str,
        cwd: str,
        env: Mapping[str, str] | None = None,
        kind: str = "",
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

        Raises
        ------
        RuntimeError
            If the server is gone.
        """
        return self._ask(
            kind=kind,
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
                self._stdin.write(json.dumps({"id": number, **request}).encode() + b"\n")
                self._stdin.flush()
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
        # A server that died before it was asked leaves a broken pipe.
        with contextlib.suppress(OSError):
            self._stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

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


class ForkedProvisioner(LocalProvisioner):
    """Life of one forked kernel, told to jupyter_client in its own terms."""

    @property
    def has_process(self) -> bool:
        return self.pid is not None

    @property
    def _manager(self) -> ForkedKernelManager:
        if not isinstance(self.parent, ForkedKernelManager):
            raise TypeError("a forked kernel belongs to a ForkedKernelManager")
        return self.parent

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork instead of starting ``cmd``."""
        loop = asyncio.get_running_loop()
        cwd = str(kwargs.get("cwd") or os.getcwd())  # noqa: PTH109 - jupyter_client speaks str
        manager = self._manager
        self.pid = await loop.run_in_executor(
            None,
            manager.server.fork,
            manager.connection_file,
            cwd,
            kwargs.get("env"),
            manager.kind,
        )
        self.pgid = self.pid
        self.cwd = cwd
        return self.connection_info

    async def poll(self) -> int | None:
        """None while the kernel runs."""
        return 0 if self.pid is None else self._manager.server.exit_code(self.pid)

    async def wait(self) -> int | None:
        """Wait for the kernel's end."""
        while await self.poll() is None:
            await asyncio.sleep(0.01)
        code = await self.poll()
        self.pid = None
        return code

    async def send_signal(self, signum: int) -> None:
        """Signal to the kernel and whatever it has started."""
        if self.pid is not None:
            try:
                os.killpg(self.pid, signum)
            except ProcessLookupError:
                return

    async def kill(self, restart: bool = False) -> None:
        """End the kernel at once."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Ask the kernel to end."""
        await self.send_signal(signal.SIGTERM)


class ForkedKernelManager(AsyncKernelManager):
    """A manager whose kernels come from a server."""

    server: KernelServer
    kind: str

    @property
    def kernel_spec(self) -> KernelSpec:
        """Names the provisioner; its command is never run."""
        return KernelSpec(
            argv=[sys.executable],
            display_name="msoko",
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": {}}},
        )


class ForkedEngine(NBClientEngine):
    """papermill's usual engine on a forked kernel."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        server: KernelServer | None = None,
        kind: str = "",
        **kwargs: Any,
    ) -> NotebookNode:
        """Execute a parameterised notebook on a kernel of ``server``.

        Raises
        ------
        ValueError
            If no server is given.
        """
        if server is None:
            raise ValueError("the forked engine needs a kernel server")
        manager = ForkedKernelManager()
        manager.server, manager.kind = server, kind
        client = PapermillNotebookClient(
            nb_man,
            km=manager,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            shutdown_kernel="immediate",
        )
        # A manager that is given is not ended by nbclient; this one is nobody else's.
        client.owns_km = True
        return client.execute()


def register() -> None:
    """Make the engine and the provisioner known to papermill and jupyter_client."""
    papermill_engines.register(ENGINE, ForkedEngine)
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[PROVISIONER] = EntryPoint(
        name=PROVISIONER,
        value="msoko_lib.batch.forked_kernels:ForkedProvisioner",
        group="jupyter_client.kernel_provisioners",
    )
