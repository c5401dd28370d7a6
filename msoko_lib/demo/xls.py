"""Write xls workbooks (BIFF8 in a compound file), as РЦОИ still sends them.

Just what a sheet of text and numbers needs. Format: [MS-XLS] and [MS-CFB], Microsoft Open
Specifications.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from msoko_lib.demo.xlsx import SHEET_NAME_LIMIT, SheetRows

SECTOR = 512
# A shorter stream would have to lie in the mini stream.
SMALLEST_STREAM = 4096
RECORD_LIMIT = 8224
END_OF_CHAIN, FREE, FAT_SECTOR = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
ENTRIES_PER_SECTOR = SECTOR // 4
HEADER_FAT_ENTRIES = 109
CELL_FORMAT = 15


def write_xls(path: Path, sheets: Sequence[SheetRows]) -> None:
    """Write a workbook of Excel 97–2003; the same rows give the same bytes.

    Raises
    ------
    ValueError
        If there is no sheet or the workbook is larger than about 7 MB.
    """
    if not sheets:
        raise ValueError("a workbook needs at least one sheet")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(compound_file(_workbook_stream(sheets)))


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _workbook_stream(sheets: Sequence[SheetRows]) -> bytes:
    strings: dict[str, int] = {}
    bodies = [_sheet_stream(sheet, strings) for sheet in sheets]
    names = [sheet.name[:SHEET_NAME_LIMIT] for sheet in sheets]
    tail = _string_table(strings) + _record(0x000A)
    position = len(_globals([(name, 0) for name in names])) + len(tail)
    placed = []
    for name, body in zip(names, bodies, strict=True):
        placed.append((name, position))
        position += len(body)
    return _globals(placed) + tail + b"".join(bodies)


def _beginning(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0x41, 0x06))


def _globals(sheets: Sequence[tuple[str, int]]) -> bytes:
    font_name = "Arial"
    font = struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, len(font_name), 0)
    style_format = struct.pack("<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0, 0, 0, 0x20C0)
    cell_format = struct.pack("<HHHBBBBIIH", 0, 0, 0x0001, 0x20, 0, 0, 0, 0, 0, 0x20C0)
    records = [
        _beginning(0x0005),
        _record(0x0042, struct.pack("<H", 1200)),
        _record(0x003D, struct.pack("<9H", 0, 0, 14000, 8000, 0x38, 0, 0, 1, 600)),
        *[_record(0x0031, font + font_name.encode("ascii"))] * 4,
        *[_record(0x00E0, style_format)] * CELL_FORMAT,
        _record(0x00E0, cell_format),
        _record(0x0293, struct.pack("<HBB", 0x8000, 0, 0xFF)),
    ]
    for name, position in sheets:
        head = struct.pack("<IBBBB", position, 0, 0, len(name), 1)
        records.append(_record(0x0085, head + name.encode("utf-16-le")))
    return b"".join(records)


def _string_table(strings: dict[str, int]) -> bytes:
    """Shared strings; a new record begins between two strings, never inside one."""
    chunks = [struct.pack("<II", len(strings), len(strings))]
    for item in strings:
        encoded = struct.pack("<HB", len(item), 1) + item.encode("utf-16-le")
        if len(chunks[-1]) + len(encoded) > RECORD_LIMIT:
            chunks.append(b"")
        chunks[-1] += encoded
    kinds = [0x00FC] + [0x003C] * (len(chunks) - 1)
    return b"".join(_record(kind, chunk) for kind, chunk in zip(kinds, chunks, strict=True))


def _sheet_stream(sheet: SheetRows, strings: dict[str, int]) -> bytes:
    width = max((len(row) for row in sheet.rows), default=0)
    records = [
        _beginning(0x0010),
        _record(0x0200, struct.pack("<IIHHH", 0, len(sheet.rows), 0, width, 0)),
    ]
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            if value is None:
                continue
            place = struct.pack("<HHH", number, column, CELL_FORMAT)
            if isinstance(value, str):
                index = strings.setdefault(value, len(strings))
                records.append(_record(0x00FD, place + struct.pack("<I", index)))
            else:
                records.append(_record(0x0203, place + struct.pack("<d", value)))
    view = struct.pack("<HHHIHHI", 0x06B6, 0, 0, 0x40, 0, 0, 0)
    return b"".join([*records, _record(0x023E, view), _record(0x000A)])


def compound_file(stream: bytes, name: str = "Workbook") -> bytes:
    """A compound file that holds one stream.

    Raises
    ------
    ValueError
        If the stream is larger than about 7 MB.
    """
    stream = stream.ljust(SMALLEST_STREAM, b"\0")
    stream = stream.ljust(-(-len(stream) // SECTOR) * SECTOR, b"\0")
    sectors = len(stream) // SECTOR
    fat_sectors = 1
    while fat_sectors * ENTRIES_PER_SECTOR < sectors + 1 + fat_sectors:
        fat_sectors += 1
    if fat_sectors > HEADER_FAT_ENTRIES:
        raise ValueError(f"the workbook is too large for this writer: {len(stream)} bytes")
    directory = sectors
    chain = [*range(1, sectors), END_OF_CHAIN, END_OF_CHAIN, *[FAT_SECTOR] * fat_sectors]
    chain += [FREE] * (fat_sectors * ENTRIES_PER_SECTOR - len(chain))
    places = [directory + 1 + index for index in range(fat_sectors)]
    places += [FREE] * (HEADER_FAT_ENTRIES - fat_sectors)
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), bytes(16), 0x003E, 3,
        0xFFFE, 9, 6, 0, fat_sectors, directory, 0, SMALLEST_STREAM, END_OF_CHAIN, 0,
        END_OF_CHAIN, 0,
    )  # fmt: skip
    header += struct.pack(f"<{HEADER_FAT_ENTRIES}I", *places)
    entries = (
        _directory_entry("Root Entry", 5, child=1, start=END_OF_CHAIN, size=0)
        + _directory_entry(name, 2, child=FREE, start=0, size=len(stream))
        + _directory_entry("", 0, FREE, 0, 0) * 2
    )
    return header + stream + entries + struct.pack(f"<{len(chain)}I", *chain)


def _directory_entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le")
    length = len(encoded) + 2 if name else 0
    return struct.pack(
        "<64sHBBIII16xI8x8xIQ", encoded, length, kind, 1, FREE, FREE, child, 0, start, size
    )
