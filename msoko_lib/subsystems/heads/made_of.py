"""What the assessment is made of: blocks, goalposts, weights, and what never enters."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.said import printed
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.heads.computed import assessment
from msoko_lib.subsystems.year import Year

ANCHOR = "iz-chego"
BLOCK_OF = ru.Noun("блок", "блока", "блоков")


def made_of(year: Year) -> Block:
    """Blocks with their indicators, goalposts and weights."""
    index = year.settings.head_index
    if index is None:
        return Nothing(
            "Блоки, веса и ориентиры оценки в параметрах не записаны (head_index), поэтому сводной "
            "оценки нет; показатели ниже от них не зависят."
        )
    found = assessment(year)
    used = set(found.blocks) if found is not None else set()
    rows = []
    for block in index.blocks:
        total = sum(item.weight for item in block.indicators)
        for place, item in enumerate(block.indicators):
            passport = year.catalogue[item.indicator]
            unit = pd.Series({"unit": passport.unit, "scale": 1})
            part = f", {item.component}" if item.component else ""
            rows.append(
                {
                    "block": block.title if place == 0 else "",
                    "title": f"{item.indicator} {passport.title}{part}",
                    "low": printed(item.low, unit),
                    "high": printed(item.high, unit),
                    "weight": item.weight / total,
                    "years": item.years,
                    "entered": "да" if block.title in used else "нет данных",
                }
            )
    told = (
        f"В оценку вошли {ru.counted(len(found.blocks), BLOCK_OF)} из {len(index.blocks)}"
        if found is not None
        else f"Данных хватает меньше чем на {ru.number(year.points('head_blocks_minimum'))} блоков "
        "из " + ru.number(len(index.blocks)) + ": сводной оценки в этом году нет"
    )
    return Section(
        f"{told}; результаты ВПР не входят по правилу",
        table=ReportTable(
            pd.DataFrame(rows),
            title="Блоки, показатели и ориентиры",
            name="06 Из чего оценка",
            columns=[
                Column("block", "Блок"),
                Column("title", "Показатель"),
                Column("low", "0 баллов"),
                Column("high", "100 баллов"),
                Column("weight", "Вес в блоке", "share", decimals=0),
                Column("years", "За сколько лет", "int"),
                Column("entered", "Вошёл"),
            ],
            note=f"Источник: {index.source}. Статус – {index.status}. Ориентиры держат не меньше "
            "трёх лет. Веса блоков "
            + ("равные." if len({block.weight for block in index.blocks}) == 1 else "разные."),
        ),
        reading="Балл показателя – его место между двумя ориентирами, балл блока – среднее его "
        "показателей. Если известно меньше трёх четвертей блока, балла у блока нет, а без блока "
        "нет и полосы: оценка из других блоков – другая оценка. Блок, по которому данных нет ни у "
        "одной школы, не входит ни у кого. Результаты ВПР не предназначены для оценки школ и "
        "руководителей; список маркеров объективности – не результат и потому стоит в своём блоке.",
        anchor=ANCHOR,
    )
