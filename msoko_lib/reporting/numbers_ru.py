"""Numbers, dates and counted nouns as Russian print writes them, all in one place.

Every figure in a report passes through here: half-up rounding, a decimal comma, non-breaking
spaces (U+00A0) inside a number and before its unit, a true minus (U+2212).
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from msoko_lib.methods.rounding import half_up
from msoko_lib.project import end_year_of

NBSP: Final = "\u00a0"
MINUS: Final = "\u2212"

# What stands in a cell that has no number. The four are never mixed up: design of the reports.
NOT_APPLICABLE: Final = "—"
NO_DATA: Final = "нет данных"
FEW: Final = "мало"
WITHHELD: Final = "н/д"
STATE_MEANINGS: Final[dict[str, str]] = {
    NOT_APPLICABLE: "такого показателя здесь не бывает",
    NO_DATA: "данные не поступили",
    FEW: "участников слишком мало, чтобы делать вывод",
    WITHHELD: "значение скрыто, чтобы нельзя было узнать отдельных учеников",
}
_STATE_OF_STATUS: Final = {"not_enough": FEW, "suppressed": WITHHELD, "no_data": NO_DATA}

MONTHS: Final = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
MONTHS_GENITIVE: Final = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip

_WORDS: Final = (
    "", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять",
)  # fmt: skip
_WORDS_GENITIVE: Final = (
    "", "одного", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти", "десяти",
)  # fmt: skip
_ONE: Final = {"m": "один", "f": "одна", "n": "одно"}
_ONE_GENITIVE: Final = {"m": "одного", "f": "одной", "n": "одного"}
_NONE: Final = {"m": "ни одного", "f": "ни одной", "n": "ни одного"}


_GLUED: Final = re.compile(
    r"(?<=\d) (?=%|п\.п\.|г\.|кл\.|класс|учени|участни|выпускни|челов|школ|задани|балл|работ"
    r"|год|лет\b)"
    r"|(?<=№) (?=\d)"
)


@dataclass(frozen=True)
class Noun:
    """A counted noun: «один ученик, два ученика, пять учеников», with its gender.

    The second form is the genitive singular and the third the genitive plural, so the genitive
    («у четырёх учеников») needs no further forms.
    """

    one: str
    few: str
    many: str
    gender: Literal["m", "f", "n"] = "m"


PUPIL: Final = Noun("ученик", "ученика", "учеников")
PARTICIPANT: Final = Noun("участник", "участника", "участников")
GRADUATE: Final = Noun("выпускник", "выпускника", "выпускников")
PERSON: Final = Noun("человек", "человека", "человек")
SCHOOL: Final = Noun("школа", "школы", "школ", "f")
PRESCHOOL: Final = Noun("детсад", "детсада", "детсадов")
CLASS: Final = Noun("класс", "класса", "классов")
WORK: Final = Noun("работа", "работы", "работ", "f")
SUBJECT: Final = Noun("предмет", "предмета", "предметов")
TASK: Final = Noun("задание", "задания", "заданий", "n")
SKILL: Final = Noun("умение", "умения", "умений", "n")
MARK: Final = Noun("отметка", "отметки", "отметок", "f")
POINT: Final = Noun("балл", "балла", "баллов")
YEAR: Final = Noun("год", "года", "лет")
FILE: Final = Noun("файл", "файла", "файлов")
ROW: Final = Noun("строка", "строки", "строк", "f")
REPORT: Final = Noun("отчёт", "отчёта", "отчётов")
INDICATOR: Final = Noun("показатель", "показателя", "показателей")


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


def plural(n: float, noun: Noun) -> str:
    """Form of the noun that follows a number in the nominative.

    Rule of the Russian language (Unicode CLDR, plural rules, ``ru``): 1, 21, 31 … one; 2–4, 22–24
    … few; the rest, 11–14 among them, many; a fraction takes the genitive singular.

    Examples
    --------
    >>> [plural(n, PUPIL) for n in (1, 22, 12, 1.5)]
    ['ученик', 'ученика', 'учеников', 'ученика']
    """
    if n != int(n):
        return noun.few
    tens, units = abs(int(n)) % 100, abs(int(n)) % 10
    if units == 1 and tens != 11:
        return noun.one
    return noun.few if units in (2, 3, 4) and tens not in (12, 13, 14) else noun.many


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
    if n == 0:
        return f"{_NONE[noun.gender]} {noun.few}"
    singular = plural(n, noun) == noun.one
    if genitive:
        form = noun.few if singular else noun.many
        words = _WORDS_GENITIVE
        special = {1: _ONE_GENITIVE[noun.gender]}
    else:
        form = plural(n, noun)
        words = _WORDS
        special = {1: _ONE[noun.gender], 2: "две" if noun.gender == "f" else "два"}
    if n >= len(words):
        return f"{number(n)}{NBSP}{form}"
    return f"{special.get(n, words[n])} {form}"


def pupils(n: int, *, genitive: bool = False) -> str:
    """Whole pupils, in words up to ten.

    Examples
    --------
    >>> pupils(4), pupils(1, genitive=True)
    ('четыре ученика', 'одного ученика')
    """
    return in_words(n, PUPIL, genitive=genitive)


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
