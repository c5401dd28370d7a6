"""Where a notebook's municipality comes from: the project upward, the newest year with a bank."""

from __future__ import annotations

import re
from pathlib import Path

from msoko_lib.bank import Bank, BankProblem
from msoko_lib.explore.municipality import Municipality
from msoko_lib.explore.names import nearest
from msoko_lib.explore.problems import NoYear
from msoko_lib.explore.years import years_with_bank
from msoko_lib.project import Project, ProjectNotFound, is_school_year
from msoko_lib.subsystems.year import open_year_of

_SHORT = re.compile(r"(20\d\d)\s*[-/–—]\s*(?:20)?(\d\d)")


def municipality(school_year: str | None = None, folder: str | Path | None = None) -> Municipality:
    """Open a municipality of one school year for exploring.

    Parameters
    ----------
    school_year : str, optional
        «2024-2025» (also «2024/25»); without it the newest year that has been read.
    folder : str or Path, optional
        A folder of the project; without it the project is looked for from the folder named by
        ``MSOKO_ROOT``, else from the current one upward, as the commands do.

    Returns
    -------
    Municipality
        Schools, works, exams, indicators and all that may be asked of them.

    Raises
    ------
    NoYear
        If there is no project, or the year has not been read; the message says what to do.

    Examples
    --------
    >>> from msoko_lib import municipality
    >>> m = municipality()                           # doctest: +SKIP
    >>> m.vpr("Математика")                          # doctest: +SKIP
    >>> municipality("2024/2026")
    Traceback (most recent call last):
    ...
    msoko_lib.explore.problems.NoYear: Учебный год записывается как 2024-2025, получено: 2024/2026.
    """
    wanted = None if school_year is None else _school_year(school_year)
    try:
        project = Project.find(folder)
    except ProjectNotFound:
        raise NoYear(
            f"В папке {Path(folder or '.').resolve()} и выше нет проекта msoko. Откройте тетрадь "
            "командой msoko lab в папке проекта или назовите папку: municipality(folder=…)."
        ) from None
    known = years_with_bank(project)
    year = wanted or (known[-1] if known else "")
    if year not in known:
        raise NoYear(_what_to_do(project, year, known))
    try:
        Bank(project, year).require_sound()
        return Municipality(open_year_of(project, year))
    except BankProblem as problem:
        raise NoYear(str(problem)) from None


def _school_year(text: str) -> str:
    match = _SHORT.fullmatch(str(text).strip())
    year = f"{match[1]}-20{match[2]}" if match else str(text)
    if not is_school_year(year):
        raise NoYear(f"Учебный год записывается как 2024-2025, получено: {text}.")
    return year


def _what_to_do(project: Project, year: str, known: list[str]) -> str:
    """Why there is nothing to explore, and the next step."""
    raw = project.raw_years()
    if year in raw:
        said = f"Файлы за {year} есть, но ещё не прочитаны. Выполните: msoko intake {year}"
    elif year:
        said = (
            f"За {year} данных нет. Положите выгрузки в папку data/raw/{year} и выполните: "
            f"msoko intake {year}"
        )
    elif raw:
        said = f"Ни один год ещё не прочитан. Выполните: msoko intake {raw[-1]}"
    else:
        said = (
            "Данных ещё нет. Положите выгрузки в папку data/raw/2024-2025 (свой учебный год) и "
            "выполните msoko intake 2024-2025, а для знакомства: msoko demo, затем "
            "msoko intake newest"
        )
    if known:
        said += f". Прочитаны: {', '.join(known)}"
        near = nearest(year, known)
        said += f'; например, municipality("{(near or known)[0]}")'
    return f"{said}."
