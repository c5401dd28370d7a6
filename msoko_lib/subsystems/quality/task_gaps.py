"""Which tasks and skills are in deficit, and where a school is below the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

from msoko_lib.indicators.vpr import task_rates
from msoko_lib.methods.intervals import benjamini_hochberg
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import FALSE_DISCOVERY_RATE
from msoko_lib.subsystems.kept import task_deficits
from msoko_lib.subsystems.labels import names_in_words, points, work_labels
from msoko_lib.subsystems.quality.few import few_note, told_in_whole
from msoko_lib.subsystems.year import Year

ANCHOR = "zadaniya"
OWN_ANCHOR = "deficity-shkol"
SHOWN = 12
WORK = ["subject", "grade"]
NATURE_WORDS = {
    "specific_gap": "свой пробел",
    "general_weakness": "общая слабость",
    "no_data": "мало данных",
}
NATURE_TITLES = {
    "specific_gap": "свои пробелы в отдельных заданиях",
    "general_weakness": "слабее во всей работе",
}
UNCLEAR = "не различить"


def weak_tasks(year: Year) -> pd.DataFrame:
    """Tasks of the municipality below the insufficient limit of their level.

    Columns: subject, grade, task, task_level, skill, n, rate, region, limit, gap, behind; widest
    gap to the region first. ``behind``: at least 5 points below the region, and chance does not
    explain it.

    Notes
    -----
    A task's score as a share of its maximum lies in 0…1, so its variance is at most ``p(1 − p)``:
    the one-sided normal test with that variance is cautious. Benjamini–Hochberg over the tasks
    listed.
    """
    rates = task_rates(year.inputs)
    key = [*WORK, "task"]
    own = told_in_whole(year, rates[rates["level"] == "municipality"])
    region = rates[rates["level"] == "region"][[*key, "rate"]].rename(columns={"rate": "region"})
    limits = {
        "Б": year.points("vpr_basic_task_insufficient") / 100,
        "П": year.points("vpr_advanced_task_insufficient") / 100,
        "В": year.points("vpr_advanced_task_insufficient") / 100,
    }
    rows = own.merge(region, on=key, how="left")
    rows = rows.assign(limit=rows["task_level"].map(limits).astype("float64"))
    rows = rows[rows["rate"] < rows["limit"]]
    rows = rows.assign(gap=rows["rate"] - rows["region"], below=rows["rate"] - rows["limit"])
    if rows.empty:
        return rows.assign(behind=pd.Series(dtype=bool)).reset_index(drop=True)
    error = np.sqrt(rows["region"] * (1 - rows["region"]) / rows["n"]).to_numpy(dtype=float)
    z = np.divide(rows["gap"].to_numpy(dtype=float), error, where=error > 0,
                  out=np.full(len(rows), np.nan))  # fmt: skip
    q = benjamini_hochberg(norm.cdf(z)).q
    wide = -year.points("task_region_gap_pp") / 100
    rows = rows.assign(behind=(rows["gap"] <= wide) & (q <= FALSE_DISCOVERY_RATE))
    return rows.sort_values(["gap", "below"], kind="stable").reset_index(drop=True)


def tasks(year: Year) -> Block:
    """Tasks and skills below the sufficient level in the municipality."""
    if task_rates(year.inputs).empty:
        return Nothing("Данных о выполнении заданий ВПР за год нет.")
    rows = weak_tasks(year)
    if rows.empty:
        return Nothing("Заданий ниже достаточного уровня в муниципалитете нет.")
    shown = rows.head(SHOWN).assign(label=lambda part: task_labels(part))
    return Section(
        _finding(rows),
        figure=_chart(shown),
        table=weak_table(rows, few_note(year)),
        reading="Недостаточно: базовое задание выполнено меньше чем на "
        f"{ru.number(year.points('vpr_basic_task_insufficient'))} %, повышенное или высокое – "
        f"меньше чем на {ru.number(year.points('vpr_advanced_task_insufficient'), 1)} % (пороги "
        "системные). Заметно хуже региона – на "
        f"{ru.number(year.points('task_region_gap_pp'))} п.п. и больше, и случаем при таком числе "
        "участников этого не объяснить. Первыми стоят задания с наибольшим отставанием от "
        "региона: если задание трудно всем, дело скорее в задании, чем в преподавании.",
        anchor=ANCHOR,
    )


def _finding(rows: pd.DataFrame) -> str:
    basic = int((rows["task_level"] == "Б").sum())
    behind = int(rows["behind"].sum())
    return (
        f"Ниже достаточного уровня {ru.counted(len(rows), ru.TASK)}, из них базовых {basic}; "
        + (f"заметно хуже региона – {behind}" if behind else "заметно хуже региона – ни одного")
    )


def task_labels(rows: pd.DataFrame) -> pd.Series:
    return work_labels(rows) + ", № " + rows["task"].astype(str)


def _chart(shown: pd.DataFrame) -> Figure:
    chart = shown.assign(
        value=shown["rate"],
        reference=shown["region"],
        threshold=shown["limit"],
        attention=shown["behind"],
    )
    return Figure(
        figures.dumbbell(
            chart,
            ours_name="муниципалитет",
            reference_name="регион",
            threshold_name="граница недостаточного уровня",
            subtitle="Средняя доля от максимального балла за задание",
        ),
        alt="Задания ниже достаточного уровня: выполнение в муниципалитете и в регионе.",
        caption="Задания с наибольшим отставанием от региона; ▼ – заметно хуже региона.",
    )


def weak_table(rows: pd.DataFrame, few: str) -> ReportTable:
    table = rows.assign(
        work=work_labels(rows),
        gap_pp=points(rows["gap"]),
        skill=rows["skill"].fillna(ru.NO_DATA),
        shown=range(len(rows)),
    )
    table["shown"] = table["shown"] < SHOWN
    return ReportTable(
        table,
        title="Задания ниже достаточного уровня",
        name="01 Задания",
        columns=[
            Column("work", "Работа"),
            Column("task", "Задание"),
            Column("task_level", "Уровень"),
            Column("skill", "Проверяемое умение"),
            Column("n", "Участников", "int"),
            Column("rate", "Выполнение", "share"),
            Column("region", "Регион", "share"),
            Column("gap_pp", "К региону", "pp"),
        ],
        note=f"Уровень: Б – базовый, П – повышенный, В – высокий. {few}",
        shown="shown",
    )


def school_deficits(year: Year) -> pd.DataFrame:
    """Tasks in which a school is below the other schools, all states of evidence.

    Columns of :func:`msoko_lib.indicators.task_deficits.task_deficits`; computed once a year.
    """
    return task_deficits(year)


def own_gaps(year: Year) -> Block:
    """Where a task is a school's own gap: established deficits against the other schools."""
    found = school_deficits(year)
    sure = found[found["state"] == "established"].sort_values("gap", kind="stable")
    if sure.empty:
        return Section(
            "Установленных дефицитов отдельных школ по заданиям нет",
            table=Nothing(
                "Ни у одной школы нет задания, выполненного хуже, чем в остальных школах, на "
                "10 п.п. и больше с достаточной надёжностью."
            ),
            anchor=OWN_ANCHOR,
        )
    table = sure.assign(
        school=sure["unit_id"].map(year.school_names),
        work=work_labels(sure) + ", № " + sure["task"].astype(str),
        gap_pp=points(sure["gap"]),
        low_pp=points(sure["gap_low"]),
        high_pp=points(sure["gap_high"]),
        skill=sure["skill"].fillna(ru.NO_DATA),
        nature=nature_in_words(sure["nature"]),
        shown=[place < SHOWN for place in range(len(sure))],
    )
    return Section(
        _own_finding(year, sure),
        table=ReportTable(
            table,
            title="Задания, которые школа выполняет хуже остальных",
            name="01 Дефициты школ",
            columns=[
                Column("school", "Школа"),
                Column("work", "Задание"),
                Column("skill", "Проверяемое умение"),
                Column("n", "Участников", "int"),
                Column("rate", "Выполнение", "share", decimals=0),
                Column("gap_pp", "К остальным", "pp"),
                Column(("low_pp", "high_pp"), "Интервал", "interval_pp"),
                Column("nature", "Характер"),
            ],
            shown="shown",
        ),
        reading="«Установлен» – отставание не меньше 10 п.п., интервал целиком ниже остальных "
        "школ, поправка на множественность сделана по всем школам и заданиям сразу. «Свой пробел» "
        "– с заданием не справляются чаще и те ученики школы, у кого общий балл такой же, как у "
        "учеников других школ: начать с этой темы. «Общая слабость» – при равном общем балле "
        "отличия нет: школа слабее во всей работе, и одно задание её не исправит.",
        anchor=OWN_ANCHOR,
    )


def nature_in_words(nature: pd.Series) -> pd.Series:
    """«свой пробел», «общая слабость», «не различить»."""
    return nature.map(NATURE_WORDS).fillna(UNCLEAR)


def _own_finding(year: Year, sure: pd.DataFrame) -> str:
    parts = []
    for nature, words in NATURE_TITLES.items():
        counts = sure.loc[sure["nature"] == nature, "unit_id"].map(year.school_names).value_counts()
        if len(counts):
            named = sorted(f"{name} ({ru.counted(n, ru.TASK)})" for name, n in counts.items())
            parts.append(f"{words}: {names_in_words(named)}")
    if not parts:
        return f"Установленные дефициты есть: {ru.counted(len(sure), ru.TASK)}"
    text = "; ".join(parts)
    return text[:1].upper() + text[1:]
