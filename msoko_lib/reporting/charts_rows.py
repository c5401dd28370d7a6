"""Charts with one row a unit: the layout of rows, and a dot with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting import style
from msoko_lib.reporting.style import LOOKS, Margins

_MAX_LABEL: Final = 2.6
_GAP: Final = 0.12
# Half a mark as a share of the axis.
_EDGE: Final = 0.014


@dataclass(frozen=True)
class RowLayout:
    """Where rows with labels of one or several lines stand, in inches from the top of the axes."""

    labels: list[str]
    centers: list[float]
    height: float
    left: float


def row_layout(
    labels: Sequence[str], weights: Sequence[str], max_width: float = _MAX_LABEL
) -> RowLayout:
    """Wrap row labels and give each row the height its lines need.

    Parameters
    ----------
    labels : sequence of str
        One a row.
    weights : sequence of str
        Weight of the font of each label.
    max_width : float
        Inches beyond which a label is broken into lines.
    """
    lines = [
        style.wrapped(label, max_width, style.BODY, weight)
        for label, weight in zip(labels, weights, strict=True)
    ]
    heights = [max(style.ROW, len(row) * style.LINE + 0.12) for row in lines]
    ends = pd.Series(heights).cumsum()
    centers = (ends - pd.Series(heights) / 2).tolist()
    widest = max(
        style.text_width(line, style.BODY, weight)
        for row, weight in zip(lines, weights, strict=True)
        for line in row
    )
    return RowLayout(
        ["\n".join(row) for row in lines], centers, float(ends.iloc[-1]), widest + _GAP
    )


def roles_of(frame: pd.DataFrame, column: str = "role") -> list[str]:
    """Role of each row; without such a column all are ``similar``.

    Raises
    ------
    ValueError
        If a role is not one of :data:`msoko_lib.reporting.style.LOOKS`.
    """
    roles = frame[column].tolist() if column in frame else ["similar"] * len(frame)
    unknown = set(roles) - set(LOOKS)
    if unknown:
        raise ValueError(f"a role is one of {', '.join(LOOKS)}, found {sorted(unknown)}")
    return roles


def need(frame: pd.DataFrame, *columns: str) -> None:
    """Check that a frame can be drawn.

    Raises
    ------
    ValueError
        If it is empty or a column is absent.
    """
    absent = [name for name in columns if name not in frame]
    if absent:
        raise ValueError(f"the chart needs the columns {absent}; it has {list(frame.columns)}")
    if frame.empty:
        raise ValueError("a chart of an empty frame: show Nothing(…) instead")


def limits_of(values: Sequence[float], kind: str) -> tuple[float, float]:
    """Limits of the value axis with a little air; shares stay within 0…1.

    Examples
    --------
    >>> limits_of([25, 75], "score")
    (21.0, 79.0)
    """
    known = [float(value) for value in values if not ru.is_missing(value)]
    if not known:
        return (0.0, 1.0)
    low, high = min(known), max(known)
    air = 0.08 * (high - low) or max(abs(high) * 0.1, 0.02 if kind == "share" else 1.0)
    low, high = low - air, high + air
    return (max(low, -0.015), min(high, 1.015)) if kind == "share" else (low, high)


def draw_references(axes: Axes, references: Mapping[str, float], kind: str, lift: float) -> None:
    """Vertical lines, each named above the axes on a line of its own.

    Parameters
    ----------
    lift : float
        Inches above the axes at which the lowest name stands.
    """
    figure_height = style.figure_of(axes).get_figheight()
    axes_height = axes.get_position().height * figure_height
    for place, (name, value) in enumerate(references.items()):
        axes.axvline(
            value, color=style.INK, linewidth=1.1, linestyle=("--", ":")[place % 2], zorder=1
        )
        low, high = axes.get_xlim()
        across = (value - low) / (high - low)
        side = "left" if across < 0.2 else "right" if across > 0.8 else "center"
        axes.text(
            value,
            1 + (lift + place * 0.18) / axes_height,
            f"{name}: {style.value_text(value, kind)}",
            transform=blended_transform_factory(axes.transData, axes.transAxes),
            ha=side,
            va="bottom",
            size=style.SMALL,
            color=style.INK,
        )


def prepare_rows(axes: Axes, layout: RowLayout, roles: Sequence[str]) -> None:
    """Set the rows, their labels and the grid on given axes."""
    axes.set_ylim(layout.height, 0)
    axes.set_yticks(layout.centers, layout.labels)
    style.bare(axes, "x")
    for tick, role in zip(axes.get_yticklabels(), roles, strict=True):
        tick.set_fontweight(LOOKS[role].weight)
        tick.set_color(style.INK if role != "other" else style.MUTED_TEXT)


def side_text(axes: Axes, inches: float, y: float, text: str, **look: Any) -> None:
    """Text right of the axes; ``inches`` from the axes' right edge to the text's right edge."""
    width = axes.get_position().width * style.figure_of(axes).get_figwidth()
    axes.text(
        1 + inches / width,
        y,
        text,
        ha="right",
        size=style.SMALL,
        transform=blended_transform_factory(axes.transAxes, axes.transData),
        **look,
    )


def _with_room(low: float, high: float, values: pd.Series) -> tuple[float, float]:
    """Limits with room for half a mark at an edge on which a value stands."""
    room = _EDGE * (high - low)
    return (
        low - room if (values <= low).any() else low,
        high + room if (values >= high).any() else high,
    )


@style.styled
def dot_with_interval(
    frame: pd.DataFrame,
    *,
    title: str = "",
    subtitle: str = "",
    kind: str = "share",
    references: Mapping[str, float] | None = None,
    limits: tuple[float, float] | None = None,
    n_header: str = "участников",
    value_header: str = "значение",
    width: float = style.TEXT_WIDTH,
) -> Figure:
    """Units × value × interval, with n beside each row.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a unit, drawn from the top in the order given: ``label``, ``value``, ``ci_low``,
        ``ci_high``, ``n``; optional ``role`` (``ours``, ``attention``, ``similar``, ``other``),
        ``target`` (a tick of the row's own, for example a plan), ``singles`` (a list of values:
        the units behind a mean, drawn as small rings) and ``state``, printed where there is no
        value («мало», «нет данных»).
    title, subtitle : str
        The finding; what is measured and for whom.
    kind : {"share", "score", "pp", "mean", "int"}
        Shares are 0…1, percentage points are numbers such as 3.2.
    references : mapping of str to float
        Named comparison lines: «муниципалитет», «регион».
    limits : (float, float), optional
        Limits of the axis, the same in all charts that are compared.
    n_header, value_header : str
        Headings of the figures on the right.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    need(frame, "label", "value", "ci_low", "ci_high", "n")
    references = references or {}
    roles = roles_of(frame)
    layout = row_layout(frame["label"].tolist(), [LOOKS[role].weight for role in roles])
    n_width = max(style.text_width(n_header, style.SMALL), 0.4)
    value_width = max(style.text_width(value_header, style.SMALL), 0.75)
    margins = Margins(layout.left, n_width + value_width + 0.3, 0.26 + 0.18 * len(references), 0.3)
    figure, axes = style.canvas(width, layout.height, margins, title, subtitle)
    prepare_rows(axes, layout, roles)
    targets = frame["target"].tolist() if "target" in frame else [None] * len(frame)
    every = pd.concat([frame["value"], frame["ci_low"], frame["ci_high"]]).tolist()
    every += [target for target in targets if not ru.is_missing(target)]
    singles = frame["singles"].tolist() if "singles" in frame else [[]] * len(frame)
    every += [value for values in singles for value in values]
    low, high = limits or limits_of([*every, *references.values()], kind)
    axes.set_xlim(*_with_room(low, high, frame["value"]))
    style.value_axis(axes, "x", kind)
    draw_references(axes, references, kind, 0.22)
    value_at, n_at = value_width + 0.1, value_width + n_width + 0.25
    for header, place in ((value_header, value_at), (n_header, n_at)):
        side_text(axes, place, -0.06, header, va="bottom", color=style.MUTED_TEXT)
    states = frame["state"].tolist() if "state" in frame else [ru.NO_DATA] * len(frame)
    rows = zip(
        layout.centers,
        frame["value"],
        frame["ci_low"],
        frame["ci_high"],
        frame["n"],
        roles,
        states,
        strict=True,
    )
    for y, values in zip(layout.centers, singles, strict=True):
        axes.plot(values, [y] * len(values), marker="o", markersize=4.5, color=style.SIMILAR,
                  markerfacecolor="white", linestyle="", zorder=1.5)  # fmt: skip
    for y, target in zip(layout.centers, targets, strict=True):
        if not ru.is_missing(target):
            axes.plot([target], [y], marker="|", markersize=15, color=style.INK,
                      markeredgewidth=1.6, linestyle="", zorder=2)  # fmt: skip
    for y, value, low, high, n, role, state in rows:
        look = LOOKS[role]
        known = not ru.is_missing(value)
        if known:
            if not (ru.is_missing(low) or ru.is_missing(high)):
                axes.plot([low, high], [y, y], color=look.color, linewidth=2.2, zorder=2)
            axes.plot(
                [value],
                [y],
                marker=look.marker,
                markersize=look.size,
                color=look.color,
                markerfacecolor=look.face,
                markeredgewidth=1.4,
                linestyle="",
                zorder=3,
                # A mark at the edge of the scale is drawn whole.
                clip_on=False,
            )
        text = style.value_text(value, kind) if known else state
        color = style.INK if known else style.MUTED_TEXT
        side_text(axes, value_at, y, text, va="center", color=color, weight=look.weight)
        if not ru.is_missing(n):
            side_text(axes, n_at, y, ru.number(n), va="center", color=style.MUTED_TEXT)
    return figure
