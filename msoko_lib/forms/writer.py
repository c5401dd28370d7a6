"""``msoko forms``: a workbook for each organisation and one for the office."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.catalogue import load_catalogue
from msoko_lib.forms.file_names import file_names
from msoko_lib.forms.keep import BlankFolder
from msoko_lib.forms.office import office_workbook
from msoko_lib.forms.plan import office_sheets, unit_sheets
from msoko_lib.forms.unit_template import Answer, unit_template
from msoko_lib.forms.units import FormsProblem, units_of
from msoko_lib.intake.form_marks import OFFICE_NAME
from msoko_lib.project import Project

FOLDER = "forms"
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Progress that tells nobody."""


def write_forms(project: Project, school_year: str, progress: Progress = silent) -> list[Path]:
    """Write the collection forms of a year into ``outputs/<year>/forms``.

    One workbook for each school, preschool and organisation of additional education in the
    directory, with a sheet for each subsystem that asks it something, and «Управление
    образования.xlsx» for what the office fills in. Last year's answers come from last year's
    bank. A file that somebody has begun to fill is left alone: the new blank goes beside it.

    Parameters
    ----------
    project : Project
    school_year : str
        For example ``2024-2025``.
    progress : callable
        Called with (step, done, total).

    Returns
    -------
    list of Path
        The blanks, organisations first.

    Raises
    ------
    FormsProblem
        If there is no directory of organisations or the catalogue asks nothing this year.
    """
    catalogue = load_catalogue(project)
    units = units_of(project, school_year)
    previous = answers_of(Bank(project, school_year).previous().table("form_values"))
    folder = BlankFolder(project.outputs(school_year) / FOLDER)
    kinds = dict.fromkeys(unit.kind for unit in units)
    templates = {
        kind: unit_template(sheets, kind, school_year)
        for kind in kinds
        if (sheets := unit_sheets(catalogue, kind, school_year))
    }
    asked = [unit for unit in units if unit.kind in templates]
    names = file_names((unit.school_id, unit.name) for unit in asked)
    written = []
    for done, unit in enumerate(asked):
        progress("формы", done, len(asked))
        content = templates[unit.kind].for_unit(unit, previous.get(unit.school_id, {}))
        written.append(folder.write(f"{names[unit.school_id]}.xlsx", content))
    progress("формы", len(asked), len(asked))
    if sheets := office_sheets(catalogue, school_year, kinds):
        content = office_workbook(sheets, units, school_year, previous)
        written.append(folder.write(f"{OFFICE_NAME}.xlsx", content))
    if not written:
        raise FormsProblem(
            f"В каталоге показателей (params/indicators) нет полей, которые собирают в "
            f"{school_year}: формы делать не из чего."
        )
    folder.close()
    return written


def answers_of(form_values: pd.DataFrame) -> dict[str, dict[str, Answer]]:
    """Answers of a ``form_values`` table: school → field → (value, text)."""
    answers: dict[str, dict[str, Answer]] = {}
    for row in form_values.itertuples():
        value = None if pd.isna(row.value) else float(row.value)
        words = None if pd.isna(row.text) else str(row.text)
        answers.setdefault(str(row.school_id), {})[str(row.field_id)] = (value, words)
    return answers
