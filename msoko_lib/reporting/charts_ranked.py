"""Many units in order of their value, each with two intervals and the interval of its place."""

from __future__ import annotations

from typing import Final

import pandas as pd
from matplotlib.figure import Figure

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting import style
from msoko_lib.reporting.charts_rows import (
    draw_references,
    limits_of,
    need,
    prepare_rows,
    roles_of,
    row_layout,
    side_text,
)
from msoko_lib.reporting.style import LOOKS, Margins

_THICK: Final = 5.5


@style.styled
def caterpillar(
    frame: pd.DataFrame,
    *,
    title: str = "",
    subtitle: str = "",
    kind: str = "gap",
    reference_name: str = "как ожидалось",
    n_header: str = "участников",
    rank_header: str = "место, интервал",
    width: float = style.TEXT_WIDTH,
) -> Figure:
    """Effects of units in descending order against zero.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a unit in any order: ``label``, ``value``, ``ci_low``, ``ci_high`` (thin line: is
        the unit different from zero?), ``bar_low``, ``bar_high`` (thick line: two units whose
        thick lines do not overlap differ from each other), ``n``, ``rank_low``, ``rank_high``;
        optional ``role``.
    title, subtitle : str
        The finding; what is measured and for whom.
    kind : {"gap", "pp", "score", "mean"}
        How values are printed.
    reference_name : str
        What zero means.
    n_header, rank_header : str
        Headings of the figures on the right; a place is never printed without its interval.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need(frame, "label", "value", "ci_low", "ci_high", "bar_low", "bar_high", "n", "rank_low",
         "rank_high")  # fmt: skip
    rows = frame.sort_values("value", ascending=False, kind="stable")
    roles = roles_of(rows)
    layout = row_layout(rows["label"].tolist(), [LOOKS[role].weight for role in roles])
    n_width = max(style.text_width(n_header, style.SMALL), 0.4)
    rank_width = max(style.text_width(rank_header, style.SMALL), 0.6)
    margins = Margins(layout.left, n_width + rank_width + 0.35, 0.44, 0.3)
    figure, axes = style.canvas(width, layout.height, margins, title, subtitle)
    prepare_rows(axes, layout, roles)
    ends = [rows[name] for name in ("ci_low", "ci_high", "bar_low", "bar_high")]
    axes.set_xlim(*limits_of([*pd.concat(ends).tolist(), 0.0], kind))
    style.value_axis(axes, "x", kind)
    draw_references(axes, {reference_name: 0.0}, "int", 0.22)
    rank_at, n_at = rank_width + 0.1, rank_width + n_width + 0.3
    for header, place in ((rank_header, rank_at), (n_header, n_at)):
        side_text(axes, place, -0.06, header, va="bottom", color=style.MUTED_TEXT)
    for y, role, row in zip(layout.centers, roles, rows.to_dict("records"), strict=True):
        look = LOOKS[role]
        thin, thick = (row["ci_low"], row["ci_high"]), (row["bar_low"], row["bar_high"])
        axes.plot(thin, [y, y], color=look.color, linewidth=1.2, zorder=2)
        axes.plot(thick, [y, y], color=look.color, linewidth=_THICK, alpha=0.35, zorder=1)
        axes.plot(
            [row["value"]],
            [y],
            marker=look.marker,
            markersize=look.size,
            color=look.color,
            markerfacecolor=look.face,
            markeredgewidth=1.4,
            linestyle="",
            zorder=3,
        )
        places = f"{ru.number(row['rank_low'])}–{ru.number(row['rank_high'])}"
        side_text(axes, rank_at, y, places, va="center", color=style.INK, weight=look.weight)
        side_text(axes, n_at, y, ru.number(row["n"]), va="center", color=style.MUTED_TEXT)
    return figure
