"""A cell of a register as its column says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from msoko_lib.intake.cells import Cell, count, iso_date, number, text
from msoko_lib.intake.header_map import fold_header
from msoko_lib.intake.lines import quoted
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.register_columns import Column
from msoko_lib.intake.schemas import Field

_CODE = re.compile(r"[A-Za-z0-9_-]+")
_SUBSYSTEM = re.compile(r"(?P<number>\d{1,2})(?!\d)\W*(?P<title>.*)")
_INDICATOR = re.compile(r"(?P<prefix>[А-Яа-я]{2})\s*[-–—]?\s*(?P<number>\d{2})\b.*")


@dataclass(frozen=True)
class CatalogueWords:
    """What registers may name: numbers and titles of subsystems, codes of indicators."""

    subsystems: Mapping[str, str]
    indicators: frozenset[str]


@dataclass(frozen=True)
class Read:
    """What a cell gave: its values (several organisations in one cell), or why it gave none."""

    values: tuple[object, ...] = ()
    rule: str = ""
    facts: dict[str, str] = field(default_factory=dict)


def read_cell(
    column: Column, bank_field: Field, cell: Cell, context: ReadContext, words: CatalogueWords
) -> Read:
    """Read a filled cell; ``rule`` is empty where it was read."""
    folded = text(cell)
    if column.kind == "организация":
        return Read(tuple(_schools(column, folded, context)))
    if column.kind == "подсистема":
        return _subsystem(column, cell, words)
    if column.kind == "показатель":
        return _indicator(folded, words)
    value, wanted = _plain(column, bank_field, cell, folded)
    if value is None:
        return Read(rule="bad_value", facts={"value": quoted(cell), "wanted": wanted})
    return Read((value,))


def _schools(column: Column, folded: str, context: ReadContext) -> list[object]:
    names = [part.strip() for part in folded.split(";")] if column.many else [folded]
    return [_school(name, context) for name in names if name]


def _school(name: str, context: ReadContext) -> str:
    """School id of a name or code; what the directory does not know stays as it is."""
    if _CODE.fullmatch(name):
        return context.schools.by_login(name) or context.schools.by_ris_code(name) or name
    return context.schools.by_name(name) or f"name:{name}"


def _subsystem(column: Column, cell: Cell, words: CatalogueWords) -> Read:
    folded = text(cell)
    match = _SUBSYSTEM.fullmatch(folded)
    by_number = match["number"].zfill(2) if match else ""
    if by_number in words.subsystems:
        return Read((by_number,))
    for known, title in words.subsystems.items():
        if fold_header(title) == fold_header(folded):
            return Read((known,))
    wanted = ", ".join(f"{known} {title}" for known, title in words.subsystems.items())
    return Read(rule="unknown_subsystem", facts={"value": quoted(cell), "wanted": wanted})


def _indicator(folded: str, words: CatalogueWords) -> Read:
    match = _INDICATOR.fullmatch(folded)
    code = f"{match['prefix'].upper()}-{match['number']}" if match else folded
    if code in words.indicators:
        return Read((code,))
    return Read((code,), rule="unknown_indicator")


def _plain(column: Column, bank_field: Field, cell: Cell, folded: str) -> tuple[object | None, str]:
    """Value of a cell (None: not read) and what was wanted."""
    if column.kind == "дата":
        return iso_date(cell), "дата вида 01.09.2024"
    if column.kind == "список":
        chosen = {fold_header(one): one for one in bank_field.allowed}.get(fold_header(folded))
        return chosen, f"одно из значений: {', '.join(bank_field.allowed)}"
    if column.kind == "целое":
        return _within(count(cell), bank_field), f"целое число{_limits(bank_field)}"
    if column.kind == "число":
        return _within(number(cell), bank_field), f"число{_limits(bank_field)}"
    return folded, "текст"


def _within(value: float | None, bank_field: Field) -> float | None:
    low, high = bank_field.low, bank_field.high
    if value is None or (low is not None and value < low) or (high is not None and value > high):
        return None
    return value


def _limits(bank_field: Field) -> str:
    low = "" if bank_field.low is None else f" от {bank_field.low:g}"
    high = "" if bank_field.high is None else f" до {bank_field.high:g}"
    return low + high
