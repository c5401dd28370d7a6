"""Stamping: values land in their cells, formats and formulas stay, nothing else changes."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from msoko_lib.forms.stamp import Template
from msoko_lib.intake.files import edition_of


@pytest.fixture(scope="module")
def template() -> Template:
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Лист & «один»"
    for row in range(1, 8):
        page.cell(row, 2).font = Font(bold=True)
    page["A1"], page["B6"], page["B7"] = "не трогать", "=B1+1", 'A&B<"C">'
    content = io.BytesIO()
    book.save(content)
    return Template.of(content.getvalue())


def test_values_of_every_kind(template: Template) -> None:
    values = {"B1": 12, "B2": 1.5, "B3": True, "B4": "<a> & «б»\x00", "B5": dt.date(2025, 3, 1)}
    content = template.stamped({"Лист & «один»": {**values, "B6": 13, "B7": None}})
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    stamped = [page[f"B{row}"].value for row in range(1, 8)]
    assert stamped == [12, 1.5, True, "<a> & «б»", 45717, "=B1+1", 'A&B<"C">']
    assert all(page[f"B{row}"].font.bold for row in range(1, 8))
    assert page["A1"].value == "не трогать"
    results = openpyxl.load_workbook(io.BytesIO(content), data_only=True).active
    assert results["B6"].value == 13


def test_a_missing_cell_or_sheet_is_a_fault_of_the_caller(template: Template) -> None:
    with pytest.raises(ValueError, match="Z9"):
        template.stamped({"Лист & «один»": {"Z9": 1}})
    with pytest.raises(KeyError):
        template.stamped({"Лист": {"B1": 1}})


def test_the_same_values_give_the_same_bytes(template: Template, tmp_path: Path) -> None:
    cells = {"Лист & «один»": {"B1": 1}}
    assert template.stamped(cells) == template.stamped(cells)
    path = tmp_path / "книга.xlsx"
    path.write_bytes(template.stamped(cells, "2025-01-20T10:00:00Z"))
    assert edition_of(path) == "2025-01-20T10:00:00Z"
