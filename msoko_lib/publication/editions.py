"""Frozen editions: what was published stays as it was, beside what it told of people.

``data/published/<year>/<number>/`` holds the site as it stood, its rows, and the records that
later editions are proved against. The records hold true counts: the folder is as confidential as
the bank and is never published.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from msoko_lib.problems import Problem
from msoko_lib.project import Project, is_school_year
from msoko_lib.publication.records import Record
from msoko_lib.publication.shown import Row
from msoko_lib.versions import library_fingerprint, versions

SITE = "site"
STATE = "edition.json"


class DamagedEdition(Problem):
    """A kept edition cannot be read: the next one could not be proved against it."""


@dataclass(frozen=True)
class Edition:
    """A published edition.

    Attributes
    ----------
    changes : tuple of str
        What differs from the edition before, in sentences; empty in the first.
    rows : tuple of Row
        Its protected table.
    records : tuple of Record
        What it told of people.
    """

    school_year: str
    number: int
    made_on: str
    changes: tuple[str, ...]
    rows: tuple[Row, ...]
    records: tuple[Record, ...]


def folder_of(project: Project, school_year: str) -> Path:
    """Where the editions of a year are kept."""
    return project.root / "data" / "published" / school_year


def editions_of(project: Project, school_year: str) -> list[Edition]:
    """Editions of a year, oldest first."""
    folder = folder_of(project, school_year)
    if not folder.is_dir():
        return []
    numbers = sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())
    return [_read(folder / str(number), school_year, number) for number in numbers]


def earlier_records(project: Project, school_year: str) -> list[Record]:
    """What all editions of all years have told of people.

    A figure of another year is no correction of this year's: its name carries its year.
    """
    folder = project.root / "data" / "published"
    if not folder.is_dir():
        return []
    years = sorted(path.name for path in folder.iterdir() if is_school_year(path.name))
    return [
        record if year == school_year else _of_year(record, year)
        for year in years
        for edition in editions_of(project, year)
        for record in edition.records
    ]


def _of_year(record: Record, year: str) -> Record:
    parts = tuple(f"{year} {name}" for name in record.sum_of)
    return replace(record, name=f"{year} {record.name}", sum_of=parts)


def _read(folder: Path, school_year: str, number: int) -> Edition:
    try:
        state = json.loads((folder / STATE).read_text(encoding="utf-8"))
        return Edition(
            school_year=school_year,
            number=number,
            made_on=state["made_on"],
            changes=tuple(state["changes"]),
            rows=tuple(Row(**row) for row in state["rows"]),
            records=tuple(
                Record.from_plain(record, f"{school_year}/{number}") for record in state["records"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise DamagedEdition(
            f"Открытый выпуск № {number} за {school_year} не читается: {folder / STATE}. По нему "
            "проверяется, что новый выпуск не раскроет скрытого в нём, поэтому без него ничего не "
            "записано. Восстановите папку data/published из резервной копии."
        ) from None


def freeze(project: Project, edition: Edition, files: Mapping[str, bytes]) -> None:
    """Keep an edition for good; its folder appears whole or not at all."""
    folder = folder_of(project, edition.school_year)
    draft = folder / f".{edition.number}"
    shutil.rmtree(draft, ignore_errors=True)
    write_files(draft / SITE, files)
    state = {
        "made_on": edition.made_on,
        "changes": edition.changes,
        "rows": [row.as_plain() for row in edition.rows],
        "records": [record.as_plain() for record in edition.records],
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "versions": versions(),
        "program": library_fingerprint(),
    }
    text = json.dumps(state, ensure_ascii=False)
    (draft / STATE).write_text(text, encoding="utf-8")
    draft.rename(folder / str(edition.number))


def frozen_files(project: Project, school_year: str, number: int) -> dict[str, bytes]:
    """Files of a frozen site: address → content."""
    folder = folder_of(project, school_year) / str(number) / SITE
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files under a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def changes_between(before: Sequence[Row], after: Sequence[Row]) -> list[str]:
    """What a reader of both editions sees changed, in sentences."""
    old, new = {row.name: row for row in before}, {row.name: row for row in after}
    told = []
    for name, row in new.items():
        if name not in old:
            told.append(f"{label_of(row)}: добавлено, {row.value}.")
        elif old[name].value != row.value:
            told.append(f"{label_of(row)}: было {old[name].value}, стало {row.value}.")
        elif old[name].n != row.n:
            told.append(f"{label_of(row)}: уточнено, сколько участников.")
    told += [
        f"{label_of(row)}: больше не показывается." for name, row in old.items() if name not in new
    ]
    return told


def label_of(row: Row) -> str:
    """«Качество ОГЭ, Математика»: indicator with its cut and organisation."""
    grade = f"{row.grade} класс" if row.grade else ""
    parts = (row.title, row.subject, grade, row.component, row.organisation)
    return ", ".join(part for part in parts if part)
