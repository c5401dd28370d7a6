"""What one organisation was advised a year ago, what it says it has done, what has come of it."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reads import derived
from msoko_lib.recommendations.issued import REPLIES
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.findings import ADVICE, findings_of
from msoko_lib.subsystems.last_year import GONE, HOLDS, UNKNOWN, followed_up, given_last_year
from msoko_lib.subsystems.school_year import rows_of_unit
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "proshlogodnie-rekomendacii"
_NOW = {GONE: "▲ основания больше нет", HOLDS: "▼ основание осталось", UNKNOWN: "○ нет данных"}
_NO_ANSWER, _NO_PAPER = "ответа нет", "не указан"
# The heaviest; the others are folded on paper.
_MOST_SHOWN = 3


def followed(year: Year, unit_id: str) -> pd.DataFrame | None:
    """Last year's recommendations to an organisation, the weightiest first.

    Columns of a finding and ``state`` (gone, holds, unknown), ``answer`` (what the register of
    replies says), ``document``. None where the year before is not known.
    """
    rows = _followed_by(year, unit_id)
    if rows is None:
        return None
    replies = rows_of_unit(year, REPLIES, unit_id).set_index("rule_id")
    rows = rows.assign(
        answer=rows["rule_id"].map(replies["state"]).fillna(_NO_ANSWER),
        document=rows["rule_id"].map(replies["document"]).fillna(_NO_PAPER),
    )
    return rows.sort_values(["weight", "rule_id"], ascending=[False, True], kind="stable")


@derived("что стало с прошлогодними рекомендациями организации")
def _followed_by(year: Year, unit_id: str) -> pd.DataFrame | None:
    everybody = _followed_by_all(year)
    return None if everybody is None else everybody[everybody["unit_id"] == unit_id]


@per_year
def _followed_by_all(year: Year) -> pd.DataFrame | None:
    before = given_last_year(year)
    return None if before is None else followed_up(before, findings_of(year), year.indicators)


def unit_followed(year: Year, unit_id: str) -> Block:
    """Section «Рекомендации прошлого года» of an organisation's report."""
    rows = followed(year, unit_id)
    if rows is None:
        return Nothing("Данных за прошлый год нет: о прошлогодних рекомендациях сказать нечего.")
    if rows.empty:
        return Nothing("В прошлом году рекомендаций организации не было.")
    gone, holds = int((rows["state"] == GONE).sum()), int((rows["state"] == HOLDS).sum())
    done = int((rows["answer"] == "выполнена").sum())
    table = rows.assign(
        now=rows["state"].map(_NOW),
        is_shown=[place < _MOST_SHOWN for place in range(len(rows))],
    )
    return Section(
        f"{ru.counted(len(rows), ADVICE)} прошлого года: {_told(rows, done, gone, holds)}",
        table=ReportTable(
            table,
            title="Рекомендации прошлого года",
            name="Рекомендации прошлого года",
            columns=[
                Column("advice", "Что советовали"),
                Column("answer", "Что сделано"),
                Column("document", "Документ"),
                Column("now", "Что теперь"),
            ],
            shown="is_shown",
            note="Основание могло исчезнуть и само, и остаться после выполнения: это динамика, а "
            "не эффект. Ответы – из реестра «Исполнение рекомендаций».",
        ),
        anchor=ANCHOR,
    )


def _told(rows: pd.DataFrame, done: int, gone: int, holds: int) -> str:
    """«выполнено по ответам – 3; основания больше нет у 4, осталось у 2»; noughts in words."""
    silent = bool((rows["answer"] == _NO_ANSWER).all())
    answers = "ответов о выполнении нет" if silent else f"выполнено по ответам – {ru.number(done)}"
    if not done and not silent:
        answers = "по ответам не выполнена ни одна"
    parts = [f"основания больше нет у {ru.number(gone)}"] if gone else []
    if holds:
        parts.append(f"основание осталось у {'всех' if holds == len(rows) else ru.number(holds)}")
    unknown = len(rows) - gone - holds
    if unknown:
        parts.append(f"данных в этом году нет по {ru.number(unknown)}")
    return f"{answers}; {', '.join(parts)}"
