"""Links of the management cycle, subsystem by subsystem: what confirms each of them."""

from __future__ import annotations

import pandas as pd

from msoko_lib.intake.schemas import CYCLE
from msoko_lib.project import end_year_of
from msoko_lib.subsystems.findings import findings_of
from msoko_lib.subsystems.year import Year

DOCUMENT, SYSTEM, OLD, NOTHING = "документ", "данные системы", "документ прошлых лет", "нет"
# Goals, indicators and methods of collection stand in the catalogue for every subsystem.
IN_CATALOGUE = "записано в каталоге показателей"
COLUMNS = ["subsystem", "title", "component", "confirmed", "by", "document", "what"]


def links(year: Year) -> pd.DataFrame:
    """One row a subsystem × link of the cycle.

    Returns
    -------
    DataFrame
        ``confirmed`` – 1 where a document of the register not older than the school year
        confirms the link, else 0; ``by`` – «документ», «документ прошлых лет», «данные системы»
        (no document, but the bank shows the work was done: it is named in ``what``), «нет»;
        ``document`` – the documents' names.
    """
    documents = year.inputs.table("cycle_documents")
    seen = _seen_in_the_bank(year)
    rows = []
    for part in year.catalogue.subsystems:
        for component in CYCLE:
            own = documents[
                (documents["subsystem"] == part.number) & (documents["component"] == component)
            ]
            fresh = own[_is_fresh(own, year.school_year)]
            what = seen.get((part.number, component), "")
            by = DOCUMENT if len(fresh) else OLD if len(own) else SYSTEM if what else NOTHING
            listed = "; ".join((fresh if len(fresh) else own)["document"].astype(str))
            rows.append(
                (part.number, part.title, component, int(bool(len(fresh))), by, listed, what)
            )
    return pd.DataFrame(rows, columns=COLUMNS)


def _is_fresh(documents: pd.DataFrame, school_year: str) -> pd.Series:
    """Documents of the school year; one without a date is taken as of this year."""
    begun = f"{end_year_of(school_year) - 1}-09-01"
    return ~(documents["document_date"].fillna("9999") < begun)


def _seen_in_the_bank(year: Year) -> dict[tuple[str, str], str]:
    """Links that the system's own data show, with what shows them: no document replaces these."""
    seen: dict[tuple[str, str], str] = {}
    known = year.indicators[year.indicators["status"] == "ok"]["indicator_id"].unique()
    subsystem_of = {
        item.id: part.number for part in year.catalogue.subsystems for item in part.indicators
    }
    for part in year.catalogue.subsystems:
        for component in CYCLE[:3]:
            seen[(part.number, component)] = IN_CATALOGUE
    counts = pd.Series([subsystem_of[item] for item in known if item in subsystem_of])
    for number, count in counts.value_counts().items():
        seen[(str(number), "мониторинг")] = f"показателей со значением: {count}"
    found = findings_of(year)
    for number, count in found[found["advice"] != ""]["subsystem"].value_counts().items():
        seen[(str(number), "анализ и рекомендации")] = f"рекомендаций в отчётах: {count}"
    measures = year.inputs.table("measures")
    for number, rows in measures.groupby("subsystem"):
        seen[(str(number), "меры")] = f"мер в реестре: {rows['measure_id'].nunique()}"
        documented = rows["document"].fillna("").ne("")
        if documented.any():
            seen[(str(number), "управленческие решения")] = (
                f"мер с документом о решении: {rows[documented]['measure_id'].nunique()}"
            )
    return seen
