"""Bars of counts: groups of people, steps of a chain, expected numbers with their interval."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting import style
from msoko_lib.reporting.charts_rows import need, prepare_rows, roles_of, row_layout, side_text
from msoko_lib.reporting.style import LOOKS, Margins

_THICKNESS = 0.17
# What needs attention is hatched besides: grey print keeps the difference.
_HATCHED = "attention"


@style.styled
def bars(
    frame: pd.DataFrame,
    *,
    title: str = "",
    subtitle: str = "",
    kind: str = "int",
    value_header: str = "",
    note_header: str = "",
    limit: float | None = None,
    width: float = style.TEXT_WIDTH,
) -> Figure:
    """Groups × count as horizontal bars from nought, each with its number.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a group, drawn from the top in the order given: ``label``, ``value``; optional
        ``ci_low`` and ``ci_high`` (drawn as a line over the bar), ``role`` (``ours``,
        ``attention``, ``similar``, ``other``), ``note`` (a text on the right: a share, an
        interval), ``state`` (printed where there is no value) and ``printed`` (printed for the
        value, where its own print says more than the number: «около 85 %»).
    title, subtitle : str
        The finding; what is counted and of whom.
    kind : {"int", "score", "share"}
        How values are printed.
    value_header, note_header : str
        Headings of the figures on the right.
    limit : float, optional
        Right end of the axis, the same in all charts that are compared.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need(frame, "label", "value")
    roles = roles_of(frame)
    layout = row_layout(frame["label"].tolist(), [LOOKS[role].weight for role in roles])
    notes = frame["note"].tolist() if "note" in frame else [""] * len(frame)
    note_width = max(style.text_width(text, style.SMALL) for text in [*notes, note_header])
    printed = frame["printed"].tolist() if "printed" in frame else []
    texts = [value_header, *printed]
    value_width = max(0.45, *(style.text_width(text, style.SMALL) for text in texts))
    side = value_width + (note_width + 0.2 if note_width else 0) + 0.15
    top = 0.28 if value_header or note_header else 0.08
    margins = Margins(layout.left, side, top, 0.3)
    figure, axes = style.canvas(width, layout.height, margins, title, subtitle)
    prepare_rows(axes, layout, roles)
    axes.set_xlim(0, limit or _right_end(frame))
    style.value_axis(axes, "x", kind)
    # A hair inside the edge: the last letter must not be cut.
    value_at, note_at = value_width + 0.1, side - 0.05
    for header, place in ((value_header, value_at), (note_header, note_at)):
        if header:
            side_text(axes, place, -0.06, header, va="bottom", color=style.MUTED_TEXT)
    rows = frame.assign(role=roles, note=notes).to_dict("records")
    for y, row in zip(layout.centers, rows, strict=True):
        _draw_bar(axes, y, row)
        known = not ru.is_missing(row["value"])
        look = LOOKS[row["role"]]
        text = style.value_text(row["value"], kind) if known else row.get("state", ru.NO_DATA)
        text = row.get("printed") or text
        color = style.INK if known else style.MUTED_TEXT
        side_text(axes, value_at, y, text, va="center", color=color, weight=look.weight)
        if row["note"]:
            side_text(axes, note_at, y, row["note"], va="center", color=style.MUTED_TEXT)
    return figure


def _right_end(frame: pd.DataFrame) -> float:
    ends = [*frame["value"], *frame.get("ci_high", [])]
    known = [float(end) for end in ends if not ru.is_missing(end)]
    return 1.06 * max(known, default=1.0) or 1.0


def _draw_bar(axes: Axes, y: float, row: dict[Any, Any]) -> None:
    if ru.is_missing(row["value"]):
        return
    look = LOOKS[row["role"]]
    (bar,) = axes.barh(y, row["value"], height=_THICKNESS, color=look.color, zorder=2)
    if row["role"] == _HATCHED:
        bar.set_hatch("////")
        bar.set_edgecolor("white")
    if not (ru.is_missing(row.get("ci_low")) or ru.is_missing(row.get("ci_high"))):
        low, high = float(row["ci_low"]), float(row["ci_high"])
        axes.plot([low, high], [y, y], color=style.INK, linewidth=1.6, zorder=3)
        axes.plot(
            [low, high], [y, y], linestyle="", marker="|", markersize=8, color=style.INK, zorder=3
        )
