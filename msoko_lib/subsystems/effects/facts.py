"""What the rules of report 13 look at: what came of the measures, what was not written down."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.effects.computed import first_words, results_of, rows_of
from msoko_lib.subsystems.effects.what_came import silent_in_words
from msoko_lib.subsystems.effects.words import LACK_WORDS, in_unit, interval_in_unit
from msoko_lib.subsystems.fact_rows import FEW, NO_DATA, OK, facts_of_rows, noted
from msoko_lib.subsystems.findings import FactSource
from msoko_lib.subsystems.year import Year

NONE = "Мер в реестре нет"
EFFECT = "Эффект меры виден"
HARM = "После меры хуже ожидаемого"
NO_PLAN = "Запланированного изменения нет"
UNPROVED = "Эффект меры не доказан"
DYNAMICS = "У меры видна только динамика"
SILENT = "Оценить меру пока нельзя"
UNPLANNED = "О мере записано не всё"
LATE = "Мера записана после результатов"
OWN_EFFECT = "В организации шла мера, эффект виден"
IDS = (NONE, EFFECT, HARM, NO_PLAN, UNPROVED, DYNAMICS, SILENT, UNPLANNED, LATE, OWN_EFFECT)
OF_VERDICT = {"effect": EFFECT, "harm": HARM, "no_plan": NO_PLAN, "unproved": UNPROVED,
              "dynamics": DYNAMICS}  # fmt: skip
UNSURE = ("unproved", "dynamics")
MOST_NAMED, MOST_LETTERS = 2, 64


def compute(year: Year) -> pd.DataFrame:
    """Facts of the municipality, and of organisations under a measure that worked."""
    return facts_of_rows(list(_rows(year)))


SOURCE = FactSource(IDS, compute)


def _rows(year: Year) -> Iterator[dict[str, object]]:
    rows = rows_of(year)
    if rows.empty:
        yield noted(NONE, MUNICIPALITY, status=NO_DATA)
        return
    for verdict, fact in OF_VERDICT.items():
        part = rows[rows["verdict"] == verdict]
        # Where chance is not ruled out, the finding is that the data do not suffice.
        unsure = len(part) > 0 and verdict in UNSURE
        yield noted(
            fact,
            MUNICIPALITY,
            len(part) > 0 and not unsure,
            FEW if unsure else OK,
            detail=_listed([_told(year, row) for _, row in part.iterrows()]),
            numerator=float(len(part)),
            denominator=float(len(rows)),
            n=float(part["units_n"].sum()),
            ground="; ".join([_ground(row, names=True) for _, row in part.iterrows()][:MOST_NAMED]),
        )
    silent = rows[rows["verdict"] == "silent"]
    yield noted(
        SILENT,
        MUNICIPALITY,
        False,
        FEW if len(silent) else OK,
        detail=silent_in_words(rows),
        numerator=float(len(silent)),
        denominator=float(len(rows)),
        ground=f"реестр мер: {silent_in_words(rows)}",
    )
    yield from _unwritten(year, len(rows))
    for found, (_, row) in zip(results_of(year), rows.iterrows(), strict=True):
        if row["verdict"] != "effect":
            continue
        for unit in found.measure.units:
            # An organisation reads this in its own report: no other one is named there.
            yield noted(OWN_EFFECT, unit, detail=_told(year, row), ground=_ground(row, names=False),
                        n=float(row["units_n"]))  # fmt: skip


def _unwritten(year: Year, total: int) -> Iterator[dict[str, object]]:
    lacking = [item for item in results_of(year) if item.measure.lacks]
    what = dict.fromkeys(LACK_WORDS[name] for item in lacking for name in item.measure.lacks)
    yield noted(
        UNPLANNED, MUNICIPALITY, len(lacking), complete=True, detail=ru.joined(what),
        numerator=float(len(lacking)), denominator=float(total), n=float(total),
        ground=f"реестр мер: не всё записано у {ru.number(len(lacking))} из {ru.number(total)}",
    )  # fmt: skip
    late = [item for item in results_of(year) if item.is_late]
    yield noted(
        LATE, MUNICIPALITY, len(late), complete=True, numerator=float(len(late)),
        denominator=float(total), n=float(total),
        detail=_listed([f"«{first_words(item.measure.title)}»" for item in late]),
        ground=f"реестр мер: после результатов записано {ru.number(len(late))} из "
        f"{ru.number(total)}",
    )  # fmt: skip


def _told(year: Year, row: pd.Series) -> str:
    """«„Еженедельные консультации…“ (КП-04: +6,1 п.п., интервал от +1,2 до +11,0 п.п.)»."""
    passport = year.catalogue[str(row["indicator_id"])]
    change = in_unit(row["estimate"], passport)
    interval = interval_in_unit(row["low"], row["high"], passport)
    title = first_words(str(row["title"]), MOST_LETTERS)
    return f"«{title}» ({row['indicator_id']}: {change}, интервал {interval})"


def _ground(row: pd.Series, names: bool) -> str:
    where = f" ({row['units']})" if names else ""
    return (
        f"№{ru.NBSP}{row['measure_id']}, {row['indicator_id']}, ступень {row['rung']}, школ "
        f"{ru.number(row['units_n'])}{where}, для сравнения {ru.number(row['compared_n'])}"
    )


def _listed(parts: list[str]) -> str:
    shown = parts[:MOST_NAMED]
    rest = len(parts) - len(shown)
    return "; ".join(shown) + (f" и ещё {rest}" if rest > 0 else "")
