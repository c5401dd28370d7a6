"""Any cell may hold anything: a reader gives a Reading, and takes no value that is not there."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from builders_vpr import COUNTRY, GOOD_MARKS, Row, individual, journal, marks
from cases_vpr import (
    ARCHIVE_ROW,
    BIAS_NAMES,
    BIAS_ROW,
    JOURNAL_ROW,
    MARK_ARCHIVE,
    OLD_BLOCK,
    OLD_NAMES,
    mark_groups,
    read_rows,
    scores,
    skills,
    task_rates,
    upload_form,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msoko_lib.intake.cells import number
from msoko_lib.intake.reading import Reading
from msoko_lib.intake.schemas import TABLES

FILES: dict[str, list[Row]] = {
    "individual": individual(),
    "marks": marks(GOOD_MARKS),
    "journal": journal([[COUNTRY, *JOURNAL_ROW[1:]], JOURNAL_ROW]),
    "journal blocks": journal([[COUNTRY], *OLD_BLOCK, [JOURNAL_ROW[0]], *OLD_BLOCK], OLD_NAMES),
    "scores": scores([[COUNTRY, 100, 10, 20, 30, 20, 10, 10, 0, 0]]),
    "tasks": task_rates(),
    "mark groups": mark_groups(),
    "skills": skills(),
    "archive": [*MARK_ARCHIVE, ARCHIVE_ROW, [2025, *ARCHIVE_ROW[1:]]],
    "bias": [BIAS_NAMES, BIAS_ROW],
    "form": upload_form(filled=True)[:5],
}
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=True, allow_infinity=True),
    st.text(max_size=12),
    st.sampled_from([
        "X", "Н", "—", "1e999", "1,234", "5,06 %", "(edu1)", "edu123456", "Всего", "Кол-во ОО",
        "ВПР 2026", "99 класс", "по программе 12 класса", "Группы участников", "Код участника",
        "Первичный балл", "² ", "４", "0", "2", "Макс балл", "| Кол-во участников: 99999999999999",
        datetime(2026, 4, 20), datetime(1, 1, 1),
    ]),
)  # fmt: skip
VALUES = (
    "score", "mark", "journal_mark", "class_number", "rate", "share", "share_2", "share_3",
    "share_4", "share_5", "lowered_n", "lowered_share", "confirmed_n", "raised_n",
)  # fmt: skip
CHANGES = st.lists(st.tuples(st.integers(0, 13), st.integers(0, 14), CELLS), min_size=1, max_size=6)


def changed(rows: list[Row], changes: list[tuple[int, int, Any]]) -> list[Row]:
    copy = [list(row) for row in rows]
    for row, column, cell in changes:
        if row < len(copy):
            copy[row] += [None] * (column + 1 - len(copy[row]))
            copy[row][column] = cell
    return copy


def read_or_unknown(rows: list[Row]) -> Reading:
    try:
        return read_rows(rows)
    except LookupError as problem:
        # Not recognised is the pipeline's own refusal.
        assert "no layout claims" in str(problem)
        return Reading()


def assert_values_stand_in_their_rows(frame: pd.DataFrame, rows: list[Row]) -> None:
    """Each accepted number equals some cell of its source row (a per cent: a hundredth of it)."""
    names = [name for name in VALUES if name in frame]
    for record in frame.to_dict("records"):
        row = rows[record["source_row"] - 1]
        cells = [value for value in map(number, row) if value is not None]
        for name in names:
            value = record[name]
            if pd.isna(value):
                continue
            candidates = [*cells, *(cell / 100 for cell in cells)]
            # A blank share beside three that make 100 is the only value without a cell.
            is_zero_share = name.startswith("share") and value == 0
            assert is_zero_share or any(math.isclose(value, c, abs_tol=1e-9) for c in candidates)


@pytest.mark.parametrize("kind", sorted(FILES))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=CHANGES)
def test_no_cell_breaks_a_reader(kind: str, changes: list[tuple[int, int, Any]]) -> None:
    rows = changed(FILES[kind], changes)
    reading = read_or_unknown(rows)
    for name, frame in reading.tables.items():
        if name not in TABLES:
            continue
        TABLES[name].validate(frame)
        assert not frame.duplicated(list(TABLES[name].key)).any()
        # Tasks and the blocks of the old journal spread over rows; their own tests follow them.
        if kind in ("individual", "marks", "archive", "tasks", "scores") and name != "vpr_scores":
            assert_values_stand_in_their_rows(frame, rows)
    for item in reading.findings:
        assert item.found and item.action
