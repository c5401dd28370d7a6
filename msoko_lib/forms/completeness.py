"""«Полнота сбора»: who has answered what, organisation by subsystem. Computation alone."""

from __future__ import annotations

from typing import Final

import pandas as pd

from msoko_lib.catalogue import Catalogue
from msoko_lib.forms.units import units_of_frame
from msoko_lib.intake.form_marks import OFFICE_NAME
from msoko_lib.passports import FormField

NOTHING, PARTLY, WHOLE = "нет ответов", "заполнено не всё", "заполнено"
STATES: Final = (NOTHING, PARTLY, WHOLE)
OFFICE_ID: Final = "office"
COLUMNS = ["school_id", "unit", "subsystem", "title", "asked_n", "answered_n", "share", "state",
           "missing"]  # fmt: skip
UNIT_COLUMNS = ["school_id", "unit", "asked_n", "answered_n", "share", "state", "nothing", "partly"]
SUBSYSTEM_COLUMNS = ["subsystem", "title", "units_n", "whole_n", "partly_n", "nothing_n",
                     "asked_n", "answered_n", "share"]  # fmt: skip
BETWEEN: Final = "; "


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
    share = answered_n / len(asked)
    return len(asked), answered_n, share, _state(answered_n, len(asked)), BETWEEN.join(missing)


def _state(answered_n: int, asked_n: int) -> str:
    return WHOLE if answered_n == asked_n else PARTLY if answered_n else NOTHING


def by_unit(rows: pd.DataFrame) -> pd.DataFrame:
    """One row an organisation, those who owe most first; the office is left out.

    Parameters
    ----------
    rows : DataFrame
        What :func:`completeness` gave.

    Returns
    -------
    DataFrame
        ``school_id``, ``unit``, ``asked_n``, ``answered_n``, ``share``, ``state``, and the
        numbers of the subsystems without any answer (``nothing``) and with some (``partly``),
        «03, 07» or empty. In the order of the states, within a state in the order of the directory.
    """
    told = []
    for school_id, own in rows[rows["school_id"] != OFFICE_ID].groupby("school_id", sort=False):
        asked_n, answered_n = int(own["asked_n"].sum()), int(own["answered_n"].sum())
        numbers = {state: own.loc[own["state"] == state, "subsystem"] for state in STATES}
        told.append(
            (school_id, own["unit"].iloc[0], asked_n, answered_n, answered_n / asked_n,
             _state(answered_n, asked_n), ", ".join(numbers[NOTHING]), ", ".join(numbers[PARTLY]))
        )  # fmt: skip
    frame = pd.DataFrame(told, columns=UNIT_COLUMNS)
    order = frame["state"].map(STATES.index)
    return frame.iloc[order.argsort(kind="stable")].reset_index(drop=True)


def by_subsystem(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a subsystem: how many organisations it asks and how they have answered.

    Parameters
    ----------
    rows : DataFrame
        What :func:`completeness` gave; the office is left out.

    Returns
    -------
    DataFrame
        ``subsystem``, ``title``, ``units_n`` (asked), ``whole_n``, ``partly_n``, ``nothing_n``,
        ``asked_n``, ``answered_n``, ``share``.
    """
    own = rows[rows["school_id"] != OFFICE_ID]
    own = own.assign(
        **{
            name: own["state"].eq(state).astype("int64")
            for name, state in (("whole_n", WHOLE), ("partly_n", PARTLY), ("nothing_n", NOTHING))
        }
    )
    sums = ["whole_n", "partly_n", "nothing_n", "asked_n", "answered_n"]
    grouped = own.groupby(["subsystem", "title"], sort=True)
    counted = grouped[sums].sum().assign(units_n=grouped.size()).reset_index()
    counted["share"] = counted["answered_n"] / counted["asked_n"]
    return counted[SUBSYSTEM_COLUMNS]
