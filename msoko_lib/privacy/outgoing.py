"""The last look at a file before it is put in place: no person, no group too small."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from msoko_lib.atomic import write_atomically
from msoko_lib.bank import MANIFEST, Bank
from msoko_lib.privacy.patterns import NAME_KINDS, personal_data_in, values_of
from msoko_lib.privacy.small_cells import small_groups
from msoko_lib.privacy.texts import pieces_of, words_of
from msoko_lib.problems import Problem
from msoko_lib.project import Project
from msoko_lib.settings import load_settings

# Who signs an order and whom it obliges stand there with their full names.
NAMED_IN_DOCUMENTS: Final = "documents"
_REPORT_MINIMUM: Final = "report_minimum_n"
_TEXT_PARAMS: Final = (".yml", ".csv", ".docx")


class PersonalData(Problem):
    """A file that was about to be put in place seems to hold personal data."""


@dataclass(frozen=True)
class Outgoing:
    """What may leave in the files of a municipality.

    Parameters
    ----------
    allowed : frozenset of str
        Values that look personal and are the office's own: they stand in its parameters and
        templates or in the names of its organisations.
    minimum_n : int
        Groups of fewer people are not told of.
    """

    allowed: frozenset[str] = field(default_factory=frozenset)
    minimum_n: int = 5

    def faults(self, name: str, content: bytes) -> list[str]:
        """What forbids putting a file in place: kinds and counts, never a value.

        Parameters
        ----------
        name : str
            Path below the outputs of the year.
        content : bytes
            The whole file.
        """
        found = personal_data_in(pieces_of(name, content), self.allowed)
        if name.startswith(f"{NAMED_IN_DOCUMENTS}/"):
            for kind in NAME_KINDS:
                found.pop(kind, None)
        told = [f"похоже на {kind}: {count}" for kind, count in found.items()]
        if name.endswith(".html"):
            small = small_groups(content.decode("utf-8", "replace"), self.minimum_n)
            told += [f"в таблице «{table}» показана группа меньше {self.minimum_n} человек"
                     for table in dict.fromkeys(small)]  # fmt: skip
        return told

    def check(self, name: str, content: bytes) -> None:
        """Let a file pass or stop it.

        Raises
        ------
        PersonalData
            If it has a fault.
        """
        faults = self.faults(name, content)
        if faults:
            raise PersonalData(
                f"Файл {name} не записан: {'; '.join(faults)}. Найдите эти сведения в исходных "
                "файлах (формах, пояснениях, реестрах), уберите их и повторите."
            )


def write_checked(outputs: Path, name: str, content: bytes, outgoing: Outgoing) -> None:
    """Put a file of the outputs in place after the last look.

    Raises
    ------
    PersonalData
        If it must not be told; what was there before stays.
    """
    outgoing.check(name, content)
    write_atomically(outputs / name, content)


def outgoing_of(project: Project, school_year: str) -> Outgoing:
    """The last look for a year of a municipality."""
    texts = project.params_files().values()
    files = sorted(path for path in texts if path.suffix in _TEXT_PARAMS)
    manifest = Bank(project, school_year).folder / MANIFEST
    stamp = tuple(
        (path.as_posix(), path.stat().st_mtime_ns) for path in [*files, manifest] if path.is_file()
    )
    return _outgoing(project, school_year, tuple(map(str, files)), stamp)


def _minimum(project: Project, school_year: str) -> int:
    return int(load_settings(project, school_year).threshold(_REPORT_MINIMUM).value)


def _names(bank: Bank) -> Iterable[str]:
    schools = bank.table("schools", columns=["short_name", "full_name"])
    for column in schools.columns:
        yield from (str(name) for name in schools[column].dropna())


# Every report of a run asks; what it rests on is named by the stamp.
@functools.lru_cache(maxsize=8)
def _outgoing(
    project: Project,
    school_year: str,
    texts: tuple[str, ...],
    stamp: tuple[tuple[str, int], ...],
) -> Outgoing:
    bank = Bank(project, school_year)
    names = _names(bank) if bank.exists else ()
    allowed = values_of("\n\n\n\n\n".join(names))
    for path in texts:
        allowed |= values_of(words_of(path, Path(path).read_bytes()))
    return Outgoing(frozenset(allowed), _minimum(project, school_year))
