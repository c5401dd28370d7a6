"""ТЛ-01…ТЛ-06 on hand-made olympiad results."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hand_made import ALL, TOWN, VILLAGE, YEAR, Row, Town, assert_shares, town, wilson


def part(
    pupil: str, stage: str, subject: str = "Химия", *, grade: int = 8, score: float = 10,
    top: float = 100, status: str = "участник",
) -> Row:  # fmt: skip
    """A row of ``olympiad_results``; the first letter of the pupil is the school."""
    return {
        "school_year": YEAR, "stage": stage, "subject": subject, "school_id": pupil[0],
        "pupil_id": pupil, "grade": grade, "task_grade": grade, "score": score,
        "max_score": top, "status": status,
    }  # fmt: skip


def enrolled(school: str, grade: int, pupils_n: int) -> Row:
    return {"school_year": YEAR, "school_id": school, "grade": grade, "pupils_n": pupils_n}


@pytest.fixture
def stages(tmp_path: Path) -> Town:
    return town(
        tmp_path,
        {
            "enrolment": [
                # a: grades 4–11 have 10 + 6 + 4 = 20, grades 7–11 ten; grades 1–3 do not count.
                enrolled("a", 1, 99), enrolled("a", 4, 10), enrolled("a", 7, 6),
                enrolled("a", 11, 4),
                enrolled("b", 5, 8), enrolled("b", 9, 12),
                # c says it has two pupils and sent three: the sources disagree.
                enrolled("c", 8, 2),
                enrolled("x", 8, 100),
            ],
            "olympiad_results": [
                # School stage: a1 twice, a3 in grade 3 (does not count).
                part("a1", "school", "Химия"), part("a1", "school", "Физика"),
                part("a2", "school", grade=4), part("a3", "school", grade=3),
                part("b1", "school", grade=9), part("c1", "school"), part("c2", "school"),
                part("c3", "school"), part("x1", "school"),
                # Municipal stage: six participations of a, three of b.
                part("a1", "municipal", "Химия", status="победитель"),
                part("a1", "municipal", "Физика", status="призёр"),
                part("a2", "municipal", grade=6), part("a4", "municipal", grade=7),
                part("a5", "municipal", grade=11), part("a6", "municipal", grade=8),
                part("b1", "municipal", grade=9), part("b2", "municipal", grade=9),
                part("b3", "municipal", grade=9), part("x1", "municipal", status="победитель"),
                # Regional stage.
                part("a1", "regional", "Химия", status="призёр"),
                part("a1", "regional", "Физика"), part("b1", "regional"),
            ],
        },
    )  # fmt: skip


def test_tl01_unique_participants_of_the_school_stage(stages: Town) -> None:
    # d has no enrolment; c is left out because three participants cannot be of two pupils.
    assert_shares(stages, "ТЛ-01", {"a": (2, 20), "b": (1, 20)})


def test_tl02_unique_participants_of_the_municipal_stage(stages: Town) -> None:
    # a: a1, a4, a5, a6 of grades 7–11 (a2 is in grade 6); nobody of c took part.
    assert_shares(stages, "ТЛ-02", {"a": (4, 10), "b": (3, 12), "c": (0, 2)})


def test_no_protocol_of_a_stage_is_no_coverage_of_nought(tmp_path: Path) -> None:
    given = town(
        tmp_path,
        {"enrolment": [enrolled("a", 8, 10)], "olympiad_results": [part("a1", "school")]},
    )
    assert given.row("ТЛ-01", *ALL)["numerator"] == 1
    rows = given.values("ТЛ-02")
    assert set(rows["status"]) == {"no_data"} and rows["value"].isna().all()


def test_tl03_diplomas_over_participations(stages: Town) -> None:
    assert_shares(stages, "ТЛ-03", {"a": (2, 6), "b": (0, 3)})


def test_tl04_participants_and_diplomas_of_the_regional_stage(stages: Town) -> None:
    people = {("school", "a"): 1, ("school", "b"): 1, TOWN: 2, ALL: 2}
    for unit, number in people.items():
        row = stages.row("ТЛ-04", *unit)
        assert row["value"] == row["n"] == number and row["status"] == "ok"


def test_tl16_diplomas_of_the_regional_stage(stages: Town) -> None:
    assert_shares(stages, "ТЛ-16", {"a": (1, 2), "b": (0, 1)})


def test_tl05_schools_with_a_diploma(stages: Town) -> None:
    # Of four schools of the directory a alone; the preschool and x are no schools of it.
    rows = stages.values("ТЛ-05").set_index(["level", "unit_id"])
    assert set(rows.index) == {TOWN, VILLAGE, ALL}
    for unit, hit, total in ((TOWN, 1, 2), (VILLAGE, 0, 2), (ALL, 1, 4)):
        row = rows.loc[unit]
        assert (row["numerator"], row["denominator"]) == (hit, total)
        assert math.isclose(row["value"], hit / total)
        assert math.isclose(row["ci_high"], wilson(hit, total)[1])


def test_tl06_change_from_the_school_to_the_municipal_stage(tmp_path: Path) -> None:
    pairs = {"a1": (50, 30), "a2": (60, 20), "a3": (70, 40), "a4": (80, 45), "a5": (90, 60),
             "b1": (40, 40), "b2": (40, 30)}  # fmt: skip
    rows = [part(pupil, "school", score=was) for pupil, (was, _) in pairs.items()]
    # The municipal stage is out of 50: the same shares of the maximum are half the points.
    rows += [part(pupil, "municipal", score=now / 2, top=50) for pupil, (_, now) in pairs.items()]
    # No pair: another subject, a pupil of one stage only, a protocol without maximum. The better
    # of two results counts.
    rows += [part("a6", "school", score=99), part("a1", "municipal", "Физика", score=99),
             part("b3", "school", score=5, top=0), part("b3", "municipal", score=5),
             part("a1", "school", score=10)]  # fmt: skip
    given = town(tmp_path, {"olympiad_results": rows})
    row = given.row("ТЛ-06", "school", "a")
    assert row["value"] == pytest.approx(0.40 - 0.70) and row["n"] == 5 and row["status"] == "ok"
    assert row["ci_low"] <= row["value"] <= row["ci_high"]
    assert given.row("ТЛ-06", "school", "b")["value"] == pytest.approx(0.35 - 0.40)
    assert given.row("ТЛ-06", "school", "b")["status"] == "not_enough"
    # Medians of seven pairs: 40 on the municipal stage, 60 on the school stage.
    assert given.row("ТЛ-06", *ALL)["value"] == pytest.approx(0.40 - 0.60)
