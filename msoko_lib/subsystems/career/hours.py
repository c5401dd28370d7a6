"""Career guidance minimum: hours a year on each class, and the level they reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.answers import answers
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.year import Year, per_year

ANCHOR = "profminimum"
FIELD = "career_hours"
# Level → its threshold in the parameters, the lowest first.
LEVELS = (
    ("базовый", "career_hours_basic"),
    ("основной", "career_hours_main"),
    ("продвинутый", "career_hours_advanced"),
)
BELOW = "ниже базового"
HOUR = ru.Noun("час", "часа", "часов")


@per_year
def hours_levels(year: Year) -> pd.DataFrame:
    """Hours and level of every school that answered.

    Columns: school_id, unit, hours, level («ниже базового», «базовый» …), next_level, missing
    (hours to the next level; none at the highest).
    """
    rows = answers(year, [FIELD]).rename(columns={FIELD: "hours"})
    rows = rows[rows["hours"].notna()].reset_index(drop=True)
    limits = [year.points(name) for _, name in LEVELS]
    names = [BELOW, *(name for name, _ in LEVELS)]
    reached = np.searchsorted(limits, rows["hours"].to_numpy(), side="right")
    following = [limits[place] if place < len(limits) else np.nan for place in reached]
    return rows.assign(
        level=[names[place] for place in reached],
        next_level=[names[place + 1] if place < len(limits) else "" for place in reached],
        missing=np.array(following) - rows["hours"].to_numpy(),
    )


def minimum(year: Year) -> Block:
    """Hours of every school against the three levels."""
    rows = hours_levels(year)
    if rows.empty:
        return Nothing("Часов профориентационной работы за год школы не сообщили.")
    counts = rows["level"].value_counts()
    told = "; ".join(
        f"{name} – {ru.number(int(counts.get(name, 0)))}"
        for name in (*(name for name, _ in LEVELS), BELOW)
    )
    below = rows[rows["level"] == BELOW]["unit"].tolist()
    tail = f": {names_in_words(below)}" if below else ""
    source = year.settings.threshold(LEVELS[0][1])
    return Section(
        f"Уровни профминимума (школ {ru.number(len(rows))}): {told}{tail}",
        figure=_chart(year, rows),
        table=_table(rows),
        reading="Часы – наименьшее число часов на класс среди 6–11 классов по плану школы: уроки, "
        f"внеурочные занятия, практика. Уровни – {source.source}. План ещё не значит, что занятия "
        "прошли и помогли выбрать.",
        anchor=ANCHOR,
    )


def _chart(year: Year, rows: pd.DataFrame) -> Figure:
    chart = pd.DataFrame(
        {
            "label": rows["unit"],
            "value": rows["hours"],
            "ci_low": np.nan,
            "ci_high": np.nan,
            "n": np.nan,
            "role": rows["level"].eq(BELOW).map({True: "attention", False: "similar"}),
        }
    )
    references = {name: year.points(limit) for name, limit in LEVELS}
    top = max(float(rows["hours"].max()), *references.values())
    return Figure(
        figures.dot_with_interval(
            chart,
            kind="int",
            limits=(0.0, 1.08 * top),
            references=references,
            subtitle="Часов профориентационной работы в год на класс",
            n_header="",
            value_header="часов",
        ),
        alt="Часы профориентационной работы по школам в алфавитном порядке и три уровня.",
        caption="Посчитаны по плану, поэтому интервала нет; ▼ – ниже базового уровня.",
    )


def _table(rows: pd.DataFrame) -> ReportTable:
    top = rows["next_level"] == ""
    return ReportTable(
        rows.assign(
            missing=rows["missing"].astype(object).mask(top, ru.NOT_APPLICABLE),
            next_level=rows["next_level"].mask(top, ru.NOT_APPLICABLE),
            is_shown=rows["level"] == BELOW,
        ),
        title="Профориентационный минимум по школам",
        name="04 Профминимум",
        columns=[
            Column("unit", "Школа"),
            Column("hours", "Часов на класс", "int"),
            Column("level", "Уровень"),
            Column("next_level", "Следующий уровень"),
            Column("missing", "До него часов", "int"),
        ],
        shown="is_shown",
    )
