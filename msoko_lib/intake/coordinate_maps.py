"""Read ОО-1, ОО-2 and 85-К by coordinates: section × row number × graph → field of a form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import Cell, text
from msoko_lib.intake.coordinate_blocks import Block, blocks_of
from msoko_lib.intake.coordinate_map_file import (
    Coordinate,
    CoordinateMap,
    FieldCoordinate,
    fold_phrase,
    load_coordinate_maps,
)
from msoko_lib.intake.lines import quoted
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_values import (
    FieldRows,
    SourceValueError,
    count_of,
    school_year_in,
    unit_above,
)
from msoko_lib.intake.workbook import Sheet, Workbook

ORDER = 80
_TITLE_ROWS = 80
_LISTED = 8
_CALENDAR = re.compile(r"за\s*(20\d\d)\s*г", re.IGNORECASE)
_SEPTEMBER = re.compile(r"на\s*\d{1,2}\s*сентября\s*(20\d\d)", re.IGNORECASE)


def coordinate_map_layouts(folder: Path) -> list[Layout]:
    """Layouts of all the coordinate maps of a folder.

    Raises
    ------
    CoordinateMapProblem
        If a map is wrong (a kind of ``SettingsProblem``).
    """
    return [
        Layout(
            f"source:{Path(each.file).stem}", each.title, partial(recognises_form, each),
            partial(read_form, each), ORDER,
        )
        for each in load_coordinate_maps(folder)
    ]  # fmt: skip


def recognises_form(form: CoordinateMap, book: Workbook, sheet: Sheet) -> bool:
    """True if the sheet carries the form's title or follows, in its book, a sheet that does."""
    return any(sheet in part for part in _parts(form, book))


def _parts(form: CoordinateMap, book: Workbook) -> list[list[Sheet]]:
    """Sheets of each filled form of a book: from one with the form's title to the next one."""
    parts: list[list[Sheet]] = []
    for sheet in book.sheets:
        if _names_form(form, sheet):
            parts.append([sheet])
        elif parts and blocks_of(sheet):
            parts[-1].append(sheet)
    return parts


def _names_form(form: CoordinateMap, sheet: Sheet) -> bool:
    return any(
        phrase in fold_phrase(cell)
        for row in sheet.rows[:_TITLE_ROWS]
        for cell in row
        if isinstance(cell, str)
        for phrase in form.phrases
    )


def read_form(form: CoordinateMap, book: Workbook, sheet: Sheet, context: ReadContext) -> Reading:
    """Read a form: all its sheets at the first of them, nothing at the others."""
    reading = Reading(title=form.title)
    fields = FieldRows(sheet, context, reading)
    part = next((each for each in _parts(form, book) if each[0] is sheet), None)
    if part is None:
        return fields.finish()
    if not _is_of_year(form, part, context, reading):
        return fields.finish()
    unit = next(filter(None, (unit_above(each, _TITLE_ROWS, context) for each in part)), None)
    blocks = [block for each in part for block in blocks_of(each)]
    if unit is None:
        reading.add("source_no_unit", context.place(sheet))
    elif not blocks:
        reading.add("source_no_rows", context.place(sheet))
    else:
        _read_fields(form, blocks, unit, fields)
    return fields.finish()


def _is_of_year(
    form: CoordinateMap, part: Sequence[Sheet], context: ReadContext, reading: Reading
) -> bool:
    expected = form.period(context.school_year)
    first = part[0]
    rows = first.rows[:_TITLE_ROWS]
    found = _period_in(form, rows)
    if found is None:
        reading.add("source_no_year", context.place(first), expected=expected)
    elif found != expected:
        reading.add("source_wrong_year", context.place(first), found=found, expected=expected)
        return False
    return True


def _period_in(form: CoordinateMap, rows: Sequence[Sequence[Cell]]) -> str | None:
    words = [text(cell) for row in rows for cell in row if isinstance(cell, str)]
    if form.by_calendar_year:
        return next((match[1] for each in words if (match := _CALENDAR.search(each))), None)
    if named := school_year_in(rows):
        return named
    starts = (int(match[1]) for each in words if (match := _SEPTEMBER.search(each)))
    return next((f"{start}-{start + 1}" for start in starts), None)


@dataclass
class _Gathered:
    """Lines of the map by what became of them."""

    missing: list[FieldCoordinate] = field(default_factory=list)
    empty: list[FieldCoordinate] = field(default_factory=list)
    unverified: list[FieldCoordinate] = field(default_factory=list)


def _read_fields(
    form: CoordinateMap, blocks: Sequence[Block], unit: str, fields: FieldRows
) -> None:
    gathered = _Gathered()
    for each in form.fields:
        coordinate = each.coordinate(fields.context.school_year)
        if coordinate is not None:
            _read_field(each, coordinate, blocks, unit, fields, gathered)
    place = fields.context.place(fields.sheet)
    reading, year = fields.reading, fields.context.school_year
    if gathered.missing:
        words = [each.coordinate(year) for each in gathered.missing]
        reading.add(
            "source_coordinates_missing", place, map_file=form.file,
            missing=_listed(each.words for each in words if each is not None),
            lines=_lines(gathered.missing),
        )  # fmt: skip
    if gathered.empty:
        reading.add(
            "source_empty_cells", place, count=len(gathered.empty),
            missing=_listed(f"«{each.title}»" for each in gathered.empty),
        )  # fmt: skip
    if gathered.unverified:
        reading.add(
            "source_map_unverified", place, count=len(gathered.unverified), map_file=form.file,
            lines=_lines(gathered.unverified),
        )  # fmt: skip


def _read_field(
    each: FieldCoordinate, coordinate: Coordinate, blocks: Sequence[Block], unit: str,
    fields: FieldRows, gathered: _Gathered,
) -> None:  # fmt: skip
    """One field: the sum of its cells. A form leaves noughts empty, so an empty part adds none."""
    parts: list[float] = []
    first: tuple[Sheet, int] | None = None
    for row in coordinate.rows:
        for graph in coordinate.graphs:
            found = _cell(blocks, coordinate.section, row, graph)
            if found is None:
                gathered.missing.append(each)
                return
            sheet, cell, place, column = found
            first = first or (sheet, place)
            try:
                value = count_of(cell)
            except SourceValueError:
                fields.reading.add(
                    "source_coordinate_value", fields.context.place(sheet, place, column),
                    coordinate=coordinate.words[0].upper() + coordinate.words[1:],
                    value=quoted(cell),
                )  # fmt: skip
                return
            if value is not None:
                parts.append(value)
    if not parts or first is None:
        gathered.empty.append(each)
        return
    sheet, place = first
    fields.put(unit, each.subsystem, each.field_id, sum(parts), place, sheet)
    if not each.verified:
        gathered.unverified.append(each)


def _cell(
    blocks: Sequence[Block], section: str, row: int, graph: int
) -> tuple[Sheet, Cell, int, int] | None:
    for block in blocks:
        if block.section == section and (found := block.cell(row, graph)) is not None:
            return block.sheet, *found
    return None


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    rest = len(every) - _LISTED
    return "; ".join(every[:_LISTED]) + (f" и ещё {rest}" if rest > 0 else "")


def _lines(fields: Sequence[FieldCoordinate]) -> str:
    return ", ".join(str(each.line) for each in fields)
