"""Who makes the reports of a run, told before anything heavy is loaded."""

from __future__ import annotations

from dataclasses import dataclass

from msoko_lib.batch.kernel_client import KernelServer


@dataclass(frozen=True)
class Hands:
    """Who makes the reports.

    Parameters
    ----------
    workers : int
        How many reports are computed at a time.
    scheduler : str
        Address of a Dask scheduler whose machines make the reports; empty: this machine does.
    server : KernelServer, optional
        One that waits to begin, the caller's to close; by default one is started when needed.
    """

    workers: int
    scheduler: str = ""
    server: KernelServer | None = None
