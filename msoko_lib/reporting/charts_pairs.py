"""One unit against its reference, row by row: two dots joined by a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting import style
from msoko_lib.reporting.charts_rows import limits_of, need, prepare_rows, row_layout, side_text
from msoko_lib.reporting.style import LOOKS, Margins


@style.styled
def dumbbell(
    frame: pd.DataFrame,
    *,
    ours_name: str,
    reference_name: str,
    title: str = "",
    subtitle: str = "",
    kind: str = "share",
    limits: tuple[float, float] | None = None,
    threshold_name: str = "",
    width: float = style.TEXT_WIDTH,
) -> Figure:
    """One unit against its reference, by task or skill: two dots joined by a line.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a task or skill, from the top: ``label``, ``value``, ``reference``; optional
        ``ci_low`` and ``ci_high`` of the value, ``threshold`` (a tick, where the row has one),
        ``attention`` (true: the row is marked), ``n``.
    ours_name, reference_name : str
        Names of the two dots, written above them.
    title, subtitle : str
        The finding; what is measured and for whom.
    kind : {"share", "score"}
        How values are printed.
    limits : (float, float), optional
        Limits of the axis; shares by default 0…1.
    threshold_name : str
        What the tick means.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need(frame, "label", "value", "reference")
    marked = frame["attention"].tolist() if "attention" in frame else [False] * len(frame)
    roles = ["attention" if mark else "ours" for mark in marked]
    layout = row_layout(
        frame["label"].tolist(), ["bold" if mark else "normal" for mark in marked], 3.0
    )
    side = 1.05
    figure, axes = style.canvas(
        width, layout.height, Margins(layout.left, side, 0.32, 0.3), title, subtitle
    )
    prepare_rows(axes, layout, ["attention" if mark else "similar" for mark in marked])
    every = [
        value
        for name in ("value", "reference", "ci_low", "ci_high", "threshold")
        if name in frame
        for value in frame[name]
    ]
    axes.set_xlim(*(limits or ((-0.02, 1.02) if kind == "share" else limits_of(every, kind))))
    style.value_axis(axes, "x", kind)
    rows = frame.assign(_y=layout.centers, _role=roles)
    for role, part in rows.groupby("_role", sort=False):
        _draw_pairs(axes, part, LOOKS[str(role)])
    for row in rows.to_dict("records"):
        _tell_gap(axes, row, kind)
    side_text(axes, side, -0.06, "разница", va="bottom", color=style.MUTED_TEXT)
    _pair_legend(
        axes,
        ours_name,
        reference_name,
        threshold_name,
        any(marked),
        LOOKS["ours" if not all(marked) else "attention"],
    )
    return figure


def _draw_pairs(axes: Axes, rows: pd.DataFrame, look: style.Look) -> None:
    """Dots, lines and intervals of all rows of one look: one artist each, however many rows."""
    y, value, reference = rows["_y"], rows["value"], rows["reference"]
    if "threshold" in rows:
        axes.plot(
            rows["threshold"], y, marker="|", markersize=13, color=style.INK, linestyle="",
            markeredgewidth=1.3, zorder=1,
        )  # fmt: skip
    axes.plot(
        reference, y, marker="o", markersize=6.5, color=style.SIMILAR, linestyle="",
        markerfacecolor="white", markeredgewidth=1.4, zorder=3,
    )  # fmt: skip
    if {"ci_low", "ci_high"} <= set(rows):
        known = rows[["value", "ci_low", "ci_high"]].notna().all(axis=1)
        axes.hlines(
            y[known], rows["ci_low"][known], rows["ci_high"][known], color=look.color, linewidth=6,
            alpha=0.22, zorder=1,
        )  # fmt: skip
    axes.plot(
        value, y, marker=look.marker, markersize=look.size, color=look.color, linestyle="", zorder=4
    )
    both = value.notna() & reference.notna()
    axes.hlines(
        y[both], reference[both], value[both], color=look.color, linewidth=1.6, zorder=2,
        capstyle="projecting",
    )  # fmt: skip


def _tell_gap(axes: Axes, row: Mapping[Any, Any], kind: str) -> None:
    """Difference of a row in figures, right of the axes."""
    y, value, reference = row["_y"], row["value"], row["reference"]
    if ru.is_missing(value):
        side_text(axes, 1.05, y, ru.FEW, va="center", color=style.MUTED_TEXT)
    elif not ru.is_missing(reference):
        gap = (value - reference) * (100 if kind == "share" else 1)
        text = ru.pp(gap, 0) if kind == "share" else ru.number(gap, 1, signed=True)
        weight = "bold" if row["_role"] == "attention" else "normal"
        side_text(axes, 1.05, y, text, va="center", color=style.INK, weight=weight)


def _pair_legend(
    axes: Axes, ours: str, reference: str, threshold: str, any_marked: bool, look: style.Look
) -> None:
    """Names of the dots in one line above the axes, each behind its shape."""
    figure = style.figure_of(axes)
    width, height = figure.get_size_inches()
    box = axes.get_position()
    entries = [
        style.LegendEntry(look.marker, look.color, look.face, ours),
        style.LegendEntry("o", style.SIMILAR, "white", reference),
    ]
    if any_marked and look is not LOOKS["attention"]:
        entries.insert(1, style.entry("attention", "требует внимания"))
    if threshold:
        entries.append(style.LegendEntry("|", style.INK, style.INK, threshold))
    # Further left than the axes when the names are wider than they.
    x = max(0.05, min(box.x0 * width, width - 1.1 - style.legend_width(entries)))
    style.draw_legend(figure, entries, x, box.y1 * height + 0.17)
