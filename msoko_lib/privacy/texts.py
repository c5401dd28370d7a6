"""The words of a file whatever its format, with breaks between cells: what the scan reads."""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import PurePath

from msoko_lib.privacy.patterns import BREAK

_DATA = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]+")
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_ATTRIBUTE_TEXT = re.compile(r'\b(?:alt|title|aria-label|content)="([^"]*)"')
_TAGS = re.compile(r"(?:<[^>]*>\s*)+")
_ARCHIVES = frozenset({".xlsx", ".xlsm", ".docx"})
_MARKUP = frozenset({".html", ".htm", ".xml", ".svg"})


def words_of(name: str, content: bytes) -> str:
    """All words of a file: html, xlsx, docx, csv, ics, json and other text.

    Properties of a document, comments, headers and footers are among them.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix in _ARCHIVES:
        return BREAK.join(_parts(content))
    text = content.decode("utf-8", "replace")
    if suffix in _MARKUP:
        return _of_markup(text)
    if suffix == ".csv":
        return text.replace(";", BREAK).replace("\n", BREAK)
    if suffix == ".ics":
        # A long line goes on in the next one behind a space.
        return text.replace("\r\n ", "").replace("\r\n", BREAK)
    if suffix == ".json":
        return text.replace('", "', BREAK).replace('","', BREAK)
    return text


def _parts(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [
            _of_markup(archive.read(name).decode("utf-8", "replace"))
            for name in archive.namelist()
            if name.endswith((".xml", ".rels", ".vml"))
            and not name.endswith(("styles.xml", "theme1.xml"))
        ]


def _of_markup(text: str) -> str:
    plain = _STYLE.sub("", _DATA.sub("", text))
    told = BREAK.join(_ATTRIBUTE_TEXT.findall(plain))
    return html.unescape(f"{_TAGS.sub(BREAK, plain)}{BREAK}{told}")
