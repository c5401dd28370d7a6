"""Indicators of the municipality: this year, last year, target."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.recommendations.said import printed
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Kind, Nothing, ReportTable, Section
from msoko_lib.subsystems.monitoring.judged import ANCHOR, judged, part_words, table_rows
from msoko_lib.subsystems.year import Year

INDICATOR_OF = ru.Noun("показателя", "показателей", "показателей")
MOST_NAMED = 3
_SHARE_UNITS = ("%",)
# Where all values are whole, they are printed whole: people, contracts, days.
_COUNT_UNITS = ("чел.", "шт.", "дн.")


def indicators_table(
    year: Year,
    subsystem: str,
    indicator_ids: Sequence[str],
    title: str = "Показатели муниципалитета",
    sheet: str = "Значения",
    anchor: str = ANCHOR,
) -> Block:
    """Indicators of the municipality: this year, last year, target, and how they stand to it.

    Parameters
    ----------
    title : str
        Caption of the table.
    sheet : str
        Word that tells its sheet of the workbook from the others of the subsystem.
    anchor : str
        Link target for «Главное».
    """
    facts = judged(year, indicator_ids, MUNICIPALITY)
    facts = facts[facts["status"] != "no_data"]
    if facts.empty:
        return Nothing("По этим показателям данных за год нет.")
    shares = facts["unit"].isin(_SHARE_UNITS)
    items: list[Block] = []
    if shares.any():
        items.append(_share_table(facts[shares], title, f"{subsystem} {sheet}"))
    counts = ~shares & facts["unit"].isin(_COUNT_UNITS) & facts["ci_low"].isna()
    counts &= (facts[["value", "previous"]].fillna(0) % 1 == 0).all(axis=1)
    if counts.any():
        caption = f"{title}: числа" if shares.any() else title
        items.append(_other_table(facts[counts], caption, f"{subsystem} {sheet}, числа", "int"))
    rest = ~shares & ~counts
    if rest.any():
        caption = f"{title}: отношения и баллы" if not rest.all() else title
        items.append(_other_table(facts[rest], caption, f"{subsystem} {sheet}, баллы", "score"))
    behind = facts[facts["mark"] == "attention"]
    reached = int((facts["mark"] == "up").sum())
    aimed = int(facts["target"].notna().sum())
    if behind.empty:
        finding = f"Ориентир достигнут по {reached} из {ru.counted(aimed, INDICATOR_OF)}"
    else:
        listed = "; ".join(
            f"{row['title']}{part_words(row)} – {printed(row['value'], row)}"
            for _, row in behind.head(MOST_NAMED).iterrows()
        )
        if len(behind) > MOST_NAMED:
            listed += f"; ещё по {ru.number(len(behind) - MOST_NAMED)}"
        finding = (
            f"Ориентир достигнут по {reached} из {ru.counted(aimed, INDICATOR_OF)}; не достигнут: "
            f"{listed}"
        )
    return Section(finding, items=items, anchor=anchor)


def _share_table(facts: pd.DataFrame, title: str, name: str) -> ReportTable:
    return ReportTable(
        table_rows(facts),
        title=title,
        name=name,
        columns=[
            Column("indicator", "Показатель"),
            Column("n", "Всего", "int"),
            Column("numerator", "Из них", "int", missing=ru.NOT_APPLICABLE),
            Column("shown", "Доля", "share"),
            Column(("low", "high"), "Интервал", "interval", missing=ru.NOT_APPLICABLE),
            Column("previous", "Год назад", "share"),
            Column("aim", "Ориентир"),
            Column("verdict", "К ориентиру"),
        ],
        note="Интервал – разброс, который при таком числе даёт случай. «Около» – хуже ориентира, "
        "но в пределах случая. Статус каждого ориентира – в таблице «Показатели подсистемы».",
    )


def _other_table(facts: pd.DataFrame, title: str, name: str, kind: Kind) -> ReportTable:
    rows = table_rows(facts)
    scale = rows["scale"]
    rows = rows.assign(
        shown=[
            value if isinstance(value, str) or ru.is_missing(value) else float(value) * factor
            for value, factor in zip(rows["shown"], scale, strict=True)
        ],
        low=rows["low"] * scale,
        high=rows["high"] * scale,
        previous=rows["previous"] * scale,
    )
    return ReportTable(
        rows,
        title=title,
        name=name,
        columns=[
            Column("indicator", "Показатель"),
            Column("unit", "Единица"),
            Column("shown", "Значение", kind),
            Column(("low", "high"), "Интервал", "interval_score", missing=ru.NOT_APPLICABLE),
            Column("previous", "Год назад", kind),
            Column("n", "Всего", "int"),
            Column("aim", "Ориентир"),
            Column("verdict", "К ориентиру"),
        ],
    )
