"""Read many files, in processes where that pays; one that kills or hangs its reader ends no year.

In a process of its own a file that takes too long is ended from outside Python, whatever it does;
in this process it is stopped by :mod:`msoko_lib.intake.time_limit`.
"""

from __future__ import annotations

import faulthandler
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from msoko_lib.intake import layouts as _layouts  # noqa: F401  (registers the rules)
from msoko_lib.intake.cache import ReadingCache
from msoko_lib.intake.compact import compacted
from msoko_lib.intake.files import RawFile
from msoko_lib.intake.processes import reading_processes
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.rules import Place
from msoko_lib.intake.time_limit import TimeIsOver, time_limit

READ_SECONDS: Final = "read_file_seconds"
# A file that ends its reader would end it again: it is not tried by another layout.
ENDING: Final = frozenset({"deadly_file", "too_slow"})
# What may be over by the next run: not kept, so the file is tried again.
PASSING: Final = frozenset({"no_access", "changed_while_read", "too_slow"})


def read_many(
    files: Sequence[RawFile],
    layouts: Sequence[Layout],
    context: ReadContext,
    jobs: int,
    cache: ReadingCache,
    keys: Mapping[str, str],
) -> Iterable[tuple[RawFile, Reading]]:
    """Files with their readings; what will not be over by the next run is kept.

    Parameters
    ----------
    files : sequence of RawFile
    layouts : sequence of Layout
    context : ReadContext
        Its file is set for each; its settings say how long one may take.
    jobs : int
        Number of processes; few files are read in this one.
    cache : ReadingCache
        A process that reads puts its readings there itself: packed once, on all processors.
    keys : mapping
        Name of a file → key of its reading in the cache.
    """
    if jobs == 1 or len(files) < 2 * jobs:
        for raw in files:
            read = _read_in_time(raw, layouts, context)
            _keep(cache, keys[raw.name], read)
            yield raw, read
        return
    # The largest first: begun last, it would be read alone while the other processes idle.
    left = sorted(files, key=_size, reverse=True)
    try:
        with _pool(jobs, layouts, context, cache, keys) as pool:
            for reading in pool.map(_read_one, list(left)):
                raw = left.pop(0)
                yield raw, _taken(reading, raw, cache, keys)
    except BrokenProcessPool:
        yield from _one_by_one(left, layouts, context, cache, keys)


def _size(raw: RawFile) -> int:
    try:
        return raw.path.stat().st_size
    except OSError:
        return 0


def _keep(cache: ReadingCache, key: str, reading: Reading) -> bool:
    """True if the reading was put into the cache."""
    if {item.rule for item in reading.findings} & PASSING:
        return False
    cache.save(key, reading)
    return True


def _taken(
    reading: Reading | None, raw: RawFile, cache: ReadingCache, keys: Mapping[str, str]
) -> Reading:
    """What a process has given, or has left in the cache."""
    if reading is None:
        reading = cache.load(keys[raw.name])
    if reading is None:
        raise OSError(f"{raw.name}: прочитанное пропало из {cache.folder}")
    return reading


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
    left: list[RawFile],
    layouts: Sequence[Layout],
    context: ReadContext,
    cache: ReadingCache,
    keys: Mapping[str, str],
) -> Iterable[tuple[RawFile, Reading]]:
    """Some file has ended its process: find out which, and read the others all the same."""
    while left:
        with _pool(1, layouts, context, cache, keys) as pool:
            alive = True
            while left and alive:
                raw = left.pop(0)
                begun = time.monotonic()
                try:
                    reading = _taken(pool.submit(_read_one, raw).result(), raw, cache, keys)
                except BrokenProcessPool:
                    alive = False
                    lasted = time.monotonic() - begun
                    rule = "too_slow" if lasted >= seconds_of(context) else "deadly_file"
                    reading = _refused(rule, raw, context)
                    _keep(cache, keys[raw.name], reading)
                yield raw, reading


def _pool(
    jobs: int,
    layouts: Sequence[Layout],
    context: ReadContext,
    cache: ReadingCache,
    keys: Mapping[str, str],
) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        jobs,
        mp_context=reading_processes(),
        initializer=_remember,
        initargs=(_Work(layouts, context, cache, keys),),
    )


@dataclass(frozen=True)
class _Work:
    """What a reading process is told once."""

    layouts: Sequence[Layout]
    context: ReadContext
    cache: ReadingCache
    keys: Mapping[str, str]


_worker: list[_Work] = []


def _remember(work: _Work) -> None:
    _worker[:] = [work]


def _read_one(raw: RawFile) -> Reading | None:
    """None: the reading lies in the cache."""
    (work,) = _worker
    context = replace(work.context, file=raw.name)
    with Path(os.devnull).open("w") as nowhere:
        # Ends the process from a thread that needs no word of Python: a reader that hangs in a
        # compiled library is ended too. The stack it would print is of use to nobody here.
        faulthandler.dump_traceback_later(seconds_of(context), exit=True, file=nowhere)
        try:
            reading = compacted(read_file(raw, work.layouts, context))
        finally:
            faulthandler.cancel_dump_traceback_later()
    return None if _keep(work.cache, work.keys[raw.name], reading) else reading
