"""A workbook taken apart and put together again: what hostile workbooks are made with."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MILLION = 1_048_576
LAST_COLUMN = 16_384
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = b'<?xml version="1.0" encoding="UTF-8"?>\n'
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


def sheet_of(rows: bytes) -> bytes:
    """A sheet of these rows."""
    return (
        HEAD
        + b'<worksheet xmlns="%s"><sheetData>' % MAIN.encode()
        + rows
        + (b"</sheetData></worksheet>")
    )


def changed(parts: Parts, **new: bytes) -> Parts:
    """The parts with another ``sheet`` or other ``strings``."""
    names = {"sheet": SHEET, "strings": STRINGS}
    return {**parts, **{names[key]: value for key, value in new.items()}}


def before_end(sheet: bytes, rows: bytes) -> bytes:
    """A sheet with rows added at its end."""
    return sheet.replace(b"</sheetData>", rows + b"</sheetData>")
