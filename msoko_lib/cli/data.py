"""Commands from files to the bank: demo, check, intake, forms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from msoko_lib.cli import completion
from msoko_lib.cli.common import (
    NEWEST,
    PROCESSES,
    Jobs,
    Root,
    Year,
    command,
    console,
    print_findings,
    stop,
    year_of,
)
from msoko_lib.console import plain, progress_bar
from msoko_lib.intake.cells import visible
from msoko_lib.intake.processes import begin_loading
from msoko_lib.project import Project


@command()
def demo(
    schools: Annotated[int, typer.Option(metavar="ЧИСЛО", min=3, help="Сколько школ.")] = 14,
    years: Annotated[
        int, typer.Option(metavar="ЧИСЛО", min=1, max=5, help="Сколько учебных лет.")
    ] = 3,
    seed: Annotated[
        int, typer.Option(metavar="ЧИСЛО", help="Число, от которого зависит случай.")
    ] = 1,
    until: Annotated[str, typer.Option(metavar="ГОД", help="Последний учебный год.")] = "2024-2025",
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Только если в data/raw нет ни одного года.")
    ] = False,
    root: Root = None,
) -> None:
    """Записать в data/raw выгрузки вымышленного муниципалитета в настоящих форматах.

    Пример: msoko demo --schools 14 --years 3
    """
    from msoko_lib.demo import write_demo

    project = Project.find(root)
    if project.raw_years():
        if if_empty:
            return
        # Files of a real municipality must never mingle with invented ones.
        stop(
            "В data/raw уже есть данные. Демонстрационные файлы пишутся только в пустую папку: "
            "перенесите данные или укажите другую папку проекта (--root)."
        )
    with progress_bar(console) as progress:
        write_demo(
            project.root, schools=schools, years=years, seed=seed, until=until, progress=progress
        )
    console.print(f"Записаны выгрузки за годы: {', '.join(project.raw_years())}.")


@command()
def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="ФАЙЛ…", help="Файлы, которые надо проверить.")
    ],
    school_year: Annotated[
        str,
        typer.Option("--year", metavar="ГОД", help="Учебный год.", autocompletion=completion.years),
    ] = NEWEST,
    root: Root = None,
) -> None:
    """Сказать, что это за файлы и будут ли они прочитаны; в банк ничего не попадает.

    Пример: msoko check "Ф1_Индивидуальные результаты.xlsx"
    """
    from msoko_lib.intake.check import check_files

    project = Project.find(root)
    reports = check_files(project, year_of(project, school_year), files)
    for report in reports:
        console.print(
            f"[bold]{plain(report.file)}[/bold]: {plain(report.title)}, строк: {report.rows}"
        )
        print_findings(report.findings)
    raise typer.Exit(int(any(report.refuses for report in reports)))


@command()
def intake(year: Year, jobs: Jobs = PROCESSES, root: Root = None) -> None:
    """Прочитать файлы года из data/raw в банк и назвать всё, что не принято.

    Пример: msoko intake 2024-2025. Код завершения: 0 – чисто, 1 – что-то не принято, 2 – нечего
    читать.
    """
    if jobs > 1:
        begin_loading()
    from msoko_lib.batch.collection import collection_of
    from msoko_lib.batch.intake_step import read_year
    from msoko_lib.batch.lock import only_run
    from msoko_lib.intake.files import renamed_files

    project = Project.find(root)
    school_year = year_of(project, year)
    with only_run(project, school_year), progress_bar(console) as progress:
        result = read_year(project, school_year, jobs, progress)
    table = Table("Файл", "Что это", "Строк", "Состояние")
    for row in result.files.itertuples():
        table.add_row(plain(row.file), plain(row.title), str(row.rows), str(row.status))
    console.print(table)
    for told_name, true in renamed_files(project.raw(result.school_year)).items():
        # The only place that shows it: the screen of whoever put the file there.
        console.print(f"Файл «{visible(true)}» назван в отчётах «{told_name}»: переименуйте его.",
                      soft_wrap=True, markup=False)  # fmt: skip
    print_findings(result.findings)
    told = collection_of(project, result.school_year)
    if not told.units.empty:
        console.print(told.summary, soft_wrap=True)
    console.print(
        f"Подробно: {project.outputs(result.school_year) / 'intake.html'}", soft_wrap=True
    )
    raise typer.Exit(result.exit_code)


@command()
def forms(
    year: Year,
    status: Annotated[
        bool, typer.Option("--status", help="Только показать, кто ещё не ответил.")
    ] = False,
    root: Root = None,
) -> None:
    """Записать бланки сбора для каждой организации и реестры управления.

    Пример: msoko forms 2024-2025. Бланки – в outputs/2024-2025/forms; заполненные положите в
    data/raw/2024-2025 под любыми именами. Кто не ответил: msoko forms 2024-2025 --status
    """
    if status:
        print_collection(Project.find(root), year)
        return
    from msoko_lib.forms.registers import write_registers
    from msoko_lib.forms.writer import write_forms

    project = Project.find(root)
    school_year = year_of(project, year)
    with progress_bar(console) as progress:
        blanks = write_forms(project, school_year, progress)
        registers = write_registers(project, school_year)
    console.print(f"Бланков: {len(blanks)}, реестров: {len(registers)}.")
    console.print(f"Папка: {blanks[0].parent}", soft_wrap=True)


def print_collection(project: Project, year: str) -> None:
    """Who has not answered the forms, as the bank knows it."""
    from msoko_lib.batch.collection import PAGE, collection_of, write_collection
    from msoko_lib.forms.completeness import NOTHING

    school_year = year_of(project, year)
    told = collection_of(project, school_year)
    table = Table("Организация", "Ответов", "Разделы без ответов", "Заполнены не до конца")
    for row in told.units.to_dict("records"):
        given = f"{row['answered_n']} из {row['asked_n']}"
        nothing = "все" if row["state"] == NOTHING else row["nothing"]
        table.add_row(plain(row["unit"]), given, plain(nothing), plain(row["partly"]))
    console.print(table)
    console.print(told.summary, soft_wrap=True)
    if write_collection(project, school_year):
        page = project.outputs(school_year) / PAGE
        console.print(f"Подробно, с письмами-напоминаниями: {page}", soft_wrap=True)
