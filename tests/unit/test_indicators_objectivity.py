"""ОБ-01…ОБ-08 on hand-made banks."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from hand_made import (
    ALL,
    BEFORE,
    TOWN,
    YEAR,
    Row,
    Town,
    assert_shares,
    exam,
    group,
    pupils,
    scored,
    town,
    wilson,
    work,
)

from msoko_lib.indicators.objectivity import mark_boundaries, medal_confirmation

RU4 = work("Русский язык", 4)
CUT = {"subject": "Русский язык", "grade": 4}
RU, MA, BASE = "Русский язык", "Математика", "Математика базовая"


def marker(school: str, number: int) -> Row:
    return {"school_year": YEAR, "vpr_year": 2025, "school_id": school, "markers_n": number}


@pytest.fixture
def listed(tmp_path: Path) -> Town:
    rows = [marker("a", 0), marker("b", 3), marker("c", 1), marker("x", 4)]
    return town(tmp_path, {"vpr_bias": rows})


def test_ob01_schools_with_at_least_one_marker(listed: Town) -> None:
    assert_shares(listed, "ОБ-01", {"a": (0, 1), "b": (1, 1), "c": (1, 1)})


def test_ob02_number_of_markers_and_its_mean(listed: Town) -> None:
    for unit, value in (
        (("school", "a"), 0), (("school", "b"), 3), (("school", "c"), 1), (TOWN, 1.5), (ALL, 4 / 3),
    ):  # fmt: skip
        row = listed.row("ОБ-02", *unit)
        assert math.isclose(row["value"], value) and row["status"] == "ok"


@pytest.fixture
def journalled(tmp_path: Path) -> Town:
    """a and b from pupils, d from the export; a's export and an unknown school do not count."""
    both = {"a": [(2, 3), (3, 3), (4, 5), (4, 4), (5, 4), (3, 5)], "b": [(5, 5)] * 4 + [(3, 4)]}
    rows = [
        {**row, "journal_mark": journal}
        for school, pairs in both.items()
        for row, (_, journal) in zip(
            pupils(school, RU4, [mark for mark, _ in pairs]), pairs, strict=True
        )
    ]
    rows += [
        {**rows[0], "pupil_id": "a90", "journal_mark": None},
        {**rows[0], "pupil_id": "a91", "mark": None},
        {**rows[0], "pupil_id": "x1", "school_id": "x"},
    ]
    counts = {"lowered_n": 2, "confirmed_n": 7, "raised_n": 1}
    region = {"lowered_share": 0.3, "confirmed_share": 0.6, "raised_share": 0.1}
    return town(
        tmp_path,
        {
            "vpr_pupils": rows,
            "vpr_journal": [
                group("school", "d", RU4, 10, **counts), group("school", "a", RU4, 10, **counts),
                group("school", "x", RU4, 10, **counts),
                group("region", "region", RU4, 200, **region),
            ],
        },
    )  # fmt: skip


def test_ob03_confirmed(journalled: Town) -> None:
    assert_shares(journalled, "ОБ-03", {"a": (2, 6), "b": (4, 5), "d": (7, 10)}, **CUT)
    region = journalled.row("ОБ-03", "region", "region", **CUT)
    assert region["value"] == 0.6
    assert math.isclose(region["ci_low"], wilson(120, 200)[0], abs_tol=1e-9)


@pytest.mark.parametrize(
    ("word", "counts", "region"),
    [
        ("понизили", {"a": (3, 6), "b": (1, 5), "d": (2, 10)}, 0.3),
        ("повысили", {"a": (1, 6), "b": (0, 5), "d": (1, 10)}, 0.1),
    ],
)
def test_ob04_lowered_and_raised(
    journalled: Town, word: str, counts: dict[str, tuple[int, int]], region: float
) -> None:
    assert_shares(journalled, "ОБ-04", counts, **CUT, component=word)
    assert journalled.row("ОБ-04", "region", "region", component=word)["value"] == region


def marked_scores(school: str, counts: dict[int, int]) -> list[Row]:
    """So many pupils with each score; 3 from 8, 4 from 12, 5 from 16."""
    rows = scored(school, RU4, [score for score, n in counts.items() for _ in range(n)])
    for row in rows:
        score = row["score"]
        assert isinstance(score, int)
        row["mark"] = 2 + (score >= 8) + (score >= 12) + (score >= 16)
    return rows


A_SCORES = {6: 4, 7: 2, 8: 15, 9: 6, 10: 4, 11: 3, 12: 5, 13: 5, 14: 3, 15: 2, 16: 8, 17: 3, 18: 2}
B_SCORES = {6: 1, 7: 1, 8: 1, 12: 2, 16: 1}


def test_ob05_largest_ratio_at_a_boundary(tmp_path: Path) -> None:
    given = town(
        tmp_path, {"vpr_pupils": marked_scores("a", A_SCORES) + marked_scores("b", B_SCORES)}
    )
    # a: at 8 15 / mean(4, 2, 6, 4) = 3.75; at 12 5 / mean(4, 3, 5, 3); at 16 8 / mean(3, 2, 3, 2).
    row = given.row("ОБ-05", "school", "a", **CUT)
    assert math.isclose(row["value"], 15 / 4)
    assert (row["n"], row["status"]) == (62, "ok")
    # Together: at 8 16 / mean(5, 3, 6, 4) = 3.56; at 16 9 / mean(3, 2, 3, 2) = 3.6.
    assert math.isclose(given.row("ОБ-05", *ALL, **CUT)["value"], 3.6)
    assert given.row("ОБ-05", "school", "b", **CUT)["status"] == "not_enough"


def test_ob05_an_empty_neighbourhood_gives_no_ratio(tmp_path: Path) -> None:
    given = town(tmp_path, {"vpr_pupils": marked_scores("a", {4: 1, 8: 30, 20: 30})})
    row = given.row("ОБ-05", "school", "a", **CUT)
    assert math.isnan(row["value"]) and row["status"] == "no_data"


def test_boundaries_are_what_most_pupils_obey() -> None:
    rows = marked_scores("a", A_SCORES)
    rows[0]["mark"] = 5  # a slip of the pen at score 6
    found = mark_boundaries(pd.DataFrame(rows))
    assert dict(zip(found["mark"], found["boundary"], strict=True)) == {3: 8, 4: 12, 5: 16}


def test_boundaries_that_nobody_shows_are_not_invented() -> None:
    rows = marked_scores("a", {9: 3, 13: 2})
    found = mark_boundaries(pd.DataFrame(rows))
    assert found["mark"].tolist() == [4] and found["boundary"].tolist() == [13]


def test_ob06_change_of_the_cohort_from_grade_4_to_5(tmp_path: Path) -> None:
    early = {"a": [16, 18, 20, 18, 16, 14], "b": [10, 12, 8, 10, 10]}
    late = {"a": [10, 12, 8, 9, 11, 10], "b": [10, 11, 9, 12, 8], "c": [5] * 6}
    ru4, ru5 = work("Русский язык", 4, BEFORE), work("Русский язык", 5)
    given = town(
        tmp_path,
        {"vpr_pupils": [row for school, scores in late.items()
                        for row in scored(school, ru5, scores)]
         + scored("a", work("Русский язык", 6), [0] * 5)},
        {"vpr_pupils": [row for school, scores in early.items()
                        for row in scored(school, ru4, scores)]
         + scored("a", work("История", 4, BEFORE), [1] * 5)},
    )  # fmt: skip
    # c wrote in grade 5 only: it has no change and is no part of the municipality's cohort.
    for unit, schools in (
        (("school", "a"), "a"), (("school", "b"), "b"), (TOWN, "ab"), (ALL, "ab"),
    ):  # fmt: skip
        was = [score / 20 for school in schools for score in early[school]]
        now = [score / 20 for school in schools for score in late[school]]
        row = given.row("ОБ-06", *unit, subject=RU)
        variance = 0.0
        means = []
        for values in (now, was):
            mean = sum(values) / len(values)
            means.append(mean)
            square = sum((value - mean) ** 2 for value in values) / (len(values) - 1)
            variance += square / len(values)
        change = means[0] - means[1]
        assert math.isclose(row["value"], change)
        assert math.isclose(row["ci_low"], change - 1.96 * math.sqrt(variance))
        assert math.isclose(row["ci_high"], change + 1.96 * math.sqrt(variance))
        assert row["n"] == min(len(now), len(was))
    rows = given.values("ОБ-06")
    assert "c" not in set(rows["unit_id"])
    assert set(rows.loc[rows["level"] == "school", "subject"]) == {RU}


def annual(pupil: str, subject: str, mark: int, grade: int = 9) -> Row:
    return {"school_year": YEAR, "school_id": pupil[0], "pupil_id": pupil, "grade": grade,
            "subject": subject, "mark": mark}  # fmt: skip


def test_ob07_oge_below_the_annual_mark(tmp_path: Path) -> None:
    given = town(
        tmp_path,
        {
            "gia_results": [
                exam("a1", RU, mark=3), exam("a2", RU, mark=4), exam("a3", RU, mark=5),
                exam("a4", RU, mark=2), exam("a4", RU, mark=4, date="2025-09-05"),
                exam("a5", RU, mark=3), exam("a6", RU), exam("b1", RU, mark=2),
                exam("b1", MA, mark=4), exam("x1", RU, mark=2),
            ],
            "annual_marks": [
                annual("a1", RU, 4), annual("a2", RU, 4), annual("a3", RU, 4), annual("a4", RU, 3),
                annual("a5", RU, 5), annual("a6", RU, 5), annual("a7", RU, 5), annual("b1", RU, 2),
                annual("b1", MA, 5), annual("x1", RU, 5),
            ],
        },
    )  # fmt: skip
    # a: a1, a4 (first attempt) and a5 of five pairs; b: none of one.
    assert_shares(given, "ОБ-07", {"a": (3, 5), "b": (0, 1)}, subject=RU)
    assert_shares(given, "ОБ-07", {"b": (1, 1)}, subject=MA)


def candidate(pupil: str, degree: str) -> Row:
    return {"school_year": YEAR, "school_id": pupil[0], "pupil_id": pupil, "degree": degree}


def ege(pupil: str, base: int | None = None, **scores: float) -> list[Row]:
    rows = [exam(pupil, subject, kind="ege", test=score) for subject, score in scores.items()]
    return rows + ([exam(pupil, BASE, kind="ege", mark=base)] if base else [])


# Rule of 2024 on (order of 29.09.2023 № 730): degree I 70 in Russian and 70 in another subject,
# or base mathematics with 5 where only the two compulsory exams were taken; degree II 60 and 60.
CANDIDATES = {
    "a1": ("I", ege("a1", **{RU: 70, MA: 70}), True),
    "a2": ("I", ege("a2", **{RU: 69, MA: 100}), False),
    "a3": ("I", ege("a3", **{RU: 90, MA: 69, "Физика": 68}), False),
    "a4": ("I", ege("a4", base=5, **{RU: 70}), True),
    "a5": ("I", ege("a5", base=4, **{RU: 95}), False),
    "b1": ("I", ege("b1", base=5, **{RU: 80, "Физика": 60}), False),
    "b2": ("II", ege("b2", **{RU: 60, MA: 60}), True),
    "b3": ("II", ege("b3", **{RU: 59, MA: 90}), False),
    "c1": ("I", [], None),
    "c2": ("II", ege("c2", **{RU: 75, "Физика": 20, MA: 61}), True),
}


def test_ob08_medals_not_confirmed(tmp_path: Path) -> None:
    given = town(
        tmp_path,
        {
            "medal_candidates": [candidate(p, degree) for p, (degree, _, _) in CANDIDATES.items()],
            "gia_results": [row for _, rows, _ in CANDIDATES.values() for row in rows],
        },
    )
    found = medal_confirmation(given.inputs).set_index("pupil_id")["confirmed"]
    assert {p: None if pd.isna(value) else bool(value) for p, value in found.items()} == {
        pupil: expected for pupil, (_, _, expected) in CANDIDATES.items()
    }
    rows = given.values("ОБ-08")
    assert rows["level"].tolist() == ["municipality"], "candidates of a school are told nowhere"
    row = rows.iloc[0]
    failed = sum(expected is False for _, _, expected in CANDIDATES.values())
    known = sum(expected is not None for _, _, expected in CANDIDATES.values())
    assert (row["numerator"], row["denominator"]) == (failed, known) == (5, 9)
    assert math.isclose(row["ci_low"], wilson(failed, known)[0])
