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
    """True if the group is shares of the same people, in one edition or in corrected ones.

    The organisations that their reports hide, and their counts, are the same in all editions;
    nothing else is linked.
    """
    first = group[0]
    if any(record.kind != "share" or record.sum_of or record.known for record in group):
        return False
    hidden = hidden_units(first)
    by_name: dict[str, list[float]] = {}
    by_edition: dict[str, set[str]] = {}
    keys: dict[str, str] = {}
    for record in group:
        counts = [record.units[name].numerator for name in hidden if name in record.units]
        sizes = [record.units[name].denominator for name in hidden if name in record.units]
        whole = {unit.numerator for unit in record.units.values()}
        whole |= {unit.denominator for unit in record.units.values()}
        own = (record.keys["numerator"], record.keys["rest"])
        if (
            hidden_units(record) != hidden
            or sizes != [first.units[name].denominator for name in hidden]
            or by_name.setdefault(record.name, counts) != counts
            or any(number != int(number) for number in whole)
            or any(keys.setdefault(key, f"{record.name} {n}") != f"{record.name} {n}"
                   for n, key in enumerate(own))
        ):  # fmt: skip
            return False
        by_edition.setdefault(record.edition, set()).add(record.keys["denominator"])
    return all(len(found) == 1 for found in by_edition.values()) and not set(keys) & set().union(
        *by_edition.values()
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


def total_intervals(record: Record, others: Sequence[Record], change: float) -> dict[str, Interval]:
    """What a reader of the public editions alone knows of the totals of one share.

    Parameters
    ----------
    others : sequence of Record
        The same figure in other editions of the year.
    change : float
        A correction that the reader takes for possible, where there was one.
    """
    spans = spans_of(record, _around(record))
    low, high = spans.low, spans.high
    corrected = []
    for other in others:
        if other.keys == record.keys:
            again = spans_of(other, spans.wholes)
            low, high = np.maximum(low, again.low), np.minimum(high, again.high)
        else:
            corrected.append(other)
    found = _of_totals(Spans(spans.wholes, low, high))
    for other in corrected:
        for role, (least, most) in _of_totals(spans_of(other, _around(other))).items():
            now, then = sum(record.part(role).values()), sum(other.part(role).values())
            slack = max(abs(now - then), change) if now != then else 0.0
            found[role] = (
                max(found[role][0], least - slack), min(found[role][1], most + slack)
            )  # fmt: skip
    return found


def _around(record: Record) -> Ends:
    return np.arange(ceil(record.n[0]), int(record.n[1]) + 1)


def _of_totals(spans: Spans) -> dict[str, Interval]:
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
    free = [name for name in largest if name != insider]
    left = np.arange(sum(largest[name] for name in free) + 1)
    fits = np.ones(left.size, dtype=bool)
    inside: dict[str, tuple[Ends, Ends]] = {}
    for record in group:
        known = [unit for name, unit in record.units.items() if name not in free]
        seen = sum(int(unit.denominator) for unit in known)
        own = sum(int(unit.numerator) for unit in known)
        spans = spans_of(record, left + seen)
        # The same hidden people stand behind a figure in all its editions.
        before = inside.get(record.name, (np.zeros_like(left), left))
        low = np.maximum(spans.low - own, before[0])
        high = np.minimum(spans.high - own, before[1])
        inside[record.name] = (low, high)
        fits &= low <= high
        if record.n_told:
            fits &= (spans.wholes >= record.n[0]) & (spans.wholes <= record.n[1])
    left = left[fits]
    found: Found = {}
    for name in free:
        others = sum(largest[other] for other in free if other != name)
        least, most = np.maximum(left - others, 0), np.minimum(left, largest[name])
        for place, record in enumerate(group):
            lower, upper = (ends[fits] for ends in inside[record.name])
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
