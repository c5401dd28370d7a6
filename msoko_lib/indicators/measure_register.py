"""Measures of the register as they were written down, their organisations together."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from msoko_lib.project import end_year_of


@dataclass(frozen=True)
class Measure:
    """One measure of the register, its organisations together.

    Dates are None where the register has none. ``planned_change`` is in the unit people read
    (percentage points for shares). ``registered`` is the school year of the register.
    """

    measure_id: str
    registered: str
    title: str
    subsystem: str
    units: tuple[str, ...]
    indicator_id: str = ""
    planned_change: float | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    document_date: dt.date | None = None
    document: str = ""
    responsible: str = ""
    reason: str = ""
    rule_indicator_id: str = ""
    rule_cutoff: float | None = None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What was not written down: ``indicator``, ``change``, ``start``, ``reason``."""
        absent = {
            "indicator": not self.indicator_id,
            "change": self.planned_change is None,
            "start": self.start is None,
            "reason": not self.reason,
        }
        return tuple(name for name, is_absent in absent.items() if is_absent)


def measures_of(rows: pd.DataFrame) -> list[Measure]:
    """Measures of one or several years' registers, oldest first.

    Parameters
    ----------
    rows : DataFrame
        Bank table ``measures``. A measure kept under the same number and title in a later year's
        register is the same measure, as it was written first.
    """
    found: list[Measure] = []
    told = rows.assign(_order=rows["school_year"].map(end_year_of)) if len(rows) else rows
    for (number, title), part in told.groupby(["measure_id", "title"], sort=False):
        first = part[part["_order"] == part["_order"].min()]
        row = first.iloc[0]
        found.append(
            Measure(
                measure_id=str(number),
                registered=str(row["school_year"]),
                title=str(title),
                subsystem=str(row["subsystem"]),
                units=tuple(sorted(set(part["school_id"]))),
                indicator_id=_text(row["indicator_id"]),
                planned_change=None if pd.isna(row["planned_change"]) else
                float(row["planned_change"]),
                start=_earliest(first["start_date"]),
                end=_earliest(first["end_date"]),
                document_date=_earliest(first["document_date"]),
                document=_text(row["document"]),
                responsible=_text(row["responsible"]),
                reason=_text(row["reason"]),
                rule_indicator_id=_text(row.get("rule_indicator_id")),
                rule_cutoff=None if pd.isna(row.get("rule_cutoff"))
                else float(row["rule_cutoff"]),
            )
        )  # fmt: skip
    return sorted(found, key=lambda item: (item.registered, item.measure_id))


def _earliest(dates: pd.Series) -> dt.date | None:
    known = [text for text in (_text(value) for value in dates) if text]
    days = []
    for text in known:
        try:
            days.append(dt.date.fromisoformat(text[:10]))
        except ValueError:
            continue
    return min(days) if days else None


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) and value.strip() not in ("", "nan") else ""
