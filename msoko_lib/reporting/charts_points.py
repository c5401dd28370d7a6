"""Units as points on a plane of two conditions, each with its name where there is room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting import style
from msoko_lib.reporting.charts_rows import need
from msoko_lib.reporting.charts_scatter import NAME_HEIGHT, free_place
from msoko_lib.reporting.style import LegendEntry, Margins

# Shape and colour together, in the order of the groups; a sixth group repeats the first.
_GROUP_LOOKS: Final = (
    ("o", style.ACCENT, style.ACCENT),
    ("s", style.ATTENTION, "white"),
    ("^", style.SIMILAR, style.SIMILAR),
    ("D", style.ACCENT, "white"),
    ("v", style.INK, style.INK),
)
_TICKS: Final = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@style.styled
def labelled_points(
    frame: pd.DataFrame,
    *,
    x_label: str,
    y_label: str,
    title: str = "",
    subtitle: str = "",
    log_x: bool = False,
    lines: Mapping[str, float] | None = None,
    width: float = style.TEXT_WIDTH,
    plot_height: float = 4.2,
) -> Figure:
    """Points with names; groups differ by shape and colour.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a unit: ``label``, ``x``, ``y``, ``group`` (in order of first appearance).
    x_label, y_label : str
        What the axes measure.
    title, subtitle : str
        The finding; what is measured and for whom.
    log_x : bool
        Logarithmic horizontal axis (sizes).
    lines : mapping of str to float
        Named horizontal lines.
    width, plot_height : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure

    Notes
    -----
    A name stands right, left, above or below its point, wherever it covers nothing.
    """
    need(frame, "label", "x", "y", "group")
    groups = list(dict.fromkeys(frame["group"]))
    legend_rows = len(groups)
    margins = Margins(0.6, 0.1, 0.1, 0.5 + 0.2 * legend_rows)
    figure, axes = style.canvas(width, plot_height, margins, title, subtitle)
    style.bare(axes, "y")
    axes.grid(axis="x", linewidth=0.8)
    if log_x:
        axes.set_xscale("log")
    _limits(axes, frame, log_x)
    style.value_axis(axes, "y", "int")
    if log_x:
        low, high = axes.get_xlim()
        axes.xaxis.set_major_locator(FixedLocator([tick for tick in _TICKS if low <= tick <= high]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: ru.number(value)))
    else:
        style.value_axis(axes, "x", "int")
    axes.set_xlabel(x_label, size=style.SMALL)
    axes.set_ylabel(y_label, size=style.SMALL)
    for name, value in (lines or {}).items():
        axes.axhline(value, color=style.INK, linewidth=1.0, linestyle="--", zorder=1)
        axes.text(0.995, value, name, transform=axes.get_yaxis_transform(), ha="right", va="bottom",
                  size=style.SMALL, color=style.INK)  # fmt: skip
    looks = {group: _GROUP_LOOKS[place % len(_GROUP_LOOKS)] for place, group in enumerate(groups)}
    for row in frame.to_dict("records"):
        marker, color, face = looks[row["group"]]
        axes.plot([row["x"]], [row["y"]], marker=marker, markersize=7, color=color,
                  markerfacecolor=face, markeredgewidth=1.4, linestyle="", zorder=3)  # fmt: skip
    _name_points(axes, frame, plot_height)
    for place, group in enumerate(groups):
        marker, color, face = looks[group]
        style.draw_legend(
            figure, [LegendEntry(marker, color, face, group)], 0.6,
            0.1 + 0.2 * (legend_rows - 1 - place),
        )  # fmt: skip
    return figure


def _limits(axes: Axes, frame: pd.DataFrame, log_x: bool) -> None:
    low, high = float(frame["x"].min()), float(frame["x"].max())
    if log_x:
        axes.set_xlim(low / 1.6, high * 1.6)
    else:
        air = 0.08 * (high - low) or 1.0
        axes.set_xlim(low - air, high + air)
    bottom, top = float(frame["y"].min()), float(frame["y"].max())
    air = 0.1 * (top - bottom) or 1.0
    axes.set_ylim(bottom - air, top + air)


def _name_points(axes: Axes, frame: pd.DataFrame, plot_height: float) -> None:
    """Write names where they cover neither points nor other names."""
    box = axes.get_position()
    plot_width = box.width * style.figure_of(axes).get_figwidth()
    to_axes = axes.transData + axes.transAxes.inverted()
    places = to_axes.transform(frame[["x", "y"]].to_numpy(dtype=float))
    points = [(x * plot_width, y * plot_height) for x, y in places.tolist()]
    taken = [(x - 0.07, y - 0.07, x + 0.07, y + 0.07) for x, y in points]
    for (x, y), label in zip(points, frame["label"], strict=True):
        length = style.text_width(str(label), style.SMALL)
        left, middle = free_place(x, y, length, (plot_width, plot_height), taken)
        half = NAME_HEIGHT / 2
        taken.append((left, middle - half, left + length, middle + half))
        axes.text(
            left / plot_width,
            middle / plot_height,
            str(label),
            transform=axes.transAxes,
            va="center",
            size=style.SMALL,
            color=style.INK,
        )
