"""The index of a year: what the run has left in place, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from msoko_lib.bank import Bank
from msoko_lib.batch.collection import PAGE as COMPLETENESS
from msoko_lib.batch.documents_step import documents_links
from msoko_lib.batch.handing_out import PAGE as EDITIONS_PAGE
from msoko_lib.batch.pages import page_meta, write_page
from msoko_lib.batch.plan import Job, reported_schools
from msoko_lib.batch.result import RunResult
from msoko_lib.privacy.outgoing import outgoing_of
from msoko_lib.project import Project
from msoko_lib.reporting.completeness_page import WORKBOOK
from msoko_lib.reporting.site import DataKind, FailedReport, ReportLink, Site, index_page
from msoko_lib.settings import load_settings

CALENDAR = "calendar.ics"
TABLES = "tables.xlsx"

# What a report cannot do without: bank table → what is empty without it.
NEEDED = {
    "vpr_pupils": "Нет выгрузок Ф1: разделы о заданиях, границах отметок и разбросе не заполнены.",
    "vpr_scores": "Нет «Распределения первичных баллов»: с регионом баллы не сравниваются.",
    "vpr_journal": "Нет «Сравнения отметок с отметками по журналу»: с регионом журнал не сравнить.",
    "gia_results": "Нет протоколов ОГЭ и ЕГЭ: разделы об экзаменах не заполнены.",
    "olympiad_results": "Нет протоколов олимпиады: разделы о ней не заполнены.",
    "medal_candidates": "Нет списка претендентов на медаль: индекс неподтверждения не считается.",
    "annual_marks": "Нет годовых отметок 9 класса: с ОГЭ их сравнить нельзя.",
    "enrolment": "Нет контингента по классам: охват олимпиадой не считается.",
    "form_values": "Нет заполненных бланков сбора: показатели, которых нет в выгрузках, пусты.",
    "observers": "Нет сведений о наблюдении: охват наблюдением не считается.",
}


def write_index(project: Project, school_year: str, site: Site, number: int) -> None:
    """Index of the live year; it leads to the editions once there is one."""
    editions = [ReportLink("Издания года: что изменилось", EDITIONS_PAGE)] if number else []
    whole = numbered(replace(site, files=[*site.files, *editions]), number)
    outgoing = outgoing_of(project, school_year)
    page = project.outputs(school_year) / "index.html"
    write_page(page, index_page(whole), outgoing, whole.links)


def numbered(site: Site, number: int) -> Site:
    return replace(site, meta=replace(site.meta, edition=f"издание {number}" if number else ""))


def site_of(project: Project, school_year: str, jobs: Sequence[Job], result: RunResult) -> Site:
    """What the index of the year shows."""
    outputs = project.outputs(school_year)
    bank = Bank(project, school_year)
    settings = load_settings(project, school_year)
    clusters = reported_schools(bank).set_index("school_id")["cluster"]
    in_place = [job for job in jobs if (outputs / job.output).is_file()]
    titles = {job.key: job.title for job in jobs}
    collection = [
        ReportLink("Полнота сбора: кто не ответил, напоминания", COMPLETENESS),
        ReportLink("То же в Excel", WORKBOOK),
    ]
    if not (outputs / COMPLETENESS).is_file():
        collection = []
    return Site(
        meta=page_meta(project, school_year, "Отчёты МСОКО"),
        annual=[ReportLink(job.title, job.output) for job in in_place if job.kind == "annual"],
        subsystems=[
            ReportLink(job.title, job.output) for job in in_place if job.kind == "subsystem"
        ],
        schools=[
            ReportLink(
                job.title,
                job.output,
                group=settings.cluster_titles.get(str(clusters.get(job.key)), ""),
            )
            for job in in_place
            if job.kind == "school"
        ],
        preschools=[
            ReportLink(job.title, job.output) for job in in_place if job.kind == "preschool"
        ],
        failed=[FailedReport(titles.get(key, key), why) for key, why in result.failed.items()],
        documents=documents_links(outputs),
        data=_data_kinds(bank),
        missing=_missing(bank),
        files=[
            ReportLink("Загрузка данных: что принято и что нет", "intake.html"),
            ReportLink("То же в Excel", "intake.xlsx"),
            *collection,
            ReportLink("Все таблицы отчётов в Excel", TABLES),
            *(
                [ReportLink("Единый график для календаря (ics)", CALENDAR)]
                if (outputs / CALENDAR).is_file()
                else []
            ),
        ],
        other_years=[
            ReportLink(year, f"../{year}/index.html")
            for year in project.raw_years()
            if year != school_year and (project.outputs(year) / "index.html").is_file()
        ],
    )


KINDS = (
    ("vpr", "ВПР"),
    ("gia", "ОГЭ, ЕГЭ и ГВЭ"),
    ("olympiad", "Олимпиада"),
    ("medal", "Медали"),
    ("directory", "Справочник ОО"),
    ("form", "Бланки сбора"),
    ("register", "Реестры"),
    ("source", "Статистика, НОКО, МКДО, кадры"),
    ("map", "Таблицы по картам столбцов"),
)


def _data_kinds(bank: Bank) -> list[DataKind]:
    """Files read and refused by kind of data."""
    files = pd.DataFrame(bank.manifest()["files"], columns=["file", "layout", "rows", "status"])
    kinds = []
    for prefix, title in KINDS:
        ours = files[files["layout"].str.startswith(prefix)]
        if ours.empty:
            continue
        refused = int((ours["status"] == "не принят").sum())
        kinds.append(DataKind(title, len(ours) - refused, refused, int(ours["rows"].sum())))
    unknown = int((files["layout"] == "").sum())
    if unknown:
        kinds.append(DataKind("Не распознаны", 0, unknown, 0))
    return kinds


def _missing(bank: Bank) -> list[str]:
    tables = bank.manifest()["tables"]
    return [sentence for name, sentence in NEEDED.items() if name not in tables]
