"""Write xlsx workbooks: the same rows give the same bytes, fast enough for a region.

openpyxl stamps the time of saving into the file and is about five times slower; a demo must be
byte-identical for a seed, so these few parts of the format are written here.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from msoko_lib.intake.cells import column_letters

Value = str | int | float | None
Row = Sequence[Value]
SHEET_NAME_LIMIT = 31
SAVED = "2000-01-01T00:00:00Z"
# The earliest moment that a zip entry can carry: no clock in the file.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_CORE = (
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/>'
)
_LETTERS = [column_letters(index) for index in range(256)]
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
    'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
    '</cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" '
    'xfId="0"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
    'builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True)
class SheetRows:
    """A sheet to be written: its name, its rows from A1 on, merged ranges such as ``A9:D9``."""

    name: str
    rows: Sequence[Row]
    merges: tuple[str, ...] = ()


def write_xlsx(path: Path, sheets: Sequence[SheetRows], saved: str = SAVED) -> None:
    """Write a workbook whose bytes depend on the arguments alone.

    Parameters
    ----------
    path : Path
        File to write; its folder is made.
    sheets : sequence of SheetRows
        Text, whole numbers, floats and None (no cell); sheet names are cut at 31 characters.
    saved : str
        Moment of saving that the workbook's properties name (ISO, UTC).

    Raises
    ------
    ValueError
        If there is no sheet.
    """
    if not sheets:
        raise ValueError("a workbook needs at least one sheet")
    path.parent.mkdir(parents=True, exist_ok=True)
    strings: dict[str, int] = {}
    bodies = [_sheet_xml(sheet, strings) for sheet in sheets]
    numbers = range(1, len(sheets) + 1)
    parts = {
        "[Content_Types].xml": _content_types(numbers),
        "_rels/.rels": _relationships({"rId1": ("officeDocument", "xl/workbook.xml")}, _CORE),
        "docProps/core.xml": _core_xml(saved),
        "xl/workbook.xml": _workbook_xml(sheets),
        "xl/_rels/workbook.xml.rels": _relationships(
            {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in numbers}
            | {
                f"rId{len(sheets) + 1}": ("styles", "styles.xml"),
                f"rId{len(sheets) + 2}": ("sharedStrings", "sharedStrings.xml"),
            }
        ),
        "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": _strings_xml(strings),
    } | {f"xl/worksheets/sheet{n}.xml": body for n, body in zip(numbers, bodies, strict=True)}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content.encode(), compresslevel=1)


def _sheet_xml(sheet: SheetRows, strings: dict[str, int]) -> str:
    lines = [f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>']
    for number, row in enumerate(sheet.rows, start=1):
        cells = []
        for letters, value in zip(_LETTERS, row, strict=False):
            if value is None:
                continue
            if type(value) is str:
                index = strings.setdefault(value, len(strings))
                cells.append(f'<c r="{letters}{number}" t="s"><v>{index}</v></c>')
            else:
                cells.append(f'<c r="{letters}{number}"><v>{value!r}</v></c>')
        if cells:
            lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    lines.append("</sheetData>")
    if sheet.merges:
        ranges = "".join(f'<mergeCell ref="{item}"/>' for item in sheet.merges)
        lines.append(f'<mergeCells count="{len(sheet.merges)}">{ranges}</mergeCells>')
    lines.append("</worksheet>")
    return "".join(lines)


def _strings_xml(strings: dict[str, int]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{escape(item)}</t></si>' for item in strings)
    return f'{_HEAD}<sst xmlns="{_MAIN}" uniqueCount="{len(strings)}">{items}</sst>'


def _workbook_xml(sheets: Sequence[SheetRows]) -> str:
    items = "".join(
        f'<sheet name="{escape(sheet.name[:SHEET_NAME_LIMIT], {chr(34): "&quot;"})}" '
        f'sheetId="{number}" r:id="rId{number}"/>'
        for number, sheet in enumerate(sheets, start=1)
    )
    return f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{items}</sheets></workbook>'


def _content_types(numbers: range) -> str:
    overrides = {"/xl/workbook.xml": "sheet.main", "/xl/styles.xml": "styles"}
    overrides["/xl/sharedStrings.xml"] = "sharedStrings"
    overrides |= {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in numbers}
    items = "".join(
        f'<Override PartName="{part}" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in overrides.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType='
        '"application/vnd.openxmlformats-package.core-properties+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{items}</Types>'
    )


def _core_xml(saved: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{saved}</dcterms:modified>'
        "</cp:coreProperties>"
    )


def _relationships(targets: dict[str, tuple[str, str]], others: str = "") -> str:
    items = "".join(
        f'<Relationship Id="{key}" Type="{_REL}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{items}{others}</Relationships>'
