"""Was analysis published in time? Every finished procedure with its day."""

from __future__ import annotations

from typing import Any

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import sentence_case
from msoko_lib.subsystems.schedule.procedures import (
    IN_TIME,
    LATE,
    OVERDUE,
    RUNNING,
    WAITING,
    procedures,
)
from msoko_lib.subsystems.year import Year

ANCHOR = "razmeshchenie"
NO_CALENDAR = (
    "Единого графика процедур за год нет. Бланк реестра делает команда msoko forms; заполненный "
    "положите в папку исходных файлов года."
)
_WORDS = {
    IN_TIME: "▲ в срок", LATE: "▼ позже срока", OVERDUE: "▼ не размещено",
    WAITING: "● срок впереди", RUNNING: "● идёт или впереди",
}  # fmt: skip
_FIRST = {OVERDUE: 0, LATE: 1, WAITING: 2, RUNNING: 3, IN_TIME: 4}
PROCEDURE_OF = ru.Noun("процедуры", "процедур", "процедур", "f")


def publication(year: Year) -> Block:
    """Procedures by state: overdue first."""
    rows = procedures(year)
    if rows.empty:
        return Nothing(NO_CALENDAR)
    term = year.settings.threshold("publication_days")
    due = rows["state"].isin([IN_TIME, LATE, OVERDUE])
    in_time = int((rows["state"] == IN_TIME).sum())
    overdue = int((rows["state"] == OVERDUE).sum())
    tail = f"; не размещено до сих пор – {ru.number(overdue)}" if overdue else ""
    table = rows.assign(
        what=[_what(row) for row in rows.to_dict("records")],
        told=rows["state"].map(_WORDS),
        order=rows["state"].map(_FIRST),
        shown=rows["state"].isin([LATE, OVERDUE, WAITING]),
        **{name: _iso(rows[name]) for name in ("end", "due", "published")},
    ).sort_values(["order", "due", "procedure_id"])
    return Section(
        f"Аналитика размещена в срок после {ru.number(in_time)} из "
        f"{ru.counted(int(due.sum()), PROCEDURE_OF)}, срок которых наступил{tail}",
        table=ReportTable(
            table,
            title="Срок размещения аналитики и рекомендаций",
            name="14 Размещение",
            columns=[
                Column("what", "Процедура"),
                Column("end", "Закончена", "date"),
                Column("due", "Разместить до", "date"),
                Column("published", "Размещено", "date", missing=ru.NOT_APPLICABLE),
                Column("late_days", "Опоздание, дней", "int", missing=ru.NOT_APPLICABLE),
                Column("told", "Состояние"),
            ],
            shown="shown",
        ),
        reading=f"Срок – {ru.number(term.value)} дней после окончания процедуры (статус: "
        f"{term.status}). Дату размещения вписывают в реестр «Единый график».",
        anchor=ANCHOR,
    )


def _what(row: dict[str, Any]) -> str:
    """«ВПР, математика, 5 класс»: what tells a procedure from others of its name."""
    subject = str(row["subject"]) if not ru.is_missing(row["subject"]) and row["subject"] else ""
    grade = "" if ru.is_missing(row["grade"]) else f"{ru.number(row['grade'])}{ru.NBSP}класс"
    told = [part for part in (sentence_case(subject), grade) if part]
    return ", ".join([str(row["title"]), *(part for part in told if part not in row["title"])])


def _iso(dates: pd.Series) -> pd.Series:
    return dates.dt.date.astype(object).where(dates.notna(), None)
