"""The management end of the cycle: measures, decisions, road map, the schools' explanations."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reads import derived
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import date_ru, school_year_ru
from msoko_lib.subsystems.school_year import rows_of_unit
from msoko_lib.subsystems.year import Year
from msoko_lib.versions import build_date

MEASURES_ANCHOR = "mery"
REPLIES_ANCHOR = "poyasneniya"
REPLY = ru.Noun("пояснение", "пояснения", "пояснений", "n")
MEASURE = ru.Noun("мера", "меры", "мер", "f")


def measures(year: Year, subsystem: str) -> Block:
    """Measures and decisions of the subsystem from the registers, and the state of the road map."""
    rows = _of_subsystem(year, "measures", subsystem)
    items = _of_subsystem(year, "roadmap", subsystem)
    if rows.empty and items.empty:
        return Nothing(
            f"В реестрах мер и дорожной карты за {ru_year(year)} записей этой подсистемы нет. "
            "Впишите решение в пустой столбец таблицы «Что сделать», а меру – в реестр мер "
            "(msoko forms)."
        )
    blocks: list[Block] = []
    if len(rows):
        blocks.append(_measures_table(year, rows, subsystem))
    if len(items):
        blocks.append(_roadmap_table(items, subsystem))
    return Section(
        f"{_measures_words(rows)}; {_roadmap_words(items)}",
        items=blocks,
        reading="Что изменилось после мер и можно ли говорить об эффекте – в отчёте "
        "«Динамика и эффективность мер».",
        anchor=MEASURES_ANCHOR,
    )


def ru_year(year: Year) -> str:
    """«2024/25 учебный год» of the opened year."""
    return school_year_ru(year.school_year)


def _measures_words(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "Мер в реестре нет"
    documented = int((rows["document"].notna() & (rows["document"] != "")).sum())
    distinct = rows["measure_id"].nunique()
    return (
        f"Принято: {ru.counted(distinct, MEASURE)}; с документом о решении – "
        f"{ru.number(documented)} из {ru.number(len(rows))} записей"
    )


def measures_rows(year: Year, subsystem: str) -> pd.DataFrame:
    """One row a measure of the subsystem: title, organisations, document, term, responsible."""
    return _measures_rows(year, _of_subsystem(year, "measures", subsystem))


@derived("записи реестров подсистемы {1}")
def _of_subsystem(year: Year, table: str, subsystem: str) -> pd.DataFrame:
    """Rows of a register that belong to one subsystem."""
    rows = year.inputs.table(table)
    return rows[rows["subsystem"] == subsystem].reset_index(drop=True)


def _measures_rows(year: Year, rows: pd.DataFrame) -> pd.DataFrame:
    grouped = rows.assign(school=rows["school_id"].map(year.unit_names)).groupby("measure_id")
    table = grouped.agg(
        title=("title", "first"),
        schools=("school", lambda names: ru.joined(sorted(set(names.dropna())))),
        document=("document", "first"),
        start=("start_date", "min"),
        end=("end_date", "max"),
        responsible=("responsible", "first"),
        indicator=("indicator_id", "first"),
    ).reset_index()
    for name in ("document", "responsible", "indicator"):
        table[name] = table[name].where(table[name].notna(), "не указано")
    table["term"] = [_term(row["start"], row["end"]) for row in table.to_dict("records")]
    return table


def _measures_table(year: Year, rows: pd.DataFrame, subsystem: str) -> ReportTable:
    return ReportTable(
        _measures_rows(year, rows),
        title="Меры и решения",
        name=f"{subsystem} Меры",
        columns=[
            Column("measure_id", "Мера"),
            Column("title", "Что делается"),
            Column("schools", "Где"),
            Column("document", "Решение"),
            Column("term", "Срок"),
            Column("responsible", "Ответственный"),
            Column("indicator", "Показатель"),
        ],
    )


def unit_measures(year: Year, unit_id: str) -> Block:
    """Measures and decisions that concern one organisation."""
    rows = rows_of_unit(year, "measures", unit_id)
    if rows.empty:
        return Nothing(
            f"Мер в реестре за {ru_year(year)} для организации нет. Впишите решение в пустой "
            "столбец таблицы «Что сделать»."
        )
    table = rows.assign(
        term=[_term(row["start_date"], row["end_date"]) for row in rows.to_dict("records")],
        decision=rows["document"].where(rows["document"].notna(), "не указано"),
    )
    return Section(
        f"В реестре мер за {ru_year(year)}: {ru.counted(rows['measure_id'].nunique(), MEASURE)}",
        table=ReportTable(
            table,
            title="Меры и решения",
            name="Меры",
            columns=[
                Column("title", "Что делается"),
                Column("decision", "Решение"),
                Column("term", "Срок"),
                Column("reason", "Почему здесь", missing=ru.NOT_APPLICABLE),
            ],
        ),
        anchor=MEASURES_ANCHOR,
    )


def unit_replies(year: Year, unit_id: str) -> Block:
    """Explanations that one organisation gave, word for word."""
    rows = rows_of_unit(year, "replies", unit_id)
    if rows.empty:
        return Nothing(
            "Пояснение не поступало. Пришлите его управлению образования: в следующем издании "
            "оно будет стоять здесь."
        )
    titles = {part.number: part.title for part in year.catalogue.subsystems}
    table = rows.assign(part=rows["subsystem"].map(titles).fillna(rows["subsystem"]))
    return Section(
        "Организация дала пояснение; оно напечатано без изменений",
        table=ReportTable(
            table,
            title="Пояснение организации",
            name="Пояснение",
            columns=[
                Column("part", "О чём"),
                Column("text", "Пояснение"),
                Column("reply_date", "Дата", "date"),
            ],
        ),
        anchor=REPLIES_ANCHOR,
    )


def _term(start: object, end: object) -> str:
    begun = date_ru(start) if isinstance(start, str) and start else "не указано"
    ended = date_ru(end) if isinstance(end, str) and end else "не указано"
    return f"{begun} – {ended}"


def _overdue(items: pd.DataFrame) -> pd.Series:
    deadline = pd.to_datetime(items["deadline"], errors="coerce")
    open_ = ~items["state"].isin(["выполнен", "снят"])
    return open_ & (deadline < pd.Timestamp(build_date()))


def _roadmap_words(items: pd.DataFrame) -> str:
    if items.empty:
        return "пунктов дорожной карты нет"
    done = int((items["state"] == "выполнен").sum())
    late = int(_overdue(items).sum())
    told = f"выполнено {ru.number(done)} из {ru.counted(len(items), ITEM_OF)}"
    return f"{told}, просрочено {ru.number(late)}" if late else told


ITEM_OF = ru.Noun("пункта дорожной карты", "пунктов дорожной карты", "пунктов дорожной карты")


def _roadmap_table(items: pd.DataFrame, subsystem: str) -> ReportTable:
    late = _overdue(items)
    table = items.assign(
        told=items["state"].where(~late, "▼ срок прошёл: " + items["state"].astype(str)),
        is_shown=late,
    )
    return ReportTable(
        table,
        title="Дорожная карта",
        name=f"{subsystem} Дорожная карта",
        columns=[
            Column("item_id", "Пункт"),
            Column("title", "Что сделать"),
            Column("deadline", "Срок", "date"),
            Column("responsible", "Ответственный"),
            Column("told", "Состояние"),
        ],
        shown="is_shown",
    )


def replies(year: Year, subsystem: str) -> Block:
    """Explanations that organisations gave on the subsystem, word for word."""
    rows = _of_subsystem(year, "replies", subsystem)
    if rows.empty:
        return Nothing("Пояснений организаций по этой подсистеме не поступало.")
    table = rows.assign(unit=rows["school_id"].map(year.unit_names)).sort_values("unit")
    return Section(
        f"Получено {ru.counted(len(table), REPLY)}: {ru.joined(sorted(set(table['unit'])))}",
        table=ReportTable(
            table,
            title="Пояснения организаций",
            name=f"{subsystem} Пояснения",
            columns=[
                Column("unit", "Организация"),
                Column("text", "Пояснение"),
                Column("reply_date", "Дата", "date"),
            ],
        ),
        anchor=REPLIES_ANCHOR,
    )
