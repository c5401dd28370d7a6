"""Commands for the folder and the computer: what next, init, doctor."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from msoko_lib import __version__
from msoko_lib.cli.common import Root, app, command, console
from msoko_lib.intake.cells import visible


@app.callback(invoke_without_command=True)
def what_next(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Показать версию программы.")] = False,
) -> None:
    """msoko: оценка качества образования муниципалитета. Данные из выгрузок – в отчёты.

    Без команды говорит, что делать дальше в этой папке. Пример: msoko
    """
    if context.invoked_subcommand is not None:
        return
    if version:
        console.print(f"msoko {__version__}")
        return
    from msoko_lib.next_step import next_step

    for line in next_step():
        console.print(line, soft_wrap=True, markup=False)


@command()
def init(
    folder: Annotated[
        Path, typer.Argument(metavar="ПАПКА", help="Папка муниципалитета; её может ещё не быть.")
    ] = Path(),
) -> None:
    """Завести папку муниципалитета: данные, отчёты и свои параметры отдельно от программы.

    Пример: msoko init Сосновский. Повторить можно: того, что в папке уже есть, команда не меняет.
    """
    from msoko_lib.new_folder import lay_out

    done = lay_out(folder)

    def say(line: str) -> None:
        console.print(line, soft_wrap=True, markup=False)

    if done.before:
        say(f"Это уже папка муниципалитета: {done.folder}. Её завела версия {done.before}, "
            f"сейчас – {__version__}.")  # fmt: skip
        added = ", ".join(done.written)
        say(f"Добавлено недостающее: {added}." if added else "Всё на месте.")
        say("Ничего вашего не изменено; параметры и тетради поставки берутся из программы.")
        return
    say(f"Папка муниципалитета готова: {done.folder}")
    say("Свои параметры – в params/own, файлы года – в data/raw, отчёты будут в outputs.")
    if done.folder != Path.cwd():
        say(f'Перейдите в неё: cd "{done.folder}"')
    say("Познакомиться на вымышленных данных: msoko demo. Что делать дальше: msoko")


@command()
def doctor(
    fix: Annotated[
        bool, typer.Option("--fix", help="Записать шаблон страницы туда, где его ищет Jupyter.")
    ] = False,
    root: Root = None,
) -> None:
    """Проверить компьютер и папку: что готово, что помешает и как это исправить.

    Пример: msoko doctor. Код завершения: 0 – работать можно, 1 – есть то, что не даст работать (✗).
    """
    from msoko_lib.doctor import BAD, WARNING, examine

    if fix:
        from msoko_lib.jupyter_template import install

        console.print(f"Шаблон записан: {install()}", soft_wrap=True, markup=False)
    counted = {BAD: 0, WARNING: 0}
    for line in examine(root):
        counted[line.mark] = counted.get(line.mark, 0) + 1
        said = f"{_shown(line.mark)} {line.what}: {visible(line.said)}"
        console.print(said, soft_wrap=True, markup=False)
        if line.mend:
            console.print(f"  Исправить: {visible(line.mend)}", soft_wrap=True, markup=False)
    bad, doubtful = counted[BAD], counted[WARNING]
    if bad:
        console.print(f"Мешает работать: {bad}; обратить внимание: {doubtful}.")
    else:
        console.print(f"Работать можно. Обратить внимание: {doubtful or 'не на что'}.")
    raise typer.Exit(int(bool(bad)))


def _shown(mark: str) -> str:
    """The mark, or a word for it where the console has no such sign."""
    try:
        mark.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return {"✓": "да ", "✗": "НЕТ"}.get(mark, mark)
    return mark
