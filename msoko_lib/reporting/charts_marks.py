"""Charts of marks and primary scores: how pupils are spread, and where the boundaries stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from msoko_lib.methods.rounding import largest_remainder
from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting import style
from msoko_lib.reporting.charts_rows import need, roles_of, row_layout
from msoko_lib.reporting.style import LOOKS, Margins

MARK_COLUMNS: Final = ("mark_2", "mark_3", "mark_4", "mark_5")
_MARK_NAMES: Final = ("«2»", "«3»", "«4»", "«5»")
# Dark – light – middle – dark: neighbours differ in grey print too; «2» is hatched besides.
_MARK_COLORS: Final = (style.ATTENTION, "#e4e7eb", style.ACCENT_LIGHT, style.ACCENT)
_MARK_INK: Final = ("white", style.INK, style.INK, "white")


@style.styled
def stacked_marks(
    frame: pd.DataFrame,
    *,
    title: str = "",
    subtitle: str = "",
    columns: Sequence[str] = MARK_COLUMNS,
    n_header: str = "участников",
    width: float = style.TEXT_WIDTH,
) -> Figure:
    """Shares of marks 2–5, one bar a unit, every part named and labelled.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a unit from the top: ``label``, the four shares (0…1, adding up to 1), ``n``;
        optional ``role`` and ``state`` (printed where the shares are missing).
    title, subtitle : str
        The finding; what is measured and for whom.
    columns : sequence of str
        Columns with the shares of «2», «3», «4», «5».
    n_header : str
        Heading of the figures on the right.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure

    Notes
    -----
    Printed per cents are rounded by largest remainder, so each bar adds up to 100.
    """
    need(frame, "label", "n", *columns)
    roles = roles_of(frame)
    layout = row_layout(frame["label"].tolist(), [LOOKS[role].weight for role in roles])
    side = max(style.text_width(n_header, style.SMALL), 0.4) + 0.12
    figure, axes = style.canvas(
        width, layout.height, Margins(layout.left, side, 0.26, 0.06), title, subtitle
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(layout.height, 0)
    axes.set_yticks(layout.centers, layout.labels)
    axes.set_xticks([])
    style.bare(axes)
    for tick, role in zip(axes.get_yticklabels(), roles, strict=True):
        tick.set_fontweight(LOOKS[role].weight)
    plot_width = width - layout.left - side
    states = frame["state"].tolist() if "state" in frame else [ru.NO_DATA] * len(frame)
    shares = frame[list(columns)].to_numpy(dtype=float)
    for y, row, n, state in zip(layout.centers, shares, frame["n"], states, strict=True):
        if np.isnan(row).any():
            axes.text(0.005, y, state, va="center", size=style.SMALL, color=style.MUTED_TEXT)
        else:
            _draw_marks(axes, y, row, plot_width)
        if not ru.is_missing(n):
            axes.text(
                1 + side / plot_width,
                y,
                ru.number(n),
                va="center",
                ha="right",
                size=style.SMALL,
                color=style.MUTED_TEXT,
            )
    axes.text(
        1 + side / plot_width,
        -0.06,
        n_header,
        va="bottom",
        ha="right",
        size=style.SMALL,
        color=style.MUTED_TEXT,
    )
    _name_marks(axes, shares, plot_width)
    return figure


def _draw_marks(axes: Axes, y: float, shares: np.ndarray, plot_width: float) -> None:
    starts = np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    printed = largest_remainder(shares)
    for start, part, per_cent, color, ink in zip(
        starts, shares, printed, _MARK_COLORS, _MARK_INK, strict=True
    ):
        bar = axes.barh(
            y, part, left=start, height=0.2, color=color, edgecolor="white", linewidth=1.2
        )
        if color == style.ATTENTION:
            bar[0].set_hatch("////")
        label = f"{per_cent:.0f}"
        if part * plot_width >= style.text_width(label, style.SMALL) + 0.07:
            box = {"facecolor": color, "edgecolor": "none", "pad": 0.8}
            axes.text(
                start + part / 2,
                y,
                label,
                ha="center",
                va="center_baseline",
                size=style.SMALL,
                color=ink,
                bbox=box if color == style.ATTENTION else None,
            )


def _name_marks(axes: Axes, shares: np.ndarray, plot_width: float) -> None:
    """Names of the marks above the first bar, pushed apart where parts are narrow."""
    known = shares[~np.isnan(shares).any(axis=1)]
    if not len(known):
        return
    middles = np.cumsum(known[0]) - known[0] / 2
    apart = 0.36 / plot_width
    for place in range(1, len(middles)):
        middles[place] = max(middles[place], middles[place - 1] + apart)
    rightmost = 1 - apart / 2
    for place in range(len(middles) - 1, -1, -1):
        middles[place] = min(middles[place], rightmost)
        rightmost = middles[place] - apart
    for x, name in zip(middles, _MARK_NAMES, strict=True):
        axes.text(x, -0.06, name, ha="center", va="bottom", size=style.SMALL)


def draw_distribution(
    axes: Axes,
    frame: pd.DataFrame,
    boundaries: Mapping[int, int],
    *,
    label_boundaries: bool = True,
) -> None:
    """Draw one distribution of primary scores on given axes (see :func:`score_distribution`)."""
    scores = frame["score"].to_numpy(dtype=float)
    axes.bar(scores, frame["share"], width=0.82, color=style.ACCENT, zorder=2)
    if "reference" in frame:
        axes.stairs(
            frame["reference"],
            np.append(scores, scores[-1] + 1) - 0.5,
            baseline=None,
            color=style.INK,
            linewidth=1.3,
            zorder=3,
        )
    style.bare(axes, "y")
    axes.set_xlim(scores[0] - 0.7, scores[-1] + 0.7)
    style.value_axis(axes, "y", "share", 5)
    axes.xaxis.set_major_locator(_whole_numbers(len(scores), axes))
    axes.tick_params(axis="y", labelsize=style.SMALL, labelcolor=style.MUTED_TEXT)
    top = 1.0
    for mark, first in boundaries.items():
        axes.axvline(first - 0.5, color=style.ATTENTION, linewidth=1.2, linestyle="--", zorder=1)
        if label_boundaries:
            axes.text(
                first - 0.5,
                top,
                f"«{mark}»\nс {first}",
                transform=axes.get_xaxis_transform(),
                ha="center",
                va="bottom",
                size=style.SMALL,
                linespacing=1.15,
            )


def _whole_numbers(count: int, axes: Axes) -> style.MaxNLocator:
    """Whole scores, no closer than two digits need."""
    figure = axes.get_figure(root=True)
    inches = axes.get_position().width * figure.get_figwidth() if figure else float(count)
    return style.MaxNLocator(nbins=max(2, min(count, 12, int(inches / 0.36))), integer=True)


@style.styled
def score_distribution(
    frame: pd.DataFrame,
    *,
    boundaries: Mapping[int, int],
    title: str = "",
    subtitle: str = "",
    ours_name: str = "школа",
    reference_name: str = "муниципалитет",
    x_label: str = "Первичный балл",
    width: float = style.TEXT_WIDTH,
    plot_height: float = 2.4,
) -> Figure:
    """Distribution of primary scores with the boundaries of marks and an outline to compare.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a score, ascending: ``score``, ``share`` (0…1 of participants), optional
        ``reference`` (the same for the comparison).
    boundaries : mapping of int to int
        Mark → first score that earns it: ``{3: 8, 4: 15, 5: 21}``.
    title, subtitle : str
        The finding; what is measured and for whom.
    ours_name, reference_name : str
        Names of bars and outline.
    x_label : str
        What the horizontal axis counts.
    width, plot_height : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need(frame, "score", "share")
    # Room above the axes: a line for the names of bars and outline, two for the boundaries.
    figure, axes = style.canvas(width, plot_height, Margins(0.55, 0.1, 0.66, 0.5), title, subtitle)
    draw_distribution(axes, frame, boundaries)
    axes.set_xlabel(x_label, size=style.SMALL)
    height = figure.get_figheight()
    y = axes.get_position().y1 + 0.54 / height
    x = 0.55
    figure.text(x / width, y, "■", color=style.ACCENT, va="center", size=style.BODY)
    figure.text((x + 0.17) / width, y, ours_name, va="center", size=style.SMALL)
    if "reference" in frame:
        x += style.text_width(ours_name, style.SMALL) + 0.45
        axes.plot(
            [x / width, (x + 0.22) / width],
            [y, y],
            color=style.INK,
            linewidth=1.3,
            transform=figure.transFigure,
            clip_on=False,
        )
        figure.text((x + 0.3) / width, y, reference_name, va="center", size=style.SMALL)
    return figure
