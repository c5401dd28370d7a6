"""Whatever stands in whatever cell: a reading, never an exception, never a value of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from filled_forms import catalogue_of, layouts_of, settings_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_catalogue import YEAR, schools_frame

from msoko_lib.intake.cells import number
from msoko_lib.intake.directory import Directory
from msoko_lib.intake.form_cells import Answer, read_answer
from msoko_lib.intake.form_checks import check_forms
from msoko_lib.intake.read_file import recognise
from msoko_lib.intake.reading import ReadContext
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet, Workbook, open_workbook
from msoko_lib.passports import FormField
from msoko_lib.project import Project
from msoko_lib.pseudonym import Pseudonymiser

CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(), st.text(max_size=12),
    st.dates(), st.datetimes(), st.times(), st.timedeltas(),
    st.sampled_from(["-", "нет", "да", "12 чел.", "45 %", "1,5", "#REF!", "pupils_n", "Значение",
                     "Показатель", "Организация: МКОУ «ООШ» с. Липовка", "Учебный год: 2023-2024",
                     "Код показателя", "×"]),
)  # fmt: skip
PLACES = st.tuples(st.integers(0, 3), st.integers(0, 15), st.integers(0, 8))
KINDS = ("целое", "число", "доля, %", "балл", "да/нет", "дата", "текст")


@pytest.fixture(scope="module")
def opened(tiny: Project, blank: Path) -> Workbook:
    return open_workbook(blank)


@settings(max_examples=150, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.tuples(PLACES, CELLS), max_size=12))
def test_random_cells_in_a_form(
    tiny: Project, opened: Workbook, changes: list[tuple[tuple[int, int, int], object]]
) -> None:
    grids = [[list(row) for row in sheet.rows] for sheet in opened.sheets]
    for (sheet, row, column), cell in changes:
        grid = grids[sheet]
        while len(grid) <= row:
            grid.append([])
        grid[row] += [None] * (column + 1 - len(grid[row]))
        grid[row][column] = cell  # type: ignore[call-overload]
    sheets = [Sheet(old.name, grid) for old, grid in zip(opened.sheets, grids, strict=True)]
    book = Workbook(Path("нет такого файла.xlsx"), "", sheets)
    context = ReadContext(YEAR, settings_of(tiny, YEAR), Directory.from_frame(schools_frame()),
                          Pseudonymiser(b"0" * 32), "форма.xlsx")  # fmt: skip
    frames = []
    for claim in recognise(book, layouts_of(tiny)):
        if claim.layout is not None and claim.layout.code == "form":
            reading = claim.layout.read(book, claim.sheet, context)
            frames += [reading.tables[name] for name in reading.tables]
            assert all(isinstance(item.sentence, str) for item in reading.findings)
    for frame in frames:
        TABLES["form_values"].validate(frame)
        assert not frame.duplicated(["school_id", "field_id"]).any()
        check_forms(frame, TABLES["form_values"].empty(), catalogue_of(tiny))


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KINDS), CELLS)
def test_an_accepted_value_is_what_the_cell_says(kind: str, cell: object) -> None:
    field = FormField(id="a", title="А", kind=kind)  # type: ignore[arg-type]
    answer = read_answer(field, cell)  # type: ignore[arg-type]
    assert isinstance(answer, Answer)
    assert not (answer.refused and answer.is_given)
    if answer.value is None or kind == "да/нет":
        return
    if answer.asked == "form_none_is_zero":
        assert answer.value == 0
    elif answer.has_unit:
        assert answer.value == 12
    else:
        said = number(cell)  # type: ignore[arg-type]
        assert said is not None and answer.value == pytest.approx(said, abs=1e-8)
    assert not pd.isna(answer.value)


def test_a_date_is_never_read_as_another() -> None:
    field = FormField(id="a", title="А", kind="дата")
    assert read_answer(field, dt.datetime(2025, 3, 1, 23, 59)).text == "2025-03-01"
    assert read_answer(field, "01.03.25").text == "2025-03-01"
    assert read_answer(field, "30 февраля 2025").refused == "form_not_date"
