"""«Полнота сбора»: who has answered what, organisation by subsystem."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from msoko_lib.bank import write_atomically
from msoko_lib.catalogue import Catalogue
from msoko_lib.forms.units import units_of_frame
from msoko_lib.intake.form_marks import OFFICE_NAME
from msoko_lib.passports import FormField
from msoko_lib.reporting.dates_ru import NBSP, date_ru, school_year_ru
from msoko_lib.reporting.sheets import SheetColumn, write_sheet

NOTHING, PARTLY, WHOLE = "нет ответов", "заполнено не всё", "заполнено"
OFFICE_ID: Final = "office"
COLUMNS = ["school_id", "unit", "subsystem", "title", "asked_n", "answered_n", "share", "state",
           "missing"]  # fmt: skip
_MOST_TITLES = 5


def completeness(
    form_values: pd.DataFrame, schools: pd.DataFrame, catalogue: Catalogue, school_year: str
) -> pd.DataFrame:
    """Share of answered fields for each organisation and subsystem that asks it something.

    Parameters
    ----------
    form_values, schools : DataFrame
        Bank tables of the year.
    catalogue : Catalogue
    school_year : str

    Returns
    -------
    DataFrame
        ``school_id``, ``unit`` (name), ``subsystem`` (number), ``title``, ``asked_n``,
        ``answered_n``, ``share`` (0…1), ``state`` («нет ответов», «заполнено не всё»,
        «заполнено») and ``missing`` (titles of unanswered fields, «; » between them). The last
        rows, ``school_id`` «office», are what the office itself fills in, over all
        organisations.
    """
    given = form_values[form_values["value"].notna() | form_values["text"].notna()]
    answered = set(zip(given["school_id"], given["field_id"], strict=True))
    units = units_of_frame(schools, school_year)
    rows = []
    for unit in units:
        for part in catalogue.subsystems:
            fields = [item for item in part.fields if unit.kind in item.units]
            asked = [
                ((unit.school_id, item.id), item.title)
                for item in _asked(fields, "организация", school_year)
            ]
            rows.append((unit.school_id, unit.name, part.number, part.title, asked))
    for part in catalogue.subsystems:
        asked = [
            ((unit.school_id, item.id), f"{item.title} ({unit.name})")
            for item in _asked(list(part.fields), "управление", school_year)
            for unit in units
            if unit.kind in item.units
        ]
        rows.append((OFFICE_ID, OFFICE_NAME, part.number, part.title, asked))
    counted = [(*row[:4], *_count(row[4], answered)) for row in rows if row[4]]
    return pd.DataFrame(counted, columns=COLUMNS)


def _asked(fields: list[FormField], filled_by: str, school_year: str) -> list[FormField]:
    return [
        item for item in fields if item.filled_by == filled_by and item.is_asked_in(school_year)
    ]


def _count(
    asked: list[tuple[tuple[str, str], str]], answered: set[tuple[str, str]]
) -> tuple[int, int, float, str, str]:
    missing = [title for key, title in asked if key not in answered]
    answered_n = len(asked) - len(missing)
    state = WHOLE if not missing else PARTLY if answered_n else NOTHING
    return len(asked), answered_n, answered_n / len(asked), state, "; ".join(missing)


def reminder(unit: str, rows: pd.DataFrame, deadline: str) -> str:
    """Letter to an organisation about what is still missing; empty if nothing is.

    Parameters
    ----------
    unit : str
        Name of the organisation.
    rows : DataFrame
        Its rows of :func:`completeness`.
    deadline : str
        ISO date by which the answers are wanted.

    Returns
    -------
    str
        Text ready to be sent: what is missing, in which section, by when.
    """
    owing = rows[rows["state"] != WHOLE]
    if owing.empty:
        return ""
    lines = [f"Уважаемые коллеги!\n\n{unit}: форма сбора данных МСОКО заполнена не полностью."]
    lines.append("Не хватает ответов:\n")
    lines += [_line(row) for row in owing.to_dict("records")]
    lines.append(
        f"\nПросим дополнить форму и вернуть её в управление образования до{NBSP}"
        f"{date_ru(deadline)} Заполненное раньше присылать ещё раз не нужно. Если сведений по "
        "показателю нет, сообщите об этом в ответном письме."
    )
    return "\n".join(lines)


def _line(row: dict[str, object]) -> str:
    titles = str(row["missing"]).split("; ")
    named = "; ".join(f"«{title}»" for title in titles[:_MOST_TITLES])
    rest = len(titles) - _MOST_TITLES
    named += f" и ещё {rest}" if rest > 0 else ""
    told = f"– {row['subsystem']}. {row['title']}: "
    if row["state"] == NOTHING:
        return f"{told}нет ни одного ответа из {row['asked_n']}."
    return f"{told}{row['answered_n']} из {row['asked_n']}, нет: {named}."


def write_completeness(rows: pd.DataFrame, path: Path, school_year: str, deadline: str) -> None:
    """Write «Полнота сбора»: organisations × subsystems, what is missing, ready reminders.

    Parameters
    ----------
    rows : DataFrame
        What :func:`completeness` gave.
    path : Path
        Where the workbook goes; written whole or not at all.
    school_year, deadline : str
        Deadline as an ISO date.
    """
    book = Workbook()
    first = book.active
    if not isinstance(first, Worksheet):
        raise RuntimeError("a new workbook has no sheet")
    first.title = "Полнота сбора"
    _write_overview(first, rows, school_year)
    listed = rows[rows["state"] != WHOLE]
    write_sheet(
        book.create_sheet("Чего не хватает"),
        "Чего не хватает",
        [SheetColumn("Организация"), SheetColumn("Подсистема"), SheetColumn("Состояние"),
         SheetColumn("Полей", "0", True), SheetColumn("Заполнено", "0", True),
         SheetColumn("Показатели без ответа")],
        [
            (row["unit"], f"{row['subsystem']} {row['title']}", row["state"], row["asked_n"],
             row["answered_n"], row["missing"])
            for row in listed.to_dict("records")
        ],
    )  # fmt: skip
    letters = [
        (own["unit"].iloc[0], letter)
        for school_id, own in rows.groupby("school_id", sort=False)
        if school_id != OFFICE_ID and (letter := reminder(str(own["unit"].iloc[0]), own, deadline))
    ]
    write_sheet(
        book.create_sheet("Напоминания"), "Напоминания", [SheetColumn("Организация"),
        SheetColumn("Текст письма")], letters,
    )  # fmt: skip
    content = io.BytesIO()
    book.save(content)
    write_atomically(path, content.getvalue())


def _write_overview(page: Worksheet, rows: pd.DataFrame, school_year: str) -> None:
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
    title = f"Полнота сбора, {school_year_ru(school_year)}"
    write_sheet(page, title, columns, table, note)
