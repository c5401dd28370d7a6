"""How much of the lessons procedures take, and when in the year they fall."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.monitoring.judged import ANCHOR
from msoko_lib.subsystems.schedule.procedures import load_by_grade, procedures
from msoko_lib.subsystems.schedule.publication import NO_CALENDAR
from msoko_lib.subsystems.year import Year

MONTHS_ANCHOR = "mesyacy"
MONTHS = (
    "сен", "окт", "ноя", "дек", "янв", "фев", "мар", "апр", "май", "июн", "июл", "авг",
)  # fmt: skip
IN_MONTH = (
    "в сентябре", "в октябре", "в ноябре", "в декабре", "в январе", "в феврале", "в марте",
    "в апреле", "в мае", "в июне", "в июле", "в августе",
)  # fmt: skip
IN_GRADE = ru.Noun("параллели", "параллелях", "параллелях", "f")
ALL_GRADES = "все классы"


def load(year: Year) -> Block:
    """Share of lessons taken by procedures, grade by grade, against the limit."""
    rows = load_by_grade(year)
    if rows.empty:
        return Nothing(NO_CALENDAR)
    passport = year.catalogue["КП-21"]
    target = passport.target_for(year.school_year)
    lessons = year.settings.threshold("lessons_a_year")
    over = rows[rows["over"]]
    named = ru.joined([f"{row.grade}{ru.NBSP}класс ({ru.share(row.share)})"
                       for row in over.itertuples()])  # fmt: skip
    finding = (
        f"Процедуры занимают больше ориентира в {ru.counted(len(over), IN_GRADE)}: {named}"
        if len(over)
        else f"Нагрузка оценочных процедур в пределах ориентира во всех {len(rows)} параллелях"
    )
    chart = pd.DataFrame(
        {
            "label": [f"{grade}{ru.NBSP}класс" for grade in rows["grade"]],
            "value": rows["share"],
            "ci_low": np.nan,
            "ci_high": np.nan,
            "n": rows["procedures_n"],
            "role": np.where(rows["over"], "attention", "other"),
        }
    )
    aim = {"ориентир": target.value / 100} if target and target.value is not None else {}
    return Section(
        finding,
        figure=Figure(
            figures.dot_with_interval(
                chart,
                references=aim,
                limits=(0.0, max(0.15, 1.1 * float(rows["share"].max()))),
                subtitle="Доля уроков года, которую занимают оценочные процедуры, по параллелям",
                n_header="процедур",
            ),
            alt="Доля уроков, занятых оценочными процедурами, по параллелям; линия – ориентир.",
            caption="Посчитаны все процедуры графика, поэтому интервала нет.",
        ),
        table=ReportTable(
            rows,
            title="Нагрузка по параллелям",
            name="14 Нагрузка",
            columns=[
                Column("grade", "Класс", "int"),
                Column("procedures_n", "Процедур", "int"),
                Column("hours", "Уроков занято", "score"),
                Column("share", "Доля уроков года", "share"),
            ],
        ),
        reading=f"Уроков в году – {ru.number(lessons.value)} (статус: {lessons.status}; поменяйте "
        "под учебный план). Ориентир: "
        f"{target.words if target else ru.NO_TARGET} (статус: "
        f"{target.status if target else ru.NOT_APPLICABLE}).",
        anchor=ANCHOR,
    )


def months(year: Year) -> Block:
    """When in the year procedures fall: grades × months."""
    rows = procedures(year)
    rows = rows[rows["start"].notna()]
    if rows.empty:
        return Nothing(NO_CALENDAR)
    grade = rows["grade"].astype("Int64").astype(object)
    cells = rows.assign(
        unit=[ALL_GRADES if pd.isna(item) else f"{item}{ru.NBSP}класс" for item in grade],
        order=rows["grade"].astype("float64").fillna(0),
        work=[MONTHS[(month - 9) % 12] for month in rows["start"].dt.month],
    )
    counts = cells.groupby(["order", "unit", "work"]).size().rename("count").reset_index()
    busiest = cells.groupby("work").size().sort_values()
    counts = counts.assign(
        text=counts["count"].astype(str),
        mark="same",
    ).sort_values(["order", "unit"])
    months_met = [month for month in MONTHS if month in set(counts["work"])]
    month = IN_MONTH[MONTHS.index(str(busiest.index[-1]))]
    return Section(
        f"Больше всего процедур начинается {month}: {ru.number(busiest.iloc[-1])} из "
        f"{ru.number(len(cells))}",
        figure=Figure(
            figures.heat_map(
                counts,
                works=months_met,
                subtitle="Число процедур по параллелям и месяцам начала",
            ),
            alt="Число процедур по параллелям и месяцам.",
            caption="Пустая ячейка – процедур нет.",
        ),
        reading="Процедуры без указанного класса стоят в строке «все классы».",
        anchor=MONTHS_ANCHOR,
    )
