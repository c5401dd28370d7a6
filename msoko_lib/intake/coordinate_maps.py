"""Read ОО-1, ОО-2 and 85-К by coordinates: section × row number × graph → field of a form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from msoko_lib.intake import rules_sources as _rules_sources  # noqa: F401  (registers the rules)
from msoko_lib.intake.cells import Cell, text
from msoko_lib.intake.coordinate_blocks import blocks_of
from msoko_lib.intake.coordinate_map_file import (
    CoordinateMap,
    CoordinateMapProblem,
    fold_phrase,
    load_coordinate_maps,
)
from msoko_lib.intake.coordinate_values import FormValues
from msoko_lib.intake.once import once_a_sheet
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.source_values import FieldRows, school_year_in, unit_above
from msoko_lib.intake.workbook import Sheet, Workbook

ORDER = 80
_TITLE_ROWS = 80
_CALENDAR = re.compile(r"за\s*(20\d\d)\s*г", re.IGNORECASE)
_SEPTEMBER = re.compile(r"на\s*\d{1,2}\s*сентября\s*(20\d\d)", re.IGNORECASE)


def coordinate_map_layouts(
    folder: Path, ages: Sequence[str] = (), own: Path | None = None
) -> list[Layout]:
    """Layouts of all the coordinate maps of a folder.

    Parameters
    ----------
    folder : Path
    ages : sequence of str
        Age groups of teachers that a map may name, the youngest first.
    own : Path, optional
        Folder of the municipality's own maps; one counts instead of its delivered namesake.

    Raises
    ------
    CoordinateMapProblem
        If a map is wrong (a kind of ``SettingsProblem``).
    """
    maps = load_coordinate_maps(folder, own)
    strange = [
        f"Карта координат {form.file}, строка {each.line}: группы «{each.age_group}» нет в "
        f"params/sources.yml (teacher_ages). Есть: {', '.join(ages) or 'ни одной'}."
        for form in maps
        for each in form.fields
        if each.age_group is not None and each.age_group not in ages
    ]
    if strange:
        raise CoordinateMapProblem("\n".join(strange))
    return [
        Layout(
            f"source:{Path(each.file).stem}", each.title, partial(recognises_form, each),
            partial(read_form, each, tuple(ages)), ORDER,
        )
        for each in maps
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
    return any(phrase in said for said in _title_phrases(sheet) for phrase in form.phrases)


@once_a_sheet
def _title_phrases(sheet: Sheet) -> list[str]:
    return [
        fold_phrase(cell) for row in sheet.rows[:_TITLE_ROWS] for cell in row
        if isinstance(cell, str)
    ]  # fmt: skip


def read_form(
    form: CoordinateMap, ages: Sequence[str], book: Workbook, sheet: Sheet, context: ReadContext
) -> Reading:
    """Read a form: all its sheets at the first of them, nothing at the others.

    Lines of fields go to ``form_values``, lines of age groups to ``teacher_groups``.
    """
    reading = Reading(title=form.title)
    part = next((each for each in _parts(form, book) if each[0] is sheet), None)
    if part is None:
        return reading
    fields = FieldRows(sheet, context, reading)
    if not _is_of_year(form, part, context, reading):
        return fields.finish()
    unit = next(filter(None, (unit_above(each, _TITLE_ROWS, context) for each in part)), None)
    blocks = [block for each in part for block in blocks_of(each)]
    if unit is None:
        reading.add("source_no_unit", context.place(sheet))
    elif not blocks:
        reading.add("source_no_rows", context.place(sheet))
    else:
        FormValues(form, ages, blocks, unit, fields).read()
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
