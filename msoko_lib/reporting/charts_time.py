"""Dynamics over years: lines with intervals, broken where years cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting import style
from msoko_lib.reporting.charts_rows import limits_of, need
from msoko_lib.reporting.style import LOOKS, Margins

_LABEL_STEP: Final = 0.17


@dataclass(frozen=True)
class _EndLabel:
    """Name of a line at its last point."""

    y: float
    text: str
    color: str
    weight: str


def draw_trend(
    axes: Axes,
    frame: pd.DataFrame,
    years: Sequence[str] | None = None,
    *,
    kind: str = "share",
) -> list[_EndLabel]:
    """Draw the lines of :func:`trend` on given axes; the caller places the names.

    ``years`` fixes the horizontal axis where several charts are compared; by default the years of
    the frame in order of first appearance.
    """
    years = list(dict.fromkeys(frame["year"].tolist())) if years is None else years
    places = {year: place for place, year in enumerate(years)}
    labels = []
    for series, part in frame.groupby("series", sort=False):
        part = part.assign(place=part["year"].map(places)).sort_values("place")
        look = LOOKS[part["role"].iloc[0] if "role" in part else "similar"]
        _draw_line(axes, part, look, kind)
        known = part.dropna(subset=["value"])
        if len(known):
            last = known.iloc[-1]
            text = f"{series}: {style.value_text(last['value'], kind)}"
            labels.append(_EndLabel(float(last["value"]), text, look.color, look.weight))
    axes.set_xlim(-0.35, len(years) - 0.65)
    axes.set_xticks(range(len(years)), list(years))
    style.bare(axes, "y")
    style.value_axis(axes, "y", kind, 5)
    axes.tick_params(axis="y", labelsize=style.SMALL, labelcolor=style.MUTED_TEXT)
    return labels


def _draw_line(axes: Axes, part: pd.DataFrame, look: style.Look, kind: str) -> None:
    comparable = part["comparable"].tolist() if "comparable" in part else [True] * len(part)
    intervals = {"ci_low", "ci_high"} <= set(part.columns)
    points = part.to_dict("records")
    above = 3 if look.weight == "bold" else 0
    for place, point in enumerate(points):
        x, y = point["place"], point["value"]
        if ru.is_missing(y):
            continue
        if intervals and not ru.is_missing(point["ci_low"]):
            axes.plot(
                [x, x],
                [point["ci_low"], point["ci_high"]],
                color=look.color,
                linewidth=2.2,
                alpha=0.55,
                zorder=2 + above,
            )
        # A year that cannot be compared stands alone, as an empty point.
        face = look.face if comparable[place] else "white"
        axes.plot(
            [x],
            [y],
            marker=look.marker,
            markersize=look.size,
            color=look.color,
            markerfacecolor=face,
            markeredgewidth=1.4,
            linestyle="",
            zorder=4 + above,
            # A mark at the edge of the scale is drawn whole.
            clip_on=False,
        )
        before = points[place - 1] if place else None
        joined = (
            before is not None
            and not ru.is_missing(before["value"])
            and before["place"] == x - 1
            and comparable[place]
            and comparable[place - 1]
        )
        if joined and before is not None:
            axes.plot(
                [before["place"], x],
                [before["value"], y],
                color=look.color,
                linewidth=1.8,
                zorder=3 + above,
            )


@style.styled
def trend(
    frame: pd.DataFrame,
    *,
    title: str = "",
    subtitle: str = "",
    kind: str = "share",
    limits: tuple[float, float] | None = None,
    incomparable_note: str = "",
    width: float = style.TEXT_WIDTH,
    plot_height: float = 2.3,
) -> Figure:
    """Values over years with intervals; each line named at its end.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row series × year: ``series``, ``year`` (as it is to be printed, in chronological
        order of first appearance), ``value``; optional ``ci_low``, ``ci_high``, ``n``, ``role``
        and ``comparable`` (false: the point is drawn empty and joined to no other).
    title, subtitle : str
        The finding; what is measured and for whom.
    kind : {"share", "score", "mean", "pp"}
        How values are printed.
    limits : (float, float), optional
        Limits of the value axis, the same in all charts that are compared.
    incomparable_note : str
        Why some points stand alone; printed below.
    width, plot_height : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure

    Notes
    -----
    The n of the series with the role ``ours`` is printed under each year.
    """
    need(frame, "series", "year", "value")
    years = list(dict.fromkeys(frame["year"].tolist()))
    names = [
        f"{series}: {style.value_text(part['value'].dropna().iloc[-1], kind)}"
        for series, part in frame.groupby("series", sort=False)
        if part["value"].notna().any()
    ]
    side = min(2.4, max([style.text_width(name, style.SMALL, "bold") for name in names] + [0]))
    with_n = "n" in frame and "role" in frame and (frame["role"] == "ours").any()
    bottom = 0.3 + (0.18 if with_n else 0) + (0.22 if incomparable_note else 0)
    figure, axes = style.canvas(
        width, plot_height, Margins(0.6, side + 0.25, 0.12, bottom), title, subtitle
    )
    every = [
        value for name in ("value", "ci_low", "ci_high") if name in frame for value in frame[name]
    ]
    axes.set_ylim(*(limits or limits_of(every, kind)))
    labels = draw_trend(axes, frame, years, kind=kind)
    if with_n:
        ours = frame[frame["role"] == "ours"].drop_duplicates("year").set_index("year")["n"]
        axes.set_xticks(range(len(years)), [_year_with_n(year, ours.get(year)) for year in years])
    _place_labels(axes, labels, plot_height)
    if incomparable_note:
        figure.text(
            0.6 / width,
            0.05 / figure.get_figheight(),
            f"Пустой знак: {incomparable_note}",
            size=style.SMALL,
            color=style.MUTED_TEXT,
            va="bottom",
        )
    return figure


def _year_with_n(year: str, n: float | None) -> str:
    return f"{year}\n{ru.NOT_APPLICABLE if ru.is_missing(n) else ru.counted(n or 0, ru.PERSON)}"


def _place_labels(axes: Axes, labels: Sequence[_EndLabel], plot_height: float) -> None:
    """Write the names right of the lines, pushed apart where lines end close together."""
    low, high = axes.get_ylim()
    step = _LABEL_STEP / plot_height * (high - low)
    placed = sorted(labels, key=lambda label: label.y)
    heights: list[float] = []
    for label in placed:
        heights.append(max(label.y, heights[-1] + step) if heights else label.y)
    # Shift the stack down by half of what pushing raised it, so it stays beside its lines.
    shift = (heights[-1] - placed[-1].y) / 2 if heights else 0.0
    for label, height in zip(placed, heights, strict=True):
        axes.text(
            1.01,
            height - shift,
            label.text,
            transform=axes.get_yaxis_transform(),
            va="center",
            size=style.SMALL,
            weight=label.weight,
            color=label.color if label.weight == "bold" else style.INK,
        )
