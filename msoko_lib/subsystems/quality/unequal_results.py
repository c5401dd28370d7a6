"""How unequal results are: best and weakest quarter of pupils, town and village."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.indicators.inputs import comparable
from msoko_lib.methods.intervals import newcombe_difference
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import (
    by_work,
    in_works,
    points,
    sentence_case,
    work_label,
    work_labels,
)
from msoko_lib.subsystems.year import Year

ANCHOR = "neravenstvo"
TOWN, VILLAGE = "город", "село"
SHOWN = 6


def quarters(year: Year) -> pd.DataFrame:
    """Mean share of the maximum in the best and the weakest quarter of pupils, work by work."""
    pupils = comparable(year.inputs.table("vpr_pupils"))
    pupils = pupils[pupils["score"].notna()]
    pupils = pupils.assign(rate=pupils["score"] / pupils["max_score"])
    rows = []
    for (subject, grade), work in pupils.groupby(["subject", "grade"], sort=True):
        ordered = np.sort(work["rate"].to_numpy())
        size = len(ordered) // 4
        if size < year.points("report_minimum_n"):
            continue
        rows.append((subject, grade, len(ordered), ordered[:size].mean(), ordered[-size:].mean()))
    frame = pd.DataFrame(rows, columns=["subject", "grade", "n", "weakest", "best"])
    return by_work(frame.assign(gap=frame["best"] - frame["weakest"]))


def town_and_village(year: Year) -> pd.DataFrame:
    """Quality of ВПР in town and village schools with Newcombe's interval of the difference."""
    territory = year.schools.set_index("school_id")["territory"]
    values = year.values("КП-02", "school", status=None)
    values = values[values["denominator"].notna()]
    values = values.assign(territory=values["unit_id"].map(territory))
    summed = values.groupby(["subject", "grade", "territory"])[["numerator", "denominator"]].sum()
    wide = summed.unstack("territory")
    if not {TOWN, VILLAGE} <= set(wide.columns.get_level_values(1)):
        return pd.DataFrame()
    wide = wide.dropna().reset_index()
    columns = [("numerator", TOWN), ("denominator", TOWN), ("numerator", VILLAGE),
               ("denominator", VILLAGE)]  # fmt: skip
    counts = [wide[column].to_numpy(dtype=float) for column in columns]
    interval = newcombe_difference(*counts)
    rows = pd.DataFrame(
        {
            "subject": wide["subject"], "grade": wide["grade"],
            "town": counts[0] / counts[1], "town_n": counts[1],
            "village": counts[2] / counts[3], "village_n": counts[3],
            "low": interval.low, "high": interval.high,
        }
    )  # fmt: skip
    return by_work(rows.assign(gap=rows["town"] - rows["village"]))


def inequality(year: Year) -> Block:
    """Quarters of pupils, then town against village."""
    quarter = quarters(year)
    if quarter.empty:
        return Nothing("Индивидуальных результатов ВПР (Ф1) за год нет.")
    items: list[Block] = [_quarter_table(quarter)]
    places = town_and_village(year)
    if places.empty:
        items.append(Nothing("Городских или сельских школ в справочнике нет: сравнить нечего."))
    else:
        items.append(_place_table(places))
    return Section(
        _finding(quarter, places),
        items=items,
        reading="Разрыв города и села смешивает разные причины – состав учеников, размер школ, "
        "кадры – и сам по себе не оценка сельских школ.",
        anchor=ANCHOR,
    )


def _finding(quarter: pd.DataFrame, places: pd.DataFrame) -> str:
    widest = quarter.loc[quarter["gap"].idxmax()]
    text = (
        "Самый большой разрыв между лучшей и слабейшей четвертью учеников – "
        f"{sentence_case(work_label(widest['subject'], widest['grade']))}: "
        f"{ru.number(points(widest['gap']))} п.п."
    )
    if places.empty:
        return text
    town, village = int((places["low"] > 0).sum()), int((places["high"] < 0).sum())
    if not town and not village:
        return f"{text}; город и село не отличаются ни в одной работе из {len(places)}"
    return (
        f"{text}; доля «4» и «5» в городе выше, чем на селе, {in_works(town, len(places))}; на "
        f"селе выше, чем в городе, – {f'в {village}' if village else 'ни в одной'}"
    )


def _quarter_table(rows: pd.DataFrame) -> ReportTable:
    widest = rows["gap"].rank(ascending=False, method="first") <= SHOWN
    table = rows.assign(work=work_labels(rows), gap_pp=points(rows["gap"]), shown=widest)
    return ReportTable(
        table,
        title="Средний процент выполнения лучшей и слабейшей четверти учеников",
        name="01 Четверти",
        columns=[
            Column("work", "Работа"),
            Column("n", "Участников", "int"),
            Column("weakest", "Слабейшая четверть", "share"),
            Column("best", "Лучшая четверть", "share"),
            Column("gap_pp", "Разрыв", "pp"),
        ],
        note="Показаны самые большие разрывы; четверти – по первичным баллам всех участников.",
        shown="shown",
    )


def _place_table(rows: pd.DataFrame) -> ReportTable:
    table = rows.assign(
        work=work_labels(rows), gap_pp=points(rows["gap"]), low_pp=points(rows["low"]),
        high_pp=points(rows["high"]), shown=(rows["low"] > 0) | (rows["high"] < 0),
    )  # fmt: skip
    return ReportTable(
        table,
        title="Качество ВПР в городе и на селе",
        name="01 Город и село",
        columns=[
            Column("work", "Работа"),
            Column("town_n", "Писали в городе", "int"),
            Column("town", "«4» и «5» в городе", "share"),
            Column("village_n", "Писали на селе", "int"),
            Column("village", "«4» и «5» на селе", "share"),
            Column("gap_pp", "Разница", "pp"),
            Column(("low_pp", "high_pp"), "Интервал", "interval_pp"),
        ],
        note="Показаны работы, где интервал разницы не включает ноль.",
        shown="shown",
    )
