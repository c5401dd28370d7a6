"""What report 10 finds beyond its indicators, as facts that rules look at."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.preschool.conditions import sick_days
from msoko_lib.subsystems.preschool.places import PLACE, shortages
from msoko_lib.subsystems.year import Year

SHORT, SICK = "Не хватает мест детям", "Дети болеют чаще"


def facts(year: Year) -> pd.DataFrame:
    """Facts of the year (``FACT_COLUMNS``)."""
    return facts_of_rows([*_places(year), *_sick(year)])


def _places(year: Year) -> list[dict[str, object]]:
    rows = shortages(year)
    found = []
    for row in rows.to_dict("records"):
        text = f"{row['age']}: {ru.counted(row['short'], PLACE)}"
        found.append(
            noted(
                SHORT, str(row["school_id"]), row["short"] > 0, complete=True,
                label=str(row["age"]), value=row["short"], n=row["need"], detail=text,
                brief=text,
                ground=f"мест детям {row['age']}: {ru.number(row['places'])}, посещают и ждут "
                f"{ru.number(row['need'])}",
            )
        )  # fmt: skip
    for age, part in rows.groupby("age", sort=False):
        text = f"{age}: {ru.counted(part['short'].sum(), PLACE)}"
        found.append(
            noted(
                SHORT, MUNICIPALITY, part["short"].sum() > 0, complete=True, label=str(age),
                value=part["short"].sum(), n=part["need"].sum(), detail=text,
                ground=f"не хватает мест детям {text} на {ru.number(part['need'].sum())}",
            )
        )  # fmt: skip
    return found


def _sick(year: Year) -> list[dict[str, object]]:
    return [
        noted(
            SICK, str(row["school_id"]), row["is_high"], complete=True, value=row["days"],
            n=row["children_n"], detail=ru.number(row["days"], 1),
            brief=f"{ru.number(row['days'], 1)} дня на ребёнка",
            ground=f"ДО-09: {ru.number(row['days'], 1)} дня на ребёнка (всего детей "
            f"{ru.number(row['children_n'])}), медиана остальных {ru.number(row['others'], 1)}",
        )
        for row in sick_days(year).to_dict("records")
    ]  # fmt: skip


SOURCE = FactSource((SHORT, SICK), facts)
