"""Who makes the reports of a run, told before anything heavy is loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from msoko_lib.batch.kernel_client import KernelServer
from msoko_lib.batch.plan import UNIT_NOTEBOOKS, Job

# Of so many organisations of a kind and more, what their reports share is computed beforehand.
WORTH_REHEARSING = 3


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


def kinds_of_many(jobs: Sequence[Job]) -> list[str]:
    """Kinds of organisation of which so many reports are made that it is worth rehearsing one."""
    counts = Counter[str](job.kind for job in jobs)
    return [kind for kind in UNIT_NOTEBOOKS if counts[kind] >= WORTH_REHEARSING]
