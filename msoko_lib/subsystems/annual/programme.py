"""Plan against fact: the municipal programme, the assignment, the road map, what was promised."""

from __future__ import annotations

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems import planned
from msoko_lib.subsystems.monitoring.judged import TARGET_WORDS, judged, table_rows
from msoko_lib.subsystems.year import Year

ANCHOR = "plan-fakt"
# Indicators whose whole is what was planned and whose part is what was done.
PLANNED = ("РК-15", "РК-13", "МР-11", "УС-07", "МР-06", "КП-34")
POSITION_OF = ru.Noun("позиции", "позиций", "позиций", "f")


def programme(year: Year) -> Block:
    """What was planned for the year and what was done: by kind of plan, then by target."""
    known = [name for name in PLANNED if name in year.catalogue.passports]
    facts = judged(year, known, MUNICIPALITY)
    facts = facts[facts["status"] != "no_data"]
    targets = planned.targets_of(year)
    tables = [
        table
        for make in (planned.municipal_table, planned.summary_table)
        if (table := make(targets, "18")) is not None
    ]
    if facts.empty and tables:
        told = planned.in_words(targets)
        return Section(told[:1].upper() + told[1:], items=tables, anchor=ANCHOR)
    if facts.empty:
        return Nothing(
            "Планов с фактом в данных года нет. Положите в папку исходных файлов таблицу "
            "«показатель, план, факт» программы или организаций и заполните реестр «Дорожная "
            "карта» (msoko forms)."
        )
    order = {name: place for place, name in enumerate(known)}
    rows = table_rows(facts.sort_values("fact_id", key=lambda ids: ids.map(order)))
    behind = rows[rows["mark"] == "attention"]
    told = "; ".join(
        f"{row['title']} – {ru.number(row['numerator'])} из {ru.number(row['n'])}"
        for _, row in behind.iterrows()
        if not isinstance(row["numerator"], str)
    )
    reached = int((rows["verdict"] == TARGET_WORDS["up"]).sum())
    finding = f"План выполнен по {ru.number(reached)} из {ru.counted(len(rows), POSITION_OF)}"
    finding = f"{finding}; отстают: {told}" if told else finding
    words = planned.in_words(targets)
    by_target = [Section(words[:1].upper() + words[1:], items=tables)] if tables else []
    return Section(
        finding,
        table=ReportTable(
            rows,
            title="План и факт",
            name="18 План и факт",
            columns=[
                Column("indicator", "Что планировали"),
                Column("n", "План", "int"),
                Column("numerator", "Факт", "int"),
                Column("shown", "Выполнено", "share"),
                Column("previous", "Год назад", "share", missing=ru.NOT_APPLICABLE),
                Column("aim", "Ориентир"),
                Column("verdict", "К ориентиру"),
            ],
            note="«План» – сколько показателей, пунктов или мероприятий было назначено на год, "
            "«факт» – сколько из них выполнено. По организациям – в отчётах 06, 08 и 11.",
        ),
        items=by_target,
        anchor=ANCHOR,
    )
