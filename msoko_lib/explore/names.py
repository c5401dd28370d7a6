"""Names as people type them: found whatever the case, the letter ё and the quotes, or proposed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from msoko_lib.explore.problems import UnknownName

Thing = TypeVar("Thing")

# From this likeness on a name is proposed; most proposals, and most names of a short list.
LIKENESS = 0.55
CLOSE_BY = 0.15
MOST_PROPOSED = 3
SHORT_LIST = 12
# A part of a name shorter than this is a slip of the finger, not a name.
SHORTEST_PART = 3


def plain(name: str) -> str:
    """A name without what people type differently.

    Examples
    --------
    >>> plain(" МБОУ «Лицей  Зелёный» ")
    'мбоу лицей зеленый'
    """
    lowered = re.sub(r"[«»\"'„“”]", "", str(name).casefold()).replace("ё", "е")
    return re.sub(r"\s+", " ", lowered.replace("\u00a0", " ")).strip()


def found(asked: object, options: Mapping[str, Thing], noun: str) -> Thing:
    """What a name means: the whole name, else the only one that contains it.

    Parameters
    ----------
    asked : object
        As it was typed.
    options : mapping
        Name → what it means; several names may mean the same thing.
    noun : str
        What is looked for, in the genitive: «предмета».

    Raises
    ------
    UnknownName
        If there is none, or more than one; the message proposes names.

    Examples
    --------
    >>> found("русск", {"Математика": 1, "Русский язык": 2}, "предмета")
    2
    >>> found("Матиматика", {"Математика": 1, "Русский язык": 2}, "предмета")
    Traceback (most recent call last):
    ...
    msoko_lib.explore.problems.UnknownName: Нет предмета «Матиматика». Похоже на: Математика.
    """
    wanted = plain(str(asked))
    known = {plain(name): name for name in options}
    if wanted in known:
        return options[known[wanted]]
    parts = [name for key, name in known.items() if wanted in key]
    meant = list(dict.fromkeys(id(options[name]) for name in parts))
    if len(wanted) >= SHORTEST_PART and len(meant) == 1:
        return options[parts[0]]
    raise UnknownName(_said(str(asked), known, parts, noun))


def _said(asked: str, known: Mapping[str, str], parts: list[str], noun: str) -> str:
    if not known:
        return f"Нет {noun} «{asked}»: в данных года нет ни одного имени."
    if len(parts) > 1 and len(plain(asked)) >= SHORTEST_PART:
        return f"«{asked}» подходит не к одному имени: {listed(sorted(parts))}. Уточните."
    near = nearest(asked, known.values())
    if near:
        return f"Нет {noun} «{asked}». Похоже на: {listed(near)}."
    names = sorted(dict.fromkeys(known.values()))
    return f"Нет {noun} «{asked}». Есть: {listed(names)}."


def nearest(asked: object, names: Iterable[str]) -> list[str]:
    """Names like the one asked, the nearest first; a word of a long name may be the like one.

    Examples
    --------
    >>> nearest("Лисная", ["Лесная СОШ", "СОШ № 2"])
    ['Лесная СОШ']
    """
    wanted = plain(str(asked))
    scores = {name: _likeness(wanted, plain(name)) for name in names}
    best = max(scores.values(), default=(0.0, 0.0))[0]
    near = [name for name in scores if scores[name][0] >= max(LIKENESS, best - CLOSE_BY)]
    near.sort(key=lambda name: scores[name], reverse=True)
    # «Математика» proposed, its advanced level goes without saying.
    kept = [name for place, name in enumerate(near)
            if not any(plain(other) in plain(name) for other in near[:place])]  # fmt: skip
    return kept[:MOST_PROPOSED]


def _likeness(wanted: str, name: str) -> tuple[float, float]:
    """Likeness of the nearest part of a name, and of the whole of it."""
    whole = difflib.SequenceMatcher(None, wanted, name).ratio()
    words = [difflib.SequenceMatcher(None, wanted, word).ratio() for word in name.split(" ")]
    return max(whole, *words), whole


def listed(names: Iterable[str]) -> str:
    """«Математика, Физика и ещё 7»: names of a list that may be long.

    Examples
    --------
    >>> listed(["Математика", "Физика"])
    'Математика, Физика'
    """
    every = [str(name) for name in names]
    if len(every) <= SHORT_LIST:
        return ", ".join(every)
    return f"{', '.join(every[:SHORT_LIST])} и ещё {len(every) - SHORT_LIST}"
