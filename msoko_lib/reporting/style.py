"""One look for all charts: palette, marker shapes, sizes, and text that always fits.

Object-oriented matplotlib only: a figure made here is known to nobody else, so figures neither
leak between reports nor appear twice in a notebook.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, ParamSpec, TypeVar, cast

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from msoko_lib.reporting import numbers_ru as ru

INK: Final = "#1c2430"
ACCENT: Final = "#1f5fa8"
ACCENT_LIGHT: Final = "#9dc0e6"
ACCENT_TINT: Final = "#e3edf8"
ATTENTION: Final = "#b95300"
ATTENTION_TINT: Final = "#fce8d8"
SIMILAR: Final = "#6b7480"
OTHER: Final = "#a9b1ba"
QUIET: Final = "#d8dde3"
GRID: Final = "#e6e9ed"
MUTED_TEXT: Final = "#56606c"

Role = Literal["ours", "attention", "similar", "other"]


@dataclass(frozen=True)
class Look:
    """How a unit is drawn: colour and shape together, so that grey print loses nothing."""

    color: str
    marker: str
    size: float
    face: str
    weight: str = "normal"


LOOKS: Final[dict[str, Look]] = {
    "ours": Look(ACCENT, "D", 7.5, ACCENT, "bold"),
    "attention": Look(ATTENTION, "v", 8.5, ATTENTION, "bold"),
    "similar": Look(SIMILAR, "o", 6.5, SIMILAR),
    "other": Look(OTHER, "s", 5.5, OTHER),
}

# Sizes in inches and points. 7.5 in is the text column (720 px), 10 in the widest figure (960 px).
TEXT_WIDTH: Final = 7.5
FULL_WIDTH: Final = 10.0
BODY: Final = 10.0
SMALL: Final = 9.0
TITLE: Final = 12.0
ROW: Final = 0.30
LINE: Final = 0.175
_LEGEND_GAP: Final = 0.4
FAMILY: Final = "DejaVu Sans"
_POINTS_PER_INCH: Final = 72
_LEADING: Final = 1.35

_RC: Final[Any] = {
    "font.family": FAMILY,
    "font.size": BODY,
    "text.color": INK,
    "text.usetex": False,
    # A dollar in a school's name is a dollar, not the beginning of a formula.
    "text.parse_math": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": MUTED_TEXT,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": MUTED_TEXT,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": BODY,
    "grid.color": GRID,
    "hatch.linewidth": 0.6,
    "lines.solid_capstyle": "butt",
    "svg.fonttype": "path",
    "svg.hashsalt": "msoko",
}

# Text, size, weight and colour of a line.
Heading = list[tuple[str, float, str, str]]

_Args = ParamSpec("_Args")
_Result = TypeVar("_Result")


def styled(chart: Callable[_Args, _Result]) -> Callable[_Args, _Result]:
    """Draw a chart with the project's settings, whatever the caller's own matplotlib settings."""

    @functools.wraps(chart)
    def inner(*args: _Args.args, **kwargs: _Args.kwargs) -> _Result:
        with mpl.rc_context(_RC):
            return chart(*args, **kwargs)

    return inner


@functools.cache
def _face(weight: str) -> FT2Font:
    return FT2Font(findfont(FontProperties(family=FAMILY, weight=weight)))


# A font reads its glyphs from a file that stays open; forks that share it would read each other's
# places. matplotlib does the same for the fonts it draws with.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_face.cache_clear)


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: float = BODY, weight: str = "normal") -> float:
    """Width of a line of text in inches.

    Examples
    --------
    >>> 1.0 < text_width("Русский язык, 4 класс") < 2.5
    True
    """
    font = _face(weight)
    font.set_size(size, _POINTS_PER_INCH)
    font.set_text(text)
    return font.get_width_height()[0] / 64 / _POINTS_PER_INCH


def wrapped(text: str, width: float, size: float = BODY, weight: str = "normal") -> list[str]:
    """Break text into lines no wider than ``width`` inches, between words; a long word stays whole.

    Examples
    --------
    >>> wrapped("Работа с текстом и информацией", 1.2)
    ['Работа с', 'текстом и', 'информацией']
    """
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True)
class Margins:
    """Space around the axes in inches."""

    left: float
    right: float
    top: float
    bottom: float


def canvas(
    width: float, plot_height: float, margins: Margins, title: str = "", subtitle: str = ""
) -> tuple[Figure, Axes]:
    """Figure with one pair of axes, title and subtitle above it, all within fixed margins.

    Fixed margins instead of a tight bounding box: drawing once is enough (a tight box draws
    twice), and figures with the same margins have comparable scales.

    Parameters
    ----------
    width, plot_height : float
        Width of the figure and height of the axes in inches.
    margins : Margins
        Space for labels; the heading is added on top of it.
    title, subtitle : str
        The finding; what is measured and for whom. Wrapped to the width.
    """
    heading, heading_height = heading_of(width, title, subtitle)
    height = plot_height + margins.top + margins.bottom + heading_height
    figure = Figure(figsize=(width, height), facecolor="white")
    FigureCanvasAgg(figure)
    place_heading(figure, heading)
    axes = figure.add_axes(
        (
            margins.left / width,
            margins.bottom / height,
            (width - margins.left - margins.right) / width,
            plot_height / height,
        )
    )
    return figure, axes


def heading_of(width: float, title: str, subtitle: str) -> tuple[Heading, float]:
    """Lines of title and subtitle, and the height in inches that they need."""
    heading: Heading = []
    if title:
        heading += [(line, TITLE, "bold", INK) for line in wrapped(title, width, TITLE, "bold")]
    if subtitle:
        heading += [(line, BODY, "normal", MUTED_TEXT) for line in wrapped(subtitle, width)]
    height = sum(size * _LEADING / _POINTS_PER_INCH for _, size, _, _ in heading)
    return heading, height + (0.12 if heading else 0.0)


def place_heading(figure: Figure, heading: Heading) -> None:
    """Write title and subtitle at the upper left of the figure."""
    height = figure.get_size_inches()[1]
    top = 0.0
    for text, size, weight, color in heading:
        figure.text(
            0, 1 - top / height, text, size=size, weight=weight, color=color, ha="left", va="top"
        )
        top += size * _LEADING / _POINTS_PER_INCH


def figure_of(axes: Axes) -> Figure:
    """Whole figure the axes belong to."""
    return cast(Figure, axes.get_figure(root=True))


def bare(axes: Axes, grid: Literal["x", "y", ""] = "") -> None:
    """Take away frame and ticks; leave the grid along one axis."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0)
    if grid:
        axes.grid(axis=grid, linewidth=0.8)


def value_text(value: float, kind: str) -> str:
    """Short text of a value on a chart: whole per cents, one decimal for scores."""
    if kind == "share":
        return ru.share(value, 0)
    if kind == "pp":
        return ru.number(value, 1, signed=True)
    if kind == "gap":
        return ru.number(value, 2, signed=True)
    return ru.number(value, 0 if kind == "int" else 2 if kind == "mean" else 1)


def value_axis(axes: Axes, which: Literal["x", "y"], kind: str, bins: int = 6) -> None:
    """Number the value axis in Russian form."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(nbins=bins, steps=[1, 2, 5, 10]))

    def label(value: float, _place: int | None) -> str:
        if kind == "share":
            return ru.share(value, 0)
        fine = next(places for places in (0, 1, 2) if places == 2 or _is_round(value, places))
        return ru.number(value, fine, signed=kind in ("pp", "gap"))

    axis.set_major_formatter(FuncFormatter(label))


def _is_round(value: float, places: int) -> bool:
    return abs(value - round(value, places)) < 1e-9


@dataclass(frozen=True)
class LegendEntry:
    """A shape and what it means."""

    marker: str
    color: str
    face: str
    name: str


def entry(role: str, name: str) -> LegendEntry:
    """Legend entry for a role."""
    look = LOOKS[role]
    return LegendEntry(look.marker, look.color, look.face, name)


def legend_width(entries: Sequence[LegendEntry]) -> float:
    """Width in inches of a legend in one line."""
    return sum(text_width(item.name, SMALL) + _LEGEND_GAP for item in entries)


def draw_legend(figure: Figure, entries: Sequence[LegendEntry], x: float, y: float) -> None:
    """Names behind their shapes in one line; ``x`` and ``y`` in inches from the lower left."""
    width, height = figure.get_size_inches()
    for item in entries:
        figure.add_artist(
            Line2D(
                [x / width + 0.006],
                [y / height],
                marker=item.marker,
                markersize=7,
                color=item.color,
                markerfacecolor=item.face,
                markeredgewidth=1.3,
                linestyle="",
            )
        )
        figure.text((x + 0.15) / width, y / height, item.name, size=SMALL, va="center")
        x += text_width(item.name, SMALL) + _LEGEND_GAP
