"""Sheets of a federal form of statistics: title page, sections with row and graph numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msoko_lib.demo.xlsx import Row, SheetRows, Value

Cells = Mapping[tuple[int, int], Value]


def title_page(form: str, title: str, period: str, unit: str, ogrn: str) -> SheetRows:
    """Title page: whose form it is and of what time."""
    return SheetRows(
        "Титул",
        [
            [None, "ФЕДЕРАЛЬНОЕ СТАТИСТИЧЕСКОЕ НАБЛЮДЕНИЕ"],
            [],
            [None, title],
            [None, period],
            [None, None, None, f"Форма № {form}"],
            [],
            [None, f"Наименование отчитывающейся организации: {unit}"],
            [None, f"ОГРН: {ogrn}"],
        ],
    )


def section(
    number: str, title: str, lines: Sequence[str], graphs: Sequence[str], cells: Cells
) -> SheetRows:
    """A section on a sheet of its own.

    Parameters
    ----------
    number, title : str
    lines : sequence of str
        Names of the rows 01, 02, …
    graphs : sequence of str
        Headers of the graphs from 3 on; the first two are the row's name and number.
    cells : mapping
        (row, graph) → what stands there.
    """
    last = 2 + len(graphs)
    rows: list[Row] = [
        [f"Раздел {number}. {title}"],
        ["Код по ОКЕИ: единица – 642, человек – 792"],
        ["Наименование показателей", "№ строки", *graphs],
        list(range(1, last + 1)),
    ]
    for place, line in enumerate(lines, start=1):
        own = [cells.get((place, graph)) for graph in range(3, last + 1)]
        rows.append([line, f"{place:02d}", *own])
    return SheetRows(f"Раздел {number}", rows)
