"""Indicators of the municipality over the years."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Figure, Nothing, Section
from msoko_lib.reporting.dates_ru import school_year_short
from msoko_lib.subsystems.labels import sentence_case
from msoko_lib.subsystems.year import Year

# Above and below the lines, as a share: marks at the edge must not be cut.
ROOM = 0.06
NOT_ENOUGH_YEARS = "Для динамики нужны хотя бы два года данных."


def history_chart(
    year: Year, indicator_ids: Sequence[str], finding: str = "", anchor: str = ""
) -> Block:
    """Shares of the municipality over the years: small charts on one scale.

    Indicators that are no shares, and those with fewer than two years, are left out.
    """
    lines = [line for name in indicator_ids if len(line := _line(year, name)) > 1]
    if not lines:
        return Nothing(NOT_ENOUGH_YEARS)
    every = pd.concat(lines)
    years = sorted(every["year"].unique())
    panels = [
        (
            str(line["series"].iloc[0]),
            partial(figures.draw_trend, frame=line, years=years, kind="share"),
        )
        for line in lines
    ]
    ends = every[["value", "ci_low", "ci_high"]]
    low, high = float(ends.min().min()), float(ends.max().max())
    # A share may pass 100 %: more places than children who wait for one.
    limits = (max(0.0, low - ROOM), high + ROOM if high > 1 else min(1.02, high + ROOM))
    return Section(
        finding or _finding(lines),
        figure=Figure(
            figures.small_multiples(
                panels, subtitle="Значение по муниципалитету, по годам", y_limits=limits
            ),
            alt="Значения показателей муниципалитета по учебным годам с интервалами.",
            caption="Отрезок – разброс, который даёт случай.",
        ),
        anchor=anchor,
    )


def _line(year: Year, indicator_id: str) -> pd.DataFrame:
    """The municipality's values of a share without cuts, one row a year, oldest first."""
    passport = year.catalogue[indicator_id]
    rows = year.history_of(indicator_id)
    rows = rows[rows["level"] == MUNICIPALITY]
    rows = rows[rows["status"] == "ok"].sort_values("year")
    if passport.unit != "%" or rows["year"].duplicated().any():
        return rows.iloc[:0]
    return pd.DataFrame(
        {
            "series": passport.title,
            "year": [school_year_short(text) for text in rows["year"]],
            "value": rows["value"].to_numpy(dtype=float),
            "ci_low": rows["ci_low"].to_numpy(dtype=float),
            "ci_high": rows["ci_high"].to_numpy(dtype=float),
            "role": "ours",
        }
    )


def is_beyond_chance(first: pd.Series, last: pd.Series) -> bool:
    """True if the intervals of two years lie apart; a complete count has none and is a fact.

    Parameters
    ----------
    first, last : Series
        With ``ci_low`` and ``ci_high``.
    """
    overlap = first["ci_low"] <= last["ci_high"] and last["ci_low"] <= first["ci_high"]
    return not bool(overlap)


def _finding(lines: list[pd.DataFrame]) -> str:
    """The largest change that chance does not explain; intervals of both ends must lie apart."""
    changed = []
    for line in lines:
        first, last = line.iloc[0], line.iloc[-1]
        change = 100 * (last["value"] - first["value"])
        if is_beyond_chance(first, last) and abs(change) >= 1:
            changed.append((abs(change), str(line["series"].iloc[0]), change))
    since = lines[0]["year"].iloc[0]
    if not changed:
        return f"С {since} года показатели не изменились больше, чем бывает по случаю"
    _, title, change = max(changed)
    return f"С {since} года сильнее всего изменилось: {sentence_case(title)}, {ru.pp(change)}"
