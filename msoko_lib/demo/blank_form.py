"""The empty «Форма сбора результатов», which people load instead of Ф1."""

from __future__ import annotations

from pathlib import Path

from msoko_lib.demo.forms import Form
from msoko_lib.demo.xlsx import Row, SheetRows, write_xlsx

EMPTY_ROWS = 1_500
CLASSES = 50


def write_blank_form(path: Path, form: Form) -> Path:
    """Write the upload form of a work as it is before anybody filled it in."""
    tasks = [f"{task.label} ({task.max_score}б)" for task in form.tasks]
    header: Row = [
        "Код участника", "Вариант", *tasks, "Порядковый номер класса",
        "Отметка за предыдущий триместр/ четверть/полугодие", "Итого баллов",
    ]  # fmt: skip
    width = len(header)
    empty: Row = [*[None] * (width - 1), 0]
    lookup: Row = [*[None] * (width + 2), form.title, form.grade]
    protocol: list[Row] = [header, [*empty, *lookup[width:]], *[empty] * (EMPTY_ROWS - 1)]
    service: list[Row] = [["Предмет", form.title], ["Класс", form.grade]]
    numbers: list[Row] = [[number] for number in range(1, CLASSES + 1)]
    write_xlsx(
        path,
        [
            SheetRows("Протокол", protocol),
            SheetRows("Служебный", service),
            SheetRows("Порядковый номер класса", numbers),
        ],
    )
    return path
