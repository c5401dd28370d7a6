"""What all commands share: the program's name and options, the screen, how one ends."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from msoko_lib.cli import completion
from msoko_lib.cli.completion import NEWEST
from msoko_lib.cli.russian import COMMANDS, OPTIONS, RussianCommand, RussianGroup
from msoko_lib.intake.cells import visible
from msoko_lib.project import Project, is_school_year

if TYPE_CHECKING:
    from msoko_lib.intake.rules import Finding

app = typer.Typer(
    cls=RussianGroup,
    options_metavar=OPTIONS,
    subcommand_metavar=COMMANDS,
    add_completion=True,
    pretty_exceptions_enable=False,
)
command = partial(app.command, cls=RussianCommand, options_metavar=OPTIONS)
console = Console(highlight=False)
MOST_LINES = 40

Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="ПАПКА",
        help="Папка муниципалитета; по умолчанию ищется от текущей вверх.",
    ),
]
Year = Annotated[
    str,
    typer.Argument(
        metavar="ГОД",
        help="Учебный год, например 2024-2025, или newest – последний.",
        autocompletion=completion.years,
    ),
]
Jobs = Annotated[
    int,
    typer.Option("--jobs", metavar="ЧИСЛО", min=1, help="Сколько процессов работает одновременно."),
]
PROCESSES = os.cpu_count() or 1


def year_of(project: Project, year: str) -> str:
    if year == NEWEST:
        years = project.raw_years()
        if not years:
            stop(
                "В data/raw нет ни одного года. Положите выгрузки в папку data/raw/2024-2025 "
                "(свой учебный год) или выполните msoko demo."
            )
        return years[-1]
    if not is_school_year(year):
        stop(f"Учебный год записывается как 2024-2025, получено: {year}.")
    return year


def print_findings(findings: list[Finding]) -> None:
    """Refusals and questions; what is only to be known is counted, the page lists it."""
    from msoko_lib.intake.rules import SEVERITY_TITLES

    order = list(SEVERITY_TITLES)
    shown = [item for item in findings if item.severity != "note"]
    shown.sort(key=lambda item: order.index(item.severity))
    for item in shown[:MOST_LINES]:
        console.print(f"• {visible(item.sentence)}", soft_wrap=True, markup=False)
    if len(shown) > MOST_LINES:
        console.print(f"… и ещё строк: {len(shown) - MOST_LINES}. Все они в intake.html.")
    notes = len(findings) - len(shown)
    if notes:
        console.print(f"Замечаний «к сведению»: {notes}; они в intake.html.")


def stop(message: str) -> None:
    console.print(message, soft_wrap=True, markup=False)
    raise typer.Exit(2)
