"""An executed report notebook becomes a page: in process, or with ``jupyter nbconvert``.

``jupyter nbconvert --to msoko_lib.reporting.exporter.MsokoExporter report.ipynb`` makes the whole
page; the stock exporter with ``--template msoko`` makes it without its table of contents.
"""

from __future__ import annotations

import copy
import re
import threading
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from traitlets import default
from traitlets.config import Config

from msoko_lib.reporting.html import TEMPLATE_NAME, TEMPLATES, TOC_PLACE, PageMeta, with_contents
from msoko_lib.reporting.html_check import check_html

__all__ = ["ONLY_NOTEBOOK", "MsokoExporter", "check_html", "export_notebook"]

# A cell with this tag speaks to the reader in JupyterLab and is left out of the page.
ONLY_NOTEBOOK: Final = "only-notebook"

_FIRST_TITLE = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*(?:\n+|\Z)")
_LAB_STYLE = re.compile(r"<style data-msoko>.*?</style>", re.DOTALL)
_H1 = re.compile(r"<(/?)h1\b")
_ID = re.compile(r'\bid="([^"]+)"')
_MORE_LINK = re.compile(r' <a class="more" href="#([^"]+)"[^>]*>[^<]*</a>')
_HEADER_END: Final = "</header>"


class MsokoExporter(HTMLExporter):
    """HTML of a report: no code, no prompts, no script, no network, everything in one file."""

    export_from_notebook = "Отчёт МСОКО"

    @default("template_name")
    def _template_name_default(self) -> str:
        return TEMPLATE_NAME

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        return [str(TEMPLATES)]

    @property
    def default_config(self) -> Config:
        """Settings of the base class with code and prompts left out."""
        ours = Config(
            {
                "NbConvertBase": {
                    "display_data_priority": ["text/html", "text/markdown", "text/plain"]
                },
                "MsokoExporter": {
                    "exclude_input": True,
                    "exclude_input_prompt": True,
                    "exclude_output_prompt": True,
                    "exclude_anchor_links": True,
                    # Once, not after each of a dozen preprocessors that are not even enabled.
                    "optimistic_validation": True,
                },
            }
        )
        base = super().default_config
        return base.merge(ours) or base if base is not None else ours

    def from_notebook_node(  # type: ignore[override]  # HTMLExporter returns text as well
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Convert an executed notebook.

        The heading is taken from ``resources["msoko"]``, else from the notebook's metadata under
        ``msoko`` (fields of :class:`~msoko_lib.reporting.html.PageMeta`), else from its first
        first-level heading.
        """
        resources = {} if resources is None else resources
        # The cells are edited below; the caller's notebook stays as it was executed.
        cells = _cells_for_paper(nb)
        title = _take_title(cells)
        nb = NotebookNode({**nb, "cells": [cell for cell in cells if cell.source.strip()]})
        given = {**nb.metadata.get("msoko", {}), **resources.get("msoko", {})}
        meta = PageMeta(**{"title": title or "Отчёт", **given})
        resources["msoko"] = meta.template_values(TOC_PLACE)
        # Past HTMLExporter: it parses and rewrites the whole page, and gives every image without
        # a description an English one, which would hide the fault from check_html.
        page, resources = super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)
        return _finish(page), resources


def _cells_for_paper(nb: NotebookNode) -> list[NotebookNode]:
    return [
        copy.copy(cell)
        for cell in nb.cells
        if ONLY_NOTEBOOK not in cell.get("metadata", {}).get("tags", [])
    ]


def _take_title(cells: list[NotebookNode]) -> str:
    """Remove the first-level heading that opens the notebook: the page has one of its own."""
    opening = next((cell for cell in cells if cell.cell_type == "markdown"), None)
    match = _FIRST_TITLE.match(opening.source) if opening is not None else None
    if opening is None or match is None:
        return ""
    opening.source = opening.source[match.end() :]
    return match[1]


def _finish(page: str) -> str:
    page = _LAB_STYLE.sub("", page)
    head, mark, body = page.partition(_HEADER_END)
    body, toc = with_contents(_H1.sub(r"<\1h2", body))
    head = head.replace(TOC_PLACE, toc)
    if not toc:
        head = head.replace('class="page with-toc"', 'class="page"')
    return _without_dead_ends(head + mark + body)


def _without_dead_ends(page: str) -> str:
    """Drop «подробнее» to sections that this page has not: a year without their data."""
    present = set(_ID.findall(page))
    return _MORE_LINK.sub(lambda link: link[0] if link[1] in present else "", page)


_OF_THREAD = threading.local()


def _exporter() -> MsokoExporter:
    # One exporter a thread: building its template environment costs more than a conversion, and
    # a conversion keeps state in it.
    if not hasattr(_OF_THREAD, "exporter"):
        _OF_THREAD.exporter = MsokoExporter()
    exporter: MsokoExporter = _OF_THREAD.exporter
    return exporter


def export_notebook(nb: NotebookNode, metadata: PageMeta | Mapping[str, Any] | None = None) -> str:
    """Page of an executed report notebook.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        Executed notebook; it is not changed.
    metadata : PageMeta or mapping, optional
        Heading of the page; overrides the notebook's own metadata under ``msoko``.

    Returns
    -------
    str
        A self-contained document. Check it with :func:`check_html` before it is put in place.

    Raises
    ------
    TypeError
        If the metadata holds a field that :class:`PageMeta` has not.
    """
    given = asdict(metadata) if isinstance(metadata, PageMeta) else dict(metadata or {})
    page, _ = _exporter().from_notebook_node(nb, {"msoko": given})
    return page
