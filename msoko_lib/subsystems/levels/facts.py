"""Facts of the report by levels: where most targets are missed."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.fact_rows import facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.levels.cuts import counts, cut_values
from msoko_lib.subsystems.year import Year

BEHIND = "уровни.отстают"


def facts(year: Year) -> pd.DataFrame:
    """The part of the system (object × level) with most missed targets; noted if any is missed."""
    table = counts(cut_values(year))
    aimed = table[table["aimed_n"] > 0]
    if aimed.empty:
        return facts_of_rows([])
    worst = aimed.sort_values(["behind_n", "aimed_n"]).iloc[-1]
    behind, total = float(worst["behind_n"]), float(worst["aimed_n"])
    return facts_of_rows(
        [
            noted(
                BEHIND,
                MUNICIPALITY,
                behind > 0,
                numerator=behind,
                denominator=total,
                n=total,
                complete=True,
                detail=f"{worst['object']}, {worst['education_level']}",
                ground=f"ориентир не достигнут по {behind:.0f} из {total:.0f} показателей",
            )
        ]
    )


SOURCE = FactSource((BEHIND,), facts)
