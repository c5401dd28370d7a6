"""Facts from outside ВПР: annual marks and ОГЭ, olympiad stages, observers, medals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msoko_lib.indicators.objectivity import medal_confirmation
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.subsystems.fact_rows import noted
from msoko_lib.subsystems.labels import CASE, PAIR, names_in_words, ratio
from msoko_lib.subsystems.objectivity import outside
from msoko_lib.subsystems.olympiad_stages import olympiad_gaps, stage_drop
from msoko_lib.subsystems.year import Year

ANNUAL = "ОГЭ ниже годовой чаще остальных школ"
OLYMPIAD = "Школьный этап не подтверждается на муниципальном"
UNOBSERVED = "Наблюдателей не было"
MEDALS = "Медали: есть не подтвердившие"
MEDALS_CONFIRMED = "Медали: подтвердили все"
IDS = (ANNUAL, OLYMPIAD, UNOBSERVED, MEDALS, MEDALS_CONFIRMED)


def rows(year: Year) -> Iterator[dict[str, object]]:
    """Facts of schools; of the municipality alone where a school has a few candidates."""
    yield from _annual(year)
    yield from _olympiad(year)
    yield from _observers(year)
    yield from _medals(year)


def _annual(year: Year) -> Iterator[dict[str, object]]:
    zones = outside.annual_zones(year)
    for _, row in zones[zones["mark"] != "few"].iterrows():
        others = f"в остальных школах {ru.share(row['others'], 0)}"
        cases = ratio(row["numerator"], row["denominator"], CASE)
        yield noted(
            ANNUAL, str(row["unit_id"]), row["mark"] == "attention", n=row["denominator"],
            detail=f"в {cases} ({ru.share(row['value'], 0)}) – {others}",
            brief=ratio(row["numerator"], row["denominator"], PAIR),
            ground=f"отметка ОГЭ ниже годовой в {cases}, {others}",
        )  # fmt: skip


def _olympiad(year: Year) -> Iterator[dict[str, object]]:
    """One fact for the office: each school hears of its fall from the rules of report 03."""
    gaps = olympiad_gaps(year)
    fell = gaps[gaps["mark"] == "attention"]
    if fell.empty:
        return
    told = [stage_drop(row) for _, row in fell.iterrows()]
    yield noted(
        OLYMPIAD, MUNICIPALITY, n=float(fell["n"].sum()), detail=names_in_words(told),
        label=names_in_words(fell["school"].tolist()),
        ground=f"от школьного этапа к муниципальному: {names_in_words(told)}",
    )  # fmt: skip


def _observers(year: Year) -> Iterator[dict[str, object]]:
    shares = outside.observer_shares(year)
    rooms = shares.groupby("school_id")[["observed_rooms_n", "rooms_n"]].sum()
    for school_id, row in rooms.iterrows():
        total = ru.number(row["rooms_n"])
        yield noted(
            UNOBSERVED, str(school_id), row["observed_rooms_n"] == 0, n=row["rooms_n"],
            detail=total, brief=f"аудиторий {total}", complete=True,
            ground=f"наблюдателей не было ни в одной аудитории из {total}",
        )  # fmt: skip


def _medals(year: Year) -> Iterator[dict[str, object]]:
    candidates = medal_confirmation(year.inputs)
    known = candidates[candidates["confirmed"].notna()]
    if known.empty:
        return
    failed = int((~known["confirmed"].astype(bool)).sum())
    told: dict[str, Any] = {
        "numerator": float(failed), "denominator": float(len(known)), "n": float(len(known)),
        "ground": f"не подтвердили {ratio(failed, len(known))}", "complete": True,
    }  # fmt: skip
    yield noted(MEDALS, MUNICIPALITY, failed, **told)
    yield noted(MEDALS_CONFIRMED, MUNICIPALITY, not failed, **told)
