"""Given names and surnames in the other cases of Russian, taken back to the nominative.

«Передать Ивановой Марии», «по жалобе Петрова Ивана»: the words of a person whatever the sentence
makes of them. Schools, streets and readings are named in the genitive («имени Ивана Петрова»), a
given name first; in the genitive a person is therefore told by the surname in the first place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_HARD: Final = frozenset("гкхжчшщ")
# Their vowel runs away.
_SPECIAL: Final = {
    "павел": ("павла", "павлу", "павла", "павлом"),
}
# Ending in a case → in the nominative, by gender: genitive, dative, accusative, instrumental.
_SURNAMES: Final[dict[str, tuple[dict[str, str], ...]]] = {
    "m": (
        {"ова": "ов", "ева": "ев", "ина": "ин", "ына": "ын", "ского": "ский", "цкого": "цкий",
         "чука": "чук", "щука": "щук", "енко": "енко", "дзе": "дзе", "швили": "швили",
         "янца": "янц", "няна": "нян"},
        {"ову": "ов", "еву": "ев", "ину": "ин", "ыну": "ын", "скому": "ский", "цкому": "цкий",
         "чуку": "чук", "щуку": "щук", "енко": "енко", "дзе": "дзе", "швили": "швили",
         "янцу": "янц", "няну": "нян"},
        {},
        {"овым": "ов", "евым": "ев", "иным": "ин", "ыным": "ын", "ским": "ский", "цким": "цкий",
         "чуком": "чук", "щуком": "щук", "енко": "енко", "дзе": "дзе", "швили": "швили",
         "янцем": "янц", "няном": "нян"},
    ),
    "f": (
        {"овой": "ова", "евой": "ева", "иной": "ина", "ыной": "ына", "ской": "ская", "цкой": "цкая",
         "енко": "енко", "чук": "чук", "щук": "щук", "дзе": "дзе", "швили": "швили"},
        {},
        {"ову": "ова", "еву": "ева", "ину": "ина", "ыну": "ына", "скую": "ская", "цкую": "цкая",
         "енко": "енко", "чук": "чук", "щук": "щук", "дзе": "дзе", "швили": "швили"},
        {},
    ),
}  # fmt: skip
# A man's accusative is his genitive, a woman's dative and instrumental surname her genitive.
_SAME_AS: Final = {("m", 2): 0, ("f", 1): 0, ("f", 3): 0}


@dataclass(frozen=True)
class NameForm:
    """What a form of a given name may be: the name, its gender, the number of the case."""

    name: str
    gender: str
    case: int
    is_genitive: bool


def name_forms(men: Iterable[str], women: Iterable[str]) -> dict[str, list[NameForm]]:
    """Form of a given name → every name and case it may be; the nominative is not among them."""
    forms: dict[str, list[NameForm]] = {}
    for gender, names in (("m", men), ("f", women)):
        for name in names:
            cases = declined(name)
            for case, form in enumerate(cases):
                if form != name:
                    found = NameForm(name, gender, case, form == cases[0])
                    forms.setdefault(form, []).append(found)
    return forms


def declined(name: str) -> tuple[str, ...]:
    """Genitive, dative, accusative and instrumental of a given name; itself where it has none.

    >>> declined("андрей"), declined("мария")
    (('андрея', 'андрею', 'андрея', 'андреем'), ('марии', 'марии', 'марию', 'марией'))
    >>> declined("ольга"), declined("любовь")[3], declined("игорь")[1], declined("павел")[0]
    (('ольги', 'ольге', 'ольгу', 'ольгой'), 'любовью', 'игорю', 'павла')
    """
    if name in _SPECIAL:
        return _SPECIAL[name]
    stem, last = name[:-1], name[-1]
    if last == "а":
        return f"{stem}{'и' if stem[-1] in _HARD else 'ы'}", f"{stem}е", f"{stem}у", f"{stem}ой"
    if last == "я":
        return f"{stem}и", f"{stem}и" if stem[-1] == "и" else f"{stem}е", f"{stem}ю", f"{stem}ей"
    if last == "ь" and name in ("любовь", "нинель", "айгуль", "гузель", "асель", "рузиль"):
        return f"{stem}и", f"{stem}и", name, f"{stem}ью"
    if last in "ьй":
        return f"{stem}я", f"{stem}ю", f"{stem}я", f"{stem}ем"
    if last in "бвгдзклмнпрстфхш":
        return f"{name}а", f"{name}у", f"{name}а", f"{name}ом"
    return name, name, name, name


def nominatives(surname: str, gender: str, case: int) -> Iterator[str]:
    """What a surname in a case may be in the nominative.

    >>> list(nominatives("петрову", "m", 1)), list(nominatives("ивановой", "f", 1))
    (['петров'], ['иванова'])
    """
    for ending, plain in _SURNAMES[gender][_SAME_AS.get((gender, case), case)].items():
        if surname.endswith(ending):
            yield surname.removesuffix(ending) + plain
