"""Each school's own deficits of last year against the events held for them this year."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.task_deficits import ESTABLISHED, TASK, WORK
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.kept import task_deficits
from msoko_lib.subsystems.labels import names_in_words, works_in_words
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "svoi-deficity"
SHORT, ENOUGH, NONE, UNKNOWN = "short", "enough", "none", "unknown"
_WORDS = {
    SHORT: "▼ меньше, чем работ",
    ENOUGH: "● не меньше, чем работ",
    NONE: "● дефицитов не было",
    UNKNOWN: "○ нет данных",
}
NO_YEAR_BEFORE = (
    "Сравнить мероприятия с дефицитами школ нельзя: нет результатов ВПР по заданиям за прошлый год."
)
OF_SCHOOLS = ru.Noun("школы", "школ", "школ", "f")
# «На» asks for the accusative.
ON_WORKS = ru.Noun("работу", "работы", "работ", "f")


@per_year
def own_deficits(year: Year) -> pd.DataFrame:
    """Schools with their own deficits of last year and the events of this year.

    A deficit is a task that the school did worse than the others beyond chance (see
    :func:`msoko_lib.indicators.task_deficits.task_deficits`). Last year's are those that the plan
    of this year could know.

    Returns
    -------
    DataFrame
        ``school_id``, ``school``, ``tasks_n`` and ``works_n`` (tasks in deficit last year, works
        they belong to), ``works`` (in words), ``still_n`` (of them in deficit this year too; NaN
        where the school did none of them), ``events_n``, ``aimed_n``, ``state``: ``short`` –
        fewer events about deficits than works with them, ``enough``, ``none`` – no deficit,
        ``unknown`` – events not told. Empty without results of last year.
    """
    before = task_deficits(year, 1)
    if before.empty:
        return pd.DataFrame(columns=["school_id", "school", "state"])
    sure = before[before["state"] == ESTABLISHED]
    now = task_deficits(year)
    tested = set(now[["unit_id", *TASK]].itertuples(index=False, name=None))
    again = now[now["state"] == ESTABLISHED]
    again_keys = set(again[["unit_id", *TASK]].itertuples(index=False, name=None))
    told = answers(year, ("events_n", "events_on_deficits_n")).set_index("school_id")
    rows = []
    for school_id in sorted(set(before["unit_id"]) & set(year.school_names)):
        own = sure[sure["unit_id"] == school_id]
        keys = list(own[["unit_id", *TASK]].itertuples(index=False, name=None))
        works = own.drop_duplicates(WORK)
        known = [key for key in keys if key in tested]
        events = told.loc[school_id] if school_id in told.index else {}
        rows.append(
            {
                "school_id": school_id,
                "school": year.school_names[school_id],
                "tasks_n": len(keys),
                "works_n": len(works),
                "works": works_in_words(works) if len(works) else "",
                "still_n": sum(key in again_keys for key in known) if known else float("nan"),
                "events_n": events.get("events_n", float("nan")),
                "aimed_n": events.get("events_on_deficits_n", float("nan")),
            }
        )
    found = pd.DataFrame(rows)
    found["state"] = [_state(row) for row in found.to_dict("records")]
    return found.sort_values("school", kind="stable").reset_index(drop=True)


def _state(row: dict[str, float]) -> str:
    if row["works_n"] == 0:
        return NONE
    if ru.is_missing(row["aimed_n"]):
        return UNKNOWN
    return SHORT if row["aimed_n"] < row["works_n"] else ENOUGH


def against_events(year: Year) -> Block:
    """Who had deficits of its own, and whether there were events about them."""
    rows = own_deficits(year)
    if rows.empty:
        return Nothing(NO_YEAR_BEFORE)
    with_deficits = rows[rows["works_n"] > 0]
    if with_deficits.empty:
        return Nothing(
            "Год назад ни одна школа не выполняла заданий заметно хуже остальных: сравнивать "
            "мероприятия не с чем."
        )
    table = rows.assign(told=rows["state"].map(_WORDS), is_shown=rows["works_n"] > 0)
    return Section(
        _finding(with_deficits),
        table=ReportTable(
            table,
            title="Свои дефициты школ и мероприятия по ним",
            name="08 Свои дефициты",
            columns=[
                Column("school", "Школа"),
                Column("works", "Работы с дефицитами год назад", missing=ru.NOT_APPLICABLE),
                Column("tasks_n", "Заданий", "int"),
                Column("events_n", "Мероприятий за год", "int"),
                Column("aimed_n", "Из них по дефицитам", "int"),
                Column("told", "К числу работ"),
                Column("still_n", "Заданий и теперь хуже", "int", missing=ru.NOT_APPLICABLE),
            ],
            note="«Заданий и теперь хуже» – сколько из прошлогодних заданий школа и в этом году "
            "выполнила заметно хуже остальных.",
            shown="is_shown",
        ),
        reading="Свой дефицит – задание, которое школа выполнила хуже остальных школ на 10 п.п. и "
        "больше, и случаем этого не объяснить (подробнее – в отчёте о качестве подготовки). Работа "
        "– предмет и класс. Если мероприятий по дефицитам меньше, чем таких работ, то хотя бы одна "
        "осталась без внимания; если не меньше – какой дефицит разбирали, по числу не видно.",
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame) -> str:
    short = rows[rows["state"] == SHORT]
    whose = f"из {ru.counted(len(rows), OF_SCHOOLS)} со своими дефицитами"
    if short.empty:
        unknown = int((rows["state"] == UNKNOWN).sum())
        if unknown == len(rows):
            return f"Ни одна {whose} о мероприятиях не сообщила"
        return f"Ни у одной {whose} мероприятий по ним не меньше, чем работ с дефицитами"
    named = [
        f"{row.school} ({ru.number(row.aimed_n)} на {ru.counted(row.works_n, ON_WORKS)})"
        for row in short.itertuples()
    ]
    return (
        "Мероприятий по дефицитам меньше, чем работ с дефицитами, у "
        f"{ru.number(len(short))} {whose}: {names_in_words(named)}"
    )
