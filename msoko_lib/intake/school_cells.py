"""Whose row is it: a login of ФИС ОКО, a code of РИС, an ОГРН or a school's name in a cell."""

from __future__ import annotations

import re

from msoko_lib.intake.cells import Cell, text
from msoko_lib.intake.reading import SchoolLookup

_LOGIN = re.compile(r"[a-zа-яё]{2,6}\d{3,10}", re.IGNORECASE)
_LOGIN_AT_END = re.compile(r"\(\s*(edu\d+)\s*\)\s*$", re.IGNORECASE)
_CODE = re.compile(r"\d{1,12}")
_OGRN = re.compile(r"\d{13}|\d{15}")
# Without one of these a text in the school's column may as well be a person's name.
_SCHOOL_WORD = re.compile(
    r"\d|[«\"“„№]|школ|гимнази|лице[йя]|колледж|техникум|училищ|кадет|интернат|корпус|центр|"
    r"академи|универ|институт|детск|дворец|дом\b|станци|\b[а-я]*(?:оу|сош|оош|нош|доу)\b",
    re.IGNORECASE,
)
UNKNOWN_NAME = "name:"


def school_by_ris(cell: Cell, schools: SchoolLookup) -> str | None:
    """School of a «Код ОО» cell: its id, ``ris<code>`` where unknown, None where no code.

    Texts are not looked up as names here: in a shifted row they would be surnames.
    """
    code = text(cell).removesuffix(".0")
    if not code.strip("0"):
        # Those who finished school long ago stand under a code of noughts.
        return None
    if _CODE.fullmatch(code):
        return schools.by_ris_code(code) or f"ris{code}"
    if _LOGIN.fullmatch(code) and code.lower().startswith("edu"):
        return schools.by_login(code) or code.lower()
    return None


def school_of(cell: Cell, schools: SchoolLookup) -> str | None:
    """School of a cell that may hold a login, a code, an ОГРН or a name.

    Returns
    -------
    str or None
        The directory's id; ``edu…``, ``ris…``, ``ogrn…`` or ``name:…`` where the directory does
        not know it; None for an empty cell and for a text that names no school.
    """
    folded = text(cell)
    if not folded:
        return None
    in_brackets = _LOGIN_AT_END.search(folded)
    if in_brackets:
        login = in_brackets[1].lower()
        return schools.by_login(login) or login
    if _OGRN.fullmatch(folded):
        return schools.by_ris_code(folded) or f"ogrn{folded}"
    by_code = school_by_ris(folded, schools)
    if by_code is not None:
        return by_code
    known = schools.by_login(folded) if _LOGIN.fullmatch(folded) else schools.by_name(folded)
    if known is not None:
        return known
    names_school = any(ch.isalpha() for ch in folded) and _SCHOOL_WORD.search(folded)
    return f"{UNKNOWN_NAME}{folded}" if names_school else None
