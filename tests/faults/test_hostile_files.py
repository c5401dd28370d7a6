"""Hostile files and mutated exports: a result or a refusal with an address, never a traceback.

The short form; ``torture_files.py`` is the long one. Each file is read in a process of its own, so
that one that kills its reader fails a test and not the whole run.
"""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from book_parts import packed, parts_of
from hostile_files import small_containers
from mutations import MUTATIONS
from read_apart import Desk, fault_of
from torture_files import (
    Mutants,
    container_answer,
    honest_csv,
    honest_files,
    honest_xlsx,
    mutants,
)

from msoko_lib.intake import guard, guard_rules
from msoko_lib.intake.cells import number
from msoko_lib.intake.files import list_raw_files
from msoko_lib.intake.formula_cells import faulty_formulas
from msoko_lib.intake.guard_rules import WorkbookProblem
from msoko_lib.intake.workbook import open_workbook

if TYPE_CHECKING:
    from conftest import Made

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="files are read in forks")
SEED = 20261127
# Each of these once killed its reader, took gigabytes or minutes.
ONCE_DEADLY = frozenset({
    "a cell in the last corner.xlsx", "a cell in the last row.xlsx", "a cell beyond the sheet.xlsx",
    "16384 columns at the end.xlsx", "3000 rows of 16384.xlsx", "cells without addresses.xlsx",
    "many spans.xls", "wide rows.xml", "covering rows.xml", "cell 65535 65535.xls",
    "size endless.xls", "wide and long.ods", "laughs in the sheet.xlsx", "laughs.xml",
})  # fmt: skip
SAMPLED = 30
MUTANTS = 2 * len(MUTATIONS)


@pytest.fixture(scope="module")
def desk(tiny_project: Made) -> Desk:
    return Desk(tiny_project.project.root, tiny_project.newest)


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is laid out up to the bound costs a second; a smaller bound shows the same."""
    for module in (guard, guard_rules):
        monkeypatch.setattr(module, "MOST_CELLS", 300_000)
    yield


def test_hostile_containers_end_in_a_result_or_a_refusal(desk: Desk, tmp_path: Path) -> None:
    root, year = desk.project.root, desk.school_year
    made = dict(
        small_containers(
            honest_xlsx(root, year), honest_csv(root, year), np.random.default_rng(SEED)
        )
    )
    assert made.keys() >= ONCE_DEADLY
    others = sorted(made.keys() - ONCE_DEADLY)
    chosen = np.random.default_rng(SEED).choice(others, SAMPLED, replace=False).tolist()
    faults = {}
    for name in [*sorted(ONCE_DEADLY), *chosen]:
        fault = fault_of(container_answer(desk, tmp_path, name, made[name]))
        if fault:
            faults[name] = fault
    assert not faults


def test_mutated_exports_are_taken_as_they_stand_and_lose_nothing_silently(
    desk: Desk, tmp_path: Path
) -> None:
    maker, faults = Mutants(desk, tmp_path), {}
    for layout, kind, source, seed in mutants(honest_files(desk, 1), MUTANTS, SEED):
        fault = fault_of(maker.answer(kind, source, seed))
        if fault:
            faults[f"{kind} of {layout}, seed {seed}"] = fault
    assert not faults


def test_the_checks_of_mutants_see_a_wrong_value_and_a_lost_row(desk: Desk, tmp_path: Path) -> None:
    """A reader that alters a mark or drops a row without a word must not pass."""
    from accepted import lost_silently, values_without_cells

    source = honest_files(desk, 1)["vpr_individual"][0]
    reading, _ = desk.reading_of(source)
    book = open_workbook(source)
    assert values_without_cells(reading, book) == []
    assert lost_silently(reading, reading, set(), book, book) == []
    pupils = reading.tables["vpr_pupils"]
    reading.tables["vpr_pupils"] = pupils.assign(score=pupils["score"] + 1000)
    assert values_without_cells(reading, book)
    before, _ = desk.reading_of(source)
    after, _ = desk.reading_of(source)
    after.tables["vpr_pupils"] = after.tables["vpr_pupils"].iloc[1:]
    assert lost_silently(before, after, set(), book, book)


def test_an_answer_cleared_in_the_file_is_no_loss_and_one_dropped_by_a_reader_is(
    desk: Desk,
) -> None:
    from accepted import lost_silently

    source = next(path for path in honest_files(desk, 9)["form"] if path.suffix == ".xlsx")
    before, _ = desk.reading_of(source)
    after, _ = desk.reading_of(source)
    answers = after.tables["form_values"]
    row = answers[answers["value"].notna()].iloc[0]
    after.tables["form_values"] = answers.drop(index=row.name)
    place = row["source_sheet"], int(row["source_row"])
    plain, cleared = open_workbook(source), open_workbook(source)
    assert lost_silently(before, after, {place}, plain, plain)
    sheet = next(each for each in cleared.sheets if each.name == place[0])
    cells = sheet.rows[place[1] - 1]
    cells[:] = [None if number(cell) == row["value"] else cell for cell in cells]
    assert lost_silently(before, after, {place}, plain, cleared) == []
    assert lost_silently(before, after, set(), plain, plain)


def test_what_is_huge_once_unpacked_is_not_unpacked(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_UNPACKED", 3_000_000)
    parts = parts_of(honest_xlsx(desk.project.root, desk.school_year))
    bomb = packed({**parts, "xl/sharedStrings.xml": b" " * 4_000_000})
    lying = bytearray(bomb)
    for info in zipfile.ZipFile(io.BytesIO(bomb)).infolist():
        if info.filename == "xl/sharedStrings.xml":
            # The local header claims that the part holds ten bytes.
            lying[info.header_offset + 22 : info.header_offset + 26] = (10).to_bytes(4, "little")
    for content in (bomb, bytes(lying)):
        with pytest.raises(WorkbookProblem) as told:
            guard.check_book(content, ".xlsx")
        assert told.value.rule in ("too_large", "broken_workbook")


def test_cells_of_all_sheets_of_a_book_are_counted_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two sheets of LibreOffice, each within the bounds alone."""
    monkeypatch.setattr(guard, "MOST_CELLS", 5_000_000)
    row = '<table:table-row table:number-rows-repeated="1000000">{}</table:table-row>'
    sheet = f"<table:table>{row.format('<table:table-cell>x</table:table-cell>' * 3)}</table:table>"

    def book(sheets: int) -> bytes:
        return packed({"content.xml": f"<office:body>{sheet * sheets}</office:body>".encode()})

    guard.check_book(book(1), ".ods")
    with pytest.raises(WorkbookProblem) as told:
        guard.check_book(book(2), ".ods")
    assert told.value.rule == "too_many_cells"


def test_no_panic_of_the_reader_reaches_the_console(
    desk: Desk, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The reader of workbooks prints a traceback of its own when a book is damaged."""
    source = next(path for path in desk.project.raw(desk.school_year).rglob("*.xls"))
    content = source.read_bytes()
    path = tmp_path / "a.xls"
    for share in (3, 4, 5, 7, 9):
        path.write_bytes(content[: len(content) * share // 10 + 17])
        desk.reading_of(path)
    shutil.rmtree(tmp_path / "a", ignore_errors=True)
    told = capfd.readouterr()
    assert "panicked" not in told.err and "Traceback" not in told.err


@pytest.mark.parametrize(
    "packing", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_a_damaged_book_of_any_packing_does_not_end_the_intake(
    tmp_path: Path, packing: int
) -> None:
    """Every packing fails in a way of its own; none may reach past its own file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name in ("docProps/core.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
            archive.writestr(name, "<часть>" + "строка " * 500 + "</часть>")
    content = bytearray(stream.getvalue())
    for place in range(60, 90):
        content[place] ^= 0xFF
    path = tmp_path / "Ф1.xlsx"
    path.write_bytes(content)
    assert [raw.name for raw in list_raw_files(tmp_path)] == ["Ф1.xlsx"]
    assert faulty_formulas(path) == {}
    with pytest.raises(WorkbookProblem):
        open_workbook(path)
