"""School names for comparison: quotes, numbers, legal forms and town words folded."""

from __future__ import annotations

import re

_LOOKALIKES = str.maketrans("abcehkmoptxy", "авсенкмортху")
_LOGIN_AT_END = re.compile(r"\(\s*edu\d+\s*\)\s*$")
_QUOTES = re.compile(r"[«»\"“”„'`’]")
_NUMBER = re.compile(r"(?:№|\bn[°o.]?)\s*(?=\d)")
_LONG_FORMS = (
    (r"начальная школа\s*[-–—]?\s*детский сад", "нош дс"),
    (r"средн\w+ общеобразовательн\w+ школ\w+", "сош"),
    (r"основн\w+ общеобразовательн\w+ школ\w+", "оош"),
    (r"начальн\w+ общеобразовательн\w+ школ\w+", "нош"),
    (r"средн\w+ школ\w+", "сш"),
    (r"детск\w+ сад\w*", "дс"),
    (r"\bд/с\b", "дс"),
)
_LEGAL_LONG = re.compile(
    r"\b(?:муниципальн|государственн|краев|областн|республиканск|частн|бюджетн|автономн|"
    r"казенн|некоммерческ|негосударственн|дошкольн|общеобразовательн|образовательн)\w*\b|"
    r"\bучреждени\w*|\bорганизаци\w*"
)
# МБОУ, МАОУ, МКОУ, МОУ, МБДОУ, ГБОУ, КГБОУ, ОГАОУ, ЧОУ, МБУ ДО, АНО ОО …
_LEGAL_SHORT = re.compile(r"\b(?:[кор]?г[бак]?|м[бака]?|ч|но)д?оу\b|\bм[бак]у до\b|\bано(?: оо)?\b")
_TOWN_WORD = re.compile(
    r"\b(?:г|гор|с|п|пос|пгт|р\.?\s?п|д|дер|ст|ст-ца|х|им)\.|"
    r"\b(?:город[ае]?|сел[оае]|посел\w+|деревн\w+|станиц\w+|хутор\w*|имени|г|с|п|пгт|рп|им)\b"
)
_NOT_WORD = re.compile(r"[^0-9a-zа-я]+")


def fold_school_name(name: str) -> str:
    """School name for comparison.

    Two spellings of one school give one text; legal forms (МБОУ, «муниципальное бюджетное
    общеобразовательное учреждение») and town words («г.», «село») say nothing about which school
    it is and are dropped, the town's own name stays.

    >>> fold_school_name("МБОУ «СОШ № 1» г. Энск") == fold_school_name('СОШ N1 Энск')
    True
    >>> fold_school_name("МБОУ «СОШ №1»") == fold_school_name("МБОУ «СОШ №11»")
    False
    """
    folded = re.sub(r"\s+", " ", name).strip().lower().replace("ё", "е")
    folded = _LOGIN_AT_END.sub("", folded)
    if re.search("[а-я]", folded):
        folded = _NUMBER.sub("№", folded).translate(_LOOKALIKES)
    folded = _QUOTES.sub(" ", folded)
    for pattern, short in _LONG_FORMS:
        folded = re.sub(pattern, f" {short} ", folded)
    folded = _LEGAL_LONG.sub(" ", folded)
    folded = _LEGAL_SHORT.sub(" ", folded)
    folded = _TOWN_WORD.sub(" ", folded)
    return _NOT_WORD.sub(" ", folded).strip()
