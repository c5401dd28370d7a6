"""What the rules of report 13 look at: what came of the measures, what was not written down."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.effects.computed import first_words, results_of, rows_of
from msoko_lib.subsystems.effects.what_came import silent_in_words
from msoko_lib.subsystems.effects.words import LACK_WORDS, in_unit, interval_in_unit
from msoko_lib.subsystems.fact_rows import NO_DATA, facts_of_rows, noted
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
MOST_NAMED = 2


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
        yield noted(
            fact, MUNICIPALITY, len(part), detail=_listed([_told(year, row) for _, row in
            part.iterrows()]), numerator=float(len(part)), denominator=float(len(rows)),
            n=float(part["units_n"].sum()), ground=_ground(year, part),
        )  # fmt: skip
    silent = rows[rows["verdict"] == "silent"]
    yield noted(SILENT, MUNICIPALITY, len(silent), detail=silent_in_words(rows),
                numerator=float(len(silent)), denominator=float(len(rows)))  # fmt: skip
    yield from _unwritten(year, len(rows))
    effect = rows[rows["verdict"] == "effect"]
    by_id = {(item.measure.measure_id, item.measure.title): item for item in results_of(year)}
    for _, row in effect.iterrows():
        for unit in by_id[(row["measure_id"], row["title"])].measure.units:
            yield noted(OWN_EFFECT, unit, detail=_told(year, row), ground=_ground(year, effect),
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
    """«Еженедельные консультации…» (+6,1 п.п., от +1,2 до +11,0 п.п.)»."""
    passport = year.catalogue[str(row["indicator_id"])]
    change = in_unit(row["estimate"], passport)
    interval = interval_in_unit(row["low"], row["high"], passport)
    return f"«{first_words(str(row['title']))}» ({change}, интервал {interval})"


def _ground(year: Year, part: pd.DataFrame) -> str:
    told = [
        f"№{ru.NBSP}{row['measure_id']}, {row['indicator_id']}, ступень {row['rung']}, школ "
        f"{ru.number(row['units_n'])}, для сравнения {ru.number(row['compared_n'])}"
        for _, row in part.iterrows()
    ]
    return "; ".join(told[:MOST_NAMED])


def _listed(parts: list[str]) -> str:
    shown = parts[:MOST_NAMED]
    rest = len(parts) - len(shown)
    return "; ".join(shown) + (f" и ещё {rest}" if rest > 0 else "")
