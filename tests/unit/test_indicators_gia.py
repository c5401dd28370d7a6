"""КП-08…КП-16 on hand-made exam results: the expected counts stand beside the rows."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hand_made import ALL, TOWN, Town, assert_shares, exam, town
from scipy import stats

RU, MA, BASE = "Русский язык", "Математика", "Математика базовая"
SEPTEMBER = "2025-09-05"


def oge(pupil: str, **marks: int) -> list[dict[str, object]]:
    """ОГЭ of a pupil: subject → mark."""
    return [exam(pupil, subject, mark=mark) for subject, mark in marks.items()]


def given_exams(root: Path, *parts: list[dict[str, object]]) -> Town:
    return town(root, {"gia_results": [row for part in parts for row in part]})


@pytest.fixture
def ninth(tmp_path: Path) -> Town:
    four = {"Биология": 4, "География": 4}
    return given_exams(
        tmp_path,
        # a: five pupils. a1 passed Russian only in September.
        [*oge("a1", **{RU: 2, MA: 3, **four}), exam("a1", RU, date=SEPTEMBER, mark=4)],
        oge("a2", **{RU: 5, MA: 5, "Биология": 4, "География": 4}),
        oge("a3", **{RU: 3, MA: 3, "Биология": 3, "География": 3}),
        oge("a4", **{RU: 5, MA: 5, "Биология": 5, "География": 2}),
        oge("a5", **{RU: 4, MA: 2, "Биология": 5, "География": 5}),
        # b: b1 took one of the two compulsory subjects, b2 three, b3 five subjects.
        oge("b1", **{RU: 5}),
        oge("b2", **{RU: 3, MA: 3, "Биология": 3}),
        oge("b3", **{RU: 5, MA: 5, "Биология": 5, "География": 5, "Химия": 5}),
        # x is unknown; a ГВЭ is no ОГЭ; a row without mark is no result.
        oge("x1", **{RU: 2, MA: 2, **four}),
        [exam("c1", RU, kind="gve", mark=5), exam("c1", MA, kind="gve", mark=5)],
        [exam("c2", RU), exam("c2", MA, mark=5)],
    )


def test_kp08_both_compulsory_subjects_at_the_first_attempt(ninth: Town) -> None:
    # a: a2, a3, a4 of five (a1 and a5 failed one); b: b2, b3 of two that took both.
    assert_shares(ninth, "КП-08", {"a": (3, 5), "b": (2, 2)})


@pytest.mark.parametrize(
    ("subject", "counts"),
    [
        (RU, {"a": (3, 5), "b": (2, 3)}),
        (MA, {"a": (2, 5), "b": (1, 2), "c": (1, 1)}),
        ("География", {"a": (3, 5), "b": (1, 1)}),
        ("Химия", {"b": (1, 1)}),
    ],
)
def test_kp09_quality_by_subject(
    ninth: Town, subject: str, counts: dict[str, tuple[int, int]]
) -> None:
    assert_shares(ninth, "КП-09", counts, subject=subject)


def test_kp10_twelve_over_four_subjects_without_a_2(ninth: Town) -> None:
    # The best attempt counts: a1 4+3+4+4 = 15, a2 18, a3 12, a4 17 with a 2, a5 16 with a 2.
    # Of b nobody has exactly four subjects.
    assert_shares(ninth, "КП-10", {"a": (3, 5)})


def test_kp11_eighteen_over_four_subjects(ninth: Town) -> None:
    assert_shares(ninth, "КП-11", {"a": (1, 5)})


def ege(pupil: str, **scores: float) -> list[dict[str, object]]:
    """ЕГЭ of a pupil: subject → test score."""
    return [exam(pupil, subject, kind="ege", test=score) for subject, score in scores.items()]


@pytest.fixture
def eleventh(tmp_path: Path) -> Town:
    return given_exams(
        tmp_path,
        # Minimums of 2025: Russian 24, mathematics 27, physics 36, base mathematics mark 3.
        ege("a1", **{RU: 60, MA: 50, "Физика": 50}),  # 160
        ege("a2", **{RU: 81, MA: 26, "Физика": 35}),  # 142
        ege("a3", **{RU: 80, MA: 27, "Физика": 36, "Химия": 44}),  # three best: 80 + 44 + 36 = 160
        [*ege("a4", **{RU: 23}), exam("a4", RU, kind="ege", date=SEPTEMBER, test=90.0),
         exam("a4", BASE, kind="ege", mark=2)],
        [*ege("a5", **{RU: 24}), exam("a5", BASE, kind="ege", mark=3)],
        ege("b1", **{RU: 100, MA: 100, "Физика": 100}),
        [exam("b2", BASE, kind="ege", mark=5)],
        # A subject that the parameters do not know: the footer of the file, or nothing.
        [exam("b3", "Астрономия", kind="ege", test=39.0, minimum=40.0)],
        [exam("b4", "Астрономия", kind="ege", test=40.0, minimum=40.0)],
        [exam("b5", "Астрономия", kind="ege", test=10.0)],
        ege("x1", **{RU: 0, MA: 0, "Физика": 0}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("subject", "counts"),
    [
        (RU, {"a": (1, 5), "b": (0, 1)}),
        (MA, {"a": (1, 3), "b": (0, 1)}),
        ("Физика", {"a": (1, 3), "b": (0, 1)}),
        (BASE, {"a": (1, 2), "b": (0, 1)}),
        ("Астрономия", {"b": (1, 2)}),
    ],
)
def test_kp12_below_the_minimum_at_the_first_attempt(
    eleventh: Town, subject: str, counts: dict[str, tuple[int, int]]
) -> None:
    assert_shares(eleventh, "КП-12", counts, subject=subject)


def test_kp13_mean_test_score(eleventh: Town) -> None:
    own, other = [60, 81, 80, 23, 24], [100]
    for unit, scores in ((("school", "a"), own), (TOWN, own + other), (ALL, own + other)):
        row = eleventh.row("КП-13", *unit, subject=RU)
        n, mean = len(scores), sum(scores) / len(scores)
        sd = math.sqrt(sum((score - mean) ** 2 for score in scores) / (n - 1))
        half = stats.t.ppf(0.975, n - 1) * sd / math.sqrt(n)
        assert (row["numerator"], row["denominator"]) == (sum(scores), n)
        assert math.isclose(row["value"], mean)
        assert math.isclose(row["ci_low"], mean - half)
        assert math.isclose(row["ci_high"], mean + half)
    subjects = set(eleventh.values("КП-13")["subject"].dropna())
    assert BASE not in subjects, "base mathematics has a mark and no test score"
    assert eleventh.row("КП-13", "school", "b", subject=RU)["status"] == "not_enough"


def test_kp14_160_over_the_three_best(eleventh: Town) -> None:
    # With three subjects: a1 160, a2 142, a3 160; b1 300.
    assert_shares(eleventh, "КП-14", {"a": (2, 3), "b": (1, 1)})


def test_kp15_81_in_at_least_one_subject(eleventh: Town) -> None:
    # All who sat any ЕГЭ: a2 (81) and a4 (90 in September) of five; b1 of b1…b5.
    assert_shares(eleventh, "КП-15", {"a": (2, 5), "b": (1, 5)})


def test_kp16_ninetieth_minus_tenth_percentile(tmp_path: Path) -> None:
    # Of eleven ordered scores the percentiles 10 and 90 are the second and the last but one.
    a = [20, 31, 40, 44, 50, 55, 58, 60, 70, 82, 95]
    b = [10, 15, 99, 100, 50, 50, 50, 50, 50, 50]  # with a: 21 scores, third and nineteenth
    given = given_exams(
        tmp_path,
        [exam(f"a{place}", RU, kind="ege", test=score) for place, score in enumerate(a)],
        [exam(f"b{place}", RU, kind="ege", test=score) for place, score in enumerate(b)],
        [exam("c1", RU, kind="ege", test=50.0)],
    )
    row = given.row("КП-16", "school", "a", subject=RU)
    assert (row["value"], row["n"], row["status"]) == (82 - 31, 11, "ok")
    assert 0 < row["ci_low"] <= row["value"] <= row["ci_high"] <= 95 - 20
    both = sorted(a + b)
    assert given.row("КП-16", *TOWN, subject=RU)["value"] == both[18] - both[2]
    lone = given.row("КП-16", "school", "c", subject=RU)
    assert lone["status"] == "not_enough" and math.isnan(lone["ci_low"])
    again = given.row("КП-16", "school", "a", subject=RU)
    assert (again["ci_low"], again["ci_high"]) == (row["ci_low"], row["ci_high"]), "same draws"


def test_kp16_does_not_depend_on_the_other_schools(tmp_path: Path) -> None:
    a = [exam(f"a{place}", RU, kind="ege", test=20.0 + 7 * place) for place in range(11)]
    others = [exam(f"b{place}", RU, kind="ege", test=90.0) for place in range(11)]
    alone = given_exams(tmp_path / "alone", a).row("КП-16", "school", "a", subject=RU)
    among = given_exams(tmp_path / "among", a, others).row("КП-16", "school", "a", subject=RU)
    assert (alone["ci_low"], alone["ci_high"]) == (among["ci_low"], among["ci_high"])
