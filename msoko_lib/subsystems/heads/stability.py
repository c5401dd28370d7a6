"""How far the bands depend on the choices behind them."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.heads.bands import NO_ASSESSMENT
from msoko_lib.subsystems.heads.computed import assessment, sensitivity, without_each_block
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.year import Year

ANCHOR = "ustoychivost"
CHOICES = {
    "weights": "веса блоков",
    "normalisation": "способ пересчёта в баллы",
    "aggregation": "способ усреднения блоков",
    "left_out": "какой показатель опустить",
    "sampling_error": "случайная ошибка показателей",
}


def stability(year: Year) -> Block:
    """What moves the order of schools most, and whose band hangs on one block."""
    found = assessment(year)
    if found is None:
        return Nothing(NO_ASSESSMENT)
    moved = sensitivity(year, found)
    if moved.empty:
        return Nothing("Групп, где школ достаточно, нет: проверять устойчивость не на чем.")
    blocks = without_each_block(year, found)
    strongest = CHOICES[str(moved.loc[moved["total"].idxmax(), "choice"])]
    changed = blocks[blocks["changed"] > 0]
    named = sorted({name for names in changed["names"] for name in names})
    hang = (
        f"от одного блока зависит полоса школ: {names_in_words(named)}"
        if named
        else "ни одна полоса от одного блока не зависит"
    )
    return Section(
        f"Порядок школ в группах (оценка есть у {int(found.schools['index'].notna().sum())} из "
        f"{len(found.schools)}) сильнее всего меняет {strongest}; {hang}",
        items=[_choices(moved), _blocks(blocks)],
        reading="Доли складываются больше чем в 100 %, потому что выборы действуют и вместе. Если "
        "полоса школы держится на одном блоке, обсуждать стоит этот блок, а не полосу.",
        anchor=ANCHOR,
    )


def _choices(moved: pd.DataFrame) -> ReportTable:
    return ReportTable(
        moved.assign(words=moved["choice"].map(CHOICES), total=moved["total"].clip(0, 1)),
        title="Что меняет порядок школ внутри групп",
        name="06 Чувствительность",
        columns=[
            Column("words", "Выбор"),
            Column("total", "Доля разброса порядка", "share", decimals=0),
        ],
        note="Полные индексы Соболя: какая часть разброса порядка осталась бы, если бы известно "
        "было всё, кроме этого выбора.",
    )


def _blocks(blocks: pd.DataFrame) -> Block:
    if blocks.empty:
        return Nothing("Блоков всего два: опускать нечего.")
    return ReportTable(
        blocks.assign(
            told=[names_in_words(names) if names else ru.NOT_APPLICABLE for names in
                  blocks["names"]],
            is_shown=blocks["changed"] > 0,
        ),
        title="Если опустить блок целиком",
        name="06 Без блока",
        columns=[
            Column("block", "Без какого блока"),
            Column("changed", "У скольких школ меняется полоса", "int"),
            Column("told", "У каких"),
        ],
        shown="is_shown",
    )  # fmt: skip
