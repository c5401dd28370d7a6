"""Containers made to harm a reader: each a name and bytes, made from one honest workbook.

The honest file is small; what is large here is large only once somebody unpacks it.
"""

from __future__ import annotations

import io
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from msoko_lib.demo.xls import _record, compound_file, write_xls
from msoko_lib.demo.xlsx import SheetRows
from msoko_lib.intake.cells import column_letters

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MILLION = 1_048_576
LAST_COLUMN = 16_384
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY b "ha">'
    + b"".join(b'<!ENTITY b%d "%s">' % (n, b"&b%d;" % (n - 1) * 10) for n in range(1, 9)).replace(
        b"&b0;", b"&b;"
    )
    + b"]>"
)  # fmt: skip
OUTSIDE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'

Parts = dict[str, bytes]
Made = tuple[str, bytes]


def parts_of(content: bytes) -> Parts:
    """An xlsx file taken apart."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes], level: int = 9) -> bytes:
    """An xlsx file put together."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _sheet(rows: bytes) -> bytes:
    return (
        _HEAD
        + b'<worksheet xmlns="%s"><sheetData>' % _MAIN.encode()
        + rows
        + (b"</sheetData></worksheet>")
    )


def _with(parts: Parts, **changed: bytes) -> Parts:
    names = {"sheet": SHEET, "strings": STRINGS}
    return {**parts, **{names[key]: value for key, value in changed.items()}}


def _before_end(sheet: bytes, rows: bytes) -> bytes:
    return sheet.replace(b"</sheetData>", rows + b"</sheetData>")


def bombs(honest: Parts) -> Iterator[Made]:
    """Small files that are huge inside."""
    zeros = b" " * 400_000_000
    yield "bomb in the sheet.xlsx", packed(_with(honest, sheet=honest[SHEET] + zeros))
    yield "bomb in a picture.xlsx", packed({**honest, "xl/media/image1.png": zeros})
    del zeros
    core = honest.get("docProps/core.xml", b"<a/>")
    yield "bomb in the properties.xlsx", packed({**honest, "docProps/core.xml": core * 400_000})
    yield "bomb in the strings.xlsx", packed(_with(honest, strings=_strings(b"x" * 20, 3_000_000)))
    one = _sheet(
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>' % (b"A" * 10**8)
    )
    yield "one cell of 100 million letters.xlsx", packed(_with(honest, sheet=one))
    yield "lying sizes.xlsx", _lying_sizes(packed(_with(honest, sheet=one)))
    yield "a thousand sheets.xlsx", packed(_many_sheets(honest, 1_000))
    yield "70000 parts.xlsx", packed({**honest, **{f"x/{n}": b"" for n in range(70_000)}}, 1)
    inner = packed({"a.xlsx": packed(_with(honest, sheet=one))})
    yield "archive in an archive.xlsx", inner


def _strings(text: bytes, count: int) -> bytes:
    body = (b"<si><t>%s</t></si>" % text) * count
    return _HEAD + b'<sst xmlns="%s">%s</sst>' % (_MAIN.encode(), body)


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
    yield "a million empty rows.xlsx", packed(_with(honest, sheet=_before_end(sheet, empty)))
    styled = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n)
                      for n in range(5_000, MILLION + 1))  # fmt: skip
    yield "a million formatted rows.xlsx", packed(_with(honest, sheet=_before_end(sheet, styled)))
    blanks = b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t> </t></is></c></row>' % (n, n)
                      for n in range(5_000, MILLION + 1))  # fmt: skip
    yield "a million rows of a space.xlsx", packed(_with(honest, sheet=_before_end(sheet, blanks)))


def far_cells(honest: Parts) -> Iterator[Made]:
    """Sheets whose used area is the largest that Excel has, or none at all."""
    sheet = honest[SHEET]
    corner = b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (MILLION, MILLION)
    yield "a cell in the last corner.xlsx", packed(_with(honest, sheet=_before_end(sheet, corner)))
    low = b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (MILLION, MILLION)
    yield "a cell in the last row.xlsx", packed(_with(honest, sheet=_before_end(sheet, low)))
    letters = [_letters(n) for n in range(LAST_COLUMN)]
    wide = b"".join(b'<c r="%s90000"><v>1</v></c>' % name for name in letters)
    far = b'<row r="90000">%s</row>' % wide
    yield "16384 columns at the end.xlsx", packed(_with(honest, sheet=_before_end(sheet, far)))
    first = b'<row r="1">%s</row>' % b"".join(b'<c r="%s1"><v>1</v></c>' % a for a in letters)
    yield "16384 columns of headers.xlsx", packed(_with(honest, sheet=_sheet(first)))
    ends = b'<row r="%d"><c r="A%d"><v>1</v></c><c r="XFD%d"><v>1</v></c></row>'
    tall = b"".join(ends % (n, n, n) for n in range(1, 3_000))
    yield "3000 rows of 16384.xlsx", packed(_with(honest, sheet=_sheet(tall)))
    bare = b"<row>%s</row>" % (b"<c><v>1</v></c>" * 2_000)
    yield "cells without addresses.xlsx", packed(_with(honest, sheet=_sheet(bare * 1_500)))
    beyond = b'<row r="4294967295"><c r="ZZZZZ4294967295"><v>1</v></c></row>'
    yield "a cell beyond the sheet.xlsx", packed(_with(honest, sheet=_before_end(sheet, beyond)))
    for name, address in (("zero", "A0"), ("no row", "A"), ("no column", "7"), ("words", "Ячейка")):
        odd = '<row r="9"><c r="{}"><v>1</v></c></row>'.format(address).encode()  # noqa: UP032
        yield f"address {name}.xlsx", packed(_with(honest, sheet=_before_end(sheet, odd)))
    merged = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    yield (
        "all cells merged.xlsx",
        packed(_with(honest, sheet=sheet.replace(b"</sheetData>", merged))),
    )
    said = re.sub(rb"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>', sheet)
    yield "declared as endless.xlsx", packed(_with(honest, sheet=said))


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
    yield "deep markup.xlsx", packed(_with(honest, sheet=_sheet(deep)))
    yield "deep markup closed.xlsx", packed(_with(honest, sheet=_sheet(deep + b"</a>" * 200_000)))
    for index in (b"99999999", b"-1", b"4294967296", b"x", b""):
        cell = b'<row r="9"><c r="A9" t="s"><v>%s</v></c></row>' % index
        yield (
            f"string {index.decode() or 'none'}.xlsx",
            packed(_with(honest, sheet=_before_end(honest[SHEET], cell))),
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
        yield f"odd cell {n}.xlsx", packed(_with(honest, sheet=_before_end(honest[SHEET], row)))
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
    link = b'<externalLink xmlns="%s"><externalBook/></externalLink>' % _MAIN.encode()
    yield "external link.xlsx", packed({**honest, "xl/externalLinks/externalLink1.xml": link})
    yield "parts outside.xlsx", packed({**honest, "../../evil.txt": b"x", "/etc/evil": b"x"})
    stream = io.BytesIO(packed(honest))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(SHEET + " ", honest[SHEET])
        archive.comment = b"PK\x05\x06" * 100
    yield "comment of the archive.xlsx", stream.getvalue()
    yield "words before the archive.xlsx", b"MZ" * 500 + packed(honest)
    yield "words after the archive.xlsx", packed(honest) + b"\0" * 5_000


def wrong_names(honest: bytes, csv: bytes) -> Iterator[Made]:
    """Whole files under another ending; files of other programs under ours."""
    for suffix in (".xls", ".csv", ".txt", ".html", ".ods", ".xlsb", ".pdf", ".XLSX", ""):
        yield f"book under another ending{suffix}", honest
    for suffix in (".xlsx", ".xls", ".html", ".mht"):
        yield f"csv under another ending{suffix}", csv
    noise = bytes(range(256)) * 40
    others = {
        "pdf": b"%PDF-1.7\n" + noise,
        "docx": packed({"word/document.xml": b"<w/>"}),
        "exe": b"MZ\x90\0" + bytes(4_000),
        "jpeg": b"\xff\xd8\xff\xe0" + noise,
        "rar": b"Rar!\x1a\x07\x00" + noise,
        "gzip": zlib.compress(b"a" * 9_999),
    }
    for name, content in others.items():
        for suffix in (".xlsx", ".csv", ".xls", f".{name}"):
            yield f"{name} as{suffix}", content
    yield "encrypted.xlsx", compound_file(bytes(5_000), "EncryptedPackage")
    yield "encrypted.xls", compound_file(bytes(5_000), "EncryptedPackage")
    yield "ole of something else.xls", compound_file(bytes(9_000), "WordDocument")
    for suffix in (".xlsx", ".xls", ".csv", ".ods", ".html"):
        yield f"zero bytes{suffix}", b""
        yield f"one byte{suffix}", b"P"
        yield f"only the signature{suffix}", b"PK\x03\x04"
        yield f"spaces{suffix}", b" \n" * 3_000
        yield f"zeros{suffix}", bytes(70_000)


def texts(csv: bytes) -> Iterator[Made]:
    """Damaged csv."""
    text = csv.decode()
    lines = text.splitlines()
    yield "NUL.csv", csv.replace(b";", b"\0;", 3)
    yield "all NUL.csv", bytes(100_000)
    yield "cut in a letter.csv", csv[: len(csv) // 2 | 1]
    yield "bad UTF-8.csv", csv[:200] + b"\xff\xfe\xfa" + csv[200:]
    yield "two encodings.csv", "\n".join(lines[:3]).encode() + "\n".join(lines[3:]).encode("cp1251")
    for encoding in (
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "cp1251",
        "cp866",
        "koi8-r",
        "utf-7",
    ):
        yield f"{encoding}.csv", text.encode(encoding, "replace")
    yield "mark within.csv", csv[:100] + b"\xef\xbb\xbf" + csv[100:]
    yield "open quotation mark.csv", text.replace(";", ';"', 1).encode()
    yield "marks everywhere.csv", text.replace(";", '";"').encode()
    yield "one mark at the end.csv", csv + b'"'
    yield "a cell of two megabytes.csv", csv + b'"' + b"a" * 2_000_000 + b'";1\n'
    yield "open cell of two megabytes.csv", csv + b'"' + b"a;\n" * 700_000
    yield "a million separators.csv", csv + b";" * 1_000_000
    yield "16384 columns.csv", b";".join(b"%d" % n for n in range(LAST_COLUMN)) + b"\n" + csv
    yield "a million empty lines.csv", csv + b"\n" * MILLION
    yield "a million lines of separators.csv", csv + b";;;;;;;;;;;;\n" * MILLION
    yield "returns alone.csv", csv.replace(b"\n", b"\r")
    yield "controls.csv", csv.replace(b";", b"\x07;\x1b[31m", 30)
    yield "bidi.csv", text.replace(";", ";\u202e", 30).encode()
    yield "other separator.csv", csv.replace(b";", b"|")
    yield "commas and semicolons.csv", csv.replace(b";", b",", len(csv) // 300)
    yield "long line.csv", csv.replace(b"\n", b" ")


def pages(csv: bytes) -> Iterator[Made]:
    """Web pages and workbooks of XML that report servers call .xls."""
    rows = [line.split(";") for line in csv.decode().splitlines()]
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    yield "page.xls", f"<html><body><table>{cells}</table></body></html>".encode()
    yield "open page.xls", f"<html><body><table>{cells}".encode()
    yield (
        "wide span.xls",
        f"<table><tr><td colspan=16384 rowspan=99999>x</td></tr>{cells}</table>".encode(),
    )
    spans = "<tr>" + "<td colspan=16384>x</td>" * 300 + "</tr>"
    yield "many spans.xls", f"<table>{spans * 20}{cells}</table>".encode()
    yield "deep tables.xls", ("<table><tr><td>" * 50_000).encode()
    yield "open tags.xls", b"<" * 500_000
    yield "open comment.xls", b"<html><!--" + b"-" * 500_000
    yield "script.xls", f"<html><script>alert(1)</script><table>{cells}</table></html>".encode()
    start = (
        '<?xml version="1.0"?>{}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="a"><Table>'
    )
    end = "</Table></Worksheet></Workbook>"
    row = '<Row{}><Cell{}><Data ss:Type="String">x</Data></Cell></Row>'
    yield "laughs.xml", (start.format(LAUGHS.decode()) + row.format("", "") + end).encode()
    yield "laughs wide.xml", (start.format(LAUGHS.decode()) + end).encode("utf-16")
    far = row.format(' ss:Index="1048576"', ' ss:Index="16384"')
    yield "far cell.xml", (start.format("") + far + end).encode()
    wide = row.format("", ' ss:Index="16384"')
    yield "wide rows.xml", (start.format("") + wide * 20_000 + end).encode()
    covering = row.format("", ' ss:MergeAcross="16383"')
    yield "covering rows.xml", (start.format("") + covering * 20_000 + end).encode()
    for value in ("-5", "x", "0", "99999999999999999999"):
        odd = row.format("", f' ss:Index="{value}"')
        yield f"index {value}.xml", (start.format("") + odd + end).encode()
        odd = row.format("", f' ss:MergeAcross="{value}"')
        yield f"covers {value}.xml", (start.format("") + odd + end).encode()
    odd = '<Row><Cell><Data ss:Type="Number">x</Data></Cell></Row>'
    yield "number of words.xml", (start.format("") + odd + end).encode()
    yield (
        "archive.mht",
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n" + b"--x\n" * 9_999,
    )


def open_documents() -> Iterator[Made]:
    """Workbooks of LibreOffice whose cells repeat themselves."""
    head = (
        '<?xml version="1.0"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="a">{}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    cell = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'
    row = "<table:table-row{}>{}</table:table-row>"
    wide = ' table:number-columns-repeated="16384"'
    long = ' table:number-rows-repeated="1048576"'
    empty = row.format(long, f"<table:table-cell{wide}/>")
    bodies = {
        "honest": row.format("", cell.format("")),
        "wide": row.format("", cell.format(wide)),
        "long": row.format(long, cell.format("")),
        "wide and long": row.format(long, cell.format(wide)),
        "empty and long": empty + row.format("", cell.format("")),
        "wide many times": row.format("", cell.format(wide)) * 3_000,
        "negative": row.format(' table:number-rows-repeated="-1"', cell.format("")),
        "endless": row.format("", cell.format(' table:number-columns-repeated="99999999999"')),
    }  # fmt: skip
    for name, body in bodies.items():
        parts = {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
                 "content.xml": head.format(body).encode(),
                 "META-INF/manifest.xml": b"<manifest/>"}  # fmt: skip
        yield f"{name}.ods", packed(parts)


def torn(content: bytes, suffix: str, count: int, rng: np.random.Generator) -> Iterator[Made]:
    """The file cut short, bytes turned over, blocks lost, doubled or filled with zeros."""
    size = len(content)
    for n in range(count):
        changed = bytearray(content)
        kind = n % 5
        place, length = int(rng.integers(size)), int(rng.integers(1, max(2, size // 20)))
        if kind == 0:
            changed = changed[:place]
        elif kind == 1:
            for at in rng.integers(size, size=int(rng.integers(1, 30))):
                changed[int(at)] ^= 1 << int(rng.integers(8))
        elif kind == 2:
            del changed[place : place + length]
        elif kind == 3:
            changed[place : place + length] = bytes(len(changed[place : place + length]))
        else:
            changed[place:place] = changed[place : place + length]
        yield f"torn {n}{suffix}", bytes(changed)


def honest_xls(rows: list[list[object]]) -> bytes:
    """The same rows as a workbook of Excel 97."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xls"
        write_xls(path, [SheetRows("Лист1", rows)])  # type: ignore[arg-type]
        return path.read_bytes()


def xls_areas() -> Iterator[Made]:
    """Workbooks of Excel 97 with cells and sizes at the edges of a sheet."""
    honest = honest_xls([["a", 1], ["b", 2]])
    size = struct.pack("<IIHHH", 0, 2, 0, 2, 0)
    for name, area in (("endless", (0, 0xFFFFFFFF, 0, 0xFFFF)), ("turned", (9, 1, 9, 1)),
                       ("sheet", (0, 65_536, 0, 256)),
                       ("far", (0xFFFFFFF0, 0xFFFFFFFF, 0, 9))):  # fmt: skip
        told = struct.pack("<IIHHH", area[0], area[1], area[2], area[3], 0)
        yield f"size {name}.xls", honest.replace(_record(0x0200, size), _record(0x0200, told))
    for row, column in ((65_535, 255), (65_535, 65_535), (0, 65_535)):
        old = struct.pack("<HHHHH", 0x0203, 14, 1, 1, 15)
        yield (
            f"cell {row} {column}.xls",
            honest.replace(old, struct.pack("<HHHHH", 0x0203, 14, row, column, 15)),
        )


def small_containers(honest: bytes, csv: bytes, rng: np.random.Generator) -> Iterator[Made]:
    """The part of the corpus that is quickly made: what once killed or deceived a reader."""
    parts = parts_of(honest)
    yield from far_cells(parts)
    yield from markup(parts)
    yield from additions(parts)
    yield from wrong_names(honest, csv)
    yield from pages(csv)
    yield from open_documents()
    yield from xls_areas()
    rows: list[list[object]] = [list(line.split(";")) for line in csv.decode().splitlines()]
    for content, suffix in ((honest, ".xlsx"), (csv, ".csv"), (honest_xls(rows), ".xls")):
        yield from torn(content, suffix, 20, rng)


def containers(
    honest: bytes, csv: bytes, torn_each: int, rng: np.random.Generator
) -> Iterator[Made]:
    """The whole corpus.

    Parameters
    ----------
    honest : bytes
        An xlsx file that is read without a word.
    csv : bytes
        A csv file in UTF-8, its cells parted by semicolons.
    torn_each : int
        How many damaged copies to make of each.
    """
    parts = parts_of(honest)
    yield from bombs(parts)
    yield from long_sheets(parts)
    yield from far_cells(parts)
    yield from markup(parts)
    yield from additions(parts)
    yield from wrong_names(honest, csv)
    yield from texts(csv)
    yield from pages(csv)
    yield from open_documents()
    yield from xls_areas()
    rows: list[list[object]] = [list(line.split(";")) for line in csv.decode().splitlines()]
    for content, suffix in ((honest, ".xlsx"), (csv, ".csv"), (honest_xls(rows), ".xls")):
        yield from torn(content, suffix, torn_each, rng)
