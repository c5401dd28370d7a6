"""Is an edition what its manifest says? Every file that differs, is missing or is extra."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from msoko_lib.batch.editions import CARD, FOLDER, folder_of
from msoko_lib.project import Project
from msoko_lib.publication.editions import SITE, STATE
from msoko_lib.publication.editions import folder_of as published_folder


@dataclass(frozen=True)
class Verdict:
    """What became of checking one edition.

    ``faults`` are sentences about files; ``note`` is what cannot be said of an edition made by an
    older program.
    """

    title: str
    files_n: int
    faults: tuple[str, ...] = ()
    note: str = ""


def verify_year(project: Project, school_year: str, number: int | None = None) -> list[Verdict]:
    """Check the editions of a year and its public editions, the oldest first.

    Parameters
    ----------
    number : int, optional
        Only the edition of this number; the public editions are then left out.
    """
    outputs = project.outputs(school_year)
    numbers = _numbers(outputs / FOLDER)
    if number is not None:
        return [_edition(outputs, each) for each in numbers if each == number]
    public = published_folder(project, school_year)
    return [
        *(_edition(outputs, each) for each in numbers),
        *(_public_edition(public / str(each), each) for each in _numbers(public)),
    ]


def _numbers(folder: Path) -> list[int]:
    if not folder.is_dir():
        return []
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())


def _edition(outputs: Path, number: int) -> Verdict:
    folder = folder_of(outputs, number)
    return _compared(f"Издание {number}", folder, folder / CARD)


def _public_edition(folder: Path, number: int) -> Verdict:
    return _compared(f"Открытый выпуск № {number}", folder / SITE, folder / STATE)


def _compared(title: str, folder: Path, card: Path) -> Verdict:
    try:
        told = json.loads(card.read_text(encoding="utf-8"))
        named = told.get("files")
        if named is None:
            note = "сделан прежней версией программы: описи файлов в нём нет, сверить не с чем"
            return Verdict(title, 0, note=note)
        expected = {str(name): str(digest) for name, digest in named.items()}
    except (OSError, ValueError, AttributeError):
        return Verdict(title, 0, (f"опись {card.name} пропала или не читается: {card}",))
    faults = differences(expected, hashes_below(folder, {card}))
    return Verdict(title, len(expected), tuple(faults))


def hashes_below(folder: Path, apart: set[Path]) -> dict[str, str]:
    """Path below a folder → SHA-256 of every file but those ``apart``."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path not in apart
    }


def differences(expected: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Sentences about what differs, is missing, is extra."""
    told = []
    for name in sorted({*expected, *found}):
        if name not in found:
            told.append(f"нет файла: {name}")
        elif name not in expected:
            told.append(f"лишний файл: {name}")
        elif expected[name] != found[name]:
            told.append(f"файл другой: {name}")
    return told
