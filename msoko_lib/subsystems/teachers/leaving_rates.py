"""Assumed yearly shares of those who leave by age: parameters, printed with their status."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting.blocks import Column, ReportTable
from msoko_lib.settings import Threshold
from msoko_lib.subsystems.year import Year, per_year

PREFIX = "teacher_exit_from_"
MARGIN = "teacher_exit_margin"


@per_year
def assumed(year: Year) -> dict[int, Threshold]:
    """From which age on which share leaves in a year, by the parameters."""
    found = {
        int(name.removeprefix(PREFIX)): threshold
        for name, threshold in year.settings.thresholds.items()
        if name.startswith(PREFIX)
    }
    return dict(sorted(found.items()))


@per_year
def rates(year: Year, factor: float = 1.0) -> dict[int, float]:
    """The same as shares of 0…1, all of them multiplied by a factor."""
    return {age: min(1.0, item.value / 100 * factor) for age, item in assumed(year).items()}


def first_age(year: Year) -> int:
    """From this age on a teacher is counted among those who may leave by age."""
    return min(assumed(year), default=0)


def assumptions_table(year: Year) -> ReportTable:
    """What the forecast assumes, with source and status."""
    rows = [
        {"what": f"с {age} лет", "value": item.value, "source": item.source, "status": item.status}
        for age, item in assumed(year).items()
    ]
    return ReportTable(
        pd.DataFrame(rows, columns=["what", "value", "source", "status"]),
        title="Какая доля педагогов уходит за год: допущения",
        name="07 Допущения прогноза",
        columns=[
            Column("what", "Возраст"),
            Column("value", "Уходит за год, %", "score"),
            Column("source", "Откуда"),
            Column("status", "Статус"),
        ],
        note="Замените в параметрах (params) на долю ушедших в муниципалитете за прошлые годы.",
    )
