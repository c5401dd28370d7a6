"""The files of a year are read by the school directory that lies among them.

Every reader asks the directory which school a code or a name is, and the directory is known by its
content alone. To open every file twice, once in search of it, would double the work; so a file
that calls itself one is looked at first, and all files are read by what it holds. If their reading
brings to light that the directory is another file, they are read once more, by that one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

import pandas as pd

from msoko_lib.intake.cache import ReadingCache, reading_key
from msoko_lib.intake.directory import Directory, open_directory
from msoko_lib.intake.directory_reader import LAYOUT as DIRECTORY
from msoko_lib.intake.files import RawFile
from msoko_lib.intake.read_many import ENDING, read_many
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.schemas import TABLES

Progress = Callable[[str, int, int], None]
_CALLED_DIRECTORY = re.compile(r"справочник|перечень|реестр|directory", re.IGNORECASE)


@dataclass(frozen=True)
class YearRead:
    """Readings by file, in the order of the files; the directory they were read by.

    ``directories`` names the files that are one, that in use first; ``reread_n`` is the number of
    files that were not in the cache.
    """

    readings: dict[str, Reading]
    directory: Directory
    directories: list[str]
    reread_n: int

    @property
    def listed(self) -> pd.DataFrame:
        """Schools as the directory's file lists them, former names included."""
        return _schools_of([self.readings[name] for name in self.directories])


@dataclass
class YearReader:
    """Reads the files of a year, each once for a directory; what was read is kept in a cache.

    Parameters
    ----------
    layouts : sequence of Layout
        All that may claim a sheet.
    context : ReadContext
        Its directory and its file are set here.
    cache : ReadingCache
    maps : str
        Hash of what the layouts are made from.
    jobs : int
        Number of processes that read files.
    progress : callable
        Called with (step, done, total).
    """

    layouts: Sequence[Layout]
    context: ReadContext
    cache: ReadingCache
    maps: str
    jobs: int
    progress: Progress
    _used: set[str] = field(default_factory=set)

    def read(self, files: Sequence[RawFile]) -> YearRead:
        """Every file by the directory among them; the cache forgets what was not asked for."""
        directory = self._likely_directory(files)
        readings, reread_n = self._all(files, directory, {})
        directories = _directories_in(readings)
        right = _directory_of([readings[name] for name in directories])
        if right.fingerprint != directory.fingerprint:
            directory = right
            # Read once more, but for those that would end their reader again.
            ended = {
                name: reading
                for name, reading in readings.items()
                if {item.rule for item in reading.findings} & ENDING
            }
            readings, reread_n = self._all(files, directory, ended)
        self.cache.keep_only(self._used)
        return YearRead(readings, directory, directories, reread_n)

    def _likely_directory(self, files: Sequence[RawFile]) -> Directory:
        """What the first file that calls itself a directory and is one holds."""
        only = [layout for layout in self.layouts if layout.code == DIRECTORY]
        called = [raw for raw in files if _CALLED_DIRECTORY.search(raw.name)]
        # A folder of directories and registers may hold much else.
        called.sort(key=lambda raw: _CALLED_DIRECTORY.search(PurePosixPath(raw.name).name) is None)
        for raw in called:
            tried, _ = self._read([raw], only, open_directory(), "поиск справочника ОО")
            if _directories_in(tried):
                return _directory_of(list(tried.values()))
        return open_directory()

    def _all(
        self, files: Sequence[RawFile], directory: Directory, known: Mapping[str, Reading]
    ) -> tuple[dict[str, Reading], int]:
        left = [raw for raw in files if raw.name not in known]
        fresh, reread_n = self._read(left, self.layouts, directory, "чтение файлов")
        return {raw.name: {**known, **fresh}[raw.name] for raw in files}, reread_n

    def _read(
        self, files: Sequence[RawFile], layouts: Sequence[Layout], directory: Directory, step: str
    ) -> tuple[dict[str, Reading], int]:
        """Readings of files by name, from the cache where nothing changed."""
        context = replace(self.context, schools=directory)
        asked = self.maps + "+".join(layout.code for layout in layouts)
        keys = {raw.name: reading_key(raw, replace(context, file=raw.name), asked) for raw in files}
        self._used |= {*keys.values()}
        readings = {}
        todo = []
        for raw in files:
            kept = self.cache.load(keys[raw.name])
            if kept is None:
                todo.append(raw)
            else:
                readings[raw.name] = kept
        self.progress(step, len(readings), len(files))
        for raw, reading in read_many(todo, layouts, context, self.jobs, self.cache, keys):
            readings[raw.name] = reading
            self.progress(step, len(readings), len(files))
        return readings, len(todo)


def _directories_in(readings: Mapping[str, Reading]) -> list[str]:
    return [name for name, reading in readings.items() if DIRECTORY in reading.layout.split()]


def _directory_of(directories: Sequence[Reading]) -> Directory:
    """The directory that readings hold, the first of them; the open one where there is none."""
    return Directory.from_frame(_schools_of(directories)) if directories else open_directory()


def _schools_of(directories: Sequence[Reading]) -> pd.DataFrame:
    for reading in directories[:1]:
        if "schools" in reading.tables:
            return reading.tables["schools"]
    return TABLES["schools"].empty()
