"""The risk profile of «500+»: how many risks the schools found, how many have become smaller."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Nothing, Section
from msoko_lib.subsystems.labels import names_in_words
from msoko_lib.subsystems.low_results.tables import in_question
from msoko_lib.subsystems.monitoring import units_chart
from msoko_lib.subsystems.year import Year

ANCHOR = "riski"
INDICATOR = "ШН-09"
SUBSYSTEM = "02"
RISK = ru.Noun("риск", "риска", "рисков")


def described(year: Year) -> pd.DataFrame:
    """Schools with a risk profile: school_id, school, numerator (improved), denominator (found)."""
    rows = year.values(INDICATOR, "school", status=None)
    rows = rows[rows["denominator"].notna() & (rows["denominator"] > 0)]
    named = rows.assign(school_id=rows["unit_id"], school=rows["unit_id"].map(year.school_names))
    columns = ["school_id", "school", "numerator", "denominator"]
    return named[columns].sort_values("school").reset_index(drop=True)


def without_profile(year: Year) -> list[str]:
    """Schools that the rule or the list names and that have no risk profile, by name."""
    known = set(described(year)["school_id"])
    rows = in_question(year)
    return rows.loc[~rows["school_id"].isin(known), "school"].tolist()


def risks(year: Year) -> Block:
    """Risks found and risks that have become smaller, by school."""
    rows = described(year)
    lacking = without_profile(year)
    if rows.empty:
        told = f" Его нет у школ: {names_in_words(lacking)}." if lacking else ""
        return Nothing(f"Рисковый профиль не заполнила ни одна школа.{told}")
    found, better = int(rows["denominator"].sum()), int(rows["numerator"].sum())
    text = (
        f"В {ru.number(len(rows))} {'школе' if len(rows) == 1 else 'школах'} найдено "
        f"{ru.counted(found, RISK)}, с положительной динамикой – {ru.number(better)}"
    )
    if lacking:
        text += f"; профиля нет: {names_in_words(lacking)}"
    chart = units_chart(year, SUBSYSTEM, INDICATOR)
    return Section(
        text,
        items=chart.blocks if isinstance(chart, Section) else [chart],
        reading="Профиль школа составляет сама по анкетам, «положительная динамика» – по её "
        "отчёту: это не внешняя оценка. Рисков единицы, поэтому интервал широк.",
        anchor=ANCHOR,
    )
