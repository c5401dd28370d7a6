"""Do the counts and the shares of «Сравнение отметок» agree with each other?"""

from __future__ import annotations

from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import GroupRow, Values
from msoko_lib.intake.fisoko_percents import TOTAL_HIGH, TOTAL_LOW
from msoko_lib.intake.fisoko_text import decimal

KIND_TITLES = {"lowered": "понизили", "confirmed": "подтвердили", "raised": "повысили"}
SHARE_TOLERANCE = 0.002


def ask_about_counts(row: GroupRow, values: Values, out: Findings, column: int) -> None:
    """A question for each way in which a row contradicts itself."""
    for what in contradictions(row.participants_n, values):
        out.add("vpr_journal_counts", row.row, column, what=what)


def contradictions(participants_n: int | None, values: Values) -> list[str]:
    """What does not agree in a row, in words.

    >>> contradictions(10, {"lowered_n": 3, "confirmed_n": 6, "raised_n": 2})
    ['По строкам участников 11, всего указано 10.']
    """
    said: list[str] = []
    counts = [values.get(f"{kind}_n") for kind in KIND_TITLES]
    shares = [values.get(f"{kind}_share") for kind in KIND_TITLES]
    known_counts = [value for value in counts if value is not None]
    known_shares = [value for value in shares if value is not None]
    counted = sum(known_counts)
    if len(known_counts) == 3 and participants_n is not None and counted != participants_n:
        said.append(f"По строкам участников {decimal(counted)}, всего указано {participants_n}.")
    total = 100 * sum(known_shares)
    if len(known_shares) == 3 and not TOTAL_LOW - 1e-6 <= total <= TOTAL_HIGH + 1e-6:
        said.append(f"Сумма процентов {decimal(round(total, 2))}.")
    if len(known_counts) == 3 and counted:
        said += [
            f"«{KIND_TITLES[kind]}»: {decimal(round(100 * share, 2))} % при {decimal(n)} из "
            f"{decimal(counted)}."
            for kind, n, share in zip(KIND_TITLES, counts, shares, strict=True)
            if n is not None and share is not None and abs(n / counted - share) > SHARE_TOLERANCE
        ]
    return said
