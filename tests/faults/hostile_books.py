"""Workbooks of xlsx made to harm a reader, from one honest workbook.

The honest file is small; what is large here is large only once somebody unpacks it.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator

from book_parts import (
    HEAD,
    LAST_COLUMN,
    LAUGHS,
    MAIN,
    MILLION,
    OUTSIDE,
    SHEET,
    STRINGS,
    Made,
    Parts,
    before_end,
    changed,
    packed,
    sheet_of,
)

from msoko_lib.demo.xls import compound_file
from msoko_lib.intake.cells import column_letters


def bombs(honest: Parts) -> Iterator[Made]:
    """Small files that are huge inside."""
    zeros = b" " * 400_000_000
    yield "bomb in the sheet.xlsx", packed(changed(honest, sheet=honest[SHEET] + zeros))
    yield "bomb in a picture.xlsx", packed({**honest, "xl/media/image1.png": zeros})
    del zeros
    core = honest.get("docProps/core.xml", b"<a/>")
    yield "bomb in the properties.xlsx", packed({**honest, "docProps/core.xml": core * 400_000})
    yield (
        "bomb in the strings.xlsx",
        packed(changed(honest, strings=_strings(b"x" * 20, 3_000_000))),
    )
    one = sheet_of(
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>' % (b"A" * 10**8)
    )
    yield "one cell of 100 million letters.xlsx", packed(changed(honest, sheet=one))
    yield "lying sizes.xlsx", _lying_sizes(packed(changed(honest, sheet=one)))
    yield "a thousand sheets.xlsx", packed(_many_sheets(honest, 1_000))
    yield "70000 parts.xlsx", packed({**honest, **{f"x/{n}": b"" for n in range(70_000)}}, 1)
    inner = packed({"a.xlsx": packed(changed(honest, sheet=one))})
    yield "archive in an archive.xlsx", inner


def _strings(text: bytes, count: int) -> bytes:
    body = (b"<si><t>%s</t></si>" % text) * count
    return HEAD + b'<sst xmlns="%s">%s</sst>' % (MAIN.encode(), body)


def _lying_sizes(content: bytes) -> bytes:
    """Every entry of the archive says it holds 100 bytes."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        for match in re.finditer(re.escape(mark), content):
            changed[match.start() + place : match.start() + place + 4] = struct.pack("<I", 100)
    return bytes(changed)


def _many_sheets(honest: Parts, count: int) -> Parts:
    book, relations = honest["xl/workbook.xml"], honest["xl/_rels/workbook.xml.rels"]
    sheets = b"".join(b'<sheet name="s%d" sheetId="%d" r:id="x%d"/>' % (n, n + 9, n)
                      for n in range(count))  # fmt: skip
    links = b"".join(
        b'<Relationship Id="x%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/worksheet" Target="worksheets/sheet1.xml"/>' % n
        for n in range(count)
    )
    return {
        **honest,
        "xl/workbook.xml": book.replace(b"</sheets>", sheets + b"</sheets>"),
        "xl/_rels/workbook.xml.rels": relations.replace(
            b"</Relationships>", links + b"</Relationships>"
        ),
    }


def long_sheets(honest: Parts) -> Iterator[Made]:
    """Sheets of a million rows that hold nothing."""
    sheet = honest[SHEET]
    empty = b"".join(b'<row r="%d" s="1"/>' % n for n in range(5_000, MILLION + 1))
    yield "a million empty rows.xlsx", packed(changed(honest, sheet=before_end(sheet, empty)))
    styled = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n)
                      for n in range(5_000, MILLION + 1))  # fmt: skip
    yield "a million formatted rows.xlsx", packed(changed(honest, sheet=before_end(sheet, styled)))
    blanks = b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t> </t></is></c></row>' % (n, n)
                      for n in range(5_000, MILLION + 1))  # fmt: skip
    yield "a million rows of a space.xlsx", packed(changed(honest, sheet=before_end(sheet, blanks)))


def far_cells(honest: Parts) -> Iterator[Made]:
    """Sheets whose used area is the largest that Excel has, or none at all."""
    sheet = honest[SHEET]
    corner = b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (MILLION, MILLION)
    yield "a cell in the last corner.xlsx", packed(changed(honest, sheet=before_end(sheet, corner)))
    low = b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (MILLION, MILLION)
    yield "a cell in the last row.xlsx", packed(changed(honest, sheet=before_end(sheet, low)))
    letters = [_letters(n) for n in range(LAST_COLUMN)]
    wide = b"".join(b'<c r="%s90000"><v>1</v></c>' % name for name in letters)
    far = b'<row r="90000">%s</row>' % wide
    yield "16384 columns at the end.xlsx", packed(changed(honest, sheet=before_end(sheet, far)))
    first = b'<row r="1">%s</row>' % b"".join(b'<c r="%s1"><v>1</v></c>' % a for a in letters)
    yield "16384 columns of headers.xlsx", packed(changed(honest, sheet=sheet_of(first)))
    ends = b'<row r="%d"><c r="A%d"><v>1</v></c><c r="XFD%d"><v>1</v></c></row>'
    tall = b"".join(ends % (n, n, n) for n in range(1, 3_000))
    yield "3000 rows of 16384.xlsx", packed(changed(honest, sheet=sheet_of(tall)))
    bare = b"<row>%s</row>" % (b"<c><v>1</v></c>" * 2_000)
    yield "cells without addresses.xlsx", packed(changed(honest, sheet=sheet_of(bare * 1_500)))
    beyond = b'<row r="4294967295"><c r="ZZZZZ4294967295"><v>1</v></c></row>'
    yield "a cell beyond the sheet.xlsx", packed(changed(honest, sheet=before_end(sheet, beyond)))
    for name, address in (("zero", "A0"), ("no row", "A"), ("no column", "7"), ("words", "Ячейка")):
        odd = '<row r="9"><c r="{}"><v>1</v></c></row>'.format(address).encode()  # noqa: UP032
        yield f"address {name}.xlsx", packed(changed(honest, sheet=before_end(sheet, odd)))
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    yield (
        "all cells merged.xlsx",
        packed(changed(honest, sheet=sheet.replace(b"</sheetData>", merged))),
    )
    said = re.sub(rb"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>', sheet)
    yield "declared as endless.xlsx", packed(changed(honest, sheet=said))


def _letters(index: int) -> bytes:
    return column_letters(index).encode()


def markup(honest: Parts) -> Iterator[Made]:
    """XML that is not what a workbook holds."""
    for place, name in ((SHEET, "sheet"), ("xl/workbook.xml", "book"), (STRINGS, "strings")):
        body = honest.get(place) or _strings(b"x", 1)
        cut = body.index(b"?>") + 2 if body.startswith(b"<?xml") else 0
        laughing = body[:cut] + LAUGHS + body[cut:].replace(b"</row>", b"", 0)
        yield f"laughs in the {name}.xlsx", packed({**honest, place: laughing})
        yield (
            f"outside entity in the {name}.xlsx",
            packed({**honest, place: body[:cut] + OUTSIDE + body[cut:]}),
        )
        yield f"broken markup in the {name}.xlsx", packed({**honest, place: body[: len(body) // 2]})
        yield f"empty {name}.xlsx", packed({**honest, place: b""})
        yield f"zeros in the {name}.xlsx", packed({**honest, place: bytes(5_000)})
        wide = body.decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16")
        yield f"UTF-16 in the {name}.xlsx", packed({**honest, place: wide})
    deep = b"<a>" * 200_000
    yield "deep markup.xlsx", packed(changed(honest, sheet=sheet_of(deep)))
    yield (
        "deep markup closed.xlsx",
        packed(changed(honest, sheet=sheet_of(deep + b"</a>" * 200_000))),
    )
    for index in (b"99999999", b"-1", b"4294967296", b"x", b""):
        cell = b'<row r="9"><c r="A9" t="s"><v>%s</v></c></row>' % index
        yield (
            f"string {index.decode() or 'none'}.xlsx",
            packed(changed(honest, sheet=before_end(honest[SHEET], cell))),
        )
    odd = [b'<c r="A9" t="e"><v>#REF!</v></c>', b'<c r="A9" t="b"><v>7</v></c>',
           b'<c r="A9" t="d"><v>2025-02-31</v></c>', b'<c r="A9"><v>1e999</v></c>',
           b'<c r="A9"><v>nan</v></c>', b'<c r="A9" s="99999"><v>5</v></c>',
           b'<c r="A9" t="zzz"><v>5</v></c>', b'<c r="A9"><f>A9</f></c>',
           b'<c r="A9"><f>HYPERLINK("http://example.org","x")</f><v>1</v></c>',
           b'<c r="A9" t="str"><f>1/0</f><v>#DIV/0!</v></c>',
           b'<c r="A9" t="inlineStr"><is><t>&#0;&#xFFFF;</t></is></c>',
           b'<c r="A9" t="inlineStr"><is><t>&undefined;</t></is></c>']  # fmt: skip
    for n, cell in enumerate(odd):
        row = b'<row r="9">%s</row>' % cell
        yield f"odd cell {n}.xlsx", packed(changed(honest, sheet=before_end(honest[SHEET], row)))
    for part in sorted(honest):
        yield (
            f"without {part.replace('/', '_')}.xlsx",
            packed({name: body for name, body in honest.items() if name != part}),
        )
    own = honest["xl/_rels/workbook.xml.rels"].replace(b"worksheets/sheet1.xml", b"workbook.xml")
    yield "the book is its own sheet.xlsx", packed({**honest, "xl/_rels/workbook.xml.rels": own})
    away = honest["xl/_rels/workbook.xml.rels"].replace(
        b"worksheets/sheet1.xml", b"../../../../etc/passwd"
    )
    yield "a sheet outside.xlsx", packed({**honest, "xl/_rels/workbook.xml.rels": away})


def additions(honest: Parts) -> Iterator[Made]:
    """What a workbook may carry besides its cells; the data are still there."""
    yield "macros.xlsm", packed({**honest, "xl/vbaProject.bin": compound_file(b"Sub A()", "VBA")})
    yield "broken macros.xlsm", packed({**honest, "xl/vbaProject.bin": b"\xd0\xcf" * 999})
    link = b'<externalLink xmlns="%s"><externalBook/></externalLink>' % MAIN.encode()
    yield "external link.xlsx", packed({**honest, "xl/externalLinks/externalLink1.xml": link})
    yield "parts outside.xlsx", packed({**honest, "../../evil.txt": b"x", "/etc/evil": b"x"})
    stream = io.BytesIO(packed(honest))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(SHEET + " ", honest[SHEET])
        archive.comment = b"PK\x05\x06" * 100
    yield "comment of the archive.xlsx", stream.getvalue()
    yield "words before the archive.xlsx", b"MZ" * 500 + packed(honest)
    yield "words after the archive.xlsx", packed(honest) + b"\0" * 5_000
