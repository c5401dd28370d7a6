"""A run that has nothing to do is known at a glance, before anything heavy is loaded.

A run that has left everything in place writes down how all files stood: path, size, time of the
last change. While they stand so, and the program, the parameters and the day are the same, the
next run has nothing to make. Whatever differs, however little, sends the run the long way, which
compares the content itself: this page can only spare work, never decide what is stale.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from msoko_lib.atomic import write_atomically
from msoko_lib.batch.lock import only_run
from msoko_lib.project import OWN_VARIABLE, Project
from msoko_lib.pseudonym import Pseudonymiser, load_key
from msoko_lib.versions import COMMIT_VARIABLE, EPOCH_VARIABLE, build_date, library_fingerprint

SEEN = ".seen.json"
EDITIONS = "editions"
# A file changed within the grain of its file system's clock (FAT: 2 s) could change once more
# unseen; a time in the future tells nothing either.
GRAIN_NS = 3_000_000_000
# Changed by every run, whatever it does.
_RUNS_OWN = frozenset({SEEN, ".lock", ".owner.json"})


@dataclass(frozen=True)
class Sight:
    """How the files that a run reads stood: their digest and the latest change among them."""

    digest: str
    latest_ns: int


def inputs_seen(project: Project, school_year: str) -> Sight:
    """What a run is made from: raw files, earlier advice, parameters, notebooks, program, day."""
    folders = [
        project.root / "data" / "raw",
        _issued(project),
        project.params,
        project.own,
        project.notebooks,
    ]
    latest = 0
    lines = _circumstances(project)
    for line, changed_ns in _lines(folders, project.root, {_register(school_year)}):
        lines.append(line)
        latest = max(latest, changed_ns)
    return Sight(_digest(lines), latest)


def banks_seen(project: Project) -> str:
    """How the banks of all years stand."""
    return _digest(line for line, _ in _lines([project.root / "data" / "processed"], project.root))


def remember(
    project: Project, school_year: str, inputs: Sight, banks: str, now_ns: int, keys: Iterable[str]
) -> None:
    """Write down what a run that left every report in place has seen.

    Parameters
    ----------
    inputs : Sight
        As they stood before anything was read: what was changed since is not in the reports.
    banks : str
        As they stood before the first report was made.
    now_ns : int
        When ``inputs`` were looked at.
    keys : iterable of str
        Every report of the year.
    """
    if inputs.latest_ns > now_ns - GRAIN_NS:
        return
    noted = {
        "inputs": inputs.digest,
        "banks": banks,
        "outputs": _outputs_seen(project, school_year),
        "reports": list(keys),
    }
    path = project.outputs(school_year) / SEEN
    write_atomically(path, json.dumps(noted).encode())


def nothing_to_do(
    project: Project, school_year: str, only: Collection[str], schools: Collection[str]
) -> list[str] | None:
    """Reports asked for, if everything stands as the last whole run has left it; else None.

    Raises
    ------
    YearIsBusy
        If another run of the same year is under way.
    KeyProblem
        If the key of pseudonyms cannot be used.
    """
    path = project.outputs(school_year) / SEEN
    if not path.is_file():
        return None
    with only_run(project, school_year):
        try:
            noted = json.loads(path.read_text(encoding="utf-8"))
            known = list(noted["reports"])
            stood = (noted["inputs"], noted["banks"], noted["outputs"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        asked = [*only, *schools] or known
        # What is not known is refused in words by the run itself.
        if not set(asked) <= set(known):
            return None
        stand = (
            inputs_seen(project, school_year).digest,
            banks_seen(project),
            _outputs_seen(project, school_year),
        )
        return asked if stand == stood else None


def _circumstances(project: Project) -> list[str]:
    chosen = [os.environ.get(name, "") for name in (OWN_VARIABLE, EPOCH_VARIABLE, COMMIT_VARIABLE)]
    key = Pseudonymiser(load_key(project.root)).fingerprint
    day = build_date().isoformat()
    return [sys.version, library_fingerprint(), key, day, *chosen]


def _outputs_seen(project: Project, school_year: str) -> str:
    """What a run of the year has written, its editions apart, and which years have an index.

    The index of a year leads to the others.
    """
    outputs = project.outputs(school_year)
    lines = [line for line, _ in _lines([outputs], project.root, {EDITIONS})]
    issued = _lines([_issued(project)], project.root)
    lines += [line for line, _ in issued if _register(school_year) in line]
    lines += sorted(str(path) for path in outputs.parent.glob("*/index.html"))
    return _digest(lines)


def _issued(project: Project) -> Path:
    """Folder of the registers of advice: those of earlier years are read, the year's is written."""
    return project.root / "data" / "issued"


def _register(school_year: str) -> str:
    return f"{school_year}.parquet"


def _lines(
    folders: Iterable[Path], root: Path, apart: Collection[str] = ()
) -> Iterator[tuple[str, int]]:
    """A line for each file below the folders, and when it was changed; in a fixed order.

    Files and folders whose name is in ``apart`` are passed over.
    """
    for folder in folders:
        for place, inside, names in os.walk(folder, followlinks=True):
            inside[:] = sorted(set(inside) - set(apart))
            for name in sorted(set(names) - _RUNS_OWN - set(apart)):
                path = os.path.join(place, name)  # noqa: PTH118 - thousands of files
                try:
                    found = os.stat(path)  # noqa: PTH116
                except OSError:
                    yield f"{path}\x1f", 0
                    continue
                shown = os.path.relpath(path, root)
                yield f"{shown}\x1f{found.st_size}\x1f{found.st_mtime_ns}", found.st_mtime_ns


def _digest(lines: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.encode(errors="surrogateescape") + b"\n")
    return digest.hexdigest()
