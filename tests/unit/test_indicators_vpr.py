"""КП-01…КП-07 on hand-made banks: every count is written out here, not computed by the library."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hand_made import (
    ALL,
    BEFORE,
    TOWN,
    VILLAGE,
    Town,
    assert_shares,
    group,
    pupils,
    scored,
    town,
    wilson,
    work,
)
from scipy import stats

RU4 = work("Русский язык", 4)
CUT = {"subject": "Русский язык", "grade": 4}


@pytest.fixture
def marked(tmp_path: Path) -> Town:
    """Marks of a, b and c as pupils; of d as shares; autumn and unknown schools to be left out."""
    autumn = work("Русский язык", 4, session="autumn", comparable=False)
    shares = {"share_2": 0.1, "share_3": 0.4, "share_4": 0.3, "share_5": 0.2}
    other = {"share_2": 0.9, "share_3": 0.1, "share_4": 0.0, "share_5": 0.0}
    return town(
        tmp_path,
        {
            "vpr_pupils": [
                *pupils("a", RU4, [2, 3, 4, 4, 5, 5, None]),
                *pupils("b", RU4, [3, 3, 4, 4, 5]),
                *pupils("c", RU4, [2, 2, 3]),
                *pupils("x", RU4, [5, 5, 5, 5, 5]),
                *pupils("a", autumn, [2, 2, 2, 2, 2]),
            ],
            "vpr_marks": [
                group("school", "d", RU4, 10, **shares),
                group("school", "a", RU4, 6, **other),
                group("school", "x", RU4, 50, **other),
                group("region", "region", RU4, 1000, **shares),
                group("country", "country", RU4, None, **shares),
                group("municipality", "reg20_m012", RU4, 70, **other),
            ],
        },
        {
            "vpr_pupils": [
                *pupils("a", work("Русский язык", 4, BEFORE), [2, 2, 2, 4, 4]),
                *pupils("b", work("Русский язык", 4, BEFORE), [3, 3, 3, 4, 4, 5]),
            ]
        },
    )


def test_kp01_share_of_3_4_5(marked: Town) -> None:
    assert_shares(marked, "КП-01", {"a": (5, 6), "b": (5, 5), "c": (1, 3), "d": (9, 10)}, **CUT)


def test_kp02_share_of_4_5(marked: Town) -> None:
    assert_shares(marked, "КП-02", {"a": (4, 6), "b": (3, 5), "c": (0, 3), "d": (5, 10)}, **CUT)


def test_kp03_share_of_2(marked: Town) -> None:
    counts = {"a": (1, 6), "b": (0, 5), "c": (2, 3), "d": (1, 10)}
    assert_shares(marked, "КП-03", counts, **CUT, component="доля")


def test_kp03_change_since_the_year_before(marked: Town) -> None:
    """Newcombe's hybrid score interval (1998, method 10), written out."""
    for (level, unit), now, was in (
        (("school", "a"), (1, 6), (3, 5)),
        (("school", "b"), (0, 5), (0, 6)),
        (TOWN, (1, 11), (3, 11)),
        (ALL, (4, 24), (3, 11)),
    ):
        row = marked.row("КП-03", level, unit, component="изменение за год", **CUT)
        p1, p2 = now[0] / now[1], was[0] / was[1]
        (l1, u1), (l2, u2) = wilson(*now), wilson(*was)
        assert math.isclose(row["value"], p1 - p2)
        assert math.isclose(row["ci_low"], p1 - p2 - math.hypot(p1 - l1, u2 - p2), abs_tol=1e-9)
        assert math.isclose(row["ci_high"], p1 - p2 + math.hypot(u1 - p1, p2 - l2), abs_tol=1e-9)
        assert row["n"] == min(now[1], was[1])
    changes = marked.values("КП-03")
    changes = changes[changes["component"] == "изменение за год"]
    assert ("school", "c") not in set(zip(changes["level"], changes["unit_id"], strict=True))


@pytest.mark.parametrize(("indicator", "share"), [("КП-01", 0.9), ("КП-02", 0.5), ("КП-03", 0.1)])
def test_region_and_country_are_taken_from_the_export(
    marked: Town, indicator: str, share: float
) -> None:
    region = marked.row(indicator, "region", "region", **CUT)
    assert math.isclose(region["value"], share) and region["n"] == 1000
    low, high = wilson(share * 1000, 1000)
    assert math.isclose(region["ci_low"], low, abs_tol=1e-9)
    assert math.isclose(region["ci_high"], high, abs_tol=1e-9)
    country = marked.row(indicator, "country", "country", **CUT)
    assert math.isclose(country["value"], share)
    assert math.isnan(country["ci_low"]) and math.isnan(country["n"]), "no n, no interval"


def test_advanced_works_stand_apart(tmp_path: Path) -> None:
    basic = work("Математика", 7, level="базовый")
    advanced = work("Математика", 7, level="углублённый")
    given = town(
        tmp_path, {"vpr_pupils": [*pupils("a", basic, [2] * 5), *pupils("a", advanced, [5] * 6)]}
    )
    assert_shares(given, "КП-02", {"a": (0, 5)}, subject="Математика", grade=7)
    name = "Математика (углублённый уровень)"
    assert_shares(given, "КП-02", {"a": (6, 6)}, subject=name, grade=7)


def assert_mean(given: Town, unit: tuple[str, str], values: list[float]) -> None:
    """Mean and Student's interval of КП-04 from the raw numbers."""
    row = given.row("КП-04", *unit, **CUT)
    n = len(values)
    mean = sum(values) / n
    sd = math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1))
    half = stats.t.ppf(0.975, n - 1) * sd / math.sqrt(n)
    assert math.isclose(row["value"], mean)
    assert math.isclose(row["ci_low"], mean - half) and math.isclose(row["ci_high"], mean + half)
    assert row["numerator"] == pytest.approx(sum(values))
    assert row["denominator"] == row["n"] == n


def test_kp04_mean_share_of_the_maximum(tmp_path: Path) -> None:
    a, b, c = [10, 12, 14, 16, 18, 20], [5, 6, 7, 8, 9], [0, 20]
    scores = {18: 0.25, 10: 0.75}
    given = town(
        tmp_path,
        {
            "vpr_pupils": [
                *scored("a", RU4, a), *scored("b", RU4, b), *scored("c", RU4, c),
                *scored("x", RU4, [0] * 9), *pupils("b", work("Химия", 8), [4]),
            ],
            "vpr_scores": [
                group("region", "region", RU4, 400, score=score, share=share)
                for score, share in scores.items()
            ],
        },
    )  # fmt: skip
    share = {school: [score / 20 for score in rows] for school, rows in
             {"a": a, "b": b, "c": c}.items()}  # fmt: skip
    for school, values in share.items():
        assert_mean(given, ("school", school), values)
    assert_mean(given, TOWN, share["a"] + share["b"])
    assert_mean(given, VILLAGE, share["c"])
    assert_mean(given, ALL, share["a"] + share["b"] + share["c"])
    assert given.row("КП-04", "school", "c", **CUT)["status"] == "not_enough"
    region = given.row("КП-04", "region", "region", **CUT)
    assert math.isclose(region["value"], (0.25 * 18 + 0.75 * 10) / 20)
    assert region["n"] == 400


# Task: level, maximum, scores of school a (six pupils) and of b (five); marks of cells apart.
TASKS = {
    "1": ("Б", 2, [2, 2, 1, 1, 2, 1], [0, 0, 1, 1, 1]),
    "2": ("Б", 1, [1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1]),
    "3": ("П", 1, [1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1]),
    "4": ("В", 3, [0, 0, 0, 0, 1, 1], [3, 0, 0, 0, 3]),
}
SKILLS = {"1": "Читать", "2": "Читать", "3": "Писать", "4": "Рассуждать"}
REGION = {"1": 0.60, "2": 0.50, "3": 0.30, "4": 0.29}


@pytest.fixture
def tasked(tmp_path: Path) -> Town:
    rows = []
    for place, (task, (level, top, a, b)) in enumerate(TASKS.items(), start=1):
        for school, scores in (("a", a), ("b", b), ("x", [0] * 9)):
            for number, score in enumerate(scores):
                rows.append(
                    {**RU4, "school_id": school, "pupil_id": f"{school}{number}", "task": task,
                     "task_order": place, "task_level": level, "max_score": top, "score": score,
                     "state": "scored"}
                )  # fmt: skip
    extra = {**rows[0], "pupil_id": "a8", "score": None}
    # Not attempted is nothing scored; not taught and blank are no results.
    rows += [{**extra, "pupil_id": "a9", "state": "not_attempted"},
             {**extra, "pupil_id": "a10", "state": "not_taught"},
             {**extra, "pupil_id": "a11", "state": "blank"}]  # fmt: skip
    rates = [
        group("region", "region", RU4, 500, report="skills", mark_group=None, task=task,
              task_order=place, skill=SKILLS[task], max_score=1, rate=rate)
        for place, (task, rate) in enumerate(REGION.items(), start=1)
    ]  # fmt: skip
    rates.append({**rates[0], "mark_group": 5, "report": "mark_groups", "rate": 1.0})
    return town(tmp_path, {"vpr_tasks": rows, "vpr_task_rates": rates})


def assert_tasks(given: Town, indicator: str, expected: dict[tuple[str, str], tuple[int, int]]
                 ) -> None:  # fmt: skip
    rows = given.values(indicator)
    rows = rows[rows["status"] != "no_data"]
    found = {
        (row.level, row.unit_id): (row.numerator, row.denominator) for row in rows.itertuples()
    }
    assert found == expected
    assert rows["ci_low"].isna().all(), "tasks of a work are no sample of tasks"
    for row in rows.itertuples():
        assert math.isclose(row.value, row.numerator / row.denominator)


# Shares of the maximum, by hand:
#   task 1 (Б): a (9 + 0) / 14 = 0.643, b 3 / 10 = 0.30, both 12 / 24 = 0.50, region 0.60
#   task 2 (Б): a 3 / 6 = 0.50, b 1.00, both 8 / 11 = 0.727, region 0.50
#   task 3 (П): a 2 / 6 = 0.333, b 0.20, both 3 / 11 = 0.273, region 0.30
#   task 4 (В): a 2 / 18 = 0.111, b 6 / 15 = 0.40, both 8 / 33 = 0.242, region 0.29
def test_kp05_basic_tasks_below_57_per_cent(tasked: Town) -> None:
    assert_tasks(
        tasked,
        "КП-05",
        {("school", "a"): (1, 2), ("school", "b"): (1, 2), TOWN: (1, 2), ALL: (1, 2),
         ("region", "region"): (1, 2)},
    )  # fmt: skip
    assert tasked.row("КП-05", "school", "a", **CUT)["n"] == 7, "pupils, not tasks"


def test_kp06_advanced_and_high_tasks_from_30_per_cent(tasked: Town) -> None:
    assert_tasks(
        tasked,
        "КП-06",
        {("school", "a"): (1, 2), ("school", "b"): (1, 2), TOWN: (0, 2), ALL: (0, 2),
         ("region", "region"): (1, 2)},
    )  # fmt: skip


def test_kp07_skills_reached(tasked: Town) -> None:
    # Reading (tasks 1 and 2, limit 60 %): a (0.643 + 0.5) / 2 = 0.571 no, b 0.65 yes,
    # both (0.5 + 0.727) / 2 = 0.614 yes, region 0.55 no. Writing: a yes, b no, both no, region yes.
    # Reasoning: a no, b yes, both no, region no.
    assert_tasks(
        tasked,
        "КП-07",
        {("school", "a"): (1, 3), ("school", "b"): (2, 3), TOWN: (1, 3), ALL: (1, 3),
         ("region", "region"): (1, 3)},
    )  # fmt: skip
