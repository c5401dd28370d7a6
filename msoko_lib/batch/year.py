"""The yearly run: intake where needed, reports, index, tables of all reports."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import replace
from itertools import chain

from msoko_lib.bank import Bank
from msoko_lib.bank_migrations import ready_banks
from msoko_lib.batch.collection import write_collection
from msoko_lib.batch.documents_step import KEY as DOCUMENTS
from msoko_lib.batch.documents_step import (
    documents_due,
    make_documents,
    note_documents,
)
from msoko_lib.batch.editions import next_number, owed, paid
from msoko_lib.batch.handing_out import hand_out, write_editions_page
from msoko_lib.batch.hands import Hands
from msoko_lib.batch.index_step import CALENDAR, TABLES, numbered, site_of, write_index
from msoko_lib.batch.intake_step import read_year
from msoko_lib.batch.kernel_client import KernelServer
from msoko_lib.batch.lock import only_run
from msoko_lib.batch.pdf import find_browser, is_printed, print_pages
from msoko_lib.batch.plan import Job, check_subsystems, plan, tables_path
from msoko_lib.batch.result import RunResult
from msoko_lib.batch.runner import run_plan
from msoko_lib.batch.unchanged import banks_seen, inputs_seen, remember
from msoko_lib.indicators.store import (
    WINDOW,
    cluster_table,
    deficit_table,
    indicator_table,
    screening_table,
    similar_table,
)
from msoko_lib.intake.pipeline import is_up_to_date
from msoko_lib.privacy.outgoing import outgoing_of, write_checked
from msoko_lib.project import Project, previous_school_year
from msoko_lib.reporting.collected import CollectedTable, read_collected
from msoko_lib.reporting.site import index_page
from msoko_lib.reporting.workbook import tables_workbook
from msoko_lib.subsystems.schedule.ics import calendar_ics
from msoko_lib.subsystems.values_table import values_table
from msoko_lib.subsystems.year import open_year_of

HISTORY_YEARS = 3
Progress = Callable[[str, int, int], None]


def run_year(
    project: Project,
    school_year: str,
    only: Sequence[str],
    schools: Sequence[str],
    jobs: int,
    force: bool,
    progress: Progress,
    pdf: bool = False,
    scheduler: str = "",
    server: KernelServer | None = None,
) -> RunResult:
    """Make the reports of a year; the bank is brought up to date first, history included.

    Parameters
    ----------
    pdf : bool
        Print the reports too; what is not printed stands in the result's ``unprinted``.
    scheduler : str
        Address of a Dask scheduler whose machines make the reports; empty: this machine does.
    server : KernelServer, optional
        One that has been loading since before this module was; the caller closes it.

    Raises
    ------
    YearIsBusy
        If another run of the same year is under way.
    UnknownReport
        If ``only`` or ``schools`` names what the year does not have.
    NoBrowser
        If there is nothing to print with; the reports themselves are not begun.
    """
    check_subsystems(only)
    if pdf:
        find_browser()
    with only_run(project, school_year):
        hands = Hands(jobs, scheduler, server)
        return _run_year(project, school_year, only, schools, hands, force, progress, pdf)


def _run_year(
    project: Project,
    school_year: str,
    only: Sequence[str],
    schools: Sequence[str],
    hands: Hands,
    force: bool,
    progress: Progress,
    pdf: bool,
) -> RunResult:
    seen, seen_ns = inputs_seen(project, school_year), time.time_ns()
    migrated = ready_banks(project, school_year, WINDOW)
    told = [f"Банк за {year} перенесён в новую версию." for year in migrated]
    for back in reversed(range(HISTORY_YEARS)):
        year = previous_school_year(school_year, back)
        with nullcontext() if year == school_year else only_run(project, year):
            told += _bring_up_to_date(project, year, hands.workers, _named(progress, year))
        # Computed here once: every report only reads the table.
        indicator_table(project, year)
        screening_table(project, year)
        similar_table(project, year)
        cluster_table(project, year)
        deficit_table(project, year)
        progress("показатели", HISTORY_YEARS - back, HISTORY_YEARS)
    banks = banks_seen(project)
    outputs = project.outputs(school_year)
    if paid(outputs):
        # The run before was ended between an edition and the page that tells of it.
        write_editions_page(project, school_year)
    number = next_number(outputs)
    # They speak of the whole year: a run of one report leaves them as they are.
    due = not only and not schools and documents_due(project, school_year, force)
    beside: list[str | None] = []
    result = run_plan(
        project,
        school_year,
        plan(project, school_year, only, schools, number),
        hands,
        force,
        progress,
        beside.append if due else None,
    )
    result.told += told
    if Bank(project, school_year).exists:
        # The deadline may have been moved or have passed since the year was read.
        write_collection(project, school_year)
    if due:
        problem = _documents_problem(project, school_year, force, beside)
        if problem:
            result.failed[DOCUMENTS] = problem
    everything = plan(project, school_year)
    # Values of the year stand in them beside the tables of its reports.
    if owed(outputs) or result.moved or not (outputs / TABLES).is_file():
        _write_tables(project, school_year, everything)
    _write_calendar(project, school_year)
    _keep_only_fresh_pdf(project, school_year, everything)
    if pdf:
        covered = {*result.made, *result.kept}
        pages = [outputs / job.output for job in everything if job.key in covered]
        result.unprinted.update(print_pages(pages, hands.workers, progress))
    site = site_of(project, school_year, everything, result)
    # What a run made that was ended before its edition counts as made by this one. A template
    # changed in Word alone makes other documents: they are handed out too.
    waiting = owed(outputs)
    made = sorted(waiting - {DOCUMENTS})
    write_index(project, school_year, site, number - (not waiting))
    if waiting:
        # An edition stands alone: it leads neither to other years nor to other editions.
        alone = numbered(replace(site, other_years=()), number)
        hand_out(project, school_year, number, made, result, {"index.html": index_page(alone)})
        paid(outputs)
    if not (only or schools or result.failed):
        remember(project, school_year, seen, banks, seen_ns, [job.key for job in everything])
    return result


def _documents_problem(
    project: Project, school_year: str, force: bool, beside: Sequence[str | None]
) -> str:
    """Why the documents are not in place; ``beside`` says it if they were made with the reports."""
    told = beside[0] if beside else None
    if told is None:
        return make_documents(project, school_year, force)
    return told or note_documents(project, school_year)


def _bring_up_to_date(
    project: Project, school_year: str, jobs: int, progress: Progress
) -> list[str]:
    """Read a year where its files have changed; what is told of a bank that was damaged."""
    if school_year not in project.raw_years():
        # Nothing to read it from: it is used as it stands, or not at all.
        if Bank(project, school_year).exists:
            Bank(project, school_year).require_sound()
        return []
    seen = (project.outputs(school_year) / "intake.html").is_file()
    if seen and is_up_to_date(project, school_year):
        return []
    bank = Bank(project, school_year)
    faults = bank.faults() if bank.exists else []
    read_year(project, school_year, jobs, progress)
    if not faults:
        return []
    return [f"Банк за {school_year} был повреждён ({'; '.join(faults)}) и собран заново."]


def _keep_only_fresh_pdf(project: Project, school_year: str, jobs: Sequence[Job]) -> None:
    """A PDF of a report that has since been made anew would contradict the page beside it."""
    for job in jobs:
        page = project.outputs(school_year) / job.output
        if page.is_file() and not is_printed(page):
            page.with_suffix(".pdf").unlink(missing_ok=True)


def _named(progress: Progress, year: str) -> Progress:
    return lambda step, done, total: progress(f"{year}: {step}", done, total)


def _write_tables(project: Project, school_year: str, jobs: Sequence[Job]) -> None:
    outputs = project.outputs(school_year)
    # One file after another: what a region's reports hold does not fit into memory.
    collected: Iterable[CollectedTable] = (
        table
        for job in jobs
        if tables_path(outputs, job).is_file()
        for table in read_collected(tables_path(outputs, job), job.title)
    )
    if Bank(project, school_year).exists:
        collected = chain(collected, [values_table(open_year_of(project, school_year))])
    title = f"Таблицы отчётов за {school_year}"
    outgoing = outgoing_of(project, school_year)
    write_checked(outputs, TABLES, tables_workbook(collected, title), outgoing)


def _write_calendar(project: Project, school_year: str) -> None:
    """The unified calendar as .ics; none where the year has no calendar."""
    path = project.outputs(school_year) / CALENDAR
    content = calendar_ics(open_year_of(project, school_year))
    if content:
        write_checked(path.parent, CALENDAR, content, outgoing_of(project, school_year))
    else:
        path.unlink(missing_ok=True)
