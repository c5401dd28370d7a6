"""What report 11 finds beyond its indicators, as facts that rules look at."""

from __future__ import annotations

import pandas as pd

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.answers import EVERY_KIND, SCHOOL, answers
from msoko_lib.subsystems.conditions.lists import SPEEDS
from msoko_lib.subsystems.conditions.noko import part_scores, stale
from msoko_lib.subsystems.fact_rows import facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.year import Year

WEAK_PART, STALE = "Слабая составляющая НОКО", "Оценка НОКО устарела"
SLOW, UNSAFE = "Интернет медленнее нужного", "Требования безопасности не выполнены"
LATE, ORDERS = "Самообследование не в срок", "Есть неисполненные предписания"
NO_ACCREDITATION = "Аккредитация действует не по всем программам"
_YES_NO = (
    (UNSAFE, "safety", "требования безопасности: ответ «нет»"),
    (LATE, "self_examination", "отчёт о самообследовании: размещён не в срок"),
    (NO_ACCREDITATION, "accreditation", "лицензия и аккредитация: ответ «нет»"),
)


def facts(year: Year) -> pd.DataFrame:
    """Facts of the year (``FACT_COLUMNS``)."""
    return facts_of_rows([*_noko(year), *_answers(year)])


def _noko(year: Year) -> list[dict[str, object]]:
    scores = part_scores(year)
    found = []
    for unit, part in scores.groupby("school_id", sort=True):
        low = part[part["mark"] == "attention"].sort_values("score")
        words = "; ".join(
            f"{row['title'].lower()} – {ru.number(row['score'])}"
            for row in low.head(3).to_dict("records")
        )
        found.append(
            noted(
                WEAK_PART, str(unit), len(low) > 0, complete=True, value=part["score"].min(),
                n=len(part), detail=words, brief=words, ground=f"составляющие НОКО: {words}",
            )
        )  # fmt: skip
    for row in stale(year).to_dict("records"):
        when = f"{row['noko_year']:.0f}"
        found.append(
            noted(STALE, str(row["school_id"]), row["is_stale"], complete=True, detail=when,
                  value=row["age"], ground=f"последняя НОКО – {when} год")
        )  # fmt: skip
    return found


def _answers(year: Year) -> list[dict[str, object]]:
    found = []
    slowest = year.points(SPEEDS[0])
    for row in answers(year, ["oo2_internet_mbit"], (SCHOOL,)).dropna().to_dict("records"):
        speed = ru.number(row["oo2_internet_mbit"])
        found.append(
            noted(SLOW, row["school_id"], row["oo2_internet_mbit"] < slowest, complete=True,
                  value=row["oo2_internet_mbit"], detail=speed,
                  ground=f"скорость интернета {speed} Мбит/с")
        )  # fmt: skip
    for row in answers(year, ["orders_open_n"], EVERY_KIND).dropna().to_dict("records"):
        left = ru.number(row["orders_open_n"])
        found.append(
            noted(ORDERS, row["school_id"], row["orders_open_n"] > 0, complete=True, detail=left,
                  value=row["orders_open_n"], brief=left,
                  ground=f"предписаний не исполнено: {left}")
        )  # fmt: skip
    told = answers(year, [field for _, field, _ in _YES_NO], EVERY_KIND)
    for fact_id, field, ground in _YES_NO:
        for row in told[told[field].notna()].to_dict("records"):
            found.append(
                noted(fact_id, row["school_id"], row[field] == 0, complete=True,
                      value=row[field], brief="нет", ground=ground)
            )  # fmt: skip
    return found


SOURCE = FactSource((WEAK_PART, STALE, SLOW, UNSAFE, LATE, ORDERS, NO_ACCREDITATION), facts)
