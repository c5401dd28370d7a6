"""Kernels forked from a preloaded server, through the extension points of jupyter_client.

A notebook opened in JupyterLab is untouched: only the batch asks for these kernels.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from importlib.metadata import EntryPoint
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines

from msoko_lib.batch.kernel_client import KernelServer

ENGINE = "msoko-forked"
PROVISIONER = "msoko-forked-provisioner"


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
            manager.reads,
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
    reads: str

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
        reads: str = "",
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
        manager.server, manager.kind, manager.reads = server, kind, reads
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
