"""Tasks and skills of one school: established and possible deficits."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import by_work, work_labels
from msoko_lib.subsystems.quality.task_gaps import nature_in_words, school_deficits
from msoko_lib.subsystems.school_year import SchoolYear

ANCHOR = "zadaniya"
MOST_ROWS = 12
ON_PAPER = 6
MOST_POSSIBLE = 8
STATES = {"established": "установлен", "possible": "возможен"}


def deficits_of(school: SchoolYear) -> pd.DataFrame:
    """Established and possible deficits of the school, established first, widest first.

    In a class of six every second task would be «possible»: such a task is told only where as many
    pupils wrote as the analysis of a group needs.
    """
    found = school.own_of(school_deficits)
    enough = found["n"] >= school.year.points("mark_group_minimum_n")
    found = found[(found["state"] == "established") | (enough & (found["state"] == "possible"))]
    order = found["state"].map({"established": 0, "possible": 1})
    ordered = found.assign(_order=order).sort_values(["_order", "gap"], kind="stable")
    return ordered.drop(columns="_order").reset_index(drop=True)


def tasks(school: SchoolYear) -> Block:
    """Tasks the school does worse than the other schools."""
    found = deficits_of(school)
    if found.empty:
        return Nothing(
            "Заданий, которые школа выполняет хуже остальных на 10 п.п. и больше, нет (или "
            "участников слишком мало, чтобы это увидеть)."
        )
    sure = int((found["state"] == "established").sum())
    most = max(sure, MOST_POSSIBLE) if sure < MOST_ROWS else MOST_ROWS
    found = found.assign(shown=[place < most for place in range(len(found))])
    return Section(
        _finding(sure, len(found) - sure, len(school.own_of(school_deficits))),
        figure=_chart(found[found["shown"]]),
        # The chart shows them all; on paper the table keeps the widest gaps.
        table=_table(found.assign(shown=[place < ON_PAPER for place in range(len(found))])),
        reading="«Установлен» – отставание от остальных школ не меньше 10 п.п., и случаем его не "
        "объяснить. «Возможен» – отставание такое же, но при таком числе учеников оно бывает и "
        "случайно: проверьте короткой работой на 5–7 минут, прежде чем менять программу. «Свой "
        "пробел» – с заданием не справляются и те, кто в целом пишет не хуже учеников других школ; "
        "«общая слабость» – слабее вся работа, и одно задание её не исправит.",
        anchor=ANCHOR,
    )


def _finding(sure: int, possible: int, tested: int) -> str:
    rest = f"возможных дефицитов – {ru.number(possible)}" if possible else "возможных больше нет"
    whole = f"сравнивали {ru.counted(tested, ru.TASK)}"
    if not sure:
        return f"Установленных дефицитов нет; {rest} ({whole})"
    return f"Установленные дефициты – {ru.counted(sure, ru.TASK)}; {rest} ({whole})"


def _chart(shown: pd.DataFrame) -> Figure:
    rows = by_work(shown)
    rows = rows.assign(
        label=work_labels(rows) + ", № " + rows["task"].astype(str),
        value=rows["rate"],
        attention=rows["state"] == "established",
    )
    return Figure(
        figures.dumbbell(
            rows,
            ours_name="школа",
            reference_name="остальные школы",
            limits=(0.0, 1.0),
            subtitle="Средняя доля от максимального балла за задание",
        ),
        alt="Задания, которые школа выполняет хуже остальных школ.",
        caption="▼ – дефицит установлен, ◆ – возможен.",
    )


def _states(rows: pd.DataFrame) -> pd.Series:
    """«установлен, свой пробел», «установлен, общая слабость», «возможен»."""
    told = rows["nature"].isin(["specific_gap", "general_weakness"])
    nature = nature_in_words(rows["nature"]).map(lambda words: f", {words}")
    return rows["state"].map(STATES) + nature.where(told, "")


def _table(shown: pd.DataFrame) -> ReportTable:
    rows = by_work(shown)
    lost = ((rows["reference"] - rows["rate"]) * rows["n"]).round()
    table = rows.assign(
        work=work_labels(rows),
        state=_states(rows),
        skill=rows["skill"].fillna(ru.NO_DATA),
        pupils_n=lost,
    )
    return ReportTable(
        table,
        title="Дефициты по заданиям",
        shown="shown",
        name="Школа – дефициты",
        columns=[
            Column("work", "Работа"),
            Column("task", "Задание"),
            Column("skill", "Проверяемое умение", wide=True),
            Column("n", "Писали", "int"),
            Column("rate", "Выполнение", "share"),
            Column("reference", "В остальных", "share"),
            Column("pupils_n", "Не хватает решений", "int"),
            Column("state", "Дефицит"),
        ],
        note="«Не хватает решений» – сколько ещё учеников должны были бы справиться, чтобы школа "
        "вышла на уровень остальных.",
    )
