"""Facts of report 06 that no indicator holds: what its rules look at."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import FEW, NO_DATA, facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.heads.bands import times_of
from msoko_lib.subsystems.heads.computed import Assessment, assessment
from msoko_lib.subsystems.heads.people import heads
from msoko_lib.subsystems.year import Year

UPPER, LOWER, BAND, ASSESSED = (
    "управление выше середины группы", "управление ниже середины группы",
    "полоса управления", "оценка управления",
)  # fmt: skip
NO_RESERVE, ALONE, LEFT = (
    "нет резерва руководителя", "новый руководитель без наставника",
    "выбыли без продолжения образования",
)  # fmt: skip
IDS = (UPPER, LOWER, BAND, ASSESSED, NO_RESERVE, ALONE, LEFT)
MOST_BLOCKS = 3


def compute(year: Year) -> pd.DataFrame:
    """Every fact of the subsystem in the year."""
    return facts_of_rows([*_bands(year), *_people(year), *_left(year)])


def _bands(year: Year) -> list[dict[str, object]]:
    found = assessment(year)
    if found is None:
        return [noted(ASSESSED, MUNICIPALITY, False, NO_DATA,
                      ground="блоков с данными меньше, чем нужно для оценки")]  # fmt: skip
    rows = [noted(ASSESSED, MUNICIPALITY, False)]
    for row in found.schools.to_dict("records"):
        school, band = str(row["school_id"]), row["band"]
        if band in ("no_data", "small"):
            ground = "известно меньше трёх четвертей блока или группа мала"
            rows.append(noted(BAND, school, False, FEW, ground=ground))
            continue
        if band == "new":
            continue
        weak = weak_blocks(year, found, school)
        times = times_of(float(row["above_middle"]))
        more: dict[str, object] = {
            "detail": ", ".join(weak) or "слабых блоков нет",
            "brief": ", ".join(weak),
            "ground": f"в лучшей половине группы «{row['group']}» пересчётов: {times}",
        }
        rows += [
            noted(UPPER, school, band == "upper", "ok", **(more | {"brief": ""})),
            noted(LOWER, school, band == "lower", "ok", **more),
        ]
    return rows


def weak_blocks(year: Year, found: Assessment, school_id: str) -> list[str]:
    """Blocks of a school below the limit of the parameters, the weakest first."""
    scores = found.scores.loc[school_id].dropna().sort_values()
    weak = scores[scores < year.points("head_weak_block")]
    return [str(name).lower().replace("овз", "ОВЗ") for name in weak.index[:MOST_BLOCKS]]


def _people(year: Year) -> list[dict[str, object]]:
    rows = []
    for row in heads(year).to_dict("records"):
        unit = str(row["school_id"])
        if not ru.is_missing(row["reserve_n"]):
            is_empty, ground = row["reserve_n"] == 0, "РК-11: в резерве никого"
            rows.append(noted(NO_RESERVE, unit, is_empty, complete=True, ground=ground))
        if not ru.is_missing(row["head_new"]):
            ground = "РК-14: руководитель новый, наставник не закреплён"
            rows.append(noted(ALONE, unit, row["alone"], complete=True, ground=ground))
    return rows


def _left(year: Year) -> list[dict[str, object]]:
    """A handful of pupils is no number to print: that there are some is enough."""
    values = year.values("РК-08", "school")
    return [
        noted(LEFT, str(unit), value > 0, complete=True, ground="РК-08: ориентир 0")
        for unit, value in zip(values["unit_id"], values["value"], strict=True)
    ]


SOURCE = FactSource(IDS, compute)
