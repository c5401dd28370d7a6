"""Do the counts and the shares of «Сравнение отметок» agree with each other?"""

from __future__ import annotations

from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import GroupRow, Values
from msoko_lib.intake.fisoko_percents import TOTAL_HIGH
from msoko_lib.intake.fisoko_text import decimal

KIND_TITLES = {"lowered": "понизили", "confirmed": "подтвердили", "raised": "повысили"}
SHARE_TOLERANCE = 0.002
_TOTAL_TOLERANCE = TOTAL_HIGH - 100 + 1e-6


def ask_about_counts(rows: list[tuple[GroupRow, Values]], out: Findings, column: int) -> None:
    """A question for each way in which a row contradicts itself, a note where marks are missing."""
    incomplete: list[tuple[int, int]] = []
    for row, values in rows:
        for what in contradictions(row.participants_n, values):
            out.add("vpr_journal_counts", row.row, column, what=what)
        counted = _counted(values)
        if counted is not None and row.participants_n and counted < row.participants_n:
            incomplete.append((row.row, column))
    out.summary("vpr_journal_incomplete", incomplete)


def contradictions(participants_n: int | None, values: Values) -> list[str]:
    """What does not agree in a row, in words.

    Fewer counted than took part is no contradiction: some have no mark in the journal. The
    percentages may then be of those counted or of all.

    >>> contradictions(10, {"lowered_n": 3, "confirmed_n": 6, "raised_n": 2})
    ['По строкам участников 11, всего указано 10.']
    >>> contradictions(12, {"lowered_n": 3, "confirmed_n": 6, "raised_n": 2})
    []
    """
    said: list[str] = []
    counted = _counted(values)
    shares = [values.get(f"{kind}_share") for kind in KIND_TITLES]
    if counted is not None and participants_n is not None and counted > participants_n:
        said.append(f"По строкам участников {decimal(counted)}, всего указано {participants_n}.")
    bases = [base for base in (counted, participants_n) if base]
    known_shares = [share for share in shares if share is not None]
    total = 100 * sum(known_shares)
    part = counted / participants_n if counted and participants_n else 1.0
    expected = (1.0, min(part, 1.0))
    if len(known_shares) == 3 and all(abs(total - 100 * x) > _TOTAL_TOLERANCE for x in expected):
        said.append(f"Сумма процентов {decimal(round(total, 2))}.")
    for kind, share in zip(KIND_TITLES, shares, strict=True):
        n = values.get(f"{kind}_n")
        if n is None or share is None or counted is None or not bases:
            continue
        if all(abs(n / base - share) > SHARE_TOLERANCE for base in bases):
            percent = decimal(round(100 * share, 2))
            said.append(
                f"«{KIND_TITLES[kind]}»: {percent} % при {decimal(n)} из {decimal(counted)}."
            )
    return said


def _counted(values: Values) -> float | None:
    counts = [values.get(f"{kind}_n") for kind in KIND_TITLES]
    known = [value for value in counts if value is not None]
    return sum(known) if len(known) == len(counts) else None
