"""Words for conditions, groups and grounds of comparison."""

from __future__ import annotations

from typing import Final

from msoko_lib.reporting import numbers_ru as ru

CONDITION_TITLES: Final = {
    "social_index": "индекс социального благополучия",
    "pupils": "число обучающихся",
    "village": "город или село",
    "distance_to_centre": "расстояние до центра",
    "both_parents_higher_education": "оба родителя с высшим образованием",
    "one_parent_family": "неполные семьи",
    "unemployed_parents": "неработающие родители",
    "large_family": "многодетные семьи",
    "low_income": "малоимущие семьи",
    "guardianship": "опека",
    "special_needs": "обучающиеся с ОВЗ",
    "disability": "дети-инвалиды",
    "russian_not_native": "русский язык не родной",
    "registered_offenders": "состоящие на учёте",
    "dangerous_situation": "семьи в опасном положении",
    "comfortable_housing": "благоустроенное жильё",
    "long_way": "подвоз или дорога больше 30 минут",
    "preschool_attended": "посещали детский сад",
    "home_computer": "компьютер и интернет дома",
}
PEER_WORDS: Final = {
    "similar": "похожие школы",
    "cluster": "своя группа",
    "expert": "по справочнику",
    "none": "не с кем",
}
STABILITY_WORDS: Final = {
    "highly_stable": "очень прочная",
    "valid": "прочная",
    "pattern": "намёк на группу",
    "do_not_use": "непрочная: не пользоваться",
}
MOVEMENT_WORDS: Final = {
    "stayed": "в той же группе",
    "moved": "перешла",
    "appeared": "раньше не было",
    "left": "ушла",
    "no_data": ru.NOT_APPLICABLE,
}
KNOWN_SCHOOL: Final = ru.Noun("школы", "школ", "школ", "f")
GRADUATE_OF: Final = ru.Noun("девятиклассник", "девятиклассника", "девятиклассников")


def conditions_in_words(names: list[str] | tuple[str, ...]) -> str:
    """«индекс социального благополучия и число обучающихся»."""
    return ru.joined([CONDITION_TITLES.get(name, "показатель условий") for name in names])
