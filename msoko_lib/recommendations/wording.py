"""Texts of rules: placeholders, counted nouns, words that a report must not say."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.nouns_ru import Noun, noun_form, plural

# What a text may ask for. ``units`` are organisations where the rule fired (only in a summary),
# ``works`` the works or parts where it fired (subject, grade, component), ``people`` the gap to
# the target in whole people, ``detail`` words of the subsystem that found the fact; ``units_told``
# are the organisations, each with its figures in brackets.
PLACEHOLDERS = frozenset(
    {
        "value", "target", "reference", "previous", "change", "numerator", "denominator", "rest",
        "n", "works", "units", "units_n", "units_told", "people", "detail",
    }
)  # fmt: skip
ADDRESSEES = {
    "управление": "Управление образования",
    "методическая служба": "Методическая служба",
    "РМО": "Районные методические объединения",
    "руководитель": "Руководитель",
    "заместитель и ШМО": "Заместитель руководителя и школьные методические объединения",
    "психолог и социальный педагог": "Психолог и социальный педагог",
    "родители": "Родители (через школу)",
}
# The same people where the office speaks to those of several organisations at once.
ADDRESSEES_OF_MANY = {
    **ADDRESSEES,
    "руководитель": "Руководители",
    "заместитель и ШМО": "Заместители руководителей и школьные методические объединения",
    "психолог и социальный педагог": "Психологи и социальные педагоги",
}
# ``{numerator:ученик|ученика|учеников}`` – the noun follows the number; with «~» before the
# forms the genitive is meant: «у {rest:~ученик|ученика|учеников}».
_PLACE = re.compile(r"\{(?P<name>[a-z_]+)(?::(?P<forms>[^{}]+))?\}")
# Verdicts, rankings, accusations and threats: never said of a school or of people.
_FORBIDDEN = (
    "необъективн", "рейтинг", "худш", "слабая школа", "слабые школы", "слабых школ", "нарушител",
    "виновн", "наказ", "фальсиф", "списыва", "накрут", "взыскани", "уволь", "увольн",
    "по методике фиоко",
)  # fmt: skip


def placeholders_of(text: str) -> set[str]:
    """Names of the placeholders of a text."""
    return {match["name"] for match in _PLACE.finditer(text)}


def forbidden_words(text: str) -> list[str]:
    """Words of a text that a report must not say, as they are written in the list."""
    lowered = text.lower()
    return [word for word in _FORBIDDEN if word in lowered]


def fill(text: str, words: Mapping[str, str], counts: Mapping[str, float]) -> str:
    """Text with its placeholders filled.

    Parameters
    ----------
    words : mapping
        Placeholder → text as printed.
    counts : mapping
        Placeholder → number that a noun follows.

    Examples
    --------
    >>> text = "Без наставника {rest:педагог|педагога|педагогов}."
    >>> fill(text, {"rest": "3"}, {"rest": 3}).replace(ru.NBSP, " ")
    'Без наставника 3 педагога.'
    """

    def filled(match: re.Match[str]) -> str:
        name, forms = match["name"], match["forms"]
        shown = words.get(name, "")
        if forms is None or name not in counts:
            return shown
        genitive = forms.startswith("~")
        noun = Noun(*forms.removeprefix("~").split("|"))
        number = counts[name]
        form = noun_form(int(number), noun, genitive=True) if genitive else plural(number, noun)
        return f"{shown}{ru.NBSP}{form}"

    # «−4,1 п.п.» at the end of a sentence has its full stop already.
    return _PLACE.sub(filled, text).replace("п.п..", "п.п.")
