"""Basic level and high level apart: how tasks of each level are done, work by work."""

from __future__ import annotations

import pandas as pd

from msoko_lib.indicators.vpr import task_limits, task_rates
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import (
    CORE_SUBJECTS,
    by_work,
    in_works,
    work_labels,
    works_in_words,
)
from msoko_lib.subsystems.quality.few import few_note, told_in_whole
from msoko_lib.subsystems.year import Year

ANCHOR = "urovni"
BASIC, ADVANCED = "basic", "advanced"
_LEVEL = {"Б": BASIC, "П": ADVANCED, "В": ADVANCED}
_KEY = ["level", "unit_id", "subject", "grade"]


def level_rates(year: Year) -> pd.DataFrame:
    """Mean rate of basic and of advanced tasks, one row a unit × work.

    Columns: level, unit_id, subject, grade, n, ``basic_rate``, ``basic_tasks``, ``basic_low``
    (tasks below sufficient), ``advanced_rate``, ``advanced_tasks``, ``advanced_done`` (tasks at the
    sufficient level).
    """
    rates = task_rates(year.inputs)
    rates = rates[rates["task_level"].isin(list(_LEVEL))]
    if rates.empty:
        return pd.DataFrame(columns=_KEY)
    low = rates["task_level"].map(task_limits(year.inputs, "insufficient")).astype("float64")
    done = rates["task_level"].map(task_limits(year.inputs, "sufficient")).astype("float64")
    rates = rates.assign(
        kind=rates["task_level"].map(_LEVEL),
        low=(rates["rate"] < low).astype(int),
        done=(rates["rate"] >= done).astype(int),
    )
    grouped = rates.groupby([*_KEY, "kind"]).agg(
        rate=("rate", "mean"), tasks=("rate", "size"), low=("low", "sum"), done=("done", "sum"),
        n=("n", "max"),
    )  # fmt: skip
    wide = grouped.unstack("kind")
    columns = {
        f"{kind}_{name}": wide.get((name, kind), pd.Series(dtype=float))
        for kind in (BASIC, ADVANCED)
        for name in ("rate", "tasks", "low", "done")
    }
    frame = pd.DataFrame(columns, index=wide.index)
    return frame.assign(n=wide["n"].max(axis=1)).reset_index()


def against_region(year: Year) -> pd.DataFrame:
    """Levels of each work in the municipality beside the region: ``{kind}_gap`` in shares."""
    rates = level_rates(year)
    if rates.empty:
        return rates
    own = told_in_whole(year, rates[rates["level"] == "municipality"])
    region = rates[rates["level"] == "region"][["subject", "grade", "basic_rate", "advanced_rate"]]
    region = region.rename(
        columns={"basic_rate": "basic_region", "advanced_rate": "advanced_region"}
    )
    rows = by_work(own.merge(region, on=["subject", "grade"], how="left"))
    for kind in (BASIC, ADVANCED):
        rows[f"{kind}_gap"] = rows[f"{kind}_rate"] - rows[f"{kind}_region"]
    return rows


def task_levels(year: Year) -> Block:
    """Basic and advanced tasks of every work, municipality beside region."""
    rows = against_region(year)
    if rows.empty:
        return Nothing("Уровень заданий в выгрузках не указан: базовый и высокий не разделить.")
    return Section(
        _finding(year, rows),
        table=_table(rows, few_note(year)),
        reading="Базовые задания обязательны для всех: задание ниже достаточного уровня – повод "
        "вернуться к теме. Повышенные и высокие показывают, хватает ли работы сильным. Пороги – "
        f"{ru.number(year.points('vpr_basic_task_insufficient'))} % и "
        f"{ru.number(year.points('vpr_advanced_task_sufficient'))} % (системные).",
        anchor=ANCHOR,
    )


def _finding(year: Year, rows: pd.DataFrame) -> str:
    basic, tasks = rows["basic_low"].sum(), rows["basic_tasks"].sum()
    done, hard = rows["advanced_done"].sum(), rows["advanced_tasks"].sum()
    text = (
        f"Базовых заданий ниже достаточного уровня {ru.number(basic)} из {ru.number(tasks)}; "
        f"повышенных и высоких выполнено достаточно {ru.number(done)} из {ru.number(hard)}"
    )
    wide = year.points("task_region_gap_pp") / 100
    for kind, words in ((ADVANCED, "трудные задания"), (BASIC, "базовые задания")):
        other = BASIC if kind == ADVANCED else ADVANCED
        uneven = rows[(rows[f"{kind}_gap"] <= -wide) & (rows[f"{other}_gap"] > -wide)]
        if len(uneven):
            text += (
                f". Отстают от региона только {words} {in_works(len(uneven), len(rows))}: "
                f"{works_in_words(uneven)}"
            )
    return text


def _table(rows: pd.DataFrame, few: str) -> ReportTable:
    def of(part: str, whole: str) -> list[str]:
        return [
            f"{ru.number(a)} из {ru.number(b)}" if b > 0 else ru.NOT_APPLICABLE
            for a, b in zip(rows[part].fillna(0), rows[whole].fillna(0), strict=True)
        ]

    table = rows.assign(
        work=work_labels(rows),
        basic_text=of("basic_low", "basic_tasks"),
        advanced_text=of("advanced_done", "advanced_tasks"),
        shown=rows["subject"].isin(CORE_SUBJECTS),
    )
    if not table["shown"].any():
        table["shown"] = True
    return ReportTable(
        table,
        title="Задания базового и высокого уровня",
        name="01 Уровни заданий",
        columns=[
            Column("work", "Работа"),
            Column("n", "Участников", "int"),
            Column("basic_rate", "Базовые", "share", decimals=0),
            Column("basic_region", "Регион", "share", decimals=0),
            Column("basic_text", "Ниже достаточного"),
            Column("advanced_rate", "Повышенные и высокие", "share", missing=ru.NOT_APPLICABLE,
                   decimals=0),
            Column("advanced_region", "Регион", "share", missing=ru.NOT_APPLICABLE, decimals=0),
            Column("advanced_text", "Выполнено достаточно"),
        ],
        note="Доля – среднее выполнение заданий этого уровня. Показаны русский язык и математика. "
        f"{few}",
        shown="shown",
    )  # fmt: skip
