"""What looks like personal data in a text: kinds and places, never the values themselves.

A finding holds no part of what was found, so that neither a message nor a log repeats it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import permutations
from typing import Final

from msoko_lib.privacy.given_names import given_with_surname, pairs_pattern

# Stands between two cells or two runs of text: a number never crosses it, a full name may.
BREAK: Final = "\x1f"
# Longer than anything that is looked for.
_SEAM: Final = 300

SNILS: Final = "СНИЛС"
PASSPORT: Final = "серию и номер документа"
PHONE: Final = "номер телефона"
MAIL: Final = "адрес электронной почты"
NAME: Final = "фамилию, имя и отчество"
SHORT_NAME: Final = "имя и фамилию"
BIRTH: Final = "дату рождения"
KINDS: Final = (SNILS, PASSPORT, PHONE, MAIL, NAME, SHORT_NAME, BIRTH)
NAME_KINDS: Final = (NAME, SHORT_NAME)

_GAP = r"[ \u00a0\u202f]"
_SNILS = re.compile(rf"(?<![\d-])(\d{{3}})[-{_GAP[1:-1]}](\d{{3}})[-{_GAP[1:-1]}](\d{{3}})"
                    rf"[-{_GAP[1:-1]}](\d{{2}})(?![\d-])")  # fmt: skip
_SNILS_WORD = re.compile(r"(?i)снилс\W{0,5}(\d{11})(?!\d)")
_PASSPORT = re.compile(
    rf"(?<![\d.,]{_GAP})(?<![\d.,])(?:\d{{4}}|\d\d{_GAP}\d\d){_GAP}(?:№{_GAP}?)?\d{{6}}"
    rf"(?![\d.,]|{_GAP}\d)"
    rf"|(?i:паспорт\w*|свидетельств\w+ о рождении)[^{BREAK}\d]{{0,30}}\d[\d \u00a0№]{{5,14}}"
)
_PHONE = re.compile(
    # Not the digits of a fraction: 35.87878723596.
    rf"(?<![\w+])(?<!\d[.,])(?:\+7|8){_GAP}?[(-]?{_GAP}?\d{{3}}{_GAP}?[)-]?{_GAP}?"
    rf"\d{{3}}(?:[-{_GAP[1:-1]}]?\d\d)"
    rf"{{2}}(?!\w)"
)
_MAIL = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-zА-Яа-я]{2,}")
_WORD = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_SHOUTED = r"[А-ЯЁ]{2,}(?:-[А-ЯЁ]{2,})?"
_BETWEEN = rf"[\s{BREAK}]{{1,4}}"
_NAME = re.compile(
    rf"(?<![А-Яа-яЁё-])(?:{_WORD}{_BETWEEN}{_WORD}{_BETWEEN}[А-ЯЁ][а-яё]+(?:вич|ьич|вна|чна)"
    rf"|{_WORD}{_BETWEEN}[А-ЯЁ][а-яё]+(?:вич|ьич|вна|чна){_BETWEEN}{_WORD}"
    rf"|{_SHOUTED}{_BETWEEN}{_SHOUTED}{_BETWEEN}[А-ЯЁ]+(?:ВИЧ|ЬИЧ|ВНА|ЧНА)"
    rf"|{_WORD}{_BETWEEN}{_WORD}{_BETWEEN}{_WORD}{_BETWEEN}(?:[Оо]глы|[Кк]ызы|[Уу]улу))"
    r"(?![А-Яа-яЁё])"
)
_NAME_SIGNS = re.compile(r"(?:вич|ьич|вна|чна|глы|ызы|улу|ВИЧ|ЬИЧ|ВНА|ЧНА)(?![А-Яа-яЁё])")
_PAIRS = pairs_pattern(_BETWEEN)
_DAY = r"\d{1,2}[./]\d{1,2}[./](?:19|20)\d\d"
_BIRTH = re.compile(
    rf"(?i:дат[аы] рождения|родил[а-я]+|д\.{_GAP}?р\.)[^\d]{{0,20}}{_DAY}"
    rf"|{_DAY}\s*(?:г\.\s*)?г\.\s*р\."
    r"|(?i:дат[аы] рождения)[^\d]{0,20}(?:19|20)\d\d-\d\d-\d\d"
)


def has_checksum(digits: str) -> bool:
    """True if eleven digits carry the control number of a СНИЛС.

    >>> has_checksum("11223344595"), has_checksum("11223344596")
    (True, False)
    """
    total = sum(int(digit) * (9 - place) for place, digit in enumerate(digits[:9]))
    return total % 101 % 100 == int(digits[9:])


def personal_data(text: str, allowed: Collection[str] = ()) -> Counter[str]:
    """Kinds of personal data that a text seems to hold, each with how many times.

    Parameters
    ----------
    text : str
        Cells and runs parted by :data:`BREAK`.
    allowed : collection of str
        Values that may be told, folded by :func:`folded`: the office's own address, the name of
        its head.

    Examples
    --------
    >>> dict(personal_data("Иванов Иван Иванович, 112-233-445 95"))
    {'СНИЛС': 1, 'фамилию, имя и отчество': 1}
    >>> dict(personal_data("Школа № 1, 2024 год, 1 234 567 человек, 12.05.2025, 35.87878723596"))
    {}
    >>> dict(personal_data("тел. 89051234567, +7 (905) 123-45-67"))
    {'номер телефона': 2}
    >>> dict(personal_data("Иванова Мария, 7 класс; школа имени Ивана Петрова"))
    {'имя и фамилию': 1}
    """
    found: Counter[str] = Counter()
    for kind, finder in _FINDERS.items():
        count = sum(folded(value) not in allowed for value in finder(text))
        if count:
            found[kind] = count
    return found


def personal_data_in(pieces: Iterable[str], allowed: Collection[str] = ()) -> Counter[str]:
    """Kinds of personal data in a text that comes in pieces; what crosses a seam is seen too.

    Examples
    --------
    >>> dict(personal_data_in(["Иванов", "Иван Иванович и Петрова Анна Ильинична"]))
    {'фамилию, имя и отчество': 2}
    """
    found: Counter[str] = Counter()
    tail = ""
    for piece in pieces:
        head = piece[:_SEAM]
        found += personal_data(piece, allowed)
        if tail:
            # Only what neither side shows by itself.
            found += (
                personal_data(f"{tail}{BREAK}{head}", allowed)
                - personal_data(tail, allowed)
                - personal_data(head, allowed)
            )
        tail = piece[-_SEAM:]
    return found


def values_of(text: str) -> set[str]:
    """Everything in a text that looks like personal data, folded: for lists of what is allowed.

    Who may be told with a patronymic may be told without it.
    """
    found = {folded(value) for finder in _FINDERS.values() for value in finder(text)}
    full = {folded(value) for value in _names(text)}
    return found | {" ".join(pair) for name in full for pair in permutations(name.split(), 2)}


def folded(value: str) -> str:
    """Value for comparison: white space and case do not matter."""
    return " ".join(value.replace(BREAK, " ").lower().replace("ё", "е").split())


def _snils(text: str) -> Iterator[str]:
    for match in _SNILS.finditer(text):
        if has_checksum("".join(match.groups())):
            yield match[0]
    for match in _SNILS_WORD.finditer(text):
        yield match[0]


def _names(text: str) -> Iterator[str]:
    # Most texts hold no patronymic at all; looking for its end is many times cheaper.
    if _NAME_SIGNS.search(text):
        yield from (match[0] for match in _NAME.finditer(text))


def _short_names(text: str) -> Iterator[str]:
    """Names without a patronymic; those that are part of a full name are told with it."""
    full: list[tuple[int, int]] | None = None
    for place, words in given_with_surname(text, _PAIRS, BREAK):
        if full is None:
            full = [match.span() for match in _NAME.finditer(text)]
        if not any(start <= place < end for start, end in full):
            yield words


def _every(pattern: re.Pattern[str]) -> Callable[[str], Iterator[str]]:
    return lambda text: (match[0] for match in pattern.finditer(text))


_FINDERS: Final[dict[str, Callable[[str], Iterator[str]]]] = {
    SNILS: _snils,
    PASSPORT: _every(_PASSPORT),
    PHONE: _every(_PHONE),
    MAIL: lambda text: _every(_MAIL)(text) if "@" in text else iter(()),
    NAME: _names,
    SHORT_NAME: _short_names,
    BIRTH: _every(_BIRTH),
}
