"""One table cell: its text on paper and its raw value for the workbook, by the kind of column."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from msoko_lib.reporting import numbers_ru as ru
from msoko_lib.reporting.markup import MARKS

Kind = Literal[
    "text", "int", "share", "pp", "score", "mean", "gap", "interval", "interval_pp",
    "interval_score", "interval_gap", "date", "mark", "printed",
]  # fmt: skip
INTERVAL_KINDS: Final = frozenset({"interval", "interval_pp", "interval_score", "interval_gap"})
TEXT_KINDS: Final = frozenset({"text", "date", "mark"})

_DECIMALS: Final = {
    "int": 0,
    "printed": 0,
    "share": 1,
    "pp": 1,
    "score": 1,
    "mean": 2,
    "gap": 2,
    "interval": 0,
    "interval_pp": 1,
    "interval_score": 1,
    "interval_gap": 2,
}


@dataclass(frozen=True)
class Column:
    """One column of a :class:`~msoko_lib.reporting.tables.ReportTable`.

    Parameters
    ----------
    key : str or tuple of (str, str)
        Column of the frame; for an interval the columns of its two ends, or one column that holds
        pairs.
    header : str
        Heading people read.
    kind : str
        How values are printed: ``text``; ``int`` whole numbers (people, works); ``share`` a share
        of 0…1 as «61,3 %»; ``pp`` percentage points with sign; ``score`` one decimal; ``mean`` two
        decimals (mean mark); ``gap`` a difference of them, with sign; ``interval`` ends that are
        shares, ``interval_pp`` percentage points, ``interval_score`` scores, ``interval_gap``
        differences; ``date`` a date or ISO string; ``mark`` one of the four marks; ``printed`` a
        figure that is text already («около 90 %»).
    note : str
        Footnote to the heading.
    missing : str
        What a missing value means: «нет данных» (default), «—», «мало» or «н/д».
    decimals : int, optional
        Digits after the comma where the usual number for the kind does not suit.
    wide : bool
        The column holds sentences: it keeps its width when others want it too.
    """

    key: str | tuple[str, str]
    header: str
    kind: Kind = "text"
    note: str = ""
    missing: str = ru.NO_DATA
    decimals: int | None = None
    wide: bool = False

    def __post_init__(self) -> None:
        if self.kind not in TEXT_KINDS | INTERVAL_KINDS | _DECIMALS.keys():
            raise ValueError(f"unknown kind of column {self.kind!r} ({self.header})")
        if not self.header.strip():
            raise ValueError(f"column {self.key!r} has no heading")
        if self.missing not in ru.STATE_MEANINGS:
            raise ValueError(
                f"a missing value is one of {', '.join(ru.STATE_MEANINGS)}, found {self.missing!r}"
            )
        if isinstance(self.key, tuple) and self.kind not in INTERVAL_KINDS:
            raise ValueError(f"only an interval has two keys, found {self.key!r} ({self.kind})")

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns of the frame that this column reads."""
        return self.key if isinstance(self.key, tuple) else (self.key,)

    @property
    def payload_key(self) -> str:
        """Name of the column in the payload of the table."""
        return "…".join(self.keys)

    @property
    def is_figure(self) -> bool:
        """Whether the column is right-aligned."""
        return self.kind not in TEXT_KINDS

    @property
    def printed_decimals(self) -> int:
        """Digits after the comma."""
        return self.decimals if self.decimals is not None else _DECIMALS.get(self.kind, 0)

    def payload(self) -> dict[str, Any]:
        """Description of the column as plain data."""
        return {
            "key": self.payload_key,
            "header": self.header,
            "kind": self.kind,
            "note": self.note,
            "decimals": self.printed_decimals,
        }


def raw_value(column: Column, values: tuple[Any, ...]) -> Any:
    """Value of a cell as plain JSON data.

    Parameters
    ----------
    column : Column
    values : tuple
        Values of the frame's columns named by ``column.keys``.

    Returns
    -------
    str, int, float, bool, None or list
        A number unrounded; one of the four states as its own text; an interval as ``[low, high]``;
        a missing value as the state the column gives it.
    """
    for value in values:
        if isinstance(value, str) and value in ru.STATE_MEANINGS:
            return value
    if column.kind in INTERVAL_KINDS:
        ends = values[0] if len(values) == 1 and not ru.is_missing(values[0]) else values
        if any(ru.is_missing(end) for end in ends):
            return column.missing
        return [_plain(end) for end in ends]
    return column.missing if ru.is_missing(values[0]) else _plain(values[0])


def _plain(value: Any) -> Any:
    item = value.item() if hasattr(value, "item") else value
    if isinstance(item, dt.date):
        return item.isoformat()[:10]
    if isinstance(item, float) and math.isinf(item):
        raise ValueError("an infinite value cannot stand in a table")
    return item


def cell_text(column: Column, raw: Any) -> str:
    """Text of a cell on paper from its raw value (see :func:`raw_value`).

    Raises
    ------
    ValueError
        If a text stands in a column of figures and is not one of the four states, or a mark is
        unknown.

    Examples
    --------
    >>> cell_text(Column("q", "Качество", "share"), 0.6125).replace("\\u00a0", " ")
    '61,3 %'
    >>> cell_text(Column("q", "Качество", "share"), "мало")
    'мало'
    """
    if isinstance(raw, str) and raw in ru.STATE_MEANINGS:
        return raw
    if isinstance(raw, str) and column.is_figure and column.kind != "printed":
        raise ValueError(f"column «{column.header}» holds figures, found the text {raw!r}")
    return _PRINTERS[column.kind](raw, column.printed_decimals)


def _text(raw: Any, decimals: int) -> str:
    if isinstance(raw, bool):
        return "да" if raw else "нет"
    if isinstance(raw, float):
        return ru.number(raw, 0 if raw.is_integer() else decimals or 1)
    return str(raw)


def _mark(raw: Any, decimals: int) -> str:
    if raw not in MARKS:
        raise ValueError(f"a mark is one of {', '.join(MARKS)}, found {raw!r}")
    return " ".join(MARKS[raw])


def _share_interval(raw: Any, decimals: int) -> str:
    low, high = raw
    return ru.share_interval(low, high, decimals)


def _pp_interval(raw: Any, decimals: int) -> str:
    low, high = raw
    return ru.interval(low, high, "п.п.", decimals, signed=True)


def _score_interval(raw: Any, decimals: int) -> str:
    low, high = raw
    return ru.interval(low, high, "", decimals)


def _gap(raw: Any, decimals: int) -> str:
    return ru.number(raw, decimals, signed=True)


def _gap_interval(raw: Any, decimals: int) -> str:
    low, high = raw
    return ru.interval(low, high, "", decimals, signed=True)


def _date(raw: Any, decimals: int) -> str:
    return ru.date_ru(raw)


_PRINTERS: Final[dict[str, Callable[[Any, int], str]]] = {
    "text": _text,
    "printed": _text,
    "int": ru.number,
    "share": ru.share,
    "pp": ru.pp,
    "score": ru.number,
    "mean": ru.number,
    "gap": _gap,
    "interval": _share_interval,
    "interval_pp": _pp_interval,
    "interval_score": _score_interval,
    "interval_gap": _gap_interval,
    "date": _date,
    "mark": _mark,
}
