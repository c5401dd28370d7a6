"""Refusals are a product: every rule has its severity and its Russian wording in one place.

A reader never writes a message of its own. It names a rule and gives the place and the facts;
the same registry makes the console lines, ``intake.html``, ``intake.xlsx`` and the table in docs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

import pandas as pd

Severity = Literal["refused_file", "refused_rows", "set_aside", "question", "note"]

SEVERITY_TITLES: dict[Severity, str] = {
    "refused_file": "файл не принят",
    "refused_rows": "строка не принята",
    "set_aside": "отложено до уточнения",
    "question": "принято, проверьте",
    "note": "к сведению",
}
# What makes `msoko intake` end with exit code 1.
REFUSING: frozenset[Severity] = frozenset({"refused_file", "refused_rows", "set_aside"})


@dataclass(frozen=True)
class Rule:
    """One kind of trouble and how the methodologist is told of it.

    ``found``, ``expected`` and ``action`` are templates filled with the facts given to
    :func:`finding`; ``title`` heads the row in docs.
    """

    code: str
    severity: Severity
    title: str
    found: str
    expected: str
    action: str


@dataclass(frozen=True)
class Place:
    """Where something was found: file below data/raw/<year>, sheet, cell in A1 form."""

    file: str
    sheet: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Finding:
    """One line of the intake report."""

    severity: Severity
    rule: str
    file: str
    sheet: str
    cell: str
    found: str
    expected: str
    action: str

    @property
    def sentence(self) -> str:
        """The whole message in one line, for the console."""
        where = ", ".join(
            part
            for part in (
                self.file,
                f"лист «{self.sheet}»" if self.sheet else "",
                f"ячейка {self.cell}" if self.cell else "",
            )
            if part
        )
        return (
            f"{where or 'Файлы года'}: {SEVERITY_TITLES[self.severity]}. {self.found} "
            f"Ожидалось: {self.expected} Что сделать: {self.action}"
        )


_RULES: dict[str, Rule] = {}


def register(*rules: Rule) -> None:
    """Add rules to the registry; a code may stand there once."""
    for rule in rules:
        if rule.code in _RULES:
            raise ValueError(f"rule {rule.code!r} is registered twice")
        _RULES[rule.code] = rule


def all_rules() -> list[Rule]:
    """Every registered rule, in the order of registration."""
    return list(_RULES.values())


def finding(code: str, place: Place, /, **facts: object) -> Finding:
    """Make a line of the intake report from a rule, a place and the facts for its wording.

    Facts must never hold a name, a document number or a date of birth of a person.
    """
    rule = _RULES[code]
    return Finding(
        rule.severity,
        rule.code,
        place.file,
        place.sheet,
        place.cell,
        rule.found.format(**facts),
        rule.expected.format(**facts),
        rule.action.format(**facts),
    )


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a frame, one row a finding, the columns of :class:`Finding`."""
    columns = list(Finding.__dataclass_fields__)
    return pd.DataFrame([asdict(item) for item in findings], columns=columns)
