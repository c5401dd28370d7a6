"""Commands for what leaves the house: publish, verify."""

from __future__ import annotations

from typing import Annotated

import typer

from msoko_lib.cli.common import PROCESSES, Jobs, Root, Year, command, console, stop, year_of
from msoko_lib.console import progress_bar
from msoko_lib.project import Project


@command()
def publish(year: Year, root: Root = None) -> None:
    """Сделать открытый выпуск года: сайт для родителей и жителей, без лишнего о людях.

    Пример: msoko publish 2024-2025. Сайт – в outputs/2024-2025/public; что открыто, сказано в
    params/publication.yml. Если проверка защиты не пройдена, ничего не записывается.
    """

    from msoko_lib.publication.publish import publish_year

    project = Project.find(root)
    with progress_bar(console) as progress:
        done = publish_year(project, year_of(project, year), progress)
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


@command()
def verify(
    year: Year,
    edition: Annotated[
        int | None,
        typer.Option("--edition", metavar="НОМЕР", min=1, help="Номер издания; по умолчанию все."),
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
    school_year = year_of(project, year)
    verdicts = verify_year(project, school_year, edition)
    if not verdicts:
        stop(f"За {school_year} нет такого издания: сверять нечего.")
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
