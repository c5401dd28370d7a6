"""Facts of the annual report: targets missed, changes beyond chance, history, empty subsystems."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.annual.targets import by_subsystem, states_of, whole_facts
from msoko_lib.subsystems.fact_rows import NO_DATA, OK, facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.year import Year
from msoko_lib.subsystems.year_changes import year_changes

BEHIND = "доклад.отстают"
BETTER = "доклад.лучше"
WORSE = "доклад.хуже"
HISTORY = "доклад.история"
EMPTY = "доклад.пусто"
MOST_NAMED = 3


def compute(year: Year) -> pd.DataFrame:
    """Facts of the municipality."""
    facts = whole_facts(year)
    has_past = bool((year.history["year"] < year.school_year).any())
    rows = [
        _behind(year, facts),
        noted(HISTORY, MUNICIPALITY, False, OK if has_past else NO_DATA),
        _empty(year, facts),
    ]
    changed = year_changes(year, facts)
    for name, told in ((BETTER, "better"), (WORSE, "worse")):
        rows.append(_changed(name, changed, changed[changed["change"] == told]))
    return facts_of_rows(rows)


SOURCE = FactSource((BEHIND, BETTER, WORSE, HISTORY, EMPTY), compute)


def _behind(year: Year, facts: pd.DataFrame) -> dict[str, object]:
    counts = by_subsystem(states_of(facts))
    aimed, behind = int(counts["aimed_n"].sum()), int(counts["behind_n"].sum())
    worst = counts[counts["behind_n"] > 0].sort_values("behind_n", ascending=False, kind="stable")
    titles = {part.number: part.title for part in year.catalogue.subsystems}
    named = [f"«{titles[str(number)]}» ({count})" for number, count in worst["behind_n"].items()][
        :MOST_NAMED
    ]
    return noted(
        BEHIND, MUNICIPALITY, behind > 0, OK if aimed else NO_DATA, complete=True,
        numerator=float(behind), denominator=float(aimed), n=float(aimed), detail=ru.joined(named),
        ground=f"не достигнут ориентир по {behind} из {aimed} показателей, у которых он есть",
    )  # fmt: skip


def _empty(year: Year, facts: pd.DataFrame) -> dict[str, object]:
    known = set(facts["subsystem"])
    empty = [part.title for part in year.catalogue.subsystems if part.number not in known]
    total = len(year.catalogue.subsystems)
    more = f" и ещё {len(empty) - MOST_NAMED}" if len(empty) > MOST_NAMED else ""
    named = [f"«{title}»" for title in empty[:MOST_NAMED]]
    return noted(
        EMPTY, MUNICIPALITY, len(empty) > 0, complete=True, numerator=float(len(empty)),
        denominator=float(total), n=float(total),
        detail=(", ".join(named) + more) if more else ru.joined(named),
        ground=f"нет ни одного значения по {len(empty)} из {total} подсистем",
    )  # fmt: skip


def _changed(name: str, every: pd.DataFrame, own: pd.DataFrame) -> dict[str, object]:
    order = own.assign(_by=own["moved"].abs()).sort_values("_by", ascending=False, kind="stable")
    named = [
        f"{row['title']} ({ru.pp(row['moved'])})" for _, row in order.head(MOST_NAMED).iterrows()
    ]
    rest = len(own) - len(named)
    return noted(
        name, MUNICIPALITY, len(own) > 0, OK if len(every) else NO_DATA,
        numerator=float(len(own)), denominator=float(len(every)), n=float(len(every)),
        detail="; ".join(named) + (f" и ещё {rest}" if rest else ""),
        ground=f"за год изменились {len(own)} из {len(every)} сравнимых показателей; случай "
        "исключён с поправкой на число сравнений",
    )  # fmt: skip
