"""The same attack in whole numbers, at once, for the common case: shares of the same people.

Whoever holds the reports of all schools knows every part but the hidden ones. What is left of the
total are hidden groups: their sizes add up to what the print of the participants allows, those with
the property to what the print of each share allows. All sizes of the whole are gone through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from msoko_lib.publication.records import Interval, Record

Ends = NDArray[np.int64]
#: (role, organisation) of one record → least and greatest count.
Found = dict[tuple[int, str, str], Interval]


def is_simple(group: Sequence[Record]) -> bool:
    """True if the group is shares of the same people in one edition, with nothing else linked."""
    first = group[0]
    if any(record.kind != "share" for record in group):
        return False
    keys = [record.keys[role] for record in group for role in ("numerator", "rest")]
    return (
        all(
            not record.edition
            and not record.sum_of
            and not record.known
            and record.keys["denominator"] == first.keys["denominator"]
            and hidden_units(record) == hidden_units(first)
            and all(
                unit.numerator == int(unit.numerator) and unit.denominator == int(unit.denominator)
                for unit in record.units.values()
            )
            for record in group
        )
        and len(set(keys)) == len(keys)
        and first.keys["denominator"] not in keys
    )


def hidden_units(record: Record) -> list[str]:
    """Organisations whose report hides the counts."""
    return [name for name, unit in record.units.items() if unit.hidden]


@dataclass(frozen=True)
class Spans:
    """For each possible number of participants: least and greatest number with the property."""

    wholes: Ends
    low: Ends
    high: Ends


def spans_of(record: Record, wholes: Ends) -> Spans:
    """What a record says of each possible number of participants."""
    low, high = np.zeros_like(wholes), wholes.copy()
    if record.value is not None:
        # Counted in thousandths: 0.575 * 1000 people must not become 574.9999.
        first, last = (round(1000 * end, 6) for end in (record.value[0], min(record.value[1], 2.0)))
        low = np.ceil(wholes * first / 1000 - 1e-9).astype(np.int64)
        high = np.minimum(wholes, np.ceil(wholes * last / 1000 - 1e-9).astype(np.int64) - 1)
    return Spans(wholes, np.maximum(low, 0), high)


def total_intervals(record: Record) -> dict[str, Interval]:
    """What a reader of the public edition alone knows of the totals of one share."""
    spans = spans_of(record, np.arange(ceil(record.n[0]), int(record.n[1]) + 1))
    fits = spans.low <= spans.high
    wholes, low, high = spans.wholes[fits], spans.low[fits], spans.high[fits]
    return {
        "numerator": (float(low.min()), float(high.max())),
        "rest": (float((wholes - high).min()), float((wholes - low).max())),
        "denominator": (float(wholes.min()), float(wholes.max())),
    }


def hidden_intervals(
    group: Sequence[Record], largest: Mapping[str, int], insider: str = ""
) -> Found:
    """What a reader with the reports of all schools knows of the hidden counts.

    Parameters
    ----------
    group : sequence of Record
        A simple group.
    largest : mapping
        Hidden organisation → the largest size that the reader takes for possible.
    insider : str
        A hidden organisation that besides knows its own counts.
    """
    units = group[0].units
    free = [name for name in largest if name != insider]
    seen = sum(int(unit.denominator) for name, unit in units.items() if name not in free)
    left = np.arange(sum(largest[name] for name in free) + 1)
    fits = np.ones(left.size, dtype=bool)
    inside = []
    for record in group:
        own = sum(int(unit.numerator) for name, unit in record.units.items() if name not in free)
        spans = spans_of(record, left + seen)
        low, high = np.maximum(spans.low - own, 0), np.minimum(spans.high - own, left)
        fits &= low <= high
        if record.n_told:
            fits &= (spans.wholes >= record.n[0]) & (spans.wholes <= record.n[1])
        inside.append((low, high))
    left = left[fits]
    found: Found = {}
    for name in free:
        others = sum(largest[other] for other in free if other != name)
        least, most = np.maximum(left - others, 0), np.minimum(left, largest[name])
        for place, (low, high) in enumerate(inside):
            lower, upper = low[fits], high[fits]
            found[(place, "denominator", name)] = _ends(least, most)
            # The others hold at most all that is left beside this group.
            rest_low, rest_high = left - upper, left - lower
            found[(place, "numerator", name)] = _ends(
                np.maximum(lower - (left - least), 0), np.minimum(upper, most)
            )
            found[(place, "rest", name)] = _ends(
                np.maximum(rest_low - (left - least), 0), np.minimum(rest_high, most)
            )
    return found


def _ends(low: Ends, high: Ends) -> Interval:
    return float(low.min()), float(high.max())
