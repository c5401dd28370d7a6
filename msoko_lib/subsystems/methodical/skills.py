"""Last year's deficits of skills: which have left the red zone, which stay, which are new."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.methodical import SKILL, skill_states
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import work_label
from msoko_lib.subsystems.year import Year

ANCHOR = "deficity"
LEFT, STAYED, NEW = "left", "stayed", "new"
_WORDS = {LEFT: "▲ вышло", STAYED: "▼ остаётся", NEW: "▼ появилось"}
_FIRST = {STAYED: 0, NEW: 1, LEFT: 2}
SKILL_OF = ru.Noun("умения", "умений", "умений", "n")


def skill_changes(year: Year) -> pd.DataFrame:
    """Skills of the municipality below the sufficient level in one of two years.

    The same skill in the same subject and grade: other pupils, the same teaching.

    Returns
    -------
    DataFrame
        ``subject``, ``grade``, ``skill``, ``before``, ``now``, ``limit`` (shares of the
        maximum), ``n``, ``state`` (left, stayed, new); empty without two comparable years.
    """
    now, before = skill_states(year.inputs), skill_states(year.inputs, back=1)
    if now.empty or before.empty:
        return pd.DataFrame(columns=[*SKILL, "before", "now", "limit", "n", "state"])
    least = year.points("report_minimum_n")
    before, now = before[before["n"] >= least], now[now["n"] >= least]
    both = before[[*SKILL, "rate", "reached"]].merge(
        now[[*SKILL, "rate", "reached", "limit", "n"]], on=SKILL, suffixes=("_before", "")
    )
    both = both[(both["level"] == MUNICIPALITY) & ~(both["reached"] & both["reached_before"])]
    state = pd.Series(STAYED, index=both.index, dtype=object)
    state = state.mask(both["reached"], LEFT).mask(~both["reached"] & both["reached_before"], NEW)
    return both.rename(columns={"rate_before": "before", "rate": "now"}).assign(state=state)


def skills(year: Year) -> Block:
    """Which deficits of last year have gone; the skill is named as the export names it."""
    rows = skill_changes(year)
    old = rows[rows["state"] != NEW]
    if rows.empty or old.empty:
        return Nothing(
            "Прошлогодних дефицитов, которые можно сопоставить с этим годом, нет: нужны отчёты "
            "«Достижение планируемых результатов» двух лет с теми же умениями."
        )
    left = int((old["state"] == LEFT).sum())
    table = rows.assign(
        work=[work_label(row.subject, row.grade) for row in rows.itertuples()],
        told=rows["state"].map(_WORDS),
        order=rows["state"].map(_FIRST),
        shown=rows["state"] != LEFT,
    ).sort_values(["order", "subject", "grade"])
    return Section(
        f"Из {ru.counted(len(old), SKILL_OF)}, которые год назад были ниже достаточного уровня, "
        f"его достигли {ru.number(left)}; появилось новых дефицитов – "
        f"{ru.number(int((rows['state'] == NEW).sum()))}",
        table=ReportTable(
            table,
            title="Умения ниже достаточного уровня: год назад и сейчас",
            name="08 Умения",
            columns=[
                Column("work", "Работа"),
                Column("skill", "Умение"),
                Column("n", "Писали", "int"),
                Column("before", "Год назад", "share"),
                Column("now", "Сейчас", "share"),
                Column("limit", "Достаточно", "share"),
                Column("told", "Что стало"),
            ],
            note="Год назад работу писали другие ученики: сравнивается преподавание того же "
            "умения в том же классе, а не рост одних и тех же детей.",
            shown="shown",
        ),
        reading="Умения сопоставлены по тексту: если формулировка сменилась, пары нет.",
        anchor=ANCHOR,
    )
