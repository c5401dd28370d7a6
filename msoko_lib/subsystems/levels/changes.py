"""What changed over the year, level of education by level: targets reached, shares that moved."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.last_year import year_before
from msoko_lib.subsystems.levels.cuts import LEVELS, counts, cut_values
from msoko_lib.subsystems.year import Year
from msoko_lib.subsystems.year_changes import CHANGE_NOTE, CHANGE_WORDS, year_changes

ANCHOR = "za-god"
INDICATOR_OF = ru.Noun("показателя", "показателей", "показателей")


def changes(year: Year) -> Block:
    """Targets reached now and a year ago by level, then the shares that changed beyond chance."""
    before = year_before(year)
    if before is None:
        return Nothing("Что изменилось за год, сказать нельзя: прошлого года в банке нет.")
    values = cut_values(year)
    moved = _moved(year, values)
    rows = moved[moved["change"] != ""]
    items: list[Block] = [_level_table(year, before, values, moved)]
    if len(rows):
        items.append(_moved_table(rows))
    return Section(_finding(moved), items=items, reading=CHANGE_NOTE, anchor=ANCHOR)


def _moved(year: Year, values: pd.DataFrame) -> pd.DataFrame:
    """Comparable shares with their change, one row an indicator, ``levels`` – where it belongs."""
    facts = values.drop_duplicates(["fact_id", "label"])
    moved = year_changes(year, facts)
    known = values.groupby("fact_id")["education_level"].agg(set)
    levels = [
        [level for level in LEVELS if level in known[fact_id]] for fact_id in moved["fact_id"]
    ]
    return moved.assign(levels=pd.Series(levels, index=moved.index, dtype=object))


def _finding(moved: pd.DataFrame) -> str:
    if moved.empty:
        return "Показателей, которые можно сравнить с прошлым годом, нет"
    total = ru.counted(len(moved), INDICATOR_OF)
    better, worse = (int((moved["change"] == told).sum()) for told in ("better", "worse"))
    if not better + worse:
        return f"За год ни один из {total} не изменился больше, чем бывает по случаю"
    return (
        f"За год из {total} заметно лучше стало по {ru.number(better)}, хуже – по "
        f"{ru.number(worse)}"
    )


def _level_table(
    year: Year, before: Year, values: pd.DataFrame, moved: pd.DataFrame
) -> ReportTable:
    now, then = (_reached(frame) for frame in (values, cut_values(before)))
    rows = []
    for level in LEVELS:
        if level not in now.index and level not in then.index:
            continue
        own = moved[[level in levels for levels in moved["levels"]]]
        rows.append(
            {
                "level": level,
                "then": then.get(level, ru.NO_DATA),
                "now": now.get(level, ru.NO_DATA),
                "compared": len(own),
                "better": int((own["change"] == "better").sum()),
                "worse": int((own["change"] == "worse").sum()),
            }
        )
    return ReportTable(
        pd.DataFrame(rows),
        title="Уровни образования: год назад и сейчас",
        name="16 За год по уровням",
        columns=[
            Column("level", "Уровень"),
            Column("then", school_year_short(before.school_year)),
            Column("now", school_year_short(year.school_year)),
            Column("compared", "Сравнили с прошлым годом", "int"),
            Column("better", "Стало лучше", "int"),
            Column("worse", "Стало хуже", "int"),
        ],
        note="По годам – сколько показателей достигли ориентира и из скольких. Набор показателей "
        "с данными меняется, поэтому о переменах судите по трём последним столбцам.",
    )


def _reached(values: pd.DataFrame) -> pd.Series:
    """Level → «17 из 40»: an indicator that is of several objects is still one."""
    table = counts(values).groupby("education_level")[["reached_n", "aimed_n"]].sum()
    told = [
        f"{row.reached_n} из {row.aimed_n}" if row.aimed_n else ru.NO_TARGET
        for row in table.itertuples()
    ]
    return pd.Series(told, index=table.index, dtype=object)


def _moved_table(rows: pd.DataFrame) -> ReportTable:
    order = {level: place for place, level in enumerate(LEVELS)}
    table = rows.assign(
        indicator=rows["fact_id"] + " " + rows["title"],
        where=[", ".join(levels) for levels in rows["levels"]],
        told=rows["change"].map(CHANGE_WORDS),
        place=[order[levels[0]] for levels in rows["levels"]],
    ).sort_values(["change", "place"], ascending=[False, True], kind="stable")
    return ReportTable(
        table,
        title="Что изменилось за год больше случайного",
        name="16 Изменения",
        columns=[
            Column("where", "Уровни"),
            Column("indicator", "Показатель", wide=True),
            Column("previous", "Год назад", "share"),
            Column("value", "Сейчас", "share"),
            Column("moved", "Изменение", "pp"),
            Column("n", "Всего", "int"),
            Column("told", "Вывод"),
        ],
    )
