"""Whatever stands in the cells: a Reading and no exception, and no value that its cell lacks."""

from __future__ import annotations

import datetime as dt
from typing import Any

import builders_gia as b
import pytest
from cases_gia import CASES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from msoko_lib.intake.cells import number, text
from msoko_lib.intake.gia_appeals import GIA_APPEALS, apply_appeals
from msoko_lib.intake.header_map import Columns, columns_of
from msoko_lib.intake.olympiad import match_olympiad
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import Sheet

NASTY = [
    "", " ", "\u00a0", "-", "—", "н/я", "ВПЛ", "№", "1e5", "1 234", "12,5", "Всего участников",
    "Минимальная граница", "Средние", "Итого", "{found}", "%s", "=A1", "#ИМЯ?", "9А", "11Б", "II",
    "победитель", "edu100001", "111001", "(edu100001)", "СОШ №1", "ФИО", "Класс", "Код ОО",
    "Балл", b.RUSSIAN, "Математика(2025.06.03)", "п:2025.06.03", "Класс" * 300, "1" * 400,
]  # fmt: skip
CELLS = st.one_of(
    st.none(), st.sampled_from(NASTY), st.text(max_size=12), st.integers(-10**12, 10**12),
    st.integers(-2, 120), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times(),
    st.timedeltas(),
)  # fmt: skip
CHANGES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), CELLS), max_size=12)
QUICK = settings(
    max_examples=30, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip

GOOD: dict[str, list[b.Row]] = {
    "gia_protocol": [
        *b.ege(*(b.sparse_pupil(n, f"Фамилия{n}") for n in range(1, 5))),
        *b.oge(*(b.dense_pupil(n, f"Фамилия{n}") for n in range(1, 5))),
    ],
    "gia_appeals": b.appeals(b.appeal(), b.appeal(surname="Петров")),
    "olympiad": b.olympiad(*(b.entrant(n, f"Имя Фамилия{n}") for n in range(1, 5))),
    "medals": b.medals(*[[n, 111001, None, f"А{n}", "Б", "В", "I", 80] for n in (1, 2, 3)]),
    "directory": b.directory_rows(
        b.school_row(), b.school_row("edu2222", 111002, "СОШ №2", **{"Действует с": 2001})
    ),
    "map:контингент": list(CASES["map_empty_cells"].rows),
    "map:годовые_отметки": list(CASES["map_unknown_subject"].rows),
}  # fmt: skip


def changed(rows: list[b.Row], changes: list[tuple[int, int, Any]], first: int = 0) -> list[b.Row]:
    """Rows with cells replaced; rows above ``first`` are left as they are."""
    copy = [list(row) for row in rows]
    for place, column, cell in changes:
        row = first + place % (len(copy) - first)
        copy[row] += [None] * (column + 1 - len(copy[row]))
        copy[row][column] = cell
    return copy


@pytest.mark.parametrize("code", sorted(GOOD))
@QUICK
@given(changes=CHANGES)
def test_any_cell_anywhere_gives_a_reading(code: str, changes: list[tuple[int, int, Any]]) -> None:
    try:
        reading = b.read_rows(changed(GOOD[code], changes))
    except LookupError:
        return  # the header is gone: no layout claims the sheet
    for name, frame in reading.tables.items():
        if name in TABLES:
            TABLES[name].validate(TABLES[name].conform(frame))
            assert not frame.duplicated(list(TABLES[name].key)).any()
    if GIA_APPEALS.name in reading.tables:
        GIA_APPEALS.validate(reading.tables[GIA_APPEALS.name])
    for item in reading.findings:
        assert item.found and item.action and item.file == b.FILE


def value_in(rows: list[b.Row], columns: Columns, row: int, field: str) -> float | None:
    return number(columns.cell(rows[row - 1], field))


@QUICK
@given(changes=CHANGES)
def test_no_accepted_score_differs_from_its_cell(changes: list[tuple[int, int, Any]]) -> None:
    pupils = [b.sparse_pupil(n, f"Фамилия{n}") for n in range(1, 5)]
    rows = changed(b.ege(*pupils), changes, first=2)
    for result in b.read_rows(rows).tables["gia_results"].to_dict("records"):
        row = rows[result["source_row"] - 1]
        # A score may stand in the filler column after its header.
        scores = [number(cell) for cell in row[24:28]]
        assert result["primary_score"] != result["primary_score"] or (
            result["primary_score"] in scores[:2]
        )
        assert result["test_score"] != result["test_score"] or result["test_score"] in scores[2:]
        assert text(result["class_name"])[:1] in "".join(map(text, row[6:8]))


@QUICK
@given(changes=CHANGES)
def test_no_accepted_olympiad_score_differs_from_its_cell(
    changes: list[tuple[int, int, Any]],
) -> None:
    good = b.olympiad(*(b.entrant(n, f"Имя Фамилия{n}") for n in range(1, 5)))
    rows = changed(good, changes, first=4)
    columns = columns_of(Sheet("", rows), 3, match_olympiad)
    for result in b.read_rows(rows).tables["olympiad_results"].to_dict("records"):
        for field in ("score", "max_score"):
            assert result[field] == value_in(rows, columns, result["source_row"], field)
        assert result["score"] <= result["max_score"]


@QUICK
@given(changes=CHANGES)
def test_no_accepted_map_value_differs_from_its_cell(
    changes: list[tuple[int, int, Any]],
) -> None:
    good = [
        ["Код ОО", *(f"{grade} класс" for grade in range(1, 12))],
        *[[code, *range(20, 31)] for code in (111001, 111002)],
    ]
    rows = changed(good, changes, first=1)
    try:
        enrolment = b.read_rows(rows).tables["enrolment"]
    except (LookupError, KeyError):
        return
    for row in enrolment.to_dict("records"):
        cells = rows[row["source_row"] - 1]
        grade = row["grade"]
        # After the last header one filler column is allowed.
        own = cells[grade : grade + (2 if grade == 11 else 1)]
        assert row["pupils_n"] in [number(str(cell).replace(",", "")) for cell in own]


@QUICK
@given(
    before=st.one_of(st.none(), st.integers(0, 100)), test=st.integers(0, 100),
    primary=st.integers(0, 60),
)  # fmt: skip
def test_appeals_end_at_their_own_scores(before: int | None, test: int, primary: int) -> None:
    results = b.read_rows(b.ege(b.sparse_pupil(1))).tables["gia_results"]
    rows = b.appeals(b.appeal(before=before, primary=primary, test=test))
    after, _ = apply_appeals(results, b.read_rows(rows).tables["gia_appeals"])
    assert after[["primary_score", "test_score"]].iloc[0].tolist() == [primary, test]


def test_moments_of_any_kind_are_read() -> None:
    for moment in (dt.datetime(2025, 7, 5, 9, 54), "05.07.2025", "05.07.2025 25:99:00", 45000):
        reading = b.read_rows(b.appeals(b.appeal(changed=moment)))
        assert len(reading.tables["gia_appeals"]) == 1
