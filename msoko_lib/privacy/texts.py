"""The words of a file whatever its format, with breaks between cells: what the scan reads."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePath
from typing import IO

from msoko_lib.privacy.patterns import BREAK

_DATA = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_TOLD = ("alt", "title", "aria-label", "content")
_ATTRIBUTE_TEXT = re.compile(rf'\b(?:{"|".join(_TOLD)})="([^"]*)"')
_TAGS = re.compile(r"(?:<[^>]*>\s*)+")
_ARCHIVES = frozenset({".xlsx", ".xlsm", ".docx"})
_MARKUP = frozenset({".html", ".htm", ".xml", ".svg"})
# As much of an unpacked part is looked at at a time, up to the end of a row, text or paragraph.
_PIECE = 1 << 20
_ENDS = (b"</row>", b"</si>", b"</w:p>", b"</comment>")


def pieces_of(name: str, content: bytes) -> Iterator[str]:
    """All words of a file piece by piece: html, xlsx, docx, csv, ics, json and other text.

    Properties of a document, comments, headers and footers are among them. A workbook of a region
    unpacks to gigabytes: its pieces are about a megabyte of the file each and end with a row.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in _ARCHIVES:
        yield from _parts(content)
        return
    text = content.decode("utf-8", "replace")
    if suffix in _MARKUP:
        text = _of_markup(text)
    elif suffix == ".csv":
        text = text.replace(";", BREAK).replace("\n", BREAK)
    elif suffix == ".ics":
        # A long line goes on in the next one behind a space.
        text = text.replace("\r\n ", "").replace("\r\n", BREAK)
    elif suffix == ".json":
        text = text.replace('", "', BREAK).replace('","', BREAK)
    yield text


def words_of(name: str, content: bytes) -> str:
    """All words of a file at once; see :func:`pieces_of`."""
    return BREAK.join(pieces_of(name, content))


def _parts(content: bytes) -> Iterator[str]:
    """Words of an archive; small parts stand together, a long one is cut between its rows."""
    waiting: list[str] = []
    size = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels", ".vml")):
                continue
            if name.endswith(("styles.xml", "theme1.xml")):
                continue
            with archive.open(name) as part:
                for cut in _cuts(part):
                    waiting.append(_of_markup(cut.decode("utf-8", "replace")))
                    size += len(cut)
                    if size >= _PIECE:
                        yield BREAK.join(waiting)
                        waiting, size = [], 0
    if waiting:
        yield BREAK.join(waiting)


def _cuts(part: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    while block := part.read(_PIECE):
        rest += block
        end = max(rest.rfind(tag) + len(tag) if tag in block else 0 for tag in _ENDS)
        if end:
            yield rest[:end]
            rest = rest[end:]
    yield rest


def _of_markup(text: str) -> str:
    plain = _STYLE.sub("", _DATA.sub("", text))
    told = BREAK.join(_ATTRIBUTE_TEXT.findall(plain)) if _has_told(plain) else ""
    words = f"{_TAGS.sub(BREAK, plain)}{BREAK}{told}"
    return html.unescape(words) if "&" in words else words


def _has_told(text: str) -> bool:
    # Cells have none of these; looking for the words alone is many times cheaper.
    return any(f'{name}="' in text for name in _TOLD)
