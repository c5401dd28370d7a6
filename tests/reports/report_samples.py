"""A small executed report notebook, made without a kernel, with hostile names in every place."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from msoko_lib.reporting.blocks import (
    Action,
    Block,
    Column,
    Figure,
    Lead,
    ReportTable,
    Section,
    Sentence,
)
from msoko_lib.reporting.html import PageMeta

HOSTILE = 'МБОУ «СОШ <b>№ 1</b>» & "Ко" <!--toc--> {{ 7*7 }} </style><script>x()</script>'
SECRET_CODE = "lead = secret_function('2024-2025')"
META = PageMeta(
    "Отчёт школы",
    HOSTILE,
    "2024-2025",
    "для директора школы",
    "2025-08-20",
    "Управление образования",
)


def small_chart() -> MatplotlibFigure:
    figure = MatplotlibFigure((3, 1.5))
    figure.add_subplot().plot([1, 2])
    return figure


def small_table(name: str = "КП-02") -> ReportTable:
    frame = pd.DataFrame(
        {
            "name": [HOSTILE, "=1+1"],
            "n": [1200, 3],
            "q": [0.6125, "мало"],
            "low": [0.4, None],
            "high": [0.7, None],
        }
    )
    return ReportTable(
        frame,
        "Качество",
        name,
        [
            Column("name", "Школа"),
            Column("n", "Участников", "int"),
            Column("q", "Качество", "share"),
            Column(("low", "high"), "Интервал", "interval"),
        ],
        note="n – число писавших",
    )


def executed(block: Block) -> NotebookNode:
    output = new_output("execute_result", data=block._repr_mimebundle_(), execution_count=1)
    return new_code_cell(SECRET_CODE, outputs=[output], execution_count=1)


def report_notebook() -> NotebookNode:
    lead = Lead(
        [Sentence("В 4 классе качество выше муниципального.", "up", "rus4")],
        [
            Action(
                "Директор",
                "Провести проверку.",
                "до 1 ноября 2025 г.",
                "ОБ-04",
                "КП-02: 61 %",
                "rus4",
            )
        ],
    )
    section = Section(
        f"Находка: {HOSTILE}",
        Figure(small_chart(), HOSTILE, HOSTILE),
        small_table(),
        "Писали 89 учеников.",
        "rus4",
    )
    return new_notebook(
        cells=[
            new_markdown_cell("# Название тетради\n"),
            new_code_cell("school_year = '2024-2025'", metadata={"tags": ["parameters"]}),
            new_markdown_cell("Только для тетради", metadata={"tags": ["only-notebook"]}),
            executed(lead),
            new_markdown_cell(
                "## Результаты ВПР\n\nЧто показали работы?\n\n### Подробнее\n\nТекст."
            ),
            executed(section),
            new_markdown_cell("# Паспорт отчёта\n\nПараметры."),
        ]
    )
