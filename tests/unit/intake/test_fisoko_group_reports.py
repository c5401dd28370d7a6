"""Aggregated ВПР reports: groups and their levels, both journal layouts, the task reports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders_vpr import (
    COUNTRY,
    GOOD_MARKS,
    JOURNAL_TITLE,
    MUNICIPALITY,
    OTHER_SCHOOL,
    REGION,
    SCHOOL,
    WIDE_JOURNAL,
    context,
    group_report,
    journal,
    marks,
    save,
)
from cases_vpr import (
    JOURNAL_ROW,
    OLD_BLOCK,
    OLD_NAMES,
    SKILL_BODY,
    mark_groups,
    read_file,
    read_rows,
    read_sheet,
    scores,
    skills,
    task_rates,
)

from msoko_lib.intake.fisoko_groups import GroupResolver, split_code
from msoko_lib.intake.reading import Reading
from msoko_lib.intake.schemas import TABLES
from msoko_lib.intake.workbook import open_workbook

WIDE_BODY = [
    [COUNTRY, 1400000, 20, 280000, 70, 980000, 10, 140000],
    [REGION, 11000, 20, 2200, 70, 7700, 10, 1100],
    [MUNICIPALITY, "1 234", "20,02", 247, "69,94", 863, "10,05", 124],
    JOURNAL_ROW,
]


def rules(reading: Reading) -> list[str]:
    return [item.rule for item in reading.findings]


def check_schema(reading: Reading) -> None:
    for name, frame in reading.tables.items():
        TABLES[name].validate(frame)
        assert not frame.duplicated(list(TABLES[name].key)).any()


def test_marks_with_their_levels(tmp_path: Path) -> None:
    reading = read_file(tmp_path, marks(GOOD_MARKS))
    check_schema(reading)
    frame = reading.tables["vpr_marks"]
    assert frame["level"].tolist() == ["country", "region", "municipality", "school"]
    assert frame["unit_id"].tolist() == ["country", "region", "reg20_m012", "edu123456"]
    assert frame["unit_name"].tolist()[2:] == ["Энский муниципальный район", SCHOOL[:-11]]
    assert frame["participants_n"].tolist() == [1400000, 11000, 1234, 3]
    assert frame["schools_n"].tolist()[:3] == [34000, 300, 14]
    assert frame["schools_n"].isna().tolist() == [False, False, False, True]
    np.testing.assert_allclose(
        frame[["share_2", "share_3", "share_4", "share_5"]].to_numpy()[:2],
        [[0.0506, 0.30, 0.4494, 0.20], [0.061, 0.30, 0.439, 0.20]],
    )
    assert frame["source_row"].tolist() == [9, 10, 11, 12]
    assert reading.findings == []
    assert reading.edition_key == "vpr_marks|2026 РУ 4|country,edu123456,reg20_m012,region"


def test_marks_with_a_merged_upper_header() -> None:
    rows = marks(GOOD_MARKS)
    upper = ["Группы участников", "Кол-во ОО", "Кол-во участников", "Распределение отметок в %"]
    rows[7:8] = [upper, [None, None, None, 2, 3, 4, 5]]
    assert read_rows(rows).tables["vpr_marks"]["share_3"].tolist()[0] == 0.3


@pytest.mark.parametrize("total, asks", [(99.8, False), (100.2, False), (99.7, True), (101, True)])
def test_percentages_need_not_make_quite_100_and_stay_as_they_are(total: float, asks: bool) -> None:
    reading = read_rows(marks([[COUNTRY, 1, 100, 10, 20, 30, total - 60]]))
    assert ("vpr_percent_sum" in rules(reading)) is asks
    assert reading.tables["vpr_marks"]["share_5"].iloc[0] == pytest.approx((total - 60) / 100)


def test_a_wrong_percentage_costs_its_row_only() -> None:
    reading = read_rows(marks([*GOOD_MARKS, [OTHER_SCHOOL, None, 9, 10, 20, 30, 140]]))
    assert len(reading.tables["vpr_marks"]) == 4
    line = reading.findings[0]
    assert (line.rule, line.cell) == ("vpr_percent_wrong", "G13")


def test_two_logins_are_joined_by_participants() -> None:
    twins = [[SCHOOL, None, 30, 10, 20, 30, 40], [OTHER_SCHOOL, None, 10, 50, 50, 0, 0]]
    body = [*GOOD_MARKS[:3], *twins]
    given = context(logins={"edu123456": "a", "edu123457": "a"})
    frame = read_rows(marks(body), given).tables["vpr_marks"]
    school = frame[frame["level"] == "school"]
    assert school["unit_id"].tolist() == ["a"] and school["participants_n"].tolist() == [40]
    np.testing.assert_allclose(
        school[["share_2", "share_3", "share_4", "share_5"]].to_numpy(), [[0.2, 0.275, 0.225, 0.3]]
    )


def test_journal_in_one_row_a_group(tmp_path: Path) -> None:
    reading = read_file(tmp_path, journal(WIDE_BODY))
    check_schema(reading)
    frame = reading.tables["vpr_journal"]
    assert frame["level"].tolist() == ["country", "region", "municipality", "school"]
    assert frame["lowered_n"].tolist() == [280000, 2200, 247, 2]
    assert frame["confirmed_share"].tolist() == [0.7, 0.7, pytest.approx(0.6994), 0.7]
    assert frame["raised_n"].tolist()[3] == 1
    assert frame["participants_n"].tolist() == [1400000, 11000, 1234, 10]
    assert reading.findings == []


def test_journal_in_blocks_gives_the_same(tmp_path: Path) -> None:
    body = [[COUNTRY], *OLD_BLOCK, [SCHOOL], *OLD_BLOCK]
    old = read_file(tmp_path, journal(body, OLD_NAMES)).tables["vpr_journal"]
    wide = read_rows(journal([[COUNTRY, *JOURNAL_ROW[1:]], JOURNAL_ROW])).tables["vpr_journal"]
    values = [c for c in old.columns if not c.startswith("source_")]
    assert old[values].equals(wide[values])


def test_journal_blocks_that_repeat_the_group_in_each_row() -> None:
    body = [[name, label, n, share] for name in (COUNTRY, SCHOOL) for label, n, share in OLD_BLOCK]
    names = ["Группы участников", "Сравнение", "Кол-во участников", "%"]
    frame = read_rows(journal(body, names)).tables["vpr_journal"]
    assert frame["unit_id"].tolist() == ["country", "edu123456"]
    assert frame["participants_n"].tolist() == [10, 10]


def test_rows_of_an_unknown_group_do_not_fall_to_the_group_above() -> None:
    other = [[label, 2 * n, share] for label, n, share in OLD_BLOCK]
    reading = read_rows(journal([[SCHOOL], *OLD_BLOCK, ["СОШ №3"], *other], OLD_NAMES))
    assert reading.tables["vpr_journal"]["lowered_n"].tolist() == [2]
    assert rules(reading) == ["vpr_group_without_code"]


def test_counts_and_percentages_of_the_journal_must_agree() -> None:
    reading = read_rows(journal([[SCHOOL, 10, 30, 2, 60, 7, 10, 1]]))
    said = [item.found for item in reading.findings]
    assert said == [
        "«понизили»: 30 % при 2 из 10.", "«подтвердили»: 60 % при 7 из 10.",
    ]  # fmt: skip


def test_scores_leave_out_blanks_and_zeros_beyond_the_maximum() -> None:
    country_row = [COUNTRY, 100, 10, 20, 30, 20, 10, 10, 0, 0]
    body = [country_row, [SCHOOL, 4, 25, None, "25,0", 50, 0, 0, 0, 0]]
    reading = read_rows(scores(body))
    check_schema(reading)
    frame = reading.tables["vpr_scores"]
    country = frame[frame["level"] == "country"]
    assert country["score"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    school = frame[frame["level"] == "school"].set_index("score")["share"]
    assert school.to_dict() == {0: 0.25, 2: 0.25, 3: 0.5, 4: 0, 5: 0, 6: 0}
    assert reading.findings == []


def test_task_rates_with_their_maxima() -> None:
    reading = read_rows(task_rates())
    check_schema(reading)
    frame = reading.tables["vpr_task_rates"]
    assert frame["task"].tolist() == ["1", "2", "4К1", "9.1"] * 2
    assert frame["max_score"].tolist() == [2, 1, 2, 1] * 2
    assert frame["rate"].tolist()[:4] == [0.7, 0.605, 0.5025, 0.4]
    assert frame["level"].tolist() == ["country"] * 4 + ["school"] * 4
    assert set(frame["report"]) == {"task_rates"} and frame["mark_group"].isna().all()
    assert reading.findings == []


def test_skills_are_turned_and_a_merged_skill_covers_its_criteria() -> None:
    reading = read_rows(skills())
    check_schema(reading)
    frame = reading.tables["vpr_task_rates"]
    assert sorted(set(frame["level"])) == ["country", "municipality", "region", "school"]
    school = frame[frame["level"] == "school"]
    assert school["rate"].tolist() == [pytest.approx(0.6667), 0.625, 0.1]
    assert school["skill"].tolist() == [
        "Умение писать под диктовку", "Умение составлять план", "Умение составлять план",
    ]  # fmt: skip
    assert school["participants_n"].tolist() == [3] * 3
    assert frame[frame["level"] == "municipality"]["participants_n"].iloc[0] == 1234
    assert reading.findings == []


def test_skills_with_participants_in_the_header_cell() -> None:
    rows = skills(SKILL_BODY[1:])
    rows[7][3] = f"{SCHOOL}\n3 уч."
    frame = read_rows(rows).tables["vpr_task_rates"]
    school = frame[frame["level"] == "school"]
    assert school["unit_id"].iloc[0] == "edu123456" and school["participants_n"].iloc[0] == 3


def test_mark_groups_below_their_school() -> None:
    reading = read_rows(mark_groups())
    check_schema(reading)
    frame = reading.tables["vpr_task_rates"]
    assert frame["mark_group"].isna().sum() == 4
    fives = frame[frame["mark_group"] == 5]
    assert fives["rate"].tolist() == [0.9] * 4 and fives["participants_n"].tolist() == [9] * 4
    assert reading.findings == []


def test_mark_groups_in_a_column_of_their_own() -> None:
    names = ["Группы участников", "Отметка", "Кол-во участников", "1", "2", "4К1", "9.1"]
    body = [[SCHOOL, mark, 5, 10 * mark, 50, 50, 50] for mark in (2, 3, 4, 5)]
    reading = read_rows(group_report("Выполнение заданий группами участников", body, names))
    frame = reading.tables["vpr_task_rates"]
    ones = frame[frame["task"] == "1"]
    assert ones["mark_group"].tolist() == [2, 3, 4, 5]
    assert ones["rate"].tolist() == [0.2, 0.3, 0.4, 0.5]


@pytest.mark.parametrize(
    "rows, layout",
    [
        (marks(GOOD_MARKS), "vpr_marks"),
        (journal(WIDE_BODY), "vpr_journal"),
        (scores([JOURNAL_ROW]), "vpr_scores"),
        (task_rates(), "vpr_tasks"),
        (mark_groups(), "vpr_mark_groups"),
        (skills(), "vpr_skills"),
    ],
)
def test_recognised_by_content_even_without_a_title(rows: list[list[object]], layout: str) -> None:
    assert read_rows(rows).layout == layout
    untitled = [[None], *rows[1:]]
    assert read_rows(untitled).layout == layout


def test_old_journal_is_recognised_without_its_title() -> None:
    rows = journal([[COUNTRY], *OLD_BLOCK], OLD_NAMES)
    assert JOURNAL_TITLE in rows[0]
    assert read_rows([[], *rows[1:]]).layout == "vpr_journal"


def test_headers_with_breaks_and_latin_letters(tmp_path: Path) -> None:
    dirty = [name.replace(" (", "\n(").replace("о", "o") for name in WIDE_JOURNAL]
    book = open_workbook(save(tmp_path, journal(WIDE_BODY, dirty)))
    assert len(read_sheet(book, book.sheets[0]).tables["vpr_journal"]) == 4


def test_groups_are_told_by_code_then_name_then_order() -> None:
    resolver = GroupResolver(context())
    cells = ["Вся выборка", "Лесогорский край", "Заозёрный район(reg20_m013)", "Школа (EDU123999)"]
    found = [resolver.resolve(cell) for cell in cells]
    assert [(g.level, g.unit_id) for g in found if g] == [
        ("country", "country"), ("region", "region"),
        ("municipality", "reg20_m013"), ("school", "edu123999"),
    ]  # fmt: skip
    assert resolver.resolve("Средняя школа") is None


def test_brackets_inside_a_name_are_not_a_code() -> None:
    assert split_code("СОШ №1 (корпус 2)(edu123456)") == ("СОШ №1 (корпус 2)", "edu123456")
    assert split_code("СОШ №1 (корпус 2)") == ("СОШ №1 (корпус 2)", None)
