"""The annual report for the public: the sections that the law names, filled with protected rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd

from msoko_lib.publication.pages import HOW_TO_READ, NO_TEXT, PROTECTION, title_of
from msoko_lib.publication.shown import Row
from msoko_lib.publication.site import ExtraPage
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.markup import prose
from msoko_lib.reporting.pages import heading, link, paragraph
from msoko_lib.reporting.tables import Column, ReportTable
from msoko_lib.subsystems.annual.params import AnnualParams, Part, ReportSection

ADDRESS: Final = "doklad.html"
TITLE: Final = "О состоянии муниципальной системы образования"
_NOTE: Final = "Годовой доклад по разделам, которые называет закон."
_NOT_OPEN: Final = "показатели раздела в открытый выпуск не входят"
_ELSEWHERE: Final = "сведения раздела – в других документах управления образования"


def annual_page(params: AnnualParams) -> Callable[[Sequence[Row]], ExtraPage | None]:
    """Maker of the public annual report.

    Parameters
    ----------
    params : AnnualParams
        Sections and their indicators; of an indicator only what the edition tells is printed.
    """

    def make(rows: Sequence[Row]) -> ExtraPage | None:
        whole = {
            row.indicator_id: row
            for row in rows
            if not (row.organisation or row.subject or row.grade or row.component)
        }
        if not whole:
            return None
        pieces = [
            paragraph(
                f"{params.structure.title}. Здесь то, что входит в открытый выпуск; полный доклад "
                "– у управления образования."
            )
        ]
        for place, part in enumerate(params.structure.parts, start=1):
            pieces += [heading(part.title, f"chast-{place}"), _part(part, whole)]
        pieces.append(f'<p class="note">{prose(HOW_TO_READ)} {link(PROTECTION, "Подробнее")}</p>')
        return ExtraPage(ADDRESS, TITLE, _NOTE, "".join(pieces))

    return make


def _part(part: Part, whole: dict[str, Row]) -> str:
    """Table of one level of education: section by section, an indicator a row."""
    lines = [line for section in part.sections for line in _lines(section, whole)]
    frame = pd.DataFrame(lines, columns=["section", "title", "value", "n", "before"])
    columns = [
        Column("section", "Раздел"),
        Column("title", "Показатель", wide=True),
        Column("value", "Значение", "printed"),
        Column("n", "Из скольких", "printed"),
    ]
    if (~frame["before"].isin([NO_TEXT, ru.NOT_APPLICABLE])).any():
        columns.append(Column("before", "Год назад", "printed"))
    return ReportTable(frame, f"{part.title} образование: показатели", part.title, columns).html()


def _lines(section: ReportSection, whole: dict[str, Row]) -> list[tuple[str, ...]]:
    name = f"{section.number} {section.title}"
    told = [whole[indicator] for indicator in section.indicators if indicator in whole]
    if not told:
        # Why a section has none is told to the office in its own report, in words meant for it.
        why = _ELSEWHERE if section.missing else _NOT_OPEN
        return [(name, why, ru.NOT_APPLICABLE, ru.NOT_APPLICABLE, ru.NOT_APPLICABLE)]
    return [(name, title_of(row), row.value, row.n, row.before) for row in told]
