"""The calendar as an .ics file (RFC 5545): procedures and the days their analysis is due."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator

import pandas as pd

from msoko_lib.subsystems.schedule.procedures import procedures
from msoko_lib.subsystems.year import Year
from msoko_lib.versions import build_date

_LONGEST_LINE = 75


def calendar_ics(year: Year) -> bytes:
    """The year's calendar for a phone or a mail program; CRLF lines of at most 75 bytes.

    Returns
    -------
    bytes
        Empty if the year has no procedure with dates.
    """
    rows = procedures(year)
    rows = rows[rows["start"].notna() & rows["end"].notna()]
    if rows.empty:
        return b""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//msoko//grafik//RU", "CALSCALE:GREGORIAN"]
    for row in rows.itertuples():
        about = ", ".join(part for part in (_grade(row.grade), _text(row.subject)) if part)
        title = f"{row.title} ({about})" if about else str(row.title)
        lines += _event(f"{year.school_year}-{row.procedure_id}", title, row.start, row.end)
        lines += _event(
            f"{year.school_year}-{row.procedure_id}-due",
            f"Разместить аналитику: {title}",
            row.due,
            row.due,
        )
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _grade(grade: object) -> str:
    return "" if pd.isna(grade) else f"{int(str(grade))} класс"


def _text(value: object) -> str:
    return value if isinstance(value, str) and value != "nan" else ""


def _event(name: str, title: str, start: dt.date, end: dt.date) -> list[str]:
    uid = hashlib.sha256(name.encode()).hexdigest()[:24]
    # An all-day event ends on the day after its last one.
    after = end + dt.timedelta(days=1)
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}@msoko",
        f"DTSTAMP:{build_date():%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{start:%Y%m%d}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Text that cannot end its line or open a property of its own."""
    plain = "".join(" " if ord(sign) < 32 or sign in "\x7f\u2028\u2029" else sign for sign in text)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[bytes]:
    """A line in pieces of at most 75 bytes, cut between characters."""
    piece, limit = b"", _LONGEST_LINE
    for sign in line:
        code = sign.encode()
        if len(piece) + len(code) > limit:
            yield piece
            piece = b" "
        piece += code
    yield piece
