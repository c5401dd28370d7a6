"""School subjects: one name for each, whatever an export calls it."""

from __future__ import annotations

import re

# Canonical name → (abbreviation used in work ids and short labels, other spellings).
_SUBJECTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Русский язык": ("РУ", ("русский", "рус", "рус.яз.", "рус. язык", "ру")),
    "Математика": (
        "МА",
        (
            "мат",
            "ма",
            "математика профильная",
            "математика (профильная)",
            "математика профиль",
            "математика (профильный уровень)",
            "математика профильный уровень",
            "математика проф",
            "математика проф.",
            "математика (проф.)",
        ),
    ),
    "Математика базовая": (
        "МБ",
        ("математика (базовая)", "математика (базовый уровень) егэ", "математика база"),
    ),
    "Окружающий мир": ("ОМ", ("окр. мир", "окр мир", "ом")),
    "Литературное чтение": ("ЛЧ", ("лит. чтение", "лч")),
    "Литература": ("ЛИ", ("лит", "ли")),
    "История": ("ИС", ("ис", "история россии", "история россии. всеобщая история")),
    "Обществознание": ("ОБ", ("общество", "об")),
    "География": ("ГГ", ("гео", "гг")),
    "Биология": ("БИ", ("био", "би")),
    "Физика": ("ФИ", ("физ", "фи")),
    "Химия": ("ХИ", ("хим", "хи")),
    "Информатика": (
        "ИН",
        ("информатика и икт", "информатика и икт (кегэ)", "информатика (кегэ)", "кегэ", "ин"),
    ),
    "Английский язык": ("АЯ", ("английский", "англ. язык", "ая")),
    "Немецкий язык": ("НЯ", ("немецкий", "нем. язык", "ня")),
    "Французский язык": ("ФЯ", ("французский", "фр. язык", "фя")),
    "Испанский язык": ("ИЯ", ("испанский",)),
    "Китайский язык": ("КЯ", ("китайский",)),
    "Астрономия": ("АС", ()),
    "Экология": ("ЭЛ", ()),
    "Экономика": ("ЭК", ()),
    "Право": ("ПР", ()),
    "Искусство (МХК)": ("МХК", ("искусство", "мхк", "мировая художественная культура")),
    "Физическая культура": ("ФК", ("физкультура",)),
    "Технология": ("ТР", ("труд (технология)", "труд", "труд(технология)")),
    "ОБЗР": (
        "ОБЗР",
        ("обж", "основы безопасности и защиты родины", "основы безопасности жизнедеятельности"),
    ),
    "Итальянский язык": ("ИТ", ("итальянский",)),
    "Иностранный язык": ("ИНЯ", ("ин. яз.", "ин. язык", "иностранные языки")),
    "Краеведение": ("КР", ()),
}


def _fold(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip().lower().replace("ё", "е")


_BY_SPELLING = {
    _fold(spelling): canonical
    for canonical, (code, others) in _SUBJECTS.items()
    for spelling in (canonical, code, *others)
}
_LEVEL = re.compile(
    r"\s*[(,.–-]?\s*(?:с\s+)?(базов\w*|углубл\w*)(?:\s+(?:уров\w*|изучени\w*(?:\s+предмет\w*)?))?"
    r"\s*\)?\s*$",
    re.IGNORECASE,
)
_COMPUTER_WORDS = re.compile(
    r"[\s,.]*\(?\s*(?:в\s+)?(?:\bкомпьютерн\w*(?:\s+форм\w*)?|\bкомп\.|\bкф\b)\s*\)?", re.IGNORECASE
)
# A work done at the computer has tasks of its own: a subject beside that on paper.
COMPUTER_FORM = " (компьютерная форма)"
_LANGUAGE = re.compile(r"иностранн\w+ языки?\s*[(.,:–-]+\s*([а-я]+)(?: язык)?\s*\)?")


def canonical_subject(name: str) -> str | None:
    """Canonical name of a subject, or None where the spelling is unknown.

    >>> canonical_subject("рус. язык"), canonical_subject("Иностранный язык (немецкий язык)")
    ('Русский язык', 'Немецкий язык')
    """
    folded = _fold(name)
    if folded in _BY_SPELLING:
        return _BY_SPELLING[folded]
    language = _LANGUAGE.fullmatch(folded)
    return _BY_SPELLING.get(f"{language[1]} язык") if language else None


def split_computer_form(name: str) -> tuple[str, bool]:
    """Part a ВПР subject (or title line) from the words that say it was done at the computer.

    >>> split_computer_form("Биология (компьютерная форма)"), split_computer_form("История")
    (('Биология', True), ('История', False))
    """
    bare, found = _COMPUTER_WORDS.subn(" ", name)
    return re.sub(r"\s+", " ", bare).strip(), found > 0


def split_vpr_level(name: str) -> tuple[str, str | None]:
    """Part a ВПР subject from its level.

    «Физика (углублённый уровень)» gives («Физика», «углублённый»), «Математика с углублённым
    изучением предмета» («Математика», «углублённый»).
    The level exists in grades 7–8 (mathematics, physics) from 2022-2023 on.
    """
    match = _LEVEL.search(_fold(name))
    if match is None:
        return name.strip(), None
    level = "базовый" if match[1].startswith("базов") else "углублённый"
    return name.strip()[: match.start()].strip(" (,.–-"), level


def subject_code(canonical: str) -> str:
    """Abbreviation of a canonical subject name: «Русский язык» → «РУ»; unknown names unchanged."""
    bare = canonical.removesuffix(COMPUTER_FORM)
    entry = _SUBJECTS.get(bare)
    return canonical if entry is None else entry[0] + ("к" if bare != canonical else "")


def all_subjects() -> list[str]:
    """Canonical names in the order in which reports list them."""
    return list(_SUBJECTS)
