"""Facts of methodical work that no indicator holds: skills that stay, schools left without help."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.fact_rows import facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.labels import sentence_case, work_label
from msoko_lib.subsystems.methodical.help_given import visits
from msoko_lib.subsystems.methodical.skills import NEW, STAYED, skill_changes
from msoko_lib.subsystems.year import Year

STAYING, APPEARED, UNVISITED = "умения-остаются", "умения-появились", "шнор-без-выездов"
MOST_NAMED = 2


def facts(year: Year) -> pd.DataFrame:
    """Deficits of skills for the municipality; too few visits school by school."""
    rows = skill_changes(year)
    old = rows[rows["state"] != NEW]
    found = []
    if len(rows):
        for name, part, total in (
            (STAYING, rows[rows["state"] == STAYED], len(old)),
            (APPEARED, rows[rows["state"] == NEW], len(rows)),
        ):
            found.append(
                noted(
                    name,
                    MUNICIPALITY,
                    len(part) > 0,
                    numerator=float(len(part)),
                    denominator=float(total),
                    n=float(total),
                    complete=True,
                    detail=_worst(part),
                    ground=f"умения ниже достаточного уровня: {len(part)} из {total}",
                )
            )
    for row in visits(year).itertuples():
        found.append(
            noted(
                UNVISITED,
                str(row.school_id),
                not row.enough,
                numerator=float(0 if pd.isna(row.visits_n) else row.visits_n),
                n=1.0,
                complete=True,
                ground=f"МР-04: выездов {0 if pd.isna(row.visits_n) else int(row.visits_n)}, "
                f"ориентир {row.needed:.0f}",
            )
        )
    return facts_of_rows(found)


def _worst(part: pd.DataFrame) -> str:
    """The skills farthest below their level: «математика, 5 класс (решать задачи)»."""
    ordered = part.assign(gap=part["now"] - part["limit"]).sort_values("gap").head(MOST_NAMED)
    return "; ".join(
        f"{sentence_case(work_label(row.subject, row.grade))} («{row.skill}»)"
        for row in ordered.itertuples()
    )


SOURCE = FactSource((STAYING, APPEARED, UNVISITED), facts)
