"""How exports are spoilt on their way: spaces, commas, notes. Nothing is lost, all must be read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msoko_lib.demo.vpr_year import Town
from msoko_lib.demo.xlsx import SheetRows, Value

NBSP = "\u00a0"
HEADER_ROW = 7
Rows = list[list[Value]]
Quirk = Callable[[Rows], None]


def _comma_percents(rows: Rows, digits: int = 2) -> None:
    """Percentages as text with a comma."""
    for row in rows[HEADER_ROW + 1 :]:
        row[:] = [
            f"{cell:.{digits}f}".replace(".", ",") if isinstance(cell, float) else cell
            for cell in row
        ]


def _rough_percents(rows: Rows) -> None:
    """Percentages with one digit: of four marks they sum to 99,9–100,1."""
    _comma_percents(rows, digits=1)


def _spaced_thousands(rows: Rows) -> None:
    """Numbers of participants as text, thousands parted by no-break spaces."""
    for row in rows[HEADER_ROW + 1 :]:
        row[:] = [
            f"{cell:,}".replace(",", NBSP) if isinstance(cell, int) and cell >= 1_000 else cell
            for cell in row
        ]


def _trailing_spaces(rows: Rows) -> None:
    """Headers and group cells end in a space."""
    rows[HEADER_ROW] = [f"{cell} " if isinstance(cell, str) else cell for cell in rows[HEADER_ROW]]
    for row in rows[HEADER_ROW + 1 :]:
        if row and isinstance(row[0], str):
            row[0] = f"{row[0]} "


def _note_below(rows: Rows) -> None:
    """A note under the table."""
    rows.append([])
    rows.append(["Примечание: показатели рассчитаны по загруженным работам."])


def _empty_column(rows: Rows) -> None:
    """An eighth column that is there and empty."""
    rows[HEADER_ROW].append(" ")


def _short_municipality(rows: Rows) -> None:
    """The municipality under another spelling of its name."""
    for row in rows[HEADER_ROW + 1 :]:
        if len(row) > 1 and isinstance(row[1], str):
            row[1] = "Заречный м.о. "


# Report (beginning of its file name) → quirks by the place of the work in the year.
_OF_REPORT: Mapping[str, Mapping[int, tuple[Quirk, ...]]] = {
    "Ф1": {4: (_short_municipality,), 9: (_trailing_spaces,)},
    "Ф3": {
        0: (_empty_column,),
        2: (_rough_percents, _spaced_thousands),
        5: (_trailing_spaces, _note_below),
        8: (_spaced_thousands,),
    },
    "Ф4": {3: (_rough_percents,), 6: (_note_below,)},
    "Ф5": {1: (_comma_percents, _trailing_spaces), 7: (_spaced_thousands,)},
    "Ф6": {4: (_comma_percents, _spaced_thousands), 10: (_note_below,)},
    "Ф7": {2: (_trailing_spaces,), 11: (_comma_percents,)},
}


def marks_digits(place: int, town: Town) -> int:
    """Digits after the comma in the shares of marks of the work at this place of the year."""
    rough = _rough_percents in _OF_REPORT["Ф3"].get(place, ())
    return 1 if town.planted and rough else 2


def with_quirks(sheets: Mapping[str, SheetRows], place: int, town: Town) -> dict[str, SheetRows]:
    """Sheets of a work with the quirks that its place in the year brings.

    Parameters
    ----------
    sheets : mapping
        File name → sheet.
    place : int
        Place of the work among those of the year.
    town : Town
        A municipality without planted phenomena has no quirks either.
    """
    spoilt = dict(sheets)
    if not town.planted:
        return spoilt
    for name, sheet in sheets.items():
        quirks = _OF_REPORT.get(name[:2], {}).get(place, ())
        if quirks:
            rows = [list(row) for row in sheet.rows]
            for quirk in quirks:
                quirk(rows)
            spoilt[name] = SheetRows(sheet.name, rows, sheet.merges)
    return spoilt
