"""Commands from the bank to papers: run, documents, lab."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from typing import Annotated

import typer

from msoko_lib.batch.result import RunResult
from msoko_lib.cli import completion
from msoko_lib.cli.common import NEWEST, PROCESSES, Jobs, Root, Year, command, console, year_of
from msoko_lib.console import plain, progress_bar
from msoko_lib.project import ROOT_VARIABLE, Project


@command()
def run(
    year: Year,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="НОМЕР",
            help="Номер отчёта, например 01; можно несколько раз.",
            autocompletion=completion.numbers,
        ),
    ] = None,
    school: Annotated[
        list[str] | None,
        typer.Option(
            "--school",
            metavar="КОД",
            help="Код школы или детского сада; можно несколько раз.",
            autocompletion=completion.units,
        ),
    ] = None,
    jobs: Jobs = PROCESSES,
    force: Annotated[bool, typer.Option("--force", help="Сделать заново всё.")] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Рядом с каждым отчётом положить PDF (нужен браузер).")
    ] = False,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler",
            metavar="АДРЕС",
            help="Делать отчёты на машинах кластера Dask: адрес его планировщика, например "
            "tcp://10.0.0.5:8786. Как запускать – docs/несколько-машин.md.",
        ),
    ] = "",
    root: Root = None,
) -> None:
    """Сделать отчёты года: загрузка, где нужно, затем то, что изменилось.

    Пример: msoko run 2024-2025 --only 01
    """
    from msoko_lib.batch.unchanged import nothing_to_do

    project = Project.find(root)
    school_year = year_of(project, year)
    kept = None
    if not force and not pdf:
        kept = nothing_to_do(project, school_year, only or [], school or [])
    if kept is not None:
        result = RunResult(kept=kept)
    else:
        result = _run(project, school_year, only or [], school or [], jobs, force, pdf, scheduler)
    console.print(
        f"Сделано отчётов: {len(result.made)}, без изменений: {len(result.kept)}, "
        f"не удалось: {len(result.failed)}."
    )
    for why, number in Counter(result.reasons.values()).most_common():
        console.print(f"Причина – {why}: отчётов {number}.", soft_wrap=True, markup=False)
    for line in result.told:
        console.print(line, soft_wrap=True, markup=False)
    for key, reason in result.failed.items():
        console.print(f"[red]Не сделан отчёт {plain(key)}[/red]: {plain(reason)}", soft_wrap=True)
    for name, reason in result.unprinted.items():
        console.print(f"[red]Не напечатан {plain(name)}[/red]: {plain(reason)}", soft_wrap=True)
    if result.failed:
        console.print(f"Подробности для разработчика: {project.outputs(school_year) / '.log'}")
    console.print(f"Откройте: {project.outputs(school_year) / 'index.html'}", soft_wrap=True)
    raise typer.Exit(int(bool(result.failed or result.unprinted)))


def _run(
    project: Project,
    school_year: str,
    only: list[str],
    schools: list[str],
    jobs: int,
    force: bool,
    pdf: bool,
    scheduler: str,
) -> RunResult:
    if scheduler:
        from msoko_lib.batch.cluster_link import require_cluster

        require_cluster(scheduler)
    from msoko_lib.batch.kernel_client import KernelServer, can_fork

    with ExitStack() as stack:
        server = None
        if can_fork() and not scheduler:
            # It loads the library at the same time as this process does.
            waiting = KernelServer(str(project.root), school_year, waits=True)
            server = stack.enter_context(waiting)
        from msoko_lib.batch.year import run_year

        with progress_bar(console) as progress:
            return run_year(
                project,
                school_year,
                only,
                schools,
                jobs,
                force,
                progress,
                pdf,
                scheduler,
                server,
            )


@command()
def documents(
    year: Year = NEWEST,
    templates: Annotated[
        bool, typer.Option("--templates", help="Только вернуть шаблоны, которых нет.")
    ] = False,
    root: Root = None,
) -> None:
    """Заполнить документы Word: проект приказа, аналитические справки, адресные рекомендации.

    Пример: msoko documents 2024-2025. Шаблоны – в params/documents, их правят в Word; готовое – в
    outputs/2024-2025/documents.
    """
    from msoko_lib.bank import Bank
    from msoko_lib.bank_migrations import ready_banks
    from msoko_lib.batch.documents_step import note_documents
    from msoko_lib.batch.lock import only_run
    from msoko_lib.documents.write import write_documents, write_templates
    from msoko_lib.indicators.store import WINDOW

    project = Project.find(root)
    if templates:
        written = write_templates(project)
        names = ", ".join(path.name for path in written) or "все на месте"
        console.print(f"Шаблоны в params/documents: {names}.")
        return
    school_year = year_of(project, year)
    with only_run(project, school_year):
        ready_banks(project, school_year, WINDOW)
        Bank(project, school_year).require_sound()
        made = write_documents(project, school_year)
        note_documents(project, school_year)
    console.print(f"Документов: {len(made)}.")
    console.print(f"Папка: {made[0].parent}", soft_wrap=True)


@command()
def lab(root: Root = None) -> None:
    """Открыть JupyterLab на тетрадях для исследования: выбрать школу, предмет и посмотреть.

    Пример: msoko lab
    """
    project = Project.find(root)
    environment = {**os.environ, ROOT_VARIABLE: str(project.root)}
    folder = project.root / "notebooks" / "explore"
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(folder)]
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)
