"""A chart on its way into a page: bytes of the image, alternative text, caption."""

from __future__ import annotations

import base64
import io
import sys
from dataclasses import dataclass, field
from typing import Final, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.font_manager import FontProperties
from PIL import Image

from msoko_lib.reporting.markup import Block, check_anchor, esc, id_attribute, prose

DPI: Final = 150
CSS_PIXELS_PER_INCH: Final = 96
# Colours of a chart on its page, and how many of them are the commonest, kept as they are.
COLOURS: Final = 256
AREAS: Final = 12


@dataclass(frozen=True, eq=False)
class Figure(Block):
    """A chart of a report.

    The image is drawn once, when the block is made; the matplotlib figure is emptied and closed,
    so a long run keeps no figures in memory.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Chart; its size in inches becomes the size on the page (96 CSS pixels to the inch).
    alt : str
        What the chart shows, as a sentence: the finding, not «график».
    caption : str
        Line below: n, interval, source.
    svg : bool
        Vector image; for charts of few marks only.
    anchor : str
        Link target.

    Raises
    ------
    ValueError
        If ``alt`` is empty.
    """

    figure: MatplotlibFigure = field(repr=False)
    alt: str
    caption: str = ""
    svg: bool = False
    anchor: str = ""
    data_uri: str = field(init=False, repr=False)
    width: int = field(init=False)
    height: int = field(init=False)

    def __post_init__(self) -> None:
        check_anchor(self.anchor)
        if not self.alt.strip():
            raise ValueError("a chart needs an alternative text that states its finding")
        inches = self.figure.get_size_inches()
        object.__setattr__(self, "width", round(inches[0] * CSS_PIXELS_PER_INCH))
        object.__setattr__(self, "height", round(inches[1] * CSS_PIXELS_PER_INCH))
        object.__setattr__(self, "data_uri", _encode(self.figure, svg=self.svg))
        _close(self.figure)

    def html(self) -> str:
        """Markup: figure, image with alternative text and size, caption."""
        caption = f"<figcaption>{prose(self.caption)}</figcaption>" if self.caption else ""
        return (
            f'<figure{id_attribute(self.anchor)}><div class="figure-box"><img alt="{esc(self.alt)}"'
            f' width="{self.width}" height="{self.height}" src="{self.data_uri}"></div>'
            f"{caption}</figure>"
        )

    def plain(self) -> str:
        """The alternative text."""
        return self.alt


def _encode(figure: MatplotlibFigure, *, svg: bool) -> str:
    stream = io.BytesIO()
    if svg:
        FigureCanvasSVG(figure).print_svg(stream, metadata={"Date": None})
        kind = "svg+xml"
    else:
        figure.set_dpi(DPI)
        _in_few_colours(figure).save(stream, "PNG")
        kind = "png"
    return f"data:image/{kind};base64,{base64.b64encode(stream.getvalue()).decode('ascii')}"


class _Renderer(RendererAgg):
    """Remembers how large texts are, from one chart to the next: names and numbers come back."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | Literal["TeX"]
    ) -> tuple[float, float, float]:
        """Size of a text."""
        key = s, hash(prop), ismath, self.dpi, mpl.rcParams["text.hinting"]
        if key not in _SIZES:
            if len(_SIZES) >= _MOST_SIZES:
                _SIZES.clear()
            _SIZES[key] = super().get_text_width_height_descent(s, prop, ismath)
        return _SIZES[key]


class _Canvas(FigureCanvasAgg):
    _size: tuple[float, ...] = ()

    def get_renderer(self) -> RendererAgg:
        """Renderer of the size that the chart has."""
        size = (*self.get_width_height(physical=True), self.figure.dpi)
        if size != self._size:
            self._size, self.renderer = size, _Renderer(*size)
        return self.renderer


_SIZES: dict[object, tuple[float, float, float]] = {}
_MOST_SIZES: Final = 20_000


def _in_few_colours(figure: MatplotlibFigure) -> Image.Image:
    """Pixels of a chart with a palette: a third of the bytes, and no eye sees the difference.

    The colours of areas (paper, tints, fills) are kept exactly; only the softened edges of letters
    and lines share what is left of the palette.
    """
    canvas = _Canvas(figure)
    canvas.draw()
    size = canvas.get_width_height()
    image = Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert("RGB")
    few = image.quantize(
        COLOURS - AREAS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    # Red, green and blue of a pixel as one number: the first three of its four bytes.
    pixels = np.asarray(canvas.buffer_rgba()).view(">u4")[:, :, 0].astype(np.uint32) >> 8
    colours, counts = np.unique(pixels[::3, ::3], return_counts=True)
    places = np.array(few)
    palette = np.zeros((COLOURS, 3), dtype=np.uint8)
    found = np.array(few.getpalette(), dtype=np.uint8).reshape(-1, 3)[: COLOURS - AREAS]
    palette[: len(found)] = found
    for place, colour in enumerate(colours[np.argsort(counts)[-AREAS:]], start=COLOURS - AREAS):
        palette[place] = colour >> 16, colour >> 8 & 255, colour & 255
        places[pixels == colour] = place
    exact = Image.fromarray(places, mode="P")
    exact.putpalette(palette.ravel().tolist())
    return exact


def _close(figure: MatplotlibFigure) -> None:
    # Taken away first: to clear axes is to make them anew.
    for axes in figure.axes:
        figure.delaxes(axes)
    figure.clear()
    # pyplot is never imported for this; a figure made with it must leave its registry, though.
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)
