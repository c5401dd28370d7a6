"""Short names of works and levels as reports print them."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru

LEVEL_TITLES = {
    "school": "школа",
    "cluster": "группа школ",
    "municipality": "муниципалитет",
    "region": "регион",
    "country": "страна",
}
# Words for the four marks of a comparison; the heading of the column says with whom.
HIGHER = {"up": "▲ выше", "attention": "▼ ниже", "same": "● так же", "few": "○ мало"}
# The same where more often is worse.
MORE_OFTEN = {"up": "▲ реже", "attention": "▼ чаще", "same": "● так же", "few": "○ мало"}
# From the school stage of the olympiad to the municipal one.
DROP_WORDS = {"attention": "▼ велико", "same": "● обычное", "few": "○ мало"}
ALONE: Final = "○ не с кем"
IN_WORK = ru.Noun("работе", "работах", "работах", "f")
IN_SCHOOL = ru.Noun("школе", "школах", "школах", "f")
RESULT = ru.Noun("результат", "результата", "результатов")
CASE = ru.Noun("случай", "случая", "случаев")
PAIR = ru.Noun("пара отметок", "пары отметок", "пар отметок", "f")
NINTH_GRADER = ru.Noun("девятиклассник", "девятиклассника", "девятиклассников")
CANDIDATE = ru.Noun("претендент", "претендента", "претендентов")
ROOM = ru.Noun("аудитория", "аудитории", "аудиторий", "f")
_LEGAL_FORM = re.compile(r"[А-ЯЁ]{2,9}(?: [А-ЯЁ]{2,4})? «(.+)»")
CORE_SUBJECTS = ("Русский язык", "Математика")


def work_label(subject: str, grade: object) -> str:
    """«Русский язык, 4 класс»."""
    return f"{subject}, {grade}{ru.NBSP}класс"


def work_labels(frame: pd.DataFrame) -> pd.Series:
    """Labels of works for a frame with subject and grade."""
    return frame["subject"].astype(str) + ", " + frame["grade"].astype(str) + f"{ru.NBSP}класс"


def short_work(subject: str, grade: object) -> str:
    """«Рус. 4» for the columns of a heat map."""
    words = {"Русский язык": "Рус. яз.", "Математика": "Матем."}
    return f"{words.get(subject, subject)} {grade}"


def subject_rank(frame: pd.DataFrame) -> pd.Series:
    """Order of works: Russian, mathematics, then the others by name."""
    order = {subject: place for place, subject in enumerate(CORE_SUBJECTS)}
    return frame["subject"].map(order).fillna(len(order)).astype("int64")


def by_work(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows in the order of works: Russian, mathematics, others; by grade inside."""
    ordered = frame.assign(_rank=subject_rank(frame))
    ordered = ordered.sort_values(["_rank", "subject", "grade"], kind="stable")
    return ordered.drop(columns="_rank").reset_index(drop=True)


def points(share: Any) -> Any:
    """Share of 0…1 (a number or a column) as percentage points for printing."""
    return share * 100


def in_pupils(share: float, n: float) -> str:
    """A share of a group as whole pupils: «четыре ученика»."""
    return ru.pupils(round(abs(share) * n))


def sentence_case(text: str) -> str:
    """Subject in the middle of a sentence: «русский язык», but «ОБЗР»."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def works_in_words(frame: pd.DataFrame, most: int = 3) -> str:
    """Works in the middle of a sentence, subject by subject.

    Examples
    --------
    >>> works = pd.DataFrame({"subject": ["История", "Физика", "История"], "grade": [6, 8, 5]})
    >>> works_in_words(works).replace(ru.NBSP, " ")
    'история, 5 и 6 классы; физика, 8 класс'
    """
    parts = []
    for subject, grades in frame.groupby("subject", sort=False)["grade"]:
        names = [str(grade) for grade in sorted(grades)]
        noun = "класс" if len(names) == 1 else "классы"
        parts.append(f"{sentence_case(str(subject))}, {ru.joined(names)}{ru.NBSP}{noun}")
    more = f" и ещё {ru.counted(len(parts) - most, ru.SUBJECT)}" if len(parts) > most else ""
    return "; ".join(parts[:most]) + more


def names_in_words(names: list[str], most: int = 4, noun: ru.Noun = ru.SCHOOL) -> str:
    """«Лесная СОШ, Озёрная СОШ и ещё 2 школы»; ``noun`` where the names are not of schools."""
    if len(names) <= most:
        return ru.joined(names)
    return f"{', '.join(names[:most])} и ещё {ru.counted(len(names) - most, noun)}"


def in_works(number: int, total: int) -> str:
    """«в 12 работах из 23», «ни в одной работе из 23»."""
    where = f"в {ru.counted(number, IN_WORK)}" if number else "ни в одной работе"
    return f"{where} из {total}"


def ratio(part: float, total: float, noun: ru.Noun | None = None) -> str:
    """«720 из 1 213», with a noun «30 из 191 отметки»: the noun follows the second number.

    Examples
    --------
    >>> ratio(30, 191, ru.MARK).replace(ru.NBSP, " "), ratio(3, 40).replace(ru.NBSP, " ")
    ('30 из 191 отметки', '3 из 40')
    """
    return f"{ru.number(part)} из {out_of(total, noun) if noun else ru.number(total)}"


def out_of(total: float, noun: ru.Noun) -> str:
    """«191 отметки», «40 отметок»: a count in the genitive, in figures."""
    return f"{ru.number(total)}{ru.NBSP}{ru.noun_form(int(total), noun, genitive=True)}"


def one_in(probability: float) -> str:
    """A probability as people say it: «1 раз из 50», «реже 1 раза из 1 000».

    Examples
    --------
    >>> one_in(0.02), one_in(1 / 942), one_in(0.4)
    ('1 раз из 50', '1 раз из 940', '4 раза из 10')
    >>> one_in(0.0004).replace(ru.NBSP, " ")
    'реже 1 раза из 1 000'
    """
    if probability < 0.001:
        return f"реже 1 раза из {ru.number(1000)}"
    if probability < 0.15:
        times = round(1 / probability)
        # Two digits: the probability is not known better.
        return f"1 раз из {ru.number(round(times, -1) if times > 99 else times)}"
    times = round(10 * probability)
    return f"{times} {'раза' if times in (2, 3, 4) else 'раз'} из 10"


def small_share(value: float) -> str:
    """A share that may be very small: «3,4 %», «меньше 0,1 %»."""
    return ru.share(value) if value >= 0.001 else f"меньше {ru.share(0.001)}"


def plain_names(names: pd.Series) -> pd.Series:
    """School names without the legal form, where they stay different.

    Examples
    --------
    >>> plain_names(pd.Series(["МБОУ «СОШ № 2 г. Заречный»", "Лицей «Исток»"])).tolist()
    ['СОШ № 2 г. Заречный', 'Лицей «Исток»']
    >>> plain_names(pd.Series(["МБДОУ «Детский сад «Берёзка»", "МБУ ДО «Дом творчества»"])).tolist()
    ['Детский сад «Берёзка»', 'Дом творчества']
    """
    plain = names.map(_short)
    return plain.where(~plain.duplicated(keep=False), names)


def distinct_names(units: pd.DataFrame) -> pd.Series:
    """Names without the legal form; namesakes are told apart by town or village, then by code.

    Parameters
    ----------
    units : DataFrame
        school_id, short_name, territory.

    Examples
    --------
    >>> distinct_names(pd.DataFrame({"school_id": ["a1", "a2"], "territory": ["город", "село"],
    ...     "short_name": ["МБДОУ «Солнышко»", "МБДОУ «Солнышко»"]})).tolist()
    ['Солнышко (город)', 'Солнышко (село)']
    """
    plain = plain_names(units["short_name"])
    twins = plain.duplicated(keep=False)
    short = units["short_name"].map(_short)
    where = short + " (" + units["territory"].astype("object").fillna("").astype(str) + ")"
    named = plain.where(~twins, where)
    still = named.duplicated(keep=False)
    return named.where(~still, short + " (" + units["school_id"].astype(str).str[-4:] + ")")


def _short(name: str) -> str:
    return _inner(match[1]) if (match := _LEGAL_FORM.fullmatch(name)) else name


def _inner(name: str) -> str:
    """Name inside the quotes; where «…«…» closes once for two, the inner pair is closed."""
    return f"{name}»" if name.count("«") > name.count("»") else name
