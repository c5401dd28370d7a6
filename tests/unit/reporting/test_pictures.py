"""Charts as images: small, and the colours of areas exact."""

from __future__ import annotations

import base64
import io

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as MatplotlibFigure
from PIL import Image

from msoko_lib.reporting import style
from msoko_lib.reporting.pictures import DPI, Figure


def drawn() -> MatplotlibFigure:
    figure = MatplotlibFigure((5, 3), facecolor="white")
    axes = figure.add_subplot()
    for place, colour in enumerate((style.ACCENT_TINT, style.ATTENTION_TINT, "#f1f3f5")):
        axes.bar(place, 1, color=colour)
        axes.text(place, 0.5, "▼ 61 %", color=style.INK, ha="center")
    axes.plot([0, 1, 2], [0.2, 0.9, 0.4], color=style.ACCENT)
    return figure


def pixels_of(stream: io.BytesIO) -> np.ndarray:
    return np.asarray(Image.open(stream).convert("RGB")).astype(int)


def test_a_chart_keeps_its_looks_at_a_fraction_of_the_bytes() -> None:
    plain = io.BytesIO()
    figure = drawn()
    figure.set_dpi(DPI)
    FigureCanvasAgg(figure).print_png(plain)
    kept = io.BytesIO(base64.b64decode(Figure(drawn(), "x").data_uri.split(",")[1]))
    assert len(kept.getvalue()) < 0.6 * len(plain.getvalue())
    before, after = pixels_of(plain), pixels_of(kept)
    assert before.shape == after.shape
    difference = np.abs(before - after).max(axis=2)
    assert difference.max() < 40 and (difference > 8).mean() < 0.01


def test_paper_and_tints_are_exact() -> None:
    kept = io.BytesIO(base64.b64decode(Figure(drawn(), "x").data_uri.split(",")[1]))
    colours = {tuple(colour) for colour in pixels_of(kept).reshape(-1, 3)}
    for name in ("#ffffff", style.ACCENT_TINT, style.ATTENTION_TINT, "#f1f3f5"):
        assert tuple(int(name[place : place + 2], 16) for place in (1, 3, 5)) in colours, name


def test_an_image_is_the_same_every_time() -> None:
    assert Figure(drawn(), "x").data_uri == Figure(drawn(), "x").data_uri
