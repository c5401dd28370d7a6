"""The commands of msoko, nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from msoko_lib.console import plain, progress_bar
from msoko_lib.intake.cells import visible
from msoko_lib.problems import Problem
from msoko_lib.project import ROOT_VARIABLE, Project, is_school_year

if TYPE_CHECKING:
    from msoko_lib.intake.rules import Finding

app = typer.Typer(
    help="msoko: оценка качества образования муниципалитета. Данные из выгрузок – в отчёты.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False)
NEWEST = "newest"
MOST_LINES = 40

Root = Annotated[
    Path | None,
    typer.Option("--root", help="Папка проекта; по умолчанию ищется от текущей вверх."),
]
Year = Annotated[str, typer.Argument(help="Учебный год, например 2024-2025, или newest.")]
Jobs = Annotated[
    int, typer.Option("--jobs", min=1, help="Сколько процессов работает одновременно.")
]
PROCESSES = os.cpu_count() or 1


@app.command()
def demo(
    schools: Annotated[int, typer.Option(min=3, help="Сколько школ.")] = 14,
    years: Annotated[int, typer.Option(min=1, max=5, help="Сколько учебных лет.")] = 3,
    seed: Annotated[int, typer.Option(help="Число, от которого зависит случай.")] = 1,
    until: Annotated[str, typer.Option(help="Последний учебный год.")] = "2024-2025",
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
        _stop(
            "В data/raw уже есть данные. Демонстрационные файлы пишутся только в пустую папку: "
            "перенесите данные или укажите другую папку проекта (--root)."
        )
    with progress_bar(console) as progress:
        write_demo(
            project.root, schools=schools, years=years, seed=seed, until=until, progress=progress
        )
    console.print(f"Записаны выгрузки за годы: {', '.join(project.raw_years())}.")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Файлы, которые надо проверить.")],
    school_year: Annotated[str, typer.Option("--year", help="Учебный год.")] = NEWEST,
    root: Root = None,
) -> None:
    """Сказать, что это за файлы и будут ли они прочитаны; в банк ничего не попадает.

    Пример: msoko check "Ф1_Индивидуальные результаты.xlsx"
    """
    from msoko_lib.intake.check import check_files

    project = Project.find(root)
    reports = check_files(project, _year(project, school_year), files)
    for report in reports:
        console.print(
            f"[bold]{plain(report.file)}[/bold]: {plain(report.title)}, строк: {report.rows}"
        )
        _print_findings(report.findings)
    raise typer.Exit(int(any(report.refuses for report in reports)))


@app.command()
def intake(year: Year, jobs: Jobs = PROCESSES, root: Root = None) -> None:
    """Прочитать файлы года из data/raw в банк и назвать всё, что не принято.

    Пример: msoko intake 2024-2025. Код завершения: 0 – чисто, 1 – что-то не принято, 2 – нечего
    читать.
    """
    from msoko_lib.batch.collection import collection_of
    from msoko_lib.batch.lock import only_run
    from msoko_lib.batch.year import read_year
    from msoko_lib.intake.files import renamed_files

    project = Project.find(root)
    school_year = _year(project, year)
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
    _print_findings(result.findings)
    told = collection_of(project, result.school_year)
    if not told.units.empty:
        console.print(told.summary, soft_wrap=True)
    console.print(
        f"Подробно: {project.outputs(result.school_year) / 'intake.html'}", soft_wrap=True
    )
    raise typer.Exit(result.exit_code)


@app.command()
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
        _print_collection(Project.find(root), year)
        return
    from msoko_lib.forms.registers import write_registers
    from msoko_lib.forms.writer import write_forms

    project = Project.find(root)
    school_year = _year(project, year)
    with progress_bar(console) as progress:
        blanks = write_forms(project, school_year, progress)
        registers = write_registers(project, school_year)
    console.print(f"Бланков: {len(blanks)}, реестров: {len(registers)}.")
    console.print(f"Папка: {blanks[0].parent}", soft_wrap=True)


@app.command()
def run(
    year: Year,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Номер подсистемы, например 01.")
    ] = None,
    school: Annotated[
        list[str] | None, typer.Option("--school", help="Код школы или детского сада.")
    ] = None,
    jobs: Jobs = PROCESSES,
    force: Annotated[bool, typer.Option("--force", help="Сделать заново всё.")] = False,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Рядом с каждым отчётом положить PDF (нужен браузер).")
    ] = False,
    root: Root = None,
) -> None:
    """Сделать отчёты года: загрузка, где нужно, затем то, что изменилось.

    Пример: msoko run 2024-2025 --only 01
    """
    from msoko_lib.batch.year import run_year

    project = Project.find(root)
    school_year = _year(project, year)
    with progress_bar(console) as progress:
        result = run_year(
            project, school_year, only or [], school or [], jobs, force, progress, pdf
        )
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


@app.command()
def documents(
    year: Annotated[str, typer.Argument(help="Учебный год, например 2024-2025, или newest.")] = (
        NEWEST
    ),
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
    from msoko_lib.batch.lock import only_run
    from msoko_lib.documents.write import write_documents, write_templates
    from msoko_lib.indicators.store import WINDOW

    project = Project.find(root)
    if templates:
        written = write_templates(project)
        names = ", ".join(path.name for path in written) or "все на месте"
        console.print(f"Шаблоны в params/documents: {names}.")
        return
    school_year = _year(project, year)
    with only_run(project, school_year):
        ready_banks(project, school_year, WINDOW)
        Bank(project, school_year).require_sound()
        made = write_documents(project, school_year)
    console.print(f"Документов: {len(made)}.")
    console.print(f"Папка: {made[0].parent}", soft_wrap=True)


@app.command()
def publish(year: Year, root: Root = None) -> None:
    """Сделать открытый выпуск года: сайт для родителей и жителей, без лишнего о людях.

    Пример: msoko publish 2024-2025. Сайт – в outputs/2024-2025/public; что открыто, сказано в
    params/publication.yml. Если проверка защиты не пройдена, ничего не записывается.
    """
    from msoko_lib.publication.publish import publish_year

    project = Project.find(root)
    with progress_bar(console) as progress:
        done = publish_year(project, _year(project, year), progress)
    if done.is_new:
        console.print(f"Записан открытый выпуск № {done.number}.")
    else:
        console.print(f"Изменений нет: открытый выпуск № {done.number} остаётся как был.")
    console.print(
        f"Показано чисел: {done.shown_n}, скрыто: {done.withheld_n}. Проверка защиты пройдена, "
        f"проверено чисел: {done.tried_n}."
    )
    if done.undecided:
        console.print(
            f"Не названы в params/publication.yml и поэтому не показаны: "
            f"{', '.join(done.undecided)}.",
            soft_wrap=True,
        )
    console.print(f"Откройте: {done.folder / 'index.html'}", soft_wrap=True)


@app.command()
def verify(
    year: Year,
    edition: Annotated[
        int | None, typer.Option("--edition", min=1, help="Номер издания; по умолчанию все.")
    ] = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Сделать издание заново из исходных файлов и сравнить."),
    ] = False,
    jobs: Jobs = PROCESSES,
    root: Root = None,
) -> None:
    """Доказать, что издания года такие, какими их записали: файл за файлом, по описи.

    Пример: msoko verify 2024-2025 --edition 3 --again. С --again издание (без номера – последнее)
    делается заново во временной папке. Код завершения: 0 – совпало, 1 – нет, 2 – сверять нечего.
    """
    from msoko_lib.batch.verify import verify_year

    project = Project.find(root)
    school_year = _year(project, year)
    verdicts = verify_year(project, school_year, edition)
    if not verdicts:
        _stop(f"За {school_year} нет такого издания: сверять нечего.")
    for verdict in verdicts:
        said = verdict.note or f"файлов по описи {verdict.files_n}, расхождений нет"
        if verdict.faults:
            said = f"расхождений {len(verdict.faults)}"
        console.print(f"{verdict.title}: {said}.", soft_wrap=True, markup=False)
        for line in verdict.faults:
            console.print(f"• {line}", soft_wrap=True, markup=False)
    differs = any(verdict.faults for verdict in verdicts)
    if again:
        from msoko_lib.batch.again import made_again

        with progress_bar(console) as progress:
            number, told = made_again(project, school_year, edition, jobs, progress)
        said = "получилось иначе" if told else "получилось до байта то же (PDF не сравниваются)"
        console.print(f"Издание {number} сделано заново: {said}.", soft_wrap=True, markup=False)
        for line in told:
            console.print(f"• {line}", soft_wrap=True, markup=False)
        differs = differs or bool(told)
    raise typer.Exit(int(differs))


@app.command()
def lab(root: Root = None) -> None:
    """Открыть JupyterLab в папке с тетрадями.

    Пример: msoko lab
    """
    project = Project.find(root)
    environment = {**os.environ, ROOT_VARIABLE: str(project.root)}
    folder = project.root / "notebooks"
    command = [sys.executable, "-m", "jupyterlab", "--notebook-dir", str(folder)]
    raise typer.Exit(subprocess.run(command, env=environment, check=False).returncode)


def _year(project: Project, year: str) -> str:
    if year == NEWEST:
        years = project.raw_years()
        if not years:
            _stop(
                "В data/raw нет ни одного года. Положите выгрузки в папку data/raw/2024-2025 "
                "(свой учебный год) или выполните msoko demo."
            )
        return years[-1]
    if not is_school_year(year):
        _stop(f"Учебный год записывается как 2024-2025, получено: {year}.")
    return year


def _print_findings(findings: list[Finding]) -> None:
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


def _print_collection(project: Project, year: str) -> None:
    """Who has not answered the forms, as the bank knows it."""
    from msoko_lib.batch.collection import PAGE, collection_of, write_collection
    from msoko_lib.forms.completeness import NOTHING

    school_year = _year(project, year)
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


def _stop(message: str) -> None:
    console.print(message, soft_wrap=True, markup=False)
    raise typer.Exit(2)


def main() -> None:
    """Run a command; what a person can mend is said in Russian, without a traceback."""
    try:
        app()
    except Problem as problem:
        console.print(visible(str(problem)), soft_wrap=True, markup=False)
        sys.exit(2)
    # The last line of defence: whatever it is, a person is told in words.
    except Exception as problem:
        from msoko_lib.troubles import told

        console.print(told(problem), soft_wrap=True, markup=False)
        sys.exit(3)
