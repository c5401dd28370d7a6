"""Used areas of binary books (xls, xlsb), and whether their chains of sectors end.

Formats: [MS-CFB], [MS-XLS], [MS-XLSB], Microsoft Open Specifications. Only what tells how much a
reader would lay out: a damaged chain makes it go round for ever, a cell far away makes it lay out
every cell before.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msoko_lib.intake.guard_rules import WorkbookProblem

OLE_MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER, _HEADER_FAT = 512, 109
_LARGEST_SECTOR = 0xFFFFFFFA
_ENTRY = 128
_STREAMS = ("workbook", "book")
_BIFF_SIZE = 0x0200
# NUMBER, LABEL, BOOLERR, FORMULA, RK, MULRK, LABELSST, RSTRING, MULBLANK left out: it is empty.
_BIFF_CELLS = frozenset({0x0203, 0x0204, 0x0205, 0x0006, 0x0206, 0x0406, 0x027E, 0x00BD, 0x00FD,
                         0x00D6})  # fmt: skip
_BIFF_BEGINNING = 0x0809
_LARGEST_XLS = 65_536 * 256
_XLSB_ROW = 0
_XLSB_CELLS = range(2, 12)

Area = tuple[int, int]


def xls_areas(content: bytes, suffix: str) -> list[tuple[str, Area]]:
    """Used areas of the sheets of an xls file (their names are not looked up).

    Raises
    ------
    WorkbookProblem
        If the file is no compound file, or a chain of its sectors does not end.
    """
    broken = WorkbookProblem("broken_workbook", suffix=suffix)
    if content[:8] != OLE_MAGIC:
        return []
    try:
        stream = _workbook_stream(content)
    except (ValueError, struct.error, IndexError):
        raise broken from None
    if stream is None:
        raise broken
    return [("", area) for area in _biff_areas(stream)]


def _workbook_stream(content: bytes) -> bytes | None:
    """Bytes of the stream that holds the workbook; every chain on the way must end."""
    major, shift, mini_shift = struct.unpack_from("<HxxHH", content, 26)
    if (major, shift) not in ((3, 9), (4, 12)) or mini_shift != 6:
        raise ValueError("not a compound file")
    size = 1 << shift
    _, first_directory, _, cutoff, first_mini, _, first_more = struct.unpack_from(
        "<IIIIIII", content, 44
    )
    fat = _fat_of(content, size, first_more)
    directory = _chain(content, size, fat, first_directory)
    mini_fat = _numbers(_chain(content, size, fat, first_mini))
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
    root = next((entry for entry in entries if entry[66] == 5), None)
    mini = b""
    if root is not None and (first := struct.unpack_from("<I", root, 116)[0]) < _LARGEST_SECTOR:
        mini = _chain(content, size, fat, first)
    found = None
    for entry in entries:
        if entry[66] != 2:
            continue
        first, length = struct.unpack_from("<II", entry, 116)
        if length < cutoff:
            body = _walk(mini, 64, mini_fat, first, 0) if length else b""
        else:
            body = _chain(content, size, fat, first)
        name = entry[:64].decode("utf-16-le", "replace").split("\0")[0].lower()
        if name in _STREAMS:
            found = body[:length]
    return found


def _fat_of(content: bytes, size: int, more: int) -> list[int]:
    sectors = list(struct.unpack_from(f"<{_HEADER_FAT}I", content, 76))
    met = set()
    while more < _LARGEST_SECTOR:
        if more in met:
            raise ValueError("the chain goes round")
        met.add(more)
        numbers = _numbers(_sector(content, size, more))
        sectors += numbers[:-1]
        more = numbers[-1]
    used = [number for number in sectors if number < _LARGEST_SECTOR]
    if len(set(used)) != len(used):
        raise ValueError("a sector of the table stands twice")
    return [number for place in used for number in _numbers(_sector(content, size, place))]


def _sector(content: bytes, size: int, number: int) -> bytes:
    # Sector 0 follows the header, which takes a whole sector of a file of version 4.
    start = (number + 1) * size if size > _HEADER else _HEADER + number * size
    if start >= len(content):
        raise ValueError("a sector lies beyond the end")
    return content[start : start + size]


def _numbers(content: bytes) -> list[int]:
    return list(struct.unpack_from(f"<{len(content) // 4}I", content))


def _chain(content: bytes, size: int, fat: list[int], first: int) -> bytes:
    return _walk(content, size, fat, first, 1)


def _walk(content: bytes, size: int, table: list[int], first: int, before: int) -> bytes:
    """Sectors of a chain one after another.

    Raises
    ------
    ValueError
        If the chain comes back to where it was, or leads outside.
    """
    parts, met, number = [], set(), first
    while number < _LARGEST_SECTOR:
        if number in met or number >= len(table):
            raise ValueError("the chain goes round or leads outside")
        met.add(number)
        start = (number + before) * size
        if start >= len(content):
            raise ValueError("a sector lies beyond the end")
        parts.append(content[start : start + size])
        number = table[number]
    return b"".join(parts)


def _biff_areas(stream: bytes) -> Iterator[Area]:
    rows = columns = 0
    for kind, body in _records(stream):
        if kind == _BIFF_BEGINNING:
            yield rows, columns
            rows = columns = 0
        elif kind in _BIFF_CELLS and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            if kind == 0x00BD:
                column = struct.unpack_from("<H", body, len(body) - 2)[0]
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        elif kind == _BIFF_SIZE and len(body) >= 12:
            # A wrong size is common and harmless as long as a sheet of Excel 97 can have it.
            first, last, left, right = struct.unpack_from("<IIHH", body)
            if max(last - first, 0) * max(right - left, 0) > _LARGEST_XLS or last < first:
                raise WorkbookProblem("broken_workbook", suffix=".xls")
    yield rows, columns


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def xlsb_area(part: bytes) -> Area:
    """Used area of a sheet of an xlsb book (of any other part: none to speak of)."""
    rows = columns = row = place = 0
    while place < len(part):
        kind, place = _varint(part, place, 2)
        length, place = _varint(part, place, 4)
        if kind == _XLSB_ROW and length >= 4 and place + 4 <= len(part):
            row = struct.unpack_from("<I", part, place)[0]
        elif kind in _XLSB_CELLS and length >= 8 and place + 4 <= len(part):
            column = struct.unpack_from("<I", part, place)[0]
            rows, columns = max(rows, row + 1), max(columns, column + 1)
        place += length
    return rows, columns


def _varint(part: bytes, place: int, most: int) -> tuple[int, int]:
    value = shift = 0
    for _ in range(most):
        if place >= len(part):
            break
        byte = part[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            break
    return value, place
