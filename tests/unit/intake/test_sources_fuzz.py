"""Whatever stands in the cells of other sources: a Reading, and no value that its cell lacks."""

from __future__ import annotations

from typing import Any

import builders_sources as s
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refusals import assert_whole

from msoko_lib.intake.cells import number
from msoko_lib.intake.schemas import TABLES

NASTY = [
    "", "\u00a0", "-", "Х", "№ строки", "1e5", "1 234", "12,5", "Итого", "{found}", "=A1",
    "#ИМЯ?", "9А", "да", "нет", "+", "edu100001", "111001", "СОШ №1", "ФИО", "К1", "П1.1",
    "Раздел 2.1", "2.1. Дети", "Организация:", "за 2021/2022", "высшая", "низкий", "эксперт",
    "Самооценка", "Школа" * 200, "1" * 400, "Форма № 85-К", "20.09.2024", s.NAME,
]  # fmt: skip
CELLS = st.one_of(
    st.none(), st.sampled_from(NASTY), st.text(max_size=12), st.integers(-10**12, 10**12),
    st.integers(-2, 120), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times(),
    st.timedeltas(),
)  # fmt: skip
CHANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30), CELLS), max_size=12)
QUICK = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def changed(rows: list[s.Row], changes: list[tuple[int, int, Any]], first: int = 0) -> list[s.Row]:
    """Rows with cells replaced; rows above ``first`` are left as they are."""
    copy = [list(row) for row in rows]
    for place, column, cell in changes:
        row = first + place % (len(copy) - first)
        copy[row] += [None] * (column + 1 - len(copy[row]))
        copy[row][column] = cell
    return copy


@pytest.mark.parametrize("code", sorted(s.GOOD))
@QUICK
@given(changes=CHANGES)
def test_any_cell_anywhere_gives_a_reading(code: str, changes: list[tuple[int, int, Any]]) -> None:
    try:
        reading = s.read_rows(changed(s.GOOD[code], changes))
    except LookupError:
        return  # the header is gone: no layout claims the sheet
    for name, frame in reading.tables.items():
        assert not frame.duplicated(list(TABLES[name].key)).any()
    for item in reading.findings:
        assert item.found and item.action


@QUICK
@given(changes=CHANGES)
def test_no_accepted_number_of_a_form_differs_from_its_cell(
    changes: list[tuple[int, int, Any]],
) -> None:
    rows = changed(s.oo1_on_one_sheet(), changes, first=len(s.title_page()))
    frame = s.read_rows(rows).tables["form_values"]
    for row in frame[frame["field_id"] != "teachers_under_35_n"].to_dict("records"):
        assert row["value"] in [number(cell) for cell in rows[row["source_row"] - 1]]


@QUICK
@given(changes=CHANGES)
def test_no_accepted_score_of_noko_differs_from_its_cell(
    changes: list[tuple[int, int, Any]],
) -> None:
    rows = changed(s.noko(s.noko_row(), s.noko_row(111002)), changes, first=3)
    frame = s.read_rows(rows).tables["form_values"]
    for row in frame[frame["field_id"].str.startswith("noko_p")].to_dict("records"):
        part = row["field_id"].removeprefix("noko_p")
        header = {"lan_n": "Мероприятий в плане", "lan_done_n": "Выполнено мероприятий"}.get(
            part, f"П{part[0]}.{part[1]}"
        )
        column = s.NOKO_HEADER.index(header)
        # After the last header one filler column is allowed.
        own = rows[row["source_row"] - 1][column : column + 1 + (column + 1 == len(s.NOKO_HEADER))]
        assert row["value"] in [pytest.approx(number(cell)) for cell in own if number(cell)] or (
            row["value"] == 0
        )


@QUICK
@given(changes=CHANGES)
def test_messages_are_whole_sentences(changes: list[tuple[int, int, Any]]) -> None:
    for rows, first in ((s.teachers(), 2), (s.graduates(), 2), (s.mkdo(), 2)):
        for item in s.read_rows(changed(rows, changes, first)).findings:
            assert_whole(item)
