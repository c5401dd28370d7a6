"""Help to schools with low results: visits against what is needed."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.year import Year

ANCHOR = "pomoshch-shkolam"
SCHOOL_OF = ru.Noun("школы", "школ", "школ", "f")


def visits(year: Year) -> pd.DataFrame:
    """Schools of the office's list of low results: school_id, unit, visits_n, needed, enough."""
    rows = answers(year, ("shnor_listed", "visits_n", "shnor_helped"))
    rows = rows[rows["shnor_listed"] > 0].reset_index(drop=True)
    target = year.target(year.catalogue["МР-04"])
    needed = target.value if target is not None and target.value is not None else float("nan")
    return rows.assign(needed=needed, enough=rows["visits_n"].fillna(0) >= needed)


def help_given(year: Year) -> Block:
    """Who of the listed schools was visited, and how often."""
    rows = visits(year)
    if rows.empty:
        return Nothing("Школ из перечня школ с низкими результатами в ответах управления нет.")
    short = rows[~rows["enough"]]
    target = year.target(year.catalogue["МР-04"])
    table = rows.assign(
        helped=rows["shnor_helped"].map({1.0: "есть", 0.0: "нет"}).fillna(ru.NO_DATA),
        told=rows["enough"].map({True: "▲ достаточно", False: "▼ мало выездов"}),
    )
    whole = ru.counted(len(rows), SCHOOL_OF)
    return Section(
        f"Выездов меньше ориентира у {ru.number(len(short))} из {whole} перечня: "
        f"{ru.joined(short['unit'].tolist())}"
        if len(short)
        else f"Выездов меньше ориентира – ни у одной из {whole} перечня",
        table=ReportTable(
            table,
            title="Методическая помощь школам перечня",
            name="08 Помощь",
            columns=[
                Column("unit", "Школа"),
                Column("visits_n", "Выездов за год", "int"),
                Column("needed", "Ориентир", "int", missing=ru.NOT_APPLICABLE),
                Column("helped", "Куратор, наставник и программа"),
                Column("told", "К ориентиру"),
            ],
        ),
        reading=f"Ориентир: {target.words}, статус {target.status}."
        if target is not None
        else "Ориентира выездов в каталоге нет.",
        anchor=ANCHOR,
    )
