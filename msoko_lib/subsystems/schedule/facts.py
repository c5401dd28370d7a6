"""Facts of the calendar that no indicator holds: what is overdue, which grades are overloaded."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.dates_ru import date_ru
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.schedule.procedures import LATE, OVERDUE, load_by_grade, procedures
from msoko_lib.subsystems.year import Year

UNPUBLISHED = "график.не_размещено"
PUBLISHED_LATE = "график.опоздание"
OVERLOAD = "график.нагрузка"
MOST_NAMED = 3


def facts(year: Year) -> pd.DataFrame:
    """One row a fact, on the municipality; nothing where there is no calendar."""
    rows = procedures(year)
    if rows.empty:
        return pd.DataFrame(columns=["fact_id", "level", "unit_id"])
    overdue, late = rows[rows["state"] == OVERDUE], rows[rows["state"] == LATE]
    load = load_by_grade(year)
    over = load[load["over"]]
    return pd.DataFrame(
        [
            _fact(UNPUBLISHED, overdue, len(rows), "срок был"),
            _fact(PUBLISHED_LATE, late, len(rows), "срок был"),
            {
                **_base(OVERLOAD, len(over), len(load)),
                "detail": ru.joined([f"{row.grade}{ru.NBSP}класс ({ru.share(row.share)})"
                                     for row in over.itertuples()]),
                "ground": f"{year.catalogue['КП-21'].id}: больше ориентира в "
                f"{ru.number(len(over))} из {ru.number(len(load))} параллелей",
            },
        ]
    )  # fmt: skip


def _fact(name: str, rows: pd.DataFrame, total: int, words: str) -> dict[str, object]:
    listed = [f"«{row.title}»" for row in rows.head(MOST_NAMED).itertuples()]
    more = f" и ещё {len(rows) - MOST_NAMED}" if len(rows) > MOST_NAMED else ""
    first = "" if rows.empty else f"; {words} {date_ru(rows['due'].iloc[0].date())}"
    return {
        **_base(name, len(rows), total),
        "detail": ", ".join(listed) + more,
        "ground": f"график процедур: {ru.number(len(rows))} из {ru.number(total)}{first}",
    }


def _base(name: str, count: int, total: int) -> dict[str, object]:
    return {
        "fact_id": name,
        "level": MUNICIPALITY,
        "unit_id": MUNICIPALITY,
        "value": float(count),
        "numerator": float(count),
        "denominator": float(total),
        "n": float(total),
        "complete": True,
        "state": "attention" if count else "same",
        "status": "ok",
    }


SOURCE = FactSource((UNPUBLISHED, PUBLISHED_LATE, OVERLOAD), facts)
