"""The whole picture: targets reached by subsystem and year; what changed in a year."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.annual.targets import (
    by_subsystem,
    opened_years,
    states_of,
    whole_facts,
)
from msoko_lib.subsystems.annual.told import SURE, told_findings
from msoko_lib.subsystems.monitoring.judged import ANCHOR
from msoko_lib.subsystems.year import Year
from msoko_lib.subsystems.year_changes import CHANGE_NOTE, CHANGE_WORDS, year_changes

CHANGES_ANCHOR = "izmeneniya"
MOST_YEARS = 3
INDICATOR_OF = ru.Noun("показателя", "показателей", "показателей")


def overview(year: Year) -> Block:
    """Subsystems × years: how many targets are reached; beside it what the rules found."""
    years = opened_years(year)
    counts = {item.school_year: by_subsystem(states_of(whole_facts(item))) for item in years}
    now = counts[year.school_year]
    if now.empty:
        return Nothing("Значений показателей за год нет: картину составить не по чему.")
    aimed, reached = int(now["aimed_n"].sum()), int(now["reached_n"].sum())
    behind = int(now["behind_n"].sum())
    finding = (
        f"Ориентир достигнут по {ru.number(reached)} из {ru.counted(aimed, INDICATOR_OF)}, "
        f"не достигнут по {ru.number(behind)}, по остальным – около"
        if aimed
        else "Ориентиров у показателей с данными нет: сравнивать не с чем"
    )
    return Section(
        finding,
        figure=_chart(year, now) if aimed else None,
        table=_table(year, counts),
        reading="Сравнивайте годы осторожно: набор показателей с данными меняется. Показатель с "
        "частями (предметы, классы) достигнут, если достигнуты все части.",
        anchor=ANCHOR,
    )


def _chart(year: Year, now: pd.DataFrame) -> Figure:
    rows = []
    for part in year.catalogue.subsystems:
        known = part.number in now.index and now.loc[part.number, "aimed_n"] > 0
        row = now.loc[part.number] if known else None
        rows.append(
            {
                "label": f"{part.number} {part.title}",
                "value": row["reached_n"] / row["aimed_n"] if row is not None else None,
                "note": f"{row['reached_n']} из {row['aimed_n']}" if row is not None else "",
                "role": "similar",
            }
        )
    return Figure(
        figures.bars(
            pd.DataFrame(rows).astype({"value": "float64"}),
            kind="share",
            limit=1.0,
            subtitle="Доля показателей, достигших ориентира, по подсистемам",
            note_header="показателей",
        ),
        alt="Доля достигнутых ориентиров по подсистемам; числа – в таблице ниже.",
        caption="Подсистемы между собой не сравнивают: ориентиры у них разной трудности.",
    )


def _table(year: Year, counts: dict[str, pd.DataFrame]) -> ReportTable:
    told = told_findings(year)
    sure = told[told["evidence"].isin(SURE)]
    worse = sure[sure["mark"] == "attention"]["subsystem"].value_counts()
    better = sure[sure["mark"] == "up"]["subsystem"].value_counts()
    shown = dict(list(counts.items())[-MOST_YEARS:])
    now = counts[year.school_year]
    rows = []
    for part in year.catalogue.subsystems:
        own = now.loc[part.number] if part.number in now.index else None
        rows.append(
            {
                "part": f"{part.number} {part.title}",
                **{name: _reached(table, part.number) for name, table in shown.items()},
                "near_n": int(own["near_n"]) if own is not None else ru.NO_DATA,
                "behind_n": int(own["behind_n"]) if own is not None else ru.NO_DATA,
                "worse_n": int(worse.get(part.number, 0)),
                "better_n": int(better.get(part.number, 0)),
            }
        )
    return ReportTable(
        pd.DataFrame(rows),
        title="Состояние подсистем: сколько ориентиров достигнуто",
        name="18 Подсистемы",
        columns=[
            Column("part", "Подсистема"),
            *(Column(name, school_year_short(name)) for name in shown),
            Column("near_n", "Около", "int"),
            Column("behind_n", "Не достигнут", "int"),
            Column("worse_n", "Проблем", "int"),
            Column("better_n", "Удач", "int"),
        ],
        note="По годам – сколько показателей достигли ориентира и из скольких. «Около» и «не "
        "достигнут» – за этот год. «Проблем» и «удач» – сработавшие правила, у которых случай "
        "исключён или посчитаны все.",
    )


def _reached(table: pd.DataFrame, number: str) -> str:
    if number not in table.index:
        return ru.NO_DATA
    row = table.loc[number]
    return f"{row['reached_n']} из {row['aimed_n']}" if row["aimed_n"] else ru.NOT_APPLICABLE


def changes(year: Year) -> Block:
    """Shares of the municipality that changed in a year beyond chance."""
    rows = year_changes(year, whole_facts(year))
    if rows.empty:
        return Nothing(
            "Сравнивать с прошлым годом не по чему: в банке нет его данных или у показателей нет "
            "двух значений подряд."
        )
    moved = rows[rows["change"] != ""]
    total = ru.counted(len(rows), INDICATOR_OF)
    if moved.empty:
        return Nothing(f"За год ни один из {total} не изменился больше, чем бывает по случаю.")
    better = int((moved["change"] == "better").sum())
    table = moved.assign(
        told=moved["change"].map(CHANGE_WORDS), name=moved["fact_id"] + " " + moved["title"]
    ).sort_values(["change", "subsystem"], ascending=[False, True], kind="stable")
    return Section(
        f"За год из {total} заметно лучше стало по {ru.number(better)}, хуже – по "
        f"{ru.number(len(moved) - better)}",
        table=ReportTable(
            table,
            title="Что изменилось за год",
            name="18 Изменения",
            columns=[
                Column("name", "Показатель"),
                Column("previous", "Год назад", "share"),
                Column("value", "Сейчас", "share"),
                Column("moved", "Изменение", "pp"),
                Column("n", "Всего", "int"),
                Column("told", "Вывод"),
            ],
        ),
        reading=f"{CHANGE_NOTE} Об эффекте – в разделе «Что дали меры».",
        anchor=CHANGES_ANCHOR,
    )
