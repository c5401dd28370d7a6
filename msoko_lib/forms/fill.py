"""Fill a blank as a school or the office would: for the demo, the benchmark and the tests."""

from __future__ import annotations

import io
from collections.abc import Mapping

from python_calamine import CalamineWorkbook

from msoko_lib.forms.stamp import CellValue, Template
from msoko_lib.forms.unit_template import COLUMNS
from msoko_lib.intake.cells import a1, text

_TITLES = [title for title, _ in COLUMNS]
_UNIT_CODE = "Код организации"
_VALUE, _CODE = _TITLES.index("Значение"), _TITLES.index("Код показателя")


def answer_cells(content: bytes) -> dict[str, tuple[str, str]]:
    """Where a blank of an organisation wants each field's answer: field → (sheet, address)."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    places = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        header = next(
            (place for place, row in enumerate(rows) if "Код показателя" in map(text, row)), None
        )
        if header is None:
            continue
        for place in range(header + 1, len(rows)):
            if code := text(rows[place][_CODE]):
                places[code] = (name, a1(place, _VALUE))
    return places


def office_cells(content: bytes) -> dict[tuple[str, str], tuple[str, str]]:
    """Where the office's blank wants each answer: (organisation, field) → (sheet, address)."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    places = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        header = next(
            (place for place, row in enumerate(rows) if row and text(row[0]) == _UNIT_CODE), None
        )
        if not header:
            continue
        fields = {column: code for column, cell in enumerate(rows[header - 1])
                  if (code := text(cell))}  # fmt: skip
        for place in range(header + 1, len(rows)):
            if unit_id := text(rows[place][0]):
                for column, code in fields.items():
                    places[unit_id, code] = (name, a1(place, column))
    return places


def fill_office(
    content: bytes, answers: Mapping[tuple[str, str], CellValue], modified: str = ""
) -> bytes:
    """The office's blank with answers in it.

    Parameters
    ----------
    content : bytes
        The office's workbook that :func:`msoko_lib.forms.writer.write_forms` wrote.
    answers : mapping
        (organisation, field) → what is written into its cell.
    modified : str
        When it was saved, ISO with time.

    Raises
    ------
    KeyError
        If the workbook does not ask for a field of an organisation.
    """
    places = office_cells(content)
    cells: dict[str, dict[str, CellValue]] = {}
    for key, value in answers.items():
        sheet, address = places[key]
        cells.setdefault(sheet, {})[address] = value
    return Template.of(content).stamped(cells, modified)


def fill_form(content: bytes, answers: Mapping[str, CellValue], modified: str = "") -> bytes:
    """A blank with answers in it.

    Parameters
    ----------
    content : bytes
        A workbook that :func:`msoko_lib.forms.writer.write_forms` wrote for an organisation.
    answers : mapping
        Field → what is written into its cell (a text stays a text: «12 чел.»).
    modified : str
        When the form was saved, ISO with time; a later one makes a newer edition.

    Raises
    ------
    KeyError
        If the form does not ask for a field.
    """
    places = answer_cells(content)
    cells: dict[str, dict[str, CellValue]] = {}
    for field_id, value in answers.items():
        sheet, address = places[field_id]
        cells.setdefault(sheet, {})[address] = value
    return Template.of(content).stamped(cells, modified)
