"""Measures over the years: schools of the measure and the schools they are compared with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from msoko_lib.indicators.measure_panel import Z95
from msoko_lib.indicators.measures import MeasureResult
from msoko_lib.recommendations.facts import scale_of
from msoko_lib.reporting import figures, style
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.blocks import Block, Column, Figure, Nothing, ReportTable, Section
from msoko_lib.subsystems.effects.computed import (
    BETTER,
    first_words,
    passport_of,
    results_of,
)
from msoko_lib.subsystems.effects.what_came import PER_CENT
from msoko_lib.subsystems.effects.words import MEASURE_OF, in_unit, interval_in_unit
from msoko_lib.subsystems.labels import out_of
from msoko_lib.subsystems.year import Year

ANCHOR = "po-godam"
EXPECTED_ANCHOR = "ozhidalos"
MOST_PANELS = 6
TREATED, OTHERS = "школы меры", "остальные"


def over_years(year: Year) -> Block:
    """A small chart a measure: distance from all schools by year, the start marked."""
    shown = [
        found
        for found in results_of(year)
        if found.design is not None
        and passport_of(year, found).unit in PER_CENT
        and found.panel["is_gap"].all()
    ]
    if not shown:
        return Nothing("Мер с показателем в процентах и результатами до и после начала нет.")
    panels = [(_title(found), _drawer(year, found)) for found in shown[-MOST_PANELS:]]
    return Section(
        f"По годам показаны {ru.number(len(panels))} из "
        f"{out_of(len(results_of(year)), MEASURE_OF)}: школы меры и школы, с которыми их сравнили",
        figure=Figure(
            figures.small_multiples(
                panels,
                columns=min(2, len(panels)),
                legend=[("ours", TREATED), ("other", OTHERS)],
                subtitle="Отрыв от всех школ в тех же работах того же года, процентные пункты",
                panel_height=1.9,
            ),
            alt="Отрыв школ меры и остальных школ по годам; пунктир отмечает начало меры.",
            caption="Пунктир – начало меры. Отрезок – 95-процентный интервал среднего школ меры.",
        ),
        reading="Если линии расходились и до пунктира, после него они могли разойтись и без меры. "
        "Провал перед самым пунктиром – знак, что школы выбрали за плохой год: часть его "
        "вернулась бы сама.",
        anchor=ANCHOR,
    )


def _title(found: MeasureResult) -> str:
    return f"№{ru.NBSP}{found.measure.measure_id}: {first_words(found.measure.title, 60)}"


def _drawer(year: Year, found: MeasureResult) -> Callable[[Axes], object]:
    frame, start = series_of(year, found)
    years = list(dict.fromkeys(frame["year"]))

    def draw(axes: Axes) -> object:
        labels = figures.draw_trend(axes, frame, years, kind="pp")
        axes.axvline(start, color=style.INK, linewidth=1.1, linestyle="--", zorder=1)
        axes.axhline(0, color=style.QUIET, linewidth=0.8, zorder=0)
        return labels

    return draw


def series_of(year: Year, found: MeasureResult) -> tuple[pd.DataFrame, float]:
    """Means of both sides by year, in percentage points; where on the axis the measure begins."""
    design = found.design
    if design is None:
        raise ValueError("a measure without a design has no series")
    scale = scale_of(passport_of(year, found).unit)
    columns = list(design.values.columns)
    rows = []
    for name in columns:
        for series, mask in ((TREATED, design.treated), (OTHERS, ~design.treated)):
            values = design.values.loc[mask, name].dropna()
            row: dict[str, object] = {
                "series": series,
                "year": ru.school_year_short(str(name)),
                "value": scale * float(values.mean()) if len(values) else np.nan,
                "role": "ours" if series == TREATED else "other",
                "ci_low": np.nan,
                "ci_high": np.nan,
            }
            if series == TREATED and design.variances is not None and len(values):
                noise = design.variances.loc[mask, name].dropna()
                half = scale * Z95 * float(np.sqrt(noise.sum()) / len(values))
                row |= {"ci_low": row["value"] - half, "ci_high": row["value"] + half}  # type: ignore[operator]
            rows.append(row)
    first_after = columns.index(design.after[0])
    return pd.DataFrame(rows), first_after - 0.5


def against_expected(year: Year) -> Block:
    """School by school: what was to be expected without the measure and what came."""
    rows = []
    for found in results_of(year):
        estimate = found.estimate
        if estimate is None or estimate.schools is None or estimate.rung != "C":
            continue
        passport = passport_of(year, found)
        better = BETTER.get(passport.direction, 1)
        for row in estimate.schools.itertuples():
            outside = bool(row.outside)
            rows.append(
                {
                    "school": year.unit_names.get(str(row.unit), str(row.unit)),
                    "measure": f"№{ru.NBSP}{found.measure.measure_id}",
                    "expected": in_unit(row.expected, passport),
                    "interval": interval_in_unit(row.expected_low, row.expected_high, passport),
                    "observed": in_unit(row.observed, passport),
                    "verdict": _side(row.observed - row.expected, better)
                    if outside
                    else "● в пределах ожидаемого",
                    "outside": outside,
                }
            )
    if not rows:
        return Nothing(
            "По школам ожидаемое не посчитано: ни у одной меры нет ступени C (нужны два прошлых "
            "года)."
        )
    table = pd.DataFrame(rows).sort_values(["school", "measure"])
    outside_n = int(table["outside"].sum())
    return Section(
        f"За пределы ожидаемого без меры вышли {ru.number(outside_n)} из {ru.number(len(table))} "
        "случаев (мера в школе)",
        table=ReportTable(
            table,
            title="Школы: ожидалось без меры и получилось",
            name="13 Ожидалось",
            columns=[
                Column("school", "Школа"),
                Column("measure", "Мера"),
                Column("expected", "Ожидалось"),
                Column("interval", "Интервал"),
                Column("observed", "Получилось"),
                Column("verdict", "Вывод"),
            ],
            note="Отрыв от всех школ в тех же работах; ожидаемое – по прошлым годам самой школы и "
            "по изменению остальных. Одна школа редко выходит за интервал: судить лучше о мере "
            "целиком.",
        ),
        anchor=EXPECTED_ANCHOR,
    )


def _side(difference: float, better: int) -> str:
    """Which way a school left what was expected; the mark says whether that is for the better."""
    mark = "▲" if difference * better > 0 else "▼"
    return f"{mark} {'выше' if difference > 0 else 'ниже'} ожидаемого"
