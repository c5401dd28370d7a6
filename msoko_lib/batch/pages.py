"""Working pages of a year beside its reports: heading, check, place."""

from __future__ import annotations

from pathlib import Path

from msoko_lib.atomic import write_atomically
from msoko_lib.privacy.outgoing import Outgoing
from msoko_lib.project import Project
from msoko_lib.reporting.html import PageMeta
from msoko_lib.reporting.html_check import check_html
from msoko_lib.settings import load_settings
from msoko_lib.versions import build_date


def write_page(path: Path, page: str, outgoing: Outgoing, links: tuple[str, ...] = ()) -> None:
    """Put a page in place after the same checks that a report passes.

    Raises
    ------
    RuntimeError
        If the page is faulty; what was there before stays.
    PersonalData
        If it seems to hold personal data.
    """
    outgoing.check(path.name, page.encode())
    problems = check_html(page, allowed_links=links)
    if problems:
        raise RuntimeError(f"{path.name}: страница не прошла проверку: {'; '.join(problems)}")
    write_atomically(path, page.encode())


def page_meta(project: Project, school_year: str, title: str) -> PageMeta:
    """Heading of a working page of the municipality."""
    owner = load_settings(project, school_year).municipality
    return PageMeta(
        title=title,
        subtitle=owner.name,
        school_year=school_year,
        made_on=build_date().isoformat(),
        department=owner.department,
    )
