"""Filled forms for the tests: blanks changed with openpyxl as people change them in Excel."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from tiny_catalogue import YEAR, schools_frame

from msoko_lib.catalogue import Catalogue, load_catalogue
from msoko_lib.intake.directory import Directory
from msoko_lib.intake.files import RawFile, edition_of
from msoko_lib.intake.forms import form_layouts
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.registers import register_layouts
from msoko_lib.intake.rules import Finding
from msoko_lib.project import Project
from msoko_lib.pseudonym import Pseudonymiser
from msoko_lib.settings import Settings, load_settings

FIRST_SCHOOL = "МБОУ СОШ № 1 г. Энск.xlsx"
QUALITY_SHEET, STAFF_SHEET = "01 Качество подготовки", "07 Профессиональное развитие"
Change = Callable[[Workbook], None]


def read(
    project: Project, path: Path, year: str = YEAR, directory: Directory | None = None
) -> Reading:
    """Read a file as the yearly intake does, with every other layout asked as well."""
    schools = directory or Directory.from_frame(schools_frame())
    context = ReadContext(year, settings_of(project, year), schools, Pseudonymiser(b"0" * 32),
                          path.name)  # fmt: skip
    raw = RawFile(path, path.name, "", edition_of(path))
    return read_file(raw, layouts_of(project), context)


@cache
def layouts_of(project: Project) -> list[Layout]:
    """Every layout, those of forms and registers included."""
    catalogue = catalogue_of(project)
    return [*form_layouts(catalogue), *register_layouts(catalogue), *all_layouts(project)]


@cache
def catalogue_of(project: Project) -> Catalogue:
    """The catalogue of a project."""
    return load_catalogue(project)


@cache
def settings_of(project: Project, year: str) -> Settings:
    """Parameters of a year."""
    return load_settings(project, year)


def changed(blank: Path, path: Path, *changes: Change) -> Path:
    """A copy of a blank after some changes."""
    book = openpyxl.load_workbook(blank)
    for change in changes:
        change(book)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def answer(**answers: object) -> Change:
    """Write answers beside the codes of their fields."""

    def change(book: Workbook) -> None:
        left = dict(answers)
        for page in book.worksheets:
            for row in page.iter_rows(min_row=7):
                if len(row) >= 8 and row[7].value in left:
                    row[2].value = left.pop(row[7].value)
        assert not left, left

    return change


def row_of(page: Worksheet, field_id: str) -> int:
    """Row of a field on a sheet of a form."""
    return next(row[7].row for row in page.iter_rows(min_row=7) if row[7].value == field_id)


def values(reading: Reading) -> dict[str, object]:
    """Field → its answer, number or text."""
    frame = reading.tables.get("form_values", pd.DataFrame())
    return {
        row["field_id"]: row["text"] if pd.isna(row["value"]) else row["value"]
        for row in frame.to_dict("records")
    }


def told(reading: Reading) -> list[tuple[str, str]]:
    """Rule and cell of each line, questions and refusals first come first."""
    return [(item.rule, item.cell) for item in reading.findings]


def only(findings: list[Finding], rule: str) -> Finding:
    """The one line of a rule."""
    (found,) = [item for item in findings if item.rule == rule]
    return found
