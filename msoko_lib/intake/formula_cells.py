"""Formulas that gave an error or were never computed: the reader of workbooks shows them as empty.

python-calamine gives an empty text for ``#DIV/0!`` and for a formula without a stored result, so
both would pass for an unanswered question. They are looked up in the workbook's own XML.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from msoko_lib.zipped import ARCHIVE_FAULTS

NOT_COMPUTED = ""
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb"<c\b(?P<attributes>[^>]*?)(?:/>|>(?P<inside>.*?)</c>)", re.DOTALL)
_ADDRESS = re.compile(rb'\br="([A-Z]{1,3}[0-9]{1,7})"')
_STORED = re.compile(rb"<v(?:\s[^>]*)?>([^<]+)</v>")
_TEXT_RESULT = re.compile(rb'\bt="(?:str|s|inlineStr)"')

FaultyCells = dict[str, dict[str, str]]


def faulty_formulas(path: Path) -> FaultyCells:
    """Sheet → address → error of its formula, ``""`` where no result is stored.

    Empty for workbooks that are not xlsx and for files that cannot be opened.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                name: found
                for name, part in sheet_parts(archive).items()
                if (found := _faults(archive.read(part)))
            }
    except (KeyError, ElementTree.ParseError, *ARCHIVE_FAULTS):
        return {}


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → path of its XML inside an xlsx file.

    Raises
    ------
    KeyError
        If the archive is no xlsx workbook.
    """
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {item.get("Id"): item.get("Target", "") for item in relations}
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    parts = {}
    for sheet in book.iter():
        if sheet.tag.rpartition("}")[2] == "sheet":
            target = targets.get(sheet.get(_RELATION), "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            parts[sheet.get("name", "")] = part
    return {name: part for name, part in parts.items() if part in archive.NameToInfo}


def _faults(xml: bytes) -> dict[str, str]:
    if b"<f" not in xml and b't="e"' not in xml:
        return {}
    found = {}
    for match in _CELL.finditer(xml):
        attributes, inside = match["attributes"], match["inside"] or b""
        is_error = b't="e"' in attributes
        if not is_error and b"<f" not in inside:
            continue
        stored = _STORED.search(inside)
        address = _ADDRESS.search(attributes)
        if address is None:
            continue
        if is_error:
            found[address[1].decode()] = stored[1].decode("utf-8", "replace") if stored else "#?"
        elif stored is None and not _TEXT_RESULT.search(attributes):
            found[address[1].decode()] = NOT_COMPUTED
    return found
