"""Funnel: rates against the number of people, inside limits that widen as people get fewer."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from msoko_lib.reporting import style
from msoko_lib.reporting.charts_rows import need
from msoko_lib.reporting.charts_scatter import Border, draw_points
from msoko_lib.reporting.style import Margins

_AIR = 1.08


@style.styled
def funnel(
    frame: pd.DataFrame,
    limits: pd.DataFrame,
    *,
    center: Border,
    x_label: str,
    y_label: str,
    kind: str = "score",
    title: str = "",
    subtitle: str = "",
    width: float = style.FULL_WIDTH,
    plot_height: float = 3.6,
) -> Figure:
    """Units by number of people and rate, with the limits that chance alone would give.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a unit: ``x`` (people), ``y`` (rate); optional ``label`` and ``role``.
    limits : pandas.DataFrame
        One row a number of people, ascending: ``n``, ``low``, ``high`` (95 of 100 units lie
        inside), ``low_far``, ``high_far`` (998 of 1000).
    center : Border
        The reference rate and its name.
    x_label, y_label : str
        What the axes measure.
    kind : {"share", "score", "int"}
        How rates are printed.
    title, subtitle : str
        The finding; what is measured and for whom.
    width, plot_height : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need(frame, "x", "y")
    need(limits, "n", "low", "high", "low_far", "high_far")
    figure, axes = style.canvas(width, plot_height, Margins(0.95, 0.15, 0.24, 0.5), title, subtitle)
    inside = limits[limits["n"] >= 0.5 * float(frame["x"].min())]
    top = max(float(frame["y"].max()), float(inside["high"].max()), center.value)
    axes.set_xlim(0, _AIR * float(frame["x"].max()))
    axes.set_ylim(min(0.0, float(frame["y"].min())), _AIR * top)
    style.bare(axes, "y")
    style.value_axis(axes, "x", "int")
    style.value_axis(axes, "y", kind)
    axes.tick_params(axis="y", labelsize=style.SMALL, labelcolor=style.MUTED_TEXT)
    axes.set_xlabel(x_label, size=style.SMALL)
    axes.set_ylabel(y_label, size=style.SMALL)
    _draw_limits(axes, limits)
    axes.axhline(center.value, color=style.INK, linewidth=1.0, linestyle="--", zorder=1)
    axes.text(
        0.995,
        1.008,
        f"{center.name}: {style.value_text(center.value, kind)} (пунктир)",
        transform=axes.transAxes,
        ha="right",
        va="bottom",
        size=style.SMALL,
    )
    draw_points(axes, frame.reset_index(drop=True))
    return figure


def _draw_limits(axes: Axes, limits: pd.DataFrame) -> None:
    axes.fill_between(
        limits["n"], limits["low"], limits["high"], color=style.QUIET, alpha=0.5, linewidth=0
    )
    for name in ("low_far", "high_far"):
        axes.plot(limits["n"], limits[name], color=style.SIMILAR, linewidth=1.0, zorder=1)
