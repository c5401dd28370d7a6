"""The unified calendar: terms of publication, states, the file for a phone."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from msoko_lib.intake.schemas import TABLES
from msoko_lib.subsystems.schedule import procedures as module
from msoko_lib.subsystems.schedule.ics import calendar_ics
from msoko_lib.subsystems.schedule.procedures import (
    IN_TIME,
    LATE,
    OVERDUE,
    RUNNING,
    WAITING,
    procedures,
)

TODAY = dt.date(2025, 5, 31)


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "build_date", lambda: TODAY)


def year_of(*rows: dict[str, object]) -> Any:
    schema = TABLES["procedures"]
    frame = pd.DataFrame(
        [{"kind": "вариативная", "school_year": "2024-2025", **row} for row in rows]
    )
    table = schema.conform(frame) if rows else schema.empty()
    return SimpleNamespace(
        school_year="2024-2025",
        inputs=SimpleNamespace(table=lambda name: table),
        points=lambda name: {"publication_days": 30.0}[name],
    )


def row(name: str, end: str, published: str | None = None, **more: object) -> dict[str, object]:
    return {"procedure_id": name, "title": f"Работа {name}", "start_date": end, "end_date": end,
            "published_date": published, **more}  # fmt: skip


@pytest.mark.parametrize(
    ("end", "published", "state", "late"),
    [
        ("2025-03-01", "2025-03-31", IN_TIME, None),
        ("2025-03-01", "2025-04-01", LATE, 1),
        ("2025-04-30", None, OVERDUE, 1),
        ("2025-05-01", None, WAITING, None),
        ("2025-05-31", None, RUNNING, None),
        ("2025-09-20", None, RUNNING, None),
    ],
)
def test_the_day_itself_is_still_in_time(
    end: str, published: str | None, state: str, late: float | None
) -> None:
    (found,) = procedures(year_of(row("1", end, published))).to_dict("records")
    assert found["state"] == state
    assert (None if pd.isna(found["late_days"]) else found["late_days"]) == late


def test_a_year_without_a_calendar_has_no_file() -> None:
    assert calendar_ics(year_of()) == b""


def test_the_calendar_keeps_to_its_format() -> None:
    hostile = "Очень длинное название; с запятыми, \\ и\nконцом\r\nEND:VCALENDAR " + "я" * 60
    content = calendar_ics(
        year_of(row("1", "2025-03-01") | {"title": hostile}, row("2", "2025-04-01"))
    )
    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    unfolded = content.replace(b"\r\n ", b"").decode()
    assert unfolded.count("BEGIN:VEVENT") == unfolded.count("END:VEVENT") == 4
    assert [line for line in unfolded.split("\r\n") if line.startswith("END:VCAL")] == [
        "END:VCALENDAR"
    ]
    assert "DTSTART;VALUE=DATE:20250301" in unfolded and "DTEND;VALUE=DATE:20250302" in unfolded
    assert "DTSTART;VALUE=DATE:20250331" in unfolded
    assert "название\\; с запятыми\\, \\\\ и" in unfolded
    uids = [line for line in unfolded.split("\r\n") if line.startswith("UID:")]
    assert len(set(uids)) == 4
