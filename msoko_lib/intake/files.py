"""The files of a year as they lie in data/raw/<year>: which count, which are the newer edition."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from msoko_lib.intake.workbook import file_hash
from msoko_lib.privacy.file_names import told_name
from msoko_lib.zipped import ARCHIVE_FAULTS

# What operating systems and Excel leave behind; nobody put it there on purpose.
JUNK_NAMES = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".gitkeep"})
_PROPERTIES = 65_536
_MODIFIED = re.compile(rb"<dcterms:modified[^>]*>([^<]+)</dcterms:modified>")


@dataclass(frozen=True)
class RawFile:
    """A file below data/raw/<year>: its path as messages show it, its bytes' hash, its edition.

    ``name`` holds nobody's name: see :mod:`msoko_lib.privacy.file_names`.
    """

    path: Path
    name: str
    sha256: str
    edition: str


def list_raw_files(folder: Path) -> list[RawFile]:
    """Every file of a year's raw folder, sorted by name; Excel's lock files and junk left out."""
    if not folder.is_dir():
        return []
    return [
        raw_file(path, folder)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not is_junk(path)
    ]


def raw_file(path: Path, folder: Path) -> RawFile:
    """A file that cannot be opened is listed all the same: the reader says why it is refused."""
    name = path.relative_to(folder).as_posix()
    try:
        digest = file_hash(path)
        return RawFile(path, told_name(name, digest), digest, edition_of(path))
    except OSError:
        return RawFile(path, told_name(name, ""), "", "")


def renamed_files(folder: Path) -> dict[str, str]:
    """Name that is told of → true path below the folder, for files called by a person's name.

    For the screen of whoever put them there; it is written nowhere.
    """
    return {
        raw.name: true
        for raw in list_raw_files(folder)
        if (true := raw.path.relative_to(folder).as_posix()) != raw.name
    }


def is_junk(path: Path) -> bool:
    """True for lock files of open workbooks and for what operating systems leave behind."""
    return path.name.lower() in JUNK_NAMES or path.name.startswith(("~$", ".~lock", "._"))


def edition_of(path: Path) -> str:
    """When a file was last saved, ISO: from the workbook's own properties, else from the disk.

    A copied file keeps its properties but gets a new date on disk, so the properties go first.
    """
    try:
        with zipfile.ZipFile(path) as archive, archive.open("docProps/core.xml") as stream:
            # No more than a page of it: what a file claims of its sizes need not be true.
            match = _MODIFIED.search(stream.read(_PROPERTIES))
        if match:
            return match[1].decode("ascii", "ignore")
    except (KeyError, *ARCHIVE_FAULTS):
        pass
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
