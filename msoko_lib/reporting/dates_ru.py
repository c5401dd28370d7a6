"""Dates and school years as Russian print writes them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from msoko_lib.project import end_year_of

NBSP: Final = "\u00a0"

MONTHS: Final = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
MONTHS_GENITIVE: Final = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip


def date_ru(day: dt.date | str) -> str:
    """Date in full from a date or an ISO string.

    Raises
    ------
    ValueError
        If a string is not an ISO date.

    Examples
    --------
    >>> date_ru("2025-04-20").replace(NBSP, " ")
    '20 апреля 2025 г.'
    """
    when = dt.date.fromisoformat(day[:10]) if isinstance(day, str) else day
    return f"{when.day}{NBSP}{MONTHS_GENITIVE[when.month - 1]} {when.year}{NBSP}г."


def school_year_short(school_year: str) -> str:
    """School year as people write it.

    Examples
    --------
    >>> school_year_short("2024-2025")
    '2024/25'
    """
    end = end_year_of(school_year)
    return f"{end - 1}/{end % 100:02d}"


def school_year_ru(school_year: str, *, prepositional: bool = False) -> str:
    """School year with its noun: «2024/25 учебный год», «(в) 2024/25 учебном году».

    Raises
    ------
    ValueError
        If it is not written as ``2024-2025``.

    Examples
    --------
    >>> school_year_ru("2024-2025").replace(NBSP, " ")
    '2024/25 учебный год'
    """
    noun = "учебном году" if prepositional else "учебный год"
    return f"{school_year_short(school_year)}{NBSP}{noun}"
