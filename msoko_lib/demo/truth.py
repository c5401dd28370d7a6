"""What was planted where: for tests alone, never written to disk."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from msoko_lib.demo.municipality import Additional, Preschool, School


@dataclass(frozen=True)
class Phenomenon:
    """A planted statistical phenomenon.

    Parameters
    ----------
    code : str
        What was planted, for example ``drop_4_5``.
    school_years : tuple of str
        School years in which it stands.
    login : str
        ФИС ОКО login of the school, code of another organisation; empty where it is nobody's own.
    works : tuple of str
        Keys of works («РУ 4»), names of subjects or ids of indicators it concerns.
    details : dict
        Sizes and places that a test needs.
    """

    code: str
    school_years: tuple[str, ...]
    login: str = ""
    works: tuple[str, ...] = ()
    details: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Defect:
    """A planted fault of a file: path below data/raw/<school_year> and what should be said."""

    code: str
    school_year: str
    file: str
    idea: str
    details: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class DemoTruth:
    """What the demo municipality is and what was planted in it.

    ``answers`` are the true answers to the fields of the catalogue: school year → organisation →
    field → value, whatever became of them on the way into a form.
    """

    root: Path
    school_years: tuple[str, ...]
    schools: tuple[School, ...]
    preschools: tuple[Preschool, ...]
    additional: tuple[Additional, ...]
    phenomena: tuple[Phenomenon, ...]
    defects: tuple[Defect, ...]
    files: tuple[Path, ...]
    answers: dict[str, dict[str, dict[str, object]]] = field(default_factory=dict)

    def phenomenon(self, code: str) -> Phenomenon:
        """The planted phenomenon of this code.

        Raises
        ------
        KeyError
            If it was not planted (a small municipality has no place for all).
        """
        for item in self.phenomena:
            if item.code == code:
                return item
        raise KeyError(code)

    def school(self, login: str) -> School:
        """The school with this login.

        Raises
        ------
        KeyError
            If no school has it.
        """
        for item in self.schools:
            if login in (item.login, item.second_login):
                return item
        raise KeyError(login)
