"""Facts of the calendar that no indicator holds: what is overdue, which grades are overloaded."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.dates_ru import date_ru
from msoko_lib.subsystems.fact_rows import facts_of_rows, noted
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
        return facts_of_rows([])
    overdue, late = rows[rows["state"] == OVERDUE], rows[rows["state"] == LATE]
    load = load_by_grade(year)
    over = load[load["over"]]
    crowded = [f"{row.grade}{ru.NBSP}класс ({ru.share(row.share)})" for row in over.itertuples()]
    return facts_of_rows(
        [
            _fact(UNPUBLISHED, overdue, len(rows)),
            _fact(PUBLISHED_LATE, late, len(rows)),
            noted(
                OVERLOAD, MUNICIPALITY, bool(crowded), numerator=float(len(over)),
                denominator=float(len(load)), n=float(len(load)), complete=True,
                detail=ru.joined(crowded),
                ground=f"КП-21: больше ориентира в {ru.number(len(over))} из "
                f"{ru.number(len(load))} параллелей",
            ),
        ]
    )  # fmt: skip


def _fact(name: str, rows: pd.DataFrame, total: int) -> dict[str, object]:
    listed = [f"«{row.title}»" for row in rows.head(MOST_NAMED).itertuples()]
    more = f" и ещё {len(rows) - MOST_NAMED}" if len(rows) > MOST_NAMED else ""
    first = "" if rows.empty else f"; срок был {date_ru(rows['due'].iloc[0].date())}"
    count = float(len(rows))
    return noted(
        name, MUNICIPALITY, count > 0, numerator=count, denominator=float(total), n=float(total),
        complete=True, detail=", ".join(listed) + more,
        ground=f"график процедур: {ru.number(count)} из {ru.number(total)}{first}",
    )  # fmt: skip


SOURCE = FactSource((UNPUBLISHED, PUBLISHED_LATE, OVERLOAD), facts)
