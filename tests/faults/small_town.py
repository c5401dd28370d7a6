"""A year of few files: every command runs on it in seconds, so it can be killed many times."""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from msoko_lib.bank import Bank
from msoko_lib.batch.editions import editions_of, folder_of
from msoko_lib.project import Project
from msoko_lib.publication.editions import editions_of as public_editions
from msoko_lib.recommendations.issued import issued

YEAR = "2024-2025"
REPOSITORY = Path(__file__).resolve().parents[2]
FILES = (
    "Справочники/Справочник ОО.xlsx",
    "Справочники/Контингент.xlsx",
    "ВПР/МА 5/Ф1_Индивидуальные результаты.xlsx",
    "ВПР/МА 5/Ф3_Статистика по отметкам.xlsx",
    "Реестры/Единый график оценочных процедур.xlsx",
    "ВсОШ/Школьный этап/Математика.xlsx",
)
# What comes later: with it the year is another year.
LATER = "ВсОШ/Школьный этап/Физика.xlsx"
# Run in every test of faults: one short report, one process.
RUN = ("run", YEAR, "--only", "14", "--jobs", "1")
INTAKE = ("intake", YEAR, "--jobs", "1")
PUBLISH = ("publish", YEAR)


def lay_out(raw: Path, root: Path) -> Project:
    """A project with the few files; ``raw`` is the demo's folder of the same year."""
    for folder in ("params", "notebooks"):
        shutil.copytree(REPOSITORY / folder, root / folder)
    for name in FILES:
        _give(raw, root, name)
    return Project(root.resolve())


def add_later_file(raw: Path, project: Project) -> None:
    _give(raw, project.root, LATER)


def _give(raw: Path, root: Path, name: str) -> None:
    target = root / "data" / "raw" / YEAR / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(raw / name, target)
    # The date on the disk decides which of two files is newer: the same in every copy.
    os.utime(target, (1_700_000_000, 1_700_000_000))


@dataclass(frozen=True)
class State:
    """Everything a command leaves behind: path below the project → SHA-256."""

    files: dict[str, str]

    @classmethod
    def of(cls, project: Project) -> State:
        found = {}
        for part in ("data/processed", "data/published", "data/issued", "outputs"):
            for path in sorted((project.root / part).rglob("*")):
                name = path.relative_to(project.root).as_posix()
                # Readings are kept to save time; .owner.json is there while a run is.
                if path.is_file() and "/.readings/" not in name and path.name != ".owner.json":
                    found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        return cls(found)

    def differs_from(self, other: State) -> list[str]:
        names = sorted({*self.files, *other.files})
        return [name for name in names if self.files.get(name) != other.files.get(name)]


def what_is_broken(project: Project, before: State, after: State) -> list[str]:
    """What a killed command has spoilt; empty where every file is the old one or the new one.

    Parameters
    ----------
    before, after : State
        What stood there before the command, and what an undisturbed one leaves.
    """
    told = []
    for name, digest in State.of(project).files.items():
        if any(part.startswith(".") for part in Path(name).parts):
            # Drafts, hidden from people, and notes of the program: the next run settles them.
            continue
        if digest not in (before.files.get(name), after.files.get(name)):
            told.append(f"{name}: neither the old file nor the new one")
        told += _unreadable(project.root / name)
    told += [
        f"{name} is gone"
        for name in sorted({*before.files} & {*after.files})
        if not (project.root / name).exists() and not _between_two_moves(name)
    ]
    bank = Bank(project, YEAR)
    bank.settle()
    if bank.exists and bank.faults():
        told.append(f"the bank: {bank.faults()}")
    for edition in editions_of(project.outputs(YEAR)):
        folder = folder_of(project.outputs(YEAR), edition.number)
        for name, digest in edition.files.items():
            if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest:
                told.append(f"edition {edition.number}: {name} is not what its manifest says")
    public_editions(project, YEAR)
    issued(project, YEAR)
    return told


def _between_two_moves(name: str) -> bool:
    """The public site is a folder put in place of another: for a moment neither stands there."""
    return name.startswith((f"outputs/{YEAR}/public/", f"outputs/{YEAR}/documents/"))


def _unreadable(path: Path) -> list[str]:
    """A page without its end, a workbook that is no whole zip."""
    content = path.read_bytes()
    if path.suffix == ".html" and not content.rstrip().endswith(b"</html>"):
        return [f"{path.name}: the page breaks off"]
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            bad = archive.testzip()
        if bad:
            return [f"{path.name}: {bad} is damaged"]
    if path.suffix == ".ics" and not content.rstrip().endswith(b"END:VCALENDAR"):
        return [f"{path.name}: the calendar breaks off"]
    return []
