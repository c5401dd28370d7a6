"""Frozen editions of a year: every run that made something is kept as it was handed out.

A live report is replaced by the next run; an edition is not. ``outputs/<year>/editions/003`` holds
the whole year as it stood after its third run, so a director and the office can always open the
paper they speak about. A file that did not change since the edition before is the same file on
disk (a hard link among editions), never a link to the live one: what somebody types into a live
page or workbook must not reach back.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from msoko_lib.atomic import write_atomically

FOLDER = "editions"
CARD = "edition.json"
# Reports made and not yet in an edition: a run killed before it froze them is made good.
OWED = ".owed.json"
# Blanks go out to be filled, the public edition has editions of its own, drafts are the year's.
_NOT_FROZEN = frozenset({FOLDER, "editions.html", "forms", "public"})


@dataclass(frozen=True)
class Edition:
    """What an edition was made from and what it holds.

    Parameters
    ----------
    number : int
        From 1 in each school year.
    made_on : str
        ISO date.
    made : tuple of str
        Keys of the reports made anew: numbers of subsystems, codes of schools.
    files : mapping
        Path below the edition → SHA-256.
    sources : mapping
        Name of a data file → SHA-256.
    params : mapping
        Path below ``params`` → SHA-256.
    program : str
        Version and fingerprint of the program.
    values : mapping
        Id of an indicator → its value in the municipality as people read it.
    versions : mapping
        Python, msoko and the libraries whose numbers enter the reports → version.
    commit : str
        Commit of the project's folder; empty outside git.
    notebooks : mapping
        File of a notebook → SHA-256.
    tables : mapping
        School year → table of its bank → SHA-256.
    read_on : mapping
        School year → ISO date on which its files were read.
    documents_on : str
        ISO date that the Word documents bear; they may be older than the edition.
    """

    number: int
    made_on: str
    made: tuple[str, ...]
    files: Mapping[str, str]
    sources: Mapping[str, str]
    params: Mapping[str, str]
    program: str
    values: Mapping[str, str]
    # Cards of older editions lack what follows; they stay readable.
    versions: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""
    notebooks: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    read_on: Mapping[str, str] = field(default_factory=dict)
    documents_on: str = ""


_FIELDS = frozenset(each.name for each in fields(Edition))


def editions_of(outputs: Path) -> list[Edition]:
    """Editions of a year, the newest first; one without a readable card is not counted."""
    found = []
    for path in (outputs / FOLDER).glob(f"*/{CARD}"):
        try:
            card = json.loads(path.read_text(encoding="utf-8"))
            # What a newer msoko has added to the card is no reason not to read it.
            known = {name: value for name, value in card.items() if name in _FIELDS}
            found.append(Edition(**{**known, "made": tuple(card["made"])}))
        except (OSError, ValueError, TypeError, KeyError):
            continue
    return sorted(found, key=lambda edition: edition.number, reverse=True)


def next_number(outputs: Path) -> int:
    """Number of the edition that a run would make; a damaged edition keeps its number too."""
    taken = [int(path.name) for path in (outputs / FOLDER).glob("*") if path.name.isdigit()]
    return max(taken, default=0) + 1


def owe(outputs: Path, key: str) -> None:
    """Note that a report was made for the next edition."""
    note = {"number": next_number(outputs), "made": sorted({*owed(outputs), key})}
    write_atomically(outputs / OWED, json.dumps(note).encode())


def owed(outputs: Path) -> set[str]:
    """Keys of the reports that were made and are in no edition yet."""
    number, made = _owed(outputs)
    return made if number == next_number(outputs) else set()


def paid(outputs: Path) -> bool:
    """Forget what has been frozen; True if there was something to forget."""
    number, _ = _owed(outputs)
    is_frozen = 0 < number < next_number(outputs)
    if is_frozen:
        (outputs / OWED).unlink(missing_ok=True)
    return is_frozen


def _owed(outputs: Path) -> tuple[int, set[str]]:
    try:
        note = json.loads((outputs / OWED).read_text(encoding="utf-8"))
        return int(note["number"]), {str(key) for key in note["made"]}
    except (OSError, ValueError, KeyError, TypeError):
        return 0, set()


def folder_of(outputs: Path, number: int) -> Path:
    """Where an edition lies."""
    return outputs / FOLDER / f"{number:03d}"


def to_freeze(outputs: Path) -> dict[str, Path]:
    """Files of a year that belong to an edition: path below outputs → file."""
    found = {}
    for path in sorted(outputs.rglob("*")):
        parts = path.relative_to(outputs).parts
        hidden = any(part.startswith(".") for part in parts)
        if path.is_file() and not hidden and parts[0] not in _NOT_FROZEN:
            found["/".join(parts)] = path
    return found


def freeze(outputs: Path, edition: Edition, pages: Mapping[str, str]) -> Path:
    """Put an edition in place, whole or not at all.

    Parameters
    ----------
    outputs : Path
        Outputs of the year; its files are copied.
    edition : Edition
        ``files`` is filled here.
    pages : mapping
        Pages that stand in the edition otherwise than among the live files: path → text.

    Returns
    -------
    Path
        Folder of the edition.
    """
    target = folder_of(outputs, edition.number)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    before = next(iter(editions_of(outputs)), None)
    hashes: dict[str, str] = {}
    try:
        for name, path in to_freeze(outputs).items():
            content = pages[name].encode() if name in pages else path.read_bytes()
            hashes[name] = hashlib.sha256(content).hexdigest()
            place = draft / name
            place.parent.mkdir(parents=True, exist_ok=True)
            same = before is not None and before.files.get(name) == hashes[name]
            if not (before and same and _linked(folder_of(outputs, before.number) / name, place)):
                place.write_bytes(content)
        card = asdict(edition) | {"files": hashes}
        text = json.dumps(card, ensure_ascii=False, indent=1, sort_keys=True)
        (draft / CARD).write_text(text, encoding="utf-8")
        os.replace(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _linked(kept: Path, place: Path) -> bool:
    """Share an unchanged file with the edition before; False where disk or file forbid it."""
    try:
        os.link(kept, place)
    except OSError:
        return False
    return True
