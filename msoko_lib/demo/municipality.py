"""The invented municipality: its schools and preschools, their sizes, contexts and codes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

MUNICIPALITY = "Заречный муниципальный округ"
MUNICIPALITY_CODE = "reg99_m012"
REGION = "Лесогорский край"
TOWN = "г. Заречный"
MSU_CODE = 112
LOWEST_PUPILS_PER_GRADE = 3
# A gymnasium chooses its pupils.
SELECTION = 0.38


@dataclass(frozen=True)
class School:
    """A school as the demo knows it.

    ``pupils_per_grade`` is the expected size of a grade, ``context`` the standing of its
    families (standard deviations, higher is easier), ``effect`` its contribution to results
    (standard deviations of pupils).
    """

    index: int
    login: str
    ris_code: str
    ogrn: str
    short_name: str
    full_name: str
    kind: str
    territory: str
    cluster: str
    pupils_per_grade: int
    top_grade: int
    context: float
    effect: float
    second_login: str = ""
    old_name: str = ""

    @property
    def is_tiny(self) -> bool:
        return self.cluster == "малокомплектные"

    @property
    def unit_id(self) -> str:
        """Code of the school in the bank."""
        return self.login


@dataclass(frozen=True)
class Preschool:
    """A preschool of the directory; ``children`` is its usual size."""

    ogrn: str
    short_name: str
    full_name: str
    territory: str
    children: int = 100

    @property
    def unit_id(self) -> str:
        """Code of the preschool in the bank: it has no login."""
        return f"ogrn{self.ogrn}"


@dataclass(frozen=True)
class Additional:
    """An organisation of additional education; ``pupils`` is its usual size."""

    ogrn: str
    short_name: str
    full_name: str
    territory: str
    pupils: int

    @property
    def unit_id(self) -> str:
        """Code of the organisation in the bank: it has no login."""
        return f"ogrn{self.ogrn}"


@dataclass(frozen=True)
class _Pattern:
    kind: str
    territory: str
    cluster: str
    pupils: int
    top_grade: int
    context: float


# Sizes and mix: 1 gymnasium, 4 large schools, 6 rural ones, 3 tiny ones with 2 to 6 a grade.
_PATTERNS = (
    _Pattern("гимназия", "город", "город-повышенный", 72, 11, 1.2),
    _Pattern("СОШ", "город", "город", 84, 11, 0.2),
    _Pattern("СОШ", "город", "город", 68, 11, 0.4),
    _Pattern("СОШ", "город", "город", 56, 11, 0.0),
    _Pattern("СОШ", "город", "город", 48, 11, -0.1),
    _Pattern("СОШ", "село", "село", 22, 11, -1.2),
    _Pattern("СОШ", "село", "село", 20, 11, -0.3),
    _Pattern("СОШ", "село", "село", 17, 11, -1.0),
    _Pattern("СОШ", "село", "село", 15, 11, -0.4),
    _Pattern("СОШ", "село", "село", 13, 11, -0.6),
    _Pattern("СОШ", "село", "село", 10, 11, -0.8),
    _Pattern("ООШ", "село", "малокомплектные", 6, 9, -0.7),
    _Pattern("ООШ", "село", "малокомплектные", 3, 9, -0.9),
    _Pattern("ООШ", "село", "малокомплектные", 2, 9, -0.5),
)
# With few schools the mix still has one of each kind.
_ORDER = (0, 1, 5, 12, 2, 7, 3, 13, 4, 6, 8, 9, 10, 11)
# Beyond one municipality most schools are rural: about 230 pupils a school.
_REST = (*(3, 5, 12, 4, 7, 13, 6, 8, 9, 10, 11) * 3, 0, 1)
_VILLAGES = (
    "Лесная", "Полевая", "Озёрная", "Луговая", "Речная", "Степная", "Ключевская", "Дальняя",
    "Горная", "Северная", "Новосёловская", "Боровая", "Каменская", "Рощинская", "Долинная",
)  # fmt: skip
_CHILDREN = (205, 168, 132, 96, 68, 44)
_PRESCHOOLS = ("Солнышко", "Берёзка", "Ромашка", "Теремок", "Ручеёк", "Солнышко")
_ADDITIONAL = (
    ("Центр детского творчества", 640),
    ("Детско-юношеский центр", 390),
    ("Станция юных техников", 180),
)
_KINDS = {
    "гимназия": "Гимназия",
    "СОШ": "Средняя общеобразовательная школа",
    "ООШ": "Основная общеобразовательная школа",
}


def make_schools(number: int, scale: float, rng: np.random.Generator) -> list[School]:
    """Schools of the municipality, the same mix of kinds whatever their number.

    Parameters
    ----------
    number : int
        How many schools, at least 1.
    scale : float
        Factor on the number of pupils; tiny schools keep theirs.
    rng : Generator

    Raises
    ------
    ValueError
        If ``number`` or ``scale`` is not positive.
    """
    if number < 1 or scale <= 0:
        raise ValueError(f"schools and pupils_scale must be positive, found {number} and {scale}")
    beyond = range(max(0, number - len(_ORDER)))
    places = [*_ORDER[:number], *(_REST[place % len(_REST)] for place in beyond)]
    # Town schools first, then villages, the tiny ones last.
    chosen = [_PATTERNS[place] for place in sorted(places)]
    schools = []
    town_number = village_number = 0
    for index, pattern in enumerate(chosen):
        if pattern.territory == "город":
            town_number += 1
            core = f"№ {town_number} {TOWN}"
        else:
            core = _village_name(village_number)
            village_number += 1
        schools.append(_school(index, pattern, core, scale, rng))
    return schools


def _village_name(number: int) -> str:
    name = _VILLAGES[number % len(_VILLAGES)]
    return name if number < len(_VILLAGES) else f"{name}-{number // len(_VILLAGES) + 1}"


def _school(
    index: int, pattern: _Pattern, core: str, scale: float, rng: np.random.Generator
) -> School:
    long_kind = _KINDS[pattern.kind]
    if pattern.territory == "город":
        short = "Гимназия" if pattern.kind == "гимназия" else pattern.kind
        names = f"{short} {core}", f"{long_kind} {core}"
    else:
        names = f"{core} {pattern.kind}", f"{core} {long_kind.lower()}"
    tiny = pattern.cluster == "малокомплектные"
    pupils = max(LOWEST_PUPILS_PER_GRADE, round(pattern.pupils * scale))
    context = pattern.context + 0.15 * rng.standard_normal()
    return School(
        index=index,
        login=f"edu99{1001 + index:04d}",
        ris_code=f"{MSU_CODE + index // 900}{1 + index % 900:03d}",
        ogrn=f"10299000{10001 + 7 * index:05d}",
        short_name=f"МБОУ «{names[0]}»",
        full_name=f"Муниципальное бюджетное общеобразовательное учреждение «{names[1]}»",
        kind=pattern.kind,
        territory=pattern.territory,
        cluster=pattern.cluster,
        pupils_per_grade=pattern.pupils if tiny else pupils,
        top_grade=pattern.top_grade,
        context=context,
        effect=0.16 * context
        + SELECTION * (pattern.kind == "гимназия")
        + 0.06 * rng.standard_normal(),
    )


def make_preschools(planted: bool) -> list[Preschool]:
    """Six preschools; where quirks are wanted two of them bear one name, as happens."""
    names = _PRESCHOOLS if planted else (*_PRESCHOOLS[:-1], "Колокольчик")
    return [
        Preschool(
            ogrn=f"10299000{30001 + 11 * index:05d}",
            short_name=f"МБДОУ «Детский сад «{name}»",
            full_name=f"Муниципальное бюджетное дошкольное образовательное учреждение «Детский "
            f"сад «{name}»",
            territory="село" if index >= 4 else "город",
            children=_CHILDREN[index],
        )
        for index, name in enumerate(names)
    ]


def make_additional() -> list[Additional]:
    """Three organisations of additional education."""
    return [
        Additional(
            ogrn=f"10299000{50001 + 13 * index:05d}",
            short_name=f"МБУ ДО «{name}»",
            full_name=f"Муниципальное бюджетное учреждение дополнительного образования «{name}»",
            territory="город",
            pupils=pupils,
        )
        for index, (name, pupils) in enumerate(_ADDITIONAL)
    ]


def with_past(school: School, second_login: bool, renamed: bool) -> School:
    """The same school with a second login or a former name."""
    old_name = school.short_name.replace("МБОУ", "МКОУ").replace("СОШ", "школа")
    return replace(
        school,
        second_login=f"edu99{8001 + school.index:04d}" if second_login else "",
        old_name=old_name if renamed else "",
    )
