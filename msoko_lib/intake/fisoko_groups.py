"""Group cells of aggregated ВПР reports: country, region, municipality, school."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell, text
from msoko_lib.intake.fisoko_text import fold
from msoko_lib.intake.reading import ReadContext

LEVEL_NAMES = {
    "country": "страну", "region": "регион", "municipality": "муниципалитет", "school": "школу",
}  # fmt: skip
_CYRILLIC = str.maketrans("авсенкмортхуд", "abcehkmoptxyd")
_CODE = re.compile(r"(?:edu|sch)[0-9]{3,12}|reg[0-9]{1,3}(?:_m[0-9]{1,5})?")
_BRACKETS = re.compile(r"\(\s*([^()]*?)\s*\)\s*$")
_LOGIN = re.compile(r"(?:edu|sch)[0-9]{3,12}")
_COUNTRY = ("вся выборка", "российская федерация", "россия", "рф")
_REGION_WORDS = re.compile(r"област|край|республик|автономн|г\. ?москва|санкт-петербург")
_SCHOOL_WORDS = re.compile(r"школ|гимнази|лице[йя]|\b(?:с|о|н)ош\b|\bм[бкак]?оу\b|интернат")
_MUNICIPALITY_WORDS = re.compile(r"муниципальн|район|городск\w+ округ|^город |^г\. ?\w")


@dataclass(frozen=True)
class Group:
    """Whose row this is.

    ``code`` is what stands in the file (a login, a municipality code or nothing), ``unit_id``
    what it means: the school's id where the directory knows the login.
    """

    level: str
    unit_id: str
    name: str
    code: str
    by_order: bool = False


def parse_code(cell: Cell) -> str | None:
    """Login or territory code in a cell that holds it alone: «edu123456», «reg20_m012».

    Case, spaces and Cyrillic look-alikes do not matter.

    >>> parse_code(" EDU123456 "), parse_code("еdu123456"), parse_code("школа")
    ('edu123456', 'edu123456', None)
    """
    folded = text(cell).lower().replace(" ", "").translate(_CYRILLIC)
    return folded if _CODE.fullmatch(folded) else None


def parse_login(cell: Cell) -> str | None:
    """School login alone in a cell or in brackets at its end."""
    code = parse_code(cell) or split_code(cell)[1]
    return code if code and _LOGIN.fullmatch(code) else None


def split_code(cell: Cell) -> tuple[str, str | None]:
    """Name and code of a group cell: «СОШ №1(edu123456)» → («СОШ №1», «edu123456»)."""
    whole = text(cell)
    brackets = _BRACKETS.search(whole)
    code = parse_code(brackets[1]) if brackets else None
    if brackets and code:
        return whole[: brackets.start()].strip(), code
    return whole, parse_code(whole)


@dataclass
class GroupResolver:
    """Tells whose row is whose, row after row.

    A code decides. Without one (the country and the region have none) the name decides, and
    where it says nothing the order of rows, which is the only marker of hierarchy there is.
    """

    context: ReadContext
    seen: set[str] = field(default_factory=set)

    def resolve(self, cell: Cell) -> Group | None:
        """Group of a cell, or None where neither code, name nor order tell."""
        name, code = split_code(cell)
        group = self._by_code(name, code) if code else self._by_name(name)
        if group is not None:
            self.seen.add(group.level)
        return group

    def _by_code(self, name: str, code: str) -> Group:
        if _LOGIN.fullmatch(code):
            school_id = self.context.schools.by_login(code) or code
            return Group("school", school_id, name or code, code)
        if "_m" in code:
            return Group("municipality", code, name or code, code)
        return Group("region", "region", name or code, code)

    def _by_name(self, name: str) -> Group | None:
        folded = fold(name)
        ours = self.context.settings.municipality
        if folded in _COUNTRY:
            return Group("country", "country", name, "")
        if folded == fold(ours.name):
            return Group("municipality", ours.code.lower() or f"name:{folded}", name, "")
        if folded == fold(ours.region):
            return Group("region", "region", name, "")
        school_id = self.context.schools.by_name(name)
        if school_id is not None:
            return Group("school", school_id, name, "")
        return self._by_order(name, folded)

    def _by_order(self, name: str, folded: str) -> Group | None:
        if not folded or _SCHOOL_WORDS.search(folded):
            return None
        if "region" not in self.seen and _REGION_WORDS.search(folded):
            return Group("region", "region", name, "")
        if "municipality" not in self.seen and _MUNICIPALITY_WORDS.search(folded):
            return Group("municipality", f"name:{folded}", name, "", by_order=True)
        if "school" in self.seen or _REGION_WORDS.search(folded):
            return None
        if "region" not in self.seen and "municipality" not in self.seen:
            # The region never has a code: after the country it is no guess.
            return Group("region", "region", name, "", by_order="country" not in self.seen)
        if "municipality" not in self.seen:
            return Group("municipality", f"name:{folded}", name, "", by_order=True)
        return None
