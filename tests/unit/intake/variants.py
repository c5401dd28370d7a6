"""Exports built cell by cell from their published layouts, and the guises in which they arrive.

Nothing here is shared with the demo or with the builders of other tests: a misunderstanding
common to a builder and a reader would otherwise stay unseen.
"""

from __future__ import annotations

import csv
import html
import io
from pathlib import Path

import openpyxl

from msoko_lib.intake.cells import Cell
from msoko_lib.intake.directory import open_directory
from msoko_lib.intake.files import RawFile
from msoko_lib.intake.layouts import all_layouts
from msoko_lib.intake.read_file import read_file
from msoko_lib.intake.reading import ReadContext, Reading
from msoko_lib.intake.workbook import file_hash
from msoko_lib.project import Project
from msoko_lib.pseudonym import KEY_BYTES, Pseudonymiser
from msoko_lib.settings import load_settings

Grid = list[list[Cell]]
REPOSITORY = Project.find(Path(__file__))


def read(folder: Path, name: str, content: bytes, school_year: str) -> Reading:
    """Read bytes as a file of that name would be read, without a school directory."""
    path = folder / name
    path.write_bytes(content)
    context = ReadContext(
        school_year, load_settings(REPOSITORY, school_year), open_directory(),
        Pseudonymiser(bytes(KEY_BYTES)), name,
    )  # fmt: skip
    raw = RawFile(path, name, file_hash(path), "")
    return read_file(raw, all_layouts(REPOSITORY), context)


def rules(reading: Reading) -> set[str]:
    """Codes of the lines that a reading gave."""
    return {item.rule for item in reading.findings}


def as_xlsx(grid: Grid, number_format: str = "General") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, cells in enumerate(grid, start=1):
        for column, cell in enumerate(cells, start=1):
            if cell is not None:
                place = sheet.cell(row, column, cell)
                if isinstance(cell, float):
                    place.number_format = number_format
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def as_csv(
    grid: Grid, encoding: str = "cp1251", delimiter: str = ";", line_end: str = "\r\n"
) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    width = max(map(len, grid))
    writer.writerows([*cells, *[None] * (width - len(cells))] for cells in grid)
    return text.getvalue().encode(encoding)


def as_html(grid: Grid, encoding: str = "utf-8") -> bytes:
    """What report servers save with the ending .xls: a page with one table."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{_escaped(cell)}</td>" for cell in cells) + "</tr>" for cells in grid
    )
    page = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><title>Отчёт</title>'
        f"<style>td {{ color: red }}</style></head><body><table>{rows}</table></body></html>"
    )
    return page.encode(encoding)


def as_archive(grid: Grid) -> bytes:
    """A web archive (.mht): the page in quoted-printable inside a mail message."""
    from email.mime.multipart import MIMEMultipart
    from email.mime.text import MIMEText

    whole = MIMEMultipart("related")
    whole.attach(MIMEText(as_html(grid).decode(), "html", "utf-8"))
    return whole.as_bytes()


def as_xml_2003(grid: Grid) -> bytes:
    """«Таблица XML 2003»: empty rows and cells are left out, the next gives its index."""
    rows = []
    for row, cells in enumerate(grid, start=1):
        filled = "".join(
            f'<Cell ss:Index="{column}">'
            f'<Data ss:Type="{_kind(cell)}">{_escaped(cell)}</Data></Cell>'
            for column, cell in enumerate(cells, start=1)
            if cell is not None
        )
        if filled:
            rows.append(f'<Row ss:Index="{row}">{filled}</Row>')
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?>\n<Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="Лист"><Table>{"".join(rows)}</Table></Worksheet></Workbook>'
    ).encode()


def _escaped(cell: Cell) -> str:
    return "" if cell is None else html.escape(str(cell))


def _kind(cell: Cell) -> str:
    return "Number" if isinstance(cell, (int, float)) else "String"
