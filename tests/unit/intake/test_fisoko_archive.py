"""Regional archives: rows of one school year out of several, joined on the login."""

from __future__ import annotations

import pytest
from builders_vpr import context
from cases_vpr import ARCHIVE_NAMES, ARCHIVE_ROW, BIAS_NAMES, BIAS_ROW, MARK_ARCHIVE, read_rows

from msoko_lib.intake.schemas import TABLES


def test_marks_of_this_year_only() -> None:
    rows = [
        *MARK_ARCHIVE,
        ARCHIVE_ROW,
        [2025, *ARCHIVE_ROW[1:]],
        [2024, *ARCHIVE_ROW[1:]],
        ["2026", 7, "Математика (углублённый уровень)", "г.Энск", " EDU123457 ", "СОШ №2",
         20, 10, 20, 30, 40],
    ]  # fmt: skip
    reading = read_rows(rows)
    frame = reading.tables["vpr_marks"]
    TABLES["vpr_marks"].validate(frame)
    assert frame["work_id"].tolist() == ["2026 МАу 7", "2026 РУ 4"]
    assert frame["unit_id"].tolist() == ["edu123457", "edu123456"]
    assert frame["participants_n"].tolist() == [20, 1234]
    assert frame["share_3"].tolist() == [0.2, pytest.approx(0.349)]
    assert frame["source_row"].tolist() == [5, 2]
    note = reading.findings[0]
    assert note.found == "Строк других учебных лет: 2 (2023-2024: 1; 2024-2025: 1); не читались."


def test_autumn_rows_belong_to_the_next_school_year() -> None:
    row = [2022, "по программе 4 класса", *ARCHIVE_ROW[2:]]
    reading = read_rows([*MARK_ARCHIVE, row, [2023, *ARCHIVE_ROW[1:]]], context("2022-2023"))
    frame = reading.tables["vpr_marks"].sort_values("vpr_year")
    assert frame["work_id"].tolist() == ["2022о РУ 4", "2023 РУ 4"]
    assert frame["comparable"].tolist() == [False, True]


def test_a_file_without_this_year_names_the_years_it_has() -> None:
    reading = read_rows([*MARK_ARCHIVE, [2019, *ARCHIVE_ROW[1:]]])
    assert not reading.tables
    assert reading.findings[0].severity == "refused_file"
    assert "2018-2019: 1" in reading.findings[0].found


def test_scores_skip_columns_beyond_the_work() -> None:
    header = [*ARCHIVE_NAMES, *range(39)]
    row = [*ARCHIVE_ROW[:7], "10,0", 20, 30, 40, *[None] * 35]
    frame = read_rows([header, row]).tables["vpr_scores"]
    TABLES["vpr_scores"].validate(frame)
    assert frame["score"].tolist() == [0, 1, 2, 3]
    assert frame["share"].tolist() == [0.1, 0.2, 0.3, 0.4]


def test_bias_flags() -> None:
    rows = [BIAS_NAMES, BIAS_ROW, [2026, "Энск", "edu123457", "СОШ №2", None, "нет", "-", "да", 1],
            [2026, "Энск", "edu123456", "СОШ №1", 0, 0, 0, 0, 0]]  # fmt: skip
    reading = read_rows(rows)
    frame = reading.tables["vpr_bias"]
    TABLES["vpr_bias"].validate(frame)
    assert frame["markers_n"].tolist() == [2, 1]
    assert frame["marker_ru4"].isna().tolist() == [False, True]
    assert frame["marker_ma5"].tolist() == [1, 1]
    assert [item.rule for item in reading.findings] == ["vpr_group_twice"]


def test_a_lost_column_of_a_marker_is_told_of_and_a_table_of_counts_alone_is_not() -> None:
    rows = [[*BIAS_NAMES[:7], "5", BIAS_NAMES[8]], [*BIAS_ROW[:8], 1]]
    told = read_rows(rows).findings
    assert [item.rule for item in told] == ["vpr_bias_columns"] and "5 МА" in told[0].found
    counts = [[*BIAS_NAMES[:4], BIAS_NAMES[8]], [*BIAS_ROW[:4], 2]]
    reading = read_rows(counts)
    assert reading.findings == [] and reading.tables["vpr_bias"]["markers_n"].tolist() == [2]


def test_a_renamed_school_is_joined_on_its_login() -> None:
    rows = [*MARK_ARCHIVE, [*ARCHIVE_ROW[:5], "Лицей №1", *ARCHIVE_ROW[6:]]]
    given = context(logins={"edu123456": "school-1"}, names={"Лицей №1": "school-9"})
    assert read_rows(rows, given).tables["vpr_marks"]["unit_id"].tolist() == ["school-1"]


def test_a_row_without_login_is_refused_unless_the_name_is_known() -> None:
    row = [*ARCHIVE_ROW[:4], None, *ARCHIVE_ROW[5:]]
    assert read_rows([*MARK_ARCHIVE, ARCHIVE_ROW, row]).findings[0].rule == "vpr_archive_row"
    given = context(names={"СОШ №1": "school-1"})
    assert read_rows([*MARK_ARCHIVE, row], given).tables["vpr_marks"]["unit_id"].tolist() == [
        "school-1"
    ]
