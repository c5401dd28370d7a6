"""Report 03 on hand-made olympiads: who takes part, in what, and where access is unequal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hand_made import Row
from hand_made_year import year_of

from msoko_lib.recommendations.facts import MUNICIPALITY
from msoko_lib.subsystems.group_gaps import group_gaps
from msoko_lib.subsystems.talents import facts, participation
from msoko_lib.subsystems.talents.subjects import absent_subjects, empty_subjects, subject_zones
from msoko_lib.subsystems.talents.success import regional_schools, regional_years
from msoko_lib.subsystems.year import Year

SCHOOLS = {name: "school" for name in "abcdef"}


def wrote(
    school: str, number: int, subject: str, grade: int = 7, stage: str = "school",
    status: str = "участник", first: int = 0,
) -> list[Row]:  # fmt: skip
    """Pupils of a school and grade who took part; the same numbers are the same pupils."""
    return [
        {
            "stage": stage, "subject": subject, "school_id": school, "grade": grade,
            "pupil_id": f"{school}{grade}{place}", "task_grade": grade, "score": 10,
            "max_score": 100, "status": status,
        }
        for place in range(first, first + number)
    ]  # fmt: skip


def enrolled(school: str, **grades: int) -> list[Row]:
    return [
        {"school_id": school, "grade": int(name[1:]), "pupils_n": number}
        for name, number in grades.items()
    ]


def opened(tmp_path: Path, results: list[Row], enrolment: list[Row]) -> Year:
    tables = {"olympiad_results": results, "enrolment": enrolment}
    return year_of(
        tmp_path, {}, kinds=SCHOOLS, tables={name: rows for name, rows in tables.items() if rows}
    )


def test_a_pupil_counts_once_and_every_grade_has_its_own_whole(tmp_path: Path) -> None:
    results = [*wrote("a", 3, "Физика"), *wrote("a", 2, "История"), *wrote("a", 4, "История", 8)]
    year = opened(tmp_path, results, enrolled("a", g7=10, g8=5, g3=9) + enrolled("b", g7=20))
    rows = participation.grade_coverage(year, "school", range(4, 12)).set_index(
        ["unit_id", "grade"]
    )
    assert rows.loc[("a", 7), ["numerator", "denominator"]].tolist() == [3, 10]
    assert rows.loc[("a", 8), ["numerator", "denominator"]].tolist() == [4, 5]
    assert rows.loc[("b", 7), "numerator"] == 0
    assert ("a", 3) not in rows.index
    times = participation.participations(year.inputs.table("olympiad_results"))
    assert times.value_counts().to_dict() == {1: 5, 2: 2}


def test_more_participants_than_pupils_is_no_share(tmp_path: Path) -> None:
    year = opened(tmp_path, wrote("a", 3, "Физика"), enrolled("a", g7=2))
    assert participation.grade_coverage(year, "school", range(4, 12)).empty


def test_a_grade_that_lags_behind_is_found_and_a_tiny_one_is_not(tmp_path: Path) -> None:
    results, pupils = [], []
    for school in "bcdef":
        results += wrote(school, 42, "Физика")
        pupils += enrolled(school, g7=60)
    results += wrote("a", 12, "Физика")
    pupils += enrolled("a", g7=60, g8=4)
    zones = participation.grade_zones(opened(tmp_path, results, pupils))
    marks = zones.set_index(["unit_id", "grade"])["mark"]
    assert marks[("a", 7)] == "attention"
    assert marks[("a", 8)] == "few"
    assert set(marks.drop([("a", 7), ("a", 8)])) == {"same"}
    text = participation.lagging_grades(zones[zones["mark"] == "attention"])
    assert [item.replace("\u00a0", " ") for item in text] == ["Организация a (7 класс)"]


def test_a_subject_nobody_takes_is_told_only_where_somebody_could(tmp_path: Path) -> None:
    """Nobody of 60 against a third elsewhere is told; nobody of three may be chance."""
    results, pupils = [], enrolled("a", g7=60) + enrolled("b", g7=3)
    for school in "cdef":
        results += wrote(school, 20, "Физика") + wrote(school, 5, "История", 5)
        pupils += enrolled(school, g5=30, g7=60)
    year = opened(tmp_path, results, pupils)
    zones = subject_zones(year).set_index(["unit_id", "subject"])
    assert zones.loc[("a", "Физика"), "mark"] == "attention"
    assert zones.loc[("b", "Физика"), "mark"] == "few"
    # Physics is written from grade 7, history from grade 5: wholes differ.
    assert zones.loc[("c", "Физика"), "denominator"] == 60
    assert zones.loc[("c", "История"), "denominator"] == 90
    empty = empty_subjects(subject_zones(year))
    assert set(empty["unit_id"]) == {"a"}
    assert "Химия" in absent_subjects(year)
    assert "Физика" not in absent_subjects(year)


@pytest.mark.parametrize(("village", "mark"), [(10, "attention"), (29, "same")])
def test_unequal_access_is_told_by_the_spread_of_schools(
    tmp_path: Path, village: int, mark: str
) -> None:
    results, pupils = [], []
    for place, school in enumerate("abcdef"):
        number = (30 if place < 3 else village) + (place % 3 - 1) * 2
        results += wrote(school, number, "Физика")
        pupils += enrolled(school, g7=50)
    year = opened(tmp_path, results, pupils)
    year.inputs.table("schools")["territory"] = ["город"] * 3 + ["село"] * 3
    rows = group_gaps(year, ["ТЛ-01"]).set_index("cut")
    assert rows.loc["город и село", "mark"] == mark
    assert rows.loc["город и село", "gap"] == pytest.approx((30 - village) / 50)
    told = facts.talent_facts(year).set_index("fact_id")
    assert told.loc["олимпиада-доступ", "unit_id"] == MUNICIPALITY
    assert (told.loc["олимпиада-доступ", "state"] == "attention") == (mark == "attention")


def test_two_schools_on_a_side_are_too_few_for_a_gap(tmp_path: Path) -> None:
    results, pupils = [], []
    for place, school in enumerate("abcdef"):
        results += wrote(school, 45 if place < 2 else 5, "Физика")
        pupils += enrolled(school, g7=50)
    year = opened(tmp_path, results, pupils)
    year.inputs.table("schools")["territory"] = ["город"] * 2 + ["село"] * 4
    assert set(group_gaps(year, ["ТЛ-01"])["mark"]) == {"few"}


def test_regional_stage_counts_pupils_works_and_schools(tmp_path: Path) -> None:
    results = [
        *wrote("a", 2, "Физика", 9, "regional", "призёр"), *wrote("a", 1, "Химия", 9, "regional"),
        *wrote("b", 1, "Химия", 11, "regional"),
    ]  # fmt: skip
    year = opened(tmp_path, results, [])
    row = regional_years(year).iloc[0]
    counts = ["pupils_n", "works_n", "diplomas_n", "schools_n"]
    assert row[counts].tolist() == [3, 4, 2, 2]
    assert regional_schools(year) == ["Организация a", "Организация b"]


def test_no_protocols_are_no_facts(tmp_path: Path) -> None:
    year = opened(tmp_path, [], enrolled("a", g7=50))
    assert facts.talent_facts(year).empty
    assert isinstance(facts.talent_facts(year), pd.DataFrame)
