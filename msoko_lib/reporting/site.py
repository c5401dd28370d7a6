"""Index of a year: which reports there are, in what state the data is, what is missing.

A pure function of plain data: whoever runs the year fills :class:`Site`, this page shows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.html import PageMeta, render_page
from msoko_lib.reporting.markup import esc, prose
from msoko_lib.reporting.pages import bullet_list, heading, link, paragraph, status
from msoko_lib.reporting.tables import Column, ReportTable

_NO_GROUP: Final = "Школы"
_ANNUAL: Final = ru.Noun("годовой доклад", "годовых доклада", "годовых докладов")


@dataclass(frozen=True)
class ReportLink:
    """A report that is in place.

    Parameters
    ----------
    title : str
        «Качество подготовки обучающихся» or the school's short name.
    href : str
        Address relative to the index.
    note : str
        Line under the link: what the report answers.
    group : str
        For schools: the cluster they are listed under; empty: one list.
    """

    title: str
    href: str
    note: str = ""
    group: str = ""


@dataclass(frozen=True)
class FailedReport:
    """A report that was not made, with the reason in words."""

    title: str
    reason: str


@dataclass(frozen=True)
class DataKind:
    """State of one kind of data: how many files were read and what they hold."""

    title: str
    files_read_n: int
    files_refused_n: int
    rows_n: int
    schools_n: int | None = None


@dataclass(frozen=True)
class Site:
    """All that the index of a year shows.

    Parameters
    ----------
    meta : PageMeta
        Heading of the page.
    annual : sequence of ReportLink
        The annual report and what else speaks of the whole system.
    subsystems, schools : sequence of ReportLink
        Reports in place; schools are never ranked: they are listed by group and name.
    preschools : sequence of ReportLink
        Pages of preschools, by name.
    failed : sequence of FailedReport
        Reports that were not made.
    documents : sequence of ReportLink
        Word files that the office issues.
    data : sequence of DataKind
        State of the data.
    missing : sequence of str
        What is missing, as sentences: «Нет протоколов ОГЭ: разделы о 9 классах пусты».
    files : sequence of ReportLink
        Other files of the year: tables, the intake page.
    other_years : sequence of ReportLink
        Indexes of other years.
    """

    meta: PageMeta
    annual: Sequence[ReportLink] = ()
    subsystems: Sequence[ReportLink] = ()
    schools: Sequence[ReportLink] = ()
    preschools: Sequence[ReportLink] = ()
    failed: Sequence[FailedReport] = ()
    documents: Sequence[ReportLink] = ()
    data: Sequence[DataKind] = ()
    missing: Sequence[str] = ()
    files: Sequence[ReportLink] = ()
    other_years: Sequence[ReportLink] = field(default_factory=tuple)

    @property
    def links(self) -> tuple[str, ...]:
        """Every address the page links to."""
        every = (
            *self.annual, *self.subsystems, *self.schools, *self.preschools, *self.documents,
            *self.files, *self.other_years,
        )  # fmt: skip
        return tuple(item.href for item in every)


def index_page(site: Site) -> str:
    """Index of a year as a whole document.

    Parameters
    ----------
    site : Site
        What there is to show.

    Returns
    -------
    str
        HTML; check it with ``check_html(page, allowed_links=site.links)``.
    """
    parts = [
        heading("Главное", "glavnoe"),
        bullet_list(_sentences(site), "lead"),
        _reports("Годовой доклад", "doklad", site.annual),
        _reports("Отчёты по подсистемам", "podsistemy", site.subsystems),
        _units("Отчёты школ", "shkoly", site.schools, "Школы"),
        _units("Отчёты детских садов", "sady", site.preschools, "Детские сады"),
        _reports("Документы в Word", "dokumenty", site.documents),
        _failed(site.failed),
        _data(site.data),
        _missing(site.missing),
        _reports("Таблицы и отчёт о загрузке", "fayly", site.files),
        _reports("Другие годы", "gody", site.other_years),
    ]
    return render_page(site.meta, "".join(parts))


def _sentences(site: Site) -> list[str]:
    ready = [
        f"{ru.counted(len(links), noun)}{what}"
        for links, noun, what in (
            (site.annual, _ANNUAL, ""),
            (site.subsystems, ru.REPORT, " по подсистемам"),
            (site.schools, ru.REPORT, " по школам"),
            (site.preschools, ru.REPORT, " по детским садам"),
        )
        if links
    ]
    done = f"{ru.joined(ready)}." if ready else "Отчётов пока нет."
    lines = [status("same" if ready else "few", "готово", done)]
    if site.failed:
        text = f"{ru.counted(len(site.failed), ru.REPORT)}, причины ниже."
        lines.append(status("attention", "не сделано", text))
    refused = sum(kind.files_refused_n for kind in site.data)
    if refused:
        text = f"{ru.counted(refused, ru.FILE)}. Почему и что делать – в отчёте о загрузке."
        lines.append(status("attention", "не принято", text))
    if site.missing:
        lines.append(status("few", "не хватает", "Поступили не все данные: список ниже."))
    return lines


def _reports(title: str, anchor: str, links: Sequence[ReportLink]) -> str:
    if not links:
        return ""
    items = [link(item.href, item.title, item.note) for item in links]
    return heading(title, anchor) + bullet_list(items)


def _units(title: str, anchor: str, units: Sequence[ReportLink], plural: str) -> str:
    if not units:
        return ""
    ordered = sorted(units, key=lambda item: (item.group, _by_name(item.title)))
    parts = [heading(title, anchor)]
    for group, items in groupby(ordered, key=lambda item: item.group):
        if group:
            parts.append(f"<h3>{prose(group)}</h3>")
        entries = [link(item.href, item.title, item.note) for item in items]
        parts.append(bullet_list(entries, "columns"))
    parts.append(
        f'<p class="note">{plural} перечислены по алфавиту. Порядок ничего не говорит о '
        "результатах.</p>"
    )
    return "".join(parts)


def _by_name(title: str) -> list[str]:
    """Key that puts «СОШ № 2» before «СОШ № 10» and «ё» beside «е»."""
    parts = re.split(r"(\d+)", title.lower().replace("ё", "е"))
    return [part.zfill(9) if part.isdigit() else part for part in parts]


def _failed(failed: Sequence[FailedReport]) -> str:
    if not failed:
        return ""
    items = [
        f"<strong>{prose(item.title)}</strong><small>{esc(item.reason)}</small>" for item in failed
    ]
    return heading("Не сделаны", "ne-sdelany") + bullet_list(items)


def _data(data: Sequence[DataKind]) -> str:
    title = heading("Состояние данных", "dannye")
    if not data:
        return title + paragraph("Данных за этот год в банке нет.")
    with_schools = any(kind.schools_n is not None for kind in data)
    columns = [
        Column("title", "Вид данных"),
        Column("files_read_n", "Файлов принято", "int"),
        Column("files_refused_n", "Не принято", "int"),
        Column("rows_n", "Строк", "int"),
        *([Column("schools_n", "Школ", "int", missing=ru.NOT_APPLICABLE)] if with_schools else []),
    ]
    frame = pd.DataFrame(data).astype({"schools_n": "Int64"})
    return (
        title + ReportTable(frame, "Что принято в банк данных", "Состояние данных", columns).html()
    )


def _missing(missing: Sequence[str]) -> str:
    if not missing:
        return ""
    return heading("Чего не хватает", "ne-hvataet") + bullet_list(prose(item) for item in missing)
