"""Cross-file checks: agreeing files say nothing, differing ones are named with both numbers."""

from __future__ import annotations

import pytest
from builders_vpr import SCHOOL, individual, journal, marks
from cases_vpr import cross, mark_groups, scores, skills, task_rates

from msoko_lib.intake.check_vpr import cross_check_vpr
from msoko_lib.intake.schemas import TABLES

# GOOD_PUPILS: scores 6; 1,5; 3, marks 5, 3, 4, journal 5, 4, 3.
AGREEING = marks([[SCHOOL, None, 3, 0, 33.33, 33.33, 33.34]])
JOURNAL = journal([[SCHOOL, 3, 33.33, 1, 33.33, 1, 33.34, 1]])


def test_nothing_to_say_about_empty_and_agreeing_tables() -> None:
    assert cross_check_vpr({}) == []
    assert cross_check_vpr({name: table.empty() for name, table in TABLES.items()}) == []
    assert cross(individual(), AGREEING, JOURNAL) == []


@pytest.mark.parametrize(
    "other, said",
    [
        (marks([[SCHOOL, None, 3, 0, 33.33, 0, 66.67]]), "доля «4» – 33,33 и 0 %"),
        (journal([[SCHOOL, 3, 0, 0, 66.67, 2, 33.33, 1]]), "доля понизивших – 33,33 и 0 %"),
    ],
)
def test_shares_that_differ_are_named(other: list[list[object]], said: str) -> None:
    (found,) = cross(individual(), other)
    assert found.severity == "question" and said in found.found
    assert "«файл 0.xlsx» и «файл 1.xlsx»" in found.found


def test_scores_and_task_rates_are_counted_anew() -> None:
    from builders_vpr import pupil
    from cases_vpr import f1

    pupils = f1(
        pupil(40001, [2, 1, 2, 1], 6, 5), pupil(40002, [1, "X", 0, 1], 2, 3),
        pupil(40003, [0, 1, 1, 1], 3, 4),
    )  # fmt: skip
    good_scores = scores([[SCHOOL, 3, 0, 0, 33.33, 33.33, 0, 0, 33.34, 0]])
    bad_scores = scores([[SCHOOL, 3, 0, 0, 0, 66.66, 0, 0, 33.34, 0]])
    good_rates = task_rates([[SCHOOL, None, 3, 50, 66.67, 50, 100]])
    bad_rates = task_rates([[SCHOOL, None, 3, 50, 66.67, 50, 90]])
    assert cross(pupils, good_scores, good_rates) == []
    (about_scores,) = cross(pupils, bad_scores)
    assert "балл 2 – 33,33 и 0 %" in about_scores.found
    (about_rates,) = cross(pupils, bad_rates)
    assert "задание 9.1 – 100 и 90 %" in about_rates.found


def test_participants_of_aggregated_exports_are_compared() -> None:
    found = cross(AGREEING, journal([[SCHOOL, 4, 25, 1, 50, 2, 25, 1]]))
    assert [item.rule for item in found] == ["vpr_cross_participants"]
    assert "участников 3" in found[0].found and "– 4" in found[0].found


def test_all_reports_of_a_work_can_stand_together() -> None:
    found = cross(individual(), AGREEING, JOURNAL, task_rates(), skills(), mark_groups())
    assert {item.rule for item in found} <= {"vpr_cross_participants", "vpr_cross_shares"}


def test_a_missing_mark_takes_the_school_out_of_the_share_comparison() -> None:
    from builders_vpr import GOOD_PUPILS, pupil
    from cases_vpr import f1

    pupils = f1(*GOOD_PUPILS[:2], pupil(40003, [1, 1, 1, 0], 3, None))
    assert cross(pupils, marks([[SCHOOL, None, 3, 0, 0, 0, 100]])) == []
