"""What each kind of organisation is asked: the sheets of its form, from the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from msoko_lib.catalogue import Catalogue
from msoko_lib.passports import FormField, UnitKind

_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\'\"]")


@dataclass(frozen=True)
class FormSheet:
    """A sheet: subsystem, its name on the tab, its fields."""

    number: str
    title: str
    fields: tuple[FormField, ...]

    @property
    def name(self) -> str:
        return sheet_name(f"{self.number} {self.title}")


def sheet_name(words: str) -> str:
    """Words as a sheet name: at most 31 characters, cut between words, no sign that is banned.

    >>> sheet_name("01 Качество подготовки обучающихся")
    '01 Качество подготовки'
    """
    allowed = " ".join(_NOT_IN_SHEET_NAME.sub(" ", words).split())
    if len(allowed) <= _LONGEST_SHEET_NAME:
        return allowed
    whole_words = allowed[: _LONGEST_SHEET_NAME + 1].rpartition(" ")[0]
    # A subsystem's tab must not end in «и» or a comma.
    shown = re.sub(r"(?:[\s,]+(?:и|в|для|по|к|с))*[\s,]*$", "", whole_words)
    return shown or allowed[:_LONGEST_SHEET_NAME]


def unit_sheets(catalogue: Catalogue, kind: UnitKind, school_year: str) -> list[FormSheet]:
    """Sheets of the form of one kind of organisation."""
    return _sheets(
        catalogue,
        lambda item: (
            item.filled_by == "организация" and kind in item.units and item.is_asked_in(school_year)
        ),
    )


def office_sheets(
    catalogue: Catalogue, school_year: str, kinds: Iterable[UnitKind]
) -> list[FormSheet]:
    """Sheets of the office's own workbook, where the municipality has these kinds."""
    present = set(kinds)
    return _sheets(
        catalogue,
        lambda item: (
            item.filled_by == "управление"
            and item.is_asked_in(school_year)
            and not present.isdisjoint(item.units)
        ),
    )


def _sheets(catalogue: Catalogue, is_wanted: Callable[[FormField], bool]) -> list[FormSheet]:
    sheets = []
    for part in catalogue.subsystems:
        fields = tuple(item for item in part.fields if is_wanted(item))
        if fields:
            sheets.append(FormSheet(part.number, part.title, fields))
    return sheets
