"""The public site as files: address → content, each page checked before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Final

from msoko_lib.catalogue import Catalogue
from msoko_lib.publication import pages, pages_about
from msoko_lib.publication.open_data import FOLDER, open_data
from msoko_lib.publication.rules import Rules
from msoko_lib.publication.shown import Row
from msoko_lib.reporting.html import PageMeta, render_page
from msoko_lib.reporting.html_check import check_html

MOST_BYTES: Final = 600_000


@dataclass(frozen=True)
class ExtraPage:
    """A further page of the edition, such as the annual report.

    Attributes
    ----------
    address : str
        File name in the site, for example ``doklad.html``.
    title, note : str
        Link on the first page and the line under it.
    body : str
        Markup made from the protected rows alone.
    """

    address: str
    title: str
    note: str
    body: str


# Whoever has a page for the public makes it from protected rows. The maker is given nothing else
# of the year, so that it cannot tell more than the edition does.
ExtraMaker = Callable[[Sequence[Row]], ExtraPage | None]


@dataclass(frozen=True)
class Heading:
    """What stands above each page."""

    municipality: str
    department: str
    school_year: str
    number: int
    made_on: str

    def meta(self, title: str) -> PageMeta:
        """Heading of a page."""
        return PageMeta(
            title=title,
            subtitle=self.municipality,
            school_year=self.school_year,
            edition=f"открытый выпуск № {self.number}",
            made_on=self.made_on,
            department=self.department,
        )


def site_files(
    rows: Sequence[Row],
    rules: Rules,
    catalogue: Catalogue,
    top: Heading,
    tried_n: int,
    changes: Sequence[str],
    extra_pages: Sequence[ExtraMaker] = (),
) -> dict[str, bytes]:
    """All files of the site.

    Parameters
    ----------
    rows : sequence of Row
        The protected table; nothing else is told.
    tried_n : int
        How many counts the audit tried.
    changes : sequence of str
        What differs from the edition before.
    extra_pages : sequence of callable
        Makers of further pages, such as the annual report.
    """
    made = [page for maker in extra_pages if (page := maker(rows)) is not None]
    extra = [(page.address, page.title, page.note) for page in made]
    title = "Качество образования"
    data = open_data(rows, top.school_year, f"{title}. {top.municipality}", top.made_on)
    shown = {row.subsystem for row in rows if not row.organisation}
    parts = [part for part in catalogue.subsystems if part.number in shown]
    bodies = {
        pages.INDEX: (
            title,
            pages.index_body(rows, rules, parts, extra, has_changes=top.number > 1),
        ),
        **{
            pages.address_of(part.number): (part.title, pages.subsystem_body(rows, part))
            for part in parts
        },
        **{page.address: (page.title, pages.way_back() + page.body) for page in made},
        pages.DATA: ("Открытые данные", pages_about.data_body(list(data))),
        pages.PROTECTION: (
            "Как мы защищаем данные",
            pages_about.protection_body(rows, rules, tried_n),
        ),
    }
    if any(row.organisation for row in rows):
        bodies[pages.ORGANISATIONS] = (
            "Условия в школах и детских садах",
            pages.organisations_body(rows),
        )
    if top.number > 1:
        body = pages_about.changes_body(changes, top.number - 1)
        bodies[pages.CHANGES] = ("Что изменилось", body)
    written = {
        name: render_page(top.meta(title), body).encode() for name, (title, body) in bodies.items()
    }
    return written | data


_HREF = re.compile(rb'<a href="([^"#][^"]*)"')


def site_problems(
    files: dict[str, bytes], names: Sequence[str], secrets: Sequence[str]
) -> list[str]:
    """What is wrong with a site; an empty list means that it may be put in place.

    Parameters
    ----------
    names : sequence of str
        Names of organisations: they may stand on the page and in the file of organisations only.
    secrets : sequence of str
        What may stand nowhere: codes of organisations.
    """
    told = []
    allowed = tuple(files)
    own = {pages.ORGANISATIONS, f"{FOLDER}organizacii.csv", pages.CHANGES}
    for name, content in files.items():
        text = unescape(content.decode("utf-8"))
        if len(content) > MOST_BYTES:
            told.append(f"{name}: больше {MOST_BYTES // 1000} КБ")
        if name.endswith(".html"):
            told += [f"{name}: {fault}" for fault in check_html(text, allowed_links=allowed)]
            lost = {match.decode() for match in _HREF.findall(content)}
            told += [f"{name}: ссылка в никуда: {address}" for address in sorted(lost - set(files))]
        if name not in own:
            found = [word for word in names if word and word in text]
            told += [f"{name}: названа организация" for _ in found[:1]]
        if any(word and word in text for word in secrets):
            told.append(f"{name}: служебный код организации")
    return told
