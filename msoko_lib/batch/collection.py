"""«Полнота сбора» of a year as the batch keeps it: workbook, page, summary for the console."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.batch.pages import page_meta, write_page
from msoko_lib.catalogue import load_catalogue
from msoko_lib.forms.completeness import STATES, by_unit, completeness
from msoko_lib.forms.completeness_book import completeness_workbook
from msoko_lib.forms.reminders import refused_answers, reminders
from msoko_lib.privacy.outgoing import outgoing_of, write_checked
from msoko_lib.project import Project
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.completeness_page import WORKBOOK, completeness_page
from msoko_lib.reporting.nouns_ru import ORGANISATION
from msoko_lib.settings import load_settings
from msoko_lib.versions import build_date

PAGE = "completeness.html"
DEADLINE = "forms"


@dataclass(frozen=True)
class Collection:
    """How far the collection of a year has come.

    ``rows`` is what :func:`~msoko_lib.forms.completeness.completeness` gave, ``letters`` maps a
    school_id to the letter that reminds it, ``deadline`` is an ISO date or empty.
    """

    rows: pd.DataFrame
    letters: dict[str, str]
    deadline: str

    @property
    def units(self) -> pd.DataFrame:
        """One row an organisation, those who owe most first."""
        return by_unit(self.rows)

    @property
    def summary(self) -> str:
        """One line: how many organisations have answered all, some, nothing."""
        units = self.units
        found = units["state"].value_counts()
        counts = ", ".join(f"{state} – {found.get(state, 0)}" for state in reversed(STATES))
        return f"Бланки сбора, {ru.counted(len(units), ORGANISATION)}: {counts}."


def collection_of(project: Project, school_year: str) -> Collection:
    """State of a year's collection from its bank; no rows where there is no directory.

    Raises
    ------
    BankProblem
        If the year has not been read.
    """
    bank = Bank(project, school_year)
    manifest = bank.manifest()
    answers = bank.table("form_values")
    rows = completeness(answers, bank.table("schools"), load_catalogue(project), school_year)
    deadline = load_settings(project, school_year).deadline(DEADLINE, school_year)
    refused = refused_answers(manifest["findings"], manifest["files"], answers, rows)
    letters = reminders(rows, deadline, refused, build_date().isoformat())
    return Collection(rows, letters, deadline)


def write_collection(project: Project, school_year: str) -> Path | None:
    """Write workbook and page of a year's collection; what has not changed stays.

    Returns
    -------
    Path or None
        The page; None (and none is left lying about) where nobody is asked anything.
    """
    outputs = project.outputs(school_year)
    page_path, book_path = outputs / PAGE, outputs / WORKBOOK
    state = collection_of(project, school_year)
    if state.units.empty:
        page_path.unlink(missing_ok=True)
        book_path.unlink(missing_ok=True)
        return None
    named = load_settings(project, school_year).deadlines.get(DEADLINE)
    page = completeness_page(
        state.rows,
        state.letters,
        replace(page_meta(project, school_year, "Полнота сбора"), edition=""),
        state.deadline,
        named.status if named else "",
    )
    if book_path.is_file() and page_path.is_file() and page_path.read_bytes() == page.encode():
        return page_path
    outgoing = outgoing_of(project, school_year)
    write_page(page_path, page, outgoing)
    book = completeness_workbook(state.rows, state.letters, school_year)
    write_checked(outputs, WORKBOOK, book, outgoing)
    return page_path
