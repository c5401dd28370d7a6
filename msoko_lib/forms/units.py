"""Which organisations get a form: the year's directory."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.intake.directory import open_directory
from msoko_lib.intake.directory_reader import LAYOUT as DIRECTORY
from msoko_lib.intake.files import list_raw_files
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import ReadContext
from msoko_lib.passports import UnitKind
from msoko_lib.problems import Problem
from msoko_lib.project import Project, end_year_of, previous_school_year
from msoko_lib.pseudonym import Pseudonymiser, load_key
from msoko_lib.settings import load_settings


class FormsProblem(Problem):
    """Forms cannot be made; the message says what is missing."""


@dataclass(frozen=True)
class Unit:
    """An organisation that answers forms."""

    school_id: str
    name: str
    kind: UnitKind


def units_of(project: Project, school_year: str) -> list[Unit]:
    """Organisations of a year, in the order of the directory.

    The directory is sought in the year's bank, then among its raw files (forms go out before
    any export has come), then in the bank of the year before.

    Raises
    ------
    FormsProblem
        If there is no directory anywhere.
    """
    for schools in (
        _of_bank(project, school_year),
        _of_raw_files(project, school_year),
        _of_bank(project, previous_school_year(school_year)),
    ):
        if not schools.empty:
            return units_of_frame(schools, school_year)
    raise FormsProblem(
        f"Нет справочника ОО: формы делаются по списку организаций. Положите «Справочник ОО» в "
        f"папку data/raw/{school_year} и повторите: msoko forms {school_year}"
    )


def units_of_frame(schools: pd.DataFrame, school_year: str) -> list[Unit]:
    """Organisations of a ``schools`` table that are in the directory and not closed by then."""
    autumn = f"{end_year_of(school_year) - 1}-09-01"
    is_open = ~(schools["until"].fillna("9999") < autumn)
    listed = schools[schools["in_directory"] & is_open]
    return [
        Unit(str(row["school_id"]), str(row["short_name"]), row["unit_kind"])
        for row in listed.to_dict("records")
    ]


def _of_bank(project: Project, school_year: str) -> pd.DataFrame:
    bank = Bank(project, school_year)
    schools = bank.table("schools")
    return schools[schools["in_directory"]]


def _of_raw_files(project: Project, school_year: str) -> pd.DataFrame:
    layouts = [each for each in all_layouts(project) if each.code == DIRECTORY]
    settings = load_settings(project, school_year)
    pupils = Pseudonymiser(load_key(project.root))
    context = ReadContext(school_year, settings, open_directory(), pupils, "")
    for raw in list_raw_files(project.raw(school_year)):
        reading = read_file(raw, layouts, replace(context, file=raw.name))
        if "schools" in reading.tables and not reading.tables["schools"].empty:
            return reading.tables["schools"]
    return Bank(project, school_year).table("schools")
