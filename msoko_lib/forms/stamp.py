"""Values put into a finished workbook, cell by cell, without building it anew.

openpyxl needs about half a second for a form; a district has sixty of one make. So a form is
built once for each kind of organisation, and what differs is written into the cells' XML.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

from msoko_lib.intake.form_cells import excel_serial
from msoko_lib.intake.formula_cells import sheet_parts

CellValue = str | int | float | bool | date | None
_CELL = re.compile(
    r'<c r="(?P<address>[A-Z]{1,3}\d+)"(?P<attributes>[^>]*?)'
    r"(?:/>|>(?P<inside>.*?)</c>)",
    re.DOTALL,
)
_FORMULA = re.compile(r"<f[^>]*>.*?</f>|<f[^>]*/>", re.DOTALL)
_TYPE = re.compile(r'\s+t="\w+"')
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CORE = "docProps/core.xml"
_SAVED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")
# The earliest date that a zip can hold: the same form gives the same bytes.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Template:
    """A finished workbook, taken apart.

    Parameters
    ----------
    parts : dict
        Path inside the xlsx file → its bytes.
    sheets : dict
        Sheet name → path of its XML.
    """

    parts: dict[str, bytes]
    sheets: dict[str, str]

    @classmethod
    def of(cls, content: bytes) -> Template:
        """Take an xlsx file apart."""
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
            return cls(parts, sheet_parts(archive))

    def stamped(self, cells: Mapping[str, Mapping[str, CellValue]], modified: str = "") -> bytes:
        """The workbook with values in some of its cells.

        Parameters
        ----------
        cells : mapping
            Sheet → address → value. A cell that holds a formula keeps it and gets the value as
            its stored result; formats stay; None leaves a cell as it is.
        modified : str
            Date of saving to write into the properties, ISO with time; empty: as it is. With it
            the same values give the same bytes.

        Raises
        ------
        KeyError
            If a sheet is missing.
        ValueError
            If a cell was not written by the template.
        """
        changed = dict(self.parts)
        for name, values in cells.items():
            part = self.sheets[name]
            changed[part] = _stamp_sheet(changed[part].decode(), values).encode()
        if modified:
            stamp = rb"\g<1>" + modified.encode() + rb"\g<2>"
            changed[_CORE] = _SAVED.sub(stamp, changed[_CORE])
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
            for path, part_bytes in changed.items():
                archive.writestr(zipfile.ZipInfo(path, _ZIP_DATE), part_bytes,
                                 zipfile.ZIP_DEFLATED)  # fmt: skip
        return content.getvalue()


def _stamp_sheet(xml: str, values: Mapping[str, CellValue]) -> str:
    wanted = {address: value for address, value in values.items() if value is not None}

    def put(match: re.Match[str]) -> str:
        value = wanted.pop(match["address"], None)
        return match[0] if value is None else _cell(match, value)

    stamped = _CELL.sub(put, xml)
    if wanted:
        raise ValueError(f"the template has no cells {sorted(wanted)}")
    return stamped


def _cell(match: re.Match[str], value: CellValue) -> str:
    formula = _FORMULA.search(match["inside"] or "")
    kept = formula[0] if formula else ""
    attributes = _TYPE.sub("", match["attributes"]).rstrip()
    kind, inside = _content(value, has_formula=formula is not None)
    return f'<c r="{match["address"]}"{attributes}{kind}>{kept}{inside}</c>'


def _content(value: CellValue, *, has_formula: bool) -> tuple[str, str]:
    if isinstance(value, bool):
        return ' t="b"', f"<v>{int(value)}</v>"
    if isinstance(value, (int, float)):
        return "", f"<v>{value!r}</v>"
    if isinstance(value, date):
        return "", f"<v>{excel_serial(value)}</v>"
    words = escape(_ILLEGAL.sub("", str(value)))
    if has_formula:
        return ' t="str"', f"<v>{words}</v>"
    return ' t="inlineStr"', f'<is><t xml:space="preserve">{words}</t></is>'
