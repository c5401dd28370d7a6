"""Units on a plane of two measures: which fall into which of the four corners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting import style
from msoko_lib.reporting.charts_rows import limits_of, need, roles_of
from msoko_lib.reporting.style import LOOKS, Margins

_NAME_GAP: Final = 0.09
NAME_HEIGHT: Final = 0.17
_ROLE_ORDER: Final = ("other", "similar", "ours", "attention")


@dataclass(frozen=True)
class Border:
    """A line that parts the plane: its value and what it is called."""

    value: float
    name: str


@style.styled
def corners(
    frame: pd.DataFrame,
    *,
    x_label: str,
    y_label: str,
    x_border: Border,
    y_border: Border,
    names: tuple[str, str, str, str] = ("", "", "", ""),
    x_kind: str = "score",
    y_kind: str = "share",
    title: str = "",
    subtitle: str = "",
    legend: Sequence[tuple[style.Role, str]] = (),
    width: float = style.FULL_WIDTH,
    plot_height: float = 4.2,
) -> Figure:
    """Units by two measures, the plane parted into four corners by two borders.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a unit: ``x``, ``y``; optional ``y_low`` and ``y_high`` (interval), ``label`` (name
        printed at the point; empty: none), ``role``. Units without a value are left out.
    x_label, y_label : str
        What the axes measure.
    x_border, y_border : Border
        Lines that part the plane.
    names : tuple of str
        Names of the corners: upper left, upper right, lower left, lower right.
    x_kind, y_kind : {"share", "score", "mean"}
        How values are printed.
    title, subtitle : str
        The finding; what is measured and for whom.
    legend : sequence of (role, str)
        What the shapes mean.
    width, plot_height : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need(frame, "x", "y")
    rows = frame[frame["x"].notna() & frame["y"].notna()].reset_index(drop=True)
    figure, axes = style.canvas(
        width, plot_height, Margins(0.95, 0.15, 0.5 if legend else 0.24, 0.5), title, subtitle
    )
    ends = [rows[name] for name in ("y", "y_low", "y_high") if name in rows]
    axes.set_xlim(*limits_of([*rows["x"], x_border.value], x_kind))
    axes.set_ylim(*limits_of([*pd.concat(ends), y_border.value], y_kind))
    style.bare(axes)
    style.value_axis(axes, "x", x_kind)
    style.value_axis(axes, "y", y_kind)
    axes.tick_params(axis="y", labelsize=style.SMALL, labelcolor=style.MUTED_TEXT)
    axes.set_xlabel(x_label, size=style.SMALL)
    axes.set_ylabel(y_label, size=style.SMALL)
    _draw_borders(axes, x_border, y_border, x_kind, y_kind)
    for place, name in enumerate(names):
        axes.text(
            0.99 if place % 2 else 0.01,
            0.985 if place < 2 else 0.015,
            name,
            transform=axes.transAxes,
            ha="right" if place % 2 else "left",
            va="top" if place < 2 else "bottom",
            size=style.BODY,
            color=style.MUTED_TEXT,
            style="italic",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
            zorder=1.5,
        )
    draw_points(axes, rows)
    if legend:
        box = axes.get_position()
        style.draw_legend(
            figure,
            [style.entry(role, name) for role, name in legend],
            box.x0 * width,
            box.y1 * figure.get_figheight() + 0.36,
        )
    return figure


def _draw_borders(axes: Axes, x: Border, y: Border, x_kind: str, y_kind: str) -> None:
    axes.axvline(x.value, color=style.INK, linewidth=1.0, linestyle="--", zorder=1)
    axes.axhline(y.value, color=style.INK, linewidth=1.0, linestyle="--", zorder=1)
    axes.text(
        x.value,
        1.008,
        f"{x.name}: {style.value_text(x.value, x_kind)}",
        transform=axes.get_xaxis_transform(),
        ha="center",
        va="bottom",
        size=style.SMALL,
    )
    axes.text(
        0.995,
        y.value,
        f"{y.name}: {style.value_text(y.value, y_kind)}",
        transform=axes.get_yaxis_transform(),
        ha="right",
        va="bottom",
        size=style.SMALL,
    )


def draw_points(axes: Axes, rows: pd.DataFrame) -> None:
    """Points of the quiet roles first, so that what needs attention lies on top; then names."""
    roles = roles_of(rows)
    with_interval = {"y_low", "y_high"} <= set(rows.columns)
    for order, role in enumerate(_ROLE_ORDER):
        look = LOOKS[role]
        for row in rows[[own == role for own in roles]].to_dict("records"):
            if with_interval and not ru.is_missing(row["y_low"]):
                axes.plot(
                    [row["x"], row["x"]],
                    [row["y_low"], row["y_high"]],
                    color=look.color,
                    linewidth=1.6,
                    alpha=0.55,
                    zorder=2 + order,
                )
            axes.plot(
                [row["x"]],
                [row["y"]],
                marker=look.marker,
                markersize=look.size,
                color=look.color,
                markerfacecolor=look.face,
                linestyle="",
                zorder=6 + order,
            )
    if "label" in rows:
        _name_points(axes, rows, roles)


def _name_points(axes: Axes, rows: pd.DataFrame, roles: Sequence[str]) -> None:
    """Names beside their points; each takes the first free place around its point."""
    figure = style.figure_of(axes)
    box = axes.get_position()
    wide, high = box.width * figure.get_figwidth(), box.height * figure.get_figheight()
    (x0, x1), (y0, y1) = axes.get_xlim(), axes.get_ylim()
    across = [(x - x0) / (x1 - x0) * wide for x in rows["x"]]
    upward = [(y - y0) / (y1 - y0) * high for y in rows["y"]]
    taken = [(x - 0.06, y - 0.06, x + 0.06, y + 0.06) for x, y in zip(across, upward, strict=True)]
    order = sorted(range(len(rows)), key=lambda place: -_ROLE_ORDER.index(roles[place]))
    for place in order:
        text = str(rows["label"].iloc[place])
        if not text:
            continue
        look = LOOKS[roles[place]]
        length = style.text_width(text, style.SMALL, look.weight)
        x, y = free_place(across[place], upward[place], length, (wide, high), taken)
        taken.append((x, y - NAME_HEIGHT / 2, x + length, y + NAME_HEIGHT / 2))
        axes.text(
            x / wide,
            y / high,
            text,
            transform=axes.transAxes,
            va="center",
            size=style.SMALL,
            weight=look.weight,
            color=style.INK,
            zorder=12,
        )


Rectangle = tuple[float, float, float, float]


def free_place(
    x: float, y: float, length: float, size: tuple[float, float], taken: Sequence[Rectangle]
) -> tuple[float, float]:
    """Left end and middle of a name near its point, in inches: right, left, above, below, apart."""
    tries = [
        (dx, step * 0.16 * side)
        for step in range(7)
        for side in ((1, -1) if step else (1,))
        for dx in (_NAME_GAP, -_NAME_GAP - length, -length / 2)
        if step or dx != -length / 2
    ]
    for dx, dy in tries:
        left, middle = x + dx, y + dy
        inside = left >= 0 and left + length <= size[0]
        inside = inside and NAME_HEIGHT / 2 <= middle <= size[1] - NAME_HEIGHT / 2
        own = (left, middle - NAME_HEIGHT / 2, left + length, middle + NAME_HEIGHT / 2)
        if inside and not any(_overlap(own, other) for other in taken):
            return left, middle
    return min(x + _NAME_GAP, size[0] - length), y


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
