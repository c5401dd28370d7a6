"""A given name beside a surname: a person told without a patronymic.

«Иванова Мария» has no sign of its own as a patronymic is. It is told by two things together: one
word is a given name, the other has the ending of a surname of the same gender. Both lists are short
on purpose: a scan that stops honest reports is soon switched off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

# The names of nine in ten people, in the nominative: «имени Ивана Петрова» is not told by them.
MEN: Final = frozenset(
    "азамат айдар айрат александр алексей али альберт амир анатолий андрей антон арсен арсений "
    "артём артемий артур аслан ахмед богдан борис булат вадим валентин валерий василий виктор "
    "виталий влад владимир владислав всеволод вячеслав георгий герман глеб григорий давид дамир "
    "даниил данил данила данияр демид демьян денис дмитрий евгений егор захар ибрагим иван игнат "
    "игорь ильдар ильнур ильшат илья иннокентий камиль кирилл константин лев леонид лука магомед "
    "макар максим марат марк мартин матвей мирон михаил мурад мухаммад назар наиль никита никодим "
    "николай олег павел пётр платон прохор рамиль рашид ренат ринат роберт родион роман ростислав "
    "рузаль руслан рустам савва савелий салават святослав семён сергей станислав степан тагир "
    "тамерлан тигран тимофей тимур умар фарид фёдор феликс филипп шамиль эдуард эльдар эмиль эрик "
    "юлиан юрий яков ян ярослав".replace("ё", "е").split()
)
WOMEN: Final = frozenset(
    "аделина аида айгуль алевтина александра алёна алина алиса алия алла альбина амелия амина "
    "анастасия ангелина анжела анжелика анна антонина арина ася аврора аиша валентина валерия "
    "варвара василиса венера вера вероника виктория виолетта виталина владислава галина гузель "
    "дана дарина дарья диана динара дина ева евгения екатерина елена елизавета есения жанна зарина "
    "зинаида злата зоя зульфия илона инга инна ирина камила карина катерина кира клавдия кристина "
    "ксения лариса лейла лейсан лидия лилия лиана любовь людмила майя маргарита марина мария "
    "марьям марьяна мила милана милена мирослава мия мадина наталия наталья надежда нелли ника "
    "нина оксана олеся ольга патимат полина раиса регина резеда рената римма роза розалия роксана "
    "руфина сабина светлана серафима снежана софия софья стефания таисия тамара татьяна ульяна "
    "фатима фаина эвелина элеонора элина эльвира эльза эмилия эмма юлиана юлия яна ярослава "
    "ясмина".replace("ё", "е").split()
)
NAMES: Final = MEN | WOMEN

# Also words of the language, places or first words of a school's name.
_ALSO_WORDS: Final = frozenset(
    "али анна ася аврора вера венера влад герман дана злата лев лилия лука любовь майя марк "
    "мила мирон мия надежда назар ника платон роза роман рената снежана феликс "
    "ян".replace("ё", "е").split()
)
_OF_A_MAN = r"(?:ов|ев|ин|ын|ский|цкий|енко|чук|щук|дзе|швили|янц|нян)"
_OF_A_WOMAN = r"(?:ова|ева|ина|ына|ская|цкая|енко|чук|щук|дзе|швили|янц|нян)"
_MAN = re.compile(rf"\w*\w\w{_OF_A_MAN}")
_WOMAN = re.compile(rf"\w*\w\w{_OF_A_WOMAN}")
# Words with the ending of a surname that stand in reports.
_NO_SURNAMES: Final = frozenset(
    "русский русская английский английская немецкий немецкая французский французская испанский "
    "китайский родной татарский татарская городской городская сельский сельская районный "
    "всероссийский всероссийская российский российская муниципальный детский детская женский "
    "женская мужской мужская педагогический педагогическая математический математическая "
    "физический физическая химический гуманитарный технический техническая практический "
    "практическая исторический историческая географический экологический экологическая "
    "медицинский медицинская кадетский кадетская юношеский юношеская родительский родительская "
    "учительская советский советская ленинский ленинская октябрьский октябрьская кировский "
    "кировская причина величина половина середина вершина картина страница единица медицина "
    "дисциплина основа глава слова готов магазин один карантин бассейн термин основание кубов "
    "составов итогов годов классов предметов уроков баллов учеников участников показателей "
    "результатов выводов".replace("ё", "е").split()
)
# In whose names schools, readings and contests are held.
_FAMOUS: Final = frozenset({
    "александр пушкин", "юрий гагарин", "антон чехов", "иван тургенев", "николай некрасов",
    "михаил лермонтов", "сергей есенин", "анна ахматова", "марина цветаева", "андрей платонов",
    "михаил ломоносов", "сергей королев", "валентина терешкова", "алексей леонов",
    "петр чайковский",
    "георгий жуков", "александр суворов", "михаил кутузов", "федор достоевский", "иван крылов",
    "владимир маяковский", "зоя космодемьянская", "александр матросов", "дмитрий менделеев",
    "николай вавилов", "михаил шолохов", "иван бунин", "михаил булгаков", "николай лобачевский",
    "софья ковалевская", "марина раскова", "константин циолковский", "андрей сахаров",
})  # fmt: skip
# What follows the adjective of a place: «Анна Воронежская область».
_OF_A_PLACE = re.compile(
    r"\s*(?:обл|кра[йя]|район|р-н|округ|республик|ул\b|улиц|пер\b|просп|пл\b|площад|шоссе|"
    r"школ|СОШ|ООШ|НОШ|лице|гимназ|детск|сад\b|город|посел|посёл|сел[оа]|дерев|станц|станиц|"
    r"волост|слобод|библиотек|больниц|церк|чтени|конкурс|преми|стипенди|олимпиад|турнир|"
    r"местност|язык|литератур|культур|средн|основн|начальн|общеобраз)",
    re.IGNORECASE,
)
_AFTER_WORDS = re.compile(
    r"(?:\bимени|\bим\.?|\bпамяти|\bул\.?|\bулиц[аеыу]|\bпросп\w*\.?|\bпр\.|\bпер\.?|\bпереул\w+|"
    r"\bплощад[ьи]|\bпл\.|\bгероя|\bг\.|\bс\.|\bп\.|\bд\.|\bпгт\.?|\bпос\.|\bст\.|\bгород|\bсело|"
    r"\bсел[еа]|\bдеревн[яеи]|\bпос[её]л\w+|\bстаниц[аеы]|\bхутор\w*)\s*$",
    re.IGNORECASE,
)


def pairs_pattern(gap: str) -> re.Pattern[str]:
    """Two words with capitals, the second looked at only, so that it may begin the next pair."""
    word = r"[А-ЯЁ][а-яё]+|[А-ЯЁ]{2,}"
    return re.compile(
        rf"(?<![А-Яа-яЁё-])({word})(?![А-Яа-яЁё-])({gap})"
        rf"(?=((?:{word})(?:-(?:{word}))?)(?![А-Яа-яЁё]))"
    )


def given_with_surname(
    text: str, pairs: re.Pattern[str], between: str
) -> Iterator[tuple[int, str]]:
    """Places and words of every given name that stands beside a surname.

    Parameters
    ----------
    text : str
    pairs : re.Pattern
        Made by :func:`pairs_pattern`.
    between : str
        What stands between two cells: a name that is a word of the language is no name across it.
    """
    for match in pairs.finditer(text):
        one, gap, other = match.groups()
        if not _is_person(one, other, between in gap or one.isupper() or other.isupper()):
            continue
        if _AFTER_WORDS.search(text, max(0, match.start() - 20), match.start()):
            continue
        if _OF_A_PLACE.match(text, match.end(3)) and other.lower().endswith("ая"):
            continue
        yield match.start(), f"{one} {other}"


def _is_person(one: str, other: str, is_strict: bool) -> bool:
    """One word is a name, the other a surname of the same gender."""
    for name, surname in ((one, other), (other, one)):
        given = name.lower().replace("ё", "е")
        if given not in NAMES or (is_strict and given in _ALSO_WORDS):
            continue
        whole = surname.lower().replace("ё", "е")
        plain = whole.rsplit("-", 1)[-1]
        if f"{given} {whole}" in _FAMOUS:
            return False
        if plain in _NO_SURNAMES or plain in NAMES:
            continue
        shape = _MAN if given in MEN else _WOMAN
        if shape.fullmatch(plain):
            return True
    return False
