"""Invented people: names made of trees, birds and waters, never of anybody."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STEMS = (
    "Берёзов", "Дубов", "Кленов", "Осинов", "Вязов", "Рябинин", "Калинин", "Малинин", "Ольхов",
    "Ивов", "Сосновцев", "Елов", "Липов", "Ясенев", "Тополев", "Черёмухин", "Соколов", "Воронов",
    "Сорокин", "Синицын", "Снегирёв", "Голубев", "Журавлёв", "Лебедев", "Чайкин", "Стрижов",
    "Дроздов", "Щеглов", "Зябликов", "Филинов", "Озёров", "Ручьёв", "Речкин", "Морозов", "Снегов",
    "Ветров", "Туманов", "Зорин", "Полевой", "Луговой",
)  # fmt: skip
_MALE = (
    "Иван", "Пётр", "Алексей", "Сергей", "Андрей", "Дмитрий", "Николай", "Михаил", "Павел",
    "Егор", "Артём", "Фёдор", "Максим", "Кирилл", "Роман", "Степан", "Илья", "Глеб", "Тимофей",
    "Матвей",
)  # fmt: skip
_FEMALE = (
    "Анна", "Мария", "Елена", "Ольга", "Наталья", "Ирина", "Алёна", "Дарья", "Софья", "Полина",
    "Вера", "Надежда", "Любовь", "Ксения", "Варвара", "Татьяна", "Юлия", "Алиса", "Евгения",
    "Кира",
)  # fmt: skip
_FATHERS = (
    "Иван", "Пётр", "Алексе", "Серге", "Андре", "Дмитри", "Николай", "Михайл", "Павл", "Егор",
    "Артём", "Фёдор", "Максим", "Кирилл", "Роман", "Степан", "Глеб", "Антон", "Виктор", "Борис",
)  # fmt: skip
_SOFT = frozenset({"Алексе", "Серге", "Андре", "Дмитри"})

NAMES_TOTAL = len(_STEMS) * len(_MALE) * len(_FATHERS)
# Prime to NAMES_TOTAL: equal names come back only after all the others.
NAME_STRIDE = 7919


def _surname(stem: str, female: bool) -> str:
    if stem.endswith("ой"):
        return stem[:-2] + "ая" if female else stem
    return stem + "а" if female else stem


def _patronymic(stem: str, female: bool) -> str:
    if stem == "Николай":
        return "Николаевна" if female else "Николаевич"
    middle = "ев" if stem in _SOFT else "ов"
    return stem + middle + ("на" if female else "ич")


def name_codes(group_sizes: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Name numbers, different inside each group (a school's cohort) of pupils.

    Parameters
    ----------
    group_sizes : array of shape (groups,)
        Number of pupils in each group, in the order of the pupils.
    rng : Generator

    Returns
    -------
    array of shape (pupils,)
        Numbers below :data:`NAMES_TOTAL` for :func:`full_name`.
    """
    starts = np.repeat(rng.integers(NAMES_TOTAL, size=len(group_sizes)), group_sizes)
    ends = np.cumsum(group_sizes)
    inside = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - group_sizes, group_sizes)
    return (starts + inside * NAME_STRIDE) % NAMES_TOTAL


def full_name(code: int, female: bool) -> tuple[str, str, str]:
    """Surname, first name and patronymic of a name number.

    >>> full_name(0, True)
    ('Берёзова', 'Анна', 'Ивановна')
    """
    rest, stem = divmod(code, len(_STEMS))
    father, first = divmod(rest, len(_MALE))
    return (
        _surname(_STEMS[stem], female),
        (_FEMALE if female else _MALE)[first],
        _patronymic(_FATHERS[father], female),
    )
