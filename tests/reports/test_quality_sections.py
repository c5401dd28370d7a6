"""Sections of report 01 that count anew: each against a count made in another way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from msoko_lib.project import ROOT_VARIABLE
from msoko_lib.subsystems.quality import (
    exam_choice,
    exam_sums,
    exam_tasks,
    exam_years,
    levels,
    since_when,
    skills,
    task_gaps,
    unequal_results,
)
from msoko_lib.subsystems.year import Year, open_year

if TYPE_CHECKING:
    from conftest import Made


@pytest.fixture
def year(tiny_project: Made, monkeypatch: pytest.MonkeyPatch) -> Year:
    monkeypatch.setenv(ROOT_VARIABLE, str(tiny_project.project.root))
    return open_year(tiny_project.newest)


def first_attempts(year: Year, exam: str) -> pd.DataFrame:
    rows = year.inputs.table("gia_results")
    rows = rows[rows["exam"] == exam].sort_values("exam_date", kind="stable")
    return rows.drop_duplicates(["pupil_id", "subject"])


def test_choice_counts_pupils_not_results(year: Year) -> None:
    table = exam_choice.choice_table(year).set_index("subject")
    for exam, compulsory in (("oge", {"Русский язык", "Математика"}),
                             ("ege", {"Русский язык", "Математика базовая"})):  # fmt: skip
        rows = first_attempts(year, exam)
        assert not set(table.index[table[f"{exam}_n"].notna()]) & compulsory
        for subject, part in rows[~rows["subject"].isin(compulsory)].groupby("subject"):
            assert table.loc[subject, f"{exam}_n"] == part["pupil_id"].nunique()
            share = part["pupil_id"].nunique() / rows["pupil_id"].nunique()
            assert table.loc[subject, f"{exam}_share"] == pytest.approx(share)
            assert table.loc[subject, f"{exam}_schools"] == part["school_id"].nunique()
    by_school = exam_choice.school_choices(year, "oge")
    assert by_school["school"].tolist() == sorted(by_school["school"])
    assert by_school["graduates"].sum() == first_attempts(year, "oge")["pupil_id"].nunique()


def test_bands_of_sums_hold_everybody_once(year: Year) -> None:
    rows = exam_sums.sum_bands(year)
    for exam in (exam_sums.THREE, exam_sums.FOUR):
        part = rows[rows["exam"] == exam]
        assert part["n"].sum() == part["total"].iloc[0] > 0
    # The middle and the best band together are the indicator of mass quality.
    three = rows[rows["exam"] == exam_sums.THREE].set_index("band")
    mass = year.values("КП-14", "municipality", status=None).iloc[0]
    assert three["n"].iloc[1:].sum() == mass["numerator"]
    four = rows[rows["exam"] == exam_sums.FOUR]
    high = year.values("КП-11", "municipality", status=None).iloc[0]
    basic = year.values("КП-10", "municipality", status=None).iloc[0]
    assert four["n"].iloc[2] <= high["numerator"] and four["n"].iloc[1:].sum() == basic["numerator"]


def test_tasks_of_exams_by_group_of_preparation(year: Year) -> None:
    table = exam_tasks.task_table(year, "oge")
    tasks = year.inputs.table("gia_tasks")
    row = table[table["subject"] == "Математика"].iloc[0]
    own = tasks[(tasks["exam"] == "oge") & (tasks["subject"] == "Математика")]
    own = own[(own["task"] == row["task"]) & (own["part"] == row["part"])]
    assert row["n"] == len(own)
    assert row["rate"] == pytest.approx((own["score"] / own["max_score"]).mean())
    groups = [f"n_{place}" for place in range(4)]
    assert table[groups].sum(axis=1).tolist() == table["n"].tolist(), "every pupil has a group"
    weighted = sum(
        table[f"rate_{place}"].fillna(0) * table[f"n_{place}"].fillna(0) for place in range(4)
    )
    np.testing.assert_allclose(weighted / table["n"], table["rate"])
    # The hardest of a subject stands first.
    assert (
        table.groupby("subject")["rate"].first() == table.groupby("subject")["rate"].min()
    ).all()


def test_groups_of_ege_follow_minimum_and_limits(year: Year) -> None:
    done = exam_tasks.task_results(year, "ege").drop_duplicates(["pupil_id", "subject"])
    results = first_attempts(year, "ege").set_index(["pupil_id", "subject"])["test_score"]
    done = done.set_index(["pupil_id", "subject"]).join(results).dropna(subset=["test_score"])
    ends = done.groupby("group")["test_score"].agg(["min", "max"])
    assert ends.loc[3.0, "min"] >= 81 and 61 <= ends.loc[2.0, "min"] <= ends.loc[2.0, "max"] < 81
    assert ends.loc[1.0, "max"] < 61


def test_means_over_years_and_their_change(year: Year) -> None:
    means = exam_years.yearly_means(year).set_index(["exam", "subject", "year"])
    own = first_attempts(year, "ege")
    own = own[own["subject"] == "Русский язык"]["test_score"].astype(float)
    row = means.loc[("ege", "Русский язык", year.school_year)]
    assert (row["n"], row["mean"]) == (len(own), pytest.approx(own.mean()))
    found = exam_years.changes(year)
    assert (found["low"] <= found["change"]).all() and (found["change"] <= found["high"]).all()
    assert set(found["mark"]) <= {"same", "few", "up", "attention"}


def test_a_real_change_of_an_exam_is_seen_and_noise_is_not(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        ("ege", subject, school_year, 60, mean, mean - 3, mean + 3, 12.0)
        for subject, now in (("Физика", 50.0), ("Химия", 61.0))
        for school_year, mean in (("2023-2024", 62.0), ("2024-2025", now))
    ]
    frame = pd.DataFrame(
        rows, columns=["exam", "subject", "year", "n", "mean", "low", "high", "sd"]
    )
    monkeypatch.setattr(exam_years, "yearly_means", lambda _: frame)
    found = exam_years.changes(year).set_index("subject")
    assert found["mark"].to_dict() == {"Физика": "attention", "Химия": "same"}
    assert found.loc["Физика", "change"] == -12


def test_levels_add_up_to_the_indicators(year: Year) -> None:
    rates = levels.level_rates(year)
    own = rates[rates["level"] == "municipality"].set_index(["subject", "grade"])
    below = year.values("КП-05", "municipality").set_index(["subject", "grade"])
    done = year.values("КП-06", "municipality").set_index(["subject", "grade"])
    for work, row in below.iterrows():
        assert own.loc[work, "basic_low"] == row["numerator"], work
        assert own.loc[work, "basic_tasks"] == row["denominator"], work
    for work, row in done.iterrows():
        assert own.loc[work, "advanced_done"] == row["numerator"], work


def cells(*rows: tuple[str, int, int, int, float]) -> pd.DataFrame:
    """skill, grade, tasks, low, rate."""
    frame = pd.DataFrame(rows, columns=["skill", "grade", "tasks", "low", "rate"])
    return frame.assign(subject="Математика", n=100, region=frame["rate"] + 0.05)


def test_a_skill_is_systemic_only_over_several_grades(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = cells(
        ("Дроби", 5, 2, 2, 0.4), ("Дроби", 6, 3, 2, 0.45), ("Дроби", 7, 2, 0, 0.7),
        ("Задачи", 5, 2, 2, 0.3), ("Задачи", 6, 2, 1, 0.6),
        ("Таблицы", 5, 2, 0, 0.8), ("Таблицы", 6, 2, 0, 0.8),
    )  # fmt: skip
    monkeypatch.setattr(skills, "skills_by_grade", lambda _: frame)
    found = skills.skill_deficits(SimpleNamespace()).set_index("skill")  # type: ignore[arg-type]
    assert found.index.tolist() == ["Дроби", "Задачи"], "the widest first, no deficit left out"
    assert found["systemic"].to_dict() == {"Дроби": True, "Задачи": False}
    row = found.loc["Дроби"]
    assert (row["grades_low"], row["grades_n"], row["low"], row["tasks"]) == (2, 3, 4, 7)
    assert row["rate"] == pytest.approx((0.4 * 2 + 0.45 * 3 + 0.7 * 2) / 7)
    assert row["gap"] == pytest.approx(-0.05)


def test_since_when_counts_years_back_from_the_newest(
    year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = {
        "Физика": ("attention", "attention", "attention"),
        "История": ("attention", "same", "attention"),
        "Химия": ("up", "up", None),
    }
    rows = [
        (subject, 8, 100, -0.06, mark, str(2023 + place))
        for subject, states in marks.items()
        for place, mark in enumerate(states)
        if mark
    ]
    frame = pd.DataFrame(rows, columns=["subject", "grade", "n", "gap", "mark", "year"])
    monkeypatch.setattr(since_when, "yearly_gaps", lambda _: frame)
    found = since_when.runs(year).set_index("subject")
    assert set(found.index) == {"Физика", "История"}, "a work not written this year has no state"
    assert found.loc["Физика", ["years", "since"]].tolist() == [3, "2023"]
    assert found.loc["История", ["years", "since"]].tolist() == [1, "2025"]
    words = since_when.since_in_words(found.reset_index())
    assert "физика" in words and "с 2023" in words and "история" not in words


def test_groups_of_schools_pool_the_grades_of_a_subject(year: Year) -> None:
    gaps = unequal_results.school_group_gaps(year)
    assert gaps["title"].str.contains("русскому языку").any()
    values = year.values("КП-02", "school", status=None)
    russian = values[(values["subject"] == "Русский язык") & values["denominator"].notna()]
    row = gaps[gaps["title"].str.contains("русскому")].iloc[0]
    assert row["first_n"] + row["second_n"] == russian["denominator"].sum()


def test_every_established_deficit_has_a_nature(year: Year) -> None:
    found = task_gaps.school_deficits(year)
    sure = found[found["state"] == "established"]
    assert (sure["nature"] != "").all()
    assert (found.loc[found["state"] != "established", "nature"] == "").all()
