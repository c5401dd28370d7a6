"""The order of the examination: the program, the computer, the folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msoko_lib.doctor import machine, place, program
from msoko_lib.doctor.line import Line, bad, warning
from msoko_lib.project import Project, ProjectNotFound

NOT_LOOKED_AT = "не проверено"


def examine(start: Path | None = None) -> Iterator[Line]:
    """Every line in order; a look that fails itself becomes a line too.

    Parameters
    ----------
    start : Path, optional
        Folder from which the project is looked for upward; by default the current one.
    """
    locked = partial(program.libraries, program.locked_versions(), program.needed())
    looks: list[tuple[str, Callable[[], Line | None]]] = [
        ("Программа", program.release),
        ("Python", program.python),
        ("Библиотеки", locked),
        ("Шрифт диаграмм", program.fonts),
        ("Ядро Jupyter", program.kernel),
        ("Шаблон страницы для Jupyter", program.template),
        ("Память", lambda: machine.memory(machine.free_memory_mb())),
        ("Запуск отчётов", machine.fork),
        ("Браузер для PDF", machine.browser),
        ("LibreOffice", machine.office),
        ("Кодировка", machine.console),
    ]
    for what, look in [*looks, *_of_folder(start)]:
        try:
            line = look()
        # A look that breaks must not hide the others.
        except Exception as problem:
            line = bad(
                what,
                f"{NOT_LOOKED_AT}: {type(problem).__name__}",
                "Переустановите программу по руководству.",
            )
        if line is not None:
            yield line


def _of_folder(start: Path | None) -> list[tuple[str, Callable[[], Line | None]]]:
    try:
        project = Project.find(start)
    except ProjectNotFound:
        none = warning("Папка", "здесь нет папки муниципалитета", "Завести её: msoko init .")
        return [("Папка", lambda: none)]
    enabled = machine.long_paths_enabled
    return [
        ("Папка", partial(place.folder, project)),
        ("Параметры", partial(place.parameters, project)),
        ("Запись", partial(place.rights, project)),
        ("Место на диске", partial(place.disk, project)),
        ("Ключ обезличивания", partial(place.key, project)),
        ("Облако", partial(place.cloud, project)),
        ("Длинные пути", lambda: machine.long_paths(project.root, os.name == "nt", enabled())),
        ("Другие запуски", partial(place.locks, project)),
        ("Следы прерванных запусков", partial(place.leavings, project)),
    ]
