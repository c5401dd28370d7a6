"""«Полнота сбора» as a workbook: organisations by subsystems, what is missing, letters."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from msoko_lib.forms.completeness import WHOLE
from msoko_lib.reporting.book import Book
from msoko_lib.reporting.dates_ru import school_year_ru
from msoko_lib.reporting.sheets import SheetColumn, write_sheet


def completeness_workbook(
    rows: pd.DataFrame, letters: Mapping[str, str], school_year: str
) -> bytes:
    """Workbook of three sheets: «Полнота сбора», «Чего не хватает», «Напоминания».

    Parameters
    ----------
    rows : DataFrame
        What :func:`~msoko_lib.forms.completeness.completeness` gave.
    letters : mapping
        school_id → letter (:func:`~msoko_lib.forms.reminders.reminders`).
    school_year : str

    Returns
    -------
    bytes
        The xlsx file.
    """
    title = f"Полнота сбора, {school_year_ru(school_year)}"
    listed = rows[rows["state"] != WHOLE]
    names = dict(zip(rows["school_id"], rows["unit"], strict=True))
    with Book(title) as book:
        _write_overview(book, title, rows)
        write_sheet(
            book, "Чего не хватает", "Чего не хватает",
            [SheetColumn("Организация"), SheetColumn("Подсистема"), SheetColumn("Состояние"),
             SheetColumn("Полей", "0", True), SheetColumn("Заполнено", "0", True),
             SheetColumn("Показатели без ответа")],
            [
                (row["unit"], f"{row['subsystem']} {row['title']}", row["state"], row["asked_n"],
                 row["answered_n"], row["missing"])
                for row in listed.to_dict("records")
            ],
        )  # fmt: skip
        write_sheet(
            book, "Напоминания", "Напоминания",
            [SheetColumn("Организация"), SheetColumn("Текст письма")],
            [(names[school_id], letter) for school_id, letter in letters.items()],
        )  # fmt: skip
        return book.finish()


def _write_overview(book: Book, title: str, rows: pd.DataFrame) -> None:
    """Organisations in rows, subsystems in columns, «заполнено из скольких»."""
    numbers = sorted(rows["subsystem"].unique())
    columns = [SheetColumn("Организация"), SheetColumn("Всего, %", "0", True)]
    columns += [SheetColumn(number, is_figure=True) for number in numbers]
    table = []
    for _, own in rows.groupby("school_id", sort=False):
        by_number = {row["subsystem"]: row for row in own.to_dict("records")}
        share = 100 * own["answered_n"].sum() / own["asked_n"].sum()
        cells = [
            f"{by_number[number]['answered_n']} из {by_number[number]['asked_n']}"
            if number in by_number else "—"
            for number in numbers
        ]  # fmt: skip
        table.append((own["unit"].iloc[0], float(share), *cells))
    titles = dict(zip(rows["subsystem"], rows["title"], strict=True))
    note = "; ".join(f"{number} – {titles[number]}" for number in numbers)
    write_sheet(book, "Полнота сбора", title, columns, table, note)
