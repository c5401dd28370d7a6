"""Bounds of a file that can be opened, and the words for one that cannot."""

from __future__ import annotations

from typing import Final

from msoko_lib.intake.rules import Rule, register

# Technical bounds, not judgements of data: the largest export met has 6 MB and 0.4 million cells;
# within these a book is laid out in well under 1 GiB and 30 seconds.
MOST_BYTES: Final = 100_000_000
MOST_UNPACKED: Final = 200_000_000
MOST_CELLS: Final = 5_000_000
MOST_SHEETS: Final = 200
MOST_PARTS: Final = 10_000
# Excel itself keeps no longer text in a cell.
LONGEST_TEXT: Final = 32_767

register(
    Rule(
        "too_large", "refused_file", "Файл слишком велик",
        "{what}: столько не бывает ни в одной выгрузке.", "не больше {most}.",
        "Проверьте, тот ли это файл, и скачайте его заново; большую таблицу разделите на "
        "несколько файлов.",
    ),
    Rule(
        "too_many_cells", "refused_file", "Заполненная часть листа слишком велика",
        "Последняя заполненная ячейка стоит так далеко, что лист не поместится в память.",
        "не больше {most} ячеек от первой до последней заполненной.",
        "Откройте файл в Excel, нажмите Ctrl+End, удалите лишние строки и столбцы до конца "
        "данных и сохраните.",
    ),
    Rule(
        "too_long_text", "refused_file", "Слишком длинный текст в ячейке",
        "Знаков в ячейке: {length}.", "не больше {most} знаков, как в Excel.",
        "Проверьте ячейку: похоже, в неё попал целый файл; исправьте и сохраните.",
    ),
    Rule(
        "foreign_markup", "refused_file", "В книге посторонняя разметка",
        "Внутри файла описаны вставки (DOCTYPE, ENTITY), которых программы для таблиц не пишут.",
        "книга, сохранённая в Excel или LibreOffice.",
        "Не открывайте файл, если не знаете, от кого он; попросите отправителя сохранить таблицу "
        "заново.",
    ),
)  # fmt: skip


class WorkbookProblem(Exception):
    """A file that cannot be opened; carries the code of the rule that says why, and the place."""

    def __init__(self, rule: str, /, *, sheet: str = "", cell: str = "", **facts: object) -> None:
        super().__init__(rule)
        self.rule = rule
        self.sheet = sheet
        self.cell = cell
        self.facts = facts


def in_megabytes(size: int) -> str:
    """Size in words of Excel's file properties.

    >>> in_megabytes(100_000_000)
    '100 МБ'
    """
    return f"{round(size / 1_000_000)} МБ"


class CellCount:
    """Counts cells that a reader is about to lay out, and stops it in time."""

    def __init__(self) -> None:
        self.total = 0

    def add(self, count: int) -> None:
        """Count more cells.

        Raises
        ------
        WorkbookProblem
            If there are too many.
        """
        self.total += count
        if self.total > MOST_CELLS:
            raise WorkbookProblem("too_many_cells", most=MOST_CELLS)
