"""Where things lie: one object that knows the folders of a project."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from msoko_lib.problems import Problem

ROOT_VARIABLE = "MSOKO_ROOT"
OWN_VARIABLE = "MSOKO_OWN"
MARKER = Path("params") / "common.yml"
# A municipality's folder that `msoko init` laid out: the program and its files lie elsewhere.
FOLDER_MARKER = "msoko.yml"
OWN = "own"
PACKAGE = Path(__file__).resolve().parent
SCHOOL_YEAR = re.compile(r"(?P<start>20\d\d)-(?P<end>20\d\d)")


class ProjectNotFound(Problem):
    """No folder upward of the start is a municipality's or the program's own."""


@dataclass(frozen=True)
class Project:
    """The folders of one municipality.

    Parameters
    ----------
    root : Path
        The folder that holds ``data/`` and ``outputs/``. ``params/`` and ``notebooks/`` lie here
        too in a clone of the program; a folder of ``msoko init`` has only what is its own and
        takes the rest from the installed program.
    """

    root: Path

    @classmethod
    def find(cls, start: Path | str | None = None) -> Project:
        """Find the project from ``start``, ``$MSOKO_ROOT`` or the current folder upward.

        Notebooks run in folders of their own (papermill in the caller's, nbval in the
        notebook's), so no path in them may be relative: they ask here.

        Raises
        ------
        ProjectNotFound
            If no folder upward holds ``params/common.yml`` or ``msoko.yml``.
        """
        origin = Path(start or os.environ.get(ROOT_VARIABLE) or Path.cwd()).resolve()
        for folder in (origin, *origin.parents):
            if (folder / MARKER).is_file() or (folder / FOLDER_MARKER).is_file():
                return cls(folder)
        raise ProjectNotFound(
            f"В папке {origin} и выше нет файла msoko.yml или params/common.yml: это не папка "
            "проекта msoko. Перейдите в папку проекта, укажите её (--root ПАПКА) или заведите "
            "здесь новую: msoko init ."
        )

    @property
    def is_laid_out(self) -> bool:
        """True for a folder of ``msoko init``: what is delivered lies with the program."""
        return (self.root / FOLDER_MARKER).is_file() and not (self.root / MARKER).is_file()

    @property
    def delivery(self) -> Path:
        """Where the delivered ``params`` and ``notebooks`` lie."""
        return delivery() if self.is_laid_out else self.root

    @property
    def params(self) -> Path:
        """Parameters as they were delivered."""
        return self.delivery / "params"

    @property
    def own(self) -> Path:
        """Where the municipality keeps parameters of its own; the folder may not exist."""
        chosen = os.environ.get(OWN_VARIABLE)
        return Path(chosen) if chosen else self.root / "params" / OWN

    @property
    def notebooks(self) -> Path:
        return self.delivery / "notebooks" / "reports"

    def params_files(self) -> dict[str, Path]:
        """Every file of the parameters, delivered and own, by its name below ``params``."""
        found = {
            path.relative_to(self.params).as_posix(): path
            for path in sorted(self.params.rglob("*"))
            if path.is_file()
        }
        if not self.own.is_relative_to(self.params):
            # What lies in the delivery's own folder is nobody's here.
            if self.is_laid_out:
                found = {name: path for name, path in found.items() if not _is_own(name)}
            found |= {
                f"{OWN}/{path.relative_to(self.own).as_posix()}": path
                for path in sorted(self.own.rglob("*"))
                if path.is_file()
            }
        return found

    def raw(self, school_year: str) -> Path:
        return self.root / "data" / "raw" / school_year

    def bank(self, school_year: str) -> Path:
        return self.root / "data" / "processed" / school_year

    def outputs(self, school_year: str) -> Path:
        return self.root / "outputs" / school_year

    def raw_years(self) -> list[str]:
        """School years that have a folder with at least one file in ``data/raw``, oldest first."""
        folder = self.root / "data" / "raw"
        if not folder.is_dir():
            return []
        return sorted(
            child.name
            for child in folder.iterdir()
            if is_school_year(child.name) and any(path.is_file() for path in child.rglob("*"))
        )


def delivery() -> Path:
    """Where the delivered files lie: inside the installed package, or around it in a clone."""
    inside = PACKAGE / "delivery"
    return inside if inside.is_dir() else PACKAGE.parent


def _is_own(name: str) -> bool:
    return name.startswith(f"{OWN}/")


def is_school_year(text: str) -> bool:
    """Say whether ``text`` is a school year such as ``2024-2025`` (two consecutive years)."""
    match = SCHOOL_YEAR.fullmatch(text)
    return match is not None and int(match["end"]) == int(match["start"]) + 1


def school_year_of(end_year: int) -> str:
    """School year that ends in ``end_year``: 2025 gives ``2024-2025``."""
    return f"{end_year - 1}-{end_year}"


def end_year_of(school_year: str) -> int:
    """Calendar year in which a school year ends: ``2024-2025`` gives 2025."""
    if not is_school_year(school_year):
        raise ValueError(f"учебный год записывается как 2024-2025, получено: {school_year!r}")
    return int(school_year[-4:])


def previous_school_year(school_year: str, back: int = 1) -> str:
    """School year ``back`` years earlier."""
    return school_year_of(end_year_of(school_year) - back)
