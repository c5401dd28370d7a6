"""Many units at once: a table of coloured words, and a grid of small charts on one scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from msoko_lib.reporting import style
from msoko_lib.reporting.charts_rows import need, row_layout
from msoko_lib.reporting.markup import MARKS
from msoko_lib.reporting.style import Margins

_FILL: Final = {
    "up": style.ACCENT_TINT,
    "attention": style.ATTENTION_TINT,
    "same": "white",
    "few": "#f1f3f5",
}
_UPRIGHT: Final = 0.0
_PLAIN: Final = "same"
_INK: Final = {
    "up": style.ACCENT,
    "attention": "#a84b00",
    "same": style.INK,
    "few": style.MUTED_TEXT,
}


@style.styled
def heat_map(
    frame: pd.DataFrame,
    *,
    title: str = "",
    subtitle: str = "",
    ours: str = "",
    works: Sequence[str] = (),
    meanings: Mapping[str, str] | None = None,
    width: float = style.FULL_WIDTH,
) -> Figure:
    """Units × works: each cell says its value in words, its mark by shape and by tint.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a cell: ``unit`` and ``work`` (both in order of first appearance), ``text`` (what
        the cell says: «61 %», «мало»; empty: the shape alone), ``mark`` (``up``, ``attention``,
        ``same``, ``few``). A pair that is absent stays empty.
    title, subtitle : str
        The finding; what is measured and for whom.
    ours : str
        Unit to print in bold.
    works : sequence of str
        Order of the columns; empty: order of first appearance.
    meanings : mapping, optional
        What a mark means in this chart, where the usual words of the marks do not fit.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need(frame, "unit", "work", "text", "mark")
    units = list(dict.fromkeys(frame["unit"]))
    works = list(works) or list(dict.fromkeys(frame["work"]))
    layout = row_layout(units, ["bold" if unit == ours else "normal" for unit in units], 2.4)
    cell = (width - layout.left) / len(works)
    heads, head_size, head_height = _headings(works, cell)
    upright = head_size == _UPRIGHT
    figure, axes = style.canvas(
        width, layout.height, Margins(layout.left, 0, head_height, 0.32), title, subtitle
    )
    axes.set_xlim(0, len(works))
    axes.set_ylim(layout.height, 0)
    axes.set_yticks(layout.centers, layout.labels)
    axes.set_xticks([])
    style.bare(axes)
    for tick, unit in zip(axes.get_yticklabels(), units, strict=True):
        tick.set_fontweight("bold" if unit == ours else "normal")
    for place, lines in enumerate(heads):
        axes.text(
            place + 0.5,
            -0.07,
            "\n".join(lines),
            ha="center",
            va="bottom",
            rotation=90 if upright else 0,
            size=style.BODY if upright else head_size,
            color=style.MUTED_TEXT,
        )
    edges = _edges(layout.centers, layout.height)
    for row in frame.itertuples():
        _draw_cell(axes, works.index(row.work), units.index(row.unit), edges, row.text, row.mark)
    # A cell where nothing stands out bears no shape: there is nothing to explain.
    shown = [mark for mark in MARKS if mark != _PLAIN and (frame["mark"] == mark).any()]
    words = {mark: word for mark, (_, word) in MARKS.items()} | dict(meanings or {})
    legend = "     ".join(f"{MARKS[mark][0]} {words[mark]}" for mark in shown)
    # Under the cells where it fits, else from the left edge of the figure.
    room = width - layout.left - style.text_width(legend)
    left = layout.left if room > 0 else 0.0
    figure.text(
        left / width,
        0.05 / figure.get_figheight(),
        legend,
        size=style.BODY,
        color=style.MUTED_TEXT,
        va="bottom",
    )
    return figure


def _headings(works: Sequence[str], cell: float) -> tuple[list[list[str]], float, float]:
    """Lines of the column headings, their size (:data:`_UPRIGHT` where they stand), their height.

    Smaller where the longest word asks for it; upright where it does not fit even so.
    """
    words = [word for work in works for word in work.split()]
    for size in (style.BODY, style.SMALL):
        if max(style.text_width(word, size) for word in words) <= cell - 0.02:
            lines = [style.wrapped(work, cell - 0.06, size) for work in works]
            return lines, size, max(len(item) for item in lines) * style.LINE + 0.12
    most = max(1, int(cell / style.LINE))
    length = max(style.text_width(word) for word in words)
    while any(len(style.wrapped(work, length)) > most for work in works):
        length += 0.1
    upright = [style.wrapped(work, length) for work in works]
    widest = max(style.text_width(line) for item in upright for line in item)
    return upright, _UPRIGHT, widest + 0.12


def _edges(centers: Sequence[float], height: float) -> list[tuple[float, float]]:
    tops, top = [], 0.0
    for center in centers:
        bottom = 2 * center - top
        tops.append((top, bottom))
        top = bottom
    tops[-1] = (tops[-1][0], height)
    return tops


def _draw_cell(
    axes: Axes, x: int, y: int, edges: Sequence[tuple[float, float]], text: str, mark: str
) -> None:
    if mark not in MARKS:
        raise ValueError(f"a mark is one of {', '.join(MARKS)}, found {mark!r}")
    top, bottom = edges[y]
    axes.add_patch(
        Rectangle(
            (x + 0.01, top + 0.015),
            0.98,
            bottom - top - 0.03,
            facecolor=_FILL[mark],
            edgecolor=style.QUIET,
            linewidth=0.6,
        )
    )
    shape = "" if mark == _PLAIN else f"{MARKS[mark][0]} "
    axes.text(
        x + 0.5,
        (top + bottom) / 2,
        f"{shape}{text}".strip(),
        ha="center",
        va="center_baseline",
        size=style.BODY,
        color=_INK[mark],
        weight="bold" if mark == "attention" else "normal",
    )


@style.styled
def small_multiples(
    panels: Sequence[tuple[str, Callable[[Axes], object]]],
    *,
    title: str = "",
    subtitle: str = "",
    columns: int = 3,
    y_limits: tuple[float, float] | None = None,
    legend: Sequence[tuple[style.Role, str]] = (),
    width: float = style.FULL_WIDTH,
    panel_height: float = 1.5,
) -> Figure:
    """Grid of small charts drawn by one rule on one scale.

    Parameters
    ----------
    panels : sequence of (str, callable)
        Title of a panel and a function that draws it on the axes it is given
        (``draw_trend``, ``draw_distribution``).
    title, subtitle : str
        The finding; what is measured and for whom.
    columns : int
        Panels in a row.
    y_limits : (float, float), optional
        Limits of every panel; by default the widest limits among them.
    legend : sequence of (role, str)
        What the shapes mean, in one line under the subtitle.
    width, panel_height : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no panel.
    """
    if not panels:
        raise ValueError("no panels: show Nothing(…) instead")
    columns = min(columns, len(panels))
    rows = int(np.ceil(len(panels) / columns))
    column_width = width / columns
    names = [style.wrapped(name, column_width - 0.7, style.BODY, "bold") for name, _ in panels]
    name_height = max(len(lines) for lines in names) * style.LINE + 0.14
    row_height = name_height + panel_height + 0.42
    heading, heading_height = style.heading_of(width, title, subtitle)
    if legend:
        heading_height += 0.26
    height = heading_height + rows * row_height
    figure = Figure(figsize=(width, height), facecolor="white")
    style.FigureCanvasAgg(figure)
    style.place_heading(figure, heading)
    style.draw_legend(
        figure,
        [style.entry(role, name) for role, name in legend],
        0.5,
        height - heading_height + 0.16,
    )
    every = []
    for place, ((_, draw), lines) in enumerate(zip(panels, names, strict=True)):
        row, column = divmod(place, columns)
        bottom = height - heading_height - (row + 1) * row_height + 0.36
        axes = figure.add_axes(
            (
                (column * column_width + 0.5) / width,
                bottom / height,
                (column_width - 0.7) / width,
                panel_height / height,
            )
        )
        draw(axes)
        axes.set_title("\n".join(lines), loc="left", size=style.BODY, weight="bold", pad=6)
        axes.tick_params(axis="x", labelsize=style.BODY)
        every.append(axes)
    limits = y_limits or (
        min(axes.get_ylim()[0] for axes in every),
        max(axes.get_ylim()[1] for axes in every),
    )
    for axes in every:
        axes.set_ylim(*limits)
    return figure
