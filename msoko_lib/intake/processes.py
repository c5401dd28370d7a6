"""How processes that read files start; imports nothing heavy, so that they can load early."""

from __future__ import annotations

from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext

_LOADED = "msoko_lib.intake.read_many"


def reading_processes() -> BaseContext:
    """Processes come from one that has loaded the library, where the system can fork.

    Loading takes longer than reading a hundred small files, and a run has a pool for each year.
    """
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([_LOADED])
    return context


def begin_loading() -> None:
    """Let the process that the others come from load while this one does something else."""
    if reading_processes().get_start_method() == "forkserver":
        # Not for systems that cannot fork.
        from multiprocessing import forkserver

        forkserver.ensure_running()
