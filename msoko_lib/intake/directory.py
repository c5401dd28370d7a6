"""The school directory («справочник ОО»): what ties a login, a РИС code and names to one school."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from msoko_lib.intake.cells import text
from msoko_lib.intake.directory_draft import draft_directory, write_directory_draft
from msoko_lib.intake.school_names import fold_school_name

__all__ = [
    "FORMER_NAMES",
    "Directory",
    "draft_directory",
    "open_directory",
    "write_directory_draft",
]

# Column of ``read_directory``'s frame beyond the bank schema: names that the school once had.
FORMER_NAMES = "former_names"
NAME_SEPARATOR = ";"
OGRN_LENGTHS = (13, 15)


@dataclass(frozen=True)
class Directory:
    """Schools of a year by login, code and name; implements ``SchoolLookup`` of ``reading.py``.

    Parameters
    ----------
    school_ids : tuple of str
        Canonical ids, in the order of the file.
    logins, codes, names : dict
        Lower-case login, code of РИС (or ОГРН) without leading noughts, folded name → id.
        A name shared by two schools stands in ``shared_names`` and in no dictionary.
    is_open : bool
        True for the directory used when no file was given: it takes every code as it is.
    fingerprint : str
        Changes whenever a lookup could give another answer.
    """

    school_ids: tuple[str, ...] = ()
    logins: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    shared_names: frozenset[str] = frozenset()
    is_open: bool = False
    fingerprint: str = "open"

    @classmethod
    def from_frame(cls, schools: pd.DataFrame) -> Directory:
        """Directory of the rows that ``read_directory`` gave.

        Parameters
        ----------
        schools : DataFrame
            Bank table ``schools``; a column ``former_names`` (names parted by «;») is used if
            it is there.
        """
        logins: dict[str, str] = {}
        codes: dict[str, str] = {}
        owners: dict[str, set[str]] = defaultdict(set)
        for row in schools.to_dict("records"):
            school_id = row["school_id"]
            for login in _words(row.get("logins")):
                logins[login.lower()] = school_id
            for code in (row.get("ris_code"), row.get("ogrn")):
                if key := code_key(_string(code)):
                    codes[key] = school_id
            for name in names_of(row):
                owners[fold_school_name(name)].add(school_id)
            logins.setdefault(school_id.lower(), school_id)
        names = {name: next(iter(ids)) for name, ids in owners.items() if len(ids) == 1 and name}
        shared = frozenset(name for name, ids in owners.items() if len(ids) > 1)
        content = repr((sorted(logins.items()), sorted(codes.items()), sorted(names.items())))
        return cls(
            tuple(schools["school_id"]),
            logins,
            codes,
            names,
            shared,
            fingerprint=hashlib.sha256(content.encode()).hexdigest()[:16],
        )

    def by_login(self, login: str) -> str | None:
        """School of a login of ФИС ОКО (case and spaces do not matter), or None."""
        key = text(login).lower()
        return key if self.is_open else self.logins.get(key)

    def by_ris_code(self, code: str) -> str | None:
        """School of a «Код ОО» of РИС ГИА or of an ОГРН, or None."""
        key = code_key(text(code))
        if self.is_open:
            return f"{'ogrn' if len(key) in OGRN_LENGTHS else 'ris'}{text(code)}"
        return self.codes.get(key)

    def by_name(self, name: str) -> str | None:
        """School of a name, present or former; None if unknown or shared by two schools.

        The open directory knows no names: who a name belongs to is for the reader to doubt.
        """
        return None if self.is_open else self.names.get(fold_school_name(name))


def open_directory() -> Directory:
    """The directory used when no file was given: every code met is accepted as it is."""
    return Directory(is_open=True)


def code_key(code: str) -> str:
    """Code for comparison: Excel eats leading noughts, so they do not count."""
    return code.strip().lstrip("0")


def names_of(row: dict[str, object]) -> list[str]:
    """Every name of a school: short, full, former."""
    former = _string(row.get(FORMER_NAMES)).split(NAME_SEPARATOR)
    every = [_string(row.get("short_name")), _string(row.get("full_name")), *former]
    return [name for name in (part.strip() for part in every) if name]


def _words(value: object) -> Iterable[str]:
    return _string(value).split()


def _string(value: object) -> str:
    return "" if value is None or pd.isna(value) else str(value)
