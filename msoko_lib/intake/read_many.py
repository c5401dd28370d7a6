"""Read many files, in processes where that pays; one that kills or hangs its reader ends no year.

In a process of its own a file that takes too long is ended from outside Python, whatever it does;
in this process it is stopped by :mod:`msoko_lib.intake.time_limit`.
"""

from __future__ import annotations

import faulthandler
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from msoko_lib.intake import layouts as _layouts  # noqa: F401  (registers the rules)
from msoko_lib.intake.compact import compacted
from msoko_lib.intake.files import RawFile
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.rules import Place
from msoko_lib.intake.time_limit import TimeIsOver, time_limit

READ_SECONDS: Final = "read_file_seconds"
# A file that ends its reader would end it again: it is not tried by another layout.
ENDING: Final = frozenset({"deadly_file", "too_slow"})


def read_many(
    files: Sequence[RawFile], layouts: Sequence[Layout], context: ReadContext, jobs: int
) -> Iterable[tuple[RawFile, Reading]]:
    """Files with their readings, in order.

    Parameters
    ----------
    files : sequence of RawFile
    layouts : sequence of Layout
    context : ReadContext
        Its file is set for each; its settings say how long one may take.
    jobs : int
        Number of processes; few files are read in this one.
    """
    if jobs == 1 or len(files) < 2 * jobs:
        for raw in files:
            yield raw, _read_in_time(raw, layouts, context)
        return
    left = list(files)
    try:
        with _pool(jobs, layouts, context) as pool:
            for reading in pool.map(_read_one, files, chunksize=2):
                yield left.pop(0), reading
    except BrokenProcessPool:
        yield from _one_by_one(left, layouts, context)


def seconds_of(context: ReadContext) -> float:
    """How long one file may be read."""
    return context.settings.threshold(READ_SECONDS).value


def _read_in_time(raw: RawFile, layouts: Sequence[Layout], context: ReadContext) -> Reading:
    mine = replace(context, file=raw.name)
    try:
        with time_limit(seconds_of(mine)):
            return compacted(read_file(raw, layouts, mine))
    except TimeIsOver:
        return _refused("too_slow", raw, mine)


def _refused(rule: str, raw: RawFile, context: ReadContext) -> Reading:
    reading = Reading()
    facts = {"seconds": f"{seconds_of(context):g}"} if rule == "too_slow" else {}
    reading.add(rule, Place(raw.name), **facts)
    return reading


def _one_by_one(
    left: list[RawFile], layouts: Sequence[Layout], context: ReadContext
) -> Iterable[tuple[RawFile, Reading]]:
    """Some file has ended its process: find out which, and read the others all the same."""
    while left:
        with _pool(1, layouts, context) as pool:
            alive = True
            while left and alive:
                raw = left.pop(0)
                begun = time.monotonic()
                try:
                    reading = pool.submit(_read_one, raw).result()
                except BrokenProcessPool:
                    alive = False
                    lasted = time.monotonic() - begun
                    rule = "too_slow" if lasted >= seconds_of(context) else "deadly_file"
                    reading = _refused(rule, raw, context)
                yield raw, reading


def _pool(jobs: int, layouts: Sequence[Layout], context: ReadContext) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_remember, initargs=(layouts, context)
    )


_worker: dict[str, object] = {}


def _remember(layouts: Sequence[Layout], context: ReadContext) -> None:
    _worker.update(layouts=layouts, context=context)


def _read_one(raw: RawFile) -> Reading:
    context = _worker["context"]
    layouts = _worker["layouts"]
    if not isinstance(context, ReadContext) or not isinstance(layouts, Sequence):
        raise RuntimeError("the reading process was started without its context")
    with Path(os.devnull).open("w") as nowhere:
        # Ends the process from a thread that needs no word of Python: a reader that hangs in a
        # compiled library is ended too. The stack it would print is of use to nobody here.
        faulthandler.dump_traceback_later(seconds_of(context), exit=True, file=nowhere)
        try:
            return compacted(read_file(raw, layouts, replace(context, file=raw.name)))
        finally:
            faulthandler.cancel_dump_traceback_later()
