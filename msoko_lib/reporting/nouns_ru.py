"""Counted nouns: their forms after a number, in the nominative and the genitive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

_WORDS: Final = (
    "", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять",
)  # fmt: skip
_WORDS_GENITIVE: Final = (
    "", "одного", "двух", "трёх", "четырёх", "пяти", "шести", "семи", "восьми", "девяти", "десяти",
)  # fmt: skip
_ONE: Final = {"m": "один", "f": "одна", "n": "одно"}
_ONE_GENITIVE: Final = {"m": "одного", "f": "одной", "n": "одного"}
_NONE: Final = {"m": "ни одного", "f": "ни одной", "n": "ни одного"}


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
ORGANISATION: Final = Noun("организация", "организации", "организаций", "f")
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
ANSWER: Final = Noun("ответ", "ответа", "ответов")
INDICATOR: Final = Noun("показатель", "показателя", "показателей")


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


def worded(n: int, noun: Noun, *, genitive: bool) -> str:
    """Count from 0 to 10 in words with its noun; empty beyond ten."""
    if n == 0:
        return f"{_NONE[noun.gender]} {noun.few}"
    if n >= len(_WORDS):
        return ""
    form = noun_form(n, noun, genitive=genitive)
    if genitive:
        words, special = _WORDS_GENITIVE, {1: _ONE_GENITIVE[noun.gender]}
    else:
        words = _WORDS
        special = {1: _ONE[noun.gender], 2: "две" if noun.gender == "f" else "два"}
    return f"{special.get(n, words[n])} {form}"


def noun_form(n: int, noun: Noun, *, genitive: bool) -> str:
    """Form of the noun after a whole number in the nominative or the genitive.

    Examples
    --------
    >>> noun_form(4, PUPIL, genitive=False), noun_form(4, PUPIL, genitive=True)
    ('ученика', 'учеников')
    >>> noun_form(21, Noun("школы", "школ", "школ", "f"), genitive=True)  # given in the genitive
    'школы'
    """
    form = plural(n, noun)
    # Two equal plural forms: the noun was given in an oblique case already, and stays in it.
    if not genitive or noun.few == noun.many:
        return form
    return noun.few if form == noun.one else noun.many
