"""Persons inside a reader: names and documents live here and leave as hashes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from msoko_lib.intake.cells import Cell, text
from msoko_lib.pseudonym import Pseudonymiser, fold_name

_CLASS = re.compile(
    r"(?P<grade>\d{1,2})\s*(?:-?\s*(?:й|ый|ой))?\s*(?:класс\w*|кл\.?)?\s*[-–/.]?\s*[«\"'(]?\s*"
    r"(?P<letter>[А-ЯЁа-яёA-Za-z]|[А-ЯЁ]{2,3}|(?<=[-/.])\d)?\s*[»\"')]?(?:\s*(?:класс\w*|кл\.?))?"
    r"(?:\s*\([^()]*\))?"
)
# Small letters only: a surname that slipped into the column is no profile.
_PROFILE = re.compile(
    r"(?P<grade>\d{1,2})[\s-]*(?P<word>[а-яё]{3,15}(?:-[а-яё]{2,15})?)(?: класс)?"
)
_LOOKALIKES = str.maketrans("ABCEHKMOPTX", "АВСЕНКМОРТХ")
_NOT_IN_DOCUMENT = re.compile(r"[^0-9A-ZА-Я]")
_ABSENT = re.compile(
    r"(не ?(?:яв|заверш|законч|допущ|участ)\w*|н/?[яда]|уд(?:ал\w*|\.)|ан(?:нул\w*|\.)|отсут\w*|"
    r"бол(?:ен|ел)\w*|без результата|нет результата)(?!\w).*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ClassLabel:
    """A class as a file writes it: grade 11 and «11Б»."""

    grade: int
    name: str


def class_label(cell: Cell) -> ClassLabel | None:
    """Read ``9``, ``9А``, ``11-Б``, ``9 «А» класс``; None where no class is written.

    >>> class_label("11Б")
    ClassLabel(grade=11, name='11Б')
    >>> class_label("9 класс")
    ClassLabel(grade=9, name='9')
    >>> class_label("11 физ-мат").name, class_label("11ЕН").name, class_label("11 А (ЕН)").name
    ('11 физ-мат', '11ЕН', '11А')
    """
    return _class_label(text(cell).removesuffix(".0"))


@lru_cache(maxsize=5_000)
def _class_label(written: str) -> ClassLabel | None:
    match = _CLASS.fullmatch(written)
    if match is None:
        profile = _PROFILE.fullmatch(written)
        return profile and ClassLabel(int(profile["grade"]), f"{profile[1]} {profile['word']}")
    grade = int(match["grade"])
    letter = (match["letter"] or "").upper().translate(_LOOKALIKES)
    separator = "-" if letter.isdigit() else ""
    return ClassLabel(grade, f"{grade}{separator}{letter}")


def is_absent(cell: Cell) -> bool:
    """True for «неявка», «удалён», «аннулирован» where a score should stand."""
    return isinstance(cell, str) and _ABSENT.fullmatch(text(cell)) is not None


def document_key(*parts: Cell) -> str:
    """Document number for comparison: capital letters and digits alone."""
    return _NOT_IN_DOCUMENT.sub("", "".join(text(part) for part in parts).upper())


@dataclass(frozen=True)
class Person:
    """A pupil as a row names him; ``occasion`` is what he may attend once (an exam)."""

    name: str = field(repr=False)
    school_id: str
    grade: int
    document: str = field(default="", repr=False)
    occasion: tuple[object, ...] = ()

    @cached_property
    def who(self) -> tuple[str, str, int]:
        """What two rows about one pupil have in common."""
        return fold_name(self.name), self.school_id, self.grade


def namesakes(people: Iterable[Person]) -> set[tuple[str, str, int]]:
    """Name, school and grade shared by several pupils.

    Two documents under one name prove two pupils only within one occasion: in different ones
    the second number may be a slip of the pen.
    """
    documents: dict[tuple[object, ...], set[str]] = defaultdict(set)
    shared = set()
    for person in people:
        key = person.who
        seen = documents[(*key, person.occasion)]
        if person.document:
            seen.add(person.document)
        if len(seen) > 1:
            shared.add(key)
    return shared


def pupil_ids(
    people: Sequence[Person], pseudonymiser: Pseudonymiser, end_year: int
) -> tuple[list[str], list[int]]:
    """Hashes of pupils in the order given, and the positions where a namesake was told apart."""
    shared = namesakes(people)
    ids, apart = [], []
    for position, person in enumerate(people):
        namesake = person.document if person.who in shared else ""
        if namesake:
            apart.append(position)
        ids.append(
            pseudonymiser.named_pupil(
                person.name, person.school_id, person.grade, end_year, namesake
            )
        )
    return ids, apart
