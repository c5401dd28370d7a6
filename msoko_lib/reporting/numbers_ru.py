"""Numbers, dates and counted nouns as Russian print writes them, all in one place.

Every figure in a report passes through here: half-up rounding, a decimal comma, non-breaking
spaces (U+00A0) inside a number and before its unit, a true minus (U+2212).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from msoko_lib.methods.rounding import half_up
from msoko_lib.reporting.dates_ru import (
    MONTHS,
    MONTHS_GENITIVE,
    NBSP,
    date_ru,
    school_year_ru,
    school_year_short,
)
from msoko_lib.reporting.nouns_ru import (
    CLASS,
    FILE,
    GRADUATE,
    INDICATOR,
    MARK,
    ORGANISATION,
    PARTICIPANT,
    PERSON,
    POINT,
    PRESCHOOL,
    PUPIL,
    REPORT,
    ROW,
    SCHOOL,
    SKILL,
    SUBJECT,
    TASK,
    WORK,
    YEAR,
    Noun,
    noun_form,
    plural,
    worded,
)

__all__ = [
    "CLASS", "FEW", "FILE", "GRADUATE", "INDICATOR", "MARK", "MINUS", "MONTHS", "MONTHS_GENITIVE",
    "NBSP", "NOT_APPLICABLE", "NO_DATA", "NO_TARGET", "ORGANISATION", "PARTICIPANT", "PERSON",
    "POINT", "PRESCHOOL", "PUPIL",
    "REPORT", "ROW", "SCHOOL", "SKILL", "STATE_MEANINGS", "SUBJECT", "TASK", "WITHHELD", "WORK",
    "YEAR", "Noun", "counted", "date_ru", "in_words", "interval", "is_missing", "joined",
    "number", "plural", "pp", "pupils", "quoted", "school_year_ru", "school_year_short", "share",
    "share_interval", "state_of_status", "unbroken",
]  # fmt: skip

MINUS: Final = "\u2212"

# What stands in a cell that has no number. The four are never mixed up: design of the reports.
NOT_APPLICABLE: Final = "—"
NO_DATA: Final = "нет данных"
FEW: Final = "мало"
WITHHELD: Final = "н/д"
# In a column of targets: no dash, a target may be set yet.
NO_TARGET: Final = "не задан"
STATE_MEANINGS: Final[dict[str, str]] = {
    NOT_APPLICABLE: "значения здесь и не должно быть: такого не бывает или сравнить не с чем",
    NO_DATA: "данные не поступили",
    FEW: "участников слишком мало, чтобы делать вывод",
    WITHHELD: "значение скрыто, чтобы нельзя было узнать отдельных учеников",
}
_STATE_OF_STATUS: Final = {"not_enough": FEW, "suppressed": WITHHELD, "no_data": NO_DATA}

_GLUED: Final = re.compile(
    r"(?<=\d) (?=%|п\.п\.|г\.|кл\.|класс|учени|участни|выпускни|челов|школ|задани|балл|работ"
    r"|год|лет\b|янв|фев|мар|апр|ма[йя]\b|июн|июл|авг|сен|окт|ноя|дек)"
    r"|(?<=№) (?=\d)"
)


def is_missing(x: Any) -> bool:
    """Say whether a cell holds no number: ``None``, NaN, NaT or ``pandas.NA``.

    Examples
    --------
    >>> is_missing(float("nan")), is_missing(None), is_missing(0)
    (True, True, False)
    """
    if x is None or type(x).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(x, float) and math.isnan(x)


def state_of_status(status: str) -> str:
    """Cell text for a status of the indicator table other than ``ok``.

    Parameters
    ----------
    status : {"not_enough", "suppressed", "no_data"}
        Status column of the indicator table.

    Returns
    -------
    str
        «мало», «н/д» or «нет данных».

    Raises
    ------
    KeyError
        For any other status.

    Examples
    --------
    >>> state_of_status("not_enough")
    'мало'
    """
    return _STATE_OF_STATUS[status]


def number(x: Any, decimals: int = 0, *, signed: bool = False) -> str:
    """Number with a decimal comma and non-breaking thousands.

    Parameters
    ----------
    x : float
        The value; a missing one gives «нет данных».
    decimals : int
        Digits after the comma, always printed.
    signed : bool
        Write «+» before a positive number.

    Returns
    -------
    str

    Notes
    -----
    Four-digit numbers are spaced too, so that a column of figures stays aligned.

    Examples
    --------
    >>> number(12345.25, 1).replace(NBSP, " "), number(-0.04, 1), number(3, signed=True)
    ('12 345,3', '0,0', '+3')
    """
    if is_missing(x):
        return NO_DATA
    rounded = float(half_up(float(x), decimals))
    text = f"{abs(rounded):,.{decimals}f}".replace(",", NBSP).replace(".", ",")
    if rounded < 0:
        return MINUS + text
    return "+" + text if signed and rounded > 0 else text


def share(x: Any, decimals: int = 1) -> str:
    """Share of 0…1 as per cent.

    Examples
    --------
    >>> share(0.6125).replace(NBSP, " "), share(0.5, 0).replace(NBSP, " ")
    ('61,3 %', '50 %')
    """
    return NO_DATA if is_missing(x) else f"{number(float(x) * 100, decimals)}{NBSP}%"


def pp(x: Any, decimals: int = 1) -> str:
    """Difference in percentage points, with its sign.

    Parameters
    ----------
    x : float
        Percentage points (3.2, not 0.032).
    decimals : int
        Digits after the comma.

    Examples
    --------
    >>> pp(3.2).replace(NBSP, " "), pp(-10).replace(NBSP, " ")
    ('+3,2 п.п.', '−10,0 п.п.')
    """
    return NO_DATA if is_missing(x) else f"{number(x, decimals, signed=True)}{NBSP}п.п."


def interval(
    low: Any, high: Any, unit: str = "", decimals: int = 1, *, signed: bool = False
) -> str:
    """Interval «от … до …» in the unit given.

    Examples
    --------
    >>> interval(3.4, 4.1).replace(NBSP, " ")
    'от 3,4 до 4,1'
    >>> interval(-2.04, 7.5, "п.п.", signed=True).replace(NBSP, " ")
    'от −2,0 до +7,5 п.п.'
    """
    if is_missing(low) or is_missing(high):
        return NO_DATA
    ends = [number(end, decimals, signed=signed) for end in (low, high)]
    tail = f"{NBSP}{unit}" if unit else ""
    return f"от{NBSP}{ends[0]} до{NBSP}{ends[1]}{tail}"


def share_interval(low: Any, high: Any, decimals: int = 0) -> str:
    """Interval of a share of 0…1 in per cent.

    Examples
    --------
    >>> share_interval(0.412, 0.6249).replace(NBSP, " ")
    'от 41 до 62 %'
    """
    if is_missing(low) or is_missing(high):
        return NO_DATA
    return interval(float(low) * 100, float(high) * 100, "%", decimals)


def counted(n: float, noun: Noun, *, decimals: int = 0) -> str:
    """Figure and noun: «12 учеников», «3,9 балла».

    Examples
    --------
    >>> counted(1201, PUPIL).replace(NBSP, " "), counted(3.9, POINT, decimals=1).replace(NBSP, " ")
    ('1 201 ученик', '3,9 балла')
    """
    form = noun.few if decimals else plural(n, noun)
    return f"{number(n, decimals)}{NBSP}{form}"


def in_words(n: int, noun: Noun, *, genitive: bool = False) -> str:
    """Count in words up to ten, in figures beyond: «четыре ученика», «12 учеников».

    Parameters
    ----------
    n : int
        Zero gives «ни одного ученика».
    noun : Noun
        What is counted.
    genitive : bool
        «у четырёх учеников», «из 12 учеников».

    Raises
    ------
    ValueError
        If ``n`` is negative or not whole: people and schools are counted whole.

    Examples
    --------
    >>> in_words(4, PUPIL), in_words(2, SCHOOL), in_words(12, PUPIL).replace(NBSP, " ")
    ('четыре ученика', 'две школы', '12 учеников')
    >>> in_words(4, PUPIL, genitive=True), in_words(21, SCHOOL, genitive=True).replace(NBSP, " ")
    ('четырёх учеников', '21 школы')
    """
    if n < 0 or n != int(n):
        raise ValueError(f"a count is a whole number, not negative: {n!r}")
    n = int(n)
    words = worded(n, noun, genitive=genitive)
    return words or f"{number(n)}{NBSP}{noun_form(n, noun, genitive=genitive)}"


def pupils(n: int, *, genitive: bool = False) -> str:
    """Whole pupils, in words up to ten.

    Examples
    --------
    >>> pupils(4), pupils(1, genitive=True)
    ('четыре ученика', 'одного ученика')
    """
    return in_words(n, PUPIL, genitive=genitive)


def joined(parts: Iterable[str], last: str = "и") -> str:
    """List in a sentence.

    Examples
    --------
    >>> joined(["а", "б", "в"]), joined(["а"]), joined([])
    ('а, б и в', 'а', '')
    """
    items: Sequence[str] = list(parts)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def quoted(text: str) -> str:
    """Text in «ёлочки»; quotes already inside become „лапки“.

    Examples
    --------
    >>> quoted("МБОУ «СОШ № 1»")
    '«МБОУ „СОШ № 1“»'
    """
    return f"«{text.replace('«', '„').replace('»', '“')}»"


def unbroken(text: str) -> str:
    """Keep a figure and its unit on one line, whoever wrote the sentence.

    Examples
    --------
    >>> unbroken("71 % у 12 учеников, № 3") == f"71{NBSP}% у 12{NBSP}учеников, №{NBSP}3"
    True
    """
    return _GLUED.sub(NBSP, text)
