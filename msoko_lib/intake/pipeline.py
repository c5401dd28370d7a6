"""Raw files of a year → the bank: read (only what is new), merge, check, write, tell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from msoko_lib import __version__
from msoko_lib.bank import Bank
from msoko_lib.catalogue import load_catalogue
from msoko_lib.intake import merge
from msoko_lib.intake.cache import ReadingCache, readers_fingerprint
from msoko_lib.intake.directory import open_directory
from msoko_lib.intake.directory_draft import draft_directory
from msoko_lib.intake.directory_reader import LAYOUT as DIRECTORY
from msoko_lib.intake.files import RawFile, list_raw_files
from msoko_lib.intake.gather import gather
from msoko_lib.intake.layouts import all_layouts, maps_fingerprint
from msoko_lib.intake.read_year import YearRead, YearReader
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.rules import REFUSING, Finding, Place, finding
from msoko_lib.project import Project
from msoko_lib.pseudonym import Pseudonymiser, load_key
from msoko_lib.settings import Settings, load_settings
from msoko_lib.versions import build_date

DRAFT_NAME = "Справочник ОО (черновик).xlsx"
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Progress that tells nobody."""


@dataclass(frozen=True)
class IntakeResult:
    """What a year's intake came to.

    ``files`` has a row for each raw file (file, sha256, title, rows, status), ``findings`` a row
    for each line of the report, ``draft`` the directory draft made from the codes met.
    """

    school_year: str
    files: pd.DataFrame
    findings: list[Finding]
    draft: pd.DataFrame
    reread_n: int

    @property
    def exit_code(self) -> int:
        """0 clean, 1 something refused or set aside, 2 nothing usable."""
        data = self.files[self.files["layout"] != DIRECTORY]
        if not (data["rows"] > 0).any():
            return 2
        return int(any(item.severity in REFUSING for item in self.findings))


def intake_year(
    project: Project, school_year: str, jobs: int = 1, progress: Progress = silent
) -> IntakeResult:
    """Read a year's raw files into its bank.

    Parameters
    ----------
    project : Project
    school_year : str
        For example ``2024-2025``.
    jobs : int
        Number of processes that read files.
    progress : callable
        Called with (step, done, total).
    """
    settings = load_settings(project, school_year)
    pupils = Pseudonymiser(load_key(project.root))
    raw_files = list_raw_files(project.raw(school_year))
    unique, repeats = _without_copies(raw_files)
    reader = YearReader(
        all_layouts(project),
        ReadContext(school_year, settings, open_directory(), pupils, ""),
        ReadingCache(project.bank(school_year) / ".readings"),
        maps_fingerprint(project),
        jobs,
        progress,
    )
    read = reader.read(unique)
    readings, directory, listed = read.readings, read.directory, read.listed
    findings = _other_directories(read)
    progress("сведение", 0, 1)
    findings += repeats + [item for reading in readings.values() for item in reading.findings]
    last_answers = Bank(project, school_year).previous().table("form_values")
    catalogue = load_catalogue(project)
    tables, merged = gather(readings, raw_files, directory, school_year, last_answers, catalogue)
    findings += merged
    draft = draft_directory({**tables, "schools": listed}, directory)
    if not read.directories:
        findings.append(finding("no_directory", Place(""), schools=len(draft), draft=DRAFT_NAME))
    findings += [
        finding("file_named_by_person", Place(raw.name))
        for raw in raw_files
        if not raw.path.as_posix().endswith(raw.name)
    ]
    findings = merge.said_once(findings)
    files = _files_frame(raw_files, readings, findings)
    Bank(project, school_year).write(
        tables,
        {
            "school_year": school_year,
            "msoko_version": __version__,
            "read_on": build_date().isoformat(),
            "inputs": inputs_fingerprint(project, school_year, raw_files, settings, pupils),
            "files": files.to_dict("records"),
            "findings": [vars(item) for item in findings],
        },
    )
    progress("сведение", 1, 1)
    return IntakeResult(school_year, files, findings, draft, read.reread_n)


def inputs_fingerprint(
    project: Project,
    school_year: str,
    raw_files: Sequence[RawFile],
    settings: Settings,
    pupils: Pseudonymiser,
) -> str:
    """Hash of everything that the year's bank is made from."""
    parts = [school_year, settings.fingerprint, pupils.fingerprint, readers_fingerprint()]
    parts.append(maps_fingerprint(project))
    parts += [f"{raw.name}\x1f{raw.sha256}\x1f{raw.edition}" for raw in raw_files]
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def is_up_to_date(project: Project, school_year: str) -> bool:
    """True if the bank is sound and was made from the raw files as they are now."""
    bank = Bank(project, school_year)
    bank.settle()
    if not bank.is_sound():
        return False
    settings = load_settings(project, school_year)
    pupils = Pseudonymiser(load_key(project.root))
    raw_files = list_raw_files(project.raw(school_year))
    now = inputs_fingerprint(project, school_year, raw_files, settings, pupils)
    return bool(bank.manifest()["inputs"] == now)


def _without_copies(raw_files: Iterable[RawFile]) -> tuple[list[RawFile], list[Finding]]:
    first: dict[str, RawFile] = {}
    copies = []
    for raw in raw_files:
        # Files that do not open have no hash; they are no copies of each other.
        kept = first.setdefault(raw.sha256 or raw.name, raw)
        if kept is not raw:
            copies.append(finding("same_content", Place(raw.name), other=kept.name))
    return list(first.values()), copies


def _other_directories(read: YearRead) -> list[Finding]:
    """A line for each directory but the one in use; its schools do not reach the bank."""
    findings = []
    for name in read.directories[1:]:
        read.readings[name].tables.pop("schools", None)
        findings.append(finding("two_directories", Place(name), other=read.directories[0]))
    return findings


def _files_frame(
    raw_files: Sequence[RawFile], readings: dict[str, Reading], findings: Sequence[Finding]
) -> pd.DataFrame:
    """One row a raw file: what it is, how many rows it gave, what became of it."""
    refused = {item.file for item in findings if item.severity == "refused_file"}
    partly = {item.file for item in findings if item.severity in ("refused_rows", "set_aside")}
    rows = []
    for raw in raw_files:
        reading = readings.get(raw.name, Reading(title="копия другого файла"))
        status = "прочитан"
        if raw.name not in readings:
            status = "копия"
        elif raw.name in refused and reading.rows_n == 0:
            status = "не принят"
        elif raw.name in partly or raw.name in refused:
            status = "прочитан не весь"
        rows.append(
            {
                "file": raw.name,
                "sha256": raw.sha256,
                "layout": reading.layout,
                "title": reading.title or "не распознан",
                "rows": reading.rows_n,
                "status": status,
            }
        )
    columns = ["file", "sha256", "layout", "title", "rows", "status"]
    return pd.DataFrame(rows, columns=columns)


def draft_path(project: Project, school_year: str) -> Path:
    """Where the draft of the school directory is written."""
    return project.outputs(school_year) / DRAFT_NAME
