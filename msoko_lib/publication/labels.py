"""How a public number is printed, and what exactly its print says: the two must never differ.

Of people: shares in whole per cent with masked ends, means in whole points, participants in tens.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from msoko_lib.methods.rounding import half_up
from msoko_lib.publication.figures import Figure
from msoko_lib.publication.records import Interval
from msoko_lib.reporting import numbers_ru as ru

# Of people: per cent to which a share is rounded, and more coarsely where that gives too much away.
STEP, COARSE_STEP = 1, 5


@dataclass(frozen=True)
class Printed:
    """A number in print: text, the same for a file (number, sign), what a reader may conclude."""

    text: str
    plain: str
    says: Interval
    sign: str = ""


def printed_value(figure: Figure) -> Printed:
    """Value of a figure; of people coarsely, of conditions as computed."""
    if not figure.is_guarded:
        return _exact(figure)
    if figure.unit == "%":
        return _per_cent(figure.value, STEP, masked=figure.kind == "share")
    decimals = 0 if figure.kind == "mean" else 1
    half = 0.5 * 10.0**-decimals
    shown = float(half_up(figure.value, decimals))
    text = ru.number(shown, decimals)
    return Printed(text, text, (shown - half, shown + half))


def coarser_value(figure: Figure) -> Printed | None:
    """A share of people to the nearest five per cent; other values have no coarser print."""
    if not figure.is_guarded or figure.kind != "share":
        return None
    return _per_cent(figure.value, COARSE_STEP, masked=True)


def _per_cent(value: float, step: int, *, masked: bool) -> Printed:
    """Share rounded to a step; its ends masked, so that nobody learns of nobody or everybody."""
    shown = step * float(half_up(100 * value / step))
    half = step / 2
    if masked and shown >= 100:
        end = ru.number(100 - half, 1)
        return Printed(f"{end}{ru.NBSP}% и больше", end, ((100 - half) / 100, inf), "не меньше")
    if masked and shown <= 0:
        end = ru.number(half, 1)
        return Printed(f"меньше {end}{ru.NBSP}%", end, (0.0, half / 100), "меньше")
    says = ((shown - half) / 100, (shown + half) / 100)
    text = ru.share(shown / 100, 0)
    if step == STEP:
        return Printed(text, f"{shown:.0f}", says)
    return Printed(f"около {text}", f"{shown:.0f}", says, "около")


def _exact(figure: Figure) -> Printed:
    value = figure.value
    if figure.unit == "%":
        return Printed(ru.share(value, 0), ru.number(100 * value), (value, value))
    decimals = 0 if figure.kind == "total" else 1 if abs(value) >= 10 else 2
    text = ru.number(value, decimals)
    return Printed(text, text.replace(ru.NBSP, ""), (value, value))


def printed_n(figure: Figure, step: float) -> Printed:
    """How many people (in steps), organisations or objects stand behind a value."""
    if not figure.is_guarded:
        whole = figure.denominator if figure.kind != "total" else len(figure.units)
        decimals = 0 if float(whole).is_integer() else 1
        text = ru.number(whole, decimals)
        return Printed(text, text.replace(ru.NBSP, ""), (whole, whole))
    shown = step * float(half_up(figure.denominator / step))
    text = ru.number(shown)
    half = step / 2
    # Counts are whole: 295 is the least that becomes 300, 304 the greatest.
    return Printed(text, f"{shown:.0f}", (shown - half, shown + half - 1))
