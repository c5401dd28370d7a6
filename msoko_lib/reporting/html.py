"""A page in the project's look: heading, table of contents, body, footer. No script, no network."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import jinja2

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.html_check import check_html
from msoko_lib.reporting.markup import esc

__all__ = ["PageMeta", "check_html", "css_string", "render_page", "slug", "with_contents"]

TEMPLATES: Final = Path(__file__).parent / "templates"
TEMPLATE_NAME: Final = "msoko"
TOC_PLACE: Final = "<!--toc-->"
MADE_WITH: Final = "Составлено открытой программой msoko."

_HEADING = re.compile(r"<h([23])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
_ID = re.compile(r'\sid="([^"]*)"')
_TAG = re.compile(r"<[^>]+>")
_FOOTNOTE = re.compile(r"<sup>.*?</sup>", re.DOTALL)


@dataclass(frozen=True)
class PageMeta:
    """What stands above and below a page.

    Parameters
    ----------
    title : str
        The one first-level heading.
    subtitle : str
        Whose report: a school, a subsystem.
    school_year : str
        ``2024-2025``; printed as «2024/25 учебный год».
    edition : str
        For whom: «для директора школы», «для управления образования», «открытая».
    made_on : str
        ISO date.
    department : str
        Who issues the report.
    footer : sequence of str
        Lines at the end of the page.
    """

    title: str
    subtitle: str = ""
    school_year: str = ""
    edition: str = ""
    made_on: str = ""
    department: str = ""
    footer: Sequence[str] = (MADE_WITH,)

    def facts(self) -> list[str]:
        """Year, edition and date in words."""
        year = ru.school_year_ru(self.school_year) if self.school_year else ""
        day = ru.date_ru(self.made_on) if self.made_on else ""
        return [fact for fact in (year, self.edition, day) if fact]

    def template_values(self, toc: str = "") -> dict[str, Any]:
        """Values for the templates; text is escaped there."""
        year = ru.school_year_short(self.school_year) if self.school_year else ""
        names = [part for part in (self.title, self.subtitle, year) if part]
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "department": self.department,
            "facts": self.facts(),
            "footer": list(self.footer),
            "window_title": " – ".join(names),
            "running_title": css_string(" · ".join(names)),
            "toc": toc,
        }


def css_string(text: str) -> str:
    """Text as a CSS string that can close neither the string nor the style element.

    Examples
    --------
    >>> print(css_string('Школа "<1>"'))
    "Школа \\22 \\3c 1\\3e \\22 "
    """
    kept = "".join(
        char if char.isalnum() or char in " .,·–-№" else f"\\{ord(char):x} " for char in text
    )
    return f'"{kept}"'


def slug(text: str) -> str:
    """Anchor made from a heading.

    Examples
    --------
    >>> slug("Как читать отчёт?"), slug("2. Цели")
    ('как-читать-отчёт', 'r-2-цели')
    """
    words = re.sub(r"[^\w]+", "-", text.lower()).strip("-_") or "r"
    return words if words[0].isalpha() else f"r-{words}"


def with_contents(body: str) -> tuple[str, str]:
    """Give every second and third level heading an anchor and list them.

    Parameters
    ----------
    body : str
        Markup of the page; a heading keeps an ``id`` it has, unless it stands twice.

    Returns
    -------
    body : str
        The same with anchors.
    toc : str
        ``<nav>`` with nested lists; empty if the page has fewer than two sections.
    """
    entries: list[tuple[int, str, str]] = []
    taken = set(_ID.findall(_HEADING.sub("", body)))

    def anchored(match: re.Match[str]) -> str:
        level, attributes, content = int(match[1]), match[2], match[3]
        text = html.unescape(_TAG.sub("", _FOOTNOTE.sub("", content))).strip()
        given = _ID.search(attributes)
        wanted = html.unescape(given[1]) if given else slug(text)
        anchor, place = wanted, 2
        while anchor in taken:
            anchor, place = f"{wanted}-{place}", place + 1
        taken.add(anchor)
        entries.append((level, anchor, text))
        rest = _ID.sub("", attributes)
        return f'<h{level} id="{esc(anchor)}"{rest}>{content}</h{level}>'

    body = _HEADING.sub(anchored, body)
    return body, _contents(entries)


def _contents(entries: Sequence[tuple[int, str, str]]) -> str:
    if sum(level == 2 for level, _, _ in entries) < 2:
        return ""
    groups: list[tuple[str, list[str]]] = []
    for level, anchor, text in entries:
        link = f'<a href="#{esc(anchor)}">{esc(text)}</a>'
        if level == 2 or not groups:
            groups.append((link, []))
        else:
            groups[-1][1].append(f"<li>{link}</li>")
    items = "".join(
        f"<li>{link}{'<ol>' + ''.join(inner) + '</ol>' if inner else ''}</li>"
        for link, inner in groups
    )
    return f'<nav class="toc" aria-label="Содержание"><p>Содержание</p><ol>{items}</ol></nav>'


@functools.cache
def _page_template() -> jinja2.Template:
    # Autoescape off: the body is markup already; every text value is escaped in the template.
    folder = TEMPLATES / TEMPLATE_NAME
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=False)
    return environment.get_template("page.html.j2")


def render_page(meta: PageMeta, body: str) -> str:
    """Page around a body made of escaped markup (blocks of :mod:`blocks`).

    Parameters
    ----------
    meta : PageMeta
        Heading and footer.
    body : str
        Markup; texts in it are escaped already.

    Returns
    -------
    str
        A whole self-contained document.
    """
    body, toc = with_contents(body)
    return _page_template().render(page=meta.template_values(toc), body=body)
