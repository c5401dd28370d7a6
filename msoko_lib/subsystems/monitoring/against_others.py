"""One indicator by organisation, each against all the others: for indicators without a target."""

from __future__ import annotations

import pandas as pd

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import compare_with_others
from msoko_lib.subsystems.labels import HIGHER, MORE_OFTEN, names_in_words, ratio
from msoko_lib.subsystems.monitoring.by_unit import value_limits
from msoko_lib.subsystems.year import Year

_ROLES = {"attention": "attention", "up": "ours"}
OTHERS_NOTE = (
    "«Остальные» – доля во всех других организациях вместе. ▲ и ▼ – отличие, которое трудно "
    "объяснить случаем, с поправкой на число сравнений; ● – отличия не видно."
)


def others_zones(year: Year, indicator_id: str) -> pd.DataFrame:
    """Organisations of a share without cuts, each marked against all the others.

    Columns of :func:`msoko_lib.subsystems.compare.compare_with_others` and ``school``; they
    stand in alphabetical order.
    """
    passport = year.catalogue[indicator_id]
    values = year.values(indicator_id, "school", status=None)
    values = values[values["denominator"].notna() & (values["denominator"] > 0)]
    zones = compare_with_others(
        values,
        more_is_better=passport.direction != "меньше – лучше",
        minimum_n=passport.minimum_n,
    )
    zones = zones.assign(school=zones["unit_id"].map(year.unit_names))
    return zones.sort_values("school").reset_index(drop=True)


def others_section(
    year: Year,
    subsystem: str,
    indicator_id: str,
    finding: str = "",
    reading: str = "",
    anchor: str = "",
) -> Block:
    """One share by organisation: chart, table, and who differs from the others."""
    passport = year.catalogue[indicator_id]
    zones = others_zones(year, indicator_id)
    if zones.empty:
        return Nothing(f"Данных по организациям нет: {passport.title.lower()}.")
    known = zones[zones["mark"] != "few"]
    return Section(
        finding or others_finding(zones, passport.title),
        figure=_chart(year, known, passport.id, passport.title) if len(known) else None,
        table=_table(zones, subsystem, passport.id, passport.title, passport.direction),
        reading=reading,
        anchor=anchor,
    )


def others_finding(zones: pd.DataFrame, title: str) -> str:
    """«Результативность: ниже остальных – …; выше – …»."""
    parts = []
    for mark, word in (("attention", "хуже остальных"), ("up", "лучше остальных")):
        rows = zones[zones["mark"] == mark]
        if len(rows):
            told = [
                f"{row['school']} ({ratio(row['numerator'], row['denominator'])})"
                for _, row in rows.iterrows()
            ]
            parts.append(f"{word} – {names_in_words(told)}")
    if parts:
        return f"{title}: {'; '.join(parts)}"
    known = int((zones["mark"] != "few").sum())
    if not known:
        return f"{title}: в каждой организации людей слишком мало, чтобы сравнивать"
    return f"{title}: организации не отличаются друг от друга больше, чем бывает по случаю"


def _chart(year: Year, known: pd.DataFrame, indicator_id: str, title: str) -> Figure:
    whole = year.values(indicator_id, MUNICIPALITY)
    references = {"муниципалитет": float(whole["value"].iloc[0])} if len(whole) == 1 else {}
    chart = known.assign(label=known["school"], role=known["mark"].map(_ROLES).fillna("similar"))
    return Figure(
        figures.dot_with_interval(
            chart,
            references=references,
            limits=value_limits(chart, references),
            subtitle=f"{title}, по организациям",
            n_header="всего",
        ),
        alt=f"{title} по организациям в алфавитном порядке, с интервалами.",
        caption="Отрезок – разброс, который даёт случай; ▼ и ромб – заметно хуже и лучше "
        "остальных.",
    )


def _table(
    zones: pd.DataFrame, subsystem: str, indicator_id: str, title: str, direction: str
) -> ReportTable:
    few = zones["mark"] == "few"
    words = MORE_OFTEN if direction == "меньше – лучше" else HIGHER
    return ReportTable(
        zones.assign(
            # Of fewer than five people neither part nor whole is told.
            part=zones["numerator"].astype(object).mask(few, ru.FEW),
            whole=zones["denominator"].astype(object).mask(few, ru.FEW),
            shown=zones["value"].astype(object).mask(few, ru.FEW),
            low=zones["ci_low"].mask(few),
            high=zones["ci_high"].mask(few),
            verdict=zones["mark"].map(words),
            is_shown=zones["mark"].isin(["attention", "up"]),
        ),
        title=f"{title}: организации",
        name=f"{subsystem} {indicator_id}",
        columns=[
            Column("school", "Организация"),
            Column("whole", "Всего", "int"),
            Column("part", "Из них", "int"),
            Column("shown", "Доля", "share"),
            Column(("low", "high"), "Интервал", "interval", missing=ru.FEW),
            Column("others", "Остальные", "share", missing=ru.NOT_APPLICABLE),
            Column("verdict", "К остальным"),
        ],
        shown="is_shown",
        note=OTHERS_NOTE,
    )
