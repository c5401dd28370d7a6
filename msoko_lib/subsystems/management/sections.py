"""Sections of the self-assessment: the map of the cycle, what is missing, how it is answered."""

from __future__ import annotations

import pandas as pd

from msoko_lib.intake.schemas import CYCLE
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems import planned
from msoko_lib.subsystems.findings import ADVICE, findings_of
from msoko_lib.subsystems.management.links import (
    DOCUMENT,
    IN_CATALOGUE,
    NOTHING,
    OLD,
    SYSTEM,
    links,
)
from msoko_lib.subsystems.monitoring.judged import ANCHOR
from msoko_lib.subsystems.year import Year

MISSING_ANCHOR = "chego-net"
ANSWERS_ANCHOR = "otklik"
TARGETS_ANCHOR = "celi-programmy"
_TEXT = {DOCUMENT: "есть", OLD: "старый", SYSTEM: "без бумаги", NOTHING: "нет"}
_MARK = {DOCUMENT: "up", OLD: "attention", SYSTEM: "same", NOTHING: "attention"}
LINK_OF = ru.Noun("звена", "звеньев", "звеньев", "n")


def cycle_map(year: Year) -> Block:
    """Subsystems × links of the cycle: confirmed by a document, by data alone, or by nothing."""
    rows = links(year)
    confirmed = int(rows["confirmed"].sum())
    cells = pd.DataFrame(
        {
            "unit": rows["subsystem"] + " " + rows["title"],
            "work": rows["component"],
            "text": rows["by"].map(_TEXT),
            "mark": rows["by"].map(_MARK),
        }
    )
    return Section(
        f"Документом этого года подтверждено {ru.number(confirmed)} из "
        f"{ru.counted(len(rows), LINK_OF)} цикла; без документа и без данных – "
        f"{ru.number(int((rows['by'] == NOTHING).sum()))}",
        figure=Figure(
            figures.heat_map(
                cells,
                works=CYCLE,
                subtitle="Подсистемы и звенья управленческого цикла",
                meanings={
                    "up": "документ этого года",
                    "attention": "документ прошлых лет или ничего",
                },
            ),
            alt="Подсистемы по строкам, звенья управленческого цикла по столбцам: есть документ, "
            "есть только данные, нет ничего.",
            caption="«Без бумаги» – работа видна в данных, документ не указан.",
        ),
        reading="Оценка – самооценка управления: 1 за звено с документом, 0 без него. "
        "Содержание документа программа не проверяет.",
        anchor=ANCHOR,
    )


def targets(year: Year) -> Block:
    """Goals of the programme with their plan and fact, who answers, what is not met where."""
    found = planned.targets_of(year)
    if found.empty:
        return Nothing(
            "Показателей программы с планом и фактом в данных года нет: положите таблицу "
            "«показатель, единица, план, факт, ответственный» к файлам года."
        )
    makers = (planned.municipal_table, planned.summary_table, planned.unmet_table)
    tables = [table for make in makers if (table := make(found, "15")) is not None]
    told = planned.in_words(found)
    return Section(
        f"Цели программы: {told}",
        items=tables,
        reading="Цель без факта не считается ни выполненной, ни проваленной: сначала узнайте факт. "
        "За каждую невыполненную цель кто-то отвечает: решение о ней начинается с объяснения "
        "ответственного.",
        anchor=TARGETS_ANCHOR,
    )


def missing(year: Year) -> Block:
    """What each subsystem still needs, and what its data already show."""
    rows = links(year)
    grouped = []
    for (number, title), own in rows.groupby(["subsystem", "title"], sort=True):
        absent = own[own["by"] == NOTHING]["component"].tolist()
        undocumented = own[own["by"].isin([SYSTEM, OLD])]
        grouped.append(
            {
                "part": f"{number} {title}",
                "confirmed": int(own["confirmed"].sum()),
                "absent": ", ".join(absent) or ru.NOT_APPLICABLE,
                "paper": ", ".join(undocumented["component"]) or ru.NOT_APPLICABLE,
                "what": "; ".join(
                    text for text in undocumented["what"] if text and text != IN_CATALOGUE
                )
                or ru.NOT_APPLICABLE,
            }
        )
    frame = pd.DataFrame(grouped)
    whole = int((frame["confirmed"] == len(CYCLE)).sum())
    return Section(
        f"Цикл подтверждён полностью в {ru.number(whole)} из {ru.number(len(frame))} подсистем",
        table=ReportTable(
            frame,
            title="Чего не хватает по подсистемам",
            name="15 Чего нет",
            columns=[
                Column("part", "Подсистема"),
                Column("confirmed", "Звеньев с документом", "int"),
                Column("absent", "Нет ничего"),
                Column("paper", "Нужен документ этого года"),
                Column("what", "Что уже видно в данных"),
            ],
            note=f"Звеньев в цикле {len(CYCLE)}; цели, показатели и методы сбора всех подсистем "
            "записаны в каталоге показателей. Документы вписывают в реестр «Самооценка "
            "управленческого цикла» (msoko forms).",
        ),
        anchor=MISSING_ANCHOR,
    )


def by_addressee(year: Year) -> Block:
    """How many recommendations go to whom: does the cycle end in somebody's hands?"""
    found = findings_of(year)
    advised = found[found["advice"] != ""]
    frame = (
        advised.assign(
            level=advised["unit_kind"].eq(MUNICIPALITY).map(
                {True: "муниципалитет", False: "организации"}
            )
        )
        .groupby(["addressee", "level"])
        .agg(n=("rule_id", "size"), rules=("rule_id", "nunique"), units=("unit_id", "nunique"))
        .reset_index()
    )  # fmt: skip
    return Section(
        f"За год система выдала {ru.counted(len(advised), ADVICE)}",
        table=ReportTable(
            frame,
            title="Рекомендации по адресатам",
            name="15 Адресаты",
            columns=[
                Column("addressee", "Кому"),
                Column("level", "О ком"),
                Column("n", "Рекомендаций", "int"),
                Column("rules", "Разных", "int"),
                Column("units", "Организаций", "int"),
            ],
        ),
        anchor=ANSWERS_ANCHOR,
    )
