"""Read one file: open it, ask every layout, gather what its sheets gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from msoko_lib.intake import rules_year as _rules_year  # noqa: F401  (registers the rules)
from msoko_lib.intake.files import RawFile
from msoko_lib.intake.reading import Layout, ReadContext, Reading
from msoko_lib.intake.rules import Place
from msoko_lib.intake.workbook import Sheet, Workbook, WorkbookProblem, open_workbook


@dataclass(frozen=True)
class Recognised:
    """A sheet and the layout that claims it; ``layout`` is None where none does."""

    sheet: Sheet
    layout: Layout | None


def recognise(book: Workbook, layouts: Sequence[Layout]) -> list[Recognised]:
    """Which layout claims each filled sheet of a workbook."""
    ordered = sorted(layouts, key=lambda layout: layout.order)
    return [
        Recognised(sheet, next((item for item in ordered if _claims(item, book, sheet)), None))
        for sheet in book.sheets
        if not sheet.is_empty
    ]


def _claims(layout: Layout, book: Workbook, sheet: Sheet) -> bool:
    """A layout that stumbles over a sheet does not know it; the others are still asked."""
    try:
        return layout.recognises(book, sheet)
    except Exception:
        return False


def read_file(raw: RawFile, layouts: Sequence[Layout], context: ReadContext) -> Reading:
    """Read a file into bank rows and findings; never raises for what a file holds."""
    try:
        book = open_workbook(raw.path)
    except WorkbookProblem as problem:
        refused = Reading()
        refused.add(problem.rule, Place(raw.name, problem.sheet, problem.cell), **problem.facts)
        return refused
    if raw.sha256 and raw.sha256 != book.sha256:
        # The manifest would name other bytes than those that were read.
        changed = Reading()
        changed.add("changed_while_read", Place(raw.name))
        return changed
    claims = recognise(book, layouts)
    known = [claim for claim in claims if claim.layout is not None]
    if not known:
        unknown = Reading()
        first = claims[0].sheet
        unknown.add("unrecognised", Place(raw.name, first.name), start=_start_of(first))
        return unknown
    readings = [_read_sheet(book, claim, context) for claim in known]
    whole = _join(readings)
    for claim in claims:
        if claim.layout is None:
            whole.add("sheet_skipped", Place(raw.name, claim.sheet.name))
    return whole


def _read_sheet(book: Workbook, claim: Recognised, context: ReadContext) -> Reading:
    layout = claim.layout
    if layout is None:
        raise ValueError("only a recognised sheet can be read")
    try:
        reading = layout.read(book, claim.sheet, context)
    # The last line of defence: whatever a reader did not foresee becomes a refusal with an
    # address, not a traceback; the other files of the year are read all the same.
    except Exception as problem:
        reading = Reading(title=layout.title)
        reading.add(
            "unreadable_content",
            context.place(claim.sheet),
            layout=layout.title,
            reason=type(problem).__name__,
        )
    reading.layout = reading.layout or layout.code
    reading.title = reading.title or layout.title
    return reading


def _join(readings: list[Reading]) -> Reading:
    if len(readings) == 1:
        return readings[0]
    whole = Reading(
        layout=" ".join(dict.fromkeys(reading.layout for reading in readings)),
        title="; ".join(dict.fromkeys(reading.title for reading in readings)),
    )
    for reading in readings:
        whole.findings.extend(reading.findings)
        for name, frame in reading.tables.items():
            if name in whole.tables:
                frame = pd.concat([whole.tables[name], frame], ignore_index=True)
            whole.tables[name] = frame
    return whole


def _start_of(sheet: Sheet) -> str:
    """Size of the sheet. Its words are not shown: in a list of pupils they would be names."""
    return f"строк: {len(sheet.rows)}, столбцов: {max(len(row) for row in sheet.rows)}"
