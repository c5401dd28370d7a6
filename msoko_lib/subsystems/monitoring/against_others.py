"""One indicator by organisation, each against all the others: for indicators without a target."""

from __future__ import annotations

import pandas as pd

from msoko_lib.passports import Passport
from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.compare import compare_with_others
from msoko_lib.subsystems.labels import HIGHER, MORE_OFTEN, names_in_words, ratio, sentence_case
from msoko_lib.subsystems.monitoring.by_unit import value_limits
from msoko_lib.subsystems.monitoring.judged import HIDDEN
from msoko_lib.subsystems.year import Year

_ROLES = {"attention": "attention", "up": "ours"}
_PLAIN_ROLES = {"attention": "ours", "up": "ours"}
_SIDED = ("больше – лучше", "меньше – лучше")
JUDGED = ("хуже остальных", "лучше остальных")
PLAIN = ("меньше остальных", "больше остальных")
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
    zones = zones.assign(
        school=zones["unit_id"].map(year.unit_names),
        mark=zones["mark"].mask(zones["status"].isin(HIDDEN), "few"),
    )
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
        return Nothing(f"Данных по организациям нет: {sentence_case(passport.title)}.")
    known = zones[zones["mark"] != "few"]
    return Section(
        finding or others_finding(zones, passport.title, words_of(passport)),
        figure=_chart(year, known, passport) if len(known) else None,
        table=_table(zones, subsystem, passport),
        reading=reading,
        anchor=anchor,
    )


def others_finding(zones: pd.DataFrame, title: str, words: tuple[str, str] = JUDGED) -> str:
    """«Результативность: ниже остальных – …; выше – …»."""
    parts = []
    for mark, word in (("attention", words[0]), ("up", words[1])):
        rows = zones[zones["mark"] == mark]
        if len(rows):
            told = [
                f"{row['school']} ({ratio(row['numerator'], row['denominator'])})"
                for _, row in rows.iterrows()
            ]
            parts.append(f"{word} – {names_in_words(told, noun=ru.ORGANISATION)}")
    if parts:
        return f"{title}: {'; '.join(parts)}"
    known = int((zones["mark"] != "few").sum())
    if not known:
        return f"{title}: в каждой организации людей слишком мало, чтобы сравнивать"
    return f"{title}: организации не отличаются друг от друга больше, чем бывает по случаю"


def words_of(passport: Passport) -> tuple[str, str]:
    """Words for less good and better; for an indicator without a better side: less and more."""
    return JUDGED if passport.direction in _SIDED else PLAIN


def _chart(year: Year, known: pd.DataFrame, passport: Passport) -> Figure:
    title, sided = passport.title, passport.direction in _SIDED
    whole = year.values(passport.id, MUNICIPALITY)
    references = {"муниципалитет": float(whole["value"].iloc[0])} if len(whole) == 1 else {}
    chart = known.assign(
        label=known["school"],
        role=known["mark"].map(_ROLES if sided else _PLAIN_ROLES).fillna("similar"),
    )
    caption = "▼ и ромб – заметно хуже и лучше остальных." if sided else "ромб – заметное отличие."
    return Figure(
        figures.dot_with_interval(
            chart,
            references=references,
            limits=value_limits(chart, references),
            subtitle=f"{title}, по организациям",
            n_header="всего",
        ),
        alt=f"{title} по организациям в алфавитном порядке, с интервалами.",
        caption=f"Отрезок – разброс, который даёт случай; {caption}",
    )


def _table(zones: pd.DataFrame, subsystem: str, passport: Passport) -> ReportTable:
    few = zones["mark"] == "few"
    states = zones["status"].map({name: ru.state_of_status(name) for name in HIDDEN})
    states = states.fillna(ru.FEW)
    words = MORE_OFTEN if passport.direction == "меньше – лучше" else HIGHER
    return ReportTable(
        zones.assign(
            # Of fewer than five people neither part nor whole is told.
            part=zones["numerator"].astype(object).mask(few, states),
            whole=zones["denominator"].astype(object).mask(states.eq(ru.FEW) & few, ru.FEW),
            shown=zones["value"].astype(object).mask(few, states),
            low=zones["ci_low"].mask(few),
            high=zones["ci_high"].mask(few),
            verdict=zones["mark"].map(words),
            is_shown=zones["mark"].isin(["attention", "up"]),
        ),
        title=f"{passport.title}: организации",
        name=f"{subsystem} {passport.id}",
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
