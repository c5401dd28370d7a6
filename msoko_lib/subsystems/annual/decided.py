"""Decisions taken, the cycle confirmed by documents, and what came of measures and advice."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, Quoted, ReportTable, Section
from msoko_lib.subsystems.cycle import ru_year
from msoko_lib.subsystems.effects.what_came import outcome as outcome_of_measures
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.last_year import (
    GONE,
    HOLDS,
    UNKNOWN,
    followed_up,
    given_last_year,
    was_issued,
)
from msoko_lib.subsystems.management.links import links
from msoko_lib.subsystems.year import Year

DECISIONS_ANCHOR = "resheniya"
FOLLOWED_ANCHOR = "itogi-rekomendaciy"
MEASURE = ru.Noun("мера", "меры", "мер", "f")
ADVICE_OF = ru.Noun("рекомендации", "рекомендаций", "рекомендаций", "f")


def decisions(year: Year) -> Block:
    """Measures, documents and the road map by subsystem."""
    measures = year.inputs.table("measures")
    items = year.inputs.table("roadmap")
    if measures.empty and items.empty:
        return Nothing(
            f"В реестрах мер и дорожной карты за {ru_year(year)} записей нет: что решено, доклад "
            "сказать не может. Бланки реестров делает команда msoko forms."
        )
    confirmed = links(year).groupby("subsystem")["confirmed"].agg(["sum", "size"])
    rows = []
    for part in year.catalogue.subsystems:
        own = measures[measures["subsystem"] == part.number]
        points = items[items["subsystem"] == part.number]
        documented = own[own["document"].notna() & (own["document"] != "")]
        link = confirmed.loc[part.number]
        rows.append(
            {
                "part": f"{part.number} {part.title}",
                "measures_n": own["measure_id"].nunique(),
                "documented_n": documented["measure_id"].nunique(),
                "points_n": len(points),
                "done_n": int((points["state"] == "выполнен").sum()),
                "links": f"{link['sum']} из {link['size']}",
            }
        )
    table = pd.DataFrame(rows)
    empty = table[(table["measures_n"] == 0) & (table["points_n"] == 0)]["part"].str[3:].tolist()
    tail = f"; ни меры, ни пункта дорожной карты нет: {ru.joined(empty)}" if empty else ""
    return Section(
        f"Принято: {ru.counted(measures['measure_id'].nunique(), MEASURE)}, с документом – "
        f"{ru.number(int(table['documented_n'].sum()))}; пунктов дорожной карты выполнено "
        f"{ru.number(int(table['done_n'].sum()))} из {ru.number(int(table['points_n'].sum()))}"
        f"{tail}",
        table=ReportTable(
            table,
            title="Решения по подсистемам",
            name="18 Решения",
            columns=[
                Column("part", "Подсистема"),
                Column("measures_n", "Мер", "int"),
                Column("documented_n", "С документом", "int"),
                Column("points_n", "Пунктов дорожной карты", "int"),
                Column("done_n", "Выполнено", "int"),
                Column("links", "Звеньев цикла с документом"),
            ],
            note="Меры и документы – из реестра мер, звенья цикла – из реестра «Самооценка "
            "управленческого цикла» (отчёт 15).",
        ),
        anchor=DECISIONS_ANCHOR,
    )


def outcome(year: Year) -> Block:
    """What came of the measures: the section of report 13, its tables stay there."""
    return Quoted(outcome_of_measures(year))


def followed(year: Year) -> Block:
    """Last year's recommendations by subsystem: whose ground is gone, whose still holds."""
    then = given_last_year(year)
    if then is None:
        return Nothing(
            "Данных за прошлый год нет, поэтому об итогах прошлогодних рекомендаций сказать нечего."
        )
    now = findings_of(year)
    titles = {part.number: part.title for part in year.catalogue.subsystems}
    rows = []
    for number, title in titles.items():
        states = followed_up(then, now, year.indicators, number)["state"].value_counts()
        if states.empty:
            continue
        rows.append(
            {"part": f"{number} {title}", "given": int(states.sum()),
             **{state: int(states.get(state, 0)) for state in (GONE, HOLDS, UNKNOWN)}}
        )  # fmt: skip
    if not rows:
        return Nothing("Рекомендаций по данным прошлого года не было.")
    table = pd.DataFrame(rows)
    total, gone = int(table["given"].sum()), int(table[GONE].sum())
    return Section(
        f"Из {ru.counted(total, ADVICE_OF)} прошлого года основания больше нет у {ru.number(gone)},"
        f" осталось – у {ru.number(int(table[HOLDS].sum()))}",
        table=ReportTable(
            table,
            title="Итоги рекомендаций прошлого года",
            name="18 Итоги рекомендаций",
            columns=[
                Column("part", "Подсистема"),
                Column("given", "Всего", "int"),
                Column(GONE, "Основания больше нет", "int"),
                Column(HOLDS, "Основание осталось", "int"),
                Column(UNKNOWN, "Нет данных", "int"),
            ],
            note="Считаются рекомендации, напечатанные в отчётах прошлого года."
            if was_issued(then)
            else "Считаются рекомендации, которые этот же набор правил дал бы по данным прошлого "
            "года.",
        ),
        reading="Это динамика, а не эффект: показатель мог измениться и сам.",
        anchor=FOLLOWED_ANCHOR,
    )
