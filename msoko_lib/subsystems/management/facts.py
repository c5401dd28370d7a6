"""Facts of the management cycle: how much of it documents confirm."""

from __future__ import annotations

import pandas as pd

from msoko_lib.intake.schemas import CYCLE
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.year import Year

SHARE = "цикл.подтверждено"
EMPTY = "цикл.без_документов"
OUTDATED = "цикл.прошлые_годы"
MOST_NAMED = 3


def facts(year: Year) -> pd.DataFrame:
    """One row a fact, on the municipality."""
    documents = year.inputs.table("cycle_documents")
    subsystems = year.catalogue.subsystems
    total = len(subsystems)
    named = set(documents["subsystem"])
    empty = [part for part in subsystems if part.number not in named]
    begun = f"{int(year.school_year[:4])}-09-01"
    old = documents[documents["document_date"].fillna("9999") < begun]
    titles = {part.number: part.title for part in subsystems}
    fresh = documents.drop(old.index)
    pairs = fresh[["subsystem", "component"]].drop_duplicates()
    asked = total * len(CYCLE)
    share = {
        "fact_id": SHARE, "level": MUNICIPALITY, "unit_id": MUNICIPALITY, "unit": "%",
        "scale": 100, "better": 1, "complete": True, "value": len(pairs) / asked,
        "numerator": float(len(pairs)), "denominator": float(asked), "n": float(asked),
        "status": "ok" if len(documents) else "no_data",
        "title": "Звенья управленческого цикла, подтверждённые документом",
    }  # fmt: skip
    return facts_of_rows(
        [
            share,
            noted(
                EMPTY, MUNICIPALITY, bool(empty) and len(documents) > 0, complete=True,
                numerator=float(len(empty)), denominator=float(total), n=float(total),
                detail=_listed([part.title for part in empty]),
                ground=f"реестр документов: ни одного – {len(empty)} из {total} подсистем",
            ),
            noted(
                OUTDATED, MUNICIPALITY, len(old) > 0, numerator=float(len(old)),
                n=float(len(documents)), complete=True,
                detail=_listed([titles.get(item, item) for item in old["subsystem"].unique()]),
                ground=f"документов прошлых лет {len(old)} из {len(documents)}",
            ),
        ]
    )  # fmt: skip


def _listed(titles: list[str]) -> str:
    shown = [f"«{title}»" for title in titles[:MOST_NAMED]]
    rest = len(titles) - MOST_NAMED
    return ru.joined(shown) if rest <= 0 else f"{', '.join(shown)} и ещё {rest}"


SOURCE = FactSource((SHARE, EMPTY, OUTDATED), facts)
