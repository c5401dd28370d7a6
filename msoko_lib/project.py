"""Where things lie: one object that knows the folders of a project."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from msoko_lib.problems import Problem

ROOT_VARIABLE = "MSOKO_ROOT"
MARKER = Path("params") / "common.yml"
SCHOOL_YEAR = re.compile(r"(?P<start>20\d\d)-(?P<end>20\d\d)")


class ProjectNotFound(Problem):
    """No folder upward of the start holds ``params/common.yml``."""


@dataclass(frozen=True)
class Project:
    """The folders of one municipality.

    Parameters
    ----------
    root : Path
        The folder that holds ``params/``, ``data/``, ``notebooks/`` and ``outputs/``.
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
            If no folder upward holds ``params/common.yml``.
        """
        origin = Path(start or os.environ.get(ROOT_VARIABLE) or Path.cwd()).resolve()
        for folder in (origin, *origin.parents):
            if (folder / MARKER).is_file():
                return cls(folder)
        raise ProjectNotFound(
            f"В папке {origin} и выше нет файла params/common.yml: это не папка проекта msoko. "
            "Перейдите в папку проекта или укажите её: --root ПАПКА."
        )

    @property
    def params(self) -> Path:
        return self.root / "params"

    @property
    def notebooks(self) -> Path:
        return self.root / "notebooks" / "reports"

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
