"""One indicator by organisation: dot with interval and the table behind it."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as MatplotlibFigure

from msoko_lib.passports import Passport
from msoko_lib.recommendations.facts import MUNICIPALITY, scale_of
from msoko_lib.reporting import figures
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.labels import sentence_case
from msoko_lib.subsystems.monitoring.judged import HIDDEN, judged, table_rows
from msoko_lib.subsystems.year import Year

UNIT_IN = ru.Noun("организации", "организациях", "организациях", "f")
UNIT_ON = ru.Noun("организации", "организациям", "организациям", "f")
_ROLES = {"attention": "attention"}
MOST_NAMED = 4


def units_chart(
    year: Year, subsystem: str, indicator_id: str, finding: str = "", anchor: str = ""
) -> Block:
    """One indicator by organisation: dot with interval, the table behind it.

    Organisations stand in alphabetical order: the chart is no league table.
    """
    passport = year.catalogue[indicator_id]
    rows = units_rows(year, passport)
    if rows.empty:
        return Nothing(f"Данных по организациям нет: {sentence_case(passport.title)}.")
    return Section(
        finding or units_finding(rows, passport),
        figure=_units_figure(year, rows, passport),
        table=_units_table(rows, passport, subsystem),
        anchor=anchor,
    )


def units_finding(rows: pd.DataFrame, passport: Passport) -> str:
    """«Ориентир (не ниже 85 %) не достигнут в 3 организациях из 14: …»."""
    behind = rows[rows["mark"] == "attention"]
    known = int((rows["mark"] != "few").sum())
    target = next((text for text in rows["target_words"] if text), "")
    if not target or rows["target"].isna().all():
        return f"{passport.title}: данные есть по {ru.counted(known, UNIT_ON)}"
    if not known:
        return f"{passport.title}: в каждой организации людей слишком мало, чтобы судить"
    if behind.empty:
        return f"Ориентир ({target}) достигнут или рядом во всех организациях с данными"
    names = list(dict.fromkeys(behind["school"]))
    more = len(names) - MOST_NAMED
    listed = ru.joined(names) if more <= 0 else f"{', '.join(names[:MOST_NAMED])} и ещё {more}"
    return (
        f"Ориентир ({target}) не достигнут в {ru.counted(len(names), UNIT_IN)} из {known}: {listed}"
    )


def units_rows(year: Year, passport: Passport) -> pd.DataFrame:
    """Organisations with data on an indicator, in alphabetical order; «мало» where it is few."""
    facts = judged(year, [passport.id], "school")
    facts = facts[facts["status"] != "no_data"]
    if facts.empty:
        return facts
    rows = table_rows(facts).assign(school=facts["unit_id"].map(year.unit_names).to_numpy())
    return rows.sort_values(["school", "label"]).reset_index(drop=True)


def _units_figure(year: Year, rows: pd.DataFrame, passport: Passport) -> Figure:
    chart, has_target = units_figure(year, rows, passport)
    return Figure(
        chart,
        alt=f"{passport.title} по организациям в алфавитном порядке, с интервалами.",
        caption=_caption(passport, has_target),
    )


def units_figure(
    year: Year, rows: pd.DataFrame, passport: Passport
) -> tuple[MatplotlibFigure, bool]:
    """Dot with interval by organisation (``rows`` of :func:`units_rows`); is there a target?"""
    scale = scale_of(passport.unit)
    is_share = passport.unit == "%"
    factor = 1 if is_share else scale
    few = rows["mark"] == "few"
    chart = pd.DataFrame(
        {
            "label": rows["school"] + rows["label"].map(lambda text: f", {text}" if text else ""),
            "value": rows["value"].mask(few) * factor,
            "ci_low": rows["ci_low"].mask(few) * factor,
            "ci_high": rows["ci_high"].mask(few) * factor,
            "n": pd.to_numeric(rows["n"], errors="coerce"),
            "role": rows["mark"].map(_ROLES).fillna("other"),
            "state": rows["status"].map(
                lambda status: ru.state_of_status(status) if status in HIDDEN else ""
            ),
        }
    )
    references: dict[str, float] = {}
    whole = year.values(passport.id, MUNICIPALITY)
    if len(whole) == 1:
        references["муниципалитет"] = float(whole["value"].iloc[0]) * factor
    target = passport.target_for(year.school_year)
    if target is not None and target.value is not None:
        references["ориентир"] = target.value / (scale if is_share else 1)
    drawn = figures.dot_with_interval(
        chart,
        kind="share" if is_share else "score",
        limits=value_limits(chart, references) if is_share else None,
        references=references,
        subtitle=f"{passport.title}, по организациям",
        n_header="всего",
    )
    return drawn, "ориентир" in references


def _caption(passport: Passport, has_target: bool) -> str:
    chance = passport.interval != "нет"
    text = (
        "Отрезок – разброс, который даёт случай"
        if chance
        else "Посчитаны все, поэтому интервала нет"
    )
    if not has_target:
        return f"{text}. Организации по алфавиту."
    return f"{text}; ▼ – {'заметно ' if chance else ''}хуже ориентира."


def value_limits(chart: pd.DataFrame, references: dict[str, float]) -> tuple[float, float]:
    """Shares keep 0…1 unless all of them are small: then the axis stops above the largest."""
    ends = [*chart["value"], *chart["ci_high"], *references.values()]
    known = [float(end) for end in ends if not ru.is_missing(end)]
    top = max(known, default=1.0)
    return (0.0, 1.0) if top > 0.4 else (0.0, min(1.0, 1.15 * top + 0.01))


def _units_table(rows: pd.DataFrame, passport: Passport, subsystem: str) -> ReportTable:
    is_share = passport.unit == "%"
    factor = 1 if is_share else scale_of(passport.unit)
    labelled = rows["label"].ne("").any()
    table = rows.assign(
        shown=[
            value if isinstance(value, str) or ru.is_missing(value) else float(value) * factor
            for value in rows["shown"]
        ],
        low=rows["low"] * factor,
        high=rows["high"] * factor,
        previous=rows["previous"] * factor,
        is_shown=rows["mark"].eq("attention"),
    )
    kind, interval = ("share", "interval") if is_share else ("score", "interval_score")
    columns = [
        Column("school", "Организация"),
        *([Column("label", "Часть")] if labelled else []),
        Column("n", "Всего", "int"),
        Column("shown", "Значение", kind),  # type: ignore[arg-type]
        Column(("low", "high"), "Интервал", interval, missing=ru.NOT_APPLICABLE),  # type: ignore[arg-type]
        Column("previous", "Год назад", kind),  # type: ignore[arg-type]
        Column("verdict", "К ориентиру"),
    ]
    return ReportTable(
        table,
        title=f"{passport.title}: организации",
        name=f"{subsystem} {passport.id}",
        columns=columns,
        shown="is_shown",
    )
