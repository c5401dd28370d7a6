"""Make an edition again from its inputs, in a folder of its own, and compare the two byte for byte.

A report that did not change keeps the number and the date under which it was first handed out, so
the reports are made in the order of the editions that made them, each on its own date.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from msoko_lib import __version__
from msoko_lib.bank import Bank
from msoko_lib.batch.documents_step import make_documents
from msoko_lib.batch.editions import Edition, editions_of, folder_of
from msoko_lib.batch.intake_step import read_year
from msoko_lib.batch.plan import (
    SUBSYSTEM_NOTEBOOKS,
    TEMPLATES,
    notebooks_hashes,
    params_hashes,
)
from msoko_lib.batch.verify import differences
from msoko_lib.batch.year import run_year
from msoko_lib.intake.files import list_raw_files
from msoko_lib.problems import Problem
from msoko_lib.project import Project
from msoko_lib.recommendations.issued import register_path
from msoko_lib.versions import COMMIT_VARIABLE, EPOCH_VARIABLE, library_fingerprint

Progress = Callable[[str, int, int], None]
# A browser writes the moment into a PDF; the page that it prints is compared instead.
NOT_COMPARED = ".pdf"


class CannotRepeat(Problem):
    """The edition cannot be made again here: something it was made from is no longer the same."""


def made_again(
    project: Project, school_year: str, number: int | None, jobs: int, progress: Progress
) -> tuple[int, list[str]]:
    """Make an edition again and tell what came out otherwise.

    Parameters
    ----------
    number : int, optional
        By default the newest.

    Returns
    -------
    int, list of str
        Its number; a sentence for each file that differs, is missing or is extra.

    Raises
    ------
    CannotRepeat
        If there is no such edition, or data, parameters, notebooks or program have changed since.
    """
    known = {edition.number: edition for edition in editions_of(project.outputs(school_year))}
    wanted = max(known, default=0) if number is None else number
    if wanted not in known:
        raise CannotRepeat(
            f"Издания {wanted or ''} за {school_year} нет. Есть: "
            f"{', '.join(map(str, sorted(known))) or 'ни одного'}."
        )
    edition = known[wanted]
    changed = what_changed(project, school_year, edition)
    if changed:
        listed = "\n".join(f"  {line}" for line in changed)
        raise CannotRepeat(
            f"Издание {wanted} за {school_year} повторить нельзя: после него изменилось то, из "
            f"чего оно сделано.\n{listed}\nВерните прежние файлы из резервной копии или сверьте "
            f"только опись: msoko verify {school_year}."
        )
    with tempfile.TemporaryDirectory(prefix="msoko-again-") as folder:
        place = copy_of_inputs(project, school_year, Path(folder).resolve())
        history = [known[each] for each in sorted(known) if each <= wanted]
        with _told(COMMIT_VARIABLE, edition.commit):
            _make(place, school_year, history, jobs, progress)
        (fresh, *_) = editions_of(place.outputs(school_year))
    return wanted, differences(_compared(edition.files), _compared(fresh.files))


def _compared(files: Mapping[str, str]) -> dict[str, str]:
    return {name: digest for name, digest in files.items() if not name.endswith(NOT_COMPARED)}


def what_changed(project: Project, school_year: str, edition: Edition) -> list[str]:
    """What an edition was made from and is no longer the same, in sentences."""
    raw = {each.name: each.sha256 for each in list_raw_files(project.raw(school_year))}
    told = [f"исходные файлы: {line}" for line in differences(edition.sources, raw)]
    told += [f"параметры: {line}" for line in differences(edition.params, params_hashes(project))]
    if edition.notebooks:
        now = notebooks_hashes(project)
        told += [f"тетради: {line}" for line in differences(edition.notebooks, now)]
    for year, tables in edition.tables.items():
        bank = Bank(project, year)
        if year != school_year and (not bank.exists or bank.hashes() != tables):
            told.append(f"банк за {year} другой")
    program = f"{__version__} {library_fingerprint()}"
    if edition.program != program:
        told.append(f"программа: была {edition.program}, теперь {program}")
    return told


def copy_of_inputs(project: Project, school_year: str, root: Path) -> Project:
    """Everything that reports of a year are made from, at another place; no result among it."""
    place = Project(root)
    for name, path in project.params_files().items():
        (place.params / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place.params / name)
    shutil.copytree(project.notebooks, place.notebooks)
    for year in project.raw_years():
        if year <= school_year:
            # copy2: of two files the one saved later is the newer, so dates go along.
            shutil.copytree(project.raw(year), place.raw(year), copy_function=shutil.copy2)
    processed = project.root / "data" / "processed"
    for bank in sorted(processed.iterdir()) if processed.is_dir() else []:
        # A year whose raw files were put away has only its bank.
        if bank.is_dir() and bank.name < school_year and not place.raw(bank.name).exists():
            left_out = shutil.ignore_patterns(".*")
            shutil.copytree(bank, place.bank(bank.name), ignore=left_out)
    register = register_path(project, school_year)
    for kept in sorted(register.parent.glob("*.parquet")):
        if kept.name < register.name:
            target = register_path(place, kept.stem)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(kept, target)
    return place


def _make(
    place: Project, school_year: str, history: Sequence[Edition], jobs: int, progress: Progress
) -> None:
    """Read the years on the dates on which they were read, then make edition after edition."""
    newest = history[-1]
    for year in place.raw_years():
        if year in newest.read_on:
            with _on(newest.read_on[year] or newest.made_on):
                read_year(place, year, jobs, progress)
    makers = _makers(history)
    with_documents = _first_with_documents(history)
    for edition in history:
        keys = makers.get(edition.number, [])
        if not keys and edition is not newest:
            continue
        for number in range(1, edition.number):
            folder_of(place.outputs(school_year), number).mkdir(parents=True, exist_ok=True)
        if edition.number == with_documents:
            with _on(newest.documents_on or edition.made_on):
                make_documents(place, school_year, False)
        with _on(edition.made_on):
            only = [key for key in keys if key in SUBSYSTEM_NOTEBOOKS]
            units = [key for key in keys if key not in SUBSYSTEM_NOTEBOOKS]
            run_year(place, school_year, only or _any_made(makers, units), units, jobs, False,
                     progress)  # fmt: skip


def _makers(history: Sequence[Edition]) -> dict[int, list[str]]:
    """Number of an edition → keys of the reports that the newest edition still has from it."""
    last: dict[str, int] = {}
    for edition in history:
        last.update(dict.fromkeys(edition.made, edition.number))
    makers = defaultdict(list)
    for key, number in last.items():
        makers[number].append(key)
    return makers


def _any_made(makers: Mapping[int, Sequence[str]], units: Sequence[str]) -> list[str]:
    """A report already made, where an edition has none of its own: the run is of it alone."""
    if units:
        return []
    made = [key for keys in makers.values() for key in keys if key in SUBSYSTEM_NOTEBOOKS]
    return made[:1]


def _first_with_documents(history: Sequence[Edition]) -> int:
    """The edition whose documents the newest still holds; 0: it holds none."""
    newest = history[-1]
    mine = _documents(newest)
    return next((each.number for each in history if mine and _documents(each) == mine), 0)


def _documents(edition: Edition) -> dict[str, str]:
    return {
        name: digest for name, digest in edition.files.items() if name.startswith(f"{TEMPLATES}/")
    }


def _on(day: str) -> AbstractContextManager[None]:
    """As if today were this day."""
    noon = dt.datetime.fromisoformat(day).replace(hour=12, tzinfo=dt.UTC)
    return _told(EPOCH_VARIABLE, str(int(noon.timestamp())))


@contextmanager
def _told(variable: str, value: str) -> Iterator[None]:
    before = os.environ.get(variable)
    os.environ[variable] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[variable]
        else:
            os.environ[variable] = before
