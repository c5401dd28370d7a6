"""Files of other formats made to harm a reader: text, web pages, Excel 97, LibreOffice."""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from book_parts import LAST_COLUMN, LAUGHS, MILLION, Made, packed

from msoko_lib.demo.xls import _record, compound_file, write_xls
from msoko_lib.demo.xlsx import SheetRows


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
