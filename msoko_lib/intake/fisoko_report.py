"""Beginning and end of reading any aggregated ВПР report: one course for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from msoko_lib.intake.fisoko_findings import Findings
from msoko_lib.intake.fisoko_group_table import GroupTable, bank_frame, find_group_table
from msoko_lib.intake.fisoko_header import Header, read_header
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import Sheet

SCOPE_CODES = 30


@dataclass(frozen=True)
class Started:
    """A report whose table and header block have been found (or refused: no header)."""

    reading: Reading
    out: Findings
    table: GroupTable
    header: Header | None
    report_title: str


def scope_of(codes: Iterable[str]) -> str:
    """Whose data an edition holds: the codes, or their number and hash where they are many.

    >>> scope_of(["edu2", "edu1", "edu2"])
    'edu1,edu2'
    """
    ordered = sorted(set(codes))
    joined = ",".join(ordered)
    if len(ordered) <= SCOPE_CODES:
        return joined
    return f"{len(ordered)}:{hashlib.sha256(joined.encode()).hexdigest()[:16]}"


def begin(sheet: Sheet, context: ReadContext, layout: str, title: str) -> Started:
    """Find the table, read the block above it, refuse a file of another year."""
    reading = Reading(layout=layout, title=title)
    out = Findings(reading, sheet, context)
    table = find_group_table(sheet)
    if table is None:
        # Asked to read what was not recognised: an empty table, and the header tells the rest.
        table = GroupTable("", len(sheet.rows), len(sheet.rows), 0, None, None, {})
    header = read_header(sheet, table.header_row, context, out)
    if header is not None:
        reading.title = f"{header.work.title}: {title}"
        reading.edition_date = header.date
    return Started(reading, out, table, header, title)


def finish(
    started: Started, table: str = "", records: list[dict[str, object]] | None = None
) -> Reading:
    """Close the findings, put the frame into the reading, name what the edition competes for."""
    reading, out = started.reading, started.out
    refused = any(item.severity == "refused_file" for item in reading.findings)
    if started.header is not None and not refused:
        if records:
            frame = bank_frame(
                table, records, started.header.work, out.context.file, out.sheet.name
            )
            reading.tables[table] = frame
            scope = scope_of(str(record["unit_id"]) for record in records)
            reading.edition_key = f"{reading.layout}|{started.header.work.work_id}|{scope}"
        else:
            out.add("vpr_no_rows", 0, 0, report=started.report_title)
    out.close()
    return reading
