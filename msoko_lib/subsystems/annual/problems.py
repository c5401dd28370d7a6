"""Problems of the whole system ranked by evidence and size, and practice worth sharing."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.head_index import is_result_of_vpr
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.annual.told import SURE, named_findings, told_findings
from msoko_lib.subsystems.year import Year

PROBLEMS_ANCHOR = "problemy"
PRACTICE_ANCHOR = "praktika"
MOST_SHOWN = 12
WHOLE = "муниципалитет"
PROBLEM = ru.Noun("проблема", "проблемы", "проблем", "f")
SUCCESS = ru.Noun("удача", "удачи", "удач", "f")


def ranked_problems(year: Year) -> pd.DataFrame:
    """Findings marked ▼, the surest first, then by importance and by how many they concern.

    Returns
    -------
    DataFrame
        Rows of ``told_findings`` with ``share`` (1 for the whole municipality), ``is_sure`` and
        ``size`` (words).
    """
    told = told_findings(year)
    rows = told[told["mark"] == "attention"]
    share = (rows["units_n"] / rows["asked_n"]).fillna(1.0)
    size = [
        WHOLE
        if ru.is_missing(row.units_n)
        else f"{ru.number(row.units_n)} из {ru.number(row.asked_n)}"
        for row in rows.itertuples()
    ]
    return (
        rows.assign(share=share, size=size, is_sure=rows["evidence"].isin(SURE))
        .sort_values(
            ["is_sure", "weight", "share", "place"],
            ascending=[False, False, False, True],
            kind="stable",
        )
        .reset_index(drop=True)
    )


def problems(year: Year) -> Block:
    """The table of problems."""
    rows = ranked_problems(year)
    if rows.empty:
        return Nothing("Правила не отметили ни одной проблемы. Полнота данных – в отчёте 17.")
    sure = int(rows["is_sure"].sum())
    whole = int((rows["size"] == WHOLE).sum())
    table = rows.assign(
        shown=[place < MOST_SHOWN for place in range(len(rows))],
        part=rows["subsystem"],
        sure_told=rows["sure_n"].astype(object).where(rows["sure_n"].notna(), ru.NOT_APPLICABLE),
    )
    return Section(
        f"Отмечено: {ru.counted(len(rows), PROBLEM)}; случай исключён или посчитаны все – у "
        f"{ru.number(sure)}; всего муниципалитета касаются {ru.number(whole)}",
        table=ReportTable(
            table,
            title="Проблемы по доказательности, важности и размеру",
            name="18 Проблемы",
            columns=[
                Column("part", "Отчёт"),
                Column("finding", "Проблема"),
                Column("size", "Кого касается"),
                Column("sure_told", "Из них установлено", "int"),
                Column("evidence", "Доказательность"),
                Column("weight", "Важность", "int"),
            ],
            shown="shown",
            note="Сначала то, в чём случай исключён; внутри – по важности, записанной в правиле "
            "(от 1 до 5), затем по доле организаций. «Кого касается» – организации из всех того "
            "же вида; какие именно – в отчёте подсистемы.",
        ),
        anchor=PROBLEMS_ANCHOR,
    )


def may_be_named(year: Year, fact_id: str) -> bool:
    """True where organisations may be named as an example: never on results of ВПР.

    What a subsystem finds by itself (a band of heads, an expected result) is not told by name
    either: only plain indicators are.
    """
    passport = year.catalogue.passports.get(fact_id)
    return passport is not None and not is_result_of_vpr(passport)


def practice(year: Year) -> Block:
    """Findings marked ▲ on organisations and on the municipality."""
    told = told_findings(year)
    rows = told[told["mark"] == "up"]
    if rows.empty:
        return Nothing(
            "Опыта, который отличается от остальных сильнее, чем бывает по случаю, данные года не "
            "показали. Это не значит, что его нет."
        )
    named = named_findings(year)["finding"]
    table = rows.assign(
        text=[
            named.get(row.rule_id, row.finding)
            if may_be_named(year, str(row.fact_id))
            else row.finding
            for row in rows.itertuples()
        ],
        use=rows["advice"].where(rows["advice"] != "", ru.NOT_APPLICABLE),
        is_whole=rows["units_n"].isna(),
    ).sort_values(["is_whole", "place"], kind="stable")
    return Section(
        f"Отмечено: {ru.counted(len(rows), SUCCESS)}; предложено показать другим – "
        f"{ru.number(int((table['use'] != ru.NOT_APPLICABLE).sum()))}",
        table=ReportTable(
            table,
            title="Лучшая практика",
            name="18 Практика",
            columns=[
                Column("subsystem", "Отчёт"),
                Column("text", "Что получилось"),
                Column("use", "Как использовать"),
                Column("evidence", "Доказательность"),
            ],
            note="По результатам ВПР школы не называются и не сравниваются: чей это опыт, "
            "методическая служба видит в отчёте подсистемы.",
        ),
        anchor=PRACTICE_ANCHOR,
    )
